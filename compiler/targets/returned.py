"""Where a query returns the fields that a rule's alert is told by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.content.model import Kind, Rule
from compiler.diagnostics import Diagnostic, Severity, declare
from compiler.targets.pipeline import shapes_of
from compiler.targets.reading import logsource_of
from compiler.targets.target import Content, Query

UNRETURNED = declare(
    "CNV009",
    Severity.NOTE,
    """
    The alert names a field that the query does not return

    The log source has the field, but in no shape in which its events arrive at this target, so the alert there is told
    without it. The query itself is whole.
    """,
)


def returned(rule: Rule, query: Query, content: Content) -> Mapping[str, tuple[str, ...]]:
    """By Sigma field of the rule's alert: its names at the target, in the shapes that the query asks, sorted.

    Several names where the shapes call it differently. A correlation returns what it groups by: under names of its own
    where the query says so (``settings["groups"]``), else under those of the events.
    """
    if rule.alert is None:
        return {}
    if rule.kind is not Kind.CORRELATION:
        return {field: _names(field, rule, query, content) for field in rule.alert.fields}
    groups = rule.body["correlation"].get("group-by") or ()
    groups = [groups] if isinstance(groups, str) else [str(group) for group in groups]
    if "groups" in query.settings:
        named = {group: (name,) for group, name in zip(groups, query.settings["groups"], strict=True)}
        return {field: named.get(field, ()) for field in rule.alert.fields}
    found = {}
    for field in rule.alert.fields:
        names = {
            name
            for other, own in (_joined(rule, field, content) if field in groups else ())
            for name in _names(own, other, query, content)
        }
        found[field] = tuple(sorted(names))
    return found


def _joined(rule: Rule, group: str, content: Content) -> Iterator[tuple[Rule, str]]:
    """The rules that a correlation joins, each with its own Sigma field that ``group`` stands for."""
    body = rule.body["correlation"]
    alias = (body.get("aliases") or {}).get(group, {})
    for key in body.get("rules") or ():
        other = content.rules.get(str(key))
        if other is not None and other.kind is Kind.SIGMA:
            yield other, str(alias.get(other.name) or alias.get(other.id) or group)


def _names(field: str, rule: Rule, query: Query, content: Content) -> tuple[str, ...]:
    asked = set(query.settings["shapes"])
    shapes = [shape for shape in shapes_of(logsource_of(rule), query.target, content) if shape.name in asked]
    return tuple(sorted({shape.fields[field].name for shape in shapes if field in shape.fields}))


def unreturned(rule: Rule, query: Query) -> list[Diagnostic]:
    """The fields of the rule's alert that a query does not return, each once."""
    place = rule.place("alert")
    return [
        UNRETURNED.at(place, f"{query.target} does not return {field!r}, which the alert names")
        for field, names in query.returned.items()
        if not names
    ]
