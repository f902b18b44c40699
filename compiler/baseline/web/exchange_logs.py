"""Two logs that Exchange keeps below its folder ``Logging``: of the admin center's server, and of the address book.

Columns and directives are those that ``detections/sources/exchange_ecp.yml`` and its neighbour cite. In the admin
center people set their rules and out-of-office notes, administrators edit mailboxes and, seldom, virtual directories.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.baseline.clock import HOUR, MINUTE, OFFICE, SECOND, every, moment, moments, utc
from compiler.baseline.dice import Dice
from compiler.baseline.world import EX01, World

_OWN = (
    ("Get-InboxRule", "/ecp/RulesEditor/InboxRules.svc/GetList"),
    ("New-InboxRule", "/ecp/RulesEditor/InboxRules.svc/NewObject"),
    ("Set-MailboxAutoReplyConfiguration", "/ecp/Organize/AutomaticReplies.svc/SetObject"),
    ("Get-MailboxRegionalConfiguration", "/ecp/Customize/RegionalSettings.svc/GetObject"),
    ("Get-MobileDeviceStatistics", "/ecp/PersonalSettings/MobileDevices.svc/GetList"),
    ("Get-MessageTrackingReport", "/ecp/Reporting/DeliveryReports.svc/GetObject"),
    ("Set-Mailbox", "/ecp/PersonalSettings/Account.svc/SetObject"),
)
_ADMIN = (
    ("Get-Mailbox", "/ecp/UsersGroups/Mailboxes.svc/GetList"),
    ("Set-Mailbox", "/ecp/UsersGroups/Mailboxes.svc/SetObject"),
    ("New-Mailbox", "/ecp/UsersGroups/NewMailbox.svc/NewObject"),
    ("Add-DistributionGroupMember", "/ecp/UsersGroups/DistributionGroups.svc/SetObject"),
    ("Get-OwaVirtualDirectory", "/ecp/DDI/DDIService.svc/GetList?schema=VirtualDirectory"),
    ("Get-OabVirtualDirectory", "/ecp/DDI/DDIService.svc/GetObject?schema=OABVirtualDirectory"),
    ("Get-ReceiveConnector", "/ecp/DDI/DDIService.svc/GetList?schema=ReceiveConnector"),
    ("Remove-MobileDevice", "/ecp/UsersGroups/MobileDevices.svc/RemoveObjects"),
)
_FOLDER = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\ClientAccess\\OAB\\"
Row = tuple[int, str]


def ecp(world: World) -> bytes:
    """The admin center's server log, one file after the other: each opens with its five header lines."""
    head = (
        "#Version: 15.0.0.0",
        "#Log-type: ECP Server Log",
        "#Date: {at}",
        "#Fields: TimeStamp,ServerName,EventId,EventData",
    )
    return _dump(world, head, _requests(world))


def oabgenerator(world: World) -> bytes:
    """The log of the generation of the address book, whose columns nobody has published."""
    return _dump(world, ("#Log-type: OAB Generator Log",), _generations(world))


def _dump(world: World, head: tuple[str, ...], rows: Iterator[Row]) -> bytes:
    lines: list[str] = []
    today = ""
    for at, row in sorted(rows):
        if at >= moment(world.days, 0):
            break
        stamp = f"{utc(at):%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"
        if stamp[:10] != today:
            today = stamp[:10]
            lines += ["#Software: Microsoft Exchange Server", *(one.replace("{at}", stamp) for one in head)]
        lines.append(f"{stamp},{EX01.name.upper()},{row}")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _requests(world: World) -> Iterator[Row]:
    for person in world.people:
        dice = world.dice("ecp", person.login)
        for at in moments(dice, OFFICE, 2.2, world.days):
            yield at, _request(dice, *dice.pick(_OWN))
    dice = world.dice("ecp", "admin")
    for at in moments(dice, OFFICE, 14, world.days):
        yield at, _request(dice, *dice.pick(_ADMIN))
    for at in every(dice, 2 * HOUR, world.days, MINUTE):
        yield (
            at,
            f"ECP.Activity,S:LT={dice.between(1, 40)};S:URL=/ecp/exhealth.check;S:BLD=15.1.2507.35;I:RT={dice.gap(90)}",
        )
    at = moment(min(2, world.days - 1), 10, dice.below(59))
    # A new name for the address book's address: the same cmdlet as in an attack, and the address is the company's.
    address = "https://mail.example.com/OAB"
    command = f"Set-OabVirtualDirectory.ExternalUrl=''{address}'''"
    yield (
        at,
        f"ECP.Request,S:TIME={dice.gap(300)};S:CMD={command};S:URL=/ecp/DDI/DDIService.svc/SetObject;S:EX=;S:BLD=15.1.2507.35",
    )


def _request(dice: Dice, command: str, url: str) -> str:
    fault = "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException" if dice.chance(0.04) else ""
    return f"ECP.Request,S:TIME={dice.gap(120)};S:CMD={command};S:URL={url};S:EX={fault};S:BLD=15.1.2507.35"


def _generations(world: World) -> Iterator[Row]:
    dice = world.dice("oabgenerator")
    for at in every(dice, 8 * HOUR, world.days, 5 * MINUTE):
        name = dice.guid()
        when = at
        yield when, f"OABGenerator,Begin generation of offline address book \\Default Offline Address Book, {name}"
        for part in dice.some(
            ("details template 407", "details template 409", "PDNINDEX", "browse", "manifest", "photo"), 5
        ):
            when += dice.gap(9 * SECOND)
            yield (
                when,
                f"OABFileWriter,Wrote {part} {dice.between(900, 90000)} bytes to {_FOLDER}Temp\\{dice.hexa(8)}.tmp",
            )
            when += dice.gap(SECOND)
            kind = dice.pick(
                (f"data-{dice.between(1, 90)}", f"binpatch-{dice.between(1, 90)}", "lng0407-1", "mac0407-1")
            )
            yield when, f"OABFileDistribution,Copied {_FOLDER}{name}\\{dice.hexa(8)}-{kind}.lzx"
        if dice.chance(0.3):
            text = f"Download failed and temporary file {_FOLDER}Temp\\{dice.hexa(8)}.tmp needs to be removed."
            yield when + SECOND, f"OABGenerator,{text}"
        yield (
            when + 2 * SECOND,
            f"OABGenerator,Finished generation {name} in {dice.between(3, 90)} s, {dice.between(36, 48)} recipients",
        )
        for _ in range(dice.between(6, 11)):
            when += dice.gap(30 * MINUTE)
            target = dice.pick(
                ("oab.xml", f"{dice.hexa(8)}-data-{dice.between(1, 90)}.lzx", f"{dice.hexa(8)}-lng0407-1.lzx")
            )
            yield when, f"OABRequestHandler,Request for {target} by Smtp~HealthMailbox{dice.hexa(6)}@example.com served"
