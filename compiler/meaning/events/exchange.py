r"""Logs of Exchange Server below ``<ExchangeInstall>\Logging``: comma-separated values under a ``#Fields:`` line.

The directives and the fields of the HttpProxy and of the ECP server logs as the servers write them:
elastic/integrations packages/microsoft_exchange_server/data_stream/httpproxy, and the samples of
microsoft/CSS-Exchange. Of the log of the generation of the offline address book no description is published, so a
row of it is kept as the text that it is.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from typing import Any

from compiler.content.model import Logsource
from compiler.meaning.events.event import Event, EventFault
from compiler.meaning.events.instants import instant

HEAD = re.compile(r"\ufeff?#Software: *Microsoft Exchange.*")
"""The first directive, which tells these logs from others that have the same directives."""

HTTPPROXY = Logsource(None, "windows", "msexchange-httpproxy")
ECP = Logsource(None, "windows", "msexchange-ecp")
OAB = Logsource(None, "windows", "msexchange-oabgenerator")

_KINDS = (("httpproxy", HTTPPROXY), ("ecp server", ECP), ("oab", OAB))
_NUMBERS = frozenset(("HttpStatus", "BackEndStatus", "RequestBytes", "ResponseBytes"))
_TIMES = ("DateTime", "TimeStamp")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT[^,\s]+")


def read_exchange(lines: Sequence[str]) -> Iterator[Event | EventFault]:
    """Each row as an event, in the names of the last ``#Fields:`` before it; a field without a value is missing.

    ``Message`` is the row itself in the log of address book generation, whose columns are not published.
    """
    names: list[str] = []
    logsource: Logsource | None = None
    for number, line in enumerate(lines):
        if line.startswith("#") or not line.strip():
            directive, _, rest = line[1:].partition(":")
            if directive.lower() == "log-type":
                logsource = next((found for word, found in _KINDS if word in rest.lower()), None)
            elif directive.lower() == "fields":
                names = [name.strip() for name in rest.split(",")]
        elif logsource is OAB:
            stamp = _STAMP.search(line)
            yield Event({"Message": line}, (OAB,), instant(stamp[0]) if stamp else None, number)
        elif not names:
            yield EventFault(number, "a row before any #Fields: line")
        elif (found := _event(names, line, logsource, number)) is not None:
            yield found


def _event(names: list[str], line: str, logsource: Logsource | None, number: int) -> Event | EventFault | None:
    try:
        values = next(csv.reader([line]))
    except csv.Error as error:
        return EventFault(number, f"no row of comma-separated values: {error}")
    if values == names:
        return None  # the servers repeat the names as a row
    if len(values) > len(names):
        return EventFault(number, f"{len(values)} values for the {len(names)} fields that #Fields: names")
    fields: dict[str, Any] = {}
    for name, value in zip(names, values, strict=False):
        if value and name in _NUMBERS and value.isascii() and value.isdigit() and len(value) < 20:
            fields[name] = int(value)
        elif value:
            fields[name] = value
    when = next((fields[name] for name in _TIMES if name in fields), "")
    return Event(fields, (logsource,) if logsource else (), instant(when), number)
