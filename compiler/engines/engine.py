"""What an engine is: something that runs queries on documents and says which they select."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

Kind = Literal["executed", "modelled", "parsed"]
"""How far an engine's verdict reaches: the vendor's own engine, another one, or the vendor's parser alone."""

ID = "tocsin_id"
"""The field of every document that names it within the tables of one run."""
TIME = "tocsin_time"
"""The field that holds when the event happened: microseconds since the epoch, UTC."""
LIST: Mapping[str, str] = {"SearchKey": "string"}
"""The columns of a list that a SOC keeps, where a query reads one as a table, with their types."""


class EngineUnavailable(Exception):  # noqa: N818 - the design's name; it is no error of the content
    """The engine cannot be had here; one line that says why (no Java, no network, ...)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """One place that queries read.

    ``name``: the macro without backticks (Splunk), the index (Elastic, OpenSearch), the table (KQL, SQL), the stream's
    labels (Loki). ``types`` maps a field there to the store's own type name. ``documents`` are flat, dotted names and
    all; each has ``ID`` (text), and ``TIME`` where it has a time.
    """

    name: str
    types: Mapping[str, str]
    documents: tuple[Mapping[str, Any], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Ask:
    """One query; ``settings`` are those of the conversion (index patterns, macros, ...)."""

    language: str
    text: str
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What an engine said: the ``ID`` of every document that the query selects, sorted, once a selection.

    For a correlation it is the document that closes it. ``hits`` is None if the engine refused the query, with its
    own words in ``error``, or if it only parses (and ``error`` is empty).
    """

    hits: tuple[str, ...] | None
    error: str = ""


class Engine(Protocol):
    """An engine. ``version`` is known once it is open, as in ``duckdb 2.0.0``."""

    name: str
    kind: Kind
    languages: frozenset[str]
    version: str

    def open(self) -> None:
        """Start what has to be started, on loopback. Raises ``EngineUnavailable``."""

    def run(self, tables: Sequence[Table], asks: Sequence[Ask]) -> list[Answer]:
        """Load the tables afresh, answer each query in order, and remove them again."""

    def close(self) -> None:
        """Stop what was started and remove what was written; harmless when called again, or before ``open``."""
