"""Checks that the evidence of a rule is there, is of every kind that it needs, and says what it means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from compiler.content.model import Case, Casebook, Expect, Kind, Rule
from compiler.diagnostics import Severity
from compiler.lint.index import Index, near
from compiler.lint.registry import Finding, Subject, check
from compiler.meaning.rule import Detection

_FIRES = (Expect.TRUE_POSITIVE, Expect.BENIGN_POSITIVE)


def _with(book: Casebook, *expect: Expect) -> list[Case]:
    return [case for case in book.cases if case.expect in expect]


@check("SMP010", Severity.ERROR, Subject.CASES)
def samples_have_a_rule(book: Casebook, index: Index) -> Iterator[Finding]:
    """The samples are of no rule, or the folder has another name than the rule.

    A rule and its samples are joined by name alone. What nobody reads is moved with its rule or removed.

    Bad:
        rule: web_example_shel  # <--
    Good:
        rule: web_example_shell
    """
    folder = PurePosixPath(book.span.path).parent.name
    if book.rule not in index.by_name:
        yield Finding(book.span, f"there is no rule {book.rule!r} that could be read", near(book.rule, index.by_name))
    elif book.rule != folder:
        yield Finding(book.span, f"the folder is {folder}, the rule {book.rule}", "rename one of the two")


@check("SMP011", Severity.ERROR, Subject.RULE, house=True)
def rules_have_samples(rule: Rule, index: Index) -> Iterator[Finding]:
    """The rule has no samples.

    What was never run is not shipped: ``samples/rules/(name)/cases.yml`` says on what the rule fires and on what not.

    Bad:
        name: web_example_backdoor
    Good:
        name: web_example_shell
    """
    if rule.name not in index.evidenced:
        yield Finding(
            rule.span, f"there is no samples/rules/{rule.name}/cases.yml that could be read", "`tocsin new` makes both"
        )


def _kind(book: Casebook, index: Index) -> Kind | None:
    rule = index.by_name.get(book.rule)
    return rule.kind if rule else None


@check("SMP012", Severity.ERROR, Subject.CASES)
def procedures_are_two(book: Casebook, index: Index) -> Iterator[Finding]:
    """Fewer than two true positives.

    A rule that was tried on one procedure finds that one. Two that differ show that it finds the behaviour. A filter
    needs one case in which the rule still fires.

    Bad:
        cases:
            - title: A shell
              expect: true_positive
              origin: synthetic
              because: the path of a shell
              event: {cs-method: POST, cs-uri-stem: /shell.aspx}
    Good:
        cases:
            - title: A shell
              expect: true_positive
              origin: synthetic
              because: the path of a shell
              event: {cs-method: POST, cs-uri-stem: /shell.aspx}
            - title: Another shell
              expect: true_positive
              origin: synthetic
              because: the path of another
              event: {cs-method: POST, cs-uri-stem: /images/shell.aspx}
    """
    needed = 1 if _kind(book, index) is Kind.FILTER else 2
    count = len(_with(book, Expect.TRUE_POSITIVE))
    if count < needed:
        yield Finding(book.span, f"{count} true positives, fewer than {needed}", "add another procedure")


@check("SMP013", Severity.ERROR, Subject.CASES)
def near_misses_are_there(book: Casebook, index: Index) -> Iterator[Finding]:
    """Too few cases in which the rule stays silent.

    Near misses, each a step beside a true positive, show that every part of a rule does something; and one case of
    ordinary work that looks alike shows that it can be lived with. Three together: ``true_negative``, or
    ``benign_positive`` where the noise is accepted. A filter needs one that it silences.

    Bad:
        cases:
            - title: A style sheet
              expect: true_negative
              origin: synthetic
              because: no script
              event: {cs-method: POST, cs-uri-stem: /main.css}
    Good:
        cases:
            - title: A style sheet
              expect: true_negative
              origin: synthetic
              because: no script
              event: {cs-method: POST, cs-uri-stem: /main.css}
            - title: The same by GET
              expect: true_negative
              origin: synthetic
              because: nothing is sent
              event: {cs-method: GET, cs-uri-stem: /shell.aspx}
            - title: A form
              expect: true_negative
              origin: synthetic
              because: ordinary work
              event: {cs-method: POST, cs-uri-stem: /form.aspx}
    """
    needed = 1 if _kind(book, index) is Kind.FILTER else 3
    count = len(_with(book, Expect.TRUE_NEGATIVE, Expect.BENIGN_POSITIVE))
    if count < needed:
        yield Finding(book.span, f"{count} near misses and benign cases, fewer than {needed}")


@check("SMP014", Severity.ERROR, Subject.CASES)
def hits_fit(book: Casebook, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The number of hits contradicts what is expected.

    A positive fires at least once, a negative never: as written the case asks for two things at a time.

    Bad:
        cases:
            - title: A shell  # <--
              expect: true_positive
              origin: synthetic
              because: the path of a shell
              event: {cs-method: POST, cs-uri-stem: /shell.aspx}
              hits: 0
    Good:
        cases:
            - title: A shell
              expect: true_positive
              origin: synthetic
              because: the path of a shell
              event: {cs-method: POST, cs-uri-stem: /shell.aspx}
              hits: 1
    """
    for case in book.cases:
        if (case.hits > 0) != (case.expect in _FIRES):
            yield Finding(case.span, f"{case.expect} with {case.hits} hits")


