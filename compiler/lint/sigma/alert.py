"""Checks of what a rule says of its alert: what an analyst reads, and what a package is made of."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.content.model import AlertKind, Kind, Rule
from compiler.diagnostics import Severity, Span
from compiler.lint import text
from compiler.lint.index import Index, near
from compiler.lint.registry import Finding, Subject, check
from compiler.lint.sigma.identity import logsource_of

LONGEST = 120
"""Characters of an alert's title as written; what is longer is cut off in lists of alerts."""
_FOR_JOINING = ("informational", "low")


@check("SIG100", Severity.WARNING, Subject.SIGMA, house=True)
def alert_is_told(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A rule does not say how its hits are told.

    An analyst needs the values of the event, not only the title of the rule; without groups and a silence one intruder
    makes a thousand alerts. Filters have no hits of their own.

    Bad:
        alert:  # <--
    Good:
        alert:
            title: 'Shell {cs-uri-stem} called by {c-ip}'
            entities:
                - {ip: c-ip}
            group: [c-ip]
            suppress: {fields: [c-ip], for: 4h}
            kind: finding
    """
    if rule.kind is not Kind.FILTER and rule.body.get("alert") is None:
        yield Finding(
            rule.place("alert" if "alert" in rule.body else "level"),
            "no `alert`",
            "say what the alert is about: `alert:` behind `level:`",
        )


@check("SIG101", Severity.WARNING, Subject.SIGMA, house=True)
def triage_has_steps(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A rule does not say what to look at next.

    Whoever gets the alert at night has not read the advisory. Two steps are the least: one that tells an intruder from
    ordinary work, and one for when it is an intruder.

    Bad:
        triage:  # <--
            - 'Have a look.'
    Good:
        triage:
            - 'Open the file behind the path on the server and read it.'
            - 'Look for other requests of the same client.'
    """
    if rule.kind is not Kind.FILTER and not _unread(rule) and len(rule.triage) < 2:
        said = f"{len(rule.triage)} steps of triage" if "triage" in rule.body else "no `triage`"
        yield Finding(rule.place("triage"), said, "two or more sentences, in the order of looking")


def _unread(rule: Rule) -> bool:
    """True if loading could not read what the rule says of its alert, and has told so."""
    return rule.body.get("alert") is not None and rule.alert is None


@check("SIG102", Severity.ERROR, Subject.SIGMA, house=True)
def alert_names_fields(rule: Rule, index: Index) -> Iterator[Finding]:
    """An alert names a field that its hits do not have.

    A hit of a rule is an event, with the fields that ``detections/sources/`` gives to its log source; a hit of a
    correlation is a group, with the fields and aliases of ``group-by`` alone. Of any other the alert shows nothing.

    Bad:
        alert:
            title: 'Shell called by {c-ip}'
            entities:
                - {ip: c-ipp}  # <--
            group: [c-ip]
            suppress: {fields: [c-ip], for: 4h}
            kind: finding
    Good:
        alert:
            title: 'Shell called by {c-ip}'
            entities:
                - {ip: c-ip}
            group: [c-ip]
            suppress: {fields: [c-ip], for: 4h}
            kind: finding
    """
    if rule.alert is None:
        return
    if rule.kind is Kind.CORRELATION:
        groups = rule.body["correlation"].get("group-by")
        known = frozenset(map(str, groups) if isinstance(groups, list) else [str(groups)])
        lacking = "the correlation does not group by {!r}"
    else:
        known, lacking = index.fields(logsource_of(rule)), "no data source of the rule has the field {!r}"
    for place, field in _named(rule):
        if known and field not in known:
            yield Finding(place, lacking.format(field), near(field, known))


def _named(rule: Rule) -> Iterator[tuple[Span, str]]:
    alert = rule.alert
    if alert is None:
        return
    yield from ((rule.place("alert", "title"), field) for field in alert.in_title)
    for number, entity in enumerate(alert.entities):
        yield rule.place("alert", "entities", number), entity.field
    yield from ((rule.place("alert", "group"), field) for field in alert.group)
    yield from ((rule.place("alert", "suppress"), field) for field in alert.suppress)


@check("SIG103", Severity.WARNING, Subject.SIGMA, house=True)
def alert_title_tells_the_event(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The title of an alert is the same for every event, or does not fit a list of alerts.

    It names at least one value of the event, a field in braces, and has at most 120 characters on one line.

    Bad:
        alert:
            title: 'A shell was called'  # <--
            entities:
                - {ip: c-ip}
            group: [c-ip]
            suppress: {fields: [c-ip], for: 4h}
            kind: finding
    Good:
        alert:
            title: 'Shell {cs-uri-stem} called by {c-ip}'
            entities:
                - {ip: c-ip}
            group: [c-ip]
            suppress: {fields: [c-ip], for: 4h}
            kind: finding
    """
    if rule.alert is None:
        return
    title, place = rule.alert.title, rule.place("alert", "title")
    if fault := text.not_one_line(title):
        yield Finding(place, f"the title {fault}")
    elif len(title) > LONGEST:
        yield Finding(place, f"the title has {len(title)} characters, more than {LONGEST}")
    if not rule.alert.in_title:
        yield Finding(place, "the title names no value of the event", "a field in braces: `{c-ip}`")


@check("SIG104", Severity.WARNING, Subject.SIGMA, house=True)
def alert_kind_fits_level(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A building block has a level that asks for work, or an informational rule is called a finding.

    Building blocks are for correlations to join and are of level low or informational; what is informational is not
    worth an alert, by the words of the specification.

    Bad:
        alert:
            title: 'Shell {cs-uri-stem} called by {c-ip}'
            entities:
                - {ip: c-ip}
            group: [c-ip]
            suppress: {fields: [c-ip], for: 4h}
            kind: building_block  # <--
    Good:
        alert:
            title: 'Shell {cs-uri-stem} called by {c-ip}'
            entities:
                - {ip: c-ip}
            group: [c-ip]
            suppress: {fields: [c-ip], for: 4h}
            kind: finding
    """
    if rule.alert is None:
        return
    block = rule.alert.kind is AlertKind.BUILDING_BLOCK
    if block and rule.level not in _FOR_JOINING:
        message = f"a building block of level {rule.level or '(none)'}"
        yield Finding(rule.place("alert", "kind"), message, "a finding, or of level low or informational")
    elif not block and rule.level == "informational":
        yield Finding(rule.place("alert", "kind"), "a finding of level informational", "a building_block")


@check("SIG105", Severity.WARNING, Subject.SIGMA, house=True)
def silence_is_within_a_group(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The silence after an alert extends to other groups.

    ``suppress`` must name every field of ``group``. Otherwise the alert about one group keeps the next silent, and the
    second server that an intruder takes is never told.

    Bad:
        alert:
            title: 'Shell {cs-uri-stem} called by {c-ip}'
            entities:
                - {ip: c-ip}
            group: [c-ip, cs-uri-stem]
            suppress: {fields: [c-ip], for: 4h}  # <--
            kind: finding
    Good:
        alert:
            title: 'Shell {cs-uri-stem} called by {c-ip}'
            entities:
                - {ip: c-ip}
            group: [c-ip]
            suppress: {fields: [c-ip, cs-uri-stem], for: 4h}
            kind: finding
    """
    if rule.alert is not None and (beyond := [field for field in rule.alert.group if field not in rule.alert.suppress]):
        message = f"`suppress` leaves out {', '.join(beyond)}, which `group` has"
        yield Finding(rule.place("alert", "suppress"), message)
