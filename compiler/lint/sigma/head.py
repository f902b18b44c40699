"""Checks of what a rule says of itself: title, description, maturity, severity, dates, origin."""

from __future__ import annotations

import datetime
import difflib
import itertools
import re
from collections.abc import Iterator
from typing import Any

from compiler.content.model import Kind, Rule
from compiler.diagnostics import Severity
from compiler.lint import text
from compiler.lint.index import Index, is_house, near
from compiler.lint.registry import Finding, Subject, check

STATUSES = ("stable", "test", "experimental", "deprecated", "unsupported")
LEVELS = ("informational", "low", "medium", "high", "critical")
"""Allowed words of ``status`` and ``level``; sigma-rules-specification.md 2.1.0."""


@check("SIG020", Severity.ERROR, Subject.SIGMA)
def title_is_one_line(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    r"""The title is not one line of at most 256 characters.

    Titles go into the configuration files and dashboards of a SIEM, where a new line begins a new setting: a title
    must not be able to. The specification (2.1.0, Title) makes it mandatory and bounds its length.

    Bad:
        title: "Shell of a Web Server\n[default]"  # <--
    Good:
        title: Shell of a Web Server
    """
    fault = text.not_one_line(rule.title)
    if fault:
        yield Finding(rule.place("title"), f"the title {fault}")


@check("SIG021", Severity.WARNING, Subject.SIGMA, house=True)
def title_is_in_title_case(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The title is not in Title Case.

    SigmaHQ's convention, and ours: words begin with a capital, apart from small ones within (of, a, the, by) and
    names that are written otherwise (w3wp, cmd.exe).

    Bad:
        title: Shell started by a web server
    Good:
        title: Shell Started by a Web Server
    """
    for word in text.not_title_case(rule.title):
        yield Finding(rule.place("title"), f"`{word}` begins with a small letter", f"`{word[0].upper()}{word[1:]}`")


@check("SIG022", Severity.WARNING, Subject.SIGMA, house=True)
def title_names_the_thing(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The title does not simply name what is found.

    It stands in a list of alerts, where every title would begin with ``Detects``; a sentence belongs in the
    description. At most 100 characters are readable there.

    Bad:
        title: Detects a Shell of a Web Server.
    Good:
        title: Shell of a Web Server
    """
    fault = text.no_name(rule.title)
    if fault:
        yield Finding(rule.place("title"), f"the title {fault}", "name the thing that is found")


@check("SIG023", Severity.WARNING, Subject.SIGMA, house=True)
def description_says_what_is_detected(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The description does not say what is detected, or says too little.

    Whoever gets the alert reads it first. It begins with ``Detects`` (a filter's with what it leaves out) and has at
    least 40 characters, which takes more than the title again.

    Bad:
        description: Web shell.
    Good:
        description: Detects a shell started by a web server, as web shells do to run commands.
    """
    description = str(rule.body.get("description", ""))
    fault = text.no_description(description, opening="" if rule.kind is Kind.FILTER else "Detects ")
    if fault:
        yield Finding(rule.place("description"), f"the description {fault}")


@check("SIG029", Severity.ERROR, Subject.SIGMA)
def status_is_known(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The status is not a word of the specification.

    It is one of stable, test, experimental, deprecated and unsupported; SIEMs sort by it. Filters have none.

    Bad:
        status: draft  # <--
    Good:
        status: experimental
    """
    missing_here = is_house(rule.span) and rule.kind is not Kind.FILTER
    if ("status" in rule.body or missing_here) and rule.status not in STATUSES:
        yield Finding(rule.place("status"), _no("status", rule.status), _one_of(rule.status, STATUSES))


@check("SIG030", Severity.WARNING, Subject.SIGMA, house=True)
def new_rules_are_experimental(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A rule that was never changed claims to have matured.

    Status is maturity in the field. A new rule is experimental; when it has proved itself its status is raised and
    ``modified`` says when.

    Bad:
        status: stable
    Good:
        status: stable
        modified: 2026-12-24
    """
    if rule.status in ("stable", "test") and "modified" not in rule.body:
        yield Finding(rule.place("status"), f"a new rule is experimental, not {rule.status}", "or add `modified:`")


@check("SIG031", Severity.ERROR, Subject.SIGMA)
def level_is_known(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The level is not a word of the specification.

    It is one of informational, low, medium, high and critical. Filters have none.

    Bad:
        level: severe  # <--
    Good:
        level: high
    """
    missing_here = is_house(rule.span) and rule.kind is not Kind.FILTER
    if ("level" in rule.body or missing_here) and rule.level not in LEVELS:
        yield Finding(rule.place("level"), _no("level", rule.level), _one_of(rule.level, LEVELS))


def _no(key: str, word: str) -> str:
    return f"no {key}: {word!r}" if word else f"`{key}` is missing"


def _one_of(word: str, words: tuple[str, ...]) -> str:
    return near(word, words) or f"one of {', '.join(words)}"


@check("SIG032", Severity.ERROR, Subject.SIGMA)
def dates_are_dates(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A date is no date, or the rule was modified before it was written.

    Dates are ISO 8601, ``2026-11-21`` (specification 2.1.0, Date).

    Bad:
        date: 21.11.2026  # <--
    Good:
        date: 2026-11-21
    """
    dates = {}
    for key in ("date", "modified"):
        if key in rule.body:
            dates[key] = _date(rule.body[key])
            if dates[key] is None:
                yield Finding(rule.place(key), f"`{key}` is no date: {rule.body[key]}", "write it as 2026-11-21")
    written, modified = dates.get("date"), dates.get("modified")
    if written and modified and modified < written:
        yield Finding(rule.place("modified"), f"modified on {modified}, before it was written on {written}")


def _date(value: Any) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return None
    if isinstance(value, datetime.date):
        return value
    return text.date_of(value) if isinstance(value, str) else None


@check("SIG033", Severity.ERROR, Subject.SIGMA, house=True)
def license_is_ours(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The licence is not Apache-2.0.

    Everything that is shipped has one licence, and each rule carries it since rules are copied one by one.

    Bad:
        license: MIT  # <--
    Good:
        license: Apache-2.0
    """
    if rule.body.get("license") != "Apache-2.0":
        said = f"the licence is {rule.body['license']!r}" if "license" in rule.body else "`license` is missing"
        yield Finding(rule.place("license"), said, "`license: Apache-2.0`")


@check("SIG034", Severity.WARNING, Subject.SIGMA, house=True)
def origin_is_told(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The rule does not say who wrote it and when.

    Bad:
        author: ''
    Good:
        author: tocsin
    """
    for key in ("author", "date"):
        if not rule.body.get(key):
            yield Finding(rule.place(key), f"`{key}` is missing")


@check("SIG035", Severity.WARNING, Subject.SIGMA, house=True)
def references_can_be_followed(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The references are missing or cannot be relied on.

    A rule names where its knowledge comes from, by https. A page of ATT&CK is no reference: tags say that. A link to a
    branch of a repository shows something else tomorrow; link to a commit.

    Bad:
        references:
            - https://attack.mitre.org/techniques/T1505/003/  # <--
    Good:
        references:
            - https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-062a
    """
    references = rule.body.get("references")
    if rule.kind is Kind.FILTER and references is None:
        return
    if not isinstance(references, list) or not references:
        yield Finding(rule.place("references"), "no reference is given", "name the advisory or the analysis")
        return
    for number, reference in enumerate(references):
        fault = text.not_to_be_followed(str(reference))
        if fault:
            yield Finding(rule.place("references", number), f"the reference {fault}")


_NOTHING_SAID = re.compile(
    r"(unknown|none|n/?a|tbd|todo|pentest(ing|s)?|penetration tests?(ing)?|red team(ing|s)?"
    r"|legitimate (use|usage|activity))\.?",
    re.IGNORECASE,
)


@check("SIG036", Severity.WARNING, Subject.SIGMA, house=True)
def false_positives_are_told(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The rule does not say which harmless activity sets it off.

    Somebody decides at night, by these lines, whether an alert is one. ``Unknown`` and ``None`` tell him nothing;
    where none is to be expected say ``Unlikely``.

    Bad:
        falsepositives:
            - Unknown  # <--
    Good:
        falsepositives:
            - A deployment that runs scripts from the directory of the site
    """
    if rule.kind is Kind.FILTER:
        return
    told = rule.body.get("falsepositives")
    if not isinstance(told, list) or not told:
        yield Finding(rule.place("falsepositives"), "no false positive is told", "`- Unlikely` if none is known")
        return
    for number, item in enumerate(told):
        if _NOTHING_SAID.fullmatch(str(item).strip()):
            yield Finding(rule.place("falsepositives", number), f"{str(item)!r} helps nobody to decide")


_KEYS = (
    "title id related name taxonomy status description license references author date modified version deprecated "
    "tags behaviours logsource correlation detection filter fields falsepositives level scope generate"
)
KEYS = tuple(_KEYS.split())
"""The keys in the order in which we write them; ``version``, ``deprecated`` and ``behaviours`` are our own."""


@check("SIG038", Severity.WARNING, Subject.SIGMA, house=True)
def keys_are_in_order(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The keys do not stand in the usual order.

    Who reads many rules finds things by their place. The order is that of SigmaHQ, with ``name`` after ``id`` and
    ``behaviours`` after ``tags``.

    Bad:
        name: web_example_shell
        id: 2b6a1d4c-1a52-4f0e-9d3c-0a4f6f1b7c11  # <--
    Good:
        id: 2b6a1d4c-1a52-4f0e-9d3c-0a4f6f1b7c11
        name: web_example_shell
    """
    known = [key for key in rule.body if key in KEYS]
    for before, key in itertools.pairwise(known):
        if KEYS.index(key) < KEYS.index(before):
            yield Finding(rule.place(key), f"`{key}` stands before `{before}`")
            return


@check("SIG039", Severity.WARNING, Subject.SIGMA)
def keys_are_not_misspelt(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A key looks like one of the specification's but is not.

    The specification allows keys of one's own, so a slip of the pen goes unnoticed: ``falsepositive`` is read by
    nobody.

    Bad:
        falsepositive:  # <--
            - Unlikely
    Good:
        falsepositives:
            - Unlikely
    """
    for key in rule.body:
        close = difflib.get_close_matches(str(key)[:100], KEYS, 1, 0.85) if key not in KEYS else ()
        if close:
            yield Finding(rule.place(str(key)), f"`{key}` is no key of the specification", f"is it `{close[0]}`?")
