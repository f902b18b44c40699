"""Whether the hand-written cases of a rule notice its mutants: how much its tests are worth."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence

from compiler.content.model import Casebook, Catalogue, Kind, Rule
from compiler.diagnostics import Diagnostic, Span
from compiler.engines.yara import ScanError, compile_yara_x
from compiler.meaning.errors import MeaningError
from compiler.meaning.events import Event
from compiler.meaning.mutants import Mutant, mutants_of
from compiler.meaning.placeholders import Placeholders
from compiler.meaning.ruleset import read_ruleset
from compiler.meaning.sameness import meaning_of, same_meaning
from compiler.verify.cases import case_events
from compiler.verify.verdict import NOT_RUN, Bench, bench_of


@dataclasses.dataclass(frozen=True, slots=True)
class MutantVerdict:
    """One mutant of one rule: ``noticed`` if a case gives another verdict than it expects.

    ``span`` is the place in the rule that was changed. ``counted`` is False for a dropped value of a list.
    """

    rule: str
    operator: str
    description: str
    span: Span
    noticed: bool
    counted: bool

    @property
    def record(self) -> dict[str, object]:
        """The verdict as one JSON object."""
        return {
            "rule": self.rule,
            "operator": self.operator,
            "change": self.description,
            "place": str(self.span),
            "noticed": self.noticed,
            "counted": self.counted,
        }


@dataclasses.dataclass(frozen=True, slots=True)
class _Trial:
    """A case made ready: the events and the rule whose hits are counted; for YARA the file."""

    subject: Rule
    events: Sequence[Event]
    data: bytes
    hits: int


def run_mutants(catalogue: Catalogue, names: Sequence[str] = ()) -> Iterator[MutantVerdict]:
    """The verdict of every mutant of every rule (of those in ``names`` alone, if there are any), by rule.

    Mutants without a meaning, that do not compile, or that are proved to mean what the rule means are left out. So are
    rules without a case and rules that fail one: what notices everything tells nothing.
    """
    bench = bench_of(catalogue)
    books = {book.rule: book for book in catalogue.casebooks}
    for rule in catalogue.rules:
        if names and rule.name not in names:
            continue
        trials = _trials(bench, rule, books.get(rule.name))
        known = {**rule.placeholders, **(books[rule.name].placeholders if rule.name in books else {})}
        notices = _yara_notices if rule.kind is Kind.YARA else _sigma_notices(bench, rule, known)
        if not trials or notices(Mutant("", "", body=rule.body, text=rule.text), trials) is not False:
            continue
        same = _sameness(rule, known)
        for mutant in mutants_of(rule):
            noticed = notices(mutant, trials)
            # What a case tells apart is not the same, so a proof is sought for the others alone.
            if noticed or (noticed is False and not same(mutant)):
                span = _place(rule, mutant)
                yield MutantVerdict(rule.name, mutant.operator, mutant.description, span, noticed, mutant.counted)


def _place(rule: Rule, mutant: Mutant) -> Span:
    if rule.kind is not Kind.YARA:
        return rule.place(*mutant.keys)
    before = rule.text[: mutant.offset]
    return Span(rule.span.path, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _trials(bench: Bench, rule: Rule, book: Casebook | None) -> list[_Trial]:
    trials = []
    for case in book.cases if book else ():
        if rule.kind is Kind.YARA:
            if case.sample.data is not None:
                trials.append(_Trial(rule, (), case.sample.data, case.hits))
            continue
        subject = bench.by_key.get(case.through) if rule.kind is Kind.FILTER else rule
        events, unread = case_events(case, subject) if subject is not None else ([], "")
        if subject is not None and events and not unread:
            trials.append(_Trial(subject, events, b"", case.hits))
    return trials


_Notices = Callable[[Mutant, Sequence[_Trial]], bool | None]
"""Whether any of the trials notices a mutant; None if the mutant has no meaning."""


def _sigma_notices(bench: Bench, rule: Rule, known: Placeholders) -> _Notices:
    def notices(mutant: Mutant, trials: Sequence[_Trial]) -> bool | None:
        changed = dataclasses.replace(rule, body=mutant.body or {})
        filters = tuple(changed if one.span == rule.span else one for one in bench.filters)
        altered = dataclasses.replace(bench, filters=filters)
        for subject in {trial.subject.span: trial.subject for trial in trials}.values():
            tried = changed if subject.span == rule.span else subject
            members = altered.company(tried)
            company = [changed if one.span == rule.span and one.kind is not Kind.FILTER else one for one in members]
            ruleset, faults = read_ruleset(company, known)
            if faults:
                return None
            for trial in trials:
                if trial.subject.span != subject.span:
                    continue
                try:
                    hits = sum(hit.rule.name == subject.name for hit in ruleset.match(trial.events))
                except MeaningError:
                    return True
                if hits != trial.hits:
                    return True
        return False

    return notices


def _yara_notices(mutant: Mutant, trials: Sequence[_Trial]) -> bool | None:
    scanner, complaints = compile_yara_x({"mutant": mutant.text})
    if any(complaint.error for complaint in complaints):
        return None
    for trial in trials:
        try:
            hits = int(trial.subject.name in scanner.scan(trial.data))
        except ScanError:
            return True
        if hits != trial.hits:
            return True
    return False


def _sameness(rule: Rule, known: Placeholders) -> Callable[[Mutant], bool]:
    """Tells of a mutant whether it is proved to mean what the rule means."""
    if rule.kind is Kind.YARA:
        return lambda mutant: mutant.text == rule.text
    meaning = meaning_of(rule.kind, rule.body, known)
    return lambda mutant: same_meaning(meaning, meaning_of(rule.kind, mutant.body or {}, known))


def untried(catalogue: Catalogue, names: Sequence[str], verdicts: Iterable[MutantVerdict]) -> list[Diagnostic]:
    """``VER003`` for each rule (of those in ``names``, if there are any) of which no mutant was tried."""
    tried = {one.rule for one in verdicts}
    return [
        NOT_RUN.at(
            rule.span,
            f"no mutant of {rule.name} was tried: it has no case, or fails one",
            f"`tocsin test {rule.name}` tells which",
        )
        for rule in catalogue.rules
        if rule.name not in tried and (not names or rule.name in names)
    ]


def score_lines(verdicts: Iterable[MutantVerdict]) -> list[str]:
    """The share of mutants that were noticed, by operator and in all, a line each; then every survivor that counts."""
    by_operator: dict[str, list[MutantVerdict]] = {}
    for verdict in verdicts:
        by_operator.setdefault(verdict.operator, []).append(verdict)
    lines = []
    total: list[MutantVerdict] = []
    for operator, members in sorted(by_operator.items()):
        counted = [verdict for verdict in members if verdict.counted]
        total += counted
        lines.append(f"{operator:24} {_share(members)}{'' if counted else '  (not counted)'}")
    lines.append(f"{'all that count':24} {_share(total)}")
    survivors = sorted((one for one in total if not one.noticed), key=lambda one: (one.span, one.operator))
    lines += [f"{one.span}: {one.rule}: {one.operator}: {one.description}" for one in survivors]
    return lines


def _share(verdicts: Sequence[MutantVerdict]) -> str:
    noticed = sum(verdict.noticed for verdict in verdicts)
    percent = f"{100 * noticed / len(verdicts):5.1f} %" if verdicts else "    -"
    return f"{noticed:5} of {len(verdicts):5}  {percent}"
