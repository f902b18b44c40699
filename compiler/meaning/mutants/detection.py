"""Mutants of selections: atoms, modifiers, values and fields, one thing changed at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.meaning.errors import Keys
from compiler.meaning.modifiers import COMPARISONS, SHAPES
from compiler.meaning.mutants.mutant import Mutant, shown, with_key, with_value, without

_NEVER = "\ue000no event has this"
"""A private code point leads, so that no value of an event is matched by it."""
_OPPOSITES = {"lt": "lte", "lte": "lt", "gt": "gte", "gte": "gt"}


def selection_mutants(body: Mapping[str, Any], section: str) -> Iterator[Mutant]:
    """Mutants of every selection in ``section``, ``detection`` or ``filter``. Some may have no meaning."""
    for name, definition in body[section].items():
        if name in ("condition", "rules"):
            continue
        keys: Keys = (section, name)
        if isinstance(definition, Mapping):
            yield from _map(body, keys, definition)
        elif isinstance(definition, list):
            yield from _list(body, keys, definition)
        else:
            yield _literal(body, keys, definition)


def _list(body: Mapping[str, Any], keys: Keys, items: list[Any]) -> Iterator[Mutant]:
    words = [index for index, item in enumerate(items) if not isinstance(item, Mapping)]
    for index, item in enumerate(items):
        place = (*keys, index)
        if isinstance(item, Mapping):
            if len(items) > 1:
                yield Mutant("drop alternative", f"without {', '.join(map(str, item))}", place, without(body, place))
            yield from _map(body, place, item)
        elif len(items) > 1:
            yield Mutant("drop value of a list", f"without {shown(item)}", place, without(body, place), counted=False)
    if len(words) == 1:
        yield _literal(body, (*keys, words[0]), items[words[0]])
    elif words:
        changed = [_changed(item) if index in words else item for index, item in enumerate(items)]
        yield Mutant("change literal", "each keyword changed", keys, with_value(body, keys, changed))


def _map(body: Mapping[str, Any], keys: Keys, entries: Mapping[Any, Any]) -> Iterator[Mutant]:
    for key, value in entries.items():
        place = (*keys, key)
        if len(entries) > 1:
            yield Mutant("drop atom", f"without {key}", place, without(body, place))
        field, *modifiers = str(key).split("|")
        if field:
            yield from _key(body, place, "change field", "|".join((f"{field}_", *modifiers)))
        yield from _modifiers(body, place, field, modifiers)
        yield from _values(body, place, value, modifiers)


def _key(body: Mapping[str, Any], place: Keys, operator: str, key: str) -> Iterator[Mutant]:
    changed = with_key(body, place, key)
    if changed is not None:
        yield Mutant(operator, f"{place[-1]} -> {key}", place, changed)


def _modifiers(body: Mapping[str, Any], place: Keys, field: str, modifiers: list[str]) -> Iterator[Mutant]:
    named = {"all": "all to any", "neq": "remove not"}
    for index, modifier in enumerate(modifiers):
        rest = [*modifiers[:index], *modifiers[index + 1 :]]
        operator = named.get(modifier, "drop modifier")
        yield from _key(body, place, operator, "|".join((field, *rest)))
        others = [shape for shape in SHAPES if shape != modifier] if modifier in SHAPES else []
        for other in others:
            key = "|".join((field, *modifiers[:index], other, *modifiers[index + 1 :]))
            yield from _key(body, place, "exchange modifier", key)
        if modifier in COMPARISONS:
            key = "|".join((field, *modifiers[:index], _OPPOSITES[modifier], *modifiers[index + 1 :]))
            yield from _key(body, place, "shift comparison", key)


def _values(body: Mapping[str, Any], place: Keys, value: Any, modifiers: list[str]) -> Iterator[Mutant]:
    if not isinstance(value, list):
        yield _literal(body, place, value, modifiers)
        yield from _special(body, place, value, modifiers)
        return
    every = "all" in modifiers
    for index, item in enumerate(value):
        if len(value) > 1:
            operator = "drop value of all" if every else "drop value of a list"
            changed = without(body, (*place, index))
            yield Mutant(operator, f"without {shown(item)}", (*place, index), changed, counted=every)
        if every or len(value) == 1:
            yield _literal(body, (*place, index), item, modifiers)
        yield from _special(body, (*place, index), item, modifiers)
    if len(value) > 1 and not every:
        changed = with_value(body, place, [_changed(item, modifiers) for item in value])
        yield Mutant("change literal", f"each of {len(value)} values changed", place, changed)


def _literal(body: Mapping[str, Any], keys: Keys, value: Any, modifiers: list[str] | None = None) -> Mutant:
    other = _changed(value, modifiers or [])
    return Mutant("change literal", f"{shown(value)} -> {shown(other)}", keys, with_value(body, keys, other))


def _changed(value: Any, modifiers: list[str] | None = None) -> Any:
    """A value of the same kind that no event of the cases has."""
    given = modifiers or []
    if "exists" in given or isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return -value - 1_000_003 if {"gt", "gte"}.isdisjoint(given) else value + 10**12
    if "cidr" in given:
        return "fd00:0:0:ffff::/127"
    if "re" in given:
        return f"{value}\ue000"
    return _NEVER if value is None or value == "" else f"{value}{_NEVER}"


def _special(body: Mapping[str, Any], keys: Keys, value: Any, modifiers: list[str]) -> Iterator[Mutant]:
    if value is None:
        yield Mutant("null and empty", "null -> ''", keys, with_value(body, keys, ""))
    elif value == "" and isinstance(value, str) and not modifiers:
        yield Mutant("null and empty", "'' -> null", keys, with_value(body, keys, None))
    if set(modifiers) & set(COMPARISONS) and isinstance(value, (int, float)) and not isinstance(value, bool):
        for step in (-1, 1):
            changed = with_value(body, keys, value + step)
            yield Mutant("shift comparison", f"{value} -> {value + step}", keys, changed)
