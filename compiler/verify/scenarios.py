"""Scenarios on the reference: recordings over several sources, and exactly which rules they set off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from compiler.content.model import Catalogue, Kind, Scenario
from compiler.diagnostics import Diagnostic, Span
from compiler.meaning.events import Event, read_events
from compiler.meaning.ruleset import RuleFault, Ruleset, read_ruleset
from compiler.verify.verdict import NO_MEANING, NOT_RUN, SCENARIO, Verdict, few


def run_scenarios(catalogue: Catalogue) -> Iterator[Verdict]:
    """The verdict of every scenario for every rule that fires in it or should, and for the scenario as a whole."""
    sigma = [rule for rule in catalogue.rules if rule.kind is not Kind.YARA]
    ruleset, _ = read_ruleset(sigma)
    for scenario in catalogue.scenarios:
        yield from _scenario(scenario, ruleset)


def _scenario(scenario: Scenario, ruleset: Ruleset) -> Iterator[Verdict]:
    events: list[Event] = []
    places: list[str] = []
    for recording in scenario.recordings:
        read, faults = read_events(recording.data)
        if faults or not read:
            what = f"line {faults[0].line + 1}: {faults[0].message}" if faults else "it holds no event"
            broken = NOT_RUN.at(scenario.span, f"{recording.name}: {what}")
            yield Verdict("", "scenario", scenario.name, 0, 0, 0, broken)
            return
        events += read
        places += [f"{recording.name}:{event.line}" for event in read]
    fired: dict[str, Counter[str]] = {}
    overrun: list[RuleFault] = []
    for hit in ruleset.match(events, overrun):
        fired.setdefault(hit.rule.name, Counter())[places[hit.event]] += 1
    for fault in overrun:
        broken = NO_MEANING.at(fault.rule.place(*fault.error.keys), fault.error.message, fault.error.hint)
        yield Verdict(fault.rule.name, "scenario", scenario.name, len(events), 0, 0, broken)
    expected: dict[str, Counter[str]] = {}
    spans: dict[str, Span] = {}
    for item in scenario.fires:
        expected.setdefault(item.rule, Counter()).update(item.at)
        spans.setdefault(item.rule, item.span)
    for name in sorted(fired.keys() | expected.keys()):
        want, got = expected.get(name, Counter()), fired.get(name, Counter())
        missing, extra = sorted((want - got).elements()), sorted((got - want).elements())
        finding: Diagnostic | None = None
        if missing or extra:
            parts = [f"silent at {few(missing)}"] * bool(missing) + [f"fires also at {few(extra)}"] * bool(extra)
            finding = SCENARIO.at(spans.get(name, scenario.span), f"{scenario.name}: {name}: {'; '.join(parts)}")
        yield Verdict(name, "scenario", scenario.name, len(events), got.total(), want.total(), finding)
    if not fired and not expected:
        finding = NOT_RUN.at(scenario.span, f"{scenario.name} sets off nothing and expects nothing")
        yield Verdict("", "scenario", scenario.name, len(events), 0, 0, finding)
