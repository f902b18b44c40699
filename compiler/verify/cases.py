"""Every case of every rule on the reference; for YARA on both engines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from compiler.content.advisories import logsource
from compiler.content.model import Case, Casebook, Catalogue, Expect, Kind, Rule
from compiler.diagnostics import Diagnostic
from compiler.engines.yara import ENGINES, ScanError
from compiler.meaning.errors import MeaningError
from compiler.meaning.events import Event, read_events
from compiler.meaning.ruleset import Ruleset, read_ruleset
from compiler.verify.verdict import DISAGREES, ENGINES_DIFFER, NO_MEANING, NOT_RUN, Bench, Verdict, bench_of


def run_cases(catalogue: Catalogue, names: Sequence[str] = ()) -> Iterator[Verdict]:
    """The verdict of every case of every rule (of those in ``names`` alone, if there are any), by rule.

    A rule of which no case could be evaluated gives one verdict with ``VER003``.
    """
    bench = bench_of(catalogue)
    books = {book.rule: book for book in catalogue.casebooks}
    for rule in catalogue.rules:
        if names and rule.name not in names:
            continue
        book = books.get(rule.name)
        trials = list(_yara_cases(rule, book) if rule.kind is Kind.YARA else _sigma_cases(bench, rule, book))
        yield from trials
        if not any(trial.tried for trial in trials) and all(trial.finding is None for trial in trials):
            yield Verdict(
                rule.name, "case", "", 0, 0, 0, NOT_RUN.at(rule.span, f"no case of {rule.name} was evaluated")
            )


def _sigma_cases(bench: Bench, rule: Rule, book: Casebook | None) -> Iterator[Verdict]:
    for case in book.cases if book else ():
        subject = rule
        if rule.kind is Kind.FILTER:
            through = bench.by_key.get(case.through)
            if through is None:
                finding = DISAGREES.at(
                    case.span, f"a filter's case names the rule it is run `through`: {case.through!r}"
                )
                yield Verdict(rule.name, "case", case.title, 0, 0, case.hits, finding)
                continue
            subject = through
        ruleset, faults = read_ruleset(bench.company(subject), book.placeholders if book else None)
        if faults:
            fault = faults[0]
            finding = NO_MEANING.at(fault.rule.place(*fault.error.keys), fault.error.message, fault.error.hint)
            yield Verdict(rule.name, "case", case.title, 0, 0, case.hits, finding)
            return
        yield _sigma_case(ruleset, rule, subject, case)


def _sigma_case(ruleset: Ruleset, rule: Rule, subject: Rule, case: Case) -> Verdict:
    events, unread = case_events(case, subject)
    if unread or not events:
        finding = NOT_RUN.at(case.span, unread or "the sample holds no event")
        return Verdict(rule.name, "case", case.title, 0, 0, case.hits, finding)
    try:
        hits = sum(1 for hit in ruleset.match(events) if hit.rule.name == subject.name)
    except MeaningError as error:
        finding = NO_MEANING.at(subject.place(*error.keys), error.message, error.hint)
        return Verdict(rule.name, "case", case.title, 0, 0, case.hits, finding)
    return Verdict(rule.name, "case", case.title, len(events), hits, case.hits, _judged(case, hits, rule.name))


def _judged(case: Case, hits: int, name: str) -> Diagnostic | None:
    silent = case.expect in {Expect.TRUE_NEGATIVE, Expect.FALSE_NEGATIVE}
    if silent and case.hits:
        return DISAGREES.at(
            case.span, f"{case.expect} cannot expect {case.hits} hits: it says that the rule stays silent"
        )
    if not silent and not case.hits:
        return DISAGREES.at(case.span, f"{case.expect} cannot expect no hit: it says that the rule fires")
    if hits == case.hits:
        return None
    if case.expect is Expect.FALSE_NEGATIVE:
        hint = "the gap is closed: make it a true_positive"
    else:
        hint = f"see `tocsin match ... --why`; the case stands because {case.because}"
    return DISAGREES.at(case.span, f"{name}: {case.title}: expected {case.hits} hits, got {hits}", hint)


def case_events(case: Case, rule: Rule) -> tuple[list[Event], str]:
    """The events of a case, and why they cannot be read (empty if they can)."""
    if case.sample.data is not None:
        events, faults = read_events(case.sample.data)
    else:
        lines = "\n".join(json.dumps(event) for event in case.sample.events)
        known = logsource(rule.body.get("logsource")) if rule.kind is Kind.SIGMA else None
        events, faults = read_events(lines.encode(), format="jsonl", logsource=known)
    if faults:
        return [], f"line {faults[0].line + 1} of the sample: {faults[0].message}"
    return events, ""


def _yara_cases(rule: Rule, book: Casebook | None) -> Iterator[Verdict]:
    scanners = [compile_({rule.span.path: rule.text})[0] for compile_ in ENGINES.values()]
    for case in book.cases if book else ():
        if case.sample.data is None:
            finding = NOT_RUN.at(case.span, "a case of a YARA rule names a file: `sample:`")
            yield Verdict(rule.name, "case", case.title, 0, 0, case.hits, finding)
            continue
        try:
            hits = {scanner.name: int(rule.name in scanner.scan(case.sample.data)) for scanner in scanners}
        except ScanError as error:
            yield Verdict(rule.name, "case", case.title, 0, 0, case.hits, ENGINES_DIFFER.at(case.span, str(error)))
            continue
        told = ", ".join(f"{name} {count}" for name, count in hits.items())
        if len(set(hits.values())) > 1:
            finding = ENGINES_DIFFER.at(case.span, f"{rule.name}: {case.title}: {told}")
            yield Verdict(rule.name, "case", case.title, 1, max(hits.values()), case.hits, finding)
            continue
        count = max(hits.values())
        yield Verdict(rule.name, "case", case.title, 1, count, case.hits, _judged(case, count, rule.name))
