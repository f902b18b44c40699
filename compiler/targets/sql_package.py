"""A package for a data lake: the schema of its tables, and one file with a query for each rule."""

from __future__ import annotations

import re
from collections.abc import Mapping

from compiler.content.model import Arrival, Rule, Source
from compiler.diagnostics import Diagnostic
from compiler.targets.labels import CLASH, level_of, text, texts
from compiler.targets.readme import readme
from compiler.targets.sql_dialect import TIME, Dialect
from compiler.targets.target import Pack, Package, Packed

_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")


def package(dialect: Dialect, pack: Pack) -> Package:
    """``schema.sql``, ``rules/<name>.sql`` and ``README.md``. A rule whose file is taken is left out and told."""
    files: dict[str, str] = {}
    holds: dict[str, tuple[str, ...]] = {}
    clashes: list[Diagnostic] = []
    packed_rules: list[Packed] = []
    for packed in pack.rules:
        path = f"rules/{file_of(packed.rule)}"
        if path.lower() in {known.lower() for known in holds}:
            clashes.append(
                CLASH.at(packed.rule.place("name"), f"the file {path} is taken", "give the rule another name")
            )
            continue
        files[path] = rule_file(packed)
        holds[path] = (packed.rule.name,)
        packed_rules.append(packed)
    tables = tables_of(dialect, pack)
    files["schema.sql"] = schema(dialect, tables)
    written = {path: body.encode() for path, body in sorted(files.items())}
    written["README.md"] = _readme(dialect, pack, packed_rules, tables)
    return Package(written, holds, tuple(clashes))


def file_of(rule: Rule) -> str:
    """The file of a rule, named as the rule is, as far as a file may be."""
    return f"{_UNSAFE.sub('_', rule.name)}.sql"


def rule_file(packed: Packed) -> str:
    """The query behind comments that say whose it is. A comment is one line, whatever the rule's title holds."""
    rule, query = packed.rule, packed.query
    if query is None:
        raise ValueError(f"{rule.name} has no query")
    lines = [f"{' '.join(rule.title.split())} [{level_of(rule)}]", f"id {rule.id}", text(rule, "description")]
    lines += [f"false positives: {one}" for one in texts(rule, "falsepositives")]
    lines += [f"triage {number}: {step}" for number, step in enumerate(rule.triage, start=1)]
    lines += [f"left out: {reason}" for reason in query.settings["left_out"]]
    lines += [f"deviation from the Sigma rule: {name}" for name in query.settings["deviations"]]
    comments = "".join(f"-- {_line(line)}\n" for line in lines if line)
    return f"{comments}{query.text};\n"


def _line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def tables_of(dialect: Dialect, pack: Pack) -> dict[str, tuple[Source, Arrival]]:
    """The tables that the queries read, by name."""
    asked = {name for packed in pack.rules if packed.query is not None for name in packed.query.settings["tables"]}
    return {
        str(arrival.where["table"]): (source, arrival)
        for source in sorted(pack.sources, key=lambda source: source.name)
        for arrival in source.arrives
        if arrival.target == dialect.name and arrival.where["table"] in asked
    }


def schema(dialect: Dialect, tables: Mapping[str, tuple[Source, Arrival]]) -> str:
    """The tables, and for each how JSON lines in Sigma's field names are loaded into it."""
    parts = []
    for name, (source, arrival) in sorted(tables.items()):
        columns = {field.name: dialect.type_of(field.type) for field in arrival.fields.values()}
        fields = {sigma: (field.name, dialect.type_of(field.type)) for sigma, field in arrival.fields.items()}
        listed = [f"    {TIME} TIMESTAMP", *(f"    {dialect.quoted(k)} {v}" for k, v in sorted(columns.items()))]
        create = f"CREATE TABLE IF NOT EXISTS {dialect.quoted(name)} (\n" + ",\n".join(listed) + "\n);"
        loading = "".join(f"-- {line}\n" for line in dialect.loading(name, fields).splitlines())
        parts.append(f"-- {_line(source.title)}: {_line(source.definition)}\n{create}\n{loading}")
    return "\n".join(parts)


def _readme(dialect: Dialect, pack: Pack, rules: list[Packed], tables: Mapping[str, tuple[Source, Arrival]]) -> bytes:
    rows = [
        {
            "file": file_of(one.rule),
            "level": level_of(one.rule),
            "id": one.rule.id,
            "deviations": ", ".join(one.query.settings["deviations"]) if one.query is not None else "",
        }
        for one in rules
    ]
    return readme(
        "sql",
        title=dialect.title,
        version=pack.version,
        time=TIME,
        notes=dialect.notes,
        commands=dialect.commands,
        tables=[(name, source) for name, (source, _) in tables.items()],
        rules=rows,
    )
