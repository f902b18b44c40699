"""A mutant of a rule, and how a body is changed at one place without touching the original."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from compiler.meaning.errors import Keys


@dataclasses.dataclass(frozen=True, slots=True)
class Mutant:
    """A rule with one thing changed.

    ``operator`` is the sort of change, ``description`` says what became what, ``keys`` lead to the place in the
    original body. ``body`` is the changed body of a Sigma rule; ``text`` the changed source of a YARA rule, changed at
    ``offset``. ``counted`` is False for what is only reported: a dropped value of a list, which to notice would mean to
    copy the list into cases.
    """

    operator: str
    description: str
    keys: Keys = ()
    body: Mapping[str, Any] | None = None
    text: str = ""
    offset: int = 0
    counted: bool = True


def at(body: Any, keys: Keys) -> Any:
    """What stands at a place."""
    for key in keys:
        body = body[key]
    return body


def with_value(body: Any, keys: Keys, value: Any) -> Any:
    """The body with another value at a place; what is not on the way there is shared."""
    if not keys:
        return value
    changed: Any = dict(body) if isinstance(body, Mapping) else list(body)
    changed[keys[0]] = with_value(body[keys[0]], keys[1:], value)
    return changed


def without(body: Any, keys: Keys) -> Any:
    """The body without the key or list item at a place."""
    parent = at(body, keys[:-1])
    if isinstance(parent, Mapping):
        return with_value(body, keys[:-1], {key: value for key, value in parent.items() if key != keys[-1]})
    return with_value(body, keys[:-1], [value for index, value in enumerate(parent) if index != keys[-1]])


def with_key(body: Any, keys: Keys, key: str) -> Any | None:
    """The body with another key at a place, in the same order; None if the map has that key already."""
    parent = at(body, keys[:-1])
    if key in parent:
        return None
    return with_value(body, keys[:-1], {key if name == keys[-1] else name: value for name, value in parent.items()})


def shown(value: Any) -> str:
    """A value in a description, cut to a length that fits a line."""
    text = "null" if value is None else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
