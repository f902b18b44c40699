"""One search out of the shapes in which events arrive at Splunk, and what a package has to know about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sigma.conditions import ConditionValueExpression
from sigma.types import SigmaCasedString, SigmaString

from compiler.targets.changes import changes_of
from compiler.targets.pipeline import Asked, lists_of
from compiler.targets.splunk_search import EMPTY_LIST, Clause, clause, list_macro
from compiler.targets.tree import Atom, Tree, leaves

NAME = "splunk"
_LIKE_OTHERS = frozenset("ikIK")
"""The ASCII letters that are one beyond ASCII, too, when case does not count: the Kelvin sign, and I with a dot."""


def searches(asked: Sequence[Asked]) -> list[tuple[str, str]]:
    """What is searched in each shape, without repeats: the macro of the source with terms, and a ``where`` or ''."""
    found: dict[tuple[str, str], None] = {}
    for one in asked:
        said = clause(one.tree, one.shape.fields, one.shape.arrival.escapes)
        found[(terms_of(one, said), said.where)] = None
    return list(found)


def terms_of(asked: Asked, said: Clause) -> str:
    """The macro of a source with the terms that are searched there; one that generates events stands before a search.

    *from* of the Search Reference: a generating command, which stands behind a pipe at the beginning.
    """
    macro = f"`{asked.shape.arrival.where['macro']}`"
    if generates(asked):
        return f"| {macro}" + (f"\n| search {said.search}" if said.search else "")
    return f"{macro} {said.search}".rstrip()


def generates(asked: Asked) -> bool:
    """True if the macro of the source is a command that makes events, as that of a data model is, and no search."""
    return bool(asked.shape.arrival.where.get("generates"))


def united(parts: Sequence[tuple[str, str]]) -> str:
    """The events of any of several searches, each once: an OR if they share their ``where``, else a multisearch."""
    wheres = {where for _, where in parts}
    if len(wheres) == 1:
        terms = [term for term, _ in parts]
        return piped(terms[0] if len(terms) == 1 else " OR ".join(f"({term})" for term in terms), *wheres)
    return "| multisearch " + " ".join(f"[ search {piped(*part, separator=' ')} ]" for part in parts)


def piped(terms: str, where: str, separator: str = "\n") -> str:
    """A search and its ``where``, if it has one."""
    return f"{terms}{separator}| where {where}" if where else terms


def settings_of(asked: Sequence[Asked], left_out: Sequence[str], trees: Sequence[Tree]) -> dict[str, Any]:
    """``Query.settings`` of a search: its macros, sources and shapes, what was left out, and named deviations."""
    return {
        "macros": {
            one.shape.arrival.where["macro"]: one.shape.arrival.where["default"]
            for one in sorted(asked, key=lambda one: str(one.shape.arrival.where["macro"]))
        },
        "option": next((one.shape.arrival.option for one in asked if one.shape.arrival.option), ""),
        "generating": sorted({str(one.shape.arrival.where["macro"]) for one in asked if generates(one)}),
        "lists": {list_macro(name): EMPTY_LIST for name in lists_of(asked)},
        "sources": sorted({one.shape.source.name for one in asked}),
        "shapes": sorted({one.shape.name for one in asked}),
        "left_out": list(left_out),
        "deviations": sorted({name for tree in trees for name in _deviations(tree, asked)}),
    }


def names_of(asked: Sequence[Asked]) -> tuple[str, ...]:
    """The fields at Splunk that are read, sorted."""
    return tuple(sorted(set[str]().union(*(one.names() for one in asked))))


def _deviations(tree: Tree, asked: Sequence[Asked]) -> set[str]:
    """The deviations of ``semantics.md`` that a condition runs into at Splunk."""
    found = set()
    for leaf in leaves(tree):
        if type(leaf) is ConditionValueExpression:
            found.add("token-keywords")
        if isinstance(leaf.value, SigmaString):
            parts = leaf.value.s
            if not parts:
                found.add("empty-is-missing")
            text = "".join(part for part in parts if type(part) is str)
            if not text.isascii() or (not _LIKE_OTHERS.isdisjoint(text) and _folds_encoded(leaf, asked)):
                found.add("ascii-case")
    return found


def _folds_encoded(leaf: Atom | ConditionValueExpression, asked: Sequence[Asked]) -> bool:
    """True if letter case does not count in a field that is kept in hexadecimal, where letters are no longer seen."""
    if isinstance(leaf, ConditionValueExpression) or isinstance(leaf.value, SigmaCasedString):
        return False
    fields = (one.shape.fields.get(leaf.field) for one in asked)
    return any("hex_unless_plain" in changes_of(field) for field in fields if field is not None)
