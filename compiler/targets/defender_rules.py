"""Custom detections of Microsoft Defender XDR: a KQL file a rule, and the bodies that Microsoft Graph takes.

Facts: *Create custom detection rules* (MicrosoftDocs/defender-docs, defender-xdr/custom-detection-rules.md): a query
returns ``Timestamp``, ``ReportId`` and a column that names what is affected, a device, a user or a mailbox; how far a
run looks back depends on how often it runs, by the events' own time; titles take up to three columns in double braces.
*detectionRule*, *ruleSchedule*, *alertTemplate*, *impactedUserAsset* and *impactedMailboxAsset* of the Graph security
API (microsoftgraph/microsoft-graph-docs-contrib, api-reference/beta).
"""

from __future__ import annotations

import json
import re
from typing import Any

from compiler.content.attack import load_attack
from compiler.content.model import Rule
from compiler.diagnostics import Diagnostic
from compiler.targets.defender_readme import readme
from compiler.targets.kusto_package import steps, unfit
from compiler.targets.kusto_query import with_lets
from compiler.targets.kusto_schema import tables
from compiler.targets.labels import level_of, tactics_of, techniques_of, text, texts
from compiler.targets.target import Pack, Package, Packed, Query

_MOST_IN_TITLE = 3
_RUNS = (("1H", 1, 4), ("3H", 3, 12), ("12H", 12, 48), ("24H", 24, 30 * 24))
"""The periods that Graph knows, their hours, and the hours that a run looks back (*Rule frequency*)."""
LONGEST_SPAN = (30 * 24 - 24) * 3600
"""Seconds that a correlation may look back, so that the thirty days of the rarest run hold those since the last too."""
_IDENTIFIERS = {
    "Device": {"DeviceId": "deviceId"},
    "User": {
        "AccountSid": "accountSid",
        "AccountObjectId": "accountObjectId",
        "AccountUpn": "accountUpn",
        "InitiatingProcessAccountUpn": "initiatingProcessAccountUpn",
    },
    "Mailbox": {"RecipientEmailAddress": "recipientEmailAddress"},
}
"""Columns by which Graph knows each kind of asset, and its word for them; the best first."""
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
    """For each rule ``queries/<rule>.kql`` and ``detections/<rule>.json``, a body of Graph; and a README.

    A rule that Graph would not take is left out and told.
    """
    files: dict[str, bytes] = {}
    rules: dict[str, tuple[str, ...]] = {}
    chosen: list[Packed] = []
    findings: list[Diagnostic] = []
    for packed in sorted(pack.rules, key=lambda packed: packed.rule.name):
        if packed.query is None:
            continue
        rule, body = packed.rule, detection(packed.rule, packed.query)
        if wrong := unfit(rule, body, "defender-detection"):
            findings += wrong
            continue
        chosen.append(packed)
        written = {
            f"queries/{rule.name}.kql": f"{_header(rule, packed.query)}{_text(packed.query)}\n",
            f"detections/{rule.name}.json": json.dumps(body, indent=2) + "\n",
        }
        files |= {path: content.encode() for path, content in written.items()}
        rules |= dict.fromkeys(written, (rule.name,))
    periods = {packed.rule.name: period_of(packed.query) for packed in chosen if packed.query is not None}
    files["README.md"] = readme(chosen, periods).encode()
    return Package(files, rules, tuple(findings))


def detection(rule: Rule, query: Query) -> dict[str, Any]:
    """One rule as Graph takes it; disabled, since enabling is the SOC's decision."""
    attack = load_attack()
    categories = [_CATEGORIES[name] for name in tactics_of(rule, attack) if name in _CATEGORIES]
    level = level_of(rule)
    title = " ".join(rule.title.split())
    benign = [f"Benign: {one}" for one in texts(rule, "falsepositives")]
    return {
        "displayName": title,
        "isEnabled": False,
        "queryCondition": {"queryText": _text(query)},
        "schedule": {"period": period_of(query)},
        "detectionAction": {
            "alertTemplate": {
                "title": _title(rule, query) or title,
                "description": "\n".join([text(rule, "description") or rule.title, *benign]),
                "severity": "high" if level == "critical" else level,
                "category": categories[0] if categories else "SuspiciousActivity",
                "recommendedActions": "\n".join(steps(rule)) or None,
                "mitreTechniques": [technique.id for technique in techniques_of(rule, attack)],
                "impactedAssets": _assets(rule, query),
            },
            "responseActions": [],
        },
    }


def _title(rule: Rule, query: Query) -> str:
    """The title with columns in double braces; empty unless each is one column, and three are the most."""
    fields = set(rule.alert.in_title) if rule.alert is not None else set()
    named = {field: query.returned.get(field, ()) for field in fields}
    if rule.alert is None or len(fields) > _MOST_IN_TITLE or any(len(names) != 1 for names in named.values()):
        return ""
    return re.sub(r"\{([^{}]+)\}", lambda match: "{{" + named[match[1]][0] + "}}", " ".join(rule.alert.title.split()))


def period_of(query: Query) -> str:
    """How often a detection runs: as often as it can, so that a run still sees all that came since the last one.

    Of a correlation it must see the timespan before that, too.
    """
    span = int(query.settings.get("timespan", 0))
    return next(period for period, every, back in _RUNS if (back - every) * 3600 >= span)


def _assets(rule: Rule, query: Query) -> list[dict[str, str]]:
    """What is affected: the device, and the account where the alert is about one; without a device, who there is.

    A column that only some of the tables have is taken where there is none that all have.
    """
    bases = [query.settings["lets"].get(name, name).split()[0] for name in query.settings["tables"]]
    known = [frozenset(tables(query.target).get(base, {})) for base in bases]
    everywhere, somewhere = frozenset.intersection(*known), frozenset[str]().union(*known)
    if device := _asset("Device", everywhere):
        about_user = rule.alert is not None and any(entity.kind == "user" for entity in rule.alert.entities)
        return [*device, *(_asset("User", everywhere) if about_user else [])]
    people = [*_asset("User", everywhere), *_asset("Mailbox", everywhere)]
    return people or [asset for kind in _IDENTIFIERS for asset in _asset(kind, somewhere)]


def _asset(kind: str, columns: frozenset[str]) -> list[dict[str, str]]:
    """The asset of one kind by the best of the columns; empty if none tells it."""
    words = [word for name, word in _IDENTIFIERS[kind].items() if name in columns]
    return [{"@odata.type": f"#microsoft.graph.security.impacted{kind}Asset", "identifier": words[0]}] if words else []


def _text(query: Query) -> str:
    return with_lets(query.text, query.settings["lets"])


def _header(rule: Rule, query: Query) -> str:
    """What the file says of itself, as comments."""
    lines = [" ".join(rule.title.split()), text(rule, "description"), f"id: {rule.id}", f"level: {level_of(rule)}"]
    lines += [f"left out: {reason}" for reason in dict.fromkeys(query.settings["left_out"])]
    lines += [f"deviation from the Sigma rule: {name}" for name in query.settings["deviations"]]
    return "".join(f"// {' '.join(line.split())}\n" for line in lines if line)
