"""Lines of syslog, as the daemons of Linux and devices of Cisco write them into files.

The forms: RFC 3164 (``Mar  3 05:01:12 host program[pid]: text``), the same with an ISO 8601 time (rsyslog's default
since Debian 12), and RFC 5424 without structured data. A priority before the line is left aside. RFC 3164 has no year,
so such events have no time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from compiler.content.model import Logsource
from compiler.meaning.events.event import Event, EventFault
from compiler.meaning.events.instants import instant

LINE = re.compile(
    r"(?:<\d{1,3}>)?(?:1 )?(?P<time>[A-Z][a-z]{2} [ \d]\d(?: \d{4})? \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{8,24}) "
    r"(?P<host>\S{1,255}) (?P<program>[^\s:\[]{1,64})"
    r"(?:\[(?P<pid>\d{1,10})\]| (?P<procid>\d{1,10}|-) \S{1,32} -)?:? (?P<message>.*)"
)
_CISCO = re.compile(r"%(?P<facility>[A-Z][A-Z0-9_]{1,30})-(?:[A-Z0-9_]+-)*[0-7]-[A-Z0-9_]{2,40}")
CISCO_LINE = re.compile(r"(?:<\d{1,3}>)?[^%]{0,160}" + _CISCO.pattern + r": .*")

# pam and shadow write to the facility authpriv, as sshd and sudo do: the file auth.log or secure.
_AUTHORISING = frozenset(
    ("sshd", "sudo", "su", "login", "passwd", "useradd", "userdel", "usermod", "groupadd", "polkitd")
)
_SERVICES = {
    "cron": "cron",
    "crond": "cron",
    "sshd": "sshd",
    "sshd-session": "sshd",
    "sudo": "sudo",
    "vsftpd": "vsftpd",
    "clamd": "clamav",
    "freshclam": "clamav",
    "guacd": "guacamole",
    "guacamole": "guacamole",
}
# sudo: "Event Log Format" of sudoers(5): name=value pairs between semicolons.
_SUDO = re.compile(r"(?:^|[;:] )(TTY|PWD|USER|GROUP|COMMAND)=(.*?)(?= ;|$)")


def read_syslog(lines: Sequence[str]) -> Iterator[Event | EventFault]:
    """Each line as an event with ``hostname``, ``process``, ``pid`` and ``message``, and sudo's own fields."""
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        match = LINE.fullmatch(line)
        device = CISCO_LINE.fullmatch(line)
        if device is not None:
            yield Event({"message": line, "facility": device["facility"]}, _cisco(device["facility"]), None, number)
        elif match is None:
            yield EventFault(number, "no line of syslog")
        else:
            yield Event(_fields(match), _logsources(match["program"]), instant(match["time"]), number)


def _fields(match: re.Match[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "hostname": match["host"],
        "process": match["program"],
        "pid": match["pid"] or match["procid"],
        "message": match["message"],
    }
    if match["program"] == "sudo":
        fields |= dict(_SUDO.findall(match["message"]))
    return {name: value for name, value in fields.items() if value not in (None, "-")}


def _logsources(program: str) -> tuple[Logsource, ...]:
    name = program.rpartition("/")[2].lower()
    file = "auth" if name in _AUTHORISING or name == "sshd-session" else "syslog"
    services = (_SERVICES[name], file) if name in _SERVICES else (file,)
    return tuple(Logsource(None, "linux", service) for service in services)


def _cisco(facility: str) -> tuple[Logsource, ...]:
    # Commands of an administrator are logged by the configuration archive (PARSER) and by AAA accounting.
    services = {"PARSER": "aaa", "AAA": "aaa", "HA_EM": "aaa", "BGP": "bgp", "LDP": "ldp"}
    return (Logsource(None, "cisco", services.get(facility, "syslog")),)
