"""The text of a YARA file taken apart: its rules and the strings of each, as written and with their places."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from compiler.diagnostics import Span

_TOKEN = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?\*/)"
    r'|(?P<text>"(?:\\.|[^"\\\n])*")'
    r"|(?P<string>\$\w*[ \t]*=\s*)"
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

    rule: str
    name: str
    kind: str
    value: str
    modifiers: str
    span: Span


@dataclasses.dataclass(frozen=True, slots=True)
class Head:
    """The head of a rule: its identifier and the words before ``rule``."""

    name: str
    words: tuple[str, ...]
    span: Span


@dataclasses.dataclass(frozen=True, slots=True)
class Import:
    """A module that a file imports."""

    module: str
    span: Span


def read_text(text: str, path: str) -> Iterator[Pattern | Head | Import]:
    """What a YARA file declares, in order. The file must compile: nothing is checked here."""
    at, rule, words = 0, "", []
    while match := _TOKEN.match(text, at):
        at = match.end()
        span = _span(text, path, match.start())
        if match["word"]:
            words.append(match["word"])
            if words[-2:-1] == ["rule"] and match["word"] != "rule":
                rule = match["word"]
                yield Head(rule, tuple(word for word in words[-4:-2] if word in ("global", "private")), span)
        elif match["text"] and words[-1:] == ["import"]:
            yield Import(match["text"][1:-1], span)
        elif match["string"]:
            value = _VALUE.match(text, at)
            if value is None:
                continue
            modifiers = _MODIFIERS.match(text, value.end())
            at = modifiers.end() if modifiers else value.end()
            name = match["string"].split("=")[0].strip()
            yield _pattern(rule, name, value, text[value.end() : at].strip(), span)


def _pattern(rule: str, name: str, value: re.Match[str], modifiers: str, span: Span) -> Pattern:
    kind = value.lastgroup or ""
    inner = value[0].rpartition("/")[0][1:] if kind == "regex" else value[0][1:-1]
    return Pattern(rule, name, kind, inner, modifiers, span)


def _span(text: str, path: str, offset: int) -> Span:
    return Span(path, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def bare(text: str) -> str:
    """The text of a file without comments and without what stands in quotes."""
    return "".join("" if match["comment"] else '""' if match["text"] else match[0] for match in _TOKEN.finditer(text))
