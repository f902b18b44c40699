"""Custom detections of Microsoft Defender XDR: a KQL file a rule, and the bodies that Microsoft Graph takes.

Facts: *Create custom detection rules* (MicrosoftDocs/defender-docs, defender-xdr/custom-detection-rules.md): a query
returns ``Timestamp``, ``ReportId`` and a column that names what is affected (``DeviceId``); *detectionRule* of the
Graph security API. A run every hour looks at the last four.
"""

from __future__ import annotations

import json
from typing import Any

from compiler.content.attack import load_attack
from compiler.content.model import Rule
from compiler.targets.kusto_query import with_lets
from compiler.targets.labels import level_of, tactics_of, techniques_of, text
from compiler.targets.target import Pack, Package, Query

BODIES = "custom_detections.json"
_CATEGORIES = {
    "initial-access": "InitialAccess",
    "execution": "Execution",
    "persistence": "Persistence",
    "privilege-escalation": "PrivilegeEscalation",
    "stealth": "DefenseEvasion",
    "defense-impairment": "DefenseEvasion",
    "credential-access": "CredentialAccess",
    "discovery": "Discovery",
    "lateral-movement": "LateralMovement",
    "collection": "Collection",
    "command-and-control": "CommandAndControl",
    "exfiltration": "Exfiltration",
    "impact": "Impact",
}


def package(pack: Pack) -> Package:
    """``queries/<rule>.kql`` for each rule, and ``custom_detections.json`` with a body of Graph for each."""
    files: dict[str, bytes] = {}
    rules: dict[str, tuple[str, ...]] = {}
    bodies: list[dict[str, Any]] = []
    for packed in sorted(pack.rules, key=lambda packed: packed.rule.name):
        if packed.query is None:
            continue
        path = f"queries/{packed.rule.name}.kql"
        files[path] = f"{_header(packed.rule, packed.query)}{_text(packed.query)}\n".encode()
        rules[path] = (packed.rule.name,)
        bodies.append(detection(packed.rule, packed.query))
    files[BODIES] = (json.dumps(bodies, indent=2) + "\n").encode()
    rules[BODIES] = tuple(name for names in rules.values() for name in names)
    return Package(files, rules)


def detection(rule: Rule, query: Query) -> dict[str, Any]:
    """One rule as Graph takes it; disabled, since enabling is the SOC's decision."""
    attack = load_attack()
    categories = [_CATEGORIES[name] for name in tactics_of(rule, attack) if name in _CATEGORIES]
    level = level_of(rule)
    return {
        "displayName": " ".join(rule.title.split()),
        "isEnabled": False,
        "queryCondition": {"queryText": _text(query)},
        "schedule": {"period": "1H"},
        "detectionAction": {
            "alertTemplate": {
                "title": " ".join(rule.title.split()),
                "description": text(rule, "description") or rule.title,
                "severity": "high" if level == "critical" else level,
                "category": categories[0] if categories else "SuspiciousActivity",
                "mitreTechniques": [technique.id for technique in techniques_of(rule, attack)],
                "impactedAssets": [
                    {
                        "@odata.type": "#microsoft.graph.security.impactedDeviceAsset",
                        "identifier": "deviceId",
                    }
                ],
            },
            "responseActions": [],
        },
    }


def _text(query: Query) -> str:
    return with_lets(query.text, query.settings["lets"])


def _header(rule: Rule, query: Query) -> str:
    """What the file says of itself, as comments."""
    lines = [" ".join(rule.title.split()), text(rule, "description"), f"id: {rule.id}", f"level: {level_of(rule)}"]
    lines += [f"left out: {reason}" for reason in dict.fromkeys(query.settings["left_out"])]
    lines += [f"deviation from the Sigma rule: {name}" for name in query.settings["deviations"]]
    return "".join(f"// {' '.join(line.split())}\n" for line in lines if line)
