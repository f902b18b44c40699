"""Events out of logs: whatever an agent wrote, as fields in the names of Sigma's taxonomy.

One reader a module, listed in ``FORMATS``. A reader never stops: what it cannot read is an ``EventFault`` and the next
line goes on.
"""

from __future__ import annotations

import codecs
import dataclasses
import itertools
import re
from collections.abc import Sequence

from compiler.content.model import Logsource
from compiler.meaning.events.apache import LINE, read_apache
from compiler.meaning.events.auditd import RECORD, read_auditd
from compiler.meaning.events.cef import LINE as CEF_LINE
from compiler.meaning.events.cef import read_cef
from compiler.meaning.events.event import Event, EventFault, Reader
from compiler.meaning.events.exchange import HEAD as EXCHANGE_HEAD
from compiler.meaning.events.exchange import read_exchange
from compiler.meaning.events.jsonlines import read_jsonl
from compiler.meaning.events.squid import LINE as SQUID_LINE
from compiler.meaning.events.squid import read_squid
from compiler.meaning.events.syslog import CISCO_LINE, read_syslog
from compiler.meaning.events.syslog import LINE as SYSLOG_LINE
from compiler.meaning.events.w3c import read_w3c
from compiler.meaning.events.xmlevents import read_xml

__all__ = ["FORMATS", "Event", "EventFault", "Reader", "read_events"]

FORMATS: dict[str, Reader] = {
    "apache": read_apache,
    "auditd": read_auditd,
    "cef": read_cef,
    "exchange": read_exchange,
    "jsonl": read_jsonl,
    "squid": read_squid,
    "syslog": read_syslog,
    "w3c": read_w3c,
    "xml": read_xml,
}
"""Readers by the name that ``format`` of a source has."""

_PROBED = 20
"""Lines that are looked at until one tells the format."""

_BOMS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (codecs.BOM_UTF8, "utf-8-sig"))


def read_events(
    data: bytes,
    *,
    format: str | None = None,  # noqa: A002 - the word of `detections/sources`
    logsource: Logsource | None = None,
) -> tuple[list[Event], list[EventFault]]:
    """The events of a log file, by line, and what is wrong with the lines that gave none.

    ``format`` is a key of ``FORMATS``; without it the content tells. ``logsource`` stands for whatever the events would
    be recognised as. Bytes that are no UTF-8 (UTF-16 with its mark is read too) become U+FFFD. Raises ``KeyError`` for
    a format that is not there.
    """
    lines = _lines(data)
    name = format or _recognise(lines)
    if name is None:
        written = next((number for number, line in enumerate(lines) if line.strip()), None)
        return [], [] if written is None else [EventFault(written, f"no format that is known: {', '.join(FORMATS)}")]
    events: list[Event] = []
    faults: list[EventFault] = []
    for found in FORMATS[name](lines):
        if isinstance(found, EventFault):
            faults.append(found)
        else:
            events.append(found if logsource is None else dataclasses.replace(found, logsources=(logsource,)))
    # A reader may know only at the end of the file what some records say together.
    return sorted(events, key=lambda event: event.line), sorted(faults, key=lambda fault: fault.line)


def _lines(data: bytes) -> list[str]:
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "utf-8")
    text = data.decode(encoding, "replace")
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines[:-1] if lines and not lines[-1] else lines


_SIGNS = (
    ("exchange", EXCHANGE_HEAD),
    ("w3c", re.compile(r"\s*#(?:Software|Version|Date|Fields|Start-Date|End-Date|Remark):.*", re.IGNORECASE)),
    ("jsonl", re.compile(r"\s*(?:\{.*|\[\s*(?:[{\]].*)?)")),
    ("auditd", re.compile(f".*?(?:{RECORD.pattern}).*")),
    ("xml", re.compile(r".*<Events?[\s>].*|\s*<\?xml.*")),
    ("cef", CEF_LINE),
    ("apache", LINE),
    ("squid", SQUID_LINE),
    ("syslog", SYSLOG_LINE),
    ("syslog", CISCO_LINE),
)
"""What a whole line looks like in each format; the first that fits decides."""


def _recognise(lines: Sequence[str]) -> str | None:
    for line in itertools.islice((line for line in lines if line.strip()), _PROBED):
        if name := next((name for name, sign in _SIGNS if sign.fullmatch(line)), None):
            return name
    return None
