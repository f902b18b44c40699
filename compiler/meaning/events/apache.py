r"""Access logs in the common and combined formats: Apache httpd, nginx, and all that write like them.

Apache HTTP Server 2.4, mod_log_config, "Custom Log Formats" and "Security Considerations": quotes and backslashes
inside a quoted string are escaped by a backslash, white space in C's notation, other unprintable bytes as ``\xhh``;
nginx, ngx_http_log_module, ``log_format``, writes ``\xHH`` for all of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from compiler.content.model import Logsource
from compiler.meaning.events.event import Event, EventFault
from compiler.meaning.events.instants import instant

# The format is the same for both servers, so an event is of either.
ACCESS = (Logsource("webserver", "linux", "apache"), Logsource("webserver", "linux", "nginx"))

_QUOTED = r'"((?:[^"\\]|\\.)*+)"'
LINE = re.compile(
    r"(?:(?P<vhost>[^\s:]{1,255}|\[[^\]\s]{1,45}\]):(?P<port>\d{1,5}) )?"
    r"(?P<client>\S+) (?P<ident>\S+) (?P<user>\S(?:.{0,255}?\S)?) "
    r"\[(?P<time>\d\d/[A-Za-z]{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "
    + _QUOTED.replace("(", "(?P<request>", 1)
    + r" (?P<status>\d{3}|-) (?P<bytes>\d{1,19}|-)(?: "
    + _QUOTED.replace("(", "(?P<referer>", 1)
    + " "
    + _QUOTED.replace("(", "(?P<agent>", 1)
    + r")?(?: .*)?"
)
_REQUEST = re.compile(r"(?P<method>[!#$%&'*+.^_`|~0-9A-Za-z-]+) (?P<uri>\S.*?)(?: (?P<version>HTTP/\d\S*))?", re.DOTALL)
_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_WHITE = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"f": b"\f", b"v": b"\v", b"a": b"\a"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def read_apache(lines: Sequence[str]) -> Iterator[Event | EventFault]:
    """Each line as an event in the taxonomy's names for web servers; a field whose value is ``-`` is missing.

    A request that is no HTTP (a scanner's bytes, a timeout) has no ``cs-method`` and no ``cs-uri``; what came is its
    ``request``.
    """
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        match = LINE.fullmatch(line)
        if match is None:
            yield EventFault(number, "no line of the common or combined log format")
            continue
        fields = _fields(match)
        yield Event(fields, ACCESS, instant(_iso(match["time"])), number)


def _fields(match: re.Match[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "c-ip": match["client"],
        "cs-host": match["vhost"],
        "s-port": int(match["port"]) if match["port"] else None,
        "cs-username": _text(match["user"]),
        "sc-status": _number(match["status"]),
        "sc-bytes": _number(match["bytes"]),
        "cs-referer": _text(match["referer"]),
        "cs-user-agent": _text(match["agent"]),
        **_request(match["request"]),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _request(quoted: str) -> dict[str, Any]:
    request = _text(quoted)
    if request is None:
        return {}
    match = _REQUEST.fullmatch(request)
    if match is None:
        return {"request": request}
    stem, mark, query = match["uri"].partition("?")
    return {
        "cs-method": match["method"],
        "cs-uri": match["uri"],
        "cs-uri-stem": stem,
        "cs-uri-query": query if mark else None,
        "cs-version": match["version"],
    }


def _text(quoted: str | None) -> str | None:
    if quoted is None or quoted == "-":
        return None
    if "\\" not in quoted:
        return quoted
    return _ESCAPE.sub(_byte, quoted.encode()).decode("utf-8", "replace")


def _byte(match: re.Match[bytes]) -> bytes:
    if match[1]:
        return bytes.fromhex(match[1].decode())
    return _WHITE.get(match[2], match[2])


def _number(digits: str) -> int | None:
    return None if digits == "-" else int(digits)


def _iso(time: str) -> str:
    day, month, rest = time.split("/")
    year, clock = rest.split(":", 1)
    moment, zone = clock.split(" ")
    number = _MONTHS.index(month) + 1 if month in _MONTHS else 0
    return f"{year}-{number:02}-{day}T{moment}{zone}"
