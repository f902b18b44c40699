"""What the packages for Sentinel and Defender share: whether a rule fits, and the steps that its alert tells."""

from __future__ import annotations

from typing import Any

from compiler.content.model import Rule
from compiler.diagnostics import Diagnostic, Severity, declare
from compiler.targets.schema import faults

UNFIT = declare(
    "PKG030",
    Severity.ERROR,
    """
    The rule does not fit into what Microsoft takes

    Sentinel takes a name of 256 characters, a description of 5,000 and a query of 10,000; Defender's API knows certain
    words for periods, severities and assets. The rule is left out of the package, and the message says what is wrong.
    """,
)
UNTOLD = declare(
    "PKG031",
    Severity.NOTE,
    """
    The alert is told without the values of its event

    The columns that an alert is told by are added to the query, and with them it would be longer than Sentinel takes.
    The query is packed without them: the alert has the rule's title and names no entity.
    """,
)


def unfit(rule: Rule, body: Any, schema: str) -> list[Diagnostic]:
    """The findings on a rule whose packed form is not what the schema says."""
    return [UNFIT.at(rule.place("title"), f"{rule.name}: {fault}") for fault in faults(body, schema)]


def steps(rule: Rule) -> list[str]:
    """What to look at next, numbered, one line each; empty for a rule that does not say."""
    return [f"{number}. {step}" for number, step in enumerate(rule.triage, start=1)]
