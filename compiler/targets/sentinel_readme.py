"""What the person who deploys the analytics rules reads: how to import, to tune, to upgrade and to remove them."""

from __future__ import annotations

from collections.abc import Sequence

from compiler.targets.labels import level_of
from compiler.targets.readme import cell
from compiler.targets.sentinel_arm import WATCHLIST
from compiler.targets.target import Pack, Packed

_TEXT = """# Analytics rules for Microsoft Sentinel {version}

Every rule arrives disabled. `rules/` has each in the form of Azure/Azure-Sentinel, to read and to keep in a repository
of content; `azuredeploy.json` has all of them for a workspace.

## Import
Copy `azuredeploy.parameters.json` to a file of your own, `mine.json`, and put the name of the workspace in it.

    az deployment group create --resource-group GROUP --template-file azuredeploy.json --parameters @mine.json

The portal takes the template too: *Deploy a custom template*, or *Import* on the page *Analytics*. By API, one rule:

    curl -X PUT -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' --data @rule.json \\
      "https://management.azure.com/subscriptions/$SUBSCRIPTION/resourceGroups/$GROUP/providers/\\
    Microsoft.OperationalInsights/workspaces/$WORKSPACE/providers/Microsoft.SecurityInsights/alertRules/$ID?api-version=2024-03-01"

where `rule.json` has `kind` and `properties` of one resource of the template, its expressions filled in.

## Enable, tune, upgrade
A deployment sets a rule as a whole, so what you decide belongs into `mine.json`, which no release has:

- `enabled`: the names of the rules that are to run. The next release enables the same and no other.
- `keep`: the names of rules that you changed in the portal (query, severity, schedule, automation by condition). A
  deployment leaves them exactly as they are; take a name off the list to get the rule of the release again.

A new deployment removes nothing, and rules have their id for good. A rule that a release no longer has stays there,
disabled, and finds nothing.

A rule runs every hour. It reads what has arrived since the run before, of events up to three hours old, so that none is
missed because it came late; later ones are in no run (raise `queryPeriod`). Runs of a correlation overlap by a
quarter of an hour instead, and may tell an event of it twice.

Each result is an alert, of which Sentinel makes 150 a run at most. Alerts with the same values are one incident for as
long as the rule says: `suppressionEnabled` stays off, since it would silence the rule for every value.

{lists}## Remove
    az sentinel alert-rule delete --resource-group GROUP --workspace-name WORKSPACE --rule-id ID

## What must be switched on
| source | needed |
|---|---|
{sources}

## Rules
| name | severity | connectors | what it leaves out |
|---|---|---|---|
{rules}
"""


_LISTS = """## Lists of your own
These watchlists hold what rules leave out, or look for, with you. A rule reads them when it runs, so that an entry
counts from the next run on. As the template makes them they have one row, which stands for nothing.

| watchlist | read by |
|---|---|
{rows}

In the portal: *Watchlist*, the list, *Update watchlist*, *Edit watchlist items*, *Add new*. By API, one value:

    curl -X PUT -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
      --data '{{"properties": {{"itemsKeyValue": {{"value": "VALUE"}}}}}}' \\
      "https://management.azure.com/subscriptions/$SUBSCRIPTION/resourceGroups/$GROUP/providers/\\
    Microsoft.OperationalInsights/workspaces/$WORKSPACE/providers/Microsoft.SecurityInsights/watchlists/WATCHLIST/\\
    watchlistItems/$(uuidgen)?api-version=2024-03-01"

A value is a whole one, as the events spell it; only the letter case of ASCII does not count. No release takes off the
list what you put there; with its name in `keep`, a deployment does not touch the watchlist at all. Who takes rules from
`rules/` makes the watchlist himself: the alias as above, one column `value`, which is the search key.

"""


def readme(pack: Pack, names: Sequence[str]) -> str:
    """The README. ``names`` are the rules that were packed."""
    chosen = [packed for packed in pack.rules if packed.rule.name in names and packed.query is not None]
    asked = {name for packed in chosen if packed.query for name in packed.query.settings["sources"]}
    sources = [
        f"| {cell(source.title)} | {cell(source.definition)} |"
        for source in sorted(pack.sources, key=lambda source: source.name)
        if source.name in asked
    ]
    rows = []
    for packed in sorted(chosen, key=lambda packed: packed.rule.name):
        settings = packed.query.settings if packed.query is not None else {}
        connectors = ", ".join(sorted({one["connector"] for one in settings["connectors"]}))
        limits = [*dict.fromkeys(settings["left_out"]), *settings["deviations"]]
        rows.append(f"| {packed.rule.name} | {level_of(packed.rule)} | {connectors} | {cell('; '.join(limits))} |")
    told = {"version": pack.version, "sources": "\n".join(sources), "rules": "\n".join(rows)}
    return _TEXT.format(**told, lists=_lists(chosen))


def _lists(chosen: Sequence[Packed]) -> str:
    """What is said of the watchlists that rules read; nothing where none does."""
    read: dict[str, list[str]] = {}
    for packed in chosen:
        for name in packed.query.settings["lists"].values() if packed.query is not None else ():
            read.setdefault(WATCHLIST.format(name=name), []).append(packed.rule.name)
    rows = [f"| {alias} | {', '.join(sorted(names))} |" for alias, names in sorted(read.items())]
    return _LISTS.format(rows="\n".join(rows)) if rows else ""
