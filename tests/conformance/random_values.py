"""Random values of rules and events from a seed: texts, numbers, regexes, networks and times at which queries break."""
# ruff: noqa: RUF001, S104 - letters that look alike are among them, and no address is bound to

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Sequence
from typing import Any

from compiler.meaning.regex import Dialect, RegexError, compile_regex

WORDS = ("a", "ab", "aab", "aba", "cmd.exe", "WhoAmI", "C:\\Windows\\a", "/usr/bin/x", "-enc", "x-y", "POST", "0", "7")
"""Short and overlapping, so that two values of a rule often mean nearly the same."""
ODD = (
    *("\\*", "\\?", "\\\\", "\\\\*", "\\\\?", "\\\\\\*", "\\", "\\n", "\\\\\\\\", "*", "?", "*?", "??", "**"),
    *('"', "'", "`", "''", '\\"', "%", "%41", "%%", "_", "$", "$x$", "${a}", "$$", "|", "||", "&&", "{", "}", "[", "]"),
    *("(", ")", "(?i)", "[a]", "[[", "a{2}", "^", "~", "#", "//", "--", "/*", "*/", ";", ":", ",", "=", "==", "<", ">"),
    *("!", "@", "+", ".", "..", ".*", " ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u2028", "\u200b", "\ufeff", "\x01"),
    *("AND", "OR", "NOT", "null", "true", "False", "nan", "in", "0x10", "007", "1e3", "-", "\u2013", "/", "\u2015"),
)
LETTERS = (
    "é",
    "É",
    "ß",
    "ẞ",
    "ı",
    "İ",
    "Σ",
    "ς",
    "σ",
    "\u212a",
    "Å",
    "\u01c5",
    "e\u0301",
    "😀",
    "𐐀",
    "𐐨",
    "İi",
    "ﬁ",
    "Ω",
)
"""Letters whose case folds oddly or beyond ASCII, combining ones, and what lies beyond the BMP."""
NUMBERS = (0, 1, -1, 2, 7, 80, 443, 4624, 65535, 2**31 - 1, 2**31, -(2**31) - 1, 2**32, 2**53, 2**53 + 1, 2**63 - 1)
BEYOND = (2**63, -(2**63), 2**64, 10**20, 1.5, -0.5, 0.1, 1e-7, 1e16, 3.0, 1e300)
"""Numbers that not every type holds."""
NETWORKS = (
    *("10.0.0.0/8", "192.0.2.0/24", "192.0.2.128/25", "203.0.113.7/32", "0.0.0.0/0", "192.0.2.0/31", "128.0.0.0/1"),
    *("192.0.2.77/26", "198.51.100.7", "2001:db8::/32", "2001:db8::/33", "fe80::/10", "::/0", "2001:db8::1/128"),
    *("::ffff:192.0.2.0/120", "2001:db8:0:8000::/49", "10.1.2.3/13", "2001:db8::1"),
)
ADDRESSES = (
    *("192.0.2.0", "192.0.2.127", "192.0.2.128", "192.0.2.255", "10.255.255.255", "11.0.0.0", "9.255.255.255"),
    *("203.0.113.7", "0.0.0.0", "255.255.255.255", "2001:db8::", "2001:db8::1", "2001:db8:ffff::1", "2001:db9::"),
    *("::1", "::ffff:192.0.2.5", "fe80::1", "febf::1", "fec0::", "128.0.0.0", "127.255.255.255", "192.0.2.1:80"),
    *("192.0.2.01", "1.2.3", "", "192.0.2.0/24", "2001:DB8::1", "2001:0db8::0001", "fe80::1%eth0", " 192.0.2.1"),
)
MOMENTS = (
    *("2026-11-22T10:22:59Z", "2026-11-22 10:22:59.123", "2026-01-01", "2027-01-01T00:00:00+14:00", "2026-12-31T23:59"),
    *("2026-06-30 07:08:09 UTC", "2024-02-29T12:00:00.000Z", "2026-13-01T00:00:00Z", "10:22", "1763806979", "", "soon"),
)
PLACEHOLDERS: dict[str, tuple[str | int, ...]] = {
    "words": ("alice", "B*b", "a\\*b"),
    "one": ("x-1",),
    "numbers": (7, 4624),
    "odd": ('"', "$x", "ß"),
}
"""What placeholders of random rules stand for."""


def text(dice: random.Random, *, plain: bool = False) -> str:
    """A value as a rule writes it, wildcards and escapes among it; ``plain``: of common words alone."""
    if plain or dice.random() < 0.25:
        return dice.choice(WORDS)
    if dice.random() < 0.02:
        return dice.choice(("", "x" * 1030 + "*", "*" + "é" * 1025, "a\\*" * 400))
    parts = [_piece(dice) for _ in range(dice.choice((1, 2, 2, 3, 3, 4, 5)))]
    return "".join(parts)


