"""One rule as a saved search of Splunk: when it runs, how it alerts, and what Enterprise Security is told."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from compiler.content.attack import load_attack
from compiler.content.model import Rule
from compiler.targets.labels import cves_of, level_of, techniques_of, text
from compiler.targets.target import Pack, Packed, Query

MAX_TITLE = 65
"""``<Domain> - <stanza> - Rule`` has 99 characters at most, and the stanza is ``Tocsin - <title> - Rule``."""
_DELAY = 15
"""Minutes by which one run looks back into the time of the run before, for events that are indexed late."""
_EVERY = {"critical": 5, "high": 15}
_SCORES = {"informational": 10, "low": 25, "medium": 50, "high": 75, "critical": 95}
_DOMAINS = {"webserver": "network", "proxy": "network", "firewall": "network", "dns": "network"}


def stanza_of(rule: Rule) -> str:
    """The key of the rule in savedsearches.conf: its title without anything that could open a stanza."""
    kept = "".join(
        " " if letter in "[]\\" or unicodedata.category(letter)[0] == "C" else letter for letter in rule.title
    )
    title = " ".join(kept.split()) or rule.name
    if len(title) > MAX_TITLE:
        title = title[: MAX_TITLE + 1].rpartition(" ")[0] or title[:MAX_TITLE]
    return f"Tocsin - {title} - Rule"


def settings_of(packed: Packed, pack: Pack, filter_macro: str) -> dict[str, str]:
    """The keys of the stanza and their values. ``filter_macro`` is where a SOC tunes the rule."""
    rule, query = packed.rule, packed.query
    if query is None:
        raise ValueError(f"{rule.name} has no query")
    return {
        "description": text(rule, "description"),
        "search": f"{query.text}\n| `{filter_macro}`",
        **_schedule(rule, query),
        **_alert(query),
        **_correlation_search(rule, query, pack),
        **_notable(rule, query),
        **_risk(rule, query),
    }


def _every(rule: Rule) -> int:
    """Minutes from one run to the next."""
    return _EVERY.get(level_of(rule), 60)


def _schedule(rule: Rule, query: Query) -> dict[str, str]:
    every = _every(rule)
    span = -(-int(query.settings.get("timespan", 0)) // 60)
    return {
        "cron_schedule": "7 * * * *" if every == 60 else f"*/{every} * * * *",
        "dispatch.earliest_time": f"-{every + _DELAY + span}m@m",
        "dispatch.latest_time": "now",
        "schedule_window": "auto",
        "allow_skew": "100%",
        "realtime_schedule": "0",
        "enableSched": "1",
        "disabled": "1",
        "is_visible": "false",
    }


def _alert(query: Query) -> dict[str, str]:
    """One alert a run; what the overlap brings up a second time is held back."""
    groups = list(query.settings.get("groups", ()))
    return {
        "counttype": "number of events",
        "relation": "greater than",
        "quantity": "0",
        "alert.digest_mode": "1",
        "alert.suppress": "1",
        "alert.suppress.fields": ",".join(["_time", *(groups or ["host", "source"])]),
        "alert.suppress.period": f"{_DELAY * 2}m",
        "alert.track": "0",
    }


def _correlation_search(rule: Rule, query: Query, pack: Pack) -> dict[str, str]:
    attack = load_attack()
    stories = sorted({pack.advisories[id][0] for id in rule.behaviours if id in pack.advisories})
    annotations = {
        "analytic_story": stories,
        "cve": cves_of(rule),
        "data_source": list(query.settings["sources"]),
        "mitre_attack": [technique.id for technique in techniques_of(rule, attack)],
    }
    metadata = {
        "deprecated": "0",
        "detection_id": rule.id,
        "detection_version": "1",
        "publish_time": _seconds(rule.body.get("date")),
    }
    return {
        "action.correlationsearch.enabled": "1",
        "action.correlationsearch.detection_type": "ebd",
        "action.correlationsearch.label": stanza_of(rule),
        "action.correlationsearch.annotations": _json({key: value for key, value in annotations.items() if value}),
        "action.correlationsearch.metadata": _json(metadata),
    }


def _seconds(date: Any) -> int:
    """Midnight UTC of a rule's date, in seconds since the epoch; 0 if it has none."""
    match = re.match(r"\d{4}-\d{2}-\d{2}", str(date))
    if match is None:
        return 0
    return int(datetime.datetime.fromisoformat(f"{match[0]}T00:00:00+00:00").timestamp())


def _notable(rule: Rule, query: Query) -> dict[str, str]:
    category = (rule.body.get("logsource") or {}).get("category", "")
    drilldown = {
        "name": "Show the events",
        "search": query.text,
        "earliest_offset": "$info_min_time$",
        "latest_offset": "$info_max_time$",
    }
    domain = "threat" if "correlation" in rule.body else _DOMAINS.get(category, "endpoint")
    return {
        "action.notable": "1",
        "action.notable.param.rule_title": _plain(rule.title),
        "action.notable.param.rule_description": _plain(text(rule, "description")),
        "action.notable.param.security_domain": domain,
        "action.notable.param.severity": level_of(rule),
        "action.notable.param.nes_fields": ",".join(query.settings.get("groups", ())) or "host",
        # Between two dollar signs Splunk reads a token to fill in, so a search with any is not handed on.
        "action.notable.param.drilldown_searches": _json([] if "$" in query.text else [drilldown]),
    }


def _risk(rule: Rule, query: Query) -> dict[str, str]:
    groups = query.settings.get("groups", ())
    subject = groups[0] if groups else "host"
    risk = {
        "risk_object_field": subject,
        "risk_object_type": "other" if groups else "system",
        "risk_score": _SCORES[level_of(rule)],
    }
    return {
        "action.risk": "1",
        "action.risk.param._risk": _json([risk]),
        "action.risk.param._risk_message": _plain(rule.title),
        "action.risk.param._risk_score": "0",
        "action.risk.param.verbose": "0",
    }


def _plain(words: str) -> str:
    """Words on one line in which Splunk finds no token (``$name$``) to fill in."""
    return " ".join(words.replace("$", " ").split())


def _json(value: Mapping[str, Any] | list[Any]) -> str:
    return json.dumps(value, sort_keys=True)
