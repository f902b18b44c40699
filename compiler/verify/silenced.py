"""Whether what an environment leaves out silences what the rules must find: their true positives are run again."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.content.environment import Environment
from compiler.content.model import Case, Casebook, Catalogue, Expect, Kind, Rule
from compiler.diagnostics import Diagnostic, Severity, Span, declare
from compiler.meaning.errors import MeaningError
from compiler.meaning.ruleset import read_ruleset
from compiler.verify.cases import case_events
from compiler.verify.verdict import bench_of

SILENCED = declare(
    "ENV008",
    Severity.ERROR,
    """
    A filter of the environment, or what it writes for a placeholder, silences a true positive

    The rule no longer fires on a sample of what it must find: the filter leaves out more than the noise that it was
    written for. Name what is harmless more narrowly: the program and its path, the account and the address together; in
    a list whole names, and no pattern that others fit, too.
    """,
)


def silenced(catalogue: Catalogue, environment: Environment) -> Iterator[Diagnostic]:
    """What the environment's filters, each by itself, silence of the true positives of the rules they are joined to.

    Likewise the filters of the content that have values of the environment. ``catalogue`` is the content as the
    environment has it. Correlations are run again for the filters of their rules.
    """
    bench = bench_of(catalogue)
    own = {rule.span: (rule.span, "") for rule in environment.filters} | dict(_filled(catalogue, environment))
    books = {book.rule: book for book in catalogue.casebooks}
    for rule in catalogue.rules:
        book = books.get(rule.name)
        if book is None or rule.kind not in {Kind.SIGMA, Kind.CORRELATION}:
            continue
        company = bench.company(rule)
        rest = [one for one in company if one.span not in own]
        for one in (member for member in company if member.span in own):
            for case in book.cases:
                if case.expect is Expect.TRUE_POSITIVE and _fires(rule, [*rest, one], book, case) < case.hits:
                    place, values = own[one.span]
                    yield SILENCED.at(
                        place,
                        f"{one.name}{values} silences {rule.name} on a true positive: {case.title}",
                        f"the case stands at {case.span}",
                    )


def _filled(catalogue: Catalogue, environment: Environment) -> Iterator[tuple[Span, tuple[Span, str]]]:
    """The filters of the content that have values of the environment: where they stand, and what is said of them."""
    others = {rule.span for rule in environment.filters}
    for rule in catalogue.rules:
        if rule.kind is not Kind.FILTER or rule.span in others:
            continue
        names = [name for name, values in environment.placeholders.items() if values and f"%{name}%" in rule.text]
        if names:
            said = " and ".join(f"%{name}%" for name in names)
            yield rule.span, (environment.place("placeholders", names[0]), f" with the values of {said}")


def _fires(rule: Rule, company: list[Rule], book: Casebook, case: Case) -> int:
    """How often a rule fires on a case in this company; as often as it must where that cannot be told."""
    ruleset, faults = read_ruleset(company, book.placeholders)
    events, unread = case_events(case, rule)
    if faults or unread:
        return case.hits
    try:
        return sum(hit.rule.name == rule.name for hit in ruleset.match(events))
    except MeaningError:
        return case.hits
