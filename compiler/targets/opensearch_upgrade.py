"""What takes the monitors of an OpenSearch from one release to the next, with the settings of a SOC kept.

A monitor has no id of ours: the server gives it one, so it is found by the name that it had. A ``PUT`` replaces the
whole of it (*Alerting API, Update monitor*), so ``opensearch_static/upgrade.sh`` first reads what is there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compiler.diagnostics import UsageError

NEW, CHANGES, REMOVED = (f"upgrade/{name}.ndjson" for name in ("new", "changes", "removed"))
SCRIPT = "upgrade.sh"


def upgrade(previous: Mapping[str, bytes], monitors: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Files by path, a JSON value a line, from the release before to ``monitors``, both by paths in the package.

    A change has the ``monitor``, the name that it ``was`` found by, and that of its ``trigger``. Raises ``UsageError``
    for a file of the release before that is no monitor.
    """
    old = {path: _read(path, body) for path, body in previous.items()}
    changed = [path for path in monitors if path in old and monitors[path] != old[path]]
    return {
        NEW: [monitor for path, monitor in monitors.items() if path not in old],
        CHANGES: [
            {"monitor": monitors[path], "trigger": _trigger(old[path]), "was": old[path]["name"]} for path in changed
        ],
        REMOVED: [monitor["name"] for path, monitor in old.items() if path not in monitors],
    }


def _read(path: str, body: bytes) -> dict[str, Any]:
    try:
        monitor = json.loads(body)
        if isinstance(monitor["name"], str) and _trigger(monitor):
            return dict(monitor)
    except (ValueError, KeyError, TypeError, IndexError):
        pass
    raise UsageError(f"{path} of the previous release is no monitor")


def _trigger(monitor: Mapping[str, Any]) -> str:
    return str(monitor["triggers"][0]["query_level_trigger"]["name"])


def script() -> bytes:
    """The script that does an upgrade: Bash, curl and jq."""
    return (Path(__file__).parent / "opensearch_static" / SCRIPT).read_bytes()
