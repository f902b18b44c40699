"""Mutants of correlations: the count, the span, the group, the order, the type and the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.meaning.correlation import OPERATORS
from compiler.meaning.errors import Keys
from compiler.meaning.mutants.condition import condition_mutants
from compiler.meaning.mutants.mutant import Mutant, with_value, without

_AT: Keys = ("correlation",)
_TYPES = {
    "temporal": ("temporal_ordered",),
    "temporal_ordered": ("temporal",),
    "value_count": ("event_count",),
    "value_sum": ("value_avg",),
    "value_avg": ("value_sum",),
}
_OPPOSITES = {"gt": "gte", "gte": "gt", "lt": "lte", "lte": "lt", "eq": "gte", "neq": "gte"}


def correlation_mutants(body: Mapping[str, Any]) -> Iterator[Mutant]:
    """Mutants of a correlation. Some may have no meaning."""
    section = body["correlation"]
    yield from _counts(body, section.get("condition"))
    yield from _spans(body, section.get("timespan"))
    for key, operator in (("group-by", "drop group-by field"), ("rules", "drop rule")):
        names = section.get(key)
        if isinstance(names, list):
            for index, name in enumerate(names):
                place: Keys = (*_AT, key, index)
                changed = without(body, place) if len(names) > 1 else without(body, (*_AT, key))
                yield Mutant(operator, f"without {name}", place, changed)
    yield from _types(body, section)


def _counts(body: Mapping[str, Any], condition: Any) -> Iterator[Mutant]:
    place: Keys = (*_AT, "condition")
    if isinstance(condition, str):
        yield from condition_mutants(body, "correlation")
    if not isinstance(condition, Mapping):
        return
    for name in OPERATORS:
        value = condition.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        for step in (-1, 1):
            changed = with_value(body, (*place, name), value + step)
            yield Mutant("shift count", f"{name} {value} -> {value + step}", (*place, name), changed)
        other = _OPPOSITES[name]
        if other not in condition:
            renamed = {other if key == name else key: item for key, item in condition.items()}
            yield Mutant("exchange comparison", f"{name} -> {other}", (*place, name), with_value(body, place, renamed))


def _spans(body: Mapping[str, Any], timespan: Any) -> Iterator[Mutant]:
    found = re.fullmatch(r"([0-9]+)([smhd])", timespan) if isinstance(timespan, str) else None
    if found is None:
        return
    place: Keys = (*_AT, "timespan")
    seconds = int(found[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[found[2]]
    for operator, number in (("halve span", seconds // 2), ("double span", seconds * 2)):
        yield Mutant(operator, f"{timespan} -> {number}s", place, with_value(body, place, f"{number}s"))


def _types(body: Mapping[str, Any], section: Mapping[str, Any]) -> Iterator[Mutant]:
    kind, rules, condition = section.get("type"), section.get("rules"), section.get("condition")
    for other in _TYPES.get(str(kind), ()):
        changed = with_value(body, (*_AT, "type"), other)
        if other == "event_count" and isinstance(condition, Mapping):
            changed = without(changed, (*_AT, "condition", "field"))
        yield Mutant("change type", f"{kind} -> {other}", (*_AT, "type"), changed)
    if kind == "temporal_ordered" and isinstance(rules, list) and len(rules) > 1:
        place: Keys = (*_AT, "rules")
        yield Mutant("reverse order", "the rules in reverse", place, with_value(body, place, rules[::-1]))