def _piece(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.4:
        return dice.choice(WORDS)
    if kind < 0.9:
        return dice.choice(ODD)
    return dice.choice(LETTERS)


def said(dice: random.Random) -> str:
    """A value as an event may have it."""
    return text(dice).replace("*", dice.choice(("", "*", "ab"))).replace("?", dice.choice(("a", "?", "\n")))


def number(dice: random.Random) -> int | float:
    """A number, mostly one that every store holds."""
    return dice.choice(NUMBERS if dice.random() < 0.93 else BEYOND)


_ATOMS = (
    *(
        "a",
        "b",
        "A",
        "ab",
        "c",
        "0",
        "7",
        " ",
        "x",
        "é",
        "ß",
        "İ",
        "σ",
        "😀",
        "-",
        "_",
        "/",
        "\\/",
        '"',
        '\\"',
        "'",
        "`",
    ),
    *(
        ".",
        ".",
        "\\.",
        "\\*",
        "\\?",
        "\\\\",
        "\\$",
        "\\^",
        "\\(",
        "\\[",
        "\\{",
        "\\|",
        "\\-",
        "\\ ",
        "#",
        "\\#",
        "@",
        "~",
    ),
    *("\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\b", "\\B", "\\n", "\\t", "\\r", "\\x41", "\\x{1F600}", "\\x{e9}"),
    *("[ab]", "[^ab]", "[a-c]", "[A-Z]", "[^\\n]", "[\\w-]", "[\\s\\S]", "[^\\s]", "[\\d.]", "[]a]", "[^]a]", "[a\\]]"),
    *("[[:alpha:]]", "[[:digit:]a]", "[$^]", "[.*]", "[\\\\]", "[a^]", "[-a]", "[a-]", "[\\^a]", "[/]", '["]', "[&&]"),
    *(
        "\\pL",
        "\\p{Lu}",
        "\\PN",
        "[é-ü]",
        "[^é]",
        "<",
        ">",
        "&",
        "&&",
        "%",
        ",",
        "=",
        "!",
        ":",
        ";",
        "{",
        "}",
        "]",
        "$x",
    ),
    *("\\QA.b\\E", "\\A", "\\z", "\\f", "\\v", "\\a", "\\07", "<1-9>", "\\<", "\\@", "\\&", "\\%", "\\:", "\\é"),
)
_QUANTIFIERS = ("*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0}", "{2,}", "{1,2}?", "{,2}", "{0,1}")


def regex(dice: random.Random, flags: Sequence[str]) -> str:
    """A regex that the reference takes under these flags."""
    while True:
        made = _alternatives(dice, 0)
        if dice.random() < 0.2:
            made = dice.choice(("^", "\\A", "(?i)", "(?s)", "(?m)^")) + made
        if dice.random() < 0.2:
            made += dice.choice(("$", "$", "\\z", "\\b"))
        try:
            compile_regex(made, Dialect(*(flag in flags for flag in "ims")))
            if dice.random() < 0.95:
                with warnings.catch_warnings(action="ignore"):
                    re.compile(made)  # what Python does not read no converter that stands on pySigma does
        except (RegexError, re.error):
            continue
        return made


def _alternatives(dice: random.Random, depth: int) -> str:
    count = dice.choice((1, 1, 1, 2, 3)) if depth else dice.choice((1, 1, 1, 1, 2))
    return "|".join(_sequence(dice, depth) for _ in range(count))


def _sequence(dice: random.Random, depth: int) -> str:
    return "".join(_repeated(dice, depth) for _ in range(dice.choice((0, 1, 2, 2, 3) if depth else (1, 2, 3, 4))))


def _repeated(dice: random.Random, depth: int) -> str:
    kind = dice.random()
    if kind < 0.75 or depth > 2:
        made = dice.choice(_ATOMS)
    elif kind < 0.985:
        heads = ("(", "(", "(?:", "(?:", "(?i:", "(?-i:", "(?s:", "(?P<n>", "(?i-s:")
        made = f"{dice.choice(heads)}{_alternatives(dice, depth + 1)})"
    else:
        made = dice.choice(("(?=a)", "(?!b)", "(?<=a)", "(?<!-)", "(a)\\1", "(?>a+)"))
    return made + dice.choice(_QUANTIFIERS) if dice.random() < 0.3 else made


def near(dice: random.Random, value: Any) -> Any:
    """Something that a careless query takes for ``value``, or that is next to it."""
    if isinstance(value, bool):
        return dice.choice((not value, str(value), int(value), str(value).lower()))
    if isinstance(value, int | float):
        return dice.choice((value + 1, value - 1, -value, str(value), f"0{value}", f"{value}.0", f" {value}"))
    if not isinstance(value, str) or not value:
        return said(dice)
    at = dice.randrange(len(value))
    edits = (
        value[:at] + value[at + 1 :],
        value[:at] + dice.choice((*ODD, *LETTERS)) + value[at:],
        value[:at] + value[at].swapcase() + value[at + 1 :],
        value[:at] + dice.choice("ab0é \n\\*") + value[at + 1 :],
        value + dice.choice(("\n", "\\", " ", "a", "*", "\r\n")),
        dice.choice(("\n", "\\", " ", "a", '"')) + value,
        value.swapcase(),
        value + value,
        value.replace("\\", "\\\\") if dice.random() < 0.5 else value.replace("\\", ""),
        value.replace(" ", "\n"),
        value[::-1],
        [value, dice.choice(WORDS)],
    )
    return dice.choice(edits)
