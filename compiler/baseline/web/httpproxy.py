"""The HttpProxy log of the Exchange front end: each request once more, with the mailbox it was routed by.

The columns are those that ``detections/sources/exchange_httpproxy.yml`` cites. Health probes have mailboxes of their
own, and the page for logging on is asked for by nobody.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from compiler.baseline.clock import ALWAYS, MINUTE, MOBILE, OFFICE, every, moment, moments, utc
from compiler.baseline.dice import Dice
from compiler.baseline.web.noise import stranger
from compiler.baseline.web.request import DESKTOPS, IPHONE
from compiler.baseline.world import EX01, World

FIELDS = (
    "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,Protocol,UrlHost,"
    "UrlStem,ProtocolAction,AuthenticationType,IsAuthenticated,AuthenticatedUser,Organization,AnchorMailbox,UserAgent,"
    "ClientIpAddress,ServerHostName,HttpStatus,BackEndStatus,ErrorCode,Method,ProxyAction,TargetServer,"
    "TargetServerVersion,RoutingType,RoutingHint,BackEndCookie,ServerLocatorHost,ServerLocatorLatency,RequestBytes,"
    "ResponseBytes"
)
_OUTLOOK = "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)"
_PROBE = "AMProbe/Local/ClientAccess"


@dataclasses.dataclass(frozen=True, slots=True)
class _Row:
    at: int
    protocol: str
    stem: str
    user: str
    anchor: str
    agent: str
    client: str
    method: str = "POST"
    status: int = 200


def log(world: World) -> bytes:
    """The log of the days, one file after the other: each opens with its five header lines."""
    dice = world.dice("httpproxy")
    end = moment(world.days, 0)
    lines: list[str] = []
    today = ""
    for row in sorted(_rows(dice, world), key=lambda row: (row.at, row.stem, row.client)):
        if row.at >= end:
            break
        if (day := f"{utc(row.at):%Y-%m-%d}") != today:
            today = day
            lines += [
                "#Software: Microsoft Exchange Server",
                "#Version: 15.01.2507.035",
                "#Log-type: HttpProxy Logs",
                f"#Date: {_stamp(row.at)}",
                f"#Fields: {FIELDS}",
            ]
        lines.append(_line(dice, row))
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _rows(dice: Dice, world: World) -> Iterator[_Row]:
    for person in world.people:
        own = world.dice("httpproxy", person.login)
        mailbox = f"MailboxGuid~{own.guid()}"
        smtp = f"Sid~{person.sid}"
        browser = own.weigh(DESKTOPS)
        for comes, goes in world.shifts(person):
            for _ in range(own.between(5, 9)):
                at, client = comes + own.below(goes - comes), person.host.address
                if person.client == "owa":
                    stem = own.pick(("/owa/service.svc", "/owa/ev.owa2", "/owa/service.svc/s/GetFileAttachment"))
                    yield _Row(at, "Owa", stem, person.account, smtp, browser, client)
                elif person.client == "mac":
                    agent = "MacOutlook/16.89.24090815 (Intelx64 Mac OS X Version 14.6)"
                    yield _Row(at, "Ews", "/EWS/Exchange.asmx", person.account, smtp, agent, client)
                else:
                    stem = own.pick(("/mapi/emsmdb/", "/mapi/nspi/", "/EWS/Exchange.asmx", "/autodiscover/"))
                    yield _Row(at, "Mapi", stem, person.account, mailbox, _OUTLOOK, client)
        if person.phone:
            for at in moments(own, MOBILE, 3, world.days):
                agent = IPHONE if own.chance(0.2) else "Apple-iPhone14C5/2207.65"
                stem = "/Microsoft-Server-ActiveSync/default.eas"
                yield _Row(at, "Eas", stem, person.account, smtp, agent, person.home, status=own.pick((200, 200, 449)))
    yield from _machines(dice, world)


def _machines(dice: Dice, world: World) -> Iterator[_Row]:
    for number, (protocol, stem) in enumerate(
        (("Owa", "/owa/"), ("Ecp", "/ecp/"), ("Mapi", "/mapi/emsmdb/"), ("Oab", "/OAB/"), ("Eas", "/rpc/"))
    ):
        box = f"EXAMPLE\\HealthMailbox{dice.hexa(7)}"
        anchor = f"Smtp~HealthMailbox{dice.hexa(32)}@example.com"
        for at in every(dice, (55 + 8 * number) * MINUTE, world.days, MINUTE):
            yield _Row(at, protocol, stem, box, anchor, _PROBE, "127.0.0.1", dice.pick(("GET", "POST")))
    for number, at in enumerate(moments(dice, ALWAYS, 30, world.days)):
        # Whoever comes without a name gets the page for logging on and its pictures, and no mailbox.
        stem = dice.pick(("/owa/", "/owa/auth/logon.aspx", "/owa/auth/15.1.2507/themes/resources/logon.css", "/ecp/"))
        yield _Row(at, "Owa", stem, "", "", dice.weigh(DESKTOPS), stranger(number * 9 + 4), "GET",
                   302 if stem in ("/owa/", "/ecp/") else 200)  # fmt: skip
    admin = world.admin("Zeman")
    for at in moments(dice, OFFICE, 4, world.days):
        version = f"ServerVersion~{dice.pick((1941997947, 1942062522))}"
        yield _Row(at, "RemotePowerShell", "/powershell", admin.account, version, "Microsoft WinRM Client",
                   admin.host.address)  # fmt: skip


def _stamp(at: int) -> str:
    return f"{utc(at):%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"


def _line(dice: Dice, row: _Row) -> str:
    known = bool(row.user)
    back = row.status if known else ""
    values = (
        _stamp(row.at), dice.guid(), 15, 1, 2507, 35, "", row.protocol, "mail.example.com", row.stem, "",
        ("Basic" if row.protocol == "Eas" else "FBA" if row.protocol == "Owa" else "Negotiate") if known else "",
        str(known).lower(), row.user, "example.com" if known else "", row.anchor, row.agent.replace(",", ""),
        row.client, "EX01", row.status, back, "", row.method, "Proxy" if known else "", EX01.fqdn if known else "",
        "15.01.2507.000" if known else "", "CrossForest" if known else "", "MailboxGuidWithDomain" if known else "",
        f"Database~{dice.guid()}~~2026-10-14T06:00:00" if known else "", "", "", dice.between(0, 900), dice.gap(9000),
    )  # fmt: skip
    return ",".join(str(value) for value in values)
