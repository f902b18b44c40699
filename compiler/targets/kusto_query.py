"""One KQL query out of the shapes in which events arrive, and what a package or an engine has to know about it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sigma.conditions import ConditionAND, ConditionNOT, ConditionOR, ConditionValueExpression
from sigma.types import SigmaExists, SigmaNull, SigmaRegularExpression, SigmaString

from compiler.content.model import Rule
from compiler.targets.kusto_schema import tables
from compiler.targets.kusto_text import list_table, list_word, path, quoted_name
from compiler.targets.kusto_where import FEW, WHOLE, Where, joins
from compiler.targets.pipeline import Asked, lists_of
from compiler.targets.target import UNSAYABLE, Query, Refusal
from compiler.targets.tree import Atom, Tree, args_of, fields_of, leaves, unset


@dataclasses.dataclass(frozen=True, slots=True)
class Dialect:
    """Which of the two it is: ``name`` of the target, the column that holds ``time``, and the length of a query.

    ``longest`` is in characters, None where none is documented. ``listed`` is the KQL of a list that a SOC keeps there,
    a table with the column ``SearchKey``; ``{name}`` in it is the placeholder's name.
    """

    name: str
    time: str
    longest: int | None
    listed: str


@dataclasses.dataclass(frozen=True, slots=True)
class Selected:
    """What is read: the ``text``, the shapes in it, and why others are not."""

    text: str
    asked: tuple[Asked, ...]
    left_out: tuple[str, ...]


def select(asked: Sequence[Asked]) -> Selected:
    """The events of every shape, of tables that exist: a workspace need not have them all.

    Raises ``Refusal`` if none of the shapes can be asked.
    """
    said: dict[str, None] = {}
    kept: list[Asked] = []
    refused: list[tuple[str, Refusal]] = []
    for one in asked:
        try:
            said[piped(one)] = None
        except Refusal as refusal:
            refused.append((one.shape.name, refusal))
        else:
            kept.append(one)
    if not kept:
        raise refused[0][1]
    return Selected(united(list(said)), tuple(kept), tuple(f"{name}: {why.message}" for name, why in refused))


def piped(one: Asked, *stages: str, extra: Sequence[str] = ()) -> str:
    """The events of one shape: its table, a ``where`` for each condition, and what else is to be done with them.

    What lies within dynamic columns becomes columns of its own, after the conditions that need none of it, and so does
    the text in which several keywords are looked for. ``extra`` are Sigma fields that ``stages`` read.
    """
    where = where_of(one, extra)
    conjuncts = args_of(one.tree) if isinstance(one.tree, ConditionAND) else [one.tree]
    within = [
        any(_is_dynamic(one, field) for field in fields_of(conjunct))
        or bool(where.whole and _keywords(conjunct))
        or bool(where.aliases and any(isinstance(leaf, ConditionValueExpression) for leaf in leaves(conjunct)))
        for conjunct in conjuncts
    ]
    said = [f"| where {where.write(conjunct)}" for conjunct in conjuncts]
    first = [text for text, late in zip(said, within, strict=True) if not late]
    rest = [text for text, late in zip(said, within, strict=True) if late]
    made = ", ".join(f"{alias} = {path(name)}" for name, alias in sorted(where.aliases.items()))
    extend = [f"| extend {made}"] if made else []
    extend += [f"| extend {where.whole} = {where.everything()}"] if where.whole else []
    return "\n".join([one.shape.arrival.where["table"], *first, *extend, *rest, *stages])


def where_of(one: Asked, extra: Sequence[str] = ()) -> Where:
    """The writer of one shape's conditions, with a column for each place within a dynamic one that is read."""
    taken = columns_of(one)
    aliases: dict[str, str] = {}
    for field in [*fields_of(one.tree), *extra]:
        name = one.shape.fields[field].name
        if not _is_dynamic(one, field) or name in aliases:
            continue
        alias = re.sub(r"\W", "_", name.rpartition(".")[2], flags=re.ASCII)
        alias = alias if alias not in taken and quoted_name(alias) == alias else re.sub(r"\W", "_", name)
        taken.add(alias)
        aliases[name] = alias
    where = Where(one.shape.fields, aliases)
    if len(_keywords(one.tree)) > 1 and len(where.searched()) >= FEW:
        where.whole = WHOLE
    return where


def _keywords(tree: Tree) -> list[ConditionValueExpression]:
    """The keywords that are looked for in all columns at once."""
    return [leaf for leaf in leaves(tree) if isinstance(leaf, ConditionValueExpression) and joins(leaf.value)]


def table_of(one: Asked) -> str:
    """The vendor's table that holds the events of the shape, which a definition begins with."""
    given = one.shape.arrival.where
    return str(given["definition"].split()[0] if "definition" in given else given["table"])


def columns_of(one: Asked) -> set[str]:
    """Every column of the shape's table that is known."""
    mapped = {field.name.partition(".")[0] for field in one.shape.fields.values()}
    return mapped | set(tables(one.shape.arrival.target).get(table_of(one), ()))


def _is_dynamic(one: Asked, field: str) -> bool:
    return one.shape.fields[field].type == "dynamic"


def united(parts: Sequence[str]) -> str:
    """The events of any of several queries."""
    return parts[0] if len(parts) == 1 else "union isfuzzy=true\n" + ",\n".join(f"({part})" for part in parts)


