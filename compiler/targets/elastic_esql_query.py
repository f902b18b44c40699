"""One ES|QL query out of the shapes in which events arrive at Elastic.

What the index answers by itself comes first (``elastic_lucene``), then the texts that are read whole, then the
condition over these. With ``METADATA _id, _index, _version`` Kibana tells an event that it has alerted on before
(*Create an ES|QL rule* of Elastic Security 9).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sigma.conditions import ConditionAND, ConditionValueExpression
from sigma.types import SigmaRegularExpression

from compiler.targets.elastic_eql import SHOWN, TEXTS
from compiler.targets.elastic_esql import LOADED, Columns, Esql, joined
from compiler.targets.elastic_esql_regex import lowered_otherwise
from compiler.targets.elastic_esql_text import literal
from compiler.targets.elastic_lucene import indexed
from compiler.targets.pipeline import Asked
from compiler.targets.target import UNSAYABLE, Refusal
from compiler.targets.tree import Tree, args_of, every, fields_of, leaves

METADATA = "_id, _index, _version"
_FAMILY = {"match_only_text": "text"}
_PLAIN = re.compile(r"[A-Za-z0-9_.*-]+")


def origin(index: Sequence[str], metadata: str = METADATA) -> str:
    """The command that every query begins with, over index patterns."""
    names = (name if _PLAIN.fullmatch(name) else literal(name) for name in index)
    return f"FROM {', '.join(names)} METADATA {metadata}"


def selection(asked: Sequence[Asked]) -> tuple[list[str], list[Asked], list[str]]:
    """The commands that leave the events of a rule, the shapes that they ask, and why others were left out.

    Raises ``Refusal`` if none can be asked.
    """
    types: dict[str, str] = {}
    kept: list[Asked] = []
    refused: list[tuple[str, Refusal]] = []
    for one in asked:
        try:
            check_types(one, types)
            Esql(one.shape.fields, Columns()).write(one.tree)
        except Refusal as refusal:
            refused.append((one.shape.name, refusal))
        else:
            kept.append(one)
            types |= types_of(one)
    if not kept:
        raise refused[0][1]
    return filtered(kept), kept, [f"{name}: {refusal.message}" for name, refusal in refused]


def types_of(one: Asked) -> dict[str, str]:
    """The fields that a shape is asked for, and the family of types that ES|QL counts each to."""
    fields = (one.shape.fields[field] for field in fields_of(one.tree))
    return {field.name: "keyword" if field.type in TEXTS else _FAMILY.get(field.type, field.type) for field in fields}


def check_types(one: Asked, types: Mapping[str, str]) -> None:
    """Refuses a shape with a field that another has under the same name as of another family of types.

    ES|QL would refuse the whole query (*Multi-index queries, Union types*).
    """
    for name, kind in types_of(one).items():
        if types.get(name, kind) != kind:
            raise Refusal(UNSAYABLE, f"{name} is of type {kind} here, and of type {types[name]} in another shape")


def filtered(kept: Sequence[Asked], *, drop: bool = True) -> list[str]:
    """The commands that leave the events which any of the shapes has of a rule."""
    columns = Columns()
    split = [split_up(one) for one in kept]
    # Where the index is asked differently of each shape, it tells their events only all together.
    trees = [rest for _, rest in split] if len({said for said, _ in split}) == 1 else [one.tree for one in kept]
    condition = ""
    if None not in trees:
        pairs = zip(kept, trees, strict=True)
        parts = [Esql(one.shape.fields, columns).write(tree) for one, tree in pairs if tree is not None]
        condition = joined("OR", parts if len(set(parts)) < 2 else [f"({part})" for part in parts])
    commands = prefilter(kept)
    if condition:
        commands += [*worked_out(columns), f"WHERE {condition}"]
    names = ", ".join(columns.names.values())
    return [*commands, f"DROP {names}"] if names and drop else commands


def prefilter(kept: Sequence[Asked]) -> list[str]:
    """The command that leaves the events which the index alone does not rule out; none if it rules out none."""
    found = list(dict.fromkeys(split_up(one)[0] for one in kept))
    if not all(found):
        return []
    said = found[0] if len(found) == 1 else " OR ".join(f"({text})" for text in found)
    return [f"WHERE QSTR({literal(said)})"]


def worked_out(columns: Columns) -> list[str]:
    """The command that works out columns; none if there are none."""
    return [f"EVAL {', '.join(f'{name} = {said}' for said, name in columns.names.items())}"] if columns.names else []


def split_up(one: Asked) -> tuple[str, Tree | None]:
    """What the index answers of a shape's condition, in Lucene's syntax, and what is left of it to be asked."""
    parts = args_of(one.tree) if isinstance(one.tree, ConditionAND) else [one.tree]
    answered = [(indexed(part, one.shape.fields), part) for part in parts]
    texts = [text for text, _ in answered if text]
    rest = [part for text, part in answered if not text]
    return " AND ".join(texts), every(rest) if rest else None


def deviations_of(tree: Tree, kept: Sequence[Asked]) -> set[str]:
    """The deviations of ``semantics.md`` that a condition runs into in ES|QL alone."""
    found = leaves(tree)
    keywords = any(isinstance(leaf, ConditionValueExpression) for leaf in found)
    kinds = {field.type for one in kept for field in one.shape.fields.values()}
    regexes = [leaf.value for leaf in found if isinstance(leaf.value, SigmaRegularExpression)]
    met = {
        "ascii-case": any(lowered_otherwise(value) for value in regexes),
        "token-keywords": keywords and bool(kinds - LOADED - SHOWN),
    }
    return {name for name, holds in met.items() if holds}
