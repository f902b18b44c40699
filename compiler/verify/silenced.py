"""Whether the filters of an environment silence what the rules must find: their true positives are run again."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.content.environment import Environment
from compiler.content.model import Case, Casebook, Catalogue, Expect, Kind, Rule
from compiler.diagnostics import Diagnostic, Severity, declare
from compiler.meaning.errors import MeaningError
from compiler.meaning.ruleset import read_ruleset
from compiler.verify.cases import case_events
from compiler.verify.verdict import bench_of

SILENCED = declare(
    "ENV008",
    Severity.ERROR,
    """
    A filter of the environment silences a true positive

    The rule no longer fires on a sample of what it must find: the filter leaves out more than the noise that it was
    written for. Name what is harmless more narrowly: the program and its path, the account and the address together.
    """,
)


def silenced(catalogue: Catalogue, environment: Environment) -> Iterator[Diagnostic]:
    """What the environment's filters, each by itself, silence of the true positives of the rules they are joined to.

    ``catalogue`` is the content as the environment has it. Correlations are run again for the filters of their rules.
    """
    bench = bench_of(catalogue)
    own = {rule.span for rule in environment.filters}
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
                    yield SILENCED.at(
                        one.span,
                        f"{one.name} silences {rule.name} on a true positive: {case.title}",
                        f"the case stands at {case.span}",
                    )


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
