"""Scheduled analytics rules of Microsoft Sentinel: one YAML file a rule, and one ARM template of all.

Facts: *Query style guide* and *Create scheduled analytics rules* (MicrosoftDocs/azure-docs, articles/sentinel), the
rules of Azure/Azure-Sentinel, and *Microsoft.SecurityInsights alertRules* of the ARM template reference, 2024-03-01. A
query has up to 10,000 characters; period and frequency lie between five minutes and fourteen days.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

import yaml

from compiler.content.attack import load_attack
from compiler.content.model import Rule
from compiler.diagnostics import Diagnostic
from compiler.targets.kusto_query import with_lets
from compiler.targets.labels import CLASH, cves_of, level_of, tactics_of, techniques_of, text
from compiler.targets.sentinel_entities import entity_mappings
from compiler.targets.target import Pack, Package, Packed, Query

LONGEST = 9_900
"""Characters of a query; what is left of the 10,000 is the line that a package adds."""
LONGEST_SPAN = 13 * 86_400
"""Seconds that a correlation may look back, so that a period of fourteen days still holds a run's hour."""
_HOUR = 3600
_SEVERITIES = {
    "informational": "Informational",
    "low": "Low",
    "medium": "Medium",
    "high": "High",
    "critical": "High",
}
_TACTICS = {
    "reconnaissance": "Reconnaissance",
    "resource-development": "ResourceDevelopment",
    "initial-access": "InitialAccess",
    "execution": "Execution",
    "persistence": "Persistence",
    "privilege-escalation": "PrivilegeEscalation",
    # ATT&CK v19 split Defense Evasion in two; Sentinel knows the old name.
    "stealth": "DefenseEvasion",
    "defense-impairment": "DefenseEvasion",
    "defense-evasion": "DefenseEvasion",
    "credential-access": "CredentialAccess",
    "discovery": "Discovery",
    "lateral-movement": "LateralMovement",
    "collection": "Collection",
    "command-and-control": "CommandAndControl",
    "exfiltration": "Exfiltration",
    "impact": "Impact",
}
_NAMESPACE = uuid.UUID("0b6d9b3e-6b0f-4f0a-8e43-6f6f5b0e4c55")
TEMPLATE = "azuredeploy.json"


def package(pack: Pack) -> Package:
    """A YAML file a rule below ``rules/``, and ``azuredeploy.json``. A rule whose id is taken is left out and told."""
    files: dict[str, bytes] = {}
    rules: dict[str, tuple[str, ...]] = {}
    taken: dict[str, str] = {}
    clashes: list[Diagnostic] = []
    resources: list[dict[str, Any]] = []
    for packed in sorted(pack.rules, key=lambda packed: packed.rule.name):
        rule, query = packed.rule, packed.query
        if query is None:
            continue
        id = rule_id(rule)
        if id in taken:
            hint = f"{taken[id]} has it already; make a new UUID"
            clashes.append(CLASH.at(rule.place("id"), f"the id {id} is taken", hint))
            continue
        taken[id] = rule.name
        body = analytics_rule(packed, query, pack)
        path = f"rules/{rule.name}.yaml"
        files[path] = dumped(body).encode()
        rules[path] = (rule.name,)
        resources.append(_resource(body))
    files[TEMPLATE] = _template(resources)
    rules[TEMPLATE] = tuple(sorted(taken.values()))
    return Package(files, rules, tuple(clashes))


def rule_id(rule: Rule) -> str:
    """The id of the analytics rule: the rule's own; one made from its name where that is no UUID."""
    try:
        return str(uuid.UUID(rule.id))
    except ValueError:
        return str(uuid.uuid5(_NAMESPACE, rule.name))


