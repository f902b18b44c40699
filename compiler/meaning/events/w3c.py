"""Logs in the W3C extended format: IIS, and servers and proxies that write the same.

The format: https://www.w3.org/TR/WD-logfile.html. What IIS does with it: Microsoft, "W3C Logging" (HTTP Server API) and
"Configure Logging in IIS": times in UTC, ``-`` for no value, ``+`` for a blank inside a header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from compiler.content.model import Logsource
from compiler.meaning.events.event import Event, EventFault
from compiler.meaning.events.instants import instant

IIS = Logsource("webserver", "windows", "iis")

_HEADER = re.compile(r"(cs|sc|rs|sr)\(([^)]*)\)")
_NUMBERS = frozenset(
    (
        "sc-status",
        "sc-substatus",
        "sc-win32-status",
        "sc-bytes",
        "cs-bytes",
        "time-taken",
        "s-port",
        "c-port",
        "cs-uri-port",
    )
)
_QUOTED = re.compile(r'"[^"]*"|\S+')


def read_w3c(lines: Sequence[str]) -> Iterator[Event | EventFault]:
    """Each row as an event, in the names of the last ``#Fields:`` before it.

    ``cs(User-Agent)`` is ``cs-user-agent``, likewise every header. ``cs-uri`` is put together from stem and query where
    the log does not have it. A field whose value is ``-`` is missing.
    """
    names: list[str] = []
    headers: frozenset[str] = frozenset()
    software = date = ""
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        if line.startswith("#"):
            directive, _, rest = line[1:].partition(":")
            if directive.lower() == "fields":
                names = [_name(field) for field in rest.split()]
                headers = frozenset(_name(field) for field in rest.split() if _HEADER.fullmatch(field))
            elif directive.lower() == "software":
                software = rest.strip()
            elif directive.lower() == "date":
                date = rest.split()[0] if rest.split() else ""
            continue
        values = line.split()
        if len(values) != len(names) and '"' in line:
            values = [value.strip('"') for value in _QUOTED.findall(line)]
        if not names:
            yield EventFault(number, "a row before any #Fields: line")
        elif len(values) != len(names):
            yield EventFault(number, f"{len(values)} values for the {len(names)} fields that #Fields: names")
        else:
            fields = _fields(names, headers, values)
            when = f"{fields.get('date', date)} {fields.get('time', '')}"
            yield Event(fields, _logsources(software, names), instant(when), number)


def _name(field: str) -> str:
    header = _HEADER.fullmatch(field)
    return f"{header[1]}-{header[2].lower()}" if header else field


def _fields(names: list[str], headers: frozenset[str], values: list[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in zip(names, values, strict=True):
        if value == "-":
            continue
        if name in headers:
            fields[name] = value.replace("+", " ")
        elif name in _NUMBERS and value.isascii() and value.isdigit() and len(value) < 20:
            fields[name] = int(value)
        else:
            fields[name] = value
    if "cs-uri" not in fields and "cs-uri-stem" in fields:
        query = fields.get("cs-uri-query")
        fields["cs-uri"] = fields["cs-uri-stem"] + (f"?{query}" if query is not None else "")
    return fields


def _logsources(software: str, names: list[str]) -> tuple[Logsource, ...]:
    if "Internet Information Services" in software or "HTTP API" in software:
        return (IIS,)
    # The taxonomy's fields of a proxy, and the prefixes of the format for what only a proxy has: the remote server.
    if any(name.startswith(("c-uri", "r-", "rs-", "sr-")) for name in names):
        return (Logsource("proxy"),)
    return (IIS,) if not software and {"s-ip", "cs-uri-stem"} <= set(names) else (Logsource("webserver"),)
