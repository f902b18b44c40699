"""Windows events as XML: exports, Splunk's ``XmlWinEventLog``, and Sysmon for Linux in a syslog line."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.parsers import expat

from compiler.meaning.events.event import Event, EventFault
from compiler.meaning.events.records import event_of

_START = re.compile(r"<Event[\s>]")
_END = "</Event>"
_BETWEEN = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*|</?Events[^>]*>\s*)*")
MAX_DEPTH = 64


def read_xml(lines: Sequence[str]) -> Iterator[Event | EventFault]:
    """Each ``<Event>`` as an event; ``line`` is the one it begins in, for a value may hold line breaks.

    What stands before it in its line is a syslog header and is left aside. Only the element itself is parsed, so no
    document type, and with it no entity of the file's own, can come before it.
    """
    text = "\n".join(lines)
    breaks = [match.start() for match in re.finditer("\n", text)]
    starts = [match.start() for match in _START.finditer(text)]
    if not starts:
        if text.strip():
            yield EventFault(0, "no <Event> in the file")
        return
    yield from _strays(text[: starts[0]].split("\n")[:-1], 0)
    for start, stop in zip(starts, [*starts[1:], len(text)], strict=True):
        line = bisect.bisect_left(breaks, start)
        end = text.rfind(_END, start, stop)
        if end == -1:
            yield EventFault(line, "an <Event> without its end")
            continue
        end += len(_END)
        try:
            record = _Tree().read(text[start:end])
        except (expat.ExpatError, ValueError) as error:
            yield EventFault(line, f"not XML: {error}")
        else:
            yield event_of({"Event": record}, line)
        # What follows in the line of an event is its own; what stands before the next, in that one's line, too.
        between = text[end:stop].split("\n")
        last = len(between) if stop == len(text) else len(between) - 1
        yield from _strays(between[1:last], bisect.bisect_left(breaks, end) + 1)


def _strays(between: Sequence[str], line: int) -> Iterator[EventFault]:
    for offset, piece in enumerate(between):
        if not _BETWEEN.fullmatch(piece):
            yield EventFault(line + offset, "no <Event> in the line")


class _Tree:
    """Makes of one element the nested object that JSON dumps of events have."""

    def __init__(self) -> None:
        self._stack: list[tuple[dict[str, Any], list[str]]] = [({}, [])]

    def read(self, text: str) -> dict[str, Any]:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        # XML has no NUL and few other controls; a log may.
        parser.Parse(re.sub("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", text), True)
        found: dict[str, Any] = self._stack[0][0]["Event"]
        return found if isinstance(found, dict) else {}

    def _start(self, _: str, attributes: dict[str, str]) -> None:
        if len(self._stack) > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
        known = {name: value for name, value in attributes.items() if not name.startswith("xmlns")}
        self._stack.append(({"#attributes": known} if known else {}, []))

    def _end(self, name: str) -> None:
        element, texts = self._stack.pop()
        text = "".join(texts)
        value: Any = element
        if not element:
            value = text
        elif "#attributes" in element and len(element) == 1 and text:
            element["#text"] = text
        parent = self._stack[-1][0]
        name = name.rpartition(":")[2]
        if name not in parent:
            parent[name] = value
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]

    def _text(self, text: str) -> None:
        self._stack[-1][1].append(text)
