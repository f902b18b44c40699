"""Windows events as ``evtx_dump -o jsonl`` prints them: ``Event.System`` and ``Event.EventData``, one a line."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable

from compiler.baseline.clock import utc

_NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"


@dataclasses.dataclass(frozen=True, slots=True)
class Channel:
    """Where events are written and by whom."""

    name: str
    provider: dict[str, str]
    pid: int
    user: str | None
    computer: str


def stamp(at: int, places: int = 3) -> str:
    """A moment as ``2026-09-14T06:12:00.123``, with that many places after the second."""
    return f"{utc(at):%Y-%m-%dT%H:%M:%S}.{at % 1000 * 1000:06d}"[: 20 + places]


def event(channel: Channel, at: int, number: int, head: dict[str, object], body: object) -> dict[str, object]:
    """One event; ``head`` has at least ``EventID``, ``number`` is the record's number, ``body`` the event's data."""
    system: dict[str, object] = {"Provider": {"#attributes": channel.provider}}
    system |= {"EventID": 0, "Version": 5, "Level": 4, "Task": 0, "Opcode": 0, "Keywords": "0x8000000000000000"} | head
    system |= {
        "TimeCreated": {"#attributes": {"SystemTime": stamp(at, 6) + "Z"}},
        "EventRecordID": number,
        "Correlation": None,
        "Execution": {"#attributes": {"ProcessID": channel.pid, "ThreadID": channel.pid and channel.pid + 612}},
        "Channel": channel.name,
        "Computer": channel.computer,
        "Security": {"#attributes": {"UserID": channel.user}} if channel.user else None,
    }
    return {"Event": {"#attributes": {"xmlns": _NAMESPACE}, "System": system, "EventData": body}}


def dump(events: Iterable[dict[str, object]]) -> bytes:
    """The events as JSON lines."""
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in events).encode()
