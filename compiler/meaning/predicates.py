"""What one value of a rule asks of an event, after its modifiers are applied: frozen, and without behaviour."""

from __future__ import annotations

import dataclasses

from compiler.meaning.network import Network
from compiler.meaning.patterns import Tokens
from compiler.meaning.regex import Dialect


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """The whole text fits the pattern; letter case folded on both sides unless ``cased``."""

    tokens: Tokens
    cased: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Number:
    """Equal as a number, or a string that reads exactly the same."""

    value: int | float


@dataclasses.dataclass(frozen=True, slots=True)
class Boolean:
    """The boolean itself, or its name in letters of either case (as JSON writes it if ``cased``)."""

    value: bool
    cased: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Null:
    """The field is missing or null."""


@dataclasses.dataclass(frozen=True, slots=True)
class Presence:
    """The field is there, whatever its value; or, if not ``present``, it is not."""

    present: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Regex:
    """The regex is found in the text."""

    source: str
    dialect: Dialect


@dataclasses.dataclass(frozen=True, slots=True)
class InNetwork:
    """The text is an address of the range."""

    network: Network


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """Equal to another field of the event, or as ``shape`` (contains, startswith, endswith) says."""

    field: str
    shape: str = ""
    cased: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """A number that is ``operator`` (lt, lte, gt, gte) ``limit``; of a timestamp its ``part``, where one is named.

    ``operator`` is ``eq`` for a part without a comparison.
    """

    operator: str
    limit: int | float
    part: str = ""


Predicate = Text | Number | Boolean | Null | Presence | Regex | InNetwork | Reference | Comparison
