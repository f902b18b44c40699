"""The ARM template of all analytics rules, and the parameters by which a SOC keeps what it decided.

Facts: *Microsoft.SecurityInsights alertRules* of the ARM template reference, 2024-03-01; *Array functions for ARM
templates* (``contains``), *Conditional deployment in ARM templates* (a resource whose ``condition`` is false is left
as it is, and nothing waits for it) of Microsoft's documentation of Azure Resource Manager. A deployment is incremental:
it removes nothing. *Manage watchlists in Microsoft Sentinel* (MicrosoftDocs/azure-docs,
articles/sentinel/watchlists-manage.md): a bulk update appends, takes equal rows for one, and deletes nothing. The keys
of a watchlist are those of Azure/Azure-Sentinel, ASIM/deploy/Watchlists.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from compiler.targets.target import Locked

WATCHLIST = "tocsin_{name}"
"""The alias of the watchlist that holds a list of the SOC's."""
TEMPLATE = "azuredeploy.json"
PARAMETERS = "azuredeploy.parameters.json"
_SCHEMAS = "https://schema.management.azure.com/schemas/2019-04-01"
_SCOPE = "Microsoft.OperationalInsights/workspaces"
_COPIED = (
    "entityMappings",
    "customDetails",
    "alertDetailsOverride",
    "eventGroupingSettings",
    "incidentConfiguration",
)


def resource(name: str, body: Mapping[str, Any], lists: Sequence[str] = ()) -> dict[str, Any]:
    """One rule as a resource; whether it is enabled, and deployed at all, the parameters say.

    ``body``: the rule as its YAML file has it. ``lists`` are those that its query reads, which must be there before it.
    """
    properties = {
        "displayName": _plain(body["name"]),
        "description": _plain(body["description"]),
        "severity": body["severity"],
        "enabled": f"[{_among(name, 'enabled')}]",
        "query": _plain(body["query"]),
        "queryFrequency": iso(body["queryFrequency"]),
        "queryPeriod": iso(body["queryPeriod"]),
        "triggerOperator": "GreaterThan",
        "triggerThreshold": 0,
        "suppressionDuration": "PT1H",
        "suppressionEnabled": False,
        "tactics": list(body.get("tactics", ())),
        "techniques": sorted({id.partition(".")[0] for id in body.get("relevantTechniques", ())}),
        **{key: _plain(body[key]) for key in _COPIED if key in body},
        "templateVersion": body["version"],
    }
    made = {"condition": f"[not({_among(name, 'keep')})]", **_rule(body["id"], properties)}
    return {**made, "dependsOn": [_name(WATCHLIST.format(name=one)) for one in lists]} if lists else made


def watchlist(name: str) -> dict[str, Any]:
    """The watchlist of one of the SOC's lists, which the parameters can leave as it is.

    It has one row, of a value that no event has, as Microsoft's own have when they are new. A later deployment appends
    that row again, which makes one of it.
    """
    alias = WATCHLIST.format(name=name)
    properties = {
        "displayName": f"Tocsin: {name.replace('_', ' ')}",
        "description": "Values of your own that rules of Tocsin ask for, one a row, as the events spell them.",
        "provider": "Custom",
        "source": f"{alias}.csv",
        "contentType": "text/csv",
        "numberOfLinesToSkip": 0,
        "itemsSearchKey": "value",
        "rawContent": "value\r\n(nothing is on this list yet)\r\n",
    }
    return {
        "condition": f"[not({_among(alias, 'keep')})]",
        "type": f"{_SCOPE}/providers/watchlists",
        "apiVersion": "2024-03-01",
        "name": _name(alias),
        "properties": properties,
    }


def tombstone(removed: Locked) -> dict[str, Any]:
    """A rule that no release has any more: disabled for good, under the id that the workspace knows."""
    properties = {
        "displayName": _plain(f"(removed in {removed.removed}) {removed.name}"),
        "description": "This rule is no longer part of tocsin. It finds nothing, and may be deleted.",
        "severity": "Informational",
        "enabled": False,
        "query": "print Removed = true\n| where false\n",
        "queryFrequency": "P1D",
        "queryPeriod": "P1D",
        "triggerOperator": "GreaterThan",
        "triggerThreshold": 0,
        "suppressionDuration": "PT1H",
        "suppressionEnabled": False,
    }
    return _rule(removed.id, properties)


def _rule(id: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": f"{_SCOPE}/providers/alertRules",
        "apiVersion": "2024-03-01",
        "name": _name(id),
        "kind": "Scheduled",
        "location": "[parameters('location')]",
        "properties": dict(properties),
    }


def _name(id: str) -> str:
    """The expression of the name that a resource of Sentinel has in the template."""
    return f"[concat(parameters('workspace'), '/Microsoft.SecurityInsights/{id}')]"


def _plain(value: Any) -> Any:
    """JSON of which ARM takes no text for an expression."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return f"[{value}" if isinstance(value, str) and value.startswith("[") else value


def _among(name: str, parameter: str) -> str:
    """The expression that a list of names has this one."""
    quoted = name.replace("'", "''")
    return f"contains(parameters('{parameter}'), '{quoted}')"


def iso(timespan: str) -> str:
    """A period of the YAML files (``90m``) as a duration of ISO 8601."""
    return f"P{timespan[:-1]}D" if timespan.endswith("d") else f"PT{timespan[:-1]}{timespan[-1].upper()}"


def template(resources: Sequence[Mapping[str, Any]]) -> bytes:
    """The template. As delivered it enables nothing and leaves nothing as it is."""
    lists = {
        "enabled": "Names of the rules that are to be enabled; every other is disabled",
        "keep": "Names of the rules and watchlists that stay as the workspace has them, changed or not",
    }
    body = {
        "$schema": f"{_SCHEMAS}/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {
            "workspace": {"type": "string", "metadata": {"description": "The workspace that Sentinel is enabled on"}},
            "location": {"type": "string", "defaultValue": "[resourceGroup().location]"},
            **{
                name: {"type": "array", "defaultValue": [], "metadata": {"description": words}}
                for name, words in lists.items()
            },
        },
        "resources": list(resources),
    }
    return (json.dumps(body, indent=2) + "\n").encode()


def parameters() -> bytes:
    """A file of parameters to copy; the copy is the SOC's own, and no release touches it."""
    values: dict[str, Any] = {"workspace": "", "enabled": [], "keep": []}
    body = {
        "$schema": f"{_SCHEMAS}/deploymentParameters.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {name: {"value": value} for name, value in values.items()},
    }
    return (json.dumps(body, indent=2) + "\n").encode()
