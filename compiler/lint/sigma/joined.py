"""Checks of what refers to other rules: correlations and filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.content.model import Kind, Rule
from compiler.diagnostics import Severity, Span
from compiler.lint.index import Index, near
from compiler.lint.registry import Finding, Subject, check
from compiler.lint.sigma.identity import logsource_of
from compiler.meaning.correlation import Correlation
from compiler.meaning.rule import Filter
from compiler.meaning.tree import Atom, Not


def _section(rule: Rule) -> Mapping[str, Any]:
    section: Mapping[str, Any] = rule.body["correlation" if rule.kind is Kind.CORRELATION else "filter"]
    return section


def _listed(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [value] if isinstance(value, str) else []


def _referred(rule: Rule, index: Index) -> Iterator[tuple[Span, str, Rule | None]]:
    """The rules that are named: the place, the key as written, the rule if there is one."""
    section, meaning = ("correlation" if rule.kind is Kind.CORRELATION else "filter"), index.meaning(rule)
    keys = meaning.rules or () if isinstance(meaning, Correlation | Filter) else ()
    for number, key in enumerate(keys):
        # A temporal correlation may name its rules in the condition alone.
        listed = "rules" in rule.body[section]
        place = rule.place(section, "rules", number) if listed else rule.place(section, "condition")
        yield place, key, index.by_key.get(key)


@check("SIG081", Severity.ERROR, Subject.CORRELATION)
def correlated_rules_exist(rule: Rule, index: Index) -> Iterator[Finding]:
    """A correlation names a rule that there is not.

    It refers to rules by ``id`` or ``name`` (correlation specification 2.1.0, Related rules).

    Bad:
        correlation:
            type: event_count
            rules:
                - web_example_shel  # <--
            group-by:
                - c-ip
            timespan: 5m
            condition:
                gte: 10
    Good:
        correlation:
            type: event_count
            rules:
                - web_example_shell
            group-by:
                - c-ip
            timespan: 5m
            condition:
                gte: 10
    """
    for place, key, other in _referred(rule, index):
        if other is None:
            yield Finding(place, f"there is no rule {key!r}", near(key, index.by_key))
        elif rule.span in _reached(other, index, set()):
            yield Finding(place, f"by way of {key} the correlation refers to itself")


def _reached(rule: Rule, index: Index, seen: set[Span]) -> set[Span]:
    """The places of a rule and of all that it refers to, directly or not."""
    if rule.span not in seen:
        seen.add(rule.span)
        for _, _, other in _referred(rule, index) if rule.kind is Kind.CORRELATION else ():
            if other is not None:
                _reached(other, index, seen)
    return seen


@check("SIG082", Severity.WARNING, Subject.CORRELATION)
def correlation_has_groups(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A correlation has no ``group-by``.

    It then counts what all hosts and users do together. The specification (2.1.0, Grouping) makes it mandatory.

    Bad:
        correlation:  # <--
            type: event_count
            rules:
                - web_example_shell
            timespan: 5m
            condition:
                gte: 10
    Good:
        correlation:
            type: event_count
            rules:
                - web_example_shell
            group-by:
                - c-ip
            timespan: 5m
            condition:
                gte: 10
    """
    if not _listed(_section(rule).get("group-by")):
        yield Finding(rule.place("correlation"), "no `group-by`", "group by the host, the user or the client")


