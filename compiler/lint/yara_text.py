"""The text of a YARA file taken apart: what it imports, its rules, and the strings and the condition of each."""

from __future__ import annotations

import bisect
import dataclasses
import functools
import re
from collections.abc import Iterator

from compiler.diagnostics import Span

_TOKEN = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?\*/)"
    r'|(?P<text>"(?:\\.|[^"\\\n])*")'
    r"|(?P<string>\$\w*[ \t]*=(?!=)\s*)"
    r"|(?P<matches>\bmatches\s*/(?:\\.|\[\^?\]?(?:\\.|[^\]\\\n])*\]|[^/\\\n])+/\w*)"
    r"|(?P<condition>\bcondition\s*:)"
    r"|(?P<head>(?:\b(?:private|global)\s+)*\brule\s+(?P<name>\w+))"
    r"|(?P<word>\w+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_VALUE = re.compile(
    r'(?P<text>"(?:\\.|[^"\\\n])*")'
    r"|(?P<regex>/(?:\\.|\[\^?\]?(?:\\.|[^\]\\\n])*\]|[^/\\\n])+/\w*)"
    r"|(?P<hex>\{[^}]*\})",
    re.DOTALL,
)
_MODIFIERS = re.compile(r"(?:[ \t]*(?:ascii|wide|nocase|fullword|private|xor|base64wide|base64)\b(?:\([^)\n]*\))?)*")


@dataclasses.dataclass(frozen=True, slots=True)
class Pattern:
    """One string of a rule. ``kind`` is ``text``, ``regex`` or ``hex``; ``value`` is what stands between its marks."""

    name: str
    kind: str
    value: str
    modifiers: str
    span: Span


@dataclasses.dataclass(frozen=True, slots=True)
class Written:
    """One rule as written: ``words`` before ``rule``, its strings, its condition without comments and texts.

    ``span`` is the place of its identifier, ``last`` the last line before the next rule.
    """

    name: str
    words: tuple[str, ...]
    span: Span
    last: int
    patterns: tuple[Pattern, ...]
    condition: str


@dataclasses.dataclass(frozen=True, slots=True)
class File:
    """A YARA file: the modules that it imports with their places, and its rules by identifier, in order."""

    imports: tuple[tuple[str, Span], ...]
    rules: dict[str, Written]


@functools.lru_cache(maxsize=32)
def read_file(text: str, path: str) -> File:
    """Take a YARA file apart. It must compile: nothing is checked here."""
    places = _Places(text, path)
    imports: list[tuple[str, Span]] = []
    heads: list[re.Match[str]] = []
    previous = ""
    for match in _tokens(text):
        if match["head"]:
            heads.append(match)
        elif match["text"] and previous == "import":
            imports.append((match["text"][1:-1], places.at(match.start())))
        previous = match["word"] or ("" if match[0].strip() and not match["comment"] else previous)
    ends = [*(head.start() for head in heads[1:]), len(text)]
    rules = {head["name"]: _written(text, head, end, places) for head, end in zip(heads, ends, strict=False)}
    return File(tuple(imports), rules)


class _Places:
    """Lines and columns of offsets in a text."""

    def __init__(self, text: str, path: str) -> None:
        self._path = path
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def at(self, offset: int) -> Span:
        line = bisect.bisect_right(self._starts, offset)
        return Span(self._path, line, offset - self._starts[line - 1] + 1)


def _tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
    at, end = start, len(text) if end is None else end
    while at < end and (match := _TOKEN.match(text, at)):
        yield match
        at = match.end()
        if match["string"] and (value := _VALUE.match(text, at)):
            at = value.end()


def _written(text: str, head: re.Match[str], end: int, places: _Places) -> Written:
    patterns, condition = [], ""
    for match in _tokens(text, head.end(), end):
        if match["condition"]:
            condition = bare(text[match.end() : end])
            break
        if match["string"] and (value := _VALUE.match(text, match.end())):
            patterns.append(_pattern(match["string"].partition("=")[0].strip(), value, places.at(match.start())))
    last = places.at(end).line if end == len(text) else places.at(end).line - 1
    words = tuple(head["head"].split()[:-2])
    return Written(head["name"], words, places.at(head.start("name")), last, tuple(patterns), condition)


def _pattern(name: str, value: re.Match[str], span: Span) -> Pattern:
    kind = value.lastgroup or ""
    inner = value[0].rpartition("/")[0][1:] if kind == "regex" else value[0][1:-1]
    modifiers = _MODIFIERS.match(value.string, value.end())
    return Pattern(name, kind, inner, modifiers[0].strip() if modifiers else "", span)


def read_rule(text: str, path: str, name: str) -> Written:
    """One rule of a file; all of the text as its condition where its head is written in a way that is not found."""
    found = read_file(text, path).rules.get(name)
    return found or Written(name, (), Span(path), text.count("\n") + 1, (), bare(text))


def bare(text: str) -> str:
    """A part of a file without comments and without what stands in quotes."""
    return "".join("" if match["comment"] else '""' if match["text"] else match[0] for match in _TOKEN.finditer(text))
