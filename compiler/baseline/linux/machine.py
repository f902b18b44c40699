"""A Linux machine on which things happen; each log is a machine that writes down what its agent sees."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from compiler.baseline.dice import Dice
from compiler.baseline.world import Host

# Debian's numbers for the accounts that act here; people begin at 1000.
UIDS = {
    "root": 0,
    "www-data": 33,
    "_apt": 42,
    "postgres": 115,
    "tomcat": 118,
    "zabbix": 120,
    "t.blum": 1001,
    "d.stein": 1002,
    "deploy": 1003,
    "backup": 34,
    "svc-config": 1004,
}


@dataclasses.dataclass(frozen=True, slots=True)
class Process:
    """A running program: executable, arguments, account, numbers, and the session it belongs to (0: none)."""

    exe: str
    argv: tuple[str, ...]
    user: str
    pid: int
    folder: str
    session: int = 0
    login: str = ""

    @property
    def command(self) -> str:
        """The command line as one text."""
        return " ".join(self.argv)


class Machine:
    """A machine and what its agent has seen. This one sees nothing; each log is a kind that does."""

    def __init__(self, host: Host, dice: Dice) -> None:
        self.host = host
        self.dice = dice
        self._running: dict[tuple[str, str], Process] = {}
        self._pid = 1_400 + dice.below(3_000)

    def running(self, exe: str, command: str = "", user: str = "root") -> Process:
        """The program that has been running since before the week, the same one each time it is named."""
        key = (command or exe, user)
        if key not in self._running:
            self._running[key] = Process(exe, tuple((command or exe).split()), user, self._number(), "/")
        return self._running[key]

    def start(  # noqa: PLR0913 - this is what a process is made of
        self, at: int, parent: Process, exe: str, argv: Sequence[str], *, user: str = "", folder: str = ""
    ) -> Process:
        """Start a program; it runs as its parent does, in its parent's folder and session, unless told otherwise."""
        process = Process(
            exe, tuple(argv), user or parent.user, self._number(), folder or parent.folder, parent.session, parent.login
        )
        self.saw_start(at, process, parent)
        return process

    def log_on(self, at: int, user: str, address: str) -> Process:
        """Somebody comes in by SSH with a key: the shell of a new session."""
        daemon = self.running("/usr/sbin/sshd", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups")
        session = self.dice.between(40, 9000)
        self.saw_logon(at, daemon, user, address, session)
        shell = Process("/usr/bin/bash", ("-bash",), user, self._number(), f"/home/{user}", session, user)
        self.saw_start(at + 120, shell, daemon)
        return shell

    def write(self, at: int, process: Process, path: str) -> None:
        """Create a file."""

    def remove(self, at: int, process: Process, path: str) -> None:
        """Delete a file."""

    def connect(self, at: int, process: Process, address: str, port: int) -> None:
        """Open a TCP connection."""

    def stop(self, at: int, process: Process) -> None:
        """End a program."""

    def saw_start(self, at: int, process: Process, parent: Process) -> None:
        """What the agent makes of a started program."""

    def saw_logon(self, at: int, daemon: Process, user: str, address: str, session: int) -> None:
        """What the agent makes of a logon."""

    def saw_job(self, at: int, daemon: Process, user: str) -> None:
        """What the agent makes of cron opening and closing a session for a job."""

    def _number(self) -> int:
        self._pid += self.dice.gap(9)
        return self._pid
