r"""Regular expressions in words that every engine reads alike.

The reference reads them as RE2 does (google/re2, *Syntax*). To others ``{,2}`` is a repetition, ``\v`` a class of
several characters (PCRE), and ``[[:digit:]]`` a class of brackets, colons and letters (Java, Python).
"""

from __future__ import annotations

import re

_PIECE = re.compile(
    r"(?P<escape>\\.)|(?P<set>\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\])|(?P<brace>\{,\d*\})|(?P<other>.)", re.DOTALL
)
_WITHIN = re.compile(r"\[:(\^?\w+):\]|\\.", re.DOTALL)
CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": r"\x00-\x7f",
    "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\x0b\f\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
"""ASCII character classes as the parts of a set."""


def spelled(source: str) -> str:
    """The regex with what engines read differently written out; a negated class within a set stays as it is."""
    return _PIECE.sub(_piece, source)


def has_negated_class(source: str) -> bool:
    """True if a set of the regex holds a class such as ``[:^digit:]``, which is not written out."""
    return any("[:^" in found["set"] for found in _PIECE.finditer(source) if found["set"])


def _piece(found: re.Match[str]) -> str:
    if found["set"]:
        return "[" + _WITHIN.sub(_within, found[0][1:])
    if found["brace"]:
        return "\\" + found[0]
    return r"\x0b" if found["escape"] == r"\v" else found[0]


def _within(found: re.Match[str]) -> str:
    if found[1]:
        return CLASSES.get(found[1], found[0])
    return r"\x0b" if found[0] == r"\v" else found[0]
