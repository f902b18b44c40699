"""Condition trees: pySigma's nodes, put together and walked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias, cast

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.types import SigmaFieldReference, SigmaType

Atom: TypeAlias = ConditionFieldEqualsValueExpression
Keyword: TypeAlias = ConditionValueExpression
Leaf: TypeAlias = Atom | Keyword
Group: TypeAlias = ConditionAND | ConditionOR | ConditionNOT
Tree: TypeAlias = Group | Leaf


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
        flat += args_of(arg) if isinstance(arg, kind) else [arg]
    if not flat:
        raise ValueError("a condition of nothing")
    return kind(flat) if len(flat) > 1 else cast(Tree, flat[0])


def args_of(tree: Tree) -> list[Tree]:
    """What a group is made of; nothing for a leaf."""
    return cast("list[Tree]", tree.args) if isinstance(tree, (ConditionAND, ConditionOR, ConditionNOT)) else []


def rebuilt(tree: Group, args: Iterable[Tree]) -> Tree:
    """A group of the same kind over other arguments."""
    if isinstance(tree, ConditionNOT):
        return negation(next(iter(args)))
    return every(args) if isinstance(tree, ConditionAND) else some(args)


def leaves(tree: Tree) -> Iterator[Leaf]:
    """The leaves of a tree from left to right."""
    if isinstance(tree, (ConditionAND, ConditionOR, ConditionNOT)):
        for arg in args_of(tree):
            yield from leaves(arg)
    else:
        yield tree


def fields_of(tree: Tree) -> list[str]:
    """The Sigma fields that a tree reads, in the order of their first use."""
    found: dict[str, None] = {}
    for leaf in leaves(tree):
        if isinstance(leaf, ConditionFieldEqualsValueExpression):
            found[leaf.field] = None
            if isinstance(leaf.value, SigmaFieldReference):
                found[leaf.value.field] = None
    return list(found)


def pushed(tree: Tree, *, negated: bool = False) -> Tree:
    """The same condition with every NOT directly above a leaf (negation normal form)."""
    if isinstance(tree, ConditionNOT):
        return pushed(args_of(tree)[0], negated=not negated)
    if isinstance(tree, (ConditionAND, ConditionOR)):
        args = [pushed(arg, negated=negated) for arg in args_of(tree)]
        return every(args) if isinstance(tree, ConditionAND) is not negated else some(args)
    return negation(tree) if negated else tree
