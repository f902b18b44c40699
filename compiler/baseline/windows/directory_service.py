"""The Security log of two domain controllers, as ``evtx_dump`` prints it: tickets, logons, accounts, policies.

Field names and codes follow Microsoft Learn, "Advanced security audit policy", one page an event (4768 and its
neighbours). What looks bad and is not: a phone with an old password, a service whose password has changed and that
tries twice a minute, the scanner that tries to log on, a mailbox that the admin center of Exchange makes together with
its user under the account of the server.
"""

from __future__ import annotations

from compiler.baseline.clock import ALWAYS, HOUR, MINUTE, MOBILE, OFFICE, SECOND, every, moment, moments
from compiler.baseline.dice import Dice
from compiler.baseline.windows import evtx
from compiler.baseline.world import DC01, DC02, EX01, EX02, FS01, SCANNER, SID, WEB02, Host, Person, World

_PROVIDER = {"Name": "Microsoft-Windows-Security-Auditing", "Guid": "54849625-5478-4994-A5BA-3E3B0328C30D"}
_TASKS = {
    4624: 12544, 4625: 12544, 4634: 12545, 4648: 12544, 4672: 12548, 4720: 13824, 4722: 13824, 4723: 13824, 4724: 13824,
    4728: 13826, 4732: 13826, 4738: 13824, 4740: 13824, 4756: 13826, 4768: 14339, 4769: 14337, 4771: 14339, 4776: 14336,
    5136: 14081,
}  # fmt: skip
_NOBODY = {"SubjectUserSid": "S-1-0-0", "SubjectUserName": "-", "SubjectDomainName": "-", "SubjectLogonId": "0x0"}
# The servers, in the order of the numbers of their accounts.
_HOSTS = (EX01, EX02, FS01, WEB02, DC01)
Seen = tuple[int, Host, int, dict[str, object]]


def log(world: World) -> bytes:
    """The events of both controllers in the order of time; each numbers its own."""
    seen: list[Seen] = []
    for person in world.people:
        seen += _person(world, person)
    seen += _machines(world)
    seen += _mistakes(world)
    seen += _accounts(world)
    end = moment(world.days, 0)
    found = []
    for host in (DC01, DC02):
        channel = evtx.Channel("Security", _PROVIDER, 652, None, host.fqdn)
        start = world.dice("directory_service", host.name).between(10**7, 10**8)
        mine = sorted((one for one in seen if one[1] is host and one[0] < end), key=lambda one: one[0])
        for number, (at, _, kind, body) in enumerate(mine, start):
            failed = kind in {4625, 4771} or body.get("Status") not in {None, "0x0"}
            head: dict[str, object] = {
                "EventID": kind,
                "Version": 2 if kind == 4624 else 0,
                "Task": _TASKS[kind],
                "Level": 0,
            }
            head["Keywords"] = "0x8010000000000000" if failed else "0x8020000000000000"
            found.append((at, host.name, number, evtx.event(channel, at, number, head, body)))
    return evtx.dump(item for *_, item in sorted(found, key=lambda item: item[:3]))


def _person(world: World, person: Person) -> list[Seen]:
    """A ticket in the morning, tickets for services all day; wrong passwords; the phone by way of the mail server."""
    dice = world.dice("directory_service", person.login)
    seen: list[Seen] = []
    for comes, goes in world.shifts(person):
        host = dice.pick((DC01, DC02))
        at = comes
        while dice.chance(0.2):
            seen.append((at, host, 4771, _refused(dice, person.login, person.host.address, "0x18")))
            at += 15 * SECOND
        seen.append((at, host, 4768, _ticket(dice, person.login, person.sid, person.host.address)))
        for _ in range(dice.between(4, 8)):
            when = at + dice.below(max(goes - at, 1))
            number = dice.below(len(_HOSTS))
            body = _ticket(dice, f"{person.login}@EXAMPLE.COM", "", person.host.address)
            del body["TargetSid"], body["PreAuthType"]
            body |= {
                "ServiceName": f"{_HOSTS[number].name.upper()}$",
                "ServiceSid": f"{SID}-{2200 + number}",
                "LogonGuid": f"{{{dice.guid()}}}",
                "TransmittedServices": "-",
            }
            seen.append((when, host, 4769, body))
            seen += _session(dice, when + 200, host, person.login, person.sid, person.host.address)
    if person.phone:
        for at in moments(dice, MOBILE, 1.5, world.days):
            body = {"PackageName": "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0", "TargetUserName": person.login}
            status = "0xc000006a" if dice.chance(0.04) else "0x0"
            seen.append((at, DC01, 4776, {**body, "Workstation": dice.pick(("EX01", "EX02")), "Status": status}))
    return seen


