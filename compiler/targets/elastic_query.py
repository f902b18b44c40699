"""One query out of the shapes in which events arrive at Elastic, and what a package has to know about it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

from sigma.types import SigmaString

from compiler.content.model import Rule
from compiler.targets import opensearch_query
from compiler.targets.elastic_eql import Eql
from compiler.targets.pipeline import Asked
from compiler.targets.target import Query, Refusal
from compiler.targets.tree import Tree, fields_of, leaves

NAME = "elastic"


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
    """The query in EQL, or where that cannot say it of as many shapes, in the query DSL.

    Raises ``Refusal`` with what EQL cannot say if neither says it of any.
    """
    refusal: Refusal | None = None
    more: list[str] = []
    query: Query | None = None
    try:
        said, kept, more = condition(asked)
        query = query_of(rule, f"any where {said}", kept, [*left_out, *more], [tree])
    except Refusal as reason:
        refusal = reason
    if query is not None and not more:
        return query
    try:
        clauses, kept, others = opensearch_query.clauses(asked)
    except Refusal:
        others, clauses = [*more], []
    if clauses and (query is None or len(others) < len(more)):
        text = json.dumps({"query": opensearch_query.condition(clauses)}, sort_keys=True, ensure_ascii=False)
        made = query_of(rule, text, kept, [*left_out, *others], [tree])
        deviations = {*made.settings["deviations"], *opensearch_query.deviations_of(tree, kept)}
        return dataclasses.replace(made, language="dsl", settings={**made.settings, "deviations": sorted(deviations)})
    if query is None:
        raise refusal or AssertionError("unreachable")
    return query


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
