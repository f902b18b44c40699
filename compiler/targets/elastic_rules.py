"""Kibana detection rules, one JSON object a line, as ``POST /api/detection_engine/rules/_import`` takes them.

Facts: *Security detections API* of Kibana 9 (schema of rules; ours of it is ``schemas/kibana-rule.schema.json``), and
*Create a detection rule* (ranges of risk scores by severity; 100 alerts a run unless ``max_signals`` says more, of
which a cluster as delivered allows 1,000; ``timestamp_override``, which finds late events by when they were indexed).
"""

from __future__ import annotations

import functools
import importlib.resources
import json
import uuid
from collections.abc import Mapping
from typing import Any

from compiler.content.attack import Attack, Technique, load_attack, url
from compiler.content.life import version_of
from compiler.content.model import Rule
from compiler.diagnostics import Diagnostic, Severity, declare
from compiler.targets.elastic_alert import OVERLAP, guide, told
from compiler.targets.elastic_esql_correlation import END
from compiler.targets.elastic_lists import files as value_lists
from compiler.targets.elastic_lists import lines, list_id, reference, value_list
from compiler.targets.elastic_upgrade import SCRIPT, ndjson, script, upgrade
from compiler.targets.labels import CLASH, cves_of, level_of, tactics_of, techniques_of, text, texts
from compiler.targets.readme import readme
from compiler.targets.schema import faults
from compiler.targets.target import Pack, Package, Packed, Query

UNFIT = declare(
    "PKG040",
    Severity.ERROR,
    """
    The rule does not fit into what Kibana takes

    Kibana refuses a rule of its import with a key that it does not know, a severity that is none of its four, or a
    query without the settings of its type. Such a rule is left out of the package, and the message says what is wrong.
    """,
)
PATH = "rules.ndjson"
_INTERVAL = 5
_MOST_ALERTS = 1_000
_SCORES = {"informational": 5, "low": 21, "medium": 47, "high": 73, "critical": 99}
_NAMESPACE = uuid.UUID("6e3f0c5e-5a0c-4b0e-9d8e-0f6b6f1f9a57")


def package(pack: Pack) -> Package:
    """``rules.ndjson``, by rule name, and a README; with a release before, what takes its rules to these.

    A rule whose id another one has, or that Kibana would not take, is left out and told.
    """
    rules: dict[str, dict[str, Any]] = {}
    chosen: dict[str, Packed] = {}
    findings: list[Diagnostic] = []
    for packed in sorted(pack.rules, key=lambda packed: packed.rule.name):
        rule, id = packed.rule, rule_id(packed.rule)
        if id in rules:
            hint = f"{chosen[id].rule.name} has it already; make a new UUID"
            findings.append(CLASH.at(rule.place("id"), f"the id {id} is taken", hint))
            continue
        made = kibana_rule(packed, pack)
        if wrong := faults(made, "kibana-rule"):
            findings += [UNFIT.at(rule.place("title"), f"{rule.name}: {fault}") for fault in wrong]
            continue
        rules[id], chosen[id] = made, packed
    names = {id: packed.rule.name for id, packed in chosen.items()}
    lists = [one for packed in chosen.values() if packed.query for one in packed.query.settings.get("exceptions", ())]
    bodies: dict[str, list[Mapping[str, Any]]] = {PATH: [*rules.values(), *lines(lists)]}
    if PATH in pack.previous:
        bodies |= upgrade(pack.previous[PATH], bodies[PATH])
    files = {path: ndjson(held) for path, held in bodies.items()} | value_lists(lists)
    packed_in = {
        path: tuple(sorted(names[line["rule_id"]] for line in held if line.get("rule_id") in names))
        for path, held in bodies.items()
    }
    if PATH in pack.previous:
        files[SCRIPT] = script()
    files["README.md"] = _readme(pack, list(chosen.values()), upgrades=PATH in pack.previous)
    return Package(files, {path: held for path, held in packed_in.items() if held}, tuple(findings))


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
    lists = query.settings.get("exceptions", ())
    span = -(-int(query.settings.get("timespan", 0)) // 60)
    return {
        "author": texts(rule, "author") or ["tocsin"],
        "description": text(rule, "description") or text(rule, "title"),
        "enabled": False,
        **({"exceptions_list": [reference(one) for one in lists]} if lists else {}),
        "false_positives": texts(rule, "falsepositives"),
        "from": f"now-{OVERLAP + span}m",
        "interval": f"{_INTERVAL}m",
        **_said(query),
        **told(rule, query),
        "license": text(rule, "license") or "Apache-2.0",
        "max_signals": _MOST_ALERTS,
        "name": " ".join(rule.title.split()),
        "note": guide(rule, query, pack),
        "references": texts(rule, "references"),
        "related_integrations": list(query.settings["integrations"]),
        "required_fields": _required(query),
        "risk_score": _SCORES[level],
        "rule_id": rule_id(rule),
        "setup": _setup(query, pack),
        "severity": "low" if level == "informational" else level,
        "tags": _tags(rule, attack),
        "threat": threat_of(rule, attack),
        # A correlation is counted by when its events happened, not by when they came in.
        **({} if span else {"timestamp_override": "event.ingested"}),
        "to": "now",
        "version": version_of(rule),
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
    return f"{query.text}\n| WHERE {END} >= NOW() - {OVERLAP} minutes"


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


def _setup(query: Query, pack: Pack) -> str:
    """What must be switched on for the events to arrive, and for those of their fields that are off by default."""
    lines = []
    for source in (one for one in pack.sources if one.name in query.settings["sources"]):
        lines.append(f"- {source.title}: {' '.join(source.definition.split())}")
        arrivals = [one for one in source.arrives if one.target == query.target]
        read = {name for one in arrivals for name, field in one.fields.items() if field.name in query.fields}
        asked = sorted(read & set(source.prerequisites))
        lines += [f"    - {name}: {' '.join(source.prerequisites[name].split())}" for name in asked]
    return "\n".join(lines)


def _readme(pack: Pack, rules: list[Packed], *, upgrades: bool) -> bytes:
    rows = [
        {
            "name": one.rule.name,
            "title": text(one.rule, "title"),
            "level": level_of(one.rule),
            "id": rule_id(one.rule),
            "type": _said(one.query)["type"] if one.query is not None else "",
            "deviations": ", ".join(one.query.settings["deviations"] if one.query is not None else ()),
        }
        for one in rules
    ]
    read: dict[str, dict[str, Any]] = {}
    for one in rules:
        for held in one.query.settings.get("exceptions", ()) if one.query is not None else ():
            told_of = {**held, "id": list_id(held), "values": value_list(held), "rules": []}
            read.setdefault(list_id(held), told_of)["rules"].append(one.rule.name)
    times = {"interval": _INTERVAL, "overlap": OVERLAP}
    return readme(
        "elastic", version=pack.version, **times, rules=rows, lists=[read[id] for id in sorted(read)], upgrades=upgrades
    )
