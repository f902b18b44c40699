"""Records of the Linux audit daemon, each by itself and joined into the process or file that they tell of.

The format: linux-audit/audit-documentation, "audit-fields" and "audit-event-parsing":
``type=... msg=audit(seconds:serial):`` and ``name=value`` pairs; values that a stranger may have chosen are quoted, or
in hexadecimal if they hold a blank, a quote or a control character. Enriched records repeat fields with their names in
capitals after a 0x1D.
"""

from __future__ import annotations

import dataclasses
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.content.model import Logsource
from compiler.meaning.events.event import Event, EventFault

AUDITD = Logsource(product="linux", service="auditd")
PROCESS = Logsource("process_creation", "linux")
FILE = Logsource("file_event", "linux")

RECORD = re.compile(
    r"(?:node=(?P<node>\S{1,255}) )?type=(?P<type>\S{1,64}) "
    r"msg=audit\((?P<seconds>\d{1,12})(?:\.(?P<millis>\d{1,6}))?:(?P<serial>\d+)\):"
)
_PAIR = re.compile(r"""(?<![\w.-])([A-Za-z_][\w.-]*+(?:\[[0-9]+\])?)=("[^"]*"|'[^']*'|[^\s]*)""")
_HEX = re.compile(r"(?:[0-9A-F]{2})+")
_ARGUMENT = re.compile(r"a([0-9]{1,6})(?:\[([0-9]{1,6})\])?")
_ENCODED = frozenset(
    ("acct", "cmd", "comm", "cwd", "data", "dir", "exe", "file", "key", "name", "new-disk", "old-disk", "ocomm", "path",
     "proctitle", "sw", "unit", "vm", "watch")
)  # fmt: skip
"""Fields whose encoding "audit-fields" gives as ``encoded``; the arguments of EXECVE besides."""


@dataclasses.dataclass(slots=True)
class _Group:
    """The records of one serial, by type, with their lines."""

    time: int
    records: list[tuple[int, Mapping[str, str]]] = dataclasses.field(default_factory=list)

    def first(self, kind: str) -> tuple[int, Mapping[str, str]] | None:
        return next(((line, fields) for line, fields in self.records if fields["type"] == kind), None)


def read_auditd(lines: Sequence[str]) -> Iterator[Event | EventFault]:
    """Each record as an event of ``service: auditd``; then what records of one serial tell together.

    - a program started (SYSCALL and EXECVE, unless it failed): ``process_creation`` with Sysmon's names, at the line of
      the SYSCALL;
    - a file made (SYSCALL and a PATH with ``nametype=CREATE``): ``file_event``, at the line of the PATH.
    """
    groups: dict[tuple[str, str, str], _Group] = {}
    for number, line in enumerate(lines):
        if not line.strip() or line.strip() == "----":
            continue
        match = RECORD.search(line)
        if match is None:
            yield EventFault(number, "no record of the audit daemon")
            continue
        fields = _fields(match, line)
        time = int(match["seconds"]) * 1_000_000 + int((match["millis"] or "0").ljust(6, "0"))
        yield Event(fields, (AUDITD,), time, number)
        group = groups.setdefault((match["node"] or "", match["seconds"], match["serial"]), _Group(time))
        group.records.append((number, fields))
    for group in groups.values():
        yield from _joined(group)


def _fields(match: re.Match[str], line: str) -> dict[str, str]:
    kind = match["type"]
    fields = {"type": kind, "node": match["node"]} if match["node"] else {"type": kind}
    pieces: dict[str, list[tuple[int, str]]] = {}
    for name, value in _pairs(line[match.end() :]):
        argument = _ARGUMENT.fullmatch(name) if kind == "EXECVE" else None
        text = _decoded(value) if argument or name in _ENCODED else value.strip('"')
        if argument and argument[2]:
            # An argument too long for one record comes in pieces; hexadecimal may be cut between two digits' pairs
            # only, so each piece is decoded by itself.
            pieces.setdefault(f"a{argument[1]}", []).append((int(argument[2]), text))
        else:
            fields.setdefault(name, text)
    for name, parts in pieces.items():
        fields[name] = "".join(text for _, text in sorted(parts))
    return fields


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for name, value in _PAIR.findall(text.replace("\x1d", " ")):
        if value.startswith("'"):
            # Records of programs hold their own pairs inside msg='...'.
            yield from _PAIR.findall(value.strip("'"))
        else:
            yield name, value


def _decoded(value: str) -> str:
    if value.startswith('"'):
        return value.strip('"')
    if not _HEX.fullmatch(value):
        return value
    # The arguments in a proctitle end in NUL; ausearch prints blanks.
    return bytes.fromhex(value).decode("utf-8", "replace").removesuffix("\0").replace("\0", " ")


def _joined(group: _Group) -> Iterator[Event]:
    syscall = group.first("SYSCALL")
    if syscall is None or syscall[1].get("success") == "no":
        return
    line, call = syscall
    cwd = (group.first("CWD") or (0, {}))[1].get("cwd")
    process = _process(call, cwd)
    if (execve := group.first("EXECVE")) is not None:
        started = {**process, "CommandLine": _command_line(group, execve[1]), "ParentProcessId": call.get("ppid")}
        yield Event(_present(started), (PROCESS,), group.time, line)
    for place, path in group.records:
        if path["type"] == "PATH" and path.get("nametype") == "CREATE" and path.get("name", "(null)") != "(null)":
            made = {**process, "TargetFilename": posixpath.normpath(posixpath.join(cwd or "", path["name"]))}
            yield Event(_present(made), (FILE,), group.time, place)


def _process(call: Mapping[str, str], cwd: str | None) -> dict[str, Any]:
    # The names of Sysmon for Linux; User is the name where the record is enriched, else the number.
    return {
        "Image": call.get("exe"),
        "CurrentDirectory": cwd,
        "ProcessId": call.get("pid"),
        "User": call.get("UID") or call.get("uid"),
        "LogonId": call.get("ses"),
        "key": None if call.get("key") == "(null)" else call.get("key"),
    }


def _command_line(group: _Group, execve: Mapping[str, str]) -> str | None:
    arguments: dict[int, str] = {}
    for _, fields in group.records:
        if fields["type"] == "EXECVE":
            arguments |= {int(name[1:]): text for name, text in fields.items() if re.fullmatch(r"a[0-9]{1,6}", name)}
    if arguments or "argc" in execve:
        return " ".join(text for _, text in sorted(arguments.items()))
    title = group.first("PROCTITLE")
    return title[1].get("proctitle", "") if title else None


def _present(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
