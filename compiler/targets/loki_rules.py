"""The package for Loki: groups of rules for its ruler, and a README that says what streams they read.

Facts from Grafana's *Alerting and recording rules* (Loki 3): a group has a name, an interval and rules with ``alert``,
``expr``, ``for``, ``labels`` and ``annotations``; the last two are templates, so two braces in a text are escaped, and
``$labels`` has the labels of the result: the fields that tell one alert of a rule from another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from compiler.content.model import Entity, Rule
from compiler.diagnostics import Diagnostic
from compiler.targets.labels import CLASH, LEVELS, level_of, text, texts
from compiler.targets.loki_query import RANGE, counted
from compiler.targets.readme import readme
from compiler.targets.target import Pack, Package, Packed, Query

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
        "summary": _title(packed),
        "description": text(rule, "description"),
        "falsepositives": "; ".join(texts(rule, "falsepositives")),
        "entities": "; ".join(f"{one.kind}: {_value(one.field, query)}" for one in _entities(rule)),
        "group": ", ".join(_labels(rule.alert.group, query)) if rule.alert else "",
        "repeat_after": f"{rule.alert.silence // 60}m" if rule.alert else "",
        "triage": "\n".join(f"{number}. {step}" for number, step in enumerate(rule.triage, start=1)),
        "references": " ".join(texts(rule, "references")),
        "logs": "\n".join(query.settings["logs"]),
        "left_out": "; ".join(query.settings["left_out"]),
        "deviations": ", ".join(query.settings["deviations"]),
    }
    kind = rule.alert.kind.value if rule.alert else ""
    labels = {"severity": level_of(rule), "rule_id": rule.id, "kind": kind, "tags": ",".join(rule.tags)}
    own = _labels(rule.alert.fields, query) if rule.alert else []
    return {
        "alert": rule.name,
        "expr": counted(query.settings["logs"], RANGE, own),
        "for": "0m",
        "labels": {name: _plain(value) for name, value in labels.items() if value},
        "annotations": {name: value if name in _TEMPLATES else _plain(value) for name, value in told.items() if value},
    }


_TEMPLATES = ("summary", "entities")
"""Annotations that are templates of ours."""


def _entities(rule: Rule) -> Sequence[Entity]:
    return rule.alert.entities if rule.alert else ()


def _labels(fields: Sequence[str], query: Query) -> list[str]:
    """The labels that hold Sigma fields, in every form of the streams, each once."""
    names = (name for field in fields for name in query.returned.get(field, ()))
    return list(dict.fromkeys(name for name in names if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII)))


def _title(packed: Packed) -> str:
    """The title of an alert, as a template with the event's own values; the rule's title if it tells none."""
    rule, query = packed.rule, packed.query
    if rule.alert is None or query is None:
        return _plain(" ".join(rule.title.split()))
    parts = re.split(r"\{([^{}]+)\}", rule.alert.title)
    told = (_value(part, query) if number % 2 else part.replace("{", '{{"{"}}') for number, part in enumerate(parts))
    return " ".join("".join(told).split())


def _value(field: str, query: Query) -> str:
    """The template of a field's value: of the first of its labels that the event has."""
    names = [f"$labels.{name}" for name in _labels([field], query)]
    if not names:
        return _plain(f"({field} not kept)")
    return f"{{{{ {'or ' if len(names) > 1 else ''}{' '.join(names)} }}}}"


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
