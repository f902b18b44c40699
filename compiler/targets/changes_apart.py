"""A list of which a store keeps each value in a field of its own, as Winlogbeat does: ``param1``, ``param2``, and on.

A condition on such a list is one on any of these fields. ``Field.upto`` says how many there are; of an event with more
values the store has more fields than are asked.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from sigma.conditions import ConditionAND, ConditionNOT, ConditionOR, ConditionValueExpression
from sigma.types import SigmaFieldReference, SigmaNull

from compiler.content.model import Field
from compiler.targets.target import UNSAYABLE, Refusal
from compiler.targets.tree import Tree, args_of, equals, every, rebuilt, some


def numbered(fields: Mapping[str, Field]) -> dict[str, tuple[str, ...]]:
    """By the Sigma field of each such list the names by which its values are asked for, in order."""
    return {
        name: tuple(f"{name} {number}" for number in range(1, field.upto + 1))
        for name, field in fields.items()
        if field.upto
    }


def opened(fields: Mapping[str, Field]) -> dict[str, Field]:
    """``fields`` with each such list as the fields that hold its values."""
    found: dict[str, Field] = {}
    for name, field in fields.items():
        if not field.upto:
            found[name] = field
        for number in range(1, field.upto + 1):
            found[f"{name} {number}"] = dataclasses.replace(field, name=f"{field.name}{number}", upto=0)
    return found


def apart(tree: Tree, lists: Mapping[str, Sequence[str]]) -> Tree:
    """``tree`` with each test of such a list as one of its values. Raises ``Refusal`` for a comparison of fields."""
    if isinstance(tree, (ConditionAND, ConditionOR, ConditionNOT)):
        return rebuilt(tree, [apart(arg, lists) for arg in args_of(tree)])
    if isinstance(tree, ConditionValueExpression):
        return tree
    value = tree.value
    if isinstance(value, SigmaFieldReference) and {tree.field, value.field} & set(lists):
        raise Refusal(UNSAYABLE, f"{tree.field!r} and {value.field!r}: a list in several fields is not compared")
    if tree.field not in lists:
        return tree
    # The list is missing where every one of its values is.
    joined = every if isinstance(value, SigmaNull) else some
    return joined(equals(name, value) for name in lists[tree.field])
