"""Strings with wildcards: how a rule writes them, and whether a text is one."""

from __future__ import annotations

import dataclasses
import enum
import itertools
import re
from collections.abc import Callable, Iterable, Iterator

from compiler.meaning.values import fold

DASHES = "-/\u2013\u2014\u2015"
"""What may introduce a flag on Windows; sigma-appendix-modifiers.md 2.1.0, ``windash``."""


class Wild(enum.Enum):
    """A place in a pattern that more than one text fits."""

    ANY = "*"
    ONE = "?"
    DASH = "windash"

    def __repr__(self) -> str:
        return self.name


@dataclasses.dataclass(frozen=True, slots=True)
class Placeholder:
    """A ``%name%`` under ``expand``, to be replaced by what the environment says."""

    name: str


Token = str | Wild | Placeholder
Tokens = tuple[Token, ...]
"""A string as written, read: literal runs, never empty and never side by side, and what stands between them."""


def merge(tokens: Iterable[Token]) -> Tokens:
    """The same pattern with neighbouring literals joined, empty ones dropped, and of ``**`` one star kept."""
    merged: list[Token] = []
    for token in tokens:
        if isinstance(token, str) and merged and isinstance(merged[-1], str):
            merged[-1] += token
        elif token != "" and not (token is Wild.ANY and merged and merged[-1] is Wild.ANY):
            merged.append(token)
    return tuple(merged)


_SPECIAL = re.compile(r"\\[\\*?]|[*?]")
# A name begins with a letter, so that the two signs of '50%-60%' are no placeholder.
_SPECIAL_EXPAND = re.compile(r"\\[\\*?%]|[*?]|%(?P<name>[^\W\d][\w.-]*)%")


def parse(text: str, *, expand: bool = False) -> Tokens:
    r"""Read a string as a rule writes it; sigma-rules-specification.md 2.1.0, Escape Character.

    From left to right: ``\*``, ``\?`` and ``\\`` are the second character alone, any other backslash is itself; ``*``
    and ``?`` are wildcards. With ``expand`` also ``%name%`` is a placeholder and ``\%`` a plain percent sign.
    """
    special = _SPECIAL_EXPAND if expand else _SPECIAL
    tokens: list[Token] = []
    at = 0
    for match in special.finditer(text):
        tokens.append(text[at : match.start()])
        at = match.end()
        found = match[0]
        if found[0] == "\\":
            tokens.append(found[1])
        elif found[0] == "%":
            tokens.append(Placeholder(match["name"]))
        else:
            tokens.append(Wild(found))
    tokens.append(text[at:])
    return merge(tokens)


def vary_dashes(tokens: Tokens) -> Tokens:
    """The pattern with every dash at a flag's place made any dash: no word character before it, one after it.

    A wildcard next to a dash counts as no word character; words are Unicode's, with the underscore.
    """
    varied: list[Token] = []
    for token in tokens:
        if not isinstance(token, str):
            varied.append(token)
            continue
        start = 0
        for at, char in enumerate(token):
            before = at > 0 and _is_word(token[at - 1])
            after = at + 1 < len(token) and _is_word(token[at + 1])
            if char in DASHES and after and not before:
                varied += [token[start:at], Wild.DASH]
                start = at + 1
        varied.append(token[start:])
    return merge(varied)


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def spell_dashes(tokens: Tokens) -> Iterator[Tokens]:
    """Every pattern that results if each varied dash is one dash: five to the power of their number."""
    choices = [DASHES if token is Wild.DASH else (token,) for token in tokens]
    return (merge(choice) for choice in itertools.product(*choices))


def is_plain(tokens: Tokens) -> bool:
    """True if the pattern is one text, without wildcards or placeholders."""
    return all(isinstance(token, str) for token in tokens)


def plain(tokens: Tokens) -> str:
    """The text of a plain pattern; ``ValueError`` if it is none."""
    if not is_plain(tokens):
        raise ValueError("the pattern is no plain text")
    return "".join(token for token in tokens if isinstance(token, str))


def fold_tokens(tokens: Tokens) -> Tokens:
    """The pattern with the letter case of its literals folded."""
    return tuple(fold(token) if isinstance(token, str) else token for token in tokens)


@dataclasses.dataclass(frozen=True, slots=True)
class _Segment:
    """A part of a pattern between two ``*``: all texts that it fits have one length."""

    length: int
    literal: str | None
    regex: re.Pattern[str] | None

    def fits(self, text: str, at: int) -> bool:
        if self.literal is not None:
            return text.startswith(self.literal, at)
        return self.regex is not None and self.regex.match(text, at) is not None

    def find(self, text: str, start: int, end: int) -> int:
        if self.literal is not None:
            return text.find(self.literal, start, end)
        found = self.regex.search(text, start, end) if self.regex is not None else None
        return found.start() if found else -1


def _segment(tokens: list[Token]) -> _Segment:
    if all(isinstance(token, str) for token in tokens):
        literal = "".join(str(token) for token in tokens)
        return _Segment(len(literal), literal, None)
    source, length = "", 0
    for token in tokens:
        if isinstance(token, str):
            source += re.escape(token)
            length += len(token)
        else:
            source += "." if token is Wild.ONE else f"[{DASHES}]"
            length += 1
    return _Segment(length, None, re.compile(source, re.DOTALL))


def matcher(tokens: Tokens) -> Callable[[str], bool]:
    """A test whether a whole text fits the pattern; in time of text times pattern at worst, without backtracking.

    Letter case is compared as it stands: fold both sides where it is to be ignored.
    """
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token is Wild.ANY:
            parts.append([])
        else:
            parts[-1].append(token)
    first, *rest = [_segment(part) for part in parts]
    if not rest:
        return lambda text: len(text) == first.length and first.fits(text, 0)
    *inner, last = rest
    middle = [segment for segment in inner if segment.length]
    least = first.length + last.length

    def fits(text: str) -> bool:
        if len(text) < least or not first.fits(text, 0) or not last.fits(text, len(text) - last.length):
            return False
        # The leftmost place leaves the most room for what follows, so no choice needs to be taken back.
        at, end = first.length, len(text) - last.length
        for segment in middle:
            found = segment.find(text, at, end)
            if found == -1:
                return False
            at = found + segment.length
        return True

    return fits
