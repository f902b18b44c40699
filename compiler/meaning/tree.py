"""The tree that a rule is read into: what evaluation, explanation, witnesses, mutants and lint walk."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from compiler.meaning.errors import Keys
from compiler.meaning.predicates import Predicate, Reference


@dataclasses.dataclass(frozen=True, slots=True)
class Value:
    """One value of a rule as written, and the predicates that it became: it holds if any of them does."""

    source: Any
    predicates: tuple[Predicate, ...]
    keys: Keys


@dataclasses.dataclass(frozen=True, slots=True)
class Atom:
    """One entry of a map (``field|modifiers: values``), or a group of keywords if ``field`` is None.

    Holds if any value does, with ``all`` among the modifiers if all do, with ``neq`` if that is not so.
    """

    field: str | None
    modifiers: tuple[str, ...]
    values: tuple[Value, ...]
    keys: Keys

    @property
    def every(self) -> bool:
        """All values must hold rather than any."""
        return "all" in self.modifiers

    @property
    def negated(self) -> bool:
        """What the values say must not be so."""
        return "neq" in self.modifiers

    @property
    def label(self) -> str:
        """The entry's key as written; ``keywords`` for keywords without modifiers."""
        return "|".join((self.field or "", *self.modifiers)) or "keywords"


@dataclasses.dataclass(frozen=True, slots=True)
class And:
    """All parts hold. ``label``: a selection's name, ``all of x*``, or ``and``."""

    parts: tuple[Node, ...]
    label: str
    keys: Keys


@dataclasses.dataclass(frozen=True, slots=True)
class Or:
    """Any part holds. ``label``: a selection's name, ``1 of x*``, or ``or``."""

    parts: tuple[Node, ...]
    label: str
    keys: Keys


@dataclasses.dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Node
    keys: Keys

    @property
    def label(self) -> str:
        """How a condition writes it."""
        return "not"


Node = And | Or | Not | Atom


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, parents first; what a condition names twice comes twice."""
    yield node
    if isinstance(node, Not):
        yield from walk(node.part)
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from walk(part)


def atoms(node: Node) -> tuple[Atom, ...]:
    """The atoms below a node, each once, in the order of the condition."""
    found: dict[int, Atom] = {id(item): item for item in walk(node) if isinstance(item, Atom)}
    return tuple(found.values())


def fields(node: Node) -> frozenset[str]:
    """The names of all fields that are read, those that ``fieldref`` refers to included."""
    named = {atom.field for atom in atoms(node) if atom.field is not None}
    for atom in atoms(node):
        for value in atom.values:
            named.update(item.field for item in value.predicates if isinstance(item, Reference))
    return frozenset(named)
