"""The file auth.log of the public web host as rsyslog writes it: sshd, sudo, su, cron and the logins of systemd.

The texts are those of OpenSSH 9.2 (auth.c, packet.c), sudo, pam_unix and systemd-logind; the time is rsyslog's default
since Debian 12. The host is open to the internet by SSH, so that strangers try names and passwords day and night, from
many addresses, a few times each; people come in with keys, one with a password.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.baseline.clock import ALWAYS, HOUR, MINUTE, OFFICE, SECOND, every, moment, moments, wall
from compiler.baseline.dice import Dice
from compiler.baseline.web.noise import stranger
from compiler.baseline.world import MONITORING, WEB01, World

_TRIED = (
    "root", "admin", "ubuntu", "test", "oracle", "postgres", "git", "pi", "user", "ftpuser", "support", "ubnt",
    "hadoop", "jenkins", "mysql", "steam", "minecraft", "deploy", "guest", "nagios",
)  # fmt: skip
_KNOWN = frozenset({"root", "deploy", "postgres"})
_PEOPLE = (
    ("t.blum", "10.20.12.41", 3.0),
    ("d.stein", "10.20.11.125", 1.5),
    ("svc-config", "10.20.9.12", 4.0),
    ("deploy", "10.20.3.30", 0.7),
)
_COMMANDS = (
    "/usr/bin/systemctl reload apache2", "/usr/bin/apt-get install -y jq", "/usr/bin/journalctl -u php8.2-fpm",
    "/usr/bin/tail -f /var/log/auth.log", "/usr/bin/certbot renew --dry-run", "/usr/sbin/ausearch -k webshell",
    "/usr/bin/chown -R www-data:www-data /var/www/html/wp-content/uploads", "/bin/bash",
)  # fmt: skip
_JOBS = (("root", 3), ("www-data", 4), ("root", 6), ("logcheck", 12))
Said = tuple[int, str, int, str]
"""When, which program, its number, and what."""


def log(world: World) -> bytes:
    """The lines of the days in the order of time."""
    dice = world.dice("auth")
    said = [*_strangers(dice, world.days), *_people(dice, world.days), *_machines(dice, world.days)]
    end = moment(world.days, 0)
    return "".join(f"{_line(*one)}\n" for one in sorted(said) if one[0] < end).encode("ascii")


def _strangers(dice: Dice, days: int) -> Iterator[Said]:
    for number, at in enumerate(moments(dice, ALWAYS, 150, days)):
        address, port = stranger(number % 170 * 5 + 2), dice.between(1024, 65535)
        pid = dice.between(1000, 400_000)
        if dice.chance(0.2):
            # A survey, or somebody who speaks another protocol on this port.
            yield at, "sshd", pid, dice.pick((
                f"Connection closed by {address} port {port}",
                f"banner exchange: Connection from {address} port {port}: invalid format",
                f"Unable to negotiate with {address} port {port}: no matching MAC found. Their offer: umac",
                f"error: kex_exchange_identification: Connection closed by remote host ({address})",
            ))  # fmt: skip
            continue
        name = dice.pick(_TRIED)
        # Each connection tries one to three passwords.
        for step in range(dice.weigh(((1, 6), (2, 2), (3, 1)))):
            after = at + step * 2300 + dice.below(900)
            yield from _failure(dice, after, pid, name, address, port)
        yield at + 9 * SECOND, "sshd", pid, f"Received disconnect from {address} port {port}:11: Bye Bye [preauth]"
        who = "authenticating" if name in _KNOWN else "invalid"
        yield at + 9 * SECOND + 1, "sshd", pid, f"Disconnected from {who} user {name} {address} port {port} [preauth]"


def _failure(  # noqa: PLR0913, PLR0917 - each is a word of the message
    dice: Dice, at: int, pid: int, name: str, address: str, port: int
) -> Iterator[Said]:
    if name in _KNOWN:
        unix = f"authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={address}  user={name}"
        yield at, "sshd", pid, f"pam_unix(sshd:auth): {unix}"
        yield at + 1800, "sshd", pid, f"Failed password for {name} from {address} port {port} ssh2"
    else:
        yield at, "sshd", pid, f"Invalid user {name} from {address} port {port}"
        yield (
            at + dice.between(1500, 2200),
            "sshd",
            pid,
            f"Failed password for invalid user {name} from {address} port {port} ssh2",
        )


def _people(dice: Dice, days: int) -> Iterator[Said]:
    for login, address, per_day in _PEOPLE:
        for at in moments(dice, OFFICE, per_day, days):
            pid, port = dice.between(1000, 400_000), dice.between(32768, 60999)
            how = f"publickey for {login} from {address} port {port} ssh2: ED25519 SHA256:{dice.token(43)}"
            if login == "d.stein":
                # His key lies on the other machine; the first try is seldom right.
                for _ in range(dice.below(3)):
                    yield at - 6 * SECOND, "sshd", pid, f"Failed password for {login} from {address} port {port} ssh2"
                how = f"password for {login} from {address} port {port} ssh2"
            yield at, "sshd", pid, f"Accepted {how}"
            yield at + 20, "sshd", pid, f"pam_unix(sshd:session): session opened for user {login}(uid=1001) by (uid=0)"
            session = dice.between(900, 9000)
            yield at + 60, "systemd-logind", 611, f"New session {session} of user {login}."
            ended = at + dice.gap(25 * MINUTE)
            if login != "deploy" and dice.chance(0.6):
                yield from _sudo(dice, at + dice.below(max(ended - at, 1)), login)
            yield ended, "sshd", pid, f"pam_unix(sshd:session): session closed for user {login}"
            yield ended + 30, "systemd-logind", 611, f"Session {session} logged out. Waiting for processes to exit."
    for at in moments(dice, OFFICE, 0.4, days):
        pid = dice.between(1000, 400_000)
        yield at, "su", pid, "(to postgres) t.blum on pts/0"
        yield at + 9, "su", pid, "pam_unix(su-l:session): session opened for user postgres(uid=115) by t.blum(uid=0)"


def _sudo(dice: Dice, at: int, login: str) -> Iterator[Said]:
    pid, command = dice.between(1000, 400_000), dice.pick(_COMMANDS)
    if dice.chance(0.08):
        fault = "3 incorrect password attempts" if dice.chance(0.4) else "command not allowed"
        yield at, "sudo", pid, f"  {login} : {fault} ; TTY=pts/0 ; PWD=/home/{login} ; USER=root ; COMMAND={command}"
        return
    yield at, "sudo", pid, f"  {login} : TTY=pts/{dice.below(3)} ; PWD=/home/{login} ; USER=root ; COMMAND={command}"
    yield at + 8, "sudo", pid, f"pam_unix(sudo:session): session opened for user root(uid=0) by {login}(uid=1001)"
    yield at + dice.gap(MINUTE), "sudo", pid, "pam_unix(sudo:session): session closed for user root"


def _machines(dice: Dice, days: int) -> Iterator[Said]:
    for user, hours in _JOBS:
        for at in every(dice, hours * HOUR, days, MINUTE):
            pid = dice.between(1000, 400_000)
            yield at, "CRON", pid, f"pam_unix(cron:session): session opened for user {user}(uid=0) by (uid=0)"
            yield at + dice.gap(9 * SECOND), "CRON", pid, f"pam_unix(cron:session): session closed for user {user}"
    for at in every(dice, 2 * HOUR, days, MINUTE):
        port = dice.between(32768, 60999)
        yield at, "sshd", dice.between(1000, 400_000), f"Connection closed by {MONITORING} port {port} [preauth]"
    for at in every(dice, 24 * HOUR, days, HOUR):
        key = f"RSA SHA256:{dice.token(43)}"
        port = dice.between(32768, 60999)
        yield (
            at,
            "sshd",
            dice.between(1000, 400_000),
            f"Accepted publickey for root from 10.20.9.20 port {port} ssh2: {key}",
        )
    at = moment(min(2, days - 1), 10, dice.below(59))
    # Somebody new in the team gets an account.
    yield at, "useradd", 90_211, "new group: name=k.vogel, GID=1007"
    yield (
        at + 4,
        "useradd",
        90_211,
        "new user: name=k.vogel, UID=1007, GID=1007, home=/home/k.vogel, shell=/bin/bash, from=/dev/pts/0",
    )
    yield at + 20 * SECOND, "usermod", 90_230, "add 'k.vogel' to group 'sudo'"


def _line(at: int, program: str, pid: int, text: str) -> str:
    return f"{wall(at):%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}214+02:00 {WEB01.name} {program}[{pid}]: {text}"
