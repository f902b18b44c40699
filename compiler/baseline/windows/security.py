"""The Security log of three servers and six workstations, as the flat JSON that NXLog writes.

Process creation 4688 with the command line (off by default: "Include command line in process creation events"), logons
4624 and 4625, logoffs 4634, special privileges 4672. Names of fields follow Microsoft Learn, "4688(S): A new process
has been created" and its neighbours; the envelope is that of NXLog's ``im_msvistalog`` with ``to_json()``.
"""

from __future__ import annotations

import json

from compiler.baseline.clock import MINUTE, MOBILE, OFFICE, SECOND, every, moment, moments, utc
from compiler.baseline.windows import administration, desktop, developer, exchange_server, servers
from compiler.baseline.windows.machine import SYSTEM, Machine, Process, logon_id
from compiler.baseline.world import DC02, EX02, FS01, Host, Person, World

_TASKS = {
    4688: (13312, "Process Creation"),
    4624: (12544, "Logon"),
    4625: (12544, "Logon"),
    4634: (12545, "Logoff"),
    4672: (12548, "Special Logon"),
}
_TITLES = {
    4688: "A new process has been created.",
    4624: "An account was successfully logged on.",
    4625: "An account failed to log on.",
    4634: "An account was logged off.",
    4672: "Special privileges assigned to new logon.",
}


def log(world: World) -> bytes:
    """The events of all machines in the order of time; each machine numbers its own."""
    mail, directory, files = (_machine(world, host) for host in (EX02, DC02, FS01))
    exchange_server.services(mail, world.days)
    servers.directory(directory, world.days)
    servers.file_server(files, world.days)
    machines = [mail, directory, files]
    for machine in machines:
        administration.upkeep(machine, world.days)
    for person in (*world.staff("production")[:5], world.staff("development")[3]):
        machine = _machine(world, person.host)
        day = developer.developer_day if person.department == "development" else desktop.office_day
        for comes, goes in world.shifts(person):
            machine.logon(comes - 2 * SECOND, person, 2, "-")
            day(machine, person, comes, goes)
        machines.append(machine)
    administration.remote_hands(machines[3], world.days)
    _domain_logons(directory, world)
    return _dump(machines, moment(world.days, 0))


def _machine(world: World, host: Host) -> SecurityMachine:
    return SecurityMachine(host, world.dice("security", host.name))


def _domain_logons(machine: SecurityMachine, world: World) -> None:
    """Policies and shares are fetched from here; passwords are mistyped, and a phone keeps the old one."""
    for person in world.people:
        for comes, _ in world.shifts(person):
            if machine.dice.chance(0.3):
                machine.failure(comes - 20 * SECOND, person, "0xc000006a")
            machine.logon(comes, person, 3, person.host.address)
    late = world.people[7]
    for at in moments(machine.dice, MOBILE, 4, world.days):
        machine.failure(at, late, "0xc0000071")
    for at in moments(machine.dice, OFFICE, 1, world.days):
        machine.privileges(at, "adm-adler")
    for at in every(machine.dice, 300 * MINUTE, world.days):
        machine.privileges(at, "svc-backup")


