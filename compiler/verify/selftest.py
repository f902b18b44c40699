"""The cases of a rule as a SIEM holds their events, so that a query can be tried there, on the SOC's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from compiler.content.model import Kind, Rule
from compiler.meaning.errors import MeaningError
from compiler.meaning.events import Event
from compiler.meaning.ruleset import read_filtered, read_ruleset
from compiler.meaning.tree import atoms
from compiler.targets.pipeline import Shape
from compiler.targets.target import Content, Query, Target, Trial, TrialRow
from compiler.verify.cases import case_events
from compiler.verify.mapping import Unrepresentable, document
from compiler.verify.queries import asked_shapes, place_of
from compiler.verify.verdict import Bench

_APART = 30 * 86_400_000_000
"""Microseconds between two cases of a correlation: longer than any timespan, so that none reaches into the next."""
_START = 1_609_459_200_000_000
"""When the first case begins: 2021-01-01, in microseconds since the epoch."""


@dataclasses.dataclass(frozen=True, slots=True)
class Bearings:
    """What a trial is made with: the target, all content for it, and the company of each rule."""

    target: Target
    content: Content
    bench: Bench


def trial_of(rule: Rule, query: Query, given: Bearings) -> Trial | None:
    """The events of the rule's cases at a target, and which of them the query must select by the reference.

    The cases of a correlation stand far apart in time, and each arrives in one shape; of a case with an event that the
    target cannot hold, none is there. An event of another rule arrives in every shape that the query asks. None if
    there is nothing to try.
    """
    books = [book for book in given.bench.catalogue.casebooks if book.rule == rule.name]
    cases = [case_events(case, rule)[0] for book in books for case in book.cases]
    made = _streams if rule.kind is Kind.CORRELATION else _events
    try:
        rows = made(rule, cases, query, given)
    except MeaningError:
        return None  # lint and the cases tell so
    return Trial(tuple(rows)) if rows else None


def _events(rule: Rule, cases: list[list[Event]], query: Query, given: Bearings) -> list[TrialRow]:
    events = [event for case in cases for event in case]
    expected = _hits(rule, events, given.bench)
    shapes = asked_shapes(rule, query, given.target, given.content)
    # What a keyword looks for may be in a list without names, which each shape keeps in its own way.
    keywords = any(atom.field is None for atom in atoms(read_filtered(rule, given.bench.company(rule)).tree))
    rows = [
        _row(event, shape, given.target, place in expected, keywords=keywords)
        for place, event in enumerate(events)
        for shape in shapes
        if _is_of(event, shape)
    ]
    return [row for row in rows if row is not None]


def _streams(rule: Rule, cases: list[list[Event]], query: Query, given: Bearings) -> list[TrialRow]:
    company = [one for one in given.bench.company(rule) if one.kind is Kind.SIGMA]
    shapes = {one.name: asked_shapes(one, query, given.target, given.content) for one in company}
    kept: list[tuple[Event, TrialRow]] = []
    for number, case in enumerate(cases):
        if any(event.time is None for event in case):
            continue
        found = {one.name: _hits(one, case, given.bench) for one in company}
        rows = []
        for place, event in enumerate(_shifted(case, _START + number * _APART)):
            # An event that one of the rules finds is of that rule's log source, whether it says so or not.
            own = [shape for name, hits in found.items() if place in hits for shape in shapes[name]]
            fitting = _fitting(event, own or [shape for several in shapes.values() for shape in several])
            rows.append((event, _row(event, fitting[number % len(fitting)], given.target) if fitting else None))
        whole = [(event, row) for event, row in rows if row is not None]
        kept += whole if len(whole) == len(rows) else []
    expected = _hits(rule, [event for event, _ in kept], given.bench)
    return [dataclasses.replace(row, expected=place in expected) for place, (_, row) in enumerate(kept)]


def _shifted(case: list[Event], start: int) -> list[Event]:
    first = min((event.time or 0 for event in case), default=0)
    return [dataclasses.replace(event, time=(event.time or 0) - first + start) for event in case]


def _hits(rule: Rule, events: list[Event], bench: Bench) -> set[int]:
    ruleset, _ = read_ruleset(bench.company(rule))
    return {hit.event for hit in ruleset.match(events) if hit.rule.name == rule.name}


def _fitting(event: Event, shapes: Sequence[Shape]) -> list[Shape]:
    """The shapes that an event may have: of its log source, and those that keep most of its fields."""
    kept = [(sum(name in shape.fields for name in event.fields), shape) for shape in shapes if _is_of(event, shape)]
    most = max((count for count, _ in kept), default=0)
    return [shape for count, shape in kept if count == most]


def _is_of(event: Event, shape: Shape) -> bool:
    return not event.logsources or any(
        asked.covers(known) for asked in event.logsources for known in shape.source.logsources
    )


def _row(
    event: Event, shape: Shape, target: Target, expected: bool = False, *, keywords: bool = False
) -> TrialRow | None:
    fields = {name: value for name, value in event.fields.items() if name != "@timestamp"}
    try:
        made = document(fields, shape, target.store, fields, keywords=keywords)
    except Unrepresentable:
        return None
    return TrialRow(place_of(shape), made, None if event.time is None else event.time / 1_000_000, expected)
