"""One rule as a saved search of Splunk: when it runs, how it alerts, and what Enterprise Security is told."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from typing import Any

from compiler.content.attack import load_attack
from compiler.content.life import version_of
from compiler.content.model import AlertKind, Rule
from compiler.targets.labels import cves_of, level_of, techniques_of, text
from compiler.targets.splunk_alert import names_of, plain, risks_of, shown, title_of, united
from compiler.targets.splunk_conf import inside
from compiler.targets.target import Locked, Pack, Packed, Query

MAX_TITLE = 65
"""``<Domain> - <stanza> - Rule`` has 99 characters at most, and the stanza is ``Tocsin - <title> - Rule``."""
DELAY = 15
"""Minutes by which one run looks back into the time of the run before, for events that are indexed late."""
_EVERY = {"critical": 5, "high": 15}
_DOMAINS = {"webserver": "network", "proxy": "network", "firewall": "network", "dns": "network"}


def stanza_of(rule: Rule) -> str:
    """The key of a rule that was never published: its title without anything that could open a stanza, cut to fit."""
    title = inside(rule.title) or inside(rule.name)
    if len(title) > MAX_TITLE:
        title = title[: MAX_TITLE + 1].rpartition(" ")[0] or title[:MAX_TITLE]
    return f"Tocsin - {title} - Rule"


def settings_of(packed: Packed, pack: Pack, stanza: str, filter_macro: str) -> dict[str, str]:
    """The keys of the stanza and their values. ``filter_macro`` is where a SOC tunes the rule."""
    rule, query = packed.rule, packed.query
    if query is None:
        raise ValueError(f"{rule.name} has no query")
    return {
        "description": text(rule, "description"),
        "search": "\n".join(part for part in (query.text, f"| `{filter_macro}`", united(query)) if part),
        **_schedule(rule, query),
        **_alert(rule, query),
        **_correlation_search(rule, query, pack, stanza),
        **_notable(rule, query),
        **_risk(rule, query),
    }


def tombstone(locked: Locked) -> dict[str, str]:
    """The stanza of a rule that is no more: it keeps the name, finds nothing, and runs only if a SOC wants it to."""
    return {
        "description": f"Removed in {locked.removed}. It finds nothing; disable or delete what you set for it.",
        "search": "| makeresults | where false()",
        "enableSched": "0",
        "disabled": "1",
        "is_visible": "false",
    }


def annotations_of(rule: Rule, query: Query, pack: Pack) -> dict[str, list[str]]:
    """What Enterprise Security groups findings by: techniques, stories, CVEs and the data that is needed."""
    annotations = {
        "analytic_story": stories_of(rule, pack),
        "cve": cves_of(rule),
        "data_source": list(query.settings["sources"]),
        "mitre_attack": [technique.id for technique in techniques_of(rule, load_attack())],
    }
    return {key: value for key, value in annotations.items() if value}


def stories_of(rule: Rule, pack: Pack) -> list[str]:
    """The titles of the advisories whose behaviours the rule finds, sorted."""
    return sorted({inside(pack.advisories[id][0]) for id in rule.behaviours if id in pack.advisories})


def domain_of(rule: Rule) -> str:
    """The security domain of Enterprise Security."""
    category = (rule.body.get("logsource") or {}).get("category", "")
    return "threat" if "correlation" in rule.body else _DOMAINS.get(category, "endpoint")


def _schedule(rule: Rule, query: Query) -> dict[str, str]:
    every = _EVERY.get(level_of(rule), 60)
    span = -(-int(query.settings.get("timespan", 0)) // 60)
    return {
        "cron_schedule": "7 * * * *" if every == 60 else f"*/{every} * * * *",
        "dispatch.earliest_time": f"-{every + DELAY + span}m@m",
        "dispatch.latest_time": "now",
        "schedule_window": "auto",
        "allow_skew": "100%",
        "realtime_schedule": "0",
        "enableSched": "1",
        "disabled": "1",
        "is_visible": "false",
    }


def _alert(rule: Rule, query: Query) -> dict[str, str]:
    """One alert a run; what the overlap brings up a second time is held back, and the same again for a while."""
    names = names_of(query)
    told = [names[field] for field in rule.alert.suppress if field in names] if rule.alert is not None else []
    silence = rule.alert.silence // 60 if rule.alert is not None else 0
    groups = list(query.settings.get("groups", ()))
    return {
        "counttype": "number of events",
        "relation": "greater than",
        "quantity": "0",
        "alert.digest_mode": "1",
        "alert.suppress": "1",
        "alert.suppress.fields": ",".join(told or ["_time", *(groups or ["host", "source"])]),
        "alert.suppress.period": f"{max(silence, DELAY * 2)}m",
        "alert.track": "0",
    }


def _correlation_search(rule: Rule, query: Query, pack: Pack, stanza: str) -> dict[str, str]:
    metadata = {
        "deprecated": "1" if rule.status == "deprecated" else "0",
        "detection_id": rule.id,
        "detection_version": str(version_of(rule)),
        "publish_time": _seconds(rule.body.get("date")),
    }
    return {
        "action.correlationsearch.enabled": "1",
        "action.correlationsearch.detection_type": "ebd",
        "action.correlationsearch.label": stanza,
        "action.correlationsearch.annotations": as_json(annotations_of(rule, query, pack)),
        "action.correlationsearch.metadata": as_json(metadata),
    }


def _seconds(date: Any) -> int:
    """Midnight UTC of a rule's date, in seconds since the epoch; 0 if it has none."""
    match = re.match(r"\d{4}-\d{2}-\d{2}", str(date))
    if match is None:
        return 0
    return int(datetime.datetime.fromisoformat(f"{match[0]}T00:00:00+00:00").timestamp())


