"""What the engines showed of a rule's queries, kept beside its samples, so that a build need not run them again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from compiler.content.model import Rule
from compiler.targets.target import Query
from compiler.verify.queries import Outcome

STRONGEST_FIRST = ("executed", "modelled", "parsed", "converted")
"""How far a query can be trusted."""


def evidence_of(rule: Rule, outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """The evidence of one rule as JSON has it: ``rule`` is the hash of its text, and by target what was shown.

    Of several engines for one query the strongest counts; the others stand under ``also``.
    """
    targets: dict[str, Any] = {}
    by_target: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_target.setdefault(outcome.query.target, []).append(outcome)
    for target, found in sorted(by_target.items()):
        first, *others = sorted(found, key=lambda one: (STRONGEST_FIRST.index(one.kind), one.engine))
        targets[target] = {
            "query": digest(first.query),
            **_shown(first),
            **({"also": [_shown(one) for one in others]} if others else {}),
        }
    return {"rule": hashlib.sha256(rule.text.encode()).hexdigest(), "targets": targets}


def digest(query: Query) -> str:
    """The hash by which evidence knows a query: of its language and text."""
    return hashlib.sha256(f"{query.language}\n{query.text}".encode()).hexdigest()


def _shown(outcome: Outcome) -> dict[str, Any]:
    return {
        "engine": outcome.engine,
        "assurance": outcome.assurance,
        "events": outcome.events,
        "tried": outcome.tried,
        "left_out": dict(outcome.left_out),
        "differ": len(outcome.disagreements),
        **({"refused": outcome.error} if outcome.error else {}),
    }


def as_text(evidence: Mapping[str, Any]) -> str:
    """The evidence as it is written to ``evidence.json``."""
    return json.dumps(evidence, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