def analytics_rule(packed: Packed, query: Query, pack: Pack) -> dict[str, Any]:
    """One rule in the keys of Azure/Azure-Sentinel, in their order."""
    rule, attack = packed.rule, load_attack()
    span = int(query.settings.get("timespan", 0))
    tactics = sorted({_TACTICS[name] for name in tactics_of(rule, attack) if name in _TACTICS})
    techniques = [
        one.id for one in techniques_of(rule, attack) if {_TACTICS.get(name) for name in one.tactics} & {*tactics}
    ]
    body = {
        "id": rule_id(rule),
        "name": " ".join(rule.title.split())[:256],
        "description": _description(rule, query, pack)[:5000],
        "severity": _SEVERITIES[level_of(rule)],
        "status": "Available",
        "requiredDataConnectors": [
            {"connectorId": one["connector"], "dataTypes": [one["table"]]} for one in query.settings["connectors"]
        ],
        "queryFrequency": "1h",
        "queryPeriod": _timespan(_HOUR + span),
        "triggerOperator": "gt",
        "triggerThreshold": 0,
        "tactics": tactics,
        "relevantTechniques": techniques,
        "tags": cves_of(rule),
        "query": query_text(query),
        "entityMappings": entity_mappings(query),
        "version": pack.version,
        "kind": "Scheduled",
    }
    return {key: value for key, value in body.items() if value != []}


def query_text(query: Query) -> str:
    """The query as a rule runs it: tables defined in front; of a correlation only what closes within the last run."""
    text = with_lets(query.text, query.settings["lets"])
    recent = f"\n| where {query.settings['time']} > ago(1h)" if query.settings.get("timespan") else ""
    return f"{text}{recent}\n"


def _timespan(seconds: int) -> str:
    """A period as the YAML files write it; rounded up to minutes, and at five minutes or more."""
    minutes = max(-(-seconds // 60), 5)
    for unit, size in (("d", 1440), ("h", 60)):
        if minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def _iso(timespan: str) -> str:
    """A period of YAML as a duration of ISO 8601."""
    return f"P{timespan[:-1]}D" if timespan.endswith("d") else f"PT{timespan[:-1]}{timespan[-1].upper()}"


def _description(rule: Rule, query: Query, pack: Pack) -> str:
    stories = sorted({pack.advisories[id] for id in rule.behaviours if id in pack.advisories})
    limits = [*(f"Left out: {reason}" for reason in dict.fromkeys(query.settings["left_out"]))]
    limits += [f"Deviation from the Sigma rule: {name}" for name in query.settings["deviations"]]
    lines = [text(rule, "description") or rule.title, *(f"{title}: {address}" for title, address in stories), *limits]
    return "\n".join(lines)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks."""


def _represented(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _represented)


def dumped(body: Mapping[str, Any]) -> str:
    """A rule as YAML, in the order of its keys."""
    return yaml.dump(dict(body), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)


def _resource(body: Mapping[str, Any]) -> dict[str, Any]:
    """One rule as a resource of an ARM template; disabled, since enabling is the SOC's decision."""
    techniques = sorted({id.partition(".")[0] for id in body.get("relevantTechniques", ())})
    properties = {
        "displayName": _plain(body["name"]),
        "description": _plain(body["description"]),
        "severity": body["severity"],
        "enabled": False,
        "query": _plain(body["query"]),
        "queryFrequency": _iso(body["queryFrequency"]),
        "queryPeriod": _iso(body["queryPeriod"]),
        "triggerOperator": "GreaterThan",
        "triggerThreshold": 0,
        "suppressionDuration": "PT1H",
        "suppressionEnabled": False,
        "tactics": list(body.get("tactics", ())),
        "techniques": techniques,
        "entityMappings": list(body.get("entityMappings", ())) or None,
        "templateVersion": body["version"],
    }
    scope = "Microsoft.OperationalInsights/workspaces"
    return {
        "type": f"{scope}/providers/alertRules",
        "apiVersion": "2024-03-01",
        "name": f"[concat(parameters('workspace'), '/Microsoft.SecurityInsights/{body['id']}')]",
        "kind": "Scheduled",
        "location": "[parameters('location')]",
        "properties": {key: value for key, value in properties.items() if value is not None},
    }


def _plain(value: str) -> str:
    """A text that ARM does not take for an expression."""
    return f"[{value}" if value.startswith("[") else value


def _template(resources: list[dict[str, Any]]) -> bytes:
    template = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {
            "workspace": {"type": "string", "metadata": {"description": "The workspace that Sentinel is enabled on"}},
            "location": {"type": "string", "defaultValue": "[resourceGroup().location]"},
        },
        "resources": resources,
    }
    return (json.dumps(template, indent=2) + "\n").encode()