def _machines(world: World) -> list[Seen]:
    """Computers log on as themselves, services with passwords that are known, and nobody in particular asks as well."""
    dice = world.dice("directory_service", "machines")
    seen: list[Seen] = []
    hosts = (*_HOSTS, *(person.host for person in world.people[:12]))
    for number, machine in enumerate(hosts):
        for at in every(dice, 9 * HOUR, world.days, HOUR):
            host = dice.pick((DC01, DC02))
            name, sid = f"{machine.name.upper()}$", f"{SID}-{2200 + number}"
            seen.append((at, host, 4768, _ticket(dice, name, sid, machine.address)))
            seen += _session(dice, at + 90, host, name, sid, machine.address)
    for at in every(dice, 3 * HOUR, world.days, MINUTE):
        # Backup and synchronisation have rights that are logged; whoever lists shares without a name is nobody.
        name = dice.pick(("svc-backup", "MSOL_3f1c52e0a4d2", "adm-adler"))
        rights = {"SubjectUserSid": f"{SID}-1311", "SubjectUserName": name, "SubjectDomainName": "EXAMPLE"}
        seen.append(
            (
                at,
                DC01,
                4672,
                {
                    **rights,
                    "SubjectLogonId": f"0x{dice.hexa(6)}",
                    "PrivilegeList": "SeBackupPrivilege SeRestorePrivilege",
                },
            )
        )
        seen += _session(dice, at, DC02, "ANONYMOUS LOGON", "S-1-5-7", FS01.address)
    for at in moments(dice, OFFICE, 2, world.days):
        explicit = {"SubjectUserSid": f"{SID}-1180", "SubjectUserName": "adm-adler", "TargetUserName": "svc-config"}
        seen.append(
            (
                at,
                DC01,
                4648,
                {**explicit, "TargetServerName": FS01.fqdn, "ProcessName": "C:\\Windows\\System32\\mmc.exe"},
            )
        )
    return seen


def _mistakes(world: World) -> list[Seen]:
    """An old password in a device, one in a service, and the company's own scanner."""
    dice = world.dice("directory_service", "mistakes")
    seen: list[Seen] = []
    late = world.people[9]
    for number, at in enumerate(every(dice, 47 * MINUTE, world.days, MINUTE)):
        seen.append((at, DC01, 4771, _refused(dice, late.login, EX01.address, "0x12" if number % 9 > 5 else "0x18")))
        if number % 9 == 6:
            body: dict[str, object] = {"TargetUserName": late.login, "TargetDomainName": "EX01", "TargetSid": late.sid}
            seen.append((at + 20, DC01, 4740, {**body, "SubjectUserSid": "S-1-5-18", "SubjectUserName": "DC01$"}))
    begin = moment(1, 16, dice.below(50))
    for step in range(25):
        # The password of the scanner's share was changed, and its service tries for a quarter of an hour.
        at = begin + step * 36 * SECOND + dice.below(SECOND)
        seen.append((at, DC02, 4625, _failure(dice, "svc-scan2mail", WEB02.address, "0xc000006a")))
    for at in moments(dice, ALWAYS, 2, world.days):
        for number, name in enumerate(dice.some(("guest", "admin", "test", "scan", "Administrator"), 3)):
            body = _failure(dice, name, SCANNER, "0xc0000064" if name != "guest" else "0xc0000072")
            seen.append((at + number * 400, DC02, 4625, body))
    return seen


