"""Condition trees: pySigma's nodes, put together and walked."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, TypeAlias, cast

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.types import (
    Placeholder,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaRegularExpression,
    SigmaString,
    SigmaType,
    SpecialChars,
)

Atom: TypeAlias = ConditionFieldEqualsValueExpression
Keyword: TypeAlias = ConditionValueExpression
Leaf: TypeAlias = Atom | Keyword
Group: TypeAlias = ConditionAND | ConditionOR | ConditionNOT
Tree: TypeAlias = Group | Leaf

# By identity of the class: ``isinstance`` of pySigma's abstract classes was a fifth of a conversion.
GROUPS = frozenset({ConditionAND, ConditionOR, ConditionNOT})


@dataclasses.dataclass
class CasedReference(SigmaFieldReference):
    """Another field whose value is compared letter by letter (``fieldref`` with ``cased``), which pySigma forgets."""


_REFERENCES = frozenset({SigmaFieldReference, CasedReference})


def equals(field: str, value: SigmaType) -> Atom:
    """A leaf that asks a field for a value."""
    return ConditionFieldEqualsValueExpression(field, value)


def every(args: Iterable[Tree]) -> Tree:
    """All of ``args``; the only one of them as it is. Raises ``ValueError`` for none."""
    return _grouped(ConditionAND, args)


def some(args: Iterable[Tree]) -> Tree:
    """Any of ``args``; the only one of them as it is. Raises ``ValueError`` for none."""
    return _grouped(ConditionOR, args)


def negation(tree: Tree) -> Tree:
    """Not ``tree``; a negation is taken off rather than doubled."""
    return args_of(tree)[0] if isinstance(tree, ConditionNOT) else ConditionNOT([tree])


def _grouped(kind: type[ConditionAND] | type[ConditionOR], args: Iterable[Tree]) -> Tree:
    flat: list[Any] = []
    for arg in args:
        flat += args_of(arg) if type(arg) is kind else [arg]
    if not flat:
        raise ValueError("a condition of nothing")
    return kind(flat) if len(flat) > 1 else cast(Tree, flat[0])


def args_of(tree: Tree) -> list[Tree]:
    """What a group is made of; nothing for a leaf."""
    return tree.args if type(tree) in GROUPS else []  # type: ignore[return-value, union-attr]


def rebuilt(tree: Group, args: Iterable[Tree]) -> Tree:
    """A group of the same kind over other arguments."""
    if isinstance(tree, ConditionNOT):
        return negation(next(iter(args)))
    return every(args) if isinstance(tree, ConditionAND) else some(args)


def leaves(tree: Tree) -> list[Leaf]:
    """The leaves of a tree from left to right."""
    if type(tree) not in GROUPS:
        return [tree]  # type: ignore[list-item]
    found: list[Leaf] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if type(node) in GROUPS:
            waiting += reversed(node.args)  # type: ignore[union-attr, arg-type]
        else:
            found.append(node)  # type: ignore[arg-type]
    return found


def fields_of(tree: Tree) -> list[str]:
    """The Sigma fields that a tree reads, in the order of their first use."""
    found: dict[str, None] = {}
    for leaf in leaves(tree):
        if type(leaf) is ConditionFieldEqualsValueExpression:
            found[leaf.field] = None
            if type(leaf.value) in _REFERENCES:
                found[leaf.value.field] = None  # type: ignore[attr-defined]
    return list(found)


def pushed(tree: Tree, *, negated: bool = False) -> Tree:
    """The same condition with every NOT directly above a leaf (negation normal form)."""
    if isinstance(tree, ConditionNOT):
        return pushed(args_of(tree)[0], negated=not negated)
    if isinstance(tree, (ConditionAND, ConditionOR)):
        args = [pushed(arg, negated=negated) for arg in args_of(tree)]
        return every(args) if isinstance(tree, ConditionAND) is not negated else some(args)
    return negation(tree) if negated else tree


def unset(leaf: Leaf) -> bool:
    """True if a leaf asks for a placeholder that stands for nothing, so that nothing meets it."""
    value = leaf.value
    if type(value) is SigmaExpansion:
        return True
    return isinstance(value, (SigmaString, SigmaRegularExpression)) and value.contains_placeholder()


def list_of(leaf: Leaf) -> str:
    """The placeholder that a field is asked for, whole and as it is; empty if it is asked for anything else."""
    if type(leaf) is not ConditionFieldEqualsValueExpression or type(leaf.value) is not SigmaString:
        return ""
    parts = leaf.value.s
    return parts[0].name if len(parts) == 1 and isinstance(parts[0], Placeholder) else ""


def without(tree: Tree, absent: frozenset[str], lists: frozenset[str] = frozenset()) -> Tree | bool:
    """``tree`` for events that have none of the fields ``absent``; True or False where nothing else decides.

    Two-valued, as ``semantics.md`` has a missing field: a test of it is false, ``null`` and
    ``exists: false`` are true, a negation the opposite. A test of a placeholder that stands for nothing is false,
    but for one of the fields ``lists``, whose list is read when the query runs.
    """
    if isinstance(tree, ConditionNOT):
        inner = without(args_of(tree)[0], absent, lists)
        return not inner if isinstance(inner, bool) else negation(inner)
    if isinstance(tree, (ConditionAND, ConditionOR)):
        decisive = isinstance(tree, ConditionOR)
        args = [without(arg, absent, lists) for arg in args_of(tree)]
        if any(arg is decisive for arg in args):
            return decisive
        rest = [arg for arg in args if not isinstance(arg, bool)]
        return rebuilt(tree, rest) if rest else not decisive
    if unset(tree):
        return tree if list_of(tree) and cast(Atom, tree).field in lists else False
    return _settled(tree, absent)


def _settled(leaf: Leaf, absent: frozenset[str]) -> Tree | bool:
    if isinstance(leaf, ConditionFieldEqualsValueExpression) and absent:
        if leaf.field in absent:
            return isinstance(leaf.value, SigmaNull) or (isinstance(leaf.value, SigmaExists) and not leaf.value.exists)
        if isinstance(leaf.value, SigmaFieldReference) and leaf.value.field in absent:
            return False
    return leaf


def spelled(tree: Tree, texts: Iterable[str]) -> Tree:
    """``tree`` with each keyword as a test of the fields ``texts``: somewhere in any of them."""
    names = list(texts)
    if isinstance(tree, (ConditionAND, ConditionOR, ConditionNOT)):
        return rebuilt(tree, [spelled(arg, names) for arg in args_of(tree)])
    if isinstance(tree, ConditionValueExpression):
        return some(equals(name, _within(tree.value)) for name in names)
    return tree


def _within(value: SigmaType) -> SigmaType:
    if not isinstance(value, SigmaString):
        return value
    inside = value.__class__()
    wild = SpecialChars.WILDCARD_MULTI
    inside.s = [wild, *value.s, wild]
    inside.original = value.original
    return inside
