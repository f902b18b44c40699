"""The W3C extended log of IIS: the Exchange front end, and the intranet of the web farm beside it.

Field names and the ``-`` of an absent value follow W3C Extended Log File Format as IIS 10 writes it (Microsoft Learn,
"W3C Extended Log File Format (IIS)"); a space within a value is written as ``+``. The cookie field is off by default.
"""

from __future__ import annotations

from compiler.baseline.clock import moment, utc
from compiler.baseline.web import exchange_admin, intranet, noise, outlook
from compiler.baseline.web.request import Request
from compiler.baseline.world import EX01, World

FIELDS = (
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Cookie) cs(Referer) "
    "cs-host sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken"
)


def log(world: World) -> bytes:
    """The log of the days, one file after the other: each opens with its four header lines."""
    found = [
        *outlook.requests(world),
        *exchange_admin.requests(world),
        *noise.at_mail(world),
        *intranet.requests(world),
    ]
    found.sort(key=lambda request: (request.at, request.client, request.path, request.query))
    end = moment(world.days, 0)
    lines: list[str] = []
    today = ""
    for request in found:
        if request.at >= end:
            continue
        at = utc(request.at)
        # IIS starts a file at midnight of UTC, at the first request.
        if (day := f"{at:%Y-%m-%d}") != today:
            today = day
            lines += [
                "#Software: Microsoft Internet Information Services 10.0",
                "#Version: 1.0",
                f"#Date: {at:%Y-%m-%d %H:%M:%S}",
                f"#Fields: {FIELDS}",
            ]
        lines.append(_line(request))
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _line(request: Request) -> str:
    values = (
        f"{utc(request.at):%Y-%m-%d %H:%M:%S}",
        request.server or EX01.address,
        request.method,
        request.path,
        request.query,
        request.port,
        request.user,
        request.client,
        request.agent.replace(" ", "+"),
        request.cookie,
        request.referer,
        request.host,
        request.status,
        request.substatus,
        request.win32,
        request.sent,
        request.received,
        request.taken,
    )
    return " ".join(str(value) for value in values)
