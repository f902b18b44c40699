"""How an alert of OpenSearch is told: the action of a monitor, its subject and message as Mustache over what was found.

Facts: *Actions*, *Triggers* and the *Notifications API* of OpenSearch's documentation (``ctx.results.0`` is the answer
of the search, a channel may be given an id); Script of OpenSearch 3 (``content_type``, by which values are escaped).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from compiler.content.model import AlertKind, Rule
from compiler.targets.labels import level_of, text, texts
from compiler.targets.target import Query

CHANNEL = "tocsin"
"""The id of the channel that a SOC makes once, for all monitors."""
SHOWN = 10
"""Events that a message can show."""
_ANSWER = "ctx.results.0"


def actions(rule: Rule, query: Query) -> list[dict[str, Any]]:
    """What the trigger of a monitor does: one message to the channel, none for what only a correlation joins.

    It is never throttled: OpenSearch would hold back the alerts of all hosts, not of the one that was told.
    """
    if rule.alert is None or rule.alert.kind is AlertKind.BUILDING_BLOCK:
        return []
    fires = query.settings.get("fires")
    found = f"{_ANSWER}.aggregations.{fires}.value" if fires else f"{_ANSWER}.hits.hits"
    values = _of_groups(rule) if fires else _of_events(query)
    subject = f"[{level_of(rule)}] {_filled(rule.alert.title, values, f'{found}.0.')}"
    return [
        {
            "name": "Tell",
            "destination_id": CHANNEL,
            "subject_template": _template(subject),
            "message_template": _template(_message(rule, found, values, "" if fires else "  {{_index}} {{_id}}")),
            "throttle_enabled": False,
        }
    ]


def _message(rule: Rule, found: str, values: Mapping[str, Sequence[str]], place: str) -> str:
    """What happened, event by event or group by group; why it matters; what to do; what is benign."""
    alert = rule.alert
    if alert is None:
        raise ValueError(f"{rule.name} tells no alert")
    entities = "; ".join(f"{one.kind}: {_filled(f'{{{one.field}}}', values, '')}" for one in alert.entities)
    listed = [f"{{{{#{found}}}}}", f"- {_filled(alert.title, values, '')}", f"  {entities}{place}", f"{{{{/{found}}}}}"]
    parts = {
        "": listed,
        "Why it matters": [_plain(text(rule, "description"))],
        "What to look at next": [f"{number}. {_plain(step)}" for number, step in enumerate(rule.triage, start=1)],
        "What is benign": [f"- {_plain(words)}" for words in texts(rule, "falsepositives")],
        "Rule": [f"{rule.name} {rule.id}"],
    }
    return "\n\n".join(
        "\n".join([f"{head}:", *lines] if head else lines) for head, lines in parts.items() if any(lines)
    )


def _of_events(query: Query) -> dict[str, Sequence[str]]:
    """By Sigma field the paths in an event, of which it has one in the shape in which it arrived."""
    return {field: [f"_source.{name}" for name in names] for field, names in query.returned.items()}


def _of_groups(rule: Rule) -> dict[str, Sequence[str]]:
    """By field of the group its path in a firing, which is a list: id, time, and the values of the group."""
    groups = rule.body["correlation"].get("group-by") or ()
    return {name: [f"2.{number}"] for number, name in enumerate([groups] if isinstance(groups, str) else groups)}


def _filled(words: str, values: Mapping[str, Sequence[str]], prefix: str) -> str:
    """Words with fields in braces, as a template with their values."""
    parts = re.split(r"\{([^{}]+)\}", " ".join(words.split()))
    told = (
        _value([prefix + path for path in values.get(part, ())], part) if number % 2 else _apart(part)
        for number, part in enumerate(parts)
    )
    return "".join(told)


def _value(paths: Sequence[str], field: str) -> str:
    """The first of the paths at which there is a value."""
    if not paths:
        return _plain(f"({field} not kept)")
    first, *others = paths
    rest = f"{{{{^{first}}}}}{_value(others, field)}{{{{/{first}}}}}" if others else ""
    return f"{{{{{first}}}}}{rest}"


def _plain(words: str) -> str:
    """Words on one line in which Mustache finds no tag."""
    return _apart(" ".join(words.split()))


def _apart(words: str) -> str:
    """Words in which no brace stands beside another, nor beside one that comes before or after."""
    return re.sub(r"\{(?=\{|$)", "{ ", re.sub(r"(?:(?<=\})|^)\}", " }", words))


def _template(source: str) -> dict[str, Any]:
    # As text: without this each backslash of a path is written twice, for a message in JSON.
    return {"lang": "mustache", "source": source, "options": {"content_type": "text/plain"}}
