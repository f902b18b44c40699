"""Elastic: EQL over the data streams of the integrations, packed as Kibana detection rules."""

from __future__ import annotations

from compiler.content.model import Kind, Rule
from compiler.targets.elastic_correlation import correlate
from compiler.targets.elastic_query import NAME, condition, query_of
from compiler.targets.elastic_rules import package
from compiler.targets.pipeline import ask
from compiler.targets.reading import read_rule
from compiler.targets.store import Store
from compiler.targets.target import Content, Query, Target


def convert(rule: Rule, content: Content) -> Query:
    """``rule`` in EQL. Raises ``Refusal`` for what EQL cannot say."""
    if rule.kind is Kind.CORRELATION:
        return correlate(rule, content)
    tree = read_rule(rule, content)
    asked, left_out = ask(rule, tree, NAME, content)
    said, kept, more = condition(asked)
    return query_of(rule, f"any where {said}", kept, [*left_out, *more], [tree])


TARGET = Target(
    name=NAME,
    title="Elastic",
    kinds=frozenset({Kind.SIGMA, Kind.CORRELATION}),
    convert=convert,
    package=package,
    store=Store(longest=1_024, unicode=False),
)
