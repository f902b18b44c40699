"""Exchange's management log: every cmdlet that administrators, the admin center, backups and Exchange itself ran.

Provider ``MSExchange CmdletLogs`` writes event 1 for a cmdlet that succeeded and 6 for one that failed to the channel
``MSExchange Management``. Its data has no names: cmdlet, parameters, user, two security identifiers, host program,
process, elapsed time and so on, in this order; ``evtx_dump`` prints them as one list under ``Data`` and ``#text``.
"""

from __future__ import annotations

from compiler.baseline.clock import DAY, HOUR, MINUTE, NIGHT, OFFICE, SECOND, every, moment, moments, utc
from compiler.baseline.dice import Dice
from compiler.baseline.windows import evtx
from compiler.baseline.world import EX01, SID, World

_CHANNEL = evtx.Channel("MSExchange Management", {"Name": "MSExchange CmdletLogs"}, 0, None, EX01.fqdn)
_SHELL, _CENTER, _SCRIPT = "ServerRemoteHost-Unknown", "Exchange Control Panel", "Windows PowerShell ISE Host"
Cmdlet = tuple[str, str]


def log(world: World) -> bytes:
    """The events of one server in the order of time."""
    found: list[tuple[int, dict[str, object], object]] = []
    dice = world.dice("exchange")
    for login, per_day, share in (("adm-zeman", 16.0, 0.5), ("adm-koch", 14.0, 0.8)):
        for at in moments(dice, OFFICE, per_day, world.days):
            host = _CENTER if dice.chance(share) else _SHELL
            person = dice.pick(world.people)
            found += [
                _entry(dice, at + number * 9 * SECOND, login, host, _everyday(dice, person.mailbox, person.name))
                for number in range(dice.between(1, 4))
            ]
    found += [_entry(dice, *item) for item in _rare(world, dice)]
    found += [_entry(dice, *item) for item in _machines(world, dice)]
    found.sort(key=lambda item: item[0])
    end = moment(world.days, 0)
    return evtx.dump(
        evtx.event(_CHANNEL, at, 88_214 + number, head, body)
        for number, (at, head, body) in enumerate(found)
        if at < end
    )


def _entry(dice: Dice, at: int, login: str, host: str, cmdlet: Cmdlet) -> tuple[int, dict[str, object], object]:
    name, parameters = cmdlet
    failed = dice.chance(0.03)
    sid = "S-1-5-18" if login.startswith("NT ") else f"{SID}-{1600 + sum(login.encode()) % 90}"
    user = login if login.startswith("NT ") else f"example.com/Admins/{login}"
    took = f"00:00:0{dice.below(4)}.{dice.between(1000000, 9999999)}"
    error = (
        "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException: The operation couldn't be performed."
        if failed
        else ""
    )
    values = [
        name,
        parameters,
        user,
        sid,
        sid,
        host,
        f"{dice.between(900, 9000)} w3wp#MSExchangePowerShellAppPool",
        "",
        str(dice.between(20, 90)),
        took,
    ]
    values += [
        (
            "View Entire Forest: 'False', Default Scope: 'example.com', Configuration Domain "
            "Controller: 'dc01.example.com'"
        ),
        error,
        "3" if failed else "0",
        "",
        "False",
        "",
    ]
    head: dict[str, object] = {
        "EventID": {"#attributes": {"Qualifiers": 49152 if failed else 16384}, "#text": 6 if failed else 1}
    }
    head |= {"Version": 0, "Level": 2 if failed else 4, "Task": 1, "Keywords": "0x80000000000000"}
    return at, head, {"Data": {"#text": values}}


