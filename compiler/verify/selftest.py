"""The cases and witnesses of a rule as a SIEM holds them, so that a query can be tried there, on the SOC's own."""

from __future__ import annotations

import contextlib
import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from compiler.content.model import Case, Kind, Rule
from compiler.meaning.errors import MeaningError
from compiler.meaning.events import Event
from compiler.meaning.rule import Detection
from compiler.meaning.ruleset import read_filtered, read_ruleset
from compiler.meaning.tree import atoms
from compiler.meaning.witness import Stream, witnesses
from compiler.targets.pipeline import Shape
from compiler.targets.target import Content, Query, Target, Trial, TrialRow
from compiler.verify.cases import case_events
from compiler.verify.mapping import Unrepresentable, document
from compiler.verify.queries import Tried, asked_shapes, blank_of, keyword_field, place_of, turns
from compiler.verify.streams import check_groups, fields_read, held, shapes_asked, streams_of
from compiler.verify.verdict import Bench

MAX_ROWS = 250
"""Events of one trial."""
_DERIVED = 120
"""Witnesses of one rule: first those that show each of its parts at work, then those at which translations break."""
_LONG = 500
"""Characters of a value that make a witness too long to hand out."""
_DAY = 86_400_000_000
"""Microseconds of a day."""
_APART = 30 * _DAY
"""Between two streams of a correlation: longer than any timespan, so that none reaches into the next."""
_START = 1_609_459_200_000_000
"""The day of the first stream: 2021-01-01, in microseconds since the epoch."""


@dataclasses.dataclass(frozen=True, slots=True)
class Bearings:
    """What a trial is made with: the target, all content for it, and the company of each rule."""

    target: Target
    content: Content
    bench: Bench


def trial_of(rule: Rule, query: Query, given: Bearings) -> Trial | None:
    """Events at a target, of the rule's cases and then witnesses, and which of them the query must select.

    An event arrives in every shape that the query asks, a witness of no more than a corner of a value in one of them.
    A correlation has streams instead, far apart in time, and each event arrives in one shape. What the target cannot
    hold, or what the query declares not to tell apart, is not there. None if there is nothing to try.
    """
    books = [book for book in given.bench.catalogue.casebooks if book.rule == rule.name]
    cases = [case for book in books for case in book.cases]
    try:
        if rule.kind is Kind.CORRELATION:
            return _of_streams(rule, cases, query, given)
        rows = tuple(_events(rule, cases, query, given))
    except MeaningError:
        return None  # lint and the cases tell so
    return Trial(rows[:MAX_ROWS], len(rows)) if rows else None


def _events(rule: Rule, cases: Sequence[Case], query: Query, given: Bearings) -> Iterator[TrialRow]:
    detection = read_filtered(rule, given.bench.company(rule))
    shapes = asked_shapes(rule, query, given.target, given.content)
    blank = blank_of(detection, query, given.target)
    # What a keyword looks for may be in a list without names, which each shape keeps in its own way.
    keywords = any(atom.field is None for atom in atoms(detection.tree))
    events = [event for case in cases for event in case_events(case, rule)[0]]
    found = _hits(rule, events, given.bench)
    for place, event in enumerate(events):
        tried = Tried(event.fields, place in found, None)
        if not turns(tried, blank, detection):
            own = [shape for shape in shapes if _is_of(event, shape)]
            yield from _rows(tried, own, given.target, keywords=keywords)
    for tried, chosen in _derived(detection, keyword_field(detection, given.content), shapes):
        if not turns(tried, blank, detection):
            yield from _rows(tried, chosen, given.target, keywords=keywords)


def _derived(detection: Detection, field: str, shapes: Sequence[Shape]) -> Iterator[tuple[Tried, Sequence[Shape]]]:
    """The witnesses of a rule, and in which shapes each is tried: those that show its parts at work in all."""
    made = witnesses(detection, limit=_DERIVED, keyword_field=field).events
    for number, one in enumerate(made) if shapes else ():
        if all(len(str(value)) <= _LONG for value in one.event.values()):
            place = number % len(shapes)
            telling = one.kind in ("pair", "value")
            yield Tried(one.event, one.expected, one.keys), shapes if telling else shapes[place : place + 1]


def _rows(tried: Tried, shapes: Iterable[Shape], target: Target, *, keywords: bool) -> Iterator[TrialRow]:
    """The event in each of the shapes that can hold it."""
    fields = {name: value for name, value in tried.event.items() if name != "@timestamp"}
    for shape in shapes:
        with contextlib.suppress(Unrepresentable):
            made = document(fields, shape, target.store, fields, keywords=keywords)
            yield TrialRow(place_of(shape), made, None, tried.expected)


def _is_of(event: Event, shape: Shape) -> bool:
    return not event.logsources or any(
        asked.covers(known) for asked in event.logsources for known in shape.source.logsources
    )


def _of_streams(rule: Rule, cases: Sequence[Case], query: Query, given: Bearings) -> Trial | None:
    """As many whole streams as there is room for."""
    company = given.bench.company(rule)
    written = [(case.title, case_events(case, rule)[0]) for case in cases]
    timed = [(title, events) for title, events in written if all(event.time is not None for event in events)]
    recorded = streams_of(company, given.content.sources, timed)
    derived = len(recorded.streams) - len(timed)
    streams = [*recorded.streams[derived:], *recorded.streams[:derived]]
    shapes = shapes_asked(company, query, given.target, given.content)
    read = fields_read(company, given.content)
    chosen: list[tuple[Event, TrialRow]] = []
    whole = 0
    for number, stream in enumerate(streams):
        if not _is_sure(stream):
            continue
        whole += len(stream.events)
        if len(chosen) + len(stream.events) <= MAX_ROWS:
            moved = _moved(stream.events, _START + number * _APART)
            with contextlib.suppress(Unrepresentable):
                check_groups(stream, frozenset(query.settings.get("deviations", ())))
                made = [held(event, number, shapes, given.target, read) for event in moved]
                rows = [TrialRow(place_of(shape), fields, None, False) for shape, fields in made]
                chosen += zip(moved, rows, strict=True)
    # Asked of all together: that a condition held at the last event of a group is not forgotten in the next stream.
    expected = _hits(rule, [event for event, _ in chosen], given.bench)
    rows = [
        dataclasses.replace(row, time=(event.time or 0) / 1_000_000, expected=place in expected)
        for place, (event, row) in enumerate(chosen)
    ]
    return Trial(tuple(rows), whole) if rows else None


def _hits(rule: Rule, events: Sequence[Event], bench: Bench) -> set[int]:
    ruleset, _ = read_ruleset(bench.company(rule))
    return {hit.event for hit in ruleset.match(events) if hit.rule.name == rule.name}


def _is_sure(stream: Stream) -> bool:
    """False if a query may name another event as the one that closes: of those at one time it may be any."""
    times = Counter(event.time for event in stream.events)
    return all(times[stream.events[place].time] == 1 for place, _ in stream.expected)


def _moved(events: Sequence[Event], start: int) -> list[Event]:
    """The events moved by whole days to ``start``, so that they lie to the bins of time as they did."""
    first = min((event.time or 0 for event in events), default=0) // _DAY * _DAY
    return [dataclasses.replace(event, time=(event.time or 0) - first + start) for event in events]
