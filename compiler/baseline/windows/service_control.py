"""The System log of two servers and six workstations, as ``evtx_dump`` prints it: services, updates, starts, the clock.

What is installed as a service in an ordinary week: parts of updates and of the antivirus product, an agent that is
rolled out, a driver of a printer, and PsExec's, when an administrator uses it. Events of the Service Control Manager
(7036, 7040, 7045), of the update client (19, 43), EventLog (6005, 6006) and the kernel (1, the clock).
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.baseline.clock import ALWAYS, HOUR, MINUTE, OFFICE, every, moment, moments
from compiler.baseline.dice import Dice
from compiler.baseline.windows import evtx
from compiler.baseline.world import EX01, FS01, Host, World

_CONTROL = {"Name": "Service Control Manager", "Guid": "{555908d1-a6d7-4695-8e1e-26931d2012f4}"}
_UPDATES = {"Name": "Microsoft-Windows-WindowsUpdateClient", "Guid": "{945a8954-c147-4acd-923f-40c45405a658}"}
_EVENT_LOG = {"Name": "EventLog"}
_KERNEL = {"Name": "Microsoft-Windows-Kernel-General", "Guid": "{a68ca8b7-004f-d7b6-a698-07e2de0f1f5d}"}
_SERVICES = (
    "Windows Update",
    "Background Intelligent Transfer Service",
    "Windows Modules Installer",
    "WinHTTP Web Proxy Auto-Discovery Service",
    "Software Protection",
    "Volume Shadow Copy",
    "Print Spooler",
    "Windows Error Reporting Service",
    "Network Setup Service",
    "Microsoft Exchange Health Manager",
)
_INSTALLED = (
    (
        "Microsoft Defender Antivirus Network Inspection Driver",
        "system32\\drivers\\wd\\WdNisDrv.sys",
        "kernel mode driver",
    ),
    ("Microsoft Edge Elevation Service", "C:\\Program Files (x86)\\Microsoft\\Edge\\elevation_service.exe", ""),
    ("ERP Client Updater", '"C:\\Program Files\\Erp\\updater.exe" --service', ""),
    ("Inventory Agent", '"C:\\Program Files\\Inventory\\agent.exe" -k run', ""),
    ("Printer Port Monitor", "C:\\Windows\\System32\\spool\\drivers\\x64\\3\\portmon.exe", ""),
    ("PSEXESVC", "%SystemRoot%\\PSEXESVC.exe", ""),
)
_Seen = tuple[int, dict[str, str], int, dict[str, object]]


def log(world: World) -> bytes:
    """The events of all machines in the order of time; each machine numbers its own."""
    hosts = [EX01, FS01, *(person.host for person in world.staff("production")[:6])]
    end = moment(world.days, 0)
    found = []
    for host in hosts:
        dice = world.dice("system", host.name)
        mine = sorted((one for one in _host(dice, world, host) if one[0] < end), key=lambda one: one[0])
        for number, (at, provider, kind, body) in enumerate(mine, dice.between(10_000, 90_000)):
            channel = evtx.Channel("System", provider, 788, "S-1-5-18", host.fqdn)
            head: dict[str, object] = {"EventID": kind, "Version": 0, "Keywords": "0x8080000000000000"}
            found.append((at, host.name, number, evtx.event(channel, at, number, head, body)))
    return evtx.dump(item for *_, item in sorted(found, key=lambda item: item[:3]))


def _host(dice: Dice, world: World, host: Host) -> Iterator[_Seen]:
    server = host in (EX01, FS01)
    for at in moments(dice, ALWAYS if server else OFFICE, 14, world.days):
        name = dice.pick(_SERVICES if host is EX01 else _SERVICES[:-1])
        yield at, _CONTROL, 7036, {"param1": name, "param2": dice.pick(("running", "stopped"))}
    for at in every(dice, 31 * HOUR, world.days, HOUR):
        change = {"param1": "Background Intelligent Transfer Service", "param4": "BITS"}
        yield at, _CONTROL, 7040, {**change, "param2": "demand start", "param3": "auto start"}
    for at in moments(dice, OFFICE, 1.2 if server else 0.4, world.days):
        # With every fourth thing that is done on a server by hand comes PsExec.
        by_hand = server and dice.chance(0.25)
        name, path, kind = _INSTALLED[-1] if by_hand else dice.pick(_INSTALLED[:-1])
        body = {"ServiceName": name, "ImagePath": path, "ServiceType": kind or "user mode service"}
        yield at, _CONTROL, 7045, {**body, "StartType": "demand start", "AccountName": "LocalSystem"}
    for at in moments(dice, OFFICE, 1, world.days):
        title = dice.pick(("Security Intelligence Update for Microsoft Defender Antivirus", "Cumulative Update"))
        body = {"updateTitle": f"2026-09 {title}", "updateGuid": f"{{{dice.guid()}}}"}
        yield at, _UPDATES, 43, dict(body)
        yield at + 4 * MINUTE, _UPDATES, 19, body | {"updateRevisionNumber": 200}
    for day in range(world.days):
        if not server:
            yield moment(day, 7, 30) + dice.below(HOUR), _EVENT_LOG, 6005, {}
            yield moment(day, 17) + dice.below(HOUR), _EVENT_LOG, 6006, {}
        at = moment(day, 8, 50) + dice.below(HOUR)
        yield at, _KERNEL, 1, {"NewTime": evtx.stamp(at, 6), "OldTime": evtx.stamp(at - 90, 6), "Reason": 2}
