"""A Windows machine on which things happen; Sysmon and the Security log each write down what they can see of it."""

from __future__ import annotations

import dataclasses
import zlib

from compiler.baseline.dice import Dice
from compiler.baseline.world import Host

SYSTEM = "NT AUTHORITY\\SYSTEM"
LOCAL_SERVICE = "NT AUTHORITY\\LOCAL SERVICE"
NETWORK_SERVICE = "NT AUTHORITY\\NETWORK SERVICE"
SYSTEM32 = "C:\\Windows\\System32\\"
POWERSHELL = SYSTEM32 + "WindowsPowerShell\\v1.0\\powershell.exe"
CMD = SYSTEM32 + "cmd.exe"


@dataclasses.dataclass(frozen=True, slots=True)
class Process:
    """A running program."""

    image: str
    command: str
    user: str
    pid: int
    guid: str
    folder: str


class Machine:
    """A machine and what its agent has seen. This one sees nothing; each log is a kind of machine that sees something.

    Times are moments in milliseconds; a process without a parent on record was started before the week began.
    """

    def __init__(self, host: Host, dice: Dice) -> None:
        self.host = host
        self.dice = dice
        self.seen: list[tuple[int, dict[str, object]]] = []
        self._running: dict[tuple[str, str], Process] = {}

    def running(self, image: str, command: str = "", user: str = SYSTEM, folder: str = SYSTEM32) -> Process:
        """The program that has been running since before the week, the same one each time it is named."""
        key = (command or image, user)
        if key not in self._running:
            self._running[key] = self._process(0, image, command or image, user, folder)
        return self._running[key]

    def service(self, group: str, service: str, user: str = SYSTEM) -> Process:
        """A service host."""
        return self.running(f"{SYSTEM32}svchost.exe", f"{SYSTEM32}svchost.exe -k {group} -p -s {service}", user)

    def desktop(self, user: str) -> Process:
        """The shell of somebody who is logged on."""
        login = user.rpartition("\\")[2]
        return self.running("C:\\Windows\\explorer.exe", "C:\\Windows\\Explorer.EXE", user, f"C:\\Users\\{login}\\")

    def start(  # noqa: PLR0913 - this is what a process is made of
        self, at: int, parent: Process, image: str, command: str = "", *, user: str = "", folder: str = ""
    ) -> Process:
        """Start a program; it runs as its parent does, in its parent's folder, unless told otherwise."""
        process = self._process(at, image, command or f'"{image}"', user or parent.user, folder or parent.folder)
        self.saw_start(at, process, parent)
        return process

    def stop(self, at: int, process: Process) -> None:
        """End a program."""

    def write(self, at: int, process: Process, path: str) -> None:
        """Create or overwrite a file."""

    def connect(self, at: int, process: Process, address: str, port: int, name: str = "-") -> None:
        """Open a TCP connection."""

    def resolve(self, at: int, process: Process, name: str, address: str) -> None:
        """Ask for the address of a name."""

    def store(self, at: int, process: Process, key: str, value: str) -> None:
        """Set a value in the registry."""

    def saw_start(self, at: int, process: Process, parent: Process) -> None:
        """What the agent makes of a started program."""

    def _process(self, at: int, image: str, command: str, user: str, folder: str) -> Process:
        # Sysmon's GUID: three numbers of the machine, the start time in seconds, and a token.
        machine = f"{zlib.crc32(self.host.name.encode()):08X}"
        seconds = f"{(at or 1789300000000) // 1000:08X}"
        guid = f"{machine}-{seconds[4:]}-{seconds[:4]}-{self.dice.hexa(4).upper()}-{self.dice.hexa(8).upper()}0C00"
        return Process(image, command, user, self.dice.between(250, 3900) * 4, guid, folder)


def logon_id(host: Host, user: str) -> int:
    """The number of a user's logon session on a host; the services of the system have fixed ones."""
    fixed = {SYSTEM: 0x3E7, LOCAL_SERVICE: 0x3E5, NETWORK_SERVICE: 0x3E4}
    return fixed.get(user, 0x10000 + zlib.crc32(f"{host.name}/{user}".encode()) % 0xF00000)
