"""Pieces of LogQL: strings, label names, and Sigma patterns as regular expressions that Loki reads as they are.

Facts from Grafana's *Log queries* (Loki 3) and from Loki 3.7.8 itself: a label filter's ``=~`` must match the whole
value; the expressions are those of Go (RE2), ``.`` is no newline unless ``s``; but an expression that looks like a mere
literal with ``.*`` around it, or like alternatives with a common start, is replaced by a search that is not anchored
(``pkg/logql/log/filter.go``, ``simplifyConcat``). Text anchors keep Loki from that, so every expression has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import cast

import re2
from sigma.types import SigmaCasedString, SigmaRegularExpression, SigmaString, SpecialChars

from compiler.targets.target import UNSAYABLE, Refusal

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SPECIAL = re.compile(r"[\\.^$*+?{}\[\]()|]")
_DOT = re.compile(r"^(?:[^\\.]|\\.)*\.", re.DOTALL)
"""A dot that no backslash escapes, within an expression of ``pattern``."""
_WORDS = frozenset(
    """
    and bool by decolorize drop group_left group_right ignoring json keep label_format label_replace line_format logfmt
    of offset on or pattern regexp unless unpack unwrap variants without
    """.split()  # noqa: SIM905 - a list of words reads better as one
)
"""Words that LogQL does not take as the name of a label, in any letter case."""


def quoted(text: str) -> str:
    """``text`` as a string of LogQL; plain text in backquotes where that spares backslashes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refusal(UNSAYABLE, "half of a surrogate pair cannot be written in LogQL") from None
    plain = all(letter.isprintable() for letter in text)
    if plain and "`" not in text and ("\\" in text or '"' in text):
        return f"`{text}`"
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if letter in '\\"':
        return f"\\{letter}"
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def checked_name(name: str) -> str:
    """A label name as a template reads it. Raises ``Refusal`` for what no label can be called."""
    if not _NAME.fullmatch(name):
        raise Refusal(UNSAYABLE, f"a label cannot be called {name!r} in Loki")
    return name


def is_word(name: str) -> bool:
    """True if a filter would take the name for a word of LogQL."""
    return name.lower() in _WORDS


def fold(text: str) -> str:
    """``text`` in lower case as Go's ``strings.ToLower`` makes it: code point by code point."""
    return "".join("i" if letter == "\u0130" else letter.lower() for letter in text)


def has_cases(value: SigmaString) -> bool:
    """True if letter case matters to how ``value`` is compared."""
    if isinstance(value, SigmaCasedString):
        return False
    plain = "".join(part for part in value.s if isinstance(part, str))
    return not plain.isascii() or any(letter.isalpha() for letter in plain)


def pattern(value: SigmaString, *, any_run: str = ".*", any_one: str = ".") -> str:
    """A Sigma pattern as an expression, unanchored; in lower case unless ``cased``. The wildcards take newlines."""
    wild = {SpecialChars.WILDCARD_MULTI: any_run, SpecialChars.WILDCARD_SINGLE: any_one}
    cased = isinstance(value, SigmaCasedString)
    return "".join(
        _SPECIAL.sub(r"\\\g<0>", part if cased else fold(part))
        if isinstance(part, str)
        else wild[cast(SpecialChars, part)]
        for part in value.s
    )


def plain_text(value: SigmaString) -> str | None:
    """The text that a value without wildcards stands for, in lower case unless ``cased``; None if it has some."""
    if value.contains_special():
        return None
    text = "".join(part for part in value.s if isinstance(part, str))
    return text if isinstance(value, SigmaCasedString) else fold(text)


def whole(patterns: Sequence[str]) -> str:
    """Any of ``patterns`` over a whole value."""
    joined = patterns[0] if len(patterns) == 1 else f"(?:{'|'.join(patterns)})"
    return f"{'(?s)' if re.search(_DOT, joined) else ''}^{joined}$"


def found(value: SigmaRegularExpression) -> str:
    """A regular expression of a rule, found anywhere. Raises ``Refusal`` for what Go's expressions cannot say."""
    flags = "".join(sorted(SigmaRegularExpression.sigma_to_re_flag[flag] for flag in value.flags))
    text = str(value.regexp)
    check(text)
    return f"^(?s:.*)(?{flags}:{text})(?s:.*)$"


def check(regex: str) -> None:
    """Refuse an expression with look-around or back-references, which a linear engine does not have."""
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(regex, options)
    except (re2.error, UnicodeEncodeError):
        raise Refusal(
            UNSAYABLE, "Loki's regular expressions (RE2) have no look-around and no back-references"
        ) from None


def takes_empty(regex: str) -> bool:
    """True if an expression matches the empty text, and so what Loki sees of a label that is missing."""
    return re2.search(regex, "") is not None


def only_stars(values: Iterable[SigmaString]) -> bool:
    """True if one of the values is nothing but ``*``: any value at all, the empty one too."""
    return any(value.s and all(part is SpecialChars.WILDCARD_MULTI for part in value.s) for value in values)
