"""Translation validation: every rule, converted for every target, tried on every engine that speaks its language."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from compiler.content.model import Catalogue, Kind, Rule
from compiler.convert import convert_each
from compiler.cores import spread
from compiler.diagnostics import Diagnostic, Span
from compiler.engines import DEFAULT, Factory
from compiler.engines.engine import Engine, EngineUnavailable
from compiler.meaning.errors import MeaningError
from compiler.meaning.events import Event
from compiler.meaning.rule import Detection
from compiler.meaning.ruleset import read_filtered, read_ruleset
from compiler.targets.target import Content, Query, Target
from compiler.verify.cases import case_events
from compiler.verify.evidence import DIFFERS
from compiler.verify.queries import (
    Disagreement,
    Outcome,
    Subject,
    Tried,
    Untried,
    events_of,
    keyword_field,
    try_queries,
)
from compiler.verify.streams import Recorded, streams_of, try_correlation
from compiler.verify.verdict import NO_MEANING, bench_of

_WITH_QUERIES = frozenset({Kind.SIGMA, Kind.CORRELATION})


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
    catalogue: Catalogue,
    targets: Sequence[Target],
    engines: Sequence[Engine],
    chosen: Sequence[Rule] | None = None,
    options: Iterable[str] = (),
) -> Iterator[Outcome | Untried | list[Diagnostic] | EngineUnavailable]:
    """The outcome of each query of each rule on each engine that speaks its language, by target.

    ``chosen``: of these rules of the catalogue alone. The queries are those of the options that the catalogue has, and
    of each of ``options`` (``target:option``) those that make use of it. A rule that a target refuses gives its
    diagnostics instead. An engine that dies gives the reason once and no more outcomes; the others go on. The events
    are the witnesses of the rule and those of its cases. A query whose language no engine speaks is told as
    ``Untried``. What runs in this process is spread over the cores.
    """
    everything = [rule for rule in catalogue.rules if rule.kind is not Kind.YARA]
    rules = [rule for rule in (everything if chosen is None else chosen) if rule.kind in _WITH_QUERIES]
    content = Content.of(catalogue.sources, everything, options=catalogue.options)
    made = _made(catalogue, rules, everything, content)
    steps = list(_steps(targets, rules, content, engines, made))
    for option in options:
        content = Content.of(catalogue.sources, everything, options={option})
        own = [target for target in targets if option.startswith(f"{target.name}:")]
        steps += _steps(own, rules, content, engines, made, option)
    yield from _taken(steps, rules)


def _steps(  # noqa: PLR0913, PLR0917 - what is tried, on what, on which engines, and with which option
    targets: Sequence[Target],
    rules: Sequence[Rule],
    content: Content,
    engines: Sequence[Engine],
    made: Mapping[Span, tuple[Detection, list[Tried]] | Recorded | Diagnostic],
    option: str = "",
) -> Iterator[Untried | list[Diagnostic] | _Trial]:
    """The parts of the work for some targets; with an option only what makes use of it."""
    results = iter(convert_each([(rule, target) for target in targets for rule in rules], content))
    for target in targets:
        subjects: list[Subject] = []
        correlations: list[tuple[Recorded, Query]] = []
        for rule, result in zip(rules, results, strict=False):
            known = made[rule.span]
            if option and not (isinstance(result, Query) and result.asked_of == option):
                continue
            if not isinstance(result, Query):
                yield result
            elif isinstance(known, Recorded):
                correlations.append((known, result))
            elif isinstance(known, Diagnostic):
                yield [known]
            else:
                subjects.append(Subject(rule, result, *known))
        asked = [one for one in engines if not target.engines or one.name in target.engines]
        spoken = frozenset(language for engine in asked for language in engine.languages)
        tried = [(one.rule, one.query) for one in subjects] + [(one.company[0], query) for one, query in correlations]
        yield from (Untried(rule, query) for rule, query in tried if query.language not in spoken)
        for engine in asked:
            yield from _trials(subjects, correlations, target, content, engine)


@dataclasses.dataclass(frozen=True, slots=True)
class _Trial:
    """A part of the work: what is tried on one engine, and that."""

    work: Callable[[Engine], Iterable[Outcome]]
    engine: Engine
    shared: tuple[object, ...]

    @property
    def inside(self) -> bool:
        """True if the engine runs in the process that asks it."""
        return self.engine.name in DEFAULT

    def apart(self) -> list[Outcome]:
        """The outcomes, on an engine of the trial's own: a database does not outlive the fork of its process."""
        with opened({self.engine.name: type(self.engine)}, {}) as ((engine,), _):
            return list(self.work(engine))


