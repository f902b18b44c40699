"""One condition for all shapes of a rule, where a query that says it in each would be too long.

Each shape gets columns of text under the names of the rule, and what all shapes are asked alike is asked of these.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from sigma.conditions import ConditionAND, ConditionNOT, ConditionOR, ConditionValueExpression
from sigma.types import SigmaString, SigmaType, SpecialChars

from compiler.content.model import Field
from compiler.targets.kusto_query import columns_of, united
from compiler.targets.kusto_text import quoted_name
from compiler.targets.kusto_where import WHOLE, Where, joins
from compiler.targets.pipeline import Asked
from compiler.targets.tree import Tree, args_of, equals, fields_of, leaves, rebuilt, spelled


def shared(asked: Sequence[Asked], *, dense: bool) -> tuple[str, dict[str, list[str]]] | None:
    """The query, and the columns that it makes of each table; None if the shapes have nothing in common.

    ``dense``: in as few characters as can be (``Where``), even of one shape.

    A condition of texts means the same on a column of numbers that is read as text, hence as text in every shape, and
    a keyword the same on one column that holds all texts of the event.
    """
    asked = [_with_whole(one) for one in asked]
    if (len(asked) < 2 and not dense) or any(field.type == "datetime" for one in asked for field in _read(one)):
        return None
    if any(isinstance(leaf, ConditionValueExpression) for one in asked for leaf in leaves(one.tree)):
        return None  # a pattern, which would also be found across two values that stand in one text
    names = _names(asked)
    where = Where({field: Field(name, "string", "") for field, name in names.items()}, dense=dense)
    said = [{where.write(conjunct): conjunct for conjunct in _conjuncts(one)} for one in asked]
    common = {text: tree for text, tree in said[0].items() if all(text in other for other in said[1:])}
    if not common:
        return None
    fields = list(dict.fromkeys(field for tree in common.values() for field in fields_of(tree)))
    parts = [
        _part(one, Where(one.shape.fields, dense=dense), [own[t] for t in own if t not in common], fields, names)
        for one, own in zip(asked, said, strict=True)
    ]
    text = "\n".join([united(list(dict.fromkeys(parts))), *(f"| where {condition}" for condition in common)])
    made = sorted(names[field] for field in fields)
    return text, {one.shape.arrival.where["table"]: made for one in asked}


def _part(one: Asked, where: Where, own: Sequence[Tree], fields: Sequence[str], names: dict[str, str]) -> str:
    """The events of one shape that meet what is asked of it alone, with the columns that all have."""
    texts = {field: where.text(field) if field != WHOLE else _whole(one) for field in fields}
    made = ", ".join(f"{quoted_name(names[field])} = {text}" for field, text in texts.items())
    conditions = [f"| where {where.write(tree)}" for tree in own]
    return "\n".join([one.shape.arrival.where["table"], *conditions, f"| extend {made}"])


def _with_whole(one: Asked) -> Asked:
    """The same with keywords as conditions on the column that holds all texts, or the one that is all there is."""
    tree = _spelled(one.tree, one.shape.arrival.texts)
    if WHOLE not in fields_of(tree):
        return one
    fields = {**one.shape.fields, WHOLE: Field(WHOLE, "string", "")}
    return Asked(dataclasses.replace(one.shape, fields=fields), tree)


def _spelled(tree: Tree, texts: Sequence[str]) -> Tree:
    if isinstance(tree, (ConditionAND, ConditionOR, ConditionNOT)):
        return rebuilt(tree, [_spelled(arg, texts) for arg in args_of(tree)])
    if isinstance(tree, ConditionValueExpression):
        return spelled(tree, [WHOLE]) if joins(tree.value) else tree
    return equals(WHOLE, tree.value) if [tree.field] == list(texts) and _contains(tree.value) else tree


def _contains(value: SigmaType) -> bool:
    """True for what a keyword has become where one field alone is asked for it."""
    wild = SpecialChars.WILDCARD_MULTI
    return isinstance(value, SigmaString) and len(value.s) == 3 and value.s[0] is value.s[2] is wild


def _whole(one: Asked) -> str:
    fields = {field: column for field, column in one.shape.fields.items() if field != WHOLE}
    texts = one.shape.arrival.texts
    return Where(fields).text(texts[0]) if len(texts) == 1 else Where(fields).everything()


def _conjuncts(one: Asked) -> Sequence[Tree]:
    return args_of(one.tree) if isinstance(one.tree, ConditionAND) else [one.tree]


def _read(one: Asked) -> list[Field]:
    return [one.shape.fields[field] for field in fields_of(one.tree)]


def _names(asked: Sequence[Asked]) -> dict[str, str]:
    """A column for each field: its own name, unless a table has another column of that name."""
    names: dict[str, str] = {}
    for field in dict.fromkeys(field for one in asked for field in fields_of(one.tree)):
        plain = re.sub(r"\W", "_", field, flags=re.ASCII)
        taken = any(
            plain in columns_of(one) and one.shape.fields[field].name != plain
            for one in asked
            if field in one.shape.fields
        )
        names[field] = f"Sigma_{plain}" if taken or plain in names.values() else plain
    return names
