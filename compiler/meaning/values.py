"""What an event says under a field name: elements, their text, letter case folded, and all of it read once an event."""

from __future__ import annotations

import datetime
import enum
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final


class Unseen(enum.Enum):
    """What an explanation saw where there is no value to show; not None, for that is a value events have."""

    MISSING = "missing"
    """The event does not have the field."""
    NOTHING = "nothing"
    """The node reads no field of its own."""


MISSING: Final = Unseen.MISSING
NOTHING: Final = Unseen.NOTHING


def fold(text: str) -> str:
    """``text`` in lower case, code point by code point: Unicode's simple lower-case mapping (``semantics.md``).

    ``str.lower`` is that mapping but for two code points: it makes two of U+0130 and looks around at U+03A3, so that a
    part of a text would fold differently from the whole. Length is kept, hence ``?`` still stands for one code point.
    Nothing is folded beyond lower case: 'ß' is not 'ss', a final sigma is not a sigma.
    """
    if text.isascii():
        return text.lower()
    return text.replace("\u0130", "i").replace("\u03a3", "\u03c3").lower()


_MANY_BITS = 13_000
"""Above this (some 3,900 digits) Python refuses to write an integer in decimal."""


def text_of(element: Any) -> str | None:
    """How an element of an event reads as text; None for null and for an object, which have no text.

    ``true`` and ``false`` as JSON writes them; dates, which only YAML makes, in ISO 8601.
    """
    if isinstance(element, str):
        return element
    if isinstance(element, bool):
        return "true" if element else "false"
    if isinstance(element, int):
        return str(element) if element.bit_length() < _MANY_BITS else hex(element)
    if isinstance(element, float):
        return repr(element)
    if isinstance(element, datetime.date):
        return element.isoformat()
    return None


_NUMERIC = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]+")


def number_of(element: Any) -> int | float | None:
    """The number that an element is or spells in decimal digits; None if neither. Booleans are no numbers."""
    if isinstance(element, bool):
        return None
    if isinstance(element, (int, float)):
        return element
    if not isinstance(element, str) or len(element) > 400 or not _NUMERIC.fullmatch(element):
        return None
    return int(element) if _INTEGER.fullmatch(element) else float(element)


def lookup(event: Mapping[str, Any], field: str) -> Any:
    """The value under a field: a literal key first, then the path that its dots spell; ``MISSING`` if neither is there.

    Through a list of objects the values of all that have one, as a list.
    """
    if field in event:
        return event[field]
    at = field.find(".")
    while at != -1:
        if (inner := event.get(field[:at], MISSING)) is not MISSING:
            found = _below(inner, field[at + 1 :])
            if found is not MISSING:
                return found
        at = field.find(".", at + 1)
    return MISSING


def _below(inner: Any, rest: str) -> Any:
    if isinstance(inner, Mapping):
        return lookup(inner, rest)
    if isinstance(inner, list):
        found = [value for item in _flat(inner) if (value := _below(item, rest)) is not MISSING]
        return found or MISSING
    return MISSING


def _flat(value: Any) -> Iterator[Any]:
    # A stack instead of recursion, since events come from strangers too.
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, (list, tuple)):
            stack.extend(reversed(item))
        else:
            yield item


def elements(value: Any) -> tuple[Any, ...]:
    """The elements of a field's value: of a list each, also of lists in it; of anything else itself alone."""
    return tuple(_flat(value)) if isinstance(value, (list, tuple)) else (value,)


class View:
    """One event as rules ask for it: every answer is worked out once, however many rules ask.

    Fields that are not there have no elements and no texts. ``None`` as field stands for all values of the event, which
    is what keywords search.
    """

    __slots__ = ("_elements", "_folded", "_texts", "event")

    def __init__(self, event: Mapping[str, Any]) -> None:
        self.event = event
        self._elements: dict[str | None, tuple[Any, ...]] = {}
        self._texts: dict[str | None, tuple[str, ...]] = {}
        self._folded: dict[str | None, tuple[str, ...]] = {}

    def value(self, field: str) -> Any:
        """The value of a field as the event has it, or ``MISSING``."""
        return lookup(self.event, field)

    def elements(self, field: str | None) -> tuple[Any, ...]:
        """The elements of a field, null and objects included."""
        known = self._elements.get(field)
        if known is None:
            if field is None:
                known = tuple(_leaves(self.event))
            else:
                value = lookup(self.event, field)
                known = () if value is MISSING else elements(value)
            self._elements[field] = known
        return known

    def texts(self, field: str | None) -> tuple[str, ...]:
        """The elements of a field that have a text, as text."""
        known = self._texts.get(field)
        if known is None:
            known = tuple(text for item in self.elements(field) if (text := text_of(item)) is not None)
            self._texts[field] = known
        return known

    def folded(self, field: str | None) -> tuple[str, ...]:
        """``texts`` with letter case folded."""
        known = self._folded.get(field)
        if known is None:
            known = tuple(map(fold, self.texts(field)))
            self._folded[field] = known
        return known


def _leaves(event: Mapping[str, Any]) -> Iterator[Any]:
    stack: list[Any] = [event]
    while stack:
        item = stack.pop()
        if isinstance(item, Mapping):
            stack.extend(reversed(item.values()) if isinstance(item, dict) else item.values())
        elif isinstance(item, (list, tuple)):
            stack.extend(reversed(item))
        else:
            yield item
