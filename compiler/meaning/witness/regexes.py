"""Strings in which a regex is found: short ones, several, always the same ones, each checked by the reference."""

from __future__ import annotations

import functools
import random
import re
import warnings
from collections.abc import Iterator, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]  # the standard library has no public parser of its syntax
from typing import Any

from compiler.meaning.predicates import Regex
from compiler.meaning.regex import RegexOverrunError, compile_regex

_TRIES = 60
_LONGEST = 20_000
_ALPHABET = "aZ0x-_.9 qK/:\\\"'%*?$(é~=,;<>@#&!|[]{}^+`\t\n"
"""What a class or a dot may stand for, plain characters first: a class takes the first few of them that it holds."""
_CATEGORIES = {
    op.CATEGORY_DIGIT: "0179",
    op.CATEGORY_NOT_DIGIT: "aZ-",
    op.CATEGORY_SPACE: " \t",
    op.CATEGORY_NOT_SPACE: "aZ0-",
    op.CATEGORY_WORD: "aZ0_",
    op.CATEGORY_NOT_WORD: " -.",
}
_SPELLED = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}
_ATOMIC = op.ATOMIC_GROUP
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_RESPELLED = (
    (re.compile(r"\(\?<(?=[A-Za-z_])"), "(?P<"),
    (re.compile(r"\\z"), r"\\Z"),
    (re.compile(r"\(\?[imsU]+\)"), ""),
    (re.compile(r"\\x\{([0-9a-fA-F]{1,2})\}"), lambda found: f"\\x{int(found[1], 16):02x}"),
    (re.compile(r"\[:alpha:\]"), "a-zA-Z"),
    (re.compile(r"\[:digit:\]"), "0-9"),
    (re.compile(r"\[:alnum:\]"), "a-zA-Z0-9"),
    (re.compile(r"\[:space:\]"), r"\\s"),
    (re.compile(r"\\h"), "[ \\t]"),
    (re.compile(r"\\p\{L[ul]?\}|\\pL"), "[a-zA-Zé]"),
    (re.compile(r"\\p\{Nd?\}|\\pN"), "[0-9]"),
    (re.compile(r"(?<!\\)\{,(?=\d*\})"), r"\\{,"),
)
"""What RE2 writes otherwise than Python; flags fall away, since each string is checked with them."""


@functools.lru_cache(maxsize=4096)
def strings_for(regex: Regex, count: int = 4, seed: int = 0) -> tuple[str, ...]:
    """Up to ``count`` different strings in which the regex is found, the shortest first; none if none was hit upon.

    The same arguments give the same strings, on every machine.
    """
    source = regex.source
    for pattern, spelling in _RESPELLED:
        source = pattern.sub(spelling, source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = _parser.parse(source)
    except (re.error, OverflowError, RecursionError):
        return ()
    fits = compile_regex(regex.source, regex.dialect)
    found: dict[str, None] = {}
    try:
        for text in _drafts(parsed, seed):
            if text not in found and fits(text):
                found[text] = None
                if len(found) >= count:
                    break
    except RegexOverrunError:
        return ()
    return tuple(sorted(found, key=lambda text: (len(text), text)))


def _drafts(parsed: Any, seed: int) -> Iterator[str]:
    for number in range(_TRIES):
        # The first draft takes the first of everything, and of each repetition as little as it may.
        draft = _Draft(random.Random(seed * _TRIES + number), plain=number == 0)  # noqa: S311  only variety is asked
        try:
            text = draft.items(parsed)
        except (_TooLongError, RecursionError):
            continue
        yield text


class _TooLongError(Exception):
    pass


class _Draft:
    """One string for a parsed regex; look-around and boundaries are hoped for, and the caller checks."""

    def __init__(self, choices: random.Random, *, plain: bool) -> None:
        self._choices, self._plain = choices, plain
        self._groups: dict[int | None, str] = {}
        self._length = 0

    def items(self, parsed: Any) -> str:
        return "".join(self._one(kind, value) for kind, value in parsed)

    def _one(self, kind: Any, value: Any) -> str:
        if kind in _REPEATS:
            return self._repeated(*value)
        if kind in (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN):
            return self._counted(self._choose(_characters(kind, value)))
        if kind is op.GROUPREF:
            return self._counted(self._groups.get(value, ""))
        if kind is op.SUBPATTERN:
            self._groups[value[0]] = text = self.items(value[-1])
            return text
        return self.items(self._inner(kind, value))

    def _inner(self, kind: Any, value: Any) -> Any:
        """The part of a regex that a piece of it stands for; nothing for anchors and what must not follow."""
        if kind is op.BRANCH:
            return value[1][0] if self._plain else self._choices.choice(value[1])
        if kind is op.ASSERT:
            return value[1]
        return value if kind is _ATOMIC else ()

    def _repeated(self, least: int, most: Any, items: Any) -> str:
        times = int(least)
        if not self._plain:
            times = min(int(most), times + self._choices.choice((0, 0, 1, 1, 2, 5)))
        return "".join(self.items(items) for _ in range(times))

    def _choose(self, chars: Any) -> str:
        if not chars:
            return ""
        return str(chars[0]) if self._plain else str(self._choices.choice(chars))

    def _counted(self, text: str) -> str:
        self._length += len(text)
        if self._length > _LONGEST:
            raise _TooLongError
        return text


def _characters(kind: Any, value: Any) -> Sequence[str]:
    if kind is op.LITERAL:
        return (chr(value),)
    if kind is op.NOT_LITERAL:
        return [char for char in _ALPHABET if char != chr(value)]
    return _ALPHABET[:-1] if kind is op.ANY else _members(value)


def _members(parts: Any) -> list[str]:
    """Some characters of a class, the plainest first."""
    negated = any(kind is op.NEGATE for kind, _ in parts)
    if negated:
        return [char for char in _ALPHABET if not any(_holds(kind, value, char) for kind, value in parts)]
    found: list[str] = []
    for kind, value in parts:
        if kind is op.LITERAL:
            found.append(chr(value))
        elif kind is op.RANGE:
            found += [chr(value[0]), chr(value[1]), chr((value[0] + value[1]) // 2)]
        elif kind is op.CATEGORY:
            found += _CATEGORIES.get(value, "")
    return list(dict.fromkeys(found))


def _holds(kind: Any, value: Any, char: str) -> bool:
    if kind is op.LITERAL:
        return chr(value) == char
    if kind is op.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    return kind is op.CATEGORY and re.match(_SPELLED[value], char, re.ASCII) is not None
