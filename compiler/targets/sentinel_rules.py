"""Scheduled analytics rules of Microsoft Sentinel: one YAML file a rule.

Facts: *Query style guide* and *Create scheduled analytics rules* (MicrosoftDocs/azure-docs, articles/sentinel), the
rules of Azure/Azure-Sentinel, and *Microsoft.SecurityInsights alertRules* of the ARM template reference, 2024-03-01. A
query has up to 10,000 characters; period and frequency lie between five minutes and fourteen days.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import yaml

from compiler.content.attack import load_attack
from compiler.content.model import AlertKind, Rule
from compiler.diagnostics import Diagnostic
from compiler.targets.kusto_package import UNTOLD, steps, unfit
from compiler.targets.labels import CLASH, cves_of, level_of, tactics_of, techniques_of, text, texts
from compiler.targets.sentinel_arm import (
    PARAMETERS,
    TEMPLATE,
    iso,
    parameters,
    resource,
    template,
    tombstone,
    watchlist,
)
from compiler.targets.sentinel_entities import Told, told
from compiler.targets.sentinel_late import MAX_QUERY, as_run, period
from compiler.targets.sentinel_readme import readme
from compiler.targets.target import Pack, Package, Packed, Query

LONGEST = 9_900
"""Characters of a query; what is left of the 10,000 is the line that a package adds."""
LONGEST_SPAN = 13 * 86_400
"""Seconds that a correlation may look back, so that a period of fourteen days still holds a run's hour."""
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
_GROUPED = (300, 7 * 86_400)
"""Seconds within which Sentinel adds an alert to an incident that there is: from, to."""


def package(pack: Pack) -> Package:
    """A YAML file a rule below ``rules/``, the ARM template with its parameters, and a README.

    A rule whose id is taken, or that does not fit, is left out and told.
    """
    files: dict[str, bytes] = {}
    rules: dict[str, tuple[str, ...]] = {}
    taken: dict[str, str] = {}
    findings: list[Diagnostic] = []
    resources: list[dict[str, Any]] = []
    lists: set[str] = set()
    for packed in sorted(pack.rules, key=lambda packed: packed.rule.name):
        rule, query = packed.rule, packed.query
        if query is None:
            continue
        id = rule_id(rule)
        if id in taken:
            hint = f"{taken[id]} has it already; make a new UUID"
            findings.append(CLASH.at(rule.place("id"), f"the id {id} is taken", hint))
            continue
        body = analytics_rule(packed, query, pack)
        wrong = unfit(rule, body, "sentinel-rule")
        findings += wrong or untold(rule, query)
        if wrong:
            continue
        taken[id] = rule.name
        path = f"rules/{rule.name}.yaml"
        files[path] = dumped(body).encode()
        rules[path] = (rule.name,)
        resources.append(resource(rule.name, body, sorted(query.settings["lists"].values())))
        lists |= {*query.settings["lists"].values()}
    resources[:0] = [watchlist(name) for name in sorted(lists)]
    resources += [tombstone(one) for one in pack.lock.values() if one.removed]
    files[TEMPLATE] = template(resources)
    files[PARAMETERS] = parameters()
    files["README.md"] = readme(pack, sorted(taken.values())).encode()
    rules[TEMPLATE] = tuple(sorted(taken.values()))
    return Package(files, rules, tuple(findings))


def rule_id(rule: Rule) -> str:
    """The id of the analytics rule: the rule's own; one made from its name where that is no UUID."""
    try:
        return str(uuid.UUID(rule.id))
    except ValueError:
        return str(uuid.uuid5(_NAMESPACE, rule.name))