def _notable(rule: Rule, query: Query) -> dict[str, str]:
    block = rule.alert is not None and rule.alert.kind is AlertKind.BUILDING_BLOCK
    steps = "\n".join(f"{number}. {plain(step)}" for number, step in enumerate(rule.triage, start=1))
    return {
        # What is only there for a correlation to join raises risk and no finding of its own.
        "action.notable": "0" if block else "1",
        "action.notable.param.rule_title": title_of(rule, query),
        "action.notable.param.rule_description": plain(text(rule, "description")),
        "action.notable.param.security_domain": domain_of(rule),
        "action.notable.param.severity": level_of(rule),
        "action.notable.param.nes_fields": ",".join(shown(rule, query)),
        "action.notable.param.drilldown_searches": as_json(_drilldowns(rule, query)),
        **({"action.notable.param.next_steps": as_json({"version": 1, "data": steps})} if steps else {}),
    }


def _drilldowns(rule: Rule, query: Query) -> list[dict[str, str]]:
    """The events of the finding, and the risk that what it is about has gathered in a week.

    Between two dollar signs Splunk reads a token to fill in, so a search with any is not handed on.
    """
    found = []
    if "$" not in query.text:
        found.append(
            {
                "name": "Show the events",
                "search": query.text,
                "earliest_offset": "$info_min_time$",
                "latest_offset": "$info_max_time$",
            }
        )
    gathered = (
        '| from datamodel Risk.All_Risk | search normalized_risk_object="${}$" '
        "| stats count min(_time) AS first max(_time) AS last sum(calculated_risk_score) AS score "
        "values(annotations.mitre_attack) AS techniques by source"
    )
    names = [risk["risk_object_field"] for risk in risks_of(rule, query) if "risk_object_field" in risk]
    found += [
        {
            "name": f"Show the risk of {name} in the last seven days",
            "search": gathered.format(name),
            "earliest_offset": "-7d",
            "latest_offset": "now",
        }
        for name in names
    ]
    return found


def _risk(rule: Rule, query: Query) -> dict[str, str]:
    return {
        "action.risk": "1",
        "action.risk.param._risk": as_json(risks_of(rule, query)),
        "action.risk.param._risk_message": title_of(rule, query),
        "action.risk.param._risk_score": "0",
        "action.risk.param.verbose": "0",
    }


def as_json(value: Mapping[str, Any] | list[Any]) -> str:
    """JSON on one line, the same each time."""
    return json.dumps(value, sort_keys=True)
