"""The package for Loki: groups of rules for its ruler, and a README that says what streams they read.

Facts from Grafana's *Alerting and recording rules* (Loki 3): a group has a name, an interval and rules with ``alert``,
``expr``, ``for``, ``labels`` and ``annotations``; the last two are templates, so two braces in a text are escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from compiler.diagnostics import Diagnostic
from compiler.targets.labels import CLASH, LEVELS, level_of, text, texts
from compiler.targets.loki_query import RANGE, counted
from compiler.targets.readme import readme
from compiler.targets.target import Pack, Package, Packed

INTERVAL = "1m"
PATH = "rules.yaml"


def package(pack: Pack) -> Package:
    """``rules.yaml`` with a group a level, and ``README.md``; a rule whose name is taken is left out and told."""
    groups: dict[str, list[Packed]] = {level: [] for level in reversed(LEVELS)}
    taken: set[str] = set()
    clashes: list[Diagnostic] = []
    for packed in pack.rules:
        name = packed.rule.name
        if name in taken:
            clashes.append(
                CLASH.at(packed.rule.place("name"), f"the alert {name} is taken", "give the rule another name")
            )
            continue
        taken.add(name)
        groups[level_of(packed.rule)].append(packed)
    listed = [
        {"name": f"tocsin-{level}", "interval": INTERVAL, "rules": [alert(packed) for packed in members]}
        for level, members in groups.items()
        if members
    ]
    body = yaml.safe_dump({"groups": listed}, sort_keys=False, allow_unicode=True, width=10_000)
    members = [packed for one in groups.values() for packed in one]
    files = {PATH: body.encode(), "README.md": _readme(pack, members)}
    return Package(files, {PATH: tuple(sorted(taken))}, tuple(clashes))


def alert(packed: Packed) -> dict[str, Any]:
    """A rule of the ruler: an alert while the last minutes have an event that the Sigma rule matches."""
    rule, query = packed.rule, packed.query
    if query is None:
        raise ValueError(f"{rule.name} has no query")
    told = {
        "summary": " ".join(rule.title.split()),
        "description": text(rule, "description"),
        "falsepositives": "; ".join(texts(rule, "falsepositives")),
        "triage": "\n".join(f"{number}. {step}" for number, step in enumerate(rule.triage, start=1)),
        "references": " ".join(texts(rule, "references")),
        "logs": "\n".join(query.settings["logs"]),
        "left_out": "; ".join(query.settings["left_out"]),
        "deviations": ", ".join(query.settings["deviations"]),
    }
    labels = {"severity": level_of(rule), "rule_id": rule.id, "tags": ",".join(rule.tags)}
    return {
        "alert": rule.name,
        "expr": counted(query.settings["logs"], RANGE),
        "for": "0m",
        "labels": {name: _plain(value) for name, value in labels.items() if value},
        "annotations": {name: _plain(value) for name, value in told.items() if value},
    }


def _plain(value: str) -> str:
    """A text that the ruler, which reads it as a template, shows as it is."""
    return value.replace("{{", '{{"{{"}}')


def _readme(pack: Pack, rules: Sequence[Packed]) -> bytes:
    used = {name for one in rules if one.query is not None for name in one.query.settings["shapes"]}
    arrivals = [
        (source, arrival)
        for source in sorted(pack.sources, key=lambda source: source.name)
        for arrival in source.arrives
        if arrival.target == "loki" and f"{source.name}/{arrival.shape}" in used
    ]
    return readme("loki", version=pack.version, path=PATH, range=RANGE, arrivals=arrivals, rules=rules)
