"""The combined log of the public web host (Apache 2.4, ``%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"``).

The format is that of ``mod_log_config``, "Custom Log Formats", with the escapes of its security note; the time is the
office's own.
"""

from __future__ import annotations

from compiler.baseline.clock import MONTHS, moment, wall
from compiler.baseline.web import apps, cms, noise
from compiler.baseline.web.request import Request
from compiler.baseline.world import World


def log(world: World) -> bytes:
    """The log of the days in the order of time."""
    found = [*cms.requests(world), *apps.requests(world), *noise.at_site(world)]
    found.sort(key=lambda request: (request.at, request.client, request.path, request.query))
    end = moment(world.days, 0)
    return "".join(f"{line(request)}\n" for request in found if request.at < end).encode("ascii")


def line(request: Request) -> str:
    """The request as the combined format has it."""
    at = wall(request.at)
    time = f"{at.day:02d}/{MONTHS[at.month - 1]}/{at:%Y:%H:%M:%S} +0200"
    target = request.path if request.query == "-" else f"{request.path}?{request.query}"
    # What is no HTTP at all (a TLS greeting on the plain port) has neither target nor version.
    line = f"{request.method} {target} HTTP/1.1" if target.strip("?") else request.method
    sent = request.sent or "-"
    return (
        f'{request.client} - {request.user} [{time}] "{line}" {request.status} {sent} '
        f'"{request.referer}" "{request.agent}"'
    )