def _everyday(dice: Dice, mailbox: str, name: str) -> Cmdlet:
    """What the help desk and the administrator do many times a day; most of it only looks."""
    return dice.weigh(
        (
            (("Get-Mailbox", f'-Identity "{mailbox}"'), 8),
            (("Get-Mailbox", '-ResultSize "Unlimited" -Filter "RecipientTypeDetails -eq \'SharedMailbox\'"'), 2),
            (("Get-MailboxStatistics", f'-Identity "{mailbox}"'), 5),
            (("Get-Recipient", f'-Anr "{name.split()[1]}" -ResultSize "500"'), 5),
            (("Get-MailboxPermission", f'-Identity "{mailbox}"'), 2),
            (("Get-Queue", f'-Server "{EX01.name}"'), 2),
            (
                ("Get-MessageTrackingLog", f'-Sender "{mailbox}" -Start "09/14/2026 06:00:00" -ResultSize "Unlimited"'),
                2,
            ),
            (("Get-MobileDeviceStatistics", f'-Mailbox "{mailbox}"'), 2),
            (("Get-OwaVirtualDirectory", "-ADPropertiesOnly"), 1),
            (("Get-OabVirtualDirectory", f'-Server "{EX01.name}"'), 1),
            (("Get-MailboxExportRequest", '-Status "InProgress"'), 0.5),
            (("Get-ExchangeServer", ""), 1),
            (("Get-ManagementRoleAssignment", f'-RoleAssignee "{name}"'), 0.5),
            (("Set-Mailbox", f'-Identity "{mailbox}" -IssueWarningQuota "4.5 GB (4,831,838,208 bytes)"'), 2),
            (("Set-CASMailbox", f'-Identity "{mailbox}" -ActiveSyncEnabled "True"'), 1),
            (
                (
                    "Set-MailboxAutoReplyConfiguration",
                    (
                        f'-Identity "{mailbox}" -AutoReplyState "Enabled" -ExternalMessage "<p>I am away until '
                        'Monday.</p>"'
                    ),
                ),
                1,
            ),
            (
                (
                    "Add-MailboxPermission",
                    f'-Identity "room-2@example.com" -User "{mailbox}" -AccessRights "FullAccess"',
                ),
                1,
            ),
            (("Add-DistributionGroupMember", f'-Identity "All Plant" -Member "{mailbox}"'), 1),
            (
                (
                    "Remove-MobileDevice",
                    (
                        f'-Identity "{mailbox}\\ExchangeActiveSyncDevices\\iPhone§{dice.token(26).upper()}" '
                        '-Confirm "False"'
                    ),
                ),
                0.4,
            ),
            (("Set-User", f'-Identity "{mailbox}" -Office "B2.14"'), 1),
            (("New-DistributionGroup", '-Name "Project Gear" -Type "Distribution"'), 0.3),
            (
                ("Search-Mailbox", f'-Identity "{mailbox}" -SearchQuery "subject:invoice" -EstimateResultOnly "True"'),
                0.2,
            ),
        )
    )


