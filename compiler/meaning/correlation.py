"""What a Sigma correlation means: events that rules matched, grouped, and counted in a sliding window."""

from __future__ import annotations

import dataclasses
import itertools
import math
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from compiler.meaning.errors import MeaningError
from compiler.meaning.evaluate import test_of
from compiler.meaning.tree import Node
from compiler.meaning.values import MISSING, View, elements, fold, lookup, number_of, text_of
from compiler.meaning.window import Member, firings, tally_of

OPERATORS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "eq": operator.eq,
    "neq": operator.ne,
}
MAX_GROUPS = 1000
"""Groups (or tuples of values) that one event with lists in its fields may be in."""


@dataclasses.dataclass(frozen=True, slots=True)
class Occurrence:
    """An event that rules of a correlation matched: ``event`` is its place in a list, ``rules`` theirs in ``rules``."""

    event: int
    time: int
    rules: frozenset[int]
    fields: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Firing:
    """A correlation that came true: at which event and time, and for which group (field or alias to value).

    ``fields`` is what a correlation of this correlation sees: the event's own, and the group's over them.
    """

    event: int
    time: int
    group: Mapping[str, Any]
    fields: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Correlation:
    """A correlation as it was read; sigma-correlation-rules-specification.md 2.1.0.

    ``rules`` are names and ids as written; ``span`` is in microseconds; ``criteria`` all hold together; ``expression``
    is the boolean condition over rules that pySigma added to the temporal types, its atoms fields named as the rules.
    """

    type: str
    rules: tuple[str, ...]
    group_by: tuple[str, ...]
    span: int
    criteria: tuple[tuple[str, Fraction], ...]
    fields: tuple[str, ...]
    percentile: Fraction
    expression: Node | None
    aliases: Mapping[str, Mapping[str, str]]
    generate: bool

    def firings(self, occurrences: Iterable[Occurrence]) -> list[Firing]:
        """Where it fires, by event and then by group.

        Values are compared as everywhere in Sigma: letter case folded, and a number equal to the text that reads the
        same. An event without one of the fields (or with null there) is in no group; with a list, in that of each
        element. Raises ``MeaningError`` if an event is in more than ``MAX_GROUPS``.
        """
        met = self._met()
        groups: dict[tuple[str, ...], list[Member]] = {}
        shown: dict[tuple[int, tuple[str, ...]], Occurrence] = {}
        for occurrence in sorted(occurrences, key=lambda item: (item.time, item.event)):
            for key, rules in self._groups_of(occurrence).items():
                groups.setdefault(key, []).append(self._member(occurrence, rules))
                shown.setdefault((occurrence.event, key), occurrence)
        found = [
            (member.event, key, self._fired(shown[member.event, key], key, member))
            for key, members in groups.items()
            for member in firings(members, self.span, tally_of(self.type, self._satisfied, met, self.percentile))
        ]
        return [firing for _, _, firing in sorted(found, key=lambda item: item[:2])]

    def field_of(self, field: str, rule: int) -> str:
        """The field that an alias stands for in events of a rule; a name that is no alias (there) is itself."""
        return self.aliases.get(field, {}).get(self.rules[rule], field)

    def _groups_of(self, occurrence: Occurrence) -> dict[tuple[str, ...], frozenset[int]]:
        # The fields that an alias stands for differ by rule, and with them the groups of one event.
        groups: dict[tuple[str, ...], frozenset[int]] = {}
        for rule in occurrence.rules:
            for key in self._tuples(occurrence, self.group_by, rule, "group-by"):
                groups[key] = groups.get(key, frozenset()) | {rule}
        return groups

    def _tuples(self, occurrence: Occurrence, names: tuple[str, ...], rule: int, what: str) -> list[tuple[str, ...]]:
        choices = [_texts(lookup(occurrence.fields, self.field_of(name, rule))) for name in names]
        if math.prod(map(len, choices)) > MAX_GROUPS:
            raise MeaningError(("correlation", what), f"lists in one event make more than {MAX_GROUPS} groups of it")
        return list(itertools.product(*choices))

    def _member(self, occurrence: Occurrence, rules: frozenset[int]) -> Member:
        values: tuple[tuple[str, ...], ...] = ()
        numbers: tuple[Fraction, ...] = ()
        # Should an alias mean two fields of one event, it counts under the rule that is listed first.
        rule = min(rules)
        if self.type == "value_count":
            values = tuple(self._tuples(occurrence, self.fields, rule, "condition"))
        elif self.fields:
            numbers = tuple(_numbers(lookup(occurrence.fields, self.field_of(self.fields[0], rule))))
        return Member(occurrence.event, occurrence.time, rules, values, numbers)

    def _fired(self, closing: Occurrence, key: tuple[str, ...], member: Member) -> Firing:
        group: dict[str, Any] = {}
        for name, text in zip(self.group_by, key, strict=True):
            value = lookup(closing.fields, self.field_of(name, min(member.rules)))
            group[name] = next((item for item in elements(value) if _text(item) == text), text)
        return Firing(closing.event, closing.time, group, {**closing.fields, **group})

    def _satisfied(self, found: Fraction) -> bool:
        return all(OPERATORS[name](found, wanted) for name, wanted in self.criteria)

    def _met(self) -> Callable[[frozenset[int]], bool]:
        if self.expression is None:
            return lambda rules: self._satisfied(Fraction(len(rules)))
        holds = test_of(self.expression)
        return lambda rules: holds(View({self.rules[rule]: True for rule in rules}))


def exact_number(number: float) -> Fraction | None:
    """A number as a fraction by its decimal digits, so that 0.1 and 0.2 are 0.3 for its author; None if not finite."""
    if isinstance(number, int):
        return Fraction(number)
    return Fraction(repr(number)) if math.isfinite(number) else None


def _text(value: Any) -> str | None:
    text = text_of(value)
    return None if text is None else fold(text)


def _texts(value: Any) -> list[str]:
    if value is MISSING:
        return []
    return list(dict.fromkeys(text for item in elements(value) if (text := _text(item)) is not None))


def _numbers(value: Any) -> Iterator[Fraction]:
    for item in () if value is MISSING else elements(value):
        number = number_of(item)
        if number is not None and (exact := exact_number(number)) is not None:
            yield exact