def _taken(
    steps: Sequence[Untried | list[Diagnostic] | _Trial], rules: Sequence[Rule]
) -> Iterator[Outcome | Untried | list[Diagnostic] | EngineUnavailable]:
    """The outcomes of the steps, in order."""
    gone: set[str] = set()
    apart = [step for step in steps if isinstance(step, _Trial) and step.inside]
    shared = [*rules, *(item for step in apart for item in step.shared)]
    with contextlib.closing(spread([step.apart for step in apart], shared)) as found:
        for step in steps:
            if not isinstance(step, _Trial):
                yield step
            elif step.inside:
                yield from next(found)
            elif step.engine.name not in gone:
                try:
                    yield from step.work(step.engine)
                except EngineUnavailable as reason:
                    gone.add(step.engine.name)
                    yield reason


_INSIDE = 16
"""Rules whose queries are tried together where loading costs little; few, so that every core has something to do."""
_BESIDE = 48
"""As ``_INSIDE`` for an engine beside this process, which has the documents of all of them in its memory."""


def _trials(
    subjects: Sequence[Subject],
    correlations: Sequence[tuple[Recorded, Query]],
    target: Target,
    content: Content,
    engine: Engine,
) -> Iterator[_Trial]:
    spoken = [one for one in subjects if one.query.language in engine.languages]
    size = _INSIDE if engine.name in DEFAULT else _BESIDE
    for start in range(0, len(spoken), size):
        chosen = spoken[start : start + size]
        shared = [part for one in chosen for part in (one.query, *one.events)]
        yield _Trial(functools.partial(try_queries, chosen, target, content), engine, tuple(shared))
    for recorded, query in correlations:
        if query.language in engine.languages:
            yield _Trial(functools.partial(try_correlation, recorded, query, target, content), engine, (query,))


def _made(
    catalogue: Catalogue, rules: Sequence[Rule], everything: Sequence[Rule], content: Content
) -> dict[Span, tuple[Detection, list[Tried]] | Recorded | Diagnostic]:
    """What the queries of each rule are tried on, by its place; the fault of a rule without a meaning."""
    written, recorded = _written(catalogue), _recorded(catalogue)
    bench = bench_of(catalogue)

    def of_rule(rule: Rule) -> list[Tried] | Recorded | Diagnostic:
        if rule.kind is Kind.CORRELATION:
            company = bench.company(rule)
            fault = next(iter(read_ruleset(company)[1]), None)
            if fault is not None:
                return _without_meaning(fault.rule, fault.error)
            return streams_of(company, content.sources, recorded.get(rule.name, ()))
        detection = detections.get(rule.span)
        if not isinstance(detection, Detection):
            return []
        return events_of(detection, written.get(rule.name, ()), keyword_field(detection, content))

    detections = {rule.span: _read(rule, everything) for rule in rules if rule.kind is Kind.SIGMA}
    made: dict[Span, tuple[Detection, list[Tried]] | Recorded | Diagnostic] = {}
    for rule, found in zip(
        rules, spread([functools.partial(of_rule, rule) for rule in rules], everything), strict=True
    ):
        if isinstance(found, Recorded | Diagnostic):
            made[rule.span] = found
        else:
            detection = detections[rule.span]
            made[rule.span] = (detection, found) if isinstance(detection, Detection) else detection
    return made


def _read(rule: Rule, rules: Sequence[Rule]) -> Detection | Diagnostic:
    try:
        return read_filtered(rule, rules)
    except MeaningError as error:
        return _without_meaning(rule, error)


def _without_meaning(rule: Rule, error: MeaningError) -> Diagnostic:
    return NO_MEANING.at(rule.place(*error.keys), error.message, error.hint)


def _written(catalogue: Catalogue) -> dict[str, list[Mapping[str, Any]]]:
    by_name = {rule.name: rule for rule in catalogue.rules}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for book in catalogue.casebooks:
        rule = by_name.get(book.rule)
        if rule is not None and rule.kind is Kind.SIGMA:
            found[rule.name] = [event.fields for case in book.cases for event in case_events(case, rule)[0]]
    return found


def _recorded(catalogue: Catalogue) -> dict[str, list[tuple[str, list[Event]]]]:
    """The cases of correlations, by rule: title and events."""
    by_name = {rule.name: rule for rule in catalogue.rules if rule.kind is Kind.CORRELATION}
    return {
        book.rule: [(case.title, case_events(case, by_name[book.rule])[0]) for case in book.cases]
        for book in catalogue.casebooks
        if book.rule in by_name
    }


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
