"""Records in ArcSight's Common Event Format (CEF), which packet filters and gateways of most vendors write.

"ArcSight Common Event Format (CEF) Implementation Standard", version 25: seven fields between bars, in which a
backslash escapes a bar and itself, then an extension of ``key=value`` pairs whose values may hold blanks, and in which
a backslash escapes the equals sign and itself. A header of syslog may stand before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from compiler.content.model import Logsource
from compiler.meaning.events.event import Event, EventFault
from compiler.meaning.events.instants import instant

LINE = re.compile(r"(?:[^|]{0,160} )?CEF:\d+\|(?:[^|\\]|\\.){0,255}\|.*")
FIREWALL = (Logsource("firewall"),)

_HEADER = re.compile(r"CEF:\d+\|" + r"((?:[^|\\]|\\.)*)\|" * 6)
_HEADS = ("device_vendor", "device_product", "device_version", "signature_id", "name", "severity")
_KEY = re.compile(r"(?<!\S)([A-Za-z0-9_.]{1,64})=")
_NAMES = {
    "act": "action",
    "src": "src_ip",
    "spt": "src_port",
    "dst": "dst_ip",
    "dpt": "dst_port",
    "suser": "username",
}
"""What rules for packet filters call the keys; the taxonomy names the log source and leaves its fields open."""
_PORTS = frozenset(("spt", "dpt"))


def read_cef(lines: Sequence[str]) -> Iterator[Event | EventFault]:
    """Each record as an event: its pairs under their own keys, and those that rules ask for under their names.

    Its time is ``rt``, milliseconds since 1970. A record that names both ends is one of a packet filter.
    """
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        header = _HEADER.search(line)
        if header is None:
            yield EventFault(number, "no record of CEF")
            continue
        pairs = dict(_pairs(line[header.end() :]))
        fields: dict[str, Any] = dict(zip(_HEADS, map(_plain, header.groups()), strict=True))
        for key, value in pairs.items():
            fields[key] = int(value) if key in _PORTS and value.isascii() and value.isdigit() else value
        fields |= {ours: fields[theirs] for theirs, ours in _NAMES.items() if theirs in fields}
        received = pairs.get("rt", "")
        yield Event(fields, FIREWALL if {"src", "dst"} <= set(pairs) else (), instant(received), number)


def _pairs(extension: str) -> Iterator[tuple[str, str]]:
    # A value ends where the next key begins: what is written before an equals sign that nothing escapes.
    keys = [*_KEY.finditer(extension)]
    ends = [key.start() for key in keys[1:]] + [len(extension)]
    for key, end in zip(keys, ends, strict=True):
        yield key[1], _plain(extension[key.end() : end].strip())


def _plain(value: str) -> str:
    return re.sub(r"\\([\\|=])", r"\1", value)
