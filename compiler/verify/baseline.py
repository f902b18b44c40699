"""Ordinary activity on the reference: what must stay silent, and what is accepted noise."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from compiler import baseline
from compiler.content.advisories import logsource
from compiler.content.model import Casebook, Catalogue, Kind, Logsource, Rule
from compiler.cores import spread
from compiler.diagnostics import Diagnostic
from compiler.engines.yara import ENGINES, ScanError
from compiler.meaning.events import Event, read_events
from compiler.meaning.ruleset import read_ruleset
from compiler.verify.alerts import alerts_of
from compiler.verify.verdict import ENGINES_DIFFER, NO_MEANING, NOISE, Verdict, bench_of, few

ALERTING = frozenset({"medium", "high", "critical"})
"""The levels of which a hit is an alert, so that none may come from ordinary activity unless it is declared."""
PER = 100_000
"""Events of the baseline to which a budget refers."""

Week = Sequence[tuple[str, Sequence[Event]]]
"""Ordinary events by the name of their source."""


def run_baseline(catalogue: Catalogue, pages: Mapping[str, bytes], names: Sequence[str] = ()) -> Iterator[Verdict]:
    """The verdict of the baseline for every rule: its hits on ordinary events, for YARA on ordinary pages.

    ``pages`` are the files of ``samples/baseline/pages`` by path. A rule of level medium or above fires exactly at the
    places that its cases file accepts; one below has a budget.
    """
    chosen = [rule for rule in catalogue.rules if not names or rule.name in names]
    yield from _yara([rule for rule in chosen if rule.kind is Kind.YARA], pages)
    sigma = [rule for rule in chosen if rule.kind in {Kind.SIGMA, Kind.CORRELATION}]
    if not sigma:
        return
    bench = bench_of(catalogue)
    books = {book.rule: book for book in catalogue.casebooks}
    week = [(source, read_events(baseline.generate(source))[0]) for source in sorted(baseline.SOURCES)]
    total = sum(len(events) for _, events in week)
    # Rules of one log source see the same few events of the week: those are looked for once.
    concerned: dict[frozenset[Logsource], Week] = {}
    parts = []
    for rule in sigma:
        company = bench.company(rule)
        words = frozenset(logsource(one.body.get("logsource")) for one in company if one.kind is Kind.SIGMA)
        if words not in concerned:
            concerned[words] = [(source, _of(words, events)) for source, events in week]
        parts.append(functools.partial(_sigma, rule, company, books.get(rule.name), concerned[words], total))
    for verdict in spread(parts):
        if verdict is not None:
            yield verdict


def _of(words: frozenset[Logsource], events: Sequence[Event]) -> list[Event]:
    """The events that a rule for one of the log sources is asked about."""
    covered: dict[tuple[Logsource, ...], bool] = {}
    for known in {event.logsources for event in events}:
        covered[known] = not known or any(asked.covers(one) for asked in words for one in known)
    return [event for event in events if covered[event.logsources]]


def _sigma(rule: Rule, company: Sequence[Rule], book: Casebook | None, week: Week, total: int) -> Verdict | None:
    ruleset, faults = read_ruleset(company)
    if faults:
        return None  # its cases have told so
    # All logs at once: a correlation joins what one log saw with what another did.
    sources = [source for source, events in week for _ in events]
    events = [event for _, found in week for event in found]
    hits = [
        (sources[hit.event], events[hit.event], hit.group)
        for hit in ruleset.match(events, faults)
        if hit.rule.name == rule.name
    ]
    at = [f"{source}:{event.line}" for source, event, _ in hits]
    alerts = alerts_of(rule, [(event.time, event.fields if group is None else group) for _, event, group in hits])
    if faults:
        error = faults[0].error
        broken = NO_MEANING.at(faults[0].rule.place(*error.keys), error.message, error.hint)
        return Verdict(rule.name, "baseline", "week", total, len(at), 0, broken)
    if rule.level in ALERTING:
        accepted = book.accepted if book else ()
        wrong = _exactly(rule, at, accepted)
        return Verdict(rule.name, "baseline", "week", total, len(at), len(accepted), wrong, alerts)
    allowed = (book.budget if book else 0) * total // PER
    finding = None
    if len(at) > allowed:
        words = f"{rule.name} fires {len(at)} times in {total} ordinary events ({few(at)}), its budget allows {allowed}"
        finding = NOISE.at(rule.place("level"), words, "tighten the rule, or give it a budget that a SOC believes")
    return Verdict(rule.name, "baseline", "week", total, len(at), allowed, finding, alerts)


def _exactly(rule: Rule, at: Sequence[str], accepted: Sequence[str]) -> Diagnostic | None:
    extra = sorted((Counter(at) - Counter(accepted)).elements())
    missing = sorted((Counter(accepted) - Counter(at)).elements())
    if extra:
        return NOISE.at(
            rule.place("level"),
            f"{rule.name} fires on ordinary activity at {few(extra)}",
            "tighten the rule, or lower its level; noise that a SOC accepts stands in `accepted` of its cases file",
        )
    if missing:
        return NOISE.at(rule.place("level"), f"{rule.name} no longer fires at {few(missing)}, which its cases accept")
    return None


def _yara(rules: Sequence[Rule], pages: Mapping[str, bytes]) -> Iterator[Verdict]:
    if not rules:
        return
    sources = {rule.span.path: rule.text for rule in rules}
    scanners = [compile_(sources)[0] for compile_ in ENGINES.values()]
    found: dict[str, list[str]] = {rule.name: [] for rule in rules}
    for path, page in sorted(pages.items()):
        try:
            names = {name for scanner in scanners for name in scanner.scan(page)}
        except ScanError as error:
            broken = ENGINES_DIFFER.at(rules[0].span, f"{path}: {error}")
            yield Verdict(rules[0].name, "baseline", "pages", len(pages), 0, 0, broken)
            continue
        for name in names & found.keys():
            found[name].append(path)
    for rule in rules:
        at = found[rule.name]
        finding = NOISE.at(rule.span, f"{rule.name} matches ordinary pages: {few(at)}") if at else None
        yield Verdict(rule.name, "baseline", "pages", len(pages), len(at), 0, finding)
