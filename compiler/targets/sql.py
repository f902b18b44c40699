"""What the targets that speak SQL share: a rule or a correlation becomes a query over a data lake's tables."""

from __future__ import annotations

from compiler.content.model import Kind, Rule
from compiler.targets.sql_correlation import correlate
from compiler.targets.sql_dialect import Dialect
from compiler.targets.sql_query import convert_rule
from compiler.targets.target import Content, Query


def convert(dialect: Dialect, rule: Rule, content: Content) -> Query:
    """``rule`` in the SQL of ``dialect``. Raises ``Refusal`` for what it cannot say."""
    if rule.kind is Kind.CORRELATION:
        return correlate(dialect, rule, content)
    return convert_rule(dialect, rule, content)
