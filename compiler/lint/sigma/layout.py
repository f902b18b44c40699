"""Checks of how the YAML of a rule is laid out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import yaml

from compiler.content.model import Rule
from compiler.diagnostics import Severity, Span
from compiler.lint.index import Index
from compiler.lint.layout import untidy
from compiler.lint.registry import Finding, Subject, check

_NEEDS_DOUBLE = re.compile(r"['\x00-\x1f\x7f-\uffff]|[^\x00-\uffff]")


@check("SIG090", Severity.WARNING, Subject.SIGMA, house=True)
def lines_are_tidy(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """Lines end with a carriage return or blanks, or the last one does not end.

    Such things are not seen, and show as changes that are none.

    Bad:
        level: high␍
    Good:
        level: high
    """
    yield from untidy(rule.text, rule.span.path)


@check("SIG091", Severity.WARNING, Subject.SIGMA, house=True)
def indentation_is_four(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A level is not indented by four spaces.

    SigmaHQ's convention, and ours.

    Bad:
        detection:
          selection:  # <--
            cs-method: 'POST'
          condition: selection
    Good:
        detection:
            selection:
                cs-method: 'POST'
            condition: selection
    """
    if rule.document is None:
        return
    for node, outer in _blocks(rule.document.node, 0):
        if node.start_mark is not None and node.start_mark.column != outer:
            place = Span(rule.span.path, node.start_mark.line + 1, node.start_mark.column + 1)
            yield Finding(place, f"indented by {node.start_mark.column}, not {outer}", "four spaces a level")
            return


def _blocks(node: yaml.Node, column: int) -> Iterator[tuple[yaml.Node, int]]:
    """Each block of the tree and the column at which it should begin; what is in braces is free."""
    if not isinstance(node, yaml.CollectionNode) or node.flow_style:
        return
    yield node, column
    if isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from _blocks(value, column + 4)
    else:
        for item in node.value:
            yield from _blocks(item, column + 2)  # behind the dash and one blank


@check("SIG092", Severity.WARNING, Subject.SIGMA, house=True)
def quotes_are_single(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """Double quotes where single ones would do.

    Within double quotes YAML gives the backslash a meaning of its own, and rules are full of backslashes. They are
    left for what single quotes cannot say.

    Bad:
        title: "Shell of a Web Server"  # <--
    Good:
        title: 'Shell of a Web Server'
    """
    for node in _scalars(rule.document.node) if rule.document else ():
        if node.style == '"' and not _NEEDS_DOUBLE.search(node.value) and node.start_mark is not None:
            place = Span(rule.span.path, node.start_mark.line + 1, node.start_mark.column + 1)
            yield Finding(place, "double quotes", "single quotes say the same")


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)


_ORDER = (
    *("title", "id", "name", "related", "status", "description", "license", "references", "author", "date", "modified"),
    *("tags", "behaviours", "logsource", "detection", "correlation", "filter", "fields", "falsepositives", "level"),
    *("alert", "triage"),
)


@check("SIG093", Severity.WARNING, Subject.SIGMA, house=True)
def keys_are_in_order(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The keys of a rule are not in the usual order.

    The specification's own order, with ours where they belong: what it is, what it finds, what to think of it, and at
    the end ``level``, ``alert`` and ``triage``. A page that is always laid out alike is read faster.

    Bad:
        triage:
            - 'Open the file behind the path on the server and read it.'
            - 'Look for other requests of the same client.'
        alert:  # <--
            title: 'Shell {cs-uri-stem} called by {c-ip}'
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
        triage:
            - 'Open the file behind the path on the server and read it.'
            - 'Look for other requests of the same client.'
    """
    ranked = [(_ORDER.index(key), key) for key in rule.body if key in _ORDER]
    for before, after in itertools.pairwise(ranked):
        if after[0] < before[0]:
            yield Finding(rule.place(after[1]), f"`{after[1]}` stands behind `{before[1]}`", "the usual order")
            return
