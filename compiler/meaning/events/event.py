"""An event as every reader gives it, and the fault of a line that gave none."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from compiler.content.model import Logsource


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """One event of a log, under the names of Sigma's taxonomy (sigma-appendix-taxonomy.md 2.1.0, Fields).

    ``logsources``: what kind of event it is; more than one where Sigma has several words for it, empty where the log
    does not tell, and then every rule is asked. ``time`` is in microseconds since 1970 UTC, None where the event has
    none. ``line`` is the line of the file at which it begins, from 0.
    """

    fields: Mapping[str, Any]
    logsources: tuple[Logsource, ...]
    time: int | None
    line: int


@dataclasses.dataclass(frozen=True, slots=True)
class EventFault:
    """What is wrong with a line (from 0), in one line of words; the rest of the file was read nevertheless."""

    line: int
    message: str


Reader = Callable[[Sequence[str]], Iterator[Event | EventFault]]
"""Reads the lines of a file, without their ends, in one format."""
