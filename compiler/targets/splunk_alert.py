"""What a rule's alert becomes in Splunk: fields of one name, tokens in titles, and the objects of a risk.

Facts: *Create a risk message* and *Risk objects* of Enterprise Security 7.3; ``$field$`` is a token of the result's
field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from compiler.content.model import Entity, Rule
from compiler.targets.labels import level_of
from compiler.targets.target import Query

SCORES = {"informational": 10, "low": 25, "medium": 50, "high": 75, "critical": 95}
_RISK_OBJECTS = {"host": "system", "user": "user", "mailbox": "user", "service": "other"}
_THREAT_OBJECTS = {
    "ip": "ip_address",
    "process": "process",
    "file": "file_name",
    "url": "url",
    "hash": "file_hash",
    "domain": "domain",
}


def names_of(query: Query) -> dict[str, str]:
    """The field of Splunk that holds each Sigma field of the alert after ``united``; without those that none holds.

    Where the shapes call it differently it is a field of ours.
    """
    return {field: names[0] if len(names) == 1 else _ours(field) for field, names in query.returned.items() if names}


def united(query: Query) -> str:
    """The stage of a search that gives fields one name which events of several shapes have under several; may be ''."""
    said = [
        f"{_ours(field)}=coalesce({', '.join(_quoted(name) for name in names)})"
        for field, names in sorted(query.returned.items())
        if len(names) > 1
    ]
    return f"| eval {', '.join(said)}" if said else ""


def _ours(field: str) -> str:
    return f"alert_{re.sub(r'[^A-Za-z0-9]+', '_', field).strip('_').lower()}"


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) else f"'{name}'"


def title_of(rule: Rule, query: Query) -> str:
    """The title of an alert, with ``$field$`` where a value of the event goes; the rule's title if it tells none."""
    if rule.alert is None:
        return plain(rule.title)
    names = names_of(query)
    parts = re.split(r"\{([^{}]+)\}", rule.alert.title)
    told = [
        (f"${names[part]}$" if part in names else f"({part} not kept)") if number % 2 else part.replace("$", " ")
        for number, part in enumerate(parts)
    ]
    return " ".join("".join(told).split())


def plain(words: str) -> str:
    """Words on one line in which Splunk finds no token (``$name$``) to fill in."""
    return " ".join(words.replace("$", " ").split())


def risks_of(rule: Rule, query: Query) -> list[dict[str, Any]]:
    """What carries the risk and what the threat is, from the entities; the host of the event if there are none.

    An address carries the risk where the alert names neither a host nor a user; else it is the threat.
    """
    score = SCORES[level_of(rule)]
    found = [(entity, name) for entity, name in _held(rule, query) if entity.kind in _RISK_OBJECTS]
    risks: list[dict[str, Any]] = [
        {"risk_object_field": name, "risk_object_type": _RISK_OBJECTS[entity.kind], "risk_score": score}
        for entity, name in found
    ]
    if not risks:
        addresses = [name for entity, name in _held(rule, query) if entity.kind == "ip"]
        groups = list(query.settings.get("groups", ()))
        subject, kind = (addresses or groups or ["host"])[0], "other" if groups and not addresses else "system"
        risks = [{"risk_object_field": subject, "risk_object_type": kind, "risk_score": score}]
    taken = {risk["risk_object_field"] for risk in risks}
    threats = [
        {"threat_object_field": name, "threat_object_type": _THREAT_OBJECTS[entity.kind]}
        for entity, name in _held(rule, query)
        if entity.kind in _THREAT_OBJECTS and name not in taken
    ]
    return [*risks, *threats]


def shown(rule: Rule, query: Query) -> list[str]:
    """The fields that identify a finding, each once: those of the entities, else the groups, else the host."""
    names = [name for _, name in _held(rule, query)] or list(query.settings.get("groups", ())) or ["host"]
    return list(dict.fromkeys(names))


def _held(rule: Rule, query: Query) -> list[tuple[Entity, str]]:
    names: Mapping[str, str] = names_of(query)
    entities = rule.alert.entities if rule.alert is not None else ()
    return [(entity, names[entity.field]) for entity in entities if entity.field in names]
