r"""Access logs of Squid: its native format, and the longer one with user agent and host header that Elastic reads.

Squid, "Squid Log Files", access.log native format: ``time.ms elapsed client code/status bytes method URL user
hierarchy/peer type``. The longer: elastic/integrations packages/squid, which gives the ``logformat`` line; sizes, ports
and the version of HTTP are between the same columns, and headers in quotes at its end.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator, Sequence
from typing import Any

from compiler.content.model import Logsource
from compiler.meaning.events.event import Event, EventFault
from compiler.meaning.events.instants import instant

PROXY = (Logsource("proxy", "squid"),)

LINE = re.compile(
    r"(?P<time>\d{9,11}\.\d{3}) +\d{1,10} (?P<client>\S{1,255})(?: (?P<port>\d{1,5}))? "
    r"(?P<code>[A-Z_]{3,40})/(?P<status>\d{3}) (?P<bytes>\d{1,19})(?: (?:\d{1,19}|-)){0,4} "
    r"(?P<method>[A-Z_-]{1,32}) (?P<url>\S+)(?: \d\.\d)? (?P<user>\S+) "
    r"[A-Z_]{3,40}/(?P<peer>\S+)(?: (?:\d{1,5}|-))? (?P<type>\S+)"
    r'(?: \S+ \S+ "(?P<referer>[^"]*)" "(?P<agent>[^"]*)" "(?P<host>[^"]*)".*)?'
)


def read_squid(lines: Sequence[str]) -> Iterator[Event | EventFault]:
    """Each line as an event in the taxonomy's names for proxies; a field whose value is ``-`` is missing.

    ``c-uri``, and ``cs-uri``, is what the client asked for: a URL, of a CONNECT a host and port. ``dst_ip`` is the
    address of the peer.
    """
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        match = LINE.fullmatch(line)
        if match is None:
            yield EventFault(number, "no line of Squid's access log")
            continue
        yield Event(_fields(match), PROXY, instant(match["time"]), number)


def _fields(match: re.Match[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "src_ip": match["client"],
        "cs-method": match["method"],
        "c-uri": match["url"],
        "cs-uri": match["url"],
        "cs-username": match["user"],
        "sc-status": int(match["status"]),
        "sc-bytes": int(match["bytes"]),
        "dst_ip": match["peer"],
        "rs-content-type": match["type"],
        "cs-referrer": match["referer"],
        "c-useragent": match["agent"],
        "cs-host": match["host"],
        **_parts(match["url"]),
    }
    return {name: value for name, value in fields.items() if value not in (None, "-")}


def _parts(url: str) -> dict[str, Any]:
    if "://" not in url:
        return {}
    path, mark, query = url.split("://", 1)[1].partition("?")
    stem = "/" + path.partition("/")[2] if "/" in path else "/"
    name = urllib.parse.unquote(stem).rpartition("/")[2]
    return {
        "c-uri-stem": stem,
        "c-uri-query": query if mark else None,
        "cs-uri-stem": stem,
        "cs-uri-query": query if mark else None,
        "c-uri-extension": name.rpartition(".")[2] if "." in name else None,
    }