def query_of(
    rule: Rule, dialect: Dialect, text: str, reads: Sequence[tuple[Asked, Sequence[str]]], settings: Mapping[str, Any]
) -> Query:
    """The query with the tables that it reads, their columns and types. Raises ``Refusal`` for one that is too long.

    ``reads``: every shape that is asked, with the Sigma fields that are read beside those of its condition. In the
    settings ``lets`` defines by KQL the tables that are none of the vendor's, which a package writes in front, among
    them by ``lists`` those that hold a list of the SOC's, each with its name; ``made`` are the columns that the query
    adds to a table.
    """
    asked = [one for one, _ in reads]
    read: dict[str, dict[str, str]] = {}
    made: dict[str, set[str]] = {}
    for one, extra in reads:
        table, fields = one.shape.arrival.where["table"], one.shape.fields
        names = [*fields_of(one.tree), *extra]
        read.setdefault(table, {dialect.time: "datetime"}).update((fields[n].name, fields[n].type) for n in names)
        made.setdefault(table, set()).update(where_of(one, extra).aliases.values())
    wheres = [one.shape.arrival.where for one in asked]
    lets = lets_of(asked, dialect)
    whole = len(with_lets(text, lets))
    if dialect.longest is not None and whole > dialect.longest:
        raise Refusal(UNSAYABLE, f"a query of {whole} characters; {dialect.name} takes {dialect.longest}")
    return Query(
        rule=rule.name,
        target=dialect.name,
        language="kql",
        text=text,
        fields=tuple(sorted({name for columns in read.values() for name in columns})),
        settings={
            "tables": {name: dict(sorted(columns.items())) for name, columns in sorted(read.items())},
            "lets": dict(sorted(lets.items())),
            "lists": {list_table(name): list_word(name) for name in lists_of(asked)},
            "made": {name: sorted(columns) for name, columns in sorted(made.items())},
            "time": dialect.time,
            "connectors": connectors(wheres),
            "sources": sorted({one.shape.source.name for one in asked}),
            "shapes": sorted({one.shape.name for one in asked}),
            **settings,
        },
    )


def lets_of(asked: Sequence[Asked], dialect: Dialect) -> dict[str, str]:
    """The definitions of the tables that are none of the vendor's: of ours, and of the SOC's own lists."""
    wheres = [one.shape.arrival.where for one in asked]
    tables_of_ours = {where["table"]: where["definition"].strip() for where in wheres if "definition" in where}
    return tables_of_ours | {list_table(name): dialect.listed.format(name=list_word(name)) for name in lists_of(asked)}


def with_lets(text: str, lets: Mapping[str, str]) -> str:
    """A query that defines the tables that are none of the vendor's."""
    return "".join(f"let {name} =\n{definition};\n" for name, definition in sorted(lets.items())) + text


def connectors(wheres: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The data connectors, each with the table that it fills, sorted."""
    found = {(where["connector"], where.get("data_type", where["table"])) for where in wheres if "connector" in where}
    return [{"connector": connector, "table": table} for connector, table in sorted(found)]


def refuse_empty(tree: Tree) -> None:
    """Refuse a rule that tells an empty value from a missing one of the same field, which KQL has as one.

    Alternatives of both (``''`` or null) are no such rule.
    """
    empty: set[str] = set()
    missing: set[str] = set()
    for branch in _branches(tree):
        for field in {leaf.field for leaf in branch}:
            kinds = {_emptiness(leaf) for leaf in branch if leaf.field == field}
            if kinds >= {"empty", "missing"}:
                continue
            empty |= {field} if "empty" in kinds else set()
            missing |= {field} if "missing" in kinds else set()
    if both := sorted(empty & missing):
        raise Refusal(
            UNSAYABLE, f"KQL has no empty text apart from a missing one, which the rule tells apart: {both[0]}"
        )


def _branches(tree: Tree) -> list[list[Atom]]:
    """Tests that are alternatives to one another, together; every other test alone."""
    if isinstance(tree, ConditionOR):
        atoms = [arg for arg in args_of(tree) if isinstance(arg, Atom)]
        return [atoms, *(part for arg in args_of(tree) if not isinstance(arg, Atom) for part in _branches(arg))]
    if isinstance(tree, (ConditionAND, ConditionNOT)):
        return [part for arg in args_of(tree) for part in _branches(arg)]
    return [[tree]] if isinstance(tree, Atom) else []


def _emptiness(leaf: Atom) -> str:
    if isinstance(leaf.value, (SigmaNull, SigmaExists)):
        return "missing"
    return "empty" if isinstance(leaf.value, SigmaString) and not leaf.value.s else ""


def deviations(trees: Iterable[Tree]) -> list[str]:
    """The deviations of ``semantics.md`` that conditions run into, sorted."""
    found = set()
    for tree in trees:
        for leaf in leaves(tree):
            value = leaf.value
            if unset(leaf):
                continue
            if isinstance(value, (SigmaNull, SigmaExists)) or (
                isinstance(value, SigmaString) and not any(isinstance(part, str) for part in value.s)
            ):
                found.add("empty-is-missing")
            if isinstance(value, SigmaExists):
                found.add("null-is-missing")
            if isinstance(value, SigmaRegularExpression) and ("\\b" in str(value.regexp) or "\\B" in str(value.regexp)):
                found.add("regex-dialect")
    return sorted(found)
