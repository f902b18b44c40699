"""Correlations at OpenSearch: one search over the events of all rules, and an aggregation that slides over them.

A bucket of time or a trigger on a count would miss what straddles two buckets. ``scripted_metric`` sees each event, so
the window slides as Sigma's does. Which rules an event met reaches the script as its score: each rule adds a power of
two. A correlation of correlations is one search too: each correlation is a level of it (``opensearch_window``).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sigma.conditions import ConditionAND, ConditionNOT

from compiler.content.model import Field, Kind, Rule
from compiler.targets.changes import marks_by_name
from compiler.targets.correlation import NUMERIC, Correlated, reach, read_correlation, refused
from compiler.targets.opensearch_query import NAME, clauses, query_of
from compiler.targets.opensearch_window import firings
from compiler.targets.pipeline import Asked, ask
from compiler.targets.reading import read_rule
from compiler.targets.target import Content, Query, Refusal
from compiler.targets.tree import Atom, Tree, args_of

FIRES = "fires"
TIME = "@timestamp"
MAX_BRANCHES = 20
"""A score is a float, which holds whole numbers up to 2**24."""
MAX_LEVELS = 20
"""Correlations in one search; more, and one most likely refers to itself."""
_LARGEST = 10**9
"""What a share may be divided by, so that its places are whole numbers of 64 bits."""
_COUNTABLE = frozenset(
    {"keyword", "constant_keyword", "long", "integer", "short", "byte", "unsigned_long", "ip", "boolean"}
)
_RECKONED = _COUNTABLE | {"double"}
"""Types whose doc values, shown as text, spell the number that the event had."""


@dataclasses.dataclass(slots=True)
class _Search:
    """A search while it is written: its levels, the events of each, and what was asked for."""

    content: Content
    begun: int = 0
    levels: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    branches: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    scored: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    read: list[Field] = dataclasses.field(default_factory=list)
    asked: list[Asked] = dataclasses.field(default_factory=list)
    trees: list[Tree] = dataclasses.field(default_factory=list)
    left_out: list[str] = dataclasses.field(default_factory=list)


def correlate(rule: Rule, content: Content) -> Query:
    """A correlation as the body of a search. Raises ``Refusal``."""
    wanted = read_correlation(rule, content, extended=True)
    search = _Search(content)
    _written(search, wanted, ())
    marks = marks_by_name(search.read)
    params = {"branches": search.branches, "levels": search.levels, "marks": marks, "time": TIME}
    body = {
        "aggs": {FIRES: firings(params)},
        "query": {"bool": {"minimum_should_match": 1, "should": search.scored}},
        "size": 0,
    }
    query = query_of(rule, body, search.asked, search.left_out, search.trees)
    settings = {**query.settings, "fires": FIRES, "timespan": reach(wanted, content)}
    return dataclasses.replace(query, settings=settings)


def _written(search: _Search, wanted: Correlated, kept: Sequence[str]) -> dict[str, Any]:
    """The level of one correlation, after those that it is of; ``kept`` are event fields for the one above."""
    if search.begun == MAX_LEVELS:
        raise refused("the correlation refers to itself, or to more correlations than one search can hold", "rules")
    search.begun += 1
    level = _level(wanted)
    below: list[dict[str, Any]] = []
    branches: list[dict[str, Any]] = []
    for place, rule in enumerate(wanted.rules):
        if rule.kind is Kind.CORRELATION:
            below.append(_below(search, wanted, place, kept))
        else:
            branches += _branches(search, wanted, place, kept)
    number = len(search.levels)
    for one in (*below, *branches):
        one["level"] = number
    search.levels.append(level)
    return level


def _level(wanted: Correlated) -> dict[str, Any]:
    """What the script is told of one correlation."""
    share = Fraction(repr(wanted.percentile)) / 100
    if share.denominator > _LARGEST:
        raise refused(f"the percentile {wanted.percentile} has too many digits", "condition")
    if not all(math.isfinite(limit) for _, limit in wanted.conditions):
        raise refused("a count cannot be compared with what is no number", "condition")
    level = {
        "type": wanted.kind,
        "rules": len(wanted.rules),
        "conditions": [[operator, f"{Decimal(repr(limit)):f}"] for operator, limit in wanted.conditions],
        "span": wanted.seconds * 1000,
        "numeric": wanted.kind in NUMERIC,
        "share": [share.numerator, share.denominator],
    }
    # A parameter without a value would fail the whole aggregation.
    return level if wanted.expression is None else {**level, "expression": _expression(wanted.expression, wanted)}


def _expression(tree: Tree, wanted: Correlated) -> list[Any]:
    if isinstance(tree, Atom):
        return ["rule", next(n for n, rule in enumerate(wanted.rules) if tree.field in (rule.name, rule.id))]
    if isinstance(tree, ConditionNOT):
        return ["not", _expression(args_of(tree)[0], wanted)]
    word = "and" if isinstance(tree, ConditionAND) else "or"
    return [word, [_expression(arg, wanted) for arg in args_of(tree)]]


def _below(search: _Search, wanted: Correlated, place: int, kept: Sequence[str]) -> dict[str, Any]:
    """Write the correlation at ``place``; where it goes on in the level above, whose number is not known yet."""
    rule = wanted.rules[place]
    columns = [[wanted.field_of(name, rule) for name in names] for names in (wanted.groups, wanted.fields)]
    columns.append(list(kept))
    inner = read_correlation(rule, search.content, extended=True)
    handed = list(dict.fromkeys(name for names in columns for name in names if name not in inner.groups))
    groups, values, more = (
        [
            ["group", inner.groups.index(name)] if name in inner.groups else ["kept", handed.index(name)]
            for name in names
        ]
        for names in columns
    )
    above = {"rule": place, "groups": groups, "values": values, "kept": more}
    _written(search, inner, handed)["above"] = above
    return above


def _branches(search: _Search, wanted: Correlated, place: int, kept: Sequence[str]) -> list[dict[str, Any]]:
    """The rule at ``place`` in each shape of its events; the level's number is not known yet."""
    rule = wanted.rules[place]
    tree = read_rule(rule, search.content, parts=True)
    groups, values = ([wanted.field_of(name, rule) for name in names] for names in (wanted.groups, wanted.fields))
    shapes, without = ask(rule, tree, NAME, search.content, [*groups, *values, *kept])
    said, asked, more = clauses(shapes)
    counted = _RECKONED if wanted.kind in NUMERIC else _COUNTABLE
    branches = []
    for clause, one in zip(said, asked, strict=True):
        branch = {"rule": place, "groups": _names(one, groups), "values": _names(one, values, counted)}
        branches.append({**branch, "kept": _names(one, kept)})
        search.read += [one.shape.fields[name] for name in (*groups, *values, *kept)]
        search.scored.append({"constant_score": {"filter": clause, "boost": 2 ** len(search.scored)}})
    search.branches += branches
    if len(search.branches) > MAX_BRANCHES:
        raise refused(f"more than {MAX_BRANCHES} rules in all the shapes of their events", "rules")
    search.trees.append(tree)
    search.asked += asked
    search.left_out += [*without, *more]
    return branches


def _names(one: Asked, fields: Sequence[str], types: frozenset[str] = _COUNTABLE) -> list[str]:
    for field in fields:
        there = one.shape.fields[field]
        if there.type not in types:
            message = f"a field of type {there.type} ({there.name}) has no doc values to group by or to count"
            raise Refusal(refused("").code, message, keys=("correlation", "group-by"))
    return [one.shape.fields[field].name for field in fields]
