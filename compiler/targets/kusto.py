"""What Microsoft Sentinel and Defender XDR share: rules in KQL over the tables of either."""

from __future__ import annotations

from compiler.content.model import Kind, Rule
from compiler.targets.kusto_correlation import correlate
from compiler.targets.kusto_query import Dialect, deviations, query_of, refuse_empty, select
from compiler.targets.pipeline import ask
from compiler.targets.reading import read_rule
from compiler.targets.target import Content, Query


def to_kql(rule: Rule, content: Content, dialect: Dialect) -> Query:
    """``rule`` in KQL. Raises ``Refusal`` for what KQL cannot say."""
    if rule.kind is Kind.CORRELATION:
        return correlate(rule, content, dialect)
    tree = read_rule(rule, content, parts=True)
    refuse_empty(tree)
    asked, left_out = ask(rule, tree, dialect.name, content)
    selected = select(asked)
    settings = {"left_out": [*left_out, *selected.left_out], "deviations": deviations([tree])}
    return query_of(rule, dialect, selected.text, [(one, ()) for one in selected.asked], settings)
