"""OpenSearch: the query DSL over documents in the Elastic Common Schema, packed as monitors of its alerting."""

from __future__ import annotations

from compiler.content.model import Kind, Rule
from compiler.targets.opensearch_correlation import correlate
from compiler.targets.opensearch_monitor import package
from compiler.targets.opensearch_query import NAME, clauses, condition, query_of
from compiler.targets.pipeline import ask
from compiler.targets.reading import read_rule
from compiler.targets.store import Store
from compiler.targets.target import Content, Query, Target


def convert(rule: Rule, content: Content) -> Query:
    """``rule`` as the body of a search. Raises ``Refusal`` for what OpenSearch cannot say."""
    if rule.kind is Kind.CORRELATION:
        return correlate(rule, content)
    tree = read_rule(rule, content, parts=True)
    asked, left_out = ask(rule, tree, NAME, content)
    said, kept, more = clauses(asked)
    return query_of(rule, {"query": condition(said)}, kept, [*left_out, *more], [tree])


TARGET = Target(
    name=NAME,
    title="OpenSearch",
    kinds=frozenset({Kind.SIGMA, Kind.CORRELATION}),
    convert=convert,
    package=package,
    engines=frozenset({"opensearch"}),
    store=Store(longest=1_024, unicode=False),
    archive="tar.gz",
    checked="each monitor by OpenSearch's own readers of monitors and messages; the upgrade on a stand-in for its API.",
    unchecked="that the alerting plugin runs the monitors; what they search was run without it.",
)