class SecurityMachine(Machine):
    """A machine whose Security log is collected."""

    def saw_start(self, at: int, process: Process, parent: Process) -> None:
        """Event 4688."""
        domain, _, name = process.user.rpartition("\\")
        system = process.user == SYSTEM
        self.note(
            at,
            4688,
            {
                "SubjectUserSid": "S-1-5-18"
                if system
                else f"S-1-5-21-1757981266-1220945662-839522115-{logon_id(self.host, process.user) % 4000 + 1100}",
                "SubjectUserName": f"{self.host.name.upper()}$" if system else name,
                "SubjectDomainName": "EXAMPLE" if system else domain,
                "SubjectLogonId": f"0x{logon_id(self.host, process.user):x}",
                "NewProcessId": f"0x{process.pid:x}",
                "NewProcessName": process.image,
                "TokenElevationType": "%%1936" if system else "%%1938",
                "ProcessId": f"0x{parent.pid:x}",
                "CommandLine": process.command,
                "TargetUserSid": "S-1-0-0",
                "TargetUserName": "-",
                "TargetDomainName": "-",
                "TargetLogonId": "0x0",
                "ParentProcessName": parent.image,
                "MandatoryLabel": "S-1-16-16384" if system else "S-1-16-8192",
            },
        )

    def logon(self, at: int, person: Person, kind: int, address: str) -> None:
        """Event 4624, and 4634 a while later where it came over the network."""
        body: dict[str, object] = {
            "SubjectUserSid": "S-1-0-0",
            "SubjectUserName": "-",
            "SubjectDomainName": "-",
            "SubjectLogonId": "0x0",
        }
        body |= {"TargetUserSid": person.sid, "TargetUserName": person.login, "TargetDomainName": "EXAMPLE"}
        body |= {
            "TargetLogonId": f"0x{self.dice.between(10**6, 10**7):x}",
            "LogonType": kind,
            "LogonProcessName": "Kerberos" if kind == 3 else "User32 ",
        }
        body |= {
            "AuthenticationPackageName": "Kerberos" if kind == 3 else "Negotiate",
            "WorkstationName": "-",
            "IpAddress": address,
        }
        self.note(
            at,
            4624,
            body | {"IpPort": str(self.dice.between(49152, 65535)) if kind == 3 else "0", "ElevatedToken": "%%1843"},
        )
        if kind == 3:
            left = {
                "TargetUserSid": person.sid,
                "TargetUserName": person.login,
                "TargetDomainName": "EXAMPLE",
                "TargetLogonId": body["TargetLogonId"],
            }
            self.note(at + self.dice.gap(4 * MINUTE), 4634, left | {"LogonType": kind})

    def failure(self, at: int, person: Person, reason: str) -> None:
        """Event 4625."""
        body: dict[str, object] = {
            "SubjectUserSid": "S-1-0-0",
            "SubjectUserName": "-",
            "SubjectDomainName": "-",
            "SubjectLogonId": "0x0",
        }
        body |= {
            "TargetUserSid": "S-1-0-0",
            "TargetUserName": person.login,
            "TargetDomainName": "EXAMPLE",
            "Status": "0xc000006d",
        }
        body |= {
            "FailureReason": "%%2313",
            "SubStatus": reason,
            "LogonType": 3,
            "LogonProcessName": "NtLmSsp ",
            "AuthenticationPackageName": "NTLM",
        }
        self.note(
            at,
            4625,
            body | {"WorkstationName": person.host.name.upper(), "IpAddress": person.host.address, "IpPort": "0"},
        )

    def privileges(self, at: int, login: str) -> None:
        """Event 4672."""
        self.note(
            at,
            4672,
            {
                "SubjectUserName": login,
                "SubjectDomainName": "EXAMPLE",
                "PrivilegeList": "SeBackupPrivilege SeRestorePrivilege SeSecurityPrivilege",
            },
        )

    def note(self, at: int, kind: int, body: dict[str, object]) -> None:
        """Remember one event."""
        self.seen.append((at, {"EventID": kind} | body))


def _dump(machines: list[SecurityMachine], end: int) -> bytes:
    found: list[tuple[int, str, int, str]] = []
    for machine in machines:
        mine = sorted((item for item in machine.seen if item[0] < end), key=lambda item: item[0])
        for number, (at, body) in enumerate(mine, machine.dice.between(10**6, 10**7)):
            found.append((at, machine.host.name, number, _line(machine.host, at, number, body)))
    return "".join(f"{line}\n" for *_, line in sorted(found)).encode()


def _line(host: Host, at: int, number: int, body: dict[str, object]) -> str:
    kind = int(str(body["EventID"]))
    task, category = _TASKS[kind]
    failed = kind == 4625
    envelope: dict[str, object] = {
        "EventTime": f"{utc(at):%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}000+00:00",
        "Hostname": host.fqdn,
        "Keywords": "9227875636482146304" if failed else "9232379236109516800",
        "EventType": "AUDIT_FAILURE" if failed else "AUDIT_SUCCESS",
        "SeverityValue": 4 if failed else 2,
        "Severity": "ERROR" if failed else "INFO",
        "EventID": kind,
        "SourceName": "Microsoft-Windows-Security-Auditing",
        "ProviderGuid": "{54849625-5478-4994-A5BA-3E3B0328C30D}",
        "Version": 2,
        "Task": task,
        "OpcodeValue": 0,
        "RecordNumber": number,
        "ExecutionProcessID": 4,
        "ExecutionThreadID": 4 * (number % 90 + 20),
        "Channel": "Security",
        "Message": _TITLES[kind],
        "Category": category,
        "Opcode": "Info",
    }
    tail = {"SourceModuleName": "eventlog", "SourceModuleType": "im_msvistalog"}
    return json.dumps(
        envelope | {key: value for key, value in body.items() if key != "EventID"} | tail, ensure_ascii=False
    )
