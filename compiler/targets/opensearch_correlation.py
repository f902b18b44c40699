"""Correlations at OpenSearch: one search over the events of all rules, and an aggregation that slides over them.

A bucket of time or a trigger on a count would miss what straddles two buckets. ``scripted_metric`` sees each event, so
the window slides as Sigma's does. Which rules an event met reaches the script as its score: each rule adds a power of
two.
"""

from __future__ import annotations

from typing import Any

from compiler.content.model import Rule
from compiler.targets.correlation import Correlated, read_correlation, refused
from compiler.targets.opensearch_painless import firings
from compiler.targets.opensearch_query import NAME, clauses, query_of
from compiler.targets.pipeline import Asked, ask
from compiler.targets.reading import read_rule
from compiler.targets.target import Content, Query, Refusal
from compiler.targets.tree import Tree

FIRES = "fires"
TIME = "@timestamp"
MAX_BRANCHES = 20
"""A score is a float, which holds whole numbers up to 2**24."""
_COUNTABLE = frozenset(
    {"keyword", "constant_keyword", "long", "integer", "short", "byte", "unsigned_long", "ip", "boolean"}
)


def correlate(rule: Rule, content: Content) -> Query:
    """A correlation as the body of a search. Raises ``Refusal``."""
    wanted = read_correlation(rule, content)
    trees: list[Tree] = []
    asked: list[Asked] = []
    left_out: list[str] = []
    branches: list[dict[str, Any]] = []
    scored: list[dict[str, Any]] = []
    for number, other in enumerate(wanted.rules):
        tree = read_rule(other, content, parts=True)
        groups, values = wanted.group_fields(other), _aliased(wanted, other)
        shapes, without = ask(other, tree, NAME, content, [*groups, *values])
        said, kept, more = clauses(shapes)
        for clause, one in zip(said, kept, strict=True):
            branches.append({"rule": number, "groups": _names(one, groups), "values": _names(one, values)})
            scored.append({"constant_score": {"filter": clause, "boost": 2 ** len(scored)}})
        trees.append(tree)
        asked += kept
        left_out += [*without, *more]
    if len(branches) > MAX_BRANCHES:
        raise refused(f"more than {MAX_BRANCHES} rules in all the shapes of their events", "rules")
    params = {
        "type": wanted.kind,
        "rules": len(wanted.rules),
        "conditions": [list(condition) for condition in wanted.conditions],
        "span": wanted.seconds * 1000,
        "time": TIME,
        "branches": branches,
    }
    body = {
        "aggs": {FIRES: firings(params)},
        "query": {"bool": {"minimum_should_match": 1, "should": scored}},
        "size": 0,
    }
    query = query_of(rule, body, asked, left_out, trees)
    settings = {**query.settings, "fires": FIRES, "timespan": wanted.seconds}
    return Query(query.rule, query.target, query.language, query.text, query.fields, settings)


def _aliased(wanted: Correlated, rule: Rule) -> list[str]:
    """The Sigma fields of ``rule`` whose values are counted."""
    found = []
    for field in wanted.fields:
        named = wanted.aliases.get(field, {})
        found.append(named.get(rule.name) or named.get(rule.id) or field)
    return found


def _names(one: Asked, fields: list[str]) -> list[str]:
    for field in fields:
        there = one.shape.fields[field]
        if there.type not in _COUNTABLE:
            message = f"a field of type {there.type} ({there.name}) has no doc values to group by or to count"
            raise Refusal(refused("").code, message, keys=("correlation", "group-by"))
    return [one.shape.fields[field].name for field in fields]