@check("SMP015", Severity.WARNING, Subject.CASES)
def titles_differ(book: Casebook, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """Two cases have the same title.

    A verdict names the case by its title.

    Bad:
        cases:
            - title: A shell
              expect: true_positive
              origin: synthetic
              because: the path of a shell
              event: {cs-method: POST, cs-uri-stem: /shell.aspx}
            - title: A shell  # <--
              expect: true_positive
              origin: synthetic
              because: the path of another
              event: {cs-method: POST, cs-uri-stem: /images/shell.aspx}
    Good:
        cases:
            - title: A shell
              expect: true_positive
              origin: synthetic
              because: the path of a shell
              event: {cs-method: POST, cs-uri-stem: /shell.aspx}
            - title: Another shell
              expect: true_positive
              origin: synthetic
              because: the path of another
              event: {cs-method: POST, cs-uri-stem: /images/shell.aspx}
    """
    for number, case in enumerate(book.cases):
        if any(case.title == other.title for other in book.cases[:number]):
            yield Finding(case.span, f"the title {case.title!r} stands twice")


@check("SMP016", Severity.WARNING, Subject.CASES)
def samples_differ(book: Casebook, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """Two cases run on the same sample.

    The second shows nothing that the first does not.

    Bad:
        cases:
            - title: A shell
              expect: true_positive
              origin: synthetic
              because: the path of a shell
              event: {cs-method: POST, cs-uri-stem: /shell.aspx}
            - title: Another shell  # <--
              expect: true_positive
              origin: synthetic
              because: the path of a shell
              event: {cs-method: POST, cs-uri-stem: /shell.aspx}
    Good:
        cases:
            - title: A shell
              expect: true_positive
              origin: synthetic
              because: the path of a shell
              event: {cs-method: POST, cs-uri-stem: /shell.aspx}
            - title: Another shell
              expect: true_positive
              origin: synthetic
              because: the path of another
              event: {cs-method: POST, cs-uri-stem: /images/shell.aspx}
    """
    for number, case in enumerate(book.cases):
        for other in book.cases[:number]:
            same = case.sample.events == other.sample.events and case.sample.data == other.sample.data
            if same and case.through == other.through:
                yield Finding(case.span, f"the sample is that of {other.title!r}")
                break


@check("SMP020", Severity.ERROR, Subject.CASES)
def budget_is_for_quiet_levels(book: Casebook, index: Index) -> Iterator[Finding]:
    """A rule of level medium or above has a budget of hits.

    It is to be silent on the whole baseline, apart from accepted benign positives; only those below may make noise.

    Bad:
        budget: 5  # <--
    Good:
        budget: 0
    """
    rule = index.by_name.get(book.rule)
    if book.budget and rule is not None and rule.level not in ("informational", "low"):
        place = book.document.span("budget") if book.document else book.span
        yield Finding(place, f"{book.rule} is of level {rule.level or 'none'}, so its budget is 0")


@check("SMP021", Severity.ERROR, Subject.CASES)
def through_is_for_filters(book: Casebook, index: Index) -> Iterator[Finding]:
    """A case of a filter does not say through which rule it is seen, or another rule's does.

    A filter fires nothing by itself; ``through`` names the rule that is run with the filter applied.

    Bad:
        cases:
            - title: A shell  # <--
              expect: true_positive
              origin: synthetic
              because: the path of a shell
              through: web_example_shell
              event: {cs-method: POST, cs-uri-stem: /shell.aspx}
    Good:
        cases:
            - title: A shell
              expect: true_positive
              origin: synthetic
              because: the path of a shell
              event: {cs-method: POST, cs-uri-stem: /shell.aspx}
    """
    kind = _kind(book, index)
    for case in book.cases:
        if kind is Kind.FILTER and case.through not in index.by_name:
            said = f"there is no rule {case.through!r}" if case.through else "`through` is missing"
            yield Finding(case.span, said, near(case.through, index.by_name) or "name the rule that is filtered")
        elif kind not in (None, Kind.FILTER) and case.through:
            yield Finding(case.span, "`through` is for the cases of filters", "remove it")


@check("SMP022", Severity.WARNING, Subject.CASES)
def misses_are_near(book: Casebook, index: Index) -> Iterator[Finding]:
    """A negative case has none of the fields that the rule asks for.

    The rule would be silent whatever it says. A field that is misspelt in the event has the same effect.

    Bad:
        cases:
            - title: A style sheet  # <--
              expect: true_negative
              origin: synthetic
              because: no script
              event: {cs-uri-steam: /main.css}
    Good:
        cases:
            - title: A style sheet
              expect: true_negative
              origin: synthetic
              because: no script
              event: {cs-uri-stem: /main.css}
    """
    rule = index.by_name.get(book.rule)
    meaning = index.meaning(rule) if rule is not None else None
    if not isinstance(meaning, Detection) or not meaning.fields:
        return
    asked = {field.partition(".")[0] for field in meaning.fields} | meaning.fields
    for case in _with(book, Expect.TRUE_NEGATIVE):
        events = case.sample.events
        if events and not any(asked & set(event) for event in events):
            yield Finding(case.span, "none of the fields that the rule asks for is in the event")


@check("SMP023", Severity.ERROR, Subject.CASES)
def accepted_noise_has_a_case(book: Casebook, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """Hits in the baseline are accepted without a case that shows why.

    ``accepted`` lets a rule fire at named places of the baseline. A ``benign_positive`` case shows the activity, so
    that the reviewer sees what the SOC will.

    Bad:
        accepted:  # <--
            - {at: 'iis:17', because: 'a scan of the company itself'}
    Good:
        accepted: []
    """
    if book.accepted and not _with(book, Expect.BENIGN_POSITIVE):
        place = book.document.span("accepted") if book.document else book.span
        yield Finding(place, "hits are accepted, but no case is a benign_positive")
