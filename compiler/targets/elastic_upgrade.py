"""What takes the rules of a Kibana from one release to the next, with nothing changed that a SOC has set.

An import that overwrites resets what was enabled and can unlink exception lists (*Import detection rules*), so only
new rules are imported. Of a rule that changed the fields that differ are patched by ``rule_id``, and
``kibana_static/upgrade.sh`` leaves out those which the SOC has changed since. Kibana keeps a rule's type for good, so
one that is of another type is made anew, with the SOC's settings. A rule that is removed is the SOC's to disable.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from compiler.diagnostics import UsageError

SETTINGS = frozenset(
    {
        "actions",
        "alert_suppression",
        "building_block_type",
        "enabled",
        "exceptions_list",
        "interval",
        "investigation_fields",
        "max_signals",
        "tags",
        "timeline_id",
        "timeline_title",
    }
)
"""Keys that are the SOC's once a rule is imported: no patch has them."""
FOLDER = "upgrade"
NEW, CHANGES, BEFORE, RETYPED, REMOVED = (
    f"{FOLDER}/{name}.ndjson" for name in ("new", "changes", "before", "retyped", "removed")
)
SCRIPT = "upgrade.sh"


def upgrade(previous: bytes, rules: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Files by path, each of JSON objects, from the rules of the release before (as NDJSON) to those of this one.

    ``changes`` has bodies of ``PATCH``, ``before`` in the same order what their fields were (null: not there).
    ``removed`` are bodies of ``PATCH`` that disable. Raises ``UsageError`` for lines that are no rules.
    """
    old = {rule["rule_id"]: rule for rule in _read(previous)}
    new = {rule["rule_id"]: rule for rule in rules}
    both = [id for id in new if id in old]
    retyped = [id for id in both if old[id]["type"] != new[id]["type"]]
    changed = {id: _changed(old[id], new[id]) for id in both if id not in retyped}
    patched = {id: keys for id, keys in changed.items() if keys}
    return {
        NEW: [rule for id, rule in new.items() if id not in old],
        CHANGES: [{"rule_id": id, **{key: new[id].get(key) for key in keys}} for id, keys in patched.items()],
        BEFORE: [{"rule_id": id, **{key: old[id].get(key) for key in keys}} for id, keys in patched.items()],
        RETYPED: [new[id] for id in retyped],
        REMOVED: [{"enabled": False, "rule_id": id} for id in old if id not in new],
    }


def _read(previous: bytes) -> list[dict[str, Any]]:
    try:
        rules = [json.loads(line) for line in previous.decode().split("\n") if line]
    except ValueError as error:
        raise UsageError(f"the rules of the previous release cannot be read: {error}") from None
    if not all(isinstance(rule, dict) and {"rule_id", "type"} <= set(rule) for rule in rules):
        raise UsageError("the rules of the previous release have a line that is no rule of Kibana")
    return rules


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    keys = sorted({*old, *new} - SETTINGS)
    return [key for key in keys if old.get(key) != new.get(key)]


def ndjson(lines: Sequence[Any]) -> bytes:
    """One value a line, keys sorted, nothing but ASCII."""
    return "".join(f"{json.dumps(line, sort_keys=True)}\n" for line in lines).encode()


def script() -> bytes:
    """The script that does an upgrade: Bash, curl and jq."""
    return (Path(__file__).parent / "kibana_static" / SCRIPT).read_bytes()
