"""Grafana Loki: LogQL over streams of lines, packed as rules for its ruler."""

from __future__ import annotations

from compiler.content.model import Kind, Rule
from compiler.targets.loki_query import NAME, convert_rule
from compiler.targets.loki_rules import package
from compiler.targets.store import Store
from compiler.targets.target import UNSAYABLE_CORRELATION, Content, Query, Refusal, Target


def convert(rule: Rule, content: Content) -> Query:
    """``rule`` in LogQL. Raises ``Refusal`` for what LogQL cannot say, so for every correlation.

    A range of LogQL leaves its start out and is counted at the instants at which the ruler asks, so what happens
    between two of them is missed, and no line is the one at which a correlation fires.
    """
    if rule.kind is Kind.CORRELATION:
        raise Refusal(
            UNSAYABLE_CORRELATION,
            "LogQL counts at the instants at which it is asked, not at each event",
            keys=("correlation", "type"),
        )
    return convert_rule(rule, content)


TARGET = Target(
    name=NAME,
    title="Grafana Loki",
    kinds=frozenset({Kind.SIGMA, Kind.CORRELATION}),
    convert=convert,
    package=package,
    store=Store(lists=False),
    archive="tar.gz",
    checked="Loki's own parser and counting: the expression of each alert counts what it must.",
    unchecked="that the ruler evaluates the groups and Alertmanager is told.",
)
