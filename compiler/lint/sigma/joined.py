"""Checks of what refers to other rules: correlations and filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.content.model import Kind, Rule
from compiler.diagnostics import Severity
from compiler.lint.index import Index, near
from compiler.lint.registry import Finding, Subject, check
from compiler.lint.sigma.identity import logsource_of
from compiler.meaning.tree import Not, walk


def _section(rule: Rule) -> Mapping[str, Any]:
    section: Mapping[str, Any] = rule.body["correlation" if rule.kind is Kind.CORRELATION else "filter"]
    return section


def _listed(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [value] if isinstance(value, str) else []


def _referred(rule: Rule, index: Index) -> Iterator[tuple[int, str, Rule | None]]:
    """The rules that are named: number, key as written, the rule if there is one."""
    for number, key in enumerate(_listed(_section(rule).get("rules"))):
        yield number, key, index.by_key.get(key)


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
    for number, key, other in _referred(rule, index):
        if other is None:
            hint = near(key, index.by_key)
            yield Finding(rule.place("correlation", "rules", number), f"there is no rule {key!r}", hint)
        elif other.span == rule.span:
            yield Finding(rule.place("correlation", "rules", number), "the correlation refers to itself")


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
def aliases_are_used(rule: Rule, index: Index) -> Iterator[Finding]:
    """An alias is not used, or names a rule that the correlation does not refer to.

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
    if not isinstance(aliases, dict):
        return
    field = condition.get("field") if isinstance(condition, dict) else None
    used = {*_listed(section.get("group-by")), *_listed(field), *_listed(section.get("field"))}
    referred = {
        name for _, key, other in _referred(rule, index) for name in (key, *((other.name, other.id) if other else ()))
    }
    for alias, names in aliases.items():
        place = rule.place("correlation", "aliases", str(alias))
        if str(alias) not in used:
            yield Finding(place, f"the alias {alias!r} is not used", "name it in `group-by`")
        for name in names if isinstance(names, dict) else ():
            if str(name) not in referred:
                yield Finding(place, f"the alias {alias!r} is for {name!r}, which is not among the rules")


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
    for number, key, other in _referred(rule, index):
        if other is not None and other.level in ("medium", "high", "critical"):
            message = f"{key} is of level {other.level} and gives no alert of its own"
            yield Finding(rule.place("correlation", "rules", number), message, "say `generate: true` or `false`")


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
    tree = index.tree(rule)
    negated = tree is not None and any(
        isinstance(node, Not) or (hasattr(node, "negated") and node.negated) for node in walk(tree)
    )
    if tree is not None and not negated:
        place = rule.place("filter", "condition")
        yield Finding(place, "this filter keeps what it names and drops the rest", "is `not selection` meant?")


@check("SIG087", Severity.ERROR, Subject.FILTER)
def filtered_rules_exist(rule: Rule, index: Index) -> Iterator[Finding]:
    """A filter is for a rule that there is not, or for one of another log source.

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
    if _section(rule).get("rules") == "any":
        return
    for number, key, other in _referred(rule, index):
        place = rule.place("filter", "rules", number)
        if other is None:
            yield Finding(place, f"there is no rule {key!r}", near(key, index.by_key))
        elif other.kind is Kind.SIGMA and not logsource_of(rule).covers(logsource_of(other)):
            yield Finding(place, f"{key} is for {logsource_of(other)}, the filter for {logsource_of(rule)}")