# Day, hour, where it was run, cmdlet, parameters: what happens once or twice a week, and looks like an intrusion to a
# rule that reads only the cmdlet's name.
_PLAN = (
    (
        1,
        10,
        _CENTER,
        "Set-OwaVirtualDirectory",
        (
            '-Identity "EX01\\owa (Default Web Site)" -ExternalUrl "https://mail.example.com/owa" '
            '-LogonFormat "UserName"'
        ),
    ),
    (
        1,
        10,
        _CENTER,
        "Set-OabVirtualDirectory",
        (
            '-Identity "EX01\\OAB (Default Web Site)" -ExternalUrl "https://mail.example.com/OAB" -InternalUrl '
            '"https://mail.example.com/OAB" -PollInterval "480"'
        ),
    ),
    (
        3,
        15,
        _CENTER,
        "Set-WebServicesVirtualDirectory",
        '-Identity "EX01\\EWS (Default Web Site)" -ExternalUrl "https://mail.example.com/EWS/Exchange.asmx"',
    ),
    (3, 15, _SHELL, "Set-EcpVirtualDirectory", '-Identity "EX02\\ecp (Default Web Site)" -AdminEnabled "False"'),
    (
        2,
        9,
        _SHELL,
        "New-ManagementRoleAssignment",
        '-Role "Mailbox Import Export" -SecurityGroup "Legal Discovery"',
    ),
    (
        2,
        16,
        _SHELL,
        "Remove-MailboxExportRequest",
        '-Identity "{leaver}@example.com\\Hold 2026-114" -Confirm "False"',
    ),
    (
        2,
        9,
        _SHELL,
        "New-MailboxExportRequest",
        (
            '-Name "Hold 2026-114" -Mailbox "{leaver}@example.com" -FilePath "\\\\fs01\\legal$\\2026-114\\'
            '{leaver}.pst" -BatchName "Hold 2026-114"'
        ),
    ),
    (
        4,
        11,
        _SHELL,
        "New-MailboxSearch",
        (
            '-Name "Claim 77" -SourceMailboxes "{leaver}@example.com" -TargetMailbox "{lawyer}@example.com" '
            '-SearchQuery "bearing AND claim"'
        ),
    ),
    (0, 14, _SHELL, "Set-TransportAgent", '-Identity "Malware Agent" -Priority "5"'),
    (
        0,
        13,
        _SHELL,
        "New-TransportRule",
        (
            '-Name "External banner" -FromScope "NotInOrganization" -ApplyHtmlDisclaimerText "<div '
            "style='color:#888'>This mail came from outside.</div>\""
        ),
    ),
    (
        4,
        9,
        _SHELL,
        "Enable-ExchangeCertificate",
        '-Server "ex01" -Thumbprint "{thumbprint}" -Services "IIS, SMTP"',
    ),
    (4, 15, _CENTER, "Add-RoleGroupMember", '-Identity "Recipient Management" -Member "adm-koch"'),
    (
        2,
        21,
        _SHELL,
        "Set-ServerComponentState",
        ('-Identity "EX01" -Component "ServerWideOffline" -State "Inactive" -Requester "Maintenance"'),
    ),
    (
        2,
        23,
        _SHELL,
        "Set-ServerComponentState",
        '-Identity "EX01" -Component "ServerWideOffline" -State "Active" -Requester "Maintenance"',
    ),
    (
        3,
        10,
        _CENTER,
        "New-InboxRule",
        ('-Mailbox "info@example.com" -Name "Offers" -SubjectContainsWords "offer" -MoveToFolder "info:\\Offers"'),
    ),
)


def _rare(world: World, dice: Dice) -> list[tuple[int, str, str, Cmdlet]]:
    """The week's plan, with this week's people in it."""
    thumbprint = dice.hexa(40).upper()
    names = {"lawyer": world.staff("legal")[0].login, "leaver": world.staff("sales")[3].login, "thumbprint": thumbprint}
    return [
        (moment(day, hour, dice.below(59), dice.below(59)), "adm-zeman", host, (cmdlet, text.format(**names)))
        for day, hour, host, cmdlet, text in _PLAN
        if day < world.days
    ]


def _machines(world: World, dice: Dice) -> list[tuple[int, str, str, Cmdlet]]:
    """The nightly report, the backup, and the server's own maintenance, which runs as the system."""
    found: list[tuple[int, str, str, Cmdlet]] = []
    report = (
        ("Get-MailboxDatabase", '-Status "True"'),
        ("Get-MailboxStatistics", '-Database "DB01"'),
        ("Get-Mailbox", '-ResultSize "Unlimited"'),
    )
    for at in every(dice, 24 * HOUR, world.days):
        found += [(at + number * MINUTE, "svc-mailreport", _SCRIPT, cmdlet) for number, cmdlet in enumerate(report)]
    copies = ("Get-MailboxDatabaseCopyStatus", f'-Server "{EX01.name}"')
    found += [(at, "svc-backup", _SCRIPT, copies) for at in moments(dice, NIGHT, 2, world.days)]
    host = "Microsoft.Exchange.ServiceHost"
    book = ("Update-OfflineAddressBook", '-Identity "\\Default Offline Address Book"')
    found += [(at, f"NT AUTHORITY\\SYSTEM ({host})", host, book) for at in every(dice, 8 * HOUR, world.days, HOUR)]
    for at in every(dice, 24 * HOUR, world.days, DAY // 100):
        mailbox = world.people[at % len(world.people)].mailbox
        picture = f'-Identity "{mailbox}" -Picture "True" -Path "D:\\Reports\\{utc(at):%Y-%m}"'
        found.append((at, "svc-archive", _SCRIPT, ("Export-RecipientDataProperty", picture)))
    return found
