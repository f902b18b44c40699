"""Rules that nobody can tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from compiler.content.model import Kind, Rule
from compiler.diagnostics import Diagnostic, Severity, Span, declare

TWICE = declare(
    "VER010",
    Severity.ERROR,
    """
    Two rules have one id, or one name

    A SIEM keeps the one that is imported last, and a correlation or a filter that refers to it finds the first. Both
    are run, but what is told of them by id or name may be of either. ``tocsin lint`` tells the same of content of ours.
    """,
)


def twice(rules: Iterable[Rule]) -> Iterator[Diagnostic]:
    """The finding for each rule whose id, or the name that it gives itself, is that of one before it."""
    first: dict[tuple[str, Any], Span] = {}
    for rule in rules:
        for key in ("id", "name") if rule.kind is not Kind.YARA else ():
            value = rule.body.get(key)
            if value and (other := first.setdefault((key, str(value)), rule.span)) != rule.span:
                yield TWICE.at(
                    rule.place(key), f"the {key} {value} is that of {other} as well", "give it one of its own"
                )
