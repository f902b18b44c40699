"""What takes the rules of a Kibana from one release to the next, with nothing changed that a SOC has set.

An import that overwrites resets what was enabled and can unlink exception lists (*Import detection rules*), so only
new rules are imported. Of a rule that changed the fields that differ are patched by ``rule_id``, and
``kibana_static/upgrade.sh`` leaves out those which the SOC has changed since. Kibana keeps a rule's type for good, so
one that is of another type is made anew, with the SOC's settings. An exception list that a rule names for the first
time is added to those that it has. A rule that is removed is the SOC's to disable.
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
NEW, CHANGES, BEFORE, RETYPED, LINKED, REMOVED = (
    f"{FOLDER}/{name}.ndjson" for name in ("new", "changes", "before", "retyped", "linked", "removed")
)
SCRIPT = "upgrade.sh"


def upgrade(previous: bytes, lines: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Files by path, each of JSON objects, from the file of the release before to the lines of this one.

    ``changes`` has bodies of ``PATCH``, ``before`` in the same order what their fields were (null: not there).
    ``linked`` has a line for each exception list that a rule did not name before; ``removed`` are bodies of ``PATCH``
    that disable. Raises ``UsageError`` for lines that are neither rules nor exceptions.
    """
    was, now = _read(previous), [*lines]
    old = {line["rule_id"]: line for line in was if "rule_id" in line}
    new = {line["rule_id"]: line for line in now if "rule_id" in line}
    known = {_key(line) for line in was if "list_id" in line}
    both = [id for id in new if id in old]
    retyped = [id for id in both if old[id]["type"] != new[id]["type"]]
    changed = {id: _changed(old[id], new[id]) for id in both if id not in retyped}
    patched = {id: keys for id, keys in changed.items() if keys}
    return {
        NEW: [
            *(rule for id, rule in new.items() if id not in old),
            *(line for line in now if "list_id" in line and _key(line) not in known),
        ],
        CHANGES: [{"rule_id": id, **{key: new[id].get(key) for key in keys}} for id, keys in patched.items()],
        BEFORE: [{"rule_id": id, **{key: old[id].get(key) for key in keys}} for id, keys in patched.items()],
        RETYPED: [new[id] for id in retyped],
        LINKED: [
            {"rule_id": id, "exceptions_list": [one]}
            for id in both
            for one in new[id].get("exceptions_list", ())
            if one["list_id"] not in {other["list_id"] for other in old[id].get("exceptions_list", ())}
        ],
        REMOVED: [{"enabled": False, "rule_id": id} for id in old if id not in new],
    }


def _key(line: Mapping[str, Any]) -> tuple[str, str]:
    """What an exception list, or an exception of one, is known by."""
    return line["list_id"], line.get("item_id", "")


def _read(previous: bytes) -> list[dict[str, Any]]:
    try:
        lines = [json.loads(line) for line in previous.decode().split("\n") if line]
    except ValueError as error:
        raise UsageError(f"the rules of the previous release cannot be read: {error}") from None
    if not all(isinstance(line, dict) and "type" in line and {"rule_id", "list_id"} & {*line} for line in lines):
        raise UsageError("the rules of the previous release have a line that is no rule of Kibana")
    return lines


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    keys = sorted({*old, *new} - SETTINGS)
    return [key for key in keys if old.get(key) != new.get(key)]


def ndjson(lines: Sequence[Any]) -> bytes:
    """One value a line, keys sorted, nothing but ASCII."""
    return "".join(f"{json.dumps(line, sort_keys=True)}\n" for line in lines).encode()


def script() -> bytes:
    """The script that does an upgrade: Bash, curl and jq."""
    return (Path(__file__).parent / "kibana_static" / SCRIPT).read_bytes()
