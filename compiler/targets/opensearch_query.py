"""One search out of the shapes in which events arrive at OpenSearch, and what a monitor has to know about it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sigma.conditions import ConditionValueExpression
from sigma.types import SigmaRegularExpression, SigmaRegularExpressionFlag, SigmaString

from compiler.content.model import Rule
from compiler.targets.opensearch_dsl import SHOWN, TEXTS, Dsl, either
from compiler.targets.pipeline import Asked
from compiler.targets.target import Query, Refusal
from compiler.targets.tree import Tree, fields_of, leaves

NAME = "opensearch"
LANGUAGE = "dsl"


def clauses(asked: Sequence[Asked]) -> tuple[list[dict[str, Any]], list[Asked], list[str]]:
    """The clause of each shape that can be asked, those shapes, and why others were left out.

    Raises ``Refusal`` if none can be asked.
    """
    said: list[dict[str, Any]] = []
    kept: list[Asked] = []
    refused: list[tuple[str, Refusal]] = []
    for one in asked:
        try:
            clause = Dsl(one.shape.fields, beside=said).write(one.tree)
        except Refusal as refusal:
            refused.append((one.shape.name, refusal))
        else:
            said.append(clause)
            kept.append(one)
    if not kept:
        raise refused[0][1]
    return said, kept, [f"{name}: {refusal.message}" for name, refusal in refused]


def condition(said: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Any of the clauses; those that are the same once."""
    return either(list({json.dumps(clause, sort_keys=True): clause for clause in said}.values()))


def query_of(
    rule: Rule, body: Mapping[str, Any], asked: Sequence[Asked], left_out: Sequence[str], trees: Sequence[Tree]
) -> Query:
    """The body of a search, with what a monitor has to be told: index patterns, and the fields with their types."""
    types = {
        one.shape.fields[field].name: one.shape.fields[field].type for one in asked for field in fields_of(one.tree)
    }
    return Query(
        rule=rule.name,
        target=NAME,
        language=LANGUAGE,
        text=json.dumps(body, sort_keys=True, ensure_ascii=False),
        fields=tuple(sorted(types)),
        settings={
            "index": sorted({pattern for one in asked for pattern in one.shape.arrival.where["index"]}),
            "types": dict(sorted(types.items())),
            "sources": sorted({one.shape.source.name for one in asked}),
            "shapes": sorted({one.shape.name for one in asked}),
            "left_out": list(left_out),
            "deviations": sorted({name for tree in trees for name in deviations_of(tree, asked)}),
        },
    )


def deviations_of(tree: Tree, asked: Sequence[Asked]) -> set[str]:
    """The deviations of ``semantics.md`` that a condition runs into at OpenSearch."""
    found = leaves(tree)
    texts = [str(leaf.value) for leaf in found if isinstance(leaf.value, SigmaString)]
    regexes = [leaf.value for leaf in found if isinstance(leaf.value, SigmaRegularExpression)]
    keywords = any(isinstance(leaf, ConditionValueExpression) for leaf in found)
    met = {
        "ascii-case": any(
            SigmaRegularExpressionFlag.IGNORECASE in value.flags and not str(value.regexp).isascii()
            for value in regexes
        ),
        "empty-is-missing": "" in texts
        and any("" in dropped for one in asked for dropped in one.shape.arrival.drops.values()),
        "long-values": any(len(text) > 1024 for text in texts),
        "token-keywords": keywords
        and any(field.type not in TEXTS | SHOWN for one in asked for field in one.shape.fields.values()),
    }
    return {name for name, holds in met.items() if holds}
