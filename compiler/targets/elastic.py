"""Elastic: EQL, ES|QL or the query DSL over the data streams of the integrations, packed as Kibana detection rules."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from compiler.content.model import Kind, Rule
from compiler.targets.elastic_esql_chain import correlate
from compiler.targets.elastic_lists import excepted, excepted_by_all
from compiler.targets.elastic_query import NAME, chosen
from compiler.targets.elastic_rules import package
from compiler.targets.pipeline import ask
from compiler.targets.reading import read_rule
from compiler.targets.store import Store
from compiler.targets.target import Content, Query, Target


def convert(rule: Rule, content: Content) -> Query:
    """``rule`` in the language that says it: EQL, ES|QL, the query DSL. Raises ``Refusal`` for what none can say."""
    if rule.kind is Kind.CORRELATION:
        return _leaving_out(correlate(rule, content), excepted_by_all(rule, content))
    tree = read_rule(rule, content, parts=True)
    asked, left_out = ask(rule, tree, NAME, content)
    query = chosen(rule, asked, left_out, tree)
    kept = [one for one in asked if one.shape.name in query.settings["shapes"]]
    return _leaving_out(query, excepted(tree, kept))


def _leaving_out(query: Query, lists: Sequence[Mapping[str, str]]) -> Query:
    """The query, told what exceptions are to leave out before it is asked."""
    return dataclasses.replace(query, settings={**query.settings, "exceptions": lists}) if lists else query


TARGET = Target(
    name=NAME,
    title="Elastic",
    kinds=frozenset({Kind.SIGMA, Kind.CORRELATION}),
    convert=convert,
    package=package,
    engines=frozenset({"elasticsearch", "eql"}),
    store=Store(longest=1_024, unicode=False),
    checked="each rule by a schema written from Kibana's API reference; the upgrade on a stand-in for that API.",
    unchecked="that Kibana takes the rules and runs them.",
)
