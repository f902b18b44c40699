"""Sysmon of three servers and sixteen workstations, as JSON lines of ``evtx_dump``.

Events: process creation 1, network connection 3, process end 5, file creation 11, registry value 13, DNS query 22;
fields in the order of Sysmon's schema 4.90.
"""

from __future__ import annotations

from collections.abc import Sequence

from compiler.baseline.clock import moment
from compiler.baseline.windows import (
    administration,
    desktop,
    developer,
    evtx,
    exchange_server,
    exchange_update,
    servers,
)
from compiler.baseline.windows.machine import SYSTEM, Machine, Process, logon_id
from compiler.baseline.windows.programs import hashes, resource
from compiler.baseline.world import DC01, EX01, WEB02, Host, Person, World

_PROVIDER = {"Name": "Microsoft-Windows-Sysmon", "Guid": "5770385F-C22A-43E0-BF4C-06F5698FFBD9"}
_VERSIONS = {1: 5, 2: 5, 3: 5, 5: 3, 6: 4, 7: 3, 8: 2, 10: 3, 11: 2, 12: 2, 13: 2, 17: 1, 18: 1, 22: 5, 23: 5, 25: 5}


def log(world: World) -> bytes:
    """The events of all machines in the order of time; each machine numbers its own."""
    machines = [_machine(world, host) for host in (EX01, DC01, WEB02)]
    _servers(machines, world)
    for person in _watched(world):
        machine = _machine(world, person.host)
        day = developer.developer_day if person.department == "development" else desktop.office_day
        for comes, goes in world.shifts(person):
            day(machine, person, comes, goes)
        if person.department == "it":
            administration.remote_caller(machine, person.account, world.days)
        machines.append(machine)
    administration.remote_hands(machines[3], world.days)
    return evtx.dump(merge(machines, moment(world.days, 0)))


def _watched(world: World) -> list[Person]:
    """Those on whose workstations Sysmon is tried out."""
    office = [
        *world.staff("sales")[:5],
        *world.staff("finance")[:2],
        *world.staff("legal"),
        world.staff("hr")[1],
        *world.staff("management"),
    ]
    return [*office, *world.staff("development")[:3], world.admin("Adler")]


def _machine(world: World, host: Host) -> SysmonMachine:
    return SysmonMachine(host, world.dice("sysmon", host.name))


def _servers(machines: list[SysmonMachine], world: World) -> None:
    mail, directory, web = machines
    exchange_server.services(mail, world.days)
    administration.mail_admin(mail, world.days)
    if world.days > 2:
        exchange_update.update(mail)
    servers.directory(directory, world.days)
    servers.web_farm(web, world.days)
    for machine in machines:
        administration.upkeep(machine, world.days)


def merge(machines: Sequence[SysmonMachine], end: int) -> list[dict[str, object]]:
    """What the machines have seen before ``end``, in the order of time, each machine's numbered by itself."""
    found: list[tuple[int, str, int, dict[str, object]]] = []
    for machine in machines:
        mine = sorted((item for item in machine.seen if item[0] < end), key=lambda item: item[0])
        start = machine.dice.between(100_000, 9_000_000)
        channel = evtx.Channel("Microsoft-Windows-Sysmon/Operational", _PROVIDER, 3304, "S-1-5-18", machine.host.fqdn)
        for number, (at, item) in enumerate(mine, start):
            kind, body = item["EventID"], item["EventData"]
            head: dict[str, object] = {"EventID": kind, "Version": _VERSIONS[int(str(kind))], "Task": kind}
            found.append((at, machine.host.name, number, evtx.event(channel, at, number, head, body)))
    return [item for *_, item in sorted(found, key=lambda item: item[:3])]


class SysmonMachine(Machine):
    """A machine with Sysmon on it."""

    def saw_start(self, at: int, process: Process, parent: Process) -> None:
        """Event 1."""
        logon = logon_id(self.host, process.user)
        self.note(
            at,
            1,
            process,
            {
                **resource(process.image),
                "CommandLine": process.command,
                "CurrentDirectory": process.folder,
                "User": process.user,
                "LogonGuid": f"{process.guid[:8]}-3F01-68C6-{logon & 0xFFFF:04X}-{logon >> 16:08X}0000",
                "LogonId": f"0x{logon:x}",
                "TerminalSessionId": 0
                if process.user.startswith(("NT AUTHORITY", "IIS APPPOOL", "EXAMPLE\\svc-"))
                else 1,
                "IntegrityLevel": _integrity(process.user),
                "Hashes": hashes(process.image),
                "ParentProcessGuid": parent.guid,
                "ParentProcessId": parent.pid,
                "ParentImage": parent.image,
                "ParentCommandLine": parent.command,
                "ParentUser": parent.user,
            },
        )

    def stop(self, at: int, process: Process) -> None:
        """Event 5."""
        self.note(at, 5, process, {"User": process.user})

    def write(self, at: int, process: Process, path: str) -> None:
        """Event 11."""
        self.note(at, 11, process, {"TargetFilename": path, "CreationUtcTime": _time(at), "User": process.user})

    def connect(self, at: int, process: Process, address: str, port: int, name: str = "-") -> None:
        """Event 3."""
        body: dict[str, object] = {"User": process.user, "Protocol": "tcp", "Initiated": True, "SourceIsIpv6": False}
        body |= {
            "SourceIp": self.host.address,
            "SourceHostname": self.host.fqdn,
            "SourcePort": self.dice.between(49152, 65535),
            "SourcePortName": "-",
        }
        body |= {
            "DestinationIsIpv6": False,
            "DestinationIp": address,
            "DestinationHostname": name,
            "DestinationPort": port,
        }
        body["DestinationPortName"] = {443: "https", 389: "ldap", 88: "kerberos", 25: "smtp"}.get(port, "-")
        self.note(at, 3, process, body)

    def resolve(self, at: int, process: Process, name: str, address: str) -> None:
        """Event 22."""
        self.note(
            at,
            22,
            process,
            {"QueryName": name, "QueryStatus": "0", "QueryResults": f"::ffff:{address};", "User": process.user},
        )

    def store(self, at: int, process: Process, key: str, value: str) -> None:
        """Event 13."""
        self.note(
            at, 13, process, {"EventType": "SetValue", "TargetObject": key, "Details": value, "User": process.user}
        )

    def note(self, at: int, kind: int, process: Process, rest: dict[str, object]) -> None:
        """Remember one event about a process."""
        body: dict[str, object] = {"RuleName": "-"}
        if "EventType" in rest:
            body["EventType"] = rest.pop("EventType")
        body |= {"UtcTime": _time(at), "ProcessGuid": process.guid, "ProcessId": process.pid}
        # A DNS query names the program after the answer, everything else before.
        body |= rest | {"Image": process.image} if kind == 22 else {"Image": process.image} | rest
        self.seen.append((at, {"EventID": kind, "EventData": body}))


def _time(at: int) -> str:
    return evtx.stamp(at).replace("T", " ")


def _integrity(user: str) -> str:
    if user == SYSTEM:
        return "System"
    return "High" if any(mark in user for mark in ("adm-", "svc-", "IIS")) else "Medium"
