"""Translation validation: every rule, converted for every target, tried on every engine that speaks its language."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from compiler.content.model import Catalogue, Kind, Rule
from compiler.convert import convert
from compiler.diagnostics import Diagnostic
from compiler.engines import Factory
from compiler.engines.engine import Engine, EngineUnavailable
from compiler.meaning.errors import MeaningError
from compiler.meaning.rule import Detection
from compiler.meaning.ruleset import read_filtered
from compiler.targets.target import Content, Query, Target
from compiler.verify.cases import case_events
from compiler.verify.evidence import DIFFERS
from compiler.verify.queries import Disagreement, Outcome, Subject, events_of, try_queries
from compiler.verify.streams import try_correlation
from compiler.verify.verdict import bench_of


@contextlib.contextmanager
def opened(factories: Mapping[str, Factory], urls: Mapping[str, str]) -> Iterator[tuple[list[Engine], list[str]]]:
    """Engines, each open; and why others cannot be had, one line each. All are closed at the end, whatever happens.

    ``urls``: where an engine that is not started here can be reached, by its name.
    """
    running: list[Engine] = []
    missing: list[str] = []
    with contextlib.ExitStack() as stack:
        for name, factory in factories.items():
            engine = factory(url=urls[name]) if name in urls else factory()
            stack.callback(engine.close)
            try:
                engine.open()
            except EngineUnavailable as reason:
                missing.append(f"{name}: {reason}")
                continue
            running.append(engine)
        yield running, missing


def verify(
    catalogue: Catalogue, targets: Sequence[Target], engines: Sequence[Engine]
) -> Iterator[Outcome | list[Diagnostic]]:
    """The outcome of each query of each rule on each engine that speaks its language, by target.

    A rule that a target refuses gives its diagnostics instead. The events are the witnesses of the rule and those of
    its cases.
    """
    rules = [rule for rule in catalogue.rules if rule.kind is not Kind.YARA]
    content = Content.of(catalogue.sources, rules)
    detections = {rule.span: _read(rule, rules) for rule in rules if rule.kind is Kind.SIGMA}
    written = _written(catalogue)
    tried = {
        rule.span: events_of(detection, written.get(rule.name, ()), _text_field(detection, content))
        for rule in rules
        if (detection := detections.get(rule.span)) is not None
    }
    bench = bench_of(catalogue)
    for target in targets:
        subjects: list[Subject] = []
        correlations: list[tuple[Rule, Query]] = []
        for rule in rules:
            result = convert(rule, target, content)
            if not isinstance(result, Query):
                yield result
            elif rule.kind is Kind.CORRELATION:
                correlations.append((rule, result))
            elif (detection := detections.get(rule.span)) is not None:
                subjects.append(Subject(rule, result, detection, tried[rule.span]))
        for engine in (one for one in engines if not target.engines or one.name in target.engines):
            spoken = [one for one in subjects if one.query.language in engine.languages]
            if spoken:
                yield from try_queries(spoken, target, content, engine)
            for rule, query in correlations:
                if query.language in engine.languages:
                    yield try_correlation(bench.company(rule), query, target, content, engine)


def _text_field(detection: Detection, content: Content) -> str:
    """A field of the rule's sources in which a keyword can stand, one that holds text if there is."""
    arrivals = [
        arrival
        for source in content.sources
        if any(detection.logsource.covers(known) for known in source.logsources)
        for arrival in source.arrives
    ]
    named = [name for arrival in arrivals for name in (*arrival.texts, *arrival.fields)]
    likely = [name for name in ("Message", "CommandLine", "ScriptBlockText", "cs-uri-query") if name in named]
    return next(iter([*(name for arrival in arrivals for name in arrival.texts), *likely, *named]), "Message")


def _read(rule: Rule, rules: Sequence[Rule]) -> Detection | None:
    try:
        return read_filtered(rule, rules)
    except MeaningError:
        return None  # lint and the cases tell so, and the converter refuses


def _written(catalogue: Catalogue) -> dict[str, list[Mapping[str, Any]]]:
    by_name = {rule.name: rule for rule in catalogue.rules}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for book in catalogue.casebooks:
        rule = by_name.get(book.rule)
        if rule is not None and rule.kind is Kind.SIGMA:
            found[rule.name] = [event.fields for case in book.cases for event in case_events(case, rule)[0]]
    return found


def findings(outcome: Outcome) -> Iterable[Diagnostic]:
    """``VER002`` for a query that an engine refused, and for each event on which it differs, at its part of a rule."""
    rule, query = outcome.rule, outcome.query
    if outcome.error:
        yield DIFFERS.at(rule.place("detection"), f"{outcome.engine} refuses the query: {outcome.error}", query.text)
    for one in outcome.disagreements:
        place = rule.place(*one.tried.keys) if one.tried.keys else rule.place("detection", "condition")
        yield DIFFERS.at(place, difference(outcome, one), f"query: {query.text}")


def difference(outcome: Outcome, one: Disagreement) -> str:
    """One sentence on what the rule and the query say of an event."""
    says = {True: "matches", False: "does not match"}
    event = ", ".join(f"{name}={value!r}"[:200] for name, value in one.tried.event.items())
    return (
        f"{outcome.rule.name} for {outcome.query.target} ({one.shape}, {outcome.engine}): "
        f"the rule {says[one.tried.expected]}, the query {says[one.got]}: {event}"
    )