@check("SIG083", Severity.WARNING, Subject.CORRELATION)
def aliases_are_used(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """An alias is not used.

    It joins fields that are called differently under one name, for ``group-by`` or ``field`` to ask for.

    Bad:
        correlation:
            type: event_count
            rules:
                - web_example_shell
            aliases:
                client:  # <--
                    web_example_shell: c-ip
            group-by:
                - c-ip
            timespan: 5m
            condition:
                gte: 10
    Good:
        correlation:
            type: event_count
            rules:
                - web_example_shell
            aliases:
                client:
                    web_example_shell: c-ip
            group-by:
                - client
            timespan: 5m
            condition:
                gte: 10
    """
    section = _section(rule)
    aliases, condition = section.get("aliases"), section.get("condition")
    field = condition.get("field") if isinstance(condition, dict) else None
    used = {*_listed(section.get("group-by")), *_listed(field)}
    for alias in aliases if isinstance(aliases, dict) else ():
        if str(alias) not in used:
            place = rule.place("correlation", "aliases", str(alias))
            yield Finding(place, f"the alias {alias!r} is not used", "name it in `group-by`")


@check("SIG084", Severity.WARNING, Subject.CORRELATION, house=True)
def silencing_is_meant(rule: Rule, index: Index) -> Iterator[Finding]:
    """A correlation silences a rule that is worth an alert of its own.

    Without ``generate: true`` the rules that a correlation refers to give no alerts (specification 2.1.0, Generate).
    For rules of level medium and above say which is meant.

    Bad:
        correlation:
            type: event_count
            rules:
                - web_example_shell  # <--
            group-by:
                - c-ip
            timespan: 5m
            condition:
                gte: 10
    Good:
        correlation:
            type: event_count
            rules:
                - web_example_shell
            group-by:
                - c-ip
            timespan: 5m
            condition:
                gte: 10
            generate: true
    """
    if "generate" in _section(rule) or "generate" in rule.body:
        return
    for place, key, other in _referred(rule, index):
        if other is not None and other.level in ("medium", "high", "critical"):
            message = f"{key} is of level {other.level} and gives no alert of its own"
            yield Finding(place, message, "say `generate: true` or `false`")


@check("SIG085", Severity.ERROR, Subject.CORRELATION, house=True)
def groups_are_fields(rule: Rule, index: Index) -> Iterator[Finding]:
    """A correlation groups by a field that a correlated rule's data sources do not have.

    An event without the field belongs to no group, so the correlation would never fire. Where sources call it
    differently, an alias joins the names.

    Bad:
        correlation:
            type: event_count
            rules:
                - web_example_shell
            group-by:
                - ClientIp  # <--
            timespan: 5m
            condition:
                gte: 10
    Good:
        correlation:
            type: event_count
            rules:
                - web_example_shell
            group-by:
                - c-ip
            timespan: 5m
            condition:
                gte: 10
    """
    aliases = _section(rule).get("aliases")
    for number, field in enumerate(_listed(_section(rule).get("group-by"))):
        if isinstance(aliases, dict) and field in aliases:
            continue
        for _, key, other in _referred(rule, index):
            known = index.fields(logsource_of(other)) if other is not None and other.kind is Kind.SIGMA else None
            if known and field not in known:
                place = rule.place("correlation", "group-by", number)
                yield Finding(place, f"no data source of {key} has the field {field!r}", near(field, known))


@check("SIG086", Severity.WARNING, Subject.FILTER)
def filter_says_not(rule: Rule, index: Index) -> Iterator[Finding]:
    """The condition of a filter has no ``not``.

    It is joined to that of the rule with *and*, as written. Without a ``not`` the rule keeps only what the filter was
    meant to drop; the specification's own example has this fault.

    Bad:
        filter:
            rules:
                - web_example_shell
            selection:
                c-ip: '192.0.2.1'
            condition: selection  # <--
    Good:
        filter:
            rules:
                - web_example_shell
            selection:
                c-ip: '192.0.2.1'
            condition: not selection
    """
    nodes = index.nodes(rule)
    if nodes and not any(isinstance(node, Not) or (isinstance(node, Atom) and node.negated) for node in nodes):
        place = rule.place("filter", "condition")
        yield Finding(place, "this filter keeps what it names and drops the rest", "is `not selection` meant?")


@check("SIG087", Severity.ERROR, Subject.FILTER)
def filtered_rules_exist(rule: Rule, index: Index) -> Iterator[Finding]:
    """A filter is for a rule that there is not, for a correlation, or for a rule of another log source.

    It refers to rules by ``id`` or ``name``, and is joined to their conditions, so it needs their log source.

    Bad:
        filter:
            rules:
                - web_example_shel  # <--
            selection:
                c-ip: '192.0.2.1'
            condition: not selection
    Good:
        filter:
            rules:
                - web_example_shell
            selection:
                c-ip: '192.0.2.1'
            condition: not selection
    """
    for place, key, other in _referred(rule, index):
        if other is None:
            yield Finding(place, f"there is no rule {key!r}", near(key, index.by_key))
        elif other.kind is Kind.CORRELATION:
            yield Finding(place, f"{key} is a correlation", "filter the rules that it counts")
        elif other.kind is Kind.SIGMA and not logsource_of(rule).covers(logsource_of(other)):
            yield Finding(place, f"{key} is for {logsource_of(other)}, the filter for {logsource_of(rule)}")
