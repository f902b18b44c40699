"""Streams of events for a correlation, made by the plans for its type, and what the reference says of each."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from compiler.content.model import Kind, Rule
from compiler.diagnostics import Span
from compiler.meaning.correlation import Correlation
from compiler.meaning.correlation_reading import read_correlation
from compiler.meaning.errors import MeaningError
from compiler.meaning.events import Event
from compiler.meaning.linking import link
from compiler.meaning.placeholders import Placeholders
from compiler.meaning.rule import Detection
from compiler.meaning.ruleset import read_ruleset
from compiler.meaning.values import MISSING, fold, text_of
from compiler.meaning.witness.occurrences import MOST, Leaf, NoWayError, Occurrences, renamed, threshold
from compiler.meaning.witness.plans import (
    ABSENT,
    NULL,
    OTHER_CASE,
    SEVERAL,
    Plan,
    Step,
    counting,
    numeric,
    temporal,
)

START = 1_772_409_600_000_000
"""2026-03-02T00:00:00Z in microseconds: where bins of every length that divides a day begin."""


@dataclasses.dataclass(frozen=True, slots=True)
class Stream:
    """Events in the order of a list (not always that of their times), and where the correlation fires.

    ``expected``: the place of the closing event and the group, as the reference has it.
    """

    kind: str
    events: tuple[Event, ...]
    expected: tuple[tuple[int, Mapping[str, Any]], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Streams:
    """The streams for one correlation; ``unknown`` are kinds of which none could be made, each with the reason."""

    streams: tuple[Stream, ...]
    unknown: tuple[tuple[str, str], ...]


def correlation_witnesses(  # noqa: PLR0913 - what is made, and what is known of it
    rules: Sequence[Rule],
    name: str,
    *,
    seed: int = 0,
    placeholders: Placeholders | None = None,
    kinds: Mapping[str, str] | None = None,
    keyword_field: Callable[[Detection], str] = lambda _: "Message",
) -> Streams:
    """Streams for the correlation called ``name`` among ``rules``, which hold all that it refers to.

    What refers to it in turn is left aside, so that it is judged as if it gave alerts. Each event is of the log source
    of the rule that it was made for. ``kinds`` names the fields that hold nothing but an ``address`` or a ``number``,
    which a stream keeps to where the rules allow it; ``keyword_field`` is where what a rule's keywords look for stands.
    Raises ``MeaningError`` if the correlation or a rule that it
    refers to has no meaning, ``KeyError`` if there is none of that name.
    """
    sigma = _company(rules, name)
    linked = link(sigma, placeholders or {})
    places = [place for place, rule in enumerate(sigma) if rule.name == name]
    if not places:
        raise KeyError(name)
    if linked.errors:
        raise linked.errors[0][1]
    part = linked.parts[places[0]]
    if not isinstance(part, Correlation):
        raise KeyError(name)
    ruleset, _ = read_ruleset(sigma, placeholders)
    maker = _Maker(Occurrences(linked, seed, kinds or {}, keyword_field), places[0], part)
    streams: list[Stream] = []
    unknown: list[tuple[str, str]] = []
    try:
        plans = list(_plans(part))
    except NoWayError as error:
        return Streams((), (("all", str(error)),))
    for kind, steps in plans:
        try:
            events = maker.events(steps)
            hits = [hit for hit in ruleset.match(events) if hit.rule.name == name]
        except (NoWayError, MeaningError) as error:
            unknown.append((kind, str(error)))
            continue
        streams.append(Stream(kind, tuple(events), tuple((hit.event, hit.group or {}) for hit in hits)))
    return Streams(tuple(streams), tuple(unknown))


def _company(rules: Sequence[Rule], name: str) -> list[Rule]:
    """The rule of that name with all that it refers to, and the filters."""
    by_key = {key: rule for rule in rules for key in (rule.id, rule.name) if key}
    wanted, waiting = set[Span](), [name]
    while waiting:
        rule = by_key.get(waiting.pop())
        if rule is not None and rule.span not in wanted:
            wanted.add(rule.span)
            waiting += _referred(rule)
    return [
        rule for rule in rules if rule.span in wanted or (rule.kind is Kind.FILTER and _tunes(rule, by_key, wanted))
    ]


def _referred(rule: Rule) -> list[str]:
    if rule.kind is not Kind.CORRELATION:
        return []
    try:
        return list(read_correlation(rule.body).rules)
    except MeaningError:
        return []  # reading it again tells why


def _tunes(rule: Rule, by_key: Mapping[str, Rule], wanted: set[Span]) -> bool:
    named = (rule.body.get("filter") or {}).get("rules")
    return named == "any" or any(str(key) in by_key and by_key[str(key)].span in wanted for key in named or ())


def _plans(part: Correlation) -> Iterator[Plan]:
    span, grouped, rules = part.span // 1000, bool(part.group_by), len(part.rules)
    if part.type in ("temporal", "temporal_ordered"):
        yield from temporal(rules, span, grouped=grouped)
    elif part.type in ("event_count", "value_count"):
        count = threshold(part.criteria)
        yield from counting(count, span, rules, grouped=grouped, distinct=part.type == "value_count")
    else:
        for _, limit in part.criteria:
            yield from numeric(limit, span, rules, grouped=grouped)


class _Maker:
    """Makes events from the steps of a plan, for one correlation."""

    def __init__(self, occurrences: Occurrences, place: int, part: Correlation) -> None:
        self._occurrences, self._part = occurrences, part
        self._members = occurrences.members(place)
        self._groups: list[dict[str, Any]] = []
        self._values: list[Any] = []
        self._fresh: Iterator[Any] | None = None

    def events(self, steps: Sequence[Step]) -> list[Event]:
        """The events of a plan. Raises ``NoWayError``."""
        if len(steps) > 5 * MOST:
            raise NoWayError(f"the stream would have {len(steps)} steps")
        made = [
            Event(fields, (logsource,), START + step.offset * 1000, 0)
            for number, step in enumerate(steps)
            for fields, logsource in self._leaves(step, number)
        ]
        return [dataclasses.replace(event, line=line) for line, event in enumerate(made)]

    def _leaves(self, step: Step, number: int) -> list[Leaf]:
        if step.rule == -1:
            shared, logsource = self._occurrences.both(*self._members[:2])[0]
            return [({**shared, **renamed(self._part, self._group(0), 0)}, logsource)]
        if step.rule is None:
            return self._occurrences.silent(self._members[0], renamed(self._part, self._group_of(step), 0))
        fields = renamed(self._part, {**self._group_of(step), **self._value_of(step)}, step.rule)
        return self._occurrences.at(self._members[step.rule], fields, number)

    def _group_of(self, step: Step) -> dict[str, Any]:
        if not self._part.group_by:
            return {}
        group = self._group(step.group if isinstance(step.group, int) else 0)
        odd = self._part.group_by[0]
        if step.group == ABSENT:
            return {**group, odd: MISSING}
        if step.group == NULL:
            return {**group, odd: None}
        if step.group == OTHER_CASE:
            return {name: value.upper() if isinstance(value, str) else value for name, value in group.items()}
        if step.group == SEVERAL:
            return {**group, odd: [group[odd], self._group(1)[odd]]}
        return group

    def _group(self, number: int) -> dict[str, Any]:
        """The fields of the first or second group, such that every rule can occur with them."""
        if not self._groups:
            first = {name: self._value(name, []) for name in self._part.group_by}
            second = dict(first)
            for name in self._part.group_by:
                try:
                    second[name] = self._value(name, [first[name]])
                except NoWayError:
                    continue
            self._groups = [first, second]
        if number and self._groups[0] == self._groups[1]:
            raise NoWayError("all events are in one group")
        return self._groups[number]

    def _value(self, name: str, taken: Sequence[Any]) -> Any:
        """A value for a group's field that every rule allows and that is none of ``taken``."""
        told = {fold(str(text_of(value))) for value in taken}
        fields = [(member, self._part.field_of(name, rule)) for rule, member in enumerate(self._members)]
        pool = [self._occurrences.default(one, number) for one in (fields[0][1], name) for number in (0, 1)]
        pool += [value for member, field in fields for value in _some(self._occurrences.values(member, field))]
        for value in pool:
            if fold(str(text_of(value))) in told or isinstance(value, list):
                continue
            if all(self._occurrences.allows(member, {field: value}) for member, field in fields):
                return value
        raise NoWayError(f"no value of {name} was found that every rule allows")

    def _value_of(self, step: Step) -> dict[str, Any]:
        if not self._part.fields:
            return {}
        name = self._part.fields[0]
        given = {other: self._occurrences.default(other, 0) for other in self._part.fields[1:]}
        if step.value == ABSENT:
            return {**given, name: MISSING}
        if step.value == OTHER_CASE:
            return {**given, name: str(self._distinct(name, 0)).swapcase()}
        if self._part.type == "value_count":
            return {**given, name: self._distinct(name, int(step.value))}
        number = step.value if isinstance(step.value, Fraction) else Fraction(step.value)
        return {name: int(number) if number.denominator == 1 else float(number)}

    def _distinct(self, name: str, number: int) -> Any:
        """The value of a counted field with a number; different numbers give values that fold differently."""
        if self._fresh is None:
            self._fresh = self._allowed(name)
        self._values += itertools.islice(self._fresh, max(0, number + 1 - len(self._values)))
        if number >= len(self._values):
            raise NoWayError(f"only {len(self._values)} values of {name} were found that the rules allow")
        return self._values[number]

    def _allowed(self, name: str) -> Iterator[Any]:
        """Values of a counted field that every rule allows, none of which folds to another."""
        field = self._part.field_of(name, 0)
        told: set[str] = set()
        for value in self._occurrences.values(self._members[0], field):
            text = fold(str(text_of(value)))
            if text not in told and all(self._occurrences.allows(one, {field: value}) for one in set(self._members)):
                told.add(text)
                yield value


def _some(values: Iterator[Any]) -> list[Any]:
    """The first few values, and the first few that a rule asks for."""
    found = list(values)
    return [*found[:2], *found[MOST + 1 : MOST + 40]]
