"""JSON events: one object or array a line, or one array over many lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from compiler.meaning.events.event import Event, EventFault
from compiler.meaning.events.records import event_of

MAX_DEPTH = 64
"""Nesting that one record may have; everything that walks an event may recurse that far."""

_RECORD = re.compile(r"Record [0-9]+")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def read_jsonl(lines: Sequence[str]) -> Iterator[Event | EventFault]:
    """Each object of each line as an event; of an array in a line each of its objects, all with that line."""
    # evtx_dump puts such a line before each record of its indented output.
    lines = ["" if _RECORD.fullmatch(line) else line for line in lines]
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines and _spans_lines(lines[first]):
        yield from _read_whole(lines, first)
        return
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            value = _parse(line)
        except (ValueError, RecursionError) as error:
            yield EventFault(number, f"not JSON: {_words(error)}")
            continue
        yield from _events(value, number, line)


def _parse(text: str) -> Any:
    return json.loads(text, parse_constant=_refuse)


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no number of JSON")


def _words(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at column {error.colno}"
    return "nested too deep" if isinstance(error, RecursionError) else str(error)


def _events(value: Any, line: int, text: str) -> Iterator[Event | EventFault]:
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict):
            yield EventFault(line, "an event is a JSON object")
        elif text.count("{") + text.count("[") > MAX_DEPTH and _depth(item) > MAX_DEPTH:
            yield EventFault(line, f"an event nested deeper than {MAX_DEPTH} levels")
        else:
            yield event_of(_sound(item) if _SURROGATE.search(text) else item, line)


def _depth(value: Any) -> int:
    deepest, stack = 0, [(value, 1)]
    while stack:
        item, depth = stack.pop()
        deepest = max(deepest, depth)
        if isinstance(item, (dict, list)):
            stack.extend((inner, depth + 1) for inner in (item.values() if isinstance(item, dict) else item))
    return deepest


def _sound(value: Any) -> Any:
    # JSON can spell half of a surrogate pair, which no encoding can write: it becomes U+FFFD, as in bytes that are
    # no UTF-8.
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_sound(key): _sound(inner) for key, inner in value.items()}
    return [_sound(inner) for inner in value] if isinstance(value, list) else value


def _spans_lines(line: str) -> bool:
    try:
        _parse(line)
    except json.JSONDecodeError as error:
        # Only a text that ends too early can go on in the next line.
        return line.strip() in ("[", "{") or (line.lstrip().startswith("[") and error.pos >= len(line.rstrip()))
    except (ValueError, RecursionError):
        return False
    return False


def _read_whole(lines: Sequence[str], first: int) -> Iterator[Event | EventFault]:
    text = "\n".join(lines)
    decoder = json.JSONDecoder(parse_constant=_refuse)
    gap = re.compile(r"[\s,]*")
    at = _end(gap, text, 0)
    array = text[at : at + 1] == "["
    at += array
    line, counted = first, _end(gap, text, 0)
    while (at := _end(gap, text, at)) < len(text) and not (array and text[at] == "]"):
        line, counted = line + text.count("\n", counted, at), at
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            yield EventFault(line, f"not JSON: {_words(error)}; the rest of the file was not read")
            return
        yield from _events(value, line, text[at:end])
        at = end


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
