"""How an alert of Kibana is told: the fields to look at, the guide, what keeps it silent, and the timeline it opens in.

Facts: *Suppress detection alerts* (one to three fields, of any rule type; a Platinum subscription, without which the
rule runs and nothing is suppressed), *Launch Timeline from investigation guides* (``!{investigate{...}}``), and the
timeline templates that Kibana brings along (elastic/detection-rules, detection_rules/schemas/definitions.py). Kibana
fills no value of an event into the name of a rule: ``rule_name_override`` takes one field, so the alert's title stands
in the guide, with the names of the fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from compiler.content.model import AlertKind, Rule
from compiler.targets.elastic_eql import NUMBERS, TEXTS
from compiler.targets.labels import texts
from compiler.targets.schema import field_type
from compiler.targets.target import Pack, Query

OVERLAP = 9
"""Minutes that a run looks at: the interval of five, and four in case that events are late."""
_MOST_FIELDS = 3
_GROUPED = TEXTS | NUMBERS | {"ip", "boolean", "date"}
"""Types of fields by which Elasticsearch can group."""
_TIMELINES = {
    "process": ("e70679c2-6cde-4510-9764-4823df18f7db", "Comprehensive Process Timeline"),
    "file": ("4d4c0b59-ea83-483f-b8c1-8c360ee53c5c", "Comprehensive File Timeline"),
    "registry": ("3e47ef71-ebfc-4520-975c-cb27fc090799", "Comprehensive Registry Timeline"),
    "network": ("300afc76-072d-4261-864d-4149714bf3f1", "Comprehensive Network Timeline"),
}
_ABOUT = {
    "process_creation": "process",
    "process_access": "process",
    "image_load": "process",
    "create_remote_thread": "process",
    "file_event": "file",
    "file_change": "file",
    "file_delete": "file",
    "file_rename": "file",
    "file_access": "file",
    "registry_set": "registry",
    "registry_add": "registry",
    "registry_delete": "registry",
    "registry_event": "registry",
    "network_connection": "network",
    "firewall": "network",
    "dns": "network",
    "dns_query": "network",
}
"""The categories of log sources for which there is a timeline template."""


def told(rule: Rule, query: Query) -> dict[str, Any]:
    """The keys of a Kibana rule that come of the rule's alert; each only where there is something to tell."""
    silence = suppression(rule, query)
    fields = investigated(rule, query)
    timeline = _TIMELINES.get(_ABOUT.get(str((rule.body.get("logsource") or {}).get("category")), ""))
    quiet = rule.alert is not None and rule.alert.kind is AlertKind.BUILDING_BLOCK
    return {
        **({"alert_suppression": silence} if silence else {}),
        **({"building_block_type": "default"} if quiet else {}),
        **({"investigation_fields": {"field_names": fields}} if fields else {}),
        **({"timeline_id": timeline[0], "timeline_title": timeline[1]} if timeline else {}),
    }


def investigated(rule: Rule, query: Query) -> list[str]:
    """The fields at Elastic of what the alert is about, each once, in the order of the rule."""
    entities = rule.alert.entities if rule.alert is not None else ()
    return _names(query.returned, (entity.field for entity in entities))


def suppression(rule: Rule, query: Query) -> dict[str, Any]:
    """What keeps the rule silent, and how long; empty for nothing.

    A correlation is counted anew by every run that reaches back over it, and Kibana does not know such a row again: so
    it tells of the event that closes it once. The rule's own fields do as well, if it is to be silent by them at
    least as long. Fields by which Kibana cannot group make the rule louder than it asks, never quieter.
    """
    closing = query.settings.get("closing")
    asked = rule.alert.suppress if rule.alert is not None else ()
    names = _names(query.returned, asked)
    whole = all(query.returned.get(field) for field in asked) and 0 < len(names) <= _MOST_FIELDS
    if rule.alert is not None and whole and (closing or all(field_type("elastic", one) in _GROUPED for one in names)):
        minutes = max(-(-rule.alert.silence // 60), OVERLAP if closing else 1)
        # Shapes call one field by several names, of which an event has one: the others are missing without meaning.
        missing = "suppress" if len(names) > len(set(asked)) else "doNotSuppress"
        return _silent(names, minutes, missing)
    return _silent([closing], OVERLAP, "doNotSuppress") if closing else {}


def _silent(fields: list[str], minutes: int, missing: str) -> dict[str, Any]:
    duration = {"unit": "m", "value": minutes}
    return {"duration": duration, "group_by": fields, "missing_fields_strategy": missing}


def _names(returned: Mapping[str, tuple[str, ...]], fields: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for field in fields for name in returned.get(field, ())))


def guide(rule: Rule, query: Query, pack: Pack) -> str:
    """The investigation guide: what the alert says, what to look at next, what is benign, how far the query goes."""
    fields = [] if "closing" in query.settings else investigated(rule, query)
    stories = sorted({pack.advisories[id] for id in rule.behaviours if id in pack.advisories})
    limits = [f"Left out: {plain(reason)}" for reason in dict.fromkeys(query.settings["left_out"])]
    limits += [f"Deviation from the Sigma rule: `{name}`" for name in query.settings["deviations"]]
    sections = {
        "What it says": [_title(rule, query)] if rule.alert is not None else [],
        "What to look at next": [f"{number}. {plain(step)}" for number, step in enumerate(rule.triage, start=1)],
        "Look around": [_button(field) for field in fields],
        "What is benign": [f"- {plain(words)}" for words in texts(rule, "falsepositives")],
        "Origin": [f"- {plain(title)}: {address}" for title, address in stories],
        "Limits": [f"- {limit}" for limit in limits],
    }
    return "\n\n".join("\n".join([f"## {head}", "", *lines]) for head, lines in sections.items() if lines)


def _title(rule: Rule, query: Query) -> str:
    """The alert's title, with names of fields where a SIEM that can would show the values."""
    parts = re.split(r"\{([^{}]+)\}", rule.alert.title if rule.alert is not None else "")
    said = (
        " or ".join(f"`{name}`" for name in query.returned.get(part) or (part,)) if number % 2 else plain(part)
        for number, part in enumerate(parts)
    )
    return " ".join("".join(said).split())


def _button(field: str) -> str:
    """A button that opens a timeline of what has the same value as the alert, two days back."""
    same = {
        "excluded": False,
        "field": field,
        "queryType": "phrase",
        "value": f"{{{{{field}}}}}",
        "valueType": "string",
    }
    said = {"label": f"The same {field}", "providers": [[same]], "relativeFrom": "now-48h", "relativeTo": "now"}
    return f"!{{investigate{json.dumps(said)}}}\n"


def plain(words: str) -> str:
    """Words on one line that Markdown shows as they are: no link, no tag, no code, no button."""
    return re.sub(r"([\\`*_\[\]<>#|!{}~])", r"\\\1", re.sub(r"\s+", " ", words))
