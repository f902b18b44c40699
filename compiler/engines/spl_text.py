"""The text of SPL: words of commands and expressions, quotes, macros, and what stands between pipes and brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

Row = dict[str, Any]
"""One event or result: text, a number, a truth value, a list (a multivalue field), or None."""

ROW_ID: Final = "\0id"
"""Where a row keeps the event that it is made of; no name or pattern of a query reaches it."""


class SplError(Exception):
    """What this model does not know, or Splunk would refuse; one line."""


_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)
_PIECE = re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`|[|\[\]]|[^"`|\[\]]+|.', re.DOTALL)


def commands(spl: str) -> list[str]:
    """The commands of a search, split at its pipes; Search Manual, *About the search pipeline*.

    The first is empty if the search begins with a pipe. Raises ``SplError`` for quotes and brackets without an end, and
    for a backtick in quotes: Splunk expands macros before it reads quotes.
    """
    parts, depth = [""], 0
    for match in _PIECE.finditer(spl):
        piece = match[0]
        if piece in ('"', "`"):
            raise SplError(f"{piece} without an end")
        if piece.startswith('"') and "`" in piece:
            raise SplError("a backtick in quotes begins a macro")
        depth += {"[": 1, "]": -1}.get(piece, 0)
        if depth < 0:
            raise SplError("] without [")
        if piece == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    if depth:
        raise SplError("[ without ]")
    return [part.strip() for part in parts]


def brackets(text: str) -> list[str]:
    """The subsearches of a command, each in its brackets, with nothing between them."""
    found, depth = [""], 0
    for match in _PIECE.finditer(text):
        piece = match[0]
        depth -= piece == "]"
        if depth:
            found[-1] += piece
        elif piece == "]":
            found.append("")
        elif piece != "[" and piece.strip():
            raise SplError(f"{piece.strip()!r} where a subsearch belongs")
        depth += piece == "["
    return [part.strip() for part in found[:-1]]


def unquoted(token: str) -> str:
    r"""Text within double quotes: a backslash escapes a quote, a pipe and a backslash, any other is itself.

    Search Reference, *search*, Quotes and escaping characters.
    """
    return re.sub(r'\\([\\"|])', r"\1", token[1:-1]) if token.startswith('"') else token


def folded(text: str) -> str:
    """``text`` in lower case, letter by letter, so that a part folds as the whole does."""
    return text.lower() if text.isascii() else "".join(letter.lower() for letter in text)


def is_quoted(token: str) -> bool:
    """True for a text in double quotes."""
    return _QUOTED.fullmatch(token) is not None


class Tokens:
    """Words one after another; ``peek`` gives '' at the end."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words, self._place = list(words), 0

    @classmethod
    def of(cls, text: str, pattern: re.Pattern[str]) -> Tokens:
        """The words of ``text``: group 1 of ``pattern``, one match after another. Raises ``SplError``."""
        return cls(list(_words(text, pattern)))

    def peek(self, ahead: int = 0) -> str:
        """The next word, or that after it."""
        place = self._place + ahead
        return self._words[place] if place < len(self._words) else ""

    def take(self, expected: str = "") -> str:
        """The next word, which must be ``expected`` if that is given."""
        word = self.peek()
        if not word or expected not in ("", word):
            raise SplError(f"{word or 'the end'!r} where {expected or 'a word'!r} belongs")
        self._place += 1
        return word

    def took(self, *wanted: str) -> str:
        """The next word if it is one of ``wanted``, in any letter case, and then it is taken; else ''."""
        return self.take() if self.peek().upper() in wanted else ""

    def end(self) -> None:
        """Raises ``SplError`` unless nothing is left."""
        if self.peek():
            raise SplError(f"{self.peek()!r} after the end of an expression")


def _words(text: str, pattern: re.Pattern[str]) -> Iterator[str]:
    place, text = 0, text.strip()
    while place < len(text):
        match = pattern.match(text, place)
        if match is None:
            raise SplError(f"no SPL that is known here: {text[place : place + 40]!r}")
        yield match[1]
        place = match.end()


def shown(value: Any) -> str:
    """A value as text. Whole numbers have no point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def number(value: Any) -> float | int | None:
    """The number that a value is or reads as; None for any other value, truth values among them."""
    if isinstance(value, (int, float)):
        return None if isinstance(value, bool) else value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value) if re.search(r"[.eE]", value) else int(value)
    return None
