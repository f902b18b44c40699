"""Kibana detection rules, one JSON object a line, as ``POST /api/detection_engine/rules/_import`` takes them.

Facts: *Security detections API* of Kibana 9 (schema of rules), and the ranges of risk scores by severity in *Create a
detection rule*.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
import uuid
from collections.abc import Mapping
from typing import Any

from compiler.content.attack import Attack, Technique, load_attack, url
from compiler.content.model import Rule
from compiler.diagnostics import Diagnostic
from compiler.targets.elastic_esql_correlation import END
from compiler.targets.labels import CLASH, cves_of, level_of, tactics_of, techniques_of, text, texts
from compiler.targets.target import Pack, Package, Packed, Query

PATH = "rules.ndjson"
_INTERVAL = 5
_LOOK_BACK = 4
"""Minutes by which one run looks back into the time of the run before."""
_SCORES = {"informational": 5, "low": 21, "medium": 47, "high": 73, "critical": 99}
_NAMESPACE = uuid.UUID("6e3f0c5e-5a0c-4b0e-9d8e-0f6b6f1f9a57")


def package(pack: Pack) -> Package:
    """``rules.ndjson``, by rule name. A rule whose id another one has is left out and told."""
    rules: dict[str, dict[str, Any]] = {}
    names: dict[str, str] = {}
    clashes: list[Diagnostic] = []
    for packed in pack.rules:
        rule = packed.rule
        id = rule_id(rule)
        if id in rules:
            hint = f"{names[id]} has it already; make a new UUID"
            clashes.append(CLASH.at(rule.place("id"), f"the id {id} is taken", hint))
            continue
        rules[id], names[id] = kibana_rule(packed, pack), rule.name
    lines = [json.dumps(rules[id], sort_keys=True) for id in sorted(rules, key=lambda id: names[id])]
    body = "".join(f"{line}\n" for line in lines)
    return Package({PATH: body.encode()}, {PATH: tuple(sorted(names.values()))}, tuple(clashes))


def rule_id(rule: Rule) -> str:
    """The id by which Kibana knows the rule: its own; one made from its name where that is no UUID."""
    try:
        return str(uuid.UUID(rule.id))
    except ValueError:
        return str(uuid.uuid5(_NAMESPACE, rule.name))


def kibana_rule(packed: Packed, pack: Pack) -> dict[str, Any]:
    """One rule as Kibana imports it; disabled, since enabling is the SOC's decision."""
    rule, query = packed.rule, packed.query
    if query is None:
        raise ValueError(f"{rule.name} has no query")
    level = level_of(rule)
    attack = load_attack()
    span = -(-int(query.settings.get("timespan", 0)) // 60)
    return {
        "author": texts(rule, "author") or ["tocsin"],
        "description": text(rule, "description") or rule.title,
        "enabled": False,
        "false_positives": texts(rule, "falsepositives"),
        "from": f"now-{_INTERVAL + _LOOK_BACK + span}m",
        "interval": f"{_INTERVAL}m",
        **_said(query),
        "license": text(rule, "license") or "Apache-2.0",
        "name": " ".join(rule.title.split()),
        "note": _note(rule, query, pack),
        "references": texts(rule, "references"),
        "related_integrations": list(query.settings["integrations"]),
        "required_fields": _required(query),
        "risk_score": _SCORES[level],
        "rule_id": rule_id(rule),
        "setup": _setup(query, pack),
        "severity": "low" if level == "informational" else level,
        "tags": _tags(rule, attack),
        "threat": threat_of(rule, attack),
        "to": "now",
        "version": 1,
    }


def _said(query: Query) -> dict[str, Any]:
    """The query as Kibana takes it. One in the query DSL is a filter of one's own beside an empty query."""
    if query.language == "esql":
        # It names its indices itself; a rule of this type has no ``index``.
        return {"language": "esql", "query": _recent(query), "type": "esql"}
    index = list(query.settings["index"])
    if query.language == "eql":
        return {"index": index, "language": "eql", "query": query.text, "type": "eql"}
    meta = {"alias": None, "disabled": False, "negate": False, "type": "custom", "key": "query"}
    clause = json.loads(query.text)["query"]
    filters = [{"meta": meta, "query": clause}]
    return {"filters": filters, "index": index, "language": "kuery", "query": "", "type": "query"}


def _recent(query: Query) -> str:
    """The query; of a correlation what closed since the last run, since the window reaches back behind that.

    Kibana knows an event again, but not a row that was counted (*Create an ES|QL rule*, aggregating queries).
    """
    if "closing" not in query.settings:
        return query.text
    return f"{query.text}\n| WHERE {END} >= NOW() - {_INTERVAL + _LOOK_BACK} minutes"


def threat_of(rule: Rule, attack: Attack) -> list[dict[str, Any]]:
    """The tactics of the rule's tags, each with those of its techniques that belong to it."""
    techniques = techniques_of(rule, attack)
    return [
        {
            "framework": "MITRE ATT&CK",
            "tactic": _entry(tactic.id, tactic.name),
            "technique": _techniques([one for one in techniques if tactic.short_name in one.tactics], attack),
        }
        for tactic in (attack.tactics[name] for name in tactics_of(rule, attack))
    ]


def _techniques(techniques: list[Technique], attack: Attack) -> list[dict[str, Any]]:
    parents = sorted({technique.id.partition(".")[0] for technique in techniques})
    return [
        {
            **_entry(id, attack.techniques[id].name),
            "subtechnique": [_entry(sub.id, sub.name) for sub in techniques if sub.id.startswith(f"{id}.")],
        }
        for id in parents
    ]


def _entry(id: str, name: str) -> dict[str, Any]:
    return {"id": id, "name": name, "reference": url(id)}


def _tags(rule: Rule, attack: Attack) -> list[str]:
    tactics = [f"Tactic: {attack.tactics[name].name}" for name in tactics_of(rule, attack)]
    return sorted({"Tocsin", *tactics, *cves_of(rule)})


def _required(query: Query) -> list[dict[str, Any]]:
    types: Mapping[str, str] = query.settings["types"]
    return [{"ecs": name in ecs_fields(), "name": name, "type": kind} for name, kind in sorted(types.items())]


@functools.cache
def ecs_fields() -> frozenset[str]:
    """The names of the fields of the Elastic Common Schema."""
    table = importlib.resources.files(__package__).joinpath("schemas", "ecs.tsv").read_text(encoding="utf-8")
    return frozenset(line.partition("\t")[0] for line in table.splitlines() if not line.startswith("#"))


def _note(rule: Rule, query: Query, pack: Pack) -> str:
    """The investigation guide: where the rule comes from, and how far its query goes."""
    stories = sorted({pack.advisories[id] for id in rule.behaviours if id in pack.advisories})
    lines = ["## Origin", *(f"- {title}: {address}" for title, address in stories)] if stories else []
    limits = [*(f"Left out: {reason}" for reason in dict.fromkeys(query.settings["left_out"]))]
    limits += [f"Deviation from the Sigma rule: `{name}`" for name in query.settings["deviations"]]
    lines += ["## Limits", *(f"- {limit}" for limit in limits)] if limits else []
    return "\n".join(lines)


def _setup(query: Query, pack: Pack) -> str:
    sources = [source for source in pack.sources if source.name in query.settings["sources"]]
    return "\n".join(f"- {source.title}: {' '.join(source.definition.split())}" for source in sources)
