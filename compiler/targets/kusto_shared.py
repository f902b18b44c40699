"""One condition for all shapes of a rule, where a query that says it in each would be too long.

Each shape gets columns of text under the names of the rule, and what all shapes are asked alike is asked of these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sigma.conditions import ConditionAND

from compiler.content.model import Field
from compiler.targets.kusto_query import columns_of, united
from compiler.targets.kusto_text import quoted_name
from compiler.targets.kusto_where import Where
from compiler.targets.pipeline import Asked
from compiler.targets.tree import Tree, args_of, fields_of


def shared(asked: Sequence[Asked], *, dense: bool) -> tuple[str, dict[str, list[str]]] | None:
    """The query, and the columns that it makes of each table; None if the shapes have nothing in common.

    ``dense``: in as few characters as can be (``Where``), even of one shape.

    A condition of texts means the same on a column of numbers that is read as text, hence as text in every shape.
    """
    if (len(asked) < 2 and not dense) or any(field.type == "datetime" for one in asked for field in _read(one)):
        return None
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
    made = ", ".join(f"{quoted_name(names[field])} = {where.text(field)}" for field in fields)
    conditions = [f"| where {where.write(tree)}" for tree in own]
    return "\n".join([one.shape.arrival.where["table"], *conditions, f"| extend {made}"])


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
