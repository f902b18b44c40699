"""A model of SPL as the converter writes it: a stand-in for Splunk, of which there is no open engine.

Written from Splunk's Search Reference and Search Manual, Enterprise 9.4; each part cites its sections. What it does not
know is refused, never skipped. Limits, beside those that the parts tell:

- Macros are the tables; their definitions, time ranges, index-time segmentation and lookups are not modelled. ``_raw``
  is the values of a document, one a line, and ``host`` and ``source`` are the table's name.
- Letter case folds as Unicode does; Splunk promises that for ASCII alone (deviation ``ascii-case``). In a regular
  expression ``.`` is one letter of any alphabet; whether Splunk gives PCRE text or bytes is not documented.
- Fields have no limit of length, subsearches none of rows or time, memory none at all (``max_mem_usage_mb``), regular
  expressions none of steps; the time zone is UTC. *multisearch* is no subsearch: its limits do not apply to it.
- An empty text is a value (deviation ``empty-is-missing``).

A second opinion is not to be had: siglens, which reads a part of SPL, is on no package registry that we reach (the Go
module proxy refuses ``github.com/siglens/siglens``, November 2026).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from compiler.engines.engine import ID, TIME, Answer, Ask, EngineUnavailable, Kind, Table
from compiler.engines.spl_commands import compiled
from compiler.engines.spl_search import TABLE
from compiler.engines.spl_text import ROW_ID, Row, SplError, shown


class Spl:
    """Searches over rows in memory."""

    name = "spl"
    kind: Kind = "modelled"
    languages = frozenset({"spl"})
    version = "tocsin-spl 1"

    def __init__(self, url: str = "") -> None:
        """There is no server, so no ``url`` either."""
        self._url = url

    def open(self) -> None:
        """Nothing to start. Raises ``EngineUnavailable`` for a ``url``."""
        if self._url:
            raise EngineUnavailable("the model of SPL runs in this process; it has no URL")

    def run(self, tables: Sequence[Table], asks: Sequence[Ask]) -> list[Answer]:
        """Each search over the events of all tables."""
        rows = [row_of(document, table.name) for table in tables for document in table.documents]
        return [answer(ask, rows, [table.name for table in tables]) for ask in asks]

    def close(self) -> None:
        """Nothing is left of a run."""


ENGINE = Spl


def row_of(document: Mapping[str, Any], table: str) -> Row:
    """A document as Splunk shows it to a search: ``_time`` in seconds, ``_raw``, ``host`` and ``source``."""
    fields = {name: value for name, value in document.items() if name not in (ID, TIME)}
    made: Row = {TABLE: table, "host": table, "source": table, **fields, ROW_ID: document[ID]}
    if TIME in document:
        made["_time"] = document[TIME] / 1_000_000
    made.setdefault("_raw", "\n".join(_lines(fields)))
    return made


def _lines(fields: Mapping[str, Any]) -> list[str]:
    values = (value if isinstance(value, list) else [value] for value in fields.values())
    return [shown(one) for several in values for one in several if one is not None]


def expanded(text: str, macros: Mapping[str, str]) -> str:
    """A search with its macros of one argument, ``field``, replaced by their definitions, before anything is read."""
    for name, definition in macros.items():
        pieces = re.split(rf"`{re.escape(name)}\(([^`]*)\)`", text)
        pieces[1::2] = [definition.replace("$field$", field) for field in pieces[1::2]]
        text = "".join(pieces)
    return text


def answer(ask: Ask, rows: list[Row], tables: Sequence[str]) -> Answer:
    """What one search selects of ``rows``; a macro without events is a macro all the same."""
    known = {*tables, *ask.settings.get("macros", ())}
    try:
        found = compiled(expanded(ask.text, ask.settings.get("lists", {})), known)(rows)
        return Answer(tuple(sorted(str(row[ROW_ID]) for row in found)))
    except SplError as error:
        return Answer(None, str(error))
    except KeyError:
        return Answer(None, "the rows that come out are no events")
    except RecursionError:
        return Answer(None, "the search is nested too deeply")
