"""One query out of the shapes in which events arrive at Elastic, and what a package has to know about it.

Three languages, by what a rule asks: EQL for fields that are keywords, numbers and addresses; ES|QL where it needs the
text of a field, several fields, a part of a time, or a correlation; the query DSL for keywords and odd numbers.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from sigma.conditions import ConditionValueExpression
from sigma.types import SigmaRegularExpression, SigmaRegularExpressionFlag, SigmaString

from compiler.content.model import Rule
from compiler.targets import elastic_esql_query, opensearch_query
from compiler.targets.elastic_eql import Eql, of_lengths
from compiler.targets.elastic_regex import parsed
from compiler.targets.pipeline import Asked
from compiler.targets.target import UNSAYABLE, Query, Refusal
from compiler.targets.tree import Leaf, Tree, fields_of, leaves

NAME = "elastic"
_IGNORECASE = SigmaRegularExpressionFlag.IGNORECASE
MAX_ESQL = 50_000
"""Characters; 50 keywords in each field of ten shapes ended a server with a heap of 1 GB."""


def condition(asked: Sequence[Asked]) -> tuple[str, list[Asked], list[str]]:
    """What stands after ``where``, the shapes that it asks, and why others were left out.

    Shapes that are asked the same are asked once. Raises ``Refusal`` if none can be asked.
    """
    said: dict[str, None] = {}
    kept: list[Asked] = []
    refused: list[tuple[str, Refusal]] = []
    for one in asked:
        try:
            said[Eql(one.shape.fields).write(one.tree)] = None
        except Refusal as refusal:
            refused.append((one.shape.name, refusal))
        else:
            kept.append(one)
    if not kept:
        raise refused[0][1]
    text = next(iter(said)) if len(said) == 1 else " or ".join(f"({part})" for part in said)
    return text, kept, [f"{name}: {refusal.message}" for name, refusal in refused]


def chosen(rule: Rule, asked: Sequence[Asked], left_out: Sequence[str], tree: Tree) -> Query:
    """The query in the first language that says it of the most shapes: EQL, ES|QL, the query DSL.

    A rule with keywords is rather asked in the query DSL than in ES|QL: it searches fields that no event has had yet.
    Raises ``Refusal`` with what ES|QL cannot say, which can say most, if none says it of any.
    """
    keywords = any(isinstance(leaf, ConditionValueExpression) for one in asked for leaf in leaves(one.tree))
    best: Query | None = None
    refusals: dict[Any, Refusal] = {}
    for write in (_eql, _dsl, in_esql) if keywords else (_eql, in_esql, _dsl):
        try:
            query = write(rule, asked, left_out, tree)
        except Refusal as reason:
            refusals[write] = reason
            continue
        if best is None or len(query.settings["left_out"]) < len(best.settings["left_out"]):
            best = query
        if len(best.settings["left_out"]) == len(left_out):
            return best
    if best is None:
        raise refusals[in_esql]
    return best


def _eql(rule: Rule, asked: Sequence[Asked], left_out: Sequence[str], tree: Tree) -> Query:
    said, kept, more = condition(asked)
    made = query_of(rule, f"any where {said}", kept, [*left_out, *more], [tree])
    # Of a text each letter is asked for in all its forms, of an expression those of ASCII are.
    regexes = [leaf.value for leaf in leaves(tree) if isinstance(leaf.value, SigmaRegularExpression)]
    narrow = any(not str(one.regexp).isascii() and parsed(one)[1] & {_IGNORECASE} for one in regexes)
    met = {*made.settings["deviations"]} - {"ascii-case"} | ({"ascii-case"} if narrow else set())
    return dataclasses.replace(made, settings={**made.settings, "deviations": sorted(met)})


def in_esql(rule: Rule, asked: Sequence[Asked], left_out: Sequence[str], tree: Tree) -> Query:
    """The query in ES|QL alone. Raises ``Refusal``."""
    commands, kept, more = elastic_esql_query.selection(asked)
    made = query_of(rule, "", kept, [*left_out, *more], [tree])
    text = "\n| ".join([elastic_esql_query.origin(made.settings["index"]), *commands])
    if len(text) > MAX_ESQL:
        raise Refusal(UNSAYABLE, f"a query in ES|QL of more than {MAX_ESQL} characters takes too much memory to run")
    return _other(made, "esql", text, elastic_esql_query.deviations_of(tree, kept))


def _dsl(rule: Rule, asked: Sequence[Asked], left_out: Sequence[str], tree: Tree) -> Query:
    if any(_without_letters(one, leaf) for one in asked for leaf in leaves(one.tree)):
        raise Refusal(
            UNSAYABLE, "Elasticsearch's query DSL finds in a field of type wildcard no text by its length alone"
        )
    clauses, kept, more = opensearch_query.clauses(asked)
    made = query_of(rule, "", kept, [*left_out, *more], [tree])
    text = json.dumps({"query": opensearch_query.condition(clauses)}, sort_keys=True, ensure_ascii=False)
    return _other(made, "dsl", text, opensearch_query.deviations_of(tree, kept))


def _without_letters(asked: Asked, leaf: Leaf) -> bool:
    """Whether a test is of the empty text, or of ``?*``, which to a field of type ``wildcard`` is any value."""
    if isinstance(leaf, ConditionValueExpression) or not isinstance(leaf.value, SigmaString):
        return False
    return asked.shape.fields[leaf.field].type == "wildcard" and (not leaf.value.s or of_lengths(leaf.value))


def _other(made: Query, language: str, text: str, deviations: set[str]) -> Query:
    """The query in another language than EQL, with what it deviates in."""
    settings = {**made.settings, "deviations": sorted({*made.settings["deviations"], *deviations})}
    return dataclasses.replace(made, language=language, text=text, settings=settings)


def query_of(rule: Rule, text: str, asked: Sequence[Asked], left_out: Sequence[str], trees: Sequence[Tree]) -> Query:
    """The query with what Kibana has to be told: index patterns, integrations, and the fields with their types."""
    types = {
        one.shape.fields[field].name: one.shape.fields[field].type for one in asked for field in fields_of(one.tree)
    }
    integrations = {
        (one.shape.arrival.where["package"], one.shape.arrival.where["version"])
        for one in asked
        if "package" in one.shape.arrival.where
    }
    return Query(
        rule=rule.name,
        target=NAME,
        language="eql",
        text=text,
        fields=tuple(sorted(types)),
        settings={
            "index": sorted({pattern for one in asked for pattern in one.shape.arrival.where["index"]}),
            "integrations": [{"package": name, "version": version} for name, version in sorted(integrations)],
            "types": dict(sorted(types.items())),
            "sources": sorted({one.shape.source.name for one in asked}),
            "shapes": sorted({one.shape.name for one in asked}),
            "left_out": list(left_out),
            "deviations": sorted({name for tree in trees for name in _deviations(tree)}),
        },
    )


def _deviations(tree: Tree) -> set[str]:
    """The deviations of ``semantics.md`` that a condition runs into at Elastic."""
    texts = [str(leaf.value) for leaf in leaves(tree) if isinstance(leaf.value, SigmaString)]
    met = {
        "ascii-case": any(not text.isascii() for text in texts),
        "empty-is-missing": "" in texts,
        "long-values": any(len(text) > 1024 for text in texts),
    }
    return {name for name, holds in met.items() if holds}