def analytics_rule(packed: Packed, query: Query, pack: Pack) -> dict[str, Any]:
    """One rule in the keys of Azure/Azure-Sentinel, in their order."""
    rule, attack, alert = packed.rule, load_attack(), _told(packed.rule, query)
    tactics = sorted({_TACTICS[name] for name in tactics_of(rule, attack) if name in _TACTICS})
    techniques = [
        one.id for one in techniques_of(rule, attack) if {_TACTICS.get(name) for name in one.tactics} & {*tactics}
    ]
    body = {
        "id": rule_id(rule),
        "name": " ".join(rule.title.split()),
        "description": _description(rule, query, pack),
        "severity": _SEVERITIES[level_of(rule)],
        "status": "Available",
        "requiredDataConnectors": [
            {"connectorId": one["connector"], "dataTypes": [one["table"]]} for one in query.settings["connectors"]
        ],
        "queryFrequency": "1h",
        "queryPeriod": _timespan(period(query)),
        "triggerOperator": "gt",
        "triggerThreshold": 0,
        "tactics": tactics,
        "relevantTechniques": techniques,
        "tags": cves_of(rule),
        "query": query_text(rule, query),
        "entityMappings": list(alert.entities),
        "customDetails": dict(alert.details),
        "alertDetailsOverride": {"alertDisplayNameFormat": alert.title} if alert.title else {},
        "eventGroupingSettings": {"aggregationKind": "AlertPerResult"},
        "incidentConfiguration": _incidents(rule, alert),
        "version": pack.version,
        "kind": "Scheduled",
    }
    # Rules over normalized tables name no connector, as Microsoft's own do: any that normalizes fills these.
    return {key: value for key, value in body.items() if value not in ([], {}) or key == "requiredDataConnectors"}


def _incidents(rule: Rule, alert: Told) -> dict[str, Any]:
    """Alerts on the same values are one incident while the rule's silence lasts.

    Sentinel's own suppression would stop the rule as a whole, and with it alerts on other values.
    """
    if rule.alert is None:
        return {}
    seconds = min(max(rule.alert.silence, _GROUPED[0]), _GROUPED[1])
    return {
        "createIncident": rule.alert.kind is AlertKind.FINDING,
        "groupingConfiguration": {
            "enabled": bool(alert.group),
            "reopenClosedIncident": False,
            "lookbackDuration": iso(_timespan(seconds)),
            "matchingMethod": "Selected",
            "groupByEntities": [],
            "groupByAlertDetails": [],
            "groupByCustomDetails": list(alert.group),
        },
    }


def query_text(rule: Rule, query: Query) -> str:
    """The query as a rule runs it: tables defined in front, what is new since the last run, columns of the alert."""
    return f"{as_run(query)}{_told(rule, query).stage}\n"


def _told(rule: Rule, query: Query) -> Told:
    """How the alert is told; not at all where the query would be too long with it."""
    alert = told(rule.alert, query)
    return alert if len(as_run(query)) + len(alert.stage) < MAX_QUERY else Told()


def untold(rule: Rule, query: Query) -> list[Diagnostic]:
    """The finding that the columns of the alert do not fit beside the query."""
    if _told(rule, query) == told(rule.alert, query):
        return []
    return [UNTOLD.at(rule.place("alert"), f"{rule.name}: with the columns of its alert the query is too long")]


def _timespan(seconds: int) -> str:
    """A period as the YAML files write it; rounded up to minutes, and at five minutes or more."""
    minutes = max(-(-seconds // 60), 5)
    for unit, size in (("d", 1440), ("h", 60)):
        if minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def _description(rule: Rule, query: Query, pack: Pack) -> str:
    stories = sorted({pack.advisories[id] for id in rule.behaviours if id in pack.advisories})
    limits = [*(f"Left out: {reason}" for reason in dict.fromkeys(query.settings["left_out"]))]
    limits += [f"Deviation from the Sigma rule: {name}" for name in query.settings["deviations"]]
    benign = [f"Benign: {one}" for one in texts(rule, "falsepositives")]
    look = ["Look at next:", *steps(rule)] if rule.triage else []
    told_by = [f"{title}: {address}" for title, address in stories]
    return "\n".join([text(rule, "description") or rule.title, *benign, *look, *told_by, *limits])


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks."""


def _represented(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _represented)


def dumped(body: Mapping[str, Any]) -> str:
    """A rule as YAML, in the order of its keys."""
    return yaml.dump(dict(body), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
