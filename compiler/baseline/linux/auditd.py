"""The raw log of the audit daemon on the public web host: groups of records that share a time and a serial number.

Rules in force: every ``execve`` (key ``exec``; of the web server's account key ``apacheexecve``), files created under
the web roots (key ``webroot``), and what PAM reports by itself. Formats follow the Linux audit documentation
("Understanding Audit Log Files") and ``auditd``'s encoding of values with spaces or control characters in hexadecimal.
"""

from __future__ import annotations

from compiler.baseline.clock import moment
from compiler.baseline.dice import Dice
from compiler.baseline.linux import people, services
from compiler.baseline.linux.machine import UIDS, Machine, Process
from compiler.baseline.world import WEB01, Host, World

_NOBODY = 4294967295
Group = tuple[int, list[tuple[str, str]]]


def log(world: World) -> bytes:
    """The records of the host in the order of time."""
    machine = AuditMachine(WEB01, world.dice("auditd"))
    services.web(machine, world.days, 0.6)
    services.system(machine, world.days, 0.5)
    people.sessions(machine, world, 0.7)
    end = moment(world.days, 0)
    lines: list[str] = []
    ordered = sorted((group for group in machine.groups if group[0] < end), key=lambda group: group[0])
    for serial, (at, records) in enumerate(ordered, machine.dice.between(10_000, 900_000)):
        mark = f"msg=audit({at // 1000}.{at % 1000:03d}:{serial})"
        lines += [f"type={kind} {mark}: {text}" for kind, text in records]
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def quoted(value: str) -> str:
    """What comes from outside as auditd writes it: in quotes, or in hexadecimal where these could not hold it."""
    if all(" " < character <= "~" and character != '"' for character in value):
        return f'"{value}"'
    return value.encode().hex().upper()


