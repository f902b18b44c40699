"""What differs between the engines that read SQL: names, literals, functions. One subclass an engine.

A table of a data lake has a column for each field of its source, of one of the types below; ``T[]`` is a list of them.
"""

from __future__ import annotations

import abc
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from compiler.targets.target import UNSAYABLE, Refusal

TEXT, WHOLE, REAL, TRUTH = "STRING", "BIGINT", "DOUBLE", "BOOLEAN"
TYPES = (TEXT, WHOLE, REAL, TRUTH)
"""The types of columns as ``detections/sources`` names them; both engines read these names."""
TIME = "event_time"
"""The column of every table that holds when the event happened."""

_ESCAPE = "!"


def fold(text: str) -> str:
    """``text`` in lower case as the engines fold a column: code point by code point (``semantics.md``, letter case)."""
    if text.isascii():
        return text.lower()
    return text.replace("\u0130", "i").replace("\u03a3", "\u03c3").lower()


class Dialect(abc.ABC):
    """One engine's SQL. Expressions are given and returned as text; each stands as an operand without parentheses."""

    name: ClassVar[str]
    title: ClassVar[str]
    wide: ClassVar[str]
    """The type of the widest whole numbers."""
    exact: ClassVar[str]
    """The type of numbers with ten decimals, in which sums are exact."""
    notes: ClassVar[Sequence[str]]
    """What who runs the queries has to know of the engine; lines of the package's README."""
    commands: ClassVar[Sequence[str]]
    """The calls that make the tables and run a query; lines of the package's README."""

    @abc.abstractmethod
    def quoted(self, name: str) -> str:
        """A name as an identifier."""

    @abc.abstractmethod
    def literal(self, text: str) -> str:
        """A text as a literal, whatever characters are in it."""

    @abc.abstractmethod
    def folded(self, text: str) -> str:
        """A text in lower case, code point by code point."""

    @abc.abstractmethod
    def regex(self, pattern: str, flags: Iterable[str]) -> str:
        """A regex of a rule as this engine reads it; flags are of ``i``, ``m``, ``s``. Raises ``Refusal``."""

    @abc.abstractmethod
    def found(self, text: str, regex: str) -> str:
        """Whether a regex, as ``regex`` gives it, is found anywhere in a text."""

    @abc.abstractmethod
    def shaped(self, shape: str, text: str, part: str) -> str:
        """Whether ``text`` contains, starts with or ends with ``part`` (``shape``: as Sigma's modifiers)."""

    @abc.abstractmethod
    def array(self, items: Sequence[str]) -> str:
        """A list of expressions of one type."""

    @abc.abstractmethod
    def joined(self, lists: Sequence[str]) -> str:
        """Several lists as one."""

    @abc.abstractmethod
    def any_of(self, items: str, variable: str, test: str) -> str:
        """Whether ``test`` holds for any element of a list; null or false where none does."""

    @abc.abstractmethod
    def flat(self, lists: str) -> str:
        """A list of lists as one list."""

    @abc.abstractmethod
    def mapped(self, items: str, variable: str, expression: str) -> str:
        """A list with ``expression`` in the place of each element."""

    @abc.abstractmethod
    def present(self, items: str) -> str:
        """The elements that are not null."""

    @abc.abstractmethod
    def distinct(self, items: str) -> str:
        """Each element once."""

    @abc.abstractmethod
    def holds(self, items: str, item: str) -> str:
        """Whether a list has an element."""

    @abc.abstractmethod
    def item(self, items: str, place: int | str) -> str:
        """An element of a list; the first is 1."""

    @abc.abstractmethod
    def length(self, items: str) -> str:
        """How many elements a list has."""

    @abc.abstractmethod
    def spread(self, items: str) -> str:
        """A row for each element, in a list of columns."""

    @abc.abstractmethod
    def micros(self, time: str) -> str:
        """A time as microseconds since the epoch."""

    @abc.abstractmethod
    def instant(self, micros: str) -> str:
        """Microseconds since the epoch as a time."""

    @abc.abstractmethod
    def distinct_over(self, value: str, window: str) -> str:
        """How many distinct values there are in a window; null is none."""

    @abc.abstractmethod
    def sorted_over(self, value: str, window: str) -> str:
        """The values in a window as a sorted list, without null."""

    @abc.abstractmethod
    def type_of(self, type_: str) -> str:
        """The name of a type in the engine's own DDL."""

    @abc.abstractmethod
    def attempt(self, value: str, type_: str) -> str:
        """A value as another type, null where it is none."""

    @abc.abstractmethod
    def loading(self, table: str, fields: Mapping[str, tuple[str, str]]) -> str:
        """How JSON lines are loaded into a table; ``fields``: the name in the file to the column and its type."""

    @abc.abstractmethod
    def row(self, table: str) -> str:
        """A whole row of a table as JSON text."""

    def texts_of(self, items: str) -> str:
        """A list with each element as text."""
        return f"CAST({items} AS {self.type_of(f'{TEXT}[]')})"

    def text_of(self, value: str) -> str:
        """A number or boolean as text."""
        return f"CAST({value} AS {self.type_of(TEXT)})"

    def fits(self, text: str, pattern: str, *, escaped: bool) -> str:
        """Whether the whole of a text fits a pattern of ``LIKE``, in which ``escape`` has been at work or not."""
        return f"{text} LIKE {self.literal(pattern)}" + (f" ESCAPE '{_ESCAPE}'" if escaped else "")


def escape(text: str) -> str:
    """Literal text within a pattern of ``LIKE``."""
    for sign in (_ESCAPE, "%", "_"):
        text = text.replace(sign, _ESCAPE + sign)
    return text


def kind_of(type_: str) -> tuple[str, bool]:
    """The type of a column's values, and whether it is a list of them. Raises ``Refusal`` for an unknown type."""
    base = type_.removesuffix("[]")
    if base not in TYPES:
        raise Refusal(UNSAYABLE, f"a column of type {type_} cannot be asked; the types are {', '.join(TYPES)}")
    return base, base != type_
