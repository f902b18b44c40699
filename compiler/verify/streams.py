"""Converted correlations on engines: whether each closes at exactly the events at which the correlation fires."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.content.model import Kind, Logsource, Rule, Source
from compiler.diagnostics import Span
from compiler.engines.engine import ID, TIME, Answer, Ask, Engine, Table
from compiler.meaning.errors import MeaningError
from compiler.meaning.events import Event
from compiler.meaning.ruleset import read_ruleset
from compiler.meaning.witness import Stream, correlation_witnesses
from compiler.targets.correlation import read_correlation
from compiler.targets.pipeline import Shape, ask
from compiler.targets.reading import logsource_of, read_rule
from compiler.targets.target import Content, Query, Refusal, Target
from compiler.targets.tree import Keyword, fields_of, leaves
from compiler.verify.mapping import WHOLE, Unrepresentable, document
from compiler.verify.queries import Disagreement, Outcome, Tried, asked_shapes, empty_tables, keyword_field, place_of


@dataclasses.dataclass(frozen=True, slots=True)
class Recorded:
    """The streams on which the query of a correlation is tried; ``error`` says why there is none.

    ``company``: the correlation, first, with all that it refers to.
    """

    company: tuple[Rule, ...]
    streams: tuple[Stream, ...]
    error: str = ""


def streams_of(
    company: Sequence[Rule], sources: Sequence[Source] = (), written: Sequence[tuple[str, Sequence[Event]]] = ()
) -> Recorded:
    """The streams made from a correlation, and those that its cases have, each with the title of its case.

    ``sources`` tell which fields hold nothing but addresses or numbers.
    """
    name = company[0].name
    kinds = _kinds(company, sources)
    try:
        asked = functools.partial(keyword_field, content=Content.of(sources, ()))
        made = correlation_witnesses(company, name, kinds=kinds, keyword_field=asked).streams
        return Recorded(tuple(company), (*made, *_written(company, written)))
    except (KeyError, MeaningError) as reason:
        return Recorded(tuple(company), (), f"no stream could be made: {reason}")


def _kinds(company: Sequence[Rule], sources: Sequence[Source]) -> dict[str, str]:
    """By Sigma field that some store keeps as an address or as a number which of the two it is."""
    asked = [logsource_of(one) for one in company if one.kind is Kind.SIGMA]
    found: dict[str, str] = {}
    for source in sources:
        if any(one.covers(known) for one in asked for known in source.logsources):
            for name, field in ((name, field) for one in source.arrives for name, field in one.fields.items()):
                kind = "address" if field.type == "ip" else "number" if field.type in WHOLE else ""
                if kind:
                    found[name] = kind
    return found


def _written(company: Sequence[Rule], written: Sequence[tuple[str, Sequence[Event]]]) -> Iterator[Stream]:
    """The streams of cases: an event that tells no log source is of that of the first rule which it matches."""
    ruleset, _ = read_ruleset(company)
    sigma = {one.span: logsource_of(one) for one in company if one.kind is Kind.SIGMA}
    for title, events in written:
        first: dict[int, Logsource] = {}
        for hit in ruleset.match(events):
            if hit.rule.span in sigma:
                first.setdefault(hit.event, sigma[hit.rule.span])
        known = next(iter(sigma.values()))
        told = [
            event if event.logsources else dataclasses.replace(event, logsources=(first.get(place, known),))
            for place, event in enumerate(events)
        ]
        hits = [hit for hit in ruleset.match(told) if hit.rule.span == company[0].span]
        yield Stream(title, tuple(told), tuple((hit.event, hit.group or {}) for hit in hits))


def try_correlation(
    recorded: Recorded, query: Query, target: Target, content: Content, engine: Engine
) -> list[Outcome]:
    """Run the query of one correlation on streams made from it, each loaded by itself; the one outcome.

    A stream of which the store cannot hold an event is left out. Of events at one time an engine may name any as the
    one that closes.
    """
    left_out: Counter[str] = Counter()
    differ: list[Disagreement] = []
    told: list[Any] = []
    error, fired = recorded.error, False
    deviations = frozenset(query.settings.get("deviations", ()))
    shapes = shapes_asked(recorded.company, query, target, content)
    read = fields_read(recorded.company, content)
    for number, stream in enumerate(recorded.streams):
        try:
            check_groups(stream, deviations)
            tables, times = _loaded(stream, number, shapes, target, read)
        except Unrepresentable as reason:
            left_out[str(reason)] += 1
            continue
        (answer,) = engine.run(tables, [Ask(query.language, query.text, query.settings)])
        if answer.hits is None:
            error = answer.error
            break
        fired = fired or bool(stream.expected)
        told.append([[dict(made) for table in tables for made in table.documents], stream.expected])
        if (found := _compared(stream, answer, times, again="repeated-firing" in deviations)) is not None:
            differ.append(found)
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, default=str)
    outcome = Outcome(
        rule=recorded.company[0],
        query=query,
        engine=engine.version,
        kind=engine.kind,
        tried=len(told),
        fired=fired,
        left_out=dict(sorted(left_out.items())),
        disagreements=tuple(differ),
        error=error,
        events=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
    )
    return [outcome]


def shapes_asked(
    company: Sequence[Rule], query: Query, target: Target, content: Content
) -> list[tuple[Logsource, Shape]]:
    """The shapes in which a correlation asks for events, each behind the log source for which it does."""
    needed = _needed(company, content)
    return [
        (logsource_of(one), shape)
        for one in company
        if one.kind is Kind.SIGMA
        for shape in _asked_of(one, needed.get(one.span, ()), query, target, content)
    ]


def _needed(company: Sequence[Rule], content: Content) -> dict[Span, list[str]]:
    """By rule the fields that the correlations above it read of its events; a shape without one is not asked."""
    found: dict[Span, list[str]] = {}
    for one in company:
        if one.kind is not Kind.CORRELATION:
            continue
        wanted = read_correlation(one, content, extended=True)
        for other in wanted.rules:
            own = [wanted.field_of(name, other) for name in (*wanted.groups, *wanted.fields)]
            found.setdefault(other.span, []).extend([*own, *found.get(one.span, ())])
    return found


def fields_read(company: Sequence[Rule], content: Content) -> frozenset[str]:
    """The fields that the rules of a correlation read; '' among them where a keyword is looked for in all."""
    found: set[str] = set()
    for one in company:
        if one.kind is Kind.SIGMA:
            with contextlib.suppress(Refusal):
                tree = read_rule(one, content, parts=True)
                found |= {*fields_of(tree), *("" for leaf in leaves(tree) if isinstance(leaf, Keyword))}
    return frozenset(found)


def _asked_of(rule: Rule, needed: Sequence[str], query: Query, target: Target, content: Content) -> list[Shape]:
    """The shapes in which one rule of a correlation is asked: another of its rules may be asked in more of them."""
    shapes = asked_shapes(rule, query, target, content)
    # A correlation that an option cannot be asked is asked without it, whatever its rules alone could be.
    chosen = content if query.settings.get("option") else content.plain()
    try:
        asked, _ = ask(rule, read_rule(rule, content, parts=True), target.name, chosen, needed, lists=True)
    except Refusal:
        return shapes
    names = {one.shape.name for one in asked}
    return [shape for shape in shapes if shape.name in names]


def check_groups(stream: Stream, deviations: frozenset[str]) -> None:
    """Raise ``Unrepresentable`` for a stream on which the query declares another verdict."""
    if "group-lists" in deviations and any(
        isinstance(value, list) for e in stream.events for value in e.fields.values()
    ):
        raise Unrepresentable("has a list, which the query declares not to take apart in a group")


def _loaded(
    stream: Stream, number: int, shapes: Sequence[tuple[Logsource, Shape]], target: Target, read: frozenset[str]
) -> tuple[list[Table], Mapping[str, int]]:
    """The tables of a stream, and the time of each document; which shapes are used changes with ``number``.

    Each shape stands behind the log source for which it was asked: one source has shapes for several categories, whose
    events are marked otherwise.
    """
    documents: dict[str, list[Mapping[str, Any]]] = {}
    times: dict[str, int] = {}
    for place, event in enumerate(stream.events):
        shape, made = held(event, number, shapes, target, read)
        name = str(place)
        times[name] = event.time or 0
        documents.setdefault(place_of(shape), []).append({**made, ID: name, TIME: event.time})
    types = empty_tables([shape for _, shape in shapes])
    return [Table(name, types[name], tuple(documents.get(name, ()))) for name in sorted(types)], times


def held(
    event: Event,
    number: int,
    shapes: Sequence[tuple[Logsource, Shape]],
    target: Target,
    read: frozenset[str],
) -> tuple[Shape, dict[str, Any]]:
    """An event of a stream as the target holds it, in one of the shapes that fit it: which one turns with ``number``.

    ``read`` are the fields that the rules read. A shape that lacks one of those that the event has is taken only if all
    do: the rule that reads it is not asked there. Raises ``Unrepresentable``.
    """
    fitting = [shape for asked, shape in shapes if _is_of(event, asked, shape)]
    if not fitting:
        raise Unrepresentable("is of a log source that the query does not ask")
    fitting = [one for one in fitting if read & event.fields.keys() <= one.fields.keys() | one.lists.keys()] or fitting
    shape = fitting[number % len(fitting)]
    return shape, document(_plain(event), shape, target.store, event.fields, keywords="" in read)


def _is_of(event: Event, asked: Logsource, shape: Shape) -> bool:
    return not event.logsources or any(
        (asked.covers(own) or own.covers(asked)) and any(own.covers(known) for known in shape.source.logsources)
        for own in event.logsources
    )


def _plain(event: Event) -> Mapping[str, Any]:
    return {name: value for name, value in event.fields.items() if name != "@timestamp"}


def _compared(stream: Stream, answer: Answer, times: Mapping[str, int], *, again: bool) -> Disagreement | None:
    """``again``: the query declares that it closes at later events too, while the condition still holds."""
    got = Counter(times[name] for name in answer.hits or ())
    expected = Counter(times[str(place)] for place, _ in stream.expected)
    if again and expected:
        first = min(expected)
        got = Counter({t: count if t < first else min(count, expected[t]) for t, count in got.items()})
        got += Counter()
    if got == expected:
        return None
    start = min(times.values(), default=0)
    event = {
        "stream": stream.kind,
        "fires": [round((time - start) / 1e6, 3) for time in sorted(expected.elements())],
        "closes": [round((time - start) / 1e6, 3) for time in sorted(got.elements())],
    }
    return Disagreement(Tried(event, bool(expected), ("correlation",)), "stream", bool(got))
