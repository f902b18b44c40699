"""Sysmon for Linux on the application host, as syslog has it: a header and one XML event a line.

The host runs the shop in Java and the second node of the PHP sites.
Element and field names are those of SysmonForLinux 1.3 (provider ``Linux-Sysmon``); events 1, 3, 5, 11 and 23.
"""

from __future__ import annotations

import zlib
from xml.sax.saxutils import escape

from compiler.baseline.clock import MONTHS, moment, utc, wall
from compiler.baseline.dice import Dice
from compiler.baseline.linux import people, services
from compiler.baseline.linux.machine import UIDS, Machine, Process
from compiler.baseline.world import APP01, Host, World

_VERSIONS = {1: 5, 3: 5, 5: 3, 11: 2, 23: 5}


def log(world: World) -> bytes:
    """The events of the host in the order of time."""
    machine = SysmonMachine(APP01, world.dice("sysmon_linux"))
    services.web(machine, world.days, 0.8)
    services.java(machine, world.days)
    services.system(machine, world.days, 0.8)
    people.sessions(machine, world, 0.8)
    return dump(machine, world.days)


def dump(machine: SysmonMachine, days: int) -> bytes:
    """What a machine has seen in that many days, in the order of time."""
    end = moment(days, 0)
    ordered = sorted((item for item in machine.seen if item[0] < end), key=lambda item: item[0])
    start = machine.dice.between(20_000, 90_000)
    return "".join(_line(machine.host.name, number, *item) for number, item in enumerate(ordered, start)).encode()


class SysmonMachine(Machine):
    """A machine with Sysmon for Linux on it."""

    def __init__(self, host: Host, dice: Dice) -> None:
        super().__init__(host, dice)
        self.seen: list[tuple[int, int, dict[str, str]]] = []

    def saw_start(self, at: int, process: Process, parent: Process) -> None:
        """Event 1; most of a Windows event's fields are ``-``."""
        self._note(
            at,
            1,
            process,
            {
                **dict.fromkeys(("FileVersion", "Description", "Product", "Company", "OriginalFileName"), "-"),
                "CommandLine": _flat(process.command),
                "CurrentDirectory": process.folder,
                "User": process.user,
                "LogonGuid": f"{{c9eb4a87-0000-0000-{UIDS[process.user]:04x}-000000000000}}",
                "LogonId": str(UIDS[process.user]),
                "TerminalSessionId": str(process.session or 4294967295),
                "IntegrityLevel": "no level",
                "Hashes": "-",
                "ParentProcessGuid": _guid(parent),
                "ParentProcessId": str(parent.pid),
                "ParentImage": parent.exe,
                "ParentCommandLine": _flat(parent.command),
                "ParentUser": parent.user,
            },
        )

    def stop(self, at: int, process: Process) -> None:
        """Event 5."""
        self._note(at, 5, process, {"User": process.user})

    def write(self, at: int, process: Process, path: str) -> None:
        """Event 11."""
        self._note(at, 11, process, {"TargetFilename": path, "CreationUtcTime": _time(at), "User": process.user})

    def remove(self, at: int, process: Process, path: str) -> None:
        """Event 23, which has the user before the program."""
        self._note(
            at,
            23,
            process,
            {"User": process.user, "TargetFilename": path, "Hashes": "-", "IsExecutable": "-", "Archived": "-"},
        )

    def connect(self, at: int, process: Process, address: str, port: int) -> None:
        """Event 3."""
        self._note(
            at,
            3,
            process,
            {
                "User": process.user,
                "Protocol": "tcp",
                "Initiated": "true",
                "SourceIsIpv6": "false",
                "SourceIp": self.host.address,
                "SourceHostname": "-",
                "SourcePort": str(self.dice.between(32768, 60999)),
                "SourcePortName": "-",
                "DestinationIsIpv6": "false",
                "DestinationIp": address,
                "DestinationHostname": "-",
                "DestinationPort": str(port),
                "DestinationPortName": "-",
            },
        )

    def _note(self, at: int, kind: int, process: Process, rest: dict[str, str]) -> None:
        body = {"RuleName": "-", "UtcTime": _time(at), "ProcessGuid": _guid(process), "ProcessId": str(process.pid)}
        self.seen.append((at, kind, body | {"Image": process.exe} | rest))


def _flat(command: str) -> str:
    # A line break would end the syslog line.
    return " ".join(command.split())


def _guid(process: Process) -> str:
    mark = zlib.crc32(f"{process.pid}/{process.command}".encode())
    return f"{{c9eb4a87-{mark >> 16:04x}-68c6-{mark & 0xFFFF:04x}-{process.pid:08x}5600}}"[:38]


def _time(at: int) -> str:
    return f"{utc(at):%Y-%m-%d %H:%M:%S}.{at % 1000:03d}"


def _line(host: str, number: int, at: int, kind: int, body: dict[str, str]) -> str:
    local, universal = wall(at), utc(at)
    fields = "".join(f'<Data Name="{name}">{escape(value)}</Data>' for name, value in body.items())
    return (
        f"{MONTHS[local.month - 1]} {local.day:2d} {local:%H:%M:%S} {host} sysmon: <Event><System>"
        '<Provider Name="Linux-Sysmon" Guid="{ff032593-a8d3-4f13-b0d6-01fc615a0f97}"/>'
        f"<EventID>{kind}</EventID><Version>{_VERSIONS[kind]}</Version>"
        f"<Level>4</Level><Task>{kind}</Task><Opcode>0</Opcode><Keywords>0x8000000000000000</Keywords>"
        f'<TimeCreated SystemTime="{universal:%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}000000Z"/>'
        f"<EventRecordID>{number}</EventRecordID><Correlation/>"
        '<Execution ProcessID="1109" ThreadID="1109"/><Channel>Linux-Sysmon/Operational</Channel>'
        f'<Computer>{host}</Computer><Security UserId="0"/>'
        f"</System><EventData>{fields}</EventData></Event>\n"
    )
