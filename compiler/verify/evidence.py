"""What the engines showed of a rule's queries, kept beside its samples, so that a build need not run them again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from compiler.content.fingerprint import fingerprints
from compiler.content.model import Catalogue, Rule
from compiler.diagnostics import Diagnostic, Severity, declare
from compiler.targets.target import Query
from compiler.verify.queries import Outcome

DIFFERS = declare(
    "VER002",
    Severity.ERROR,
    """
    A query does not select what its rule means

    An engine ran the query on events made from the rule, and it selected others than the rule does, or the engine
    refused it. The translation is at fault, not the rule. Such a query is never packed; a waiver lets the build pass
    without it.
    """,
)

STRONGEST_FIRST = ("executed", "modelled", "parsed", "converted")
"""How far a query can be trusted."""


def evidence_of(fingerprint: str, outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """The evidence of one rule as JSON has it: ``rule`` is its fingerprint, and by target what was shown.

    A query that makes use of an option of its target stands behind both (``splunk:data_models``).
    Of several engines for one query the strongest counts, unless one refutes the query; the others stand in ``also``.
    """
    targets: dict[str, Any] = {}
    by_target: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_target.setdefault(outcome.query.asked_of, []).append(outcome)
    for target, found in sorted(by_target.items()):
        targets[target] = _together(digest(found[0].query), [_shown(one) for one in found])
    return {"rule": fingerprint, "targets": targets}


def merged(fresh: Mapping[str, Any], earlier: Mapping[str, Any]) -> dict[str, Any]:
    """Fresh evidence with what earlier runs showed of the same rule and events, on other targets and other engines.

    What another engine showed of a query that has changed since is dropped.
    """
    if earlier.get("rule") != fresh["rule"]:
        return dict(fresh)
    targets = dict(earlier.get("targets", {}))
    for target, entry in fresh["targets"].items():
        before = targets.get(target, {})
        known = _apart(before) if before.get("query") == entry["query"] else []
        by_engine = {_engine(one): one for one in [*known, *_apart(entry)]}
        targets[target] = _together(entry["query"], by_engine.values())
    return {"rule": fresh["rule"], "targets": dict(sorted(targets.items()))}


def _apart(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{key: value for key, value in entry.items() if key not in ("query", "also")}, *entry.get("also", ())]


def _engine(shown_: Mapping[str, Any]) -> str:
    return str(shown_["engine"]).partition(" ")[0]


def _together(query: str, entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    # What refutes a query comes first: evidence that it is wrong is never outweighed.
    first, *others = sorted(
        entries,
        key=lambda one: (not _refuted(one), STRONGEST_FIRST.index(one["assurance"]), one["engine"]),
    )
    return {"query": query, **first, **({"also": list(others)} if others else {})}


def _refuted(shown_: Mapping[str, Any]) -> bool:
    return bool(shown_["differ"]) or "refused" in shown_


def digest(query: Query) -> str:
    """The hash by which evidence knows a query: of its language and text."""
    return hashlib.sha256(f"{query.language}\n{query.text}".encode()).hexdigest()


def shown(query: Query, evidence: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the evidence of a rule has about this very query; empty if it was never tried, or changed since."""
    entry: Mapping[str, Any] = evidence.get("targets", {}).get(query.asked_of, {})
    return entry if entry.get("query") == digest(query) else {}


def contradicted(rule: Rule, query: Query, evidence: Mapping[str, Any]) -> Diagnostic | None:
    """The finding that an engine has shown this query to be wrong, if one has."""
    entry = shown(query, evidence)
    if not entry.get("differ") and "refused" not in entry:
        return None
    said = f"refuses it: {entry['refused']}" if "refused" in entry else f"differs on {entry['differ']} events"
    words = f"{rule.name} for {query.asked_of}: {entry['engine']} {said}"
    return DIFFERS.at(rule.place("detection"), words, "`tocsin verify` shows each event")


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


def write_evidence(top: Path, catalogue: Catalogue, outcomes: Sequence[Outcome]) -> None:
    """Write what was shown of each rule to the folder of its samples below ``top``, each file whole or not at all."""
    known = fingerprints(catalogue.rules, catalogue.casebooks)
    for rule in catalogue.rules:
        own = [outcome for outcome in outcomes if outcome.rule is rule]
        folder = top / "samples" / "rules" / rule.name
        if own and folder.is_dir():
            book = next((one for one in catalogue.casebooks if one.rule == rule.name), None)
            text = as_text(merged(evidence_of(known[rule.name], own), book.evidence if book else {}))
            scratch = folder / ".evidence.json"
            scratch.write_text(text, encoding="utf-8", newline="\n")
            scratch.replace(folder / "evidence.json")