class AuditMachine(Machine):
    """A machine with the audit daemon on it."""

    def __init__(self, host: Host, dice: Dice) -> None:
        super().__init__(host, dice)
        self.groups: list[Group] = []

    def saw_start(self, at: int, process: Process, parent: Process) -> None:
        """SYSCALL, EXECVE, CWD, PATH and PROCTITLE of an ``execve``."""
        key = "apacheexecve" if process.user == "www-data" else "exec"
        arguments = " ".join(f"a{number}={quoted(text)}" for number, text in enumerate(process.argv))
        inode = sum(process.exe.encode()) * 7
        self.groups.append(
            (
                at,
                [
                    ("SYSCALL", self._syscall(59, 0, process, parent.pid, key)),
                    ("EXECVE", f"argc={len(process.argv)} {arguments}"),
                    ("CWD", f"cwd={quoted(process.folder)}"),
                    ("PATH", self._path(0, process.exe, inode, "0100755", "NORMAL")),
                    ("PATH", self._path(1, "/lib64/ld-linux-x86-64.so.2", 9771, "0100755", "NORMAL")),
                    ("PROCTITLE", f"proctitle={quoted(chr(0).join(process.argv)[:128])}"),
                ],
            )
        )

    def write(self, at: int, process: Process, path: str) -> None:
        """An ``openat`` that creates a file; only the web roots are watched."""
        if path.startswith("/var/www/"):
            folder = path.rpartition("/")[0] + "/"
            self.groups.append(
                (
                    at,
                    [
                        ("SYSCALL", self._syscall(257, 5, process, 1, "webroot")),
                        ("CWD", f"cwd={quoted(process.folder)}"),
                        ("PATH", self._path(0, folder, sum(folder.encode()) * 11, "040755", "PARENT")),
                        ("PATH", self._path(1, path, sum(path.encode()) * 13, "0100644", "CREATE")),
                        ("PROCTITLE", f"proctitle={quoted(chr(0).join(process.argv)[:128])}"),
                    ],
                )
            )

    def saw_logon(self, at: int, daemon: Process, user: str, address: str, session: int) -> None:
        """What PAM reports of a logon with a key."""
        uid = UIDS[user]
        tail = f'exe="/usr/sbin/sshd" hostname={address} addr={address} terminal=ssh res=success'
        head = f"pid={daemon.pid + 7} uid=0 auid={_NOBODY} ses={_NOBODY}"
        self.groups += [
            (at, [("USER_AUTH", f"{head} msg='op=pubkey_auth acct=\"{user}\" {tail}'")]),
            (at + 20, [("USER_ACCT", f"{head} msg='op=PAM:accounting grantors=pam_permit acct=\"{user}\" {tail}'")]),
            (at + 24, [("CRED_ACQ", f"{head} msg='op=PAM:setcred grantors=pam_permit acct=\"{user}\" {tail}'")]),
            (
                at + 26,
                [
                    (
                        "LOGIN",
                        (
                            f"pid={daemon.pid + 7} uid=0 old-auid={_NOBODY} auid={uid} tty=(none) "
                            f"old-ses={_NOBODY} ses={session} res=1"
                        ),
                    )
                ],
            ),
            (
                at + 60,
                [
                    (
                        "USER_START",
                        (
                            f"pid={daemon.pid + 7} uid=0 auid={uid} ses={session} msg='op=PAM:session_open "
                            f'grantors=pam_keyinit,pam_limits,pam_unix acct="{user}" {tail}\''
                        ),
                    )
                ],
            ),
        ]

    def saw_job(self, at: int, daemon: Process, user: str) -> None:
        """What PAM reports of a cron job."""
        uid, session = UIDS[user], self.dice.between(9_000, 20_000)
        tail = f'acct="{user}" exe="/usr/sbin/cron" hostname=? addr=? terminal=cron res=success'
        head = f"pid={daemon.pid + 3} uid=0"
        self.groups += [
            (
                at,
                [
                    (
                        "USER_ACCT",
                        (f"{head} auid={_NOBODY} ses={_NOBODY} msg='op=PAM:accounting grantors=pam_permit {tail}'"),
                    )
                ],
            ),
            (
                at + 2,
                [("CRED_ACQ", f"{head} auid={_NOBODY} ses={_NOBODY} msg='op=PAM:setcred grantors=pam_permit {tail}'")],
            ),
            (
                at + 4,
                [
                    (
                        "USER_START",
                        (
                            f"{head} auid={uid} ses={session} msg='op=PAM:session_open grantors=pam_loginuid,"
                            f"pam_env,pam_permit,pam_unix,pam_limits {tail}'"
                        ),
                    )
                ],
            ),
            (
                at + 900,
                [("CRED_DISP", f"{head} auid={uid} ses={session} msg='op=PAM:setcred grantors=pam_permit {tail}'")],
            ),
        ]

    def _syscall(self, number: int, code: int, process: Process, parent: int, key: str) -> str:
        uid = UIDS[process.user]
        login, session = (UIDS[process.login], process.session) if process.login else (_NOBODY, _NOBODY)
        values = " ".join(f"a{index}={self.dice.hexa(12)}" for index in range(4))
        ids = " ".join(f"{name}={uid}" for name in ("uid", "gid", "euid", "suid", "fsuid", "egid", "sgid", "fsgid"))
        terminal = "pts0" if process.login and process.login != "svc-config" else "(none)"
        comm = process.exe.rpartition("/")[2][:15]
        return (
            f"arch=c000003e syscall={number} success=yes exit={code} {values} items=2 "
            f"ppid={parent} pid={process.pid} "
            f"auid={login} {ids} tty={terminal} ses={session} comm={quoted(comm)} "
            f'exe={quoted(process.exe)} subj=unconfined key="{key}"'
        )

    @staticmethod
    def _path(item: int, name: str, inode: int, mode: str, kind: str) -> str:
        return (
            f"item={item} name={quoted(name)} inode={inode} dev=fd:00 mode={mode} ouid=0 ogid=0 "
            f"rdev=00:00 nametype={kind} cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0"
        )