def _accounts(world: World) -> list[Seen]:
    """People come, forget passwords, change groups; policies are edited by whoever may."""
    dice = world.dice("directory_service", "accounts")
    seen: list[Seen] = []
    admin = {"SubjectUserSid": f"{SID}-1180", "SubjectUserName": "adm-adler", "SubjectDomainName": "EXAMPLE"}
    server = {"SubjectUserSid": f"{SID}-2200", "SubjectUserName": "EX01$", "SubjectDomainName": "EXAMPLE"}
    for number, at in enumerate(moments(dice, OFFICE, 1, world.days)):
        person = dice.pick(world.people)
        new = {
            "TargetUserName": f"n.{dice.token(6).lower()}",
            "TargetDomainName": "EXAMPLE",
            "TargetSid": f"{SID}-{4100 + number}",
        }
        maker = server if number % 4 == 2 else admin
        # A mailbox for somebody new is made in the admin center of Exchange, and its user with it.
        seen.append((at, DC01, 4720, {**new, **maker, "SamAccountName": new["TargetUserName"]}))
        seen.append((at + 300, DC01, 4722, {**new, **maker}))
        seen.append((at + 400, DC01, 4738, {**new, **maker, "UserAccountControl": "%%2048"}))
        group = dice.pick(("Sales", "Project-Gear", "VPN-Users", "Printers-2"))
        member = {"MemberName": f"CN={person.name},OU=People,DC=example,DC=com", "MemberSid": person.sid}
        seen.append(
            (
                at + MINUTE,
                DC01,
                4728,
                {**member, **admin, "TargetUserName": group, "TargetSid": f"{SID}-{3100 + number}"},
            )
        )
        seen.append((at + 9 * MINUTE, DC02, 4724, {"TargetUserName": person.login, "TargetSid": person.sid, **admin}))
    at = moment(min(1, world.days - 1), 9, dice.below(59))
    help_desk: dict[str, object] = {
        "MemberName": "CN=Teresa Blum,OU=People,DC=example,DC=com",
        "TargetUserName": "Help Desk",
        "TargetSid": f"{SID}-1131",
    }
    seen.append((at, DC01, 4756, {**help_desk, **server}))
    for at in moments(dice, OFFICE, 0.6, world.days):
        policy = {"ObjectDN": f"CN={{{dice.guid().upper()}}},CN=Policies,CN=System,DC=example,DC=com", **admin}
        for name in dice.some(("versionNumber", "gPCMachineExtensionNames", "displayName", "flags"), 2):
            change = {
                "ObjectClass": "groupPolicyContainer",
                "AttributeLDAPDisplayName": name,
                "OperationType": "%%14674",
            }
            seen.append((at, DC01, 5136, {**policy, **change, "AttributeValue": str(dice.between(3, 9000))}))
    return seen


def _ticket(dice: Dice, name: str, sid: str, address: str) -> dict[str, object]:
    body: dict[str, object] = {"TargetUserName": name, "TargetDomainName": "EXAMPLE", "TargetSid": sid or "S-1-0-0"}
    body |= {
        "ServiceName": "krbtgt",
        "ServiceSid": f"{SID}-502",
        "TicketOptions": dice.pick(("0x40810010", "0x60810010")),
    }
    body |= {"Status": "0x0", "TicketEncryptionType": "0x12", "PreAuthType": "2"}
    return body | {"IpAddress": f"::ffff:{address}", "IpPort": str(dice.between(49152, 65535))}


def _refused(dice: Dice, name: str, address: str, status: str) -> dict[str, object]:
    body: dict[str, object] = {"TargetUserName": name, "TargetSid": "S-1-0-0", "ServiceName": "krbtgt/EXAMPLE"}
    body |= {"TicketOptions": "0x40810010", "Status": status, "PreAuthType": "2"}
    return body | {"IpAddress": f"::ffff:{address}", "IpPort": str(dice.between(49152, 65535))}


def _session(  # noqa: PLR0913, PLR0917 - each is a field of the event
    dice: Dice, at: int, host: Host, name: str, sid: str, address: str
) -> list[Seen]:
    known = {
        "TargetUserSid": sid,
        "TargetUserName": name,
        "TargetDomainName": "EXAMPLE",
        "TargetLogonId": f"0x{dice.hexa(8)}",
    }
    body: dict[str, object] = {
        **_NOBODY,
        **known,
        "LogonType": 3,
        "LogonProcessName": "Kerberos",
        "WorkstationName": "-",
    }
    package = "NTLM" if name == "ANONYMOUS LOGON" else "Kerberos"
    body |= {"AuthenticationPackageName": package, "LogonGuid": f"{{{dice.guid()}}}", "IpAddress": address}
    left: dict[str, object] = {**known, "LogonType": 3}
    return [
        (at, host, 4624, body | {"IpPort": str(dice.between(49152, 65535))}),
        (at + dice.gap(3 * MINUTE), host, 4634, left),
    ]


def _failure(dice: Dice, name: str, address: str, reason: str) -> dict[str, object]:
    body: dict[str, object] = {
        **_NOBODY,
        "TargetUserSid": "S-1-0-0",
        "TargetUserName": name,
        "TargetDomainName": "EXAMPLE",
    }
    body |= {"Status": "0xc000006d", "FailureReason": "%%2313", "SubStatus": reason, "LogonType": 3}
    body |= {
        "LogonProcessName": "NtLmSsp ",
        "AuthenticationPackageName": "NTLM",
        "WorkstationName": f"H{dice.hexa(4).upper()}",
    }
    return body | {"IpAddress": address, "IpPort": str(dice.between(49152, 65535))}
