"""Monitors of OpenSearch's alerting, one file each, as ``POST _plugins/_alerting/monitors`` takes them.

Facts from the OpenSearch documentation, *Per query monitors* and *Triggers*: a search is a template with
``{{period_start}}`` and ``{{period_end}}`` in milliseconds, a trigger is a Painless condition over ``ctx.results``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from compiler.content.model import Rule
from compiler.diagnostics import Diagnostic, Severity, declare
from compiler.targets.elastic_upgrade import ndjson
from compiler.targets.labels import level_of, text
from compiler.targets.opensearch_alert import CHANNEL, SHOWN, actions
from compiler.targets.opensearch_upgrade import SCRIPT, script, upgrade
from compiler.targets.readme import readme
from compiler.targets.schema import faults
from compiler.targets.target import Pack, Package, Packed, Query

UNFIT = declare(
    "PKG041",
    Severity.ERROR,
    """
    The rule does not fit into what OpenSearch's alerting takes

    A monitor with a key or a value that the alerting plugin does not know is refused at its import. Such a rule is left
    out of the package, and the message says what is wrong.
    """,
)
FOLDER = "monitors"
_INTERVAL = 5
_LOOK_BACK = 4
"""Minutes by which one run looks back into the time of the run before, for events that were indexed late."""
_SEVERITIES = {"critical": "1", "high": "2", "medium": "3", "low": "4", "informational": "5"}


def package(pack: Pack) -> Package:
    """``monitors/<rule>.json`` for each rule, and a README; with a release before, the way from it to this one."""
    files: dict[str, bytes] = {}
    monitors: dict[str, dict[str, Any]] = {}
    rules: dict[str, tuple[str, ...]] = {}
    rows: list[dict[str, str]] = []
    findings: list[Diagnostic] = []
    for packed in pack.rules:
        path = f"{FOLDER}/{packed.rule.name}.json"
        made = monitor(packed)
        if wrong := faults(made, "opensearch-monitor"):
            findings += [UNFIT.at(packed.rule.place("title"), f"{packed.rule.name}: {fault}") for fault in wrong]
            continue
        monitors[path] = made
        files[path] = f"{json.dumps(monitors[path], indent=2, sort_keys=True)}\n".encode()
        rules[path] = (packed.rule.name,)
        rows.append(_row(packed.rule, _query(packed)))
    before = {path: body for path, body in pack.previous.items() if path.startswith(f"{FOLDER}/")}
    if before:
        files |= {path: ndjson(lines) for path, lines in upgrade(before, monitors).items()}
        files[SCRIPT] = script()
    told = {"interval": _INTERVAL, "back": _LOOK_BACK, "channel": CHANNEL}
    files["README.md"] = readme("opensearch", version=pack.version, **told, rules=rows, upgrades=bool(before))
    return Package(files, rules, tuple(findings))


def monitor(packed: Packed) -> dict[str, Any]:
    """One rule as a monitor; disabled, since enabling is the SOC's decision."""
    rule, query = packed.rule, _query(packed)
    fires = query.settings.get("fires")
    found = f"ctx.results[0].aggregations.{fires}.value.size()" if fires else "ctx.results[0].hits.total.value"
    trigger = {
        "name": " ".join(rule.title.split()),
        "severity": _SEVERITIES[level_of(rule)],
        "condition": {"script": {"lang": "painless", "source": f"{found} > 0"}},
        "actions": actions(rule, query),
    }
    return {
        "type": "monitor",
        "monitor_type": "query_level_monitor",
        "name": " ".join(rule.title.split()),
        "enabled": False,
        "schedule": {"period": {"interval": _INTERVAL, "unit": "MINUTES"}},
        "inputs": [{"search": {"indices": list(query.settings["index"]), "query": _search(query)}}],
        "triggers": [{"query_level_trigger": trigger}],
    }


def _query(packed: Packed) -> Query:
    if packed.query is None:
        raise ValueError(f"{packed.rule.name} has no query")
    return packed.query


def _search(query: Query) -> dict[str, Any]:
    """The search of the query, in the time that one run looks at."""
    body: dict[str, Any] = json.loads(query.text)
    span = -(-int(query.settings.get("timespan", 0)) // 60)
    back = _INTERVAL + _LOOK_BACK + span
    moment = "{{period_end}}"
    within = {"gt": f"{moment}||-{back}m", "lte": moment, "format": "epoch_millis"}
    # As a filter it adds nothing to the score, which a correlation reads.
    searched = {"bool": {"filter": [{"range": {"@timestamp": within}}], "must": [body["query"]]}}
    fires = query.settings.get("fires")
    if not fires:
        return {**body, "query": searched, "size": SHOWN, "track_total_hits": True}
    aggregation = _since(body["aggs"][fires])
    return {**body, "aggs": {fires: aggregation}, "query": searched}


def _since(aggregation: Mapping[str, Any]) -> dict[str, Any]:
    """A correlation fires in the time of this run alone; what came before it only fills the window."""
    metric = aggregation["scripted_metric"]
    return {
        "scripted_metric": {
            **metric,
            "params": {**metric["params"], "since": "{{period_start}}", "slack": _LOOK_BACK * 60_000},
        }
    }


def _row(rule: Rule, query: Query) -> dict[str, str]:
    limits = [*query.settings["left_out"], *(f"deviation {name}" for name in query.settings["deviations"])]
    return {
        "name": rule.name,
        "title": text(rule, "title"),
        "level": level_of(rule),
        "id": rule.id,
        "reads": ", ".join(query.settings["index"]),
        "limits": "; ".join(dict.fromkeys(limits)),
    }
