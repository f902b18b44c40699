r"""A record of the Linux audit system kept as one text: a test of a field is a pattern over the whole record.

Facts from the audit system's own documentation and code (linux-audit/audit-documentation, *Audit Event Fields*;
linux-audit/audit-userspace, ``audit_value_needs_encoding``): a record is ``key=value`` pairs, parted by a blank, those
of the enriched format by U+001D, those of a program's message within ``msg='...'``. What a program may choose
(``ENCODED``) stands in double quotes, or bare and in hexadecimal if it has a blank, a quote, or what is no printable
ASCII; so there is neither a blank nor a double quote between quotes. All else is bare.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sigma.types import (
    SigmaBool,
    SigmaCasedString,
    SigmaExists,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaString,
    SigmaType,
    SpecialChars,
)

from compiler.targets.tree import Tree, equals, negation, some

LOST = "one of the pairs in a record: no regular expression, comparison or `?`, and no letter beyond ASCII can be asked"
ENCODED = re.compile(r"a\d+|comm|cwd|exe|key|name")
"""The fields whose values a program may choose."""
_UNSAFE = re.compile(r'[^\x21-\x7e]|"')
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DIGITS = re.compile(r"[0-9A-Fa-f]*")
_WILD = SpecialChars.WILDCARD_MULTI
_END = r"(?:[ '\x1d]|$)"
_BARE = r"[^ \"'\x1d]*"
_PAIRS = "(?:[0-9A-F]{2})*"
_NEEDED = "(?:[01][0-9A-F]|2[02]|7F|[89A-F][0-9A-F])"
"""The pair of digits of a character for which a value is encoded."""


def record(fields: Mapping[str, Any]) -> str | None:
    """The record with these fields; None if it would say one of them in a form that reads as something else."""
    written = {name: _written(name, value) for name, value in fields.items()}
    if None in written.values():
        return None
    kind = f"type={written.pop('type')} " if "type" in written else ""
    return " ".join([f"{kind}msg=audit(0.000:0):", *(f"{name}={value}" for name, value in written.items())])


def _written(name: str, value: Any) -> str | None:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if not ENCODED.fullmatch(name):
        return text if text and not re.search(r"[ \"'\x1d]", text) and not _CONTROL.search(text) else None
    if not isinstance(value, str):
        return None if _reads_as_encoded(text) else text
    if not _UNSAFE.search(text):
        return f'"{text}"'
    return None if _CONTROL.search(text) else text.encode().hex().upper()


def asked(field: str, value: SigmaType) -> Tree | None:
    """A test of a field as one of the record that holds it; None if no pattern means the same."""
    start = rf"(?:^|[ \x1d]| msg='){field}=" if field == "type" else rf"(?:[ \x1d]| msg='){field}="
    there = equals(field, SigmaRegularExpression(start))
    if isinstance(value, SigmaNull):
        return negation(there)
    if isinstance(value, SigmaExists):
        return there
    if isinstance(value, (SigmaNumber, SigmaBool)):
        value = SigmaString.from_str(str(value).lower())
    if not isinstance(value, SigmaString):
        return None
    parts = list(value.s)
    if parts and set(parts) == {_WILD}:
        return there
    literal = "".join(part for part in parts if isinstance(part, str))
    if any(part is not _WILD and not isinstance(part, str) for part in parts) or not literal.isascii():
        return None
    said = _alternatives(field, parts, literal, folds=not isinstance(value, SigmaCasedString))
    return some(equals(field, SigmaRegularExpression(start + one)) for one in said) if said else None


def _alternatives(field: str, parts: list[Any], literal: str, *, folds: bool) -> list[str]:
    """The forms in which a value that fits may stand after its key; none if they cannot be told from others."""
    if _CONTROL.search(literal):
        return []
    encoded = ENCODED.fullmatch(field) is not None
    found = []
    if not _UNSAFE.search(literal):
        plain = "".join(_letters(part, folds) if isinstance(part, str) else '[^"]*' for part in parts)
        found.append(f'"{plain}"')
        if encoded and _WILD in parts and _DIGITS.fullmatch(literal):
            return []
        if literal and "'" not in literal and not (encoded and _reads_as_encoded(literal)):
            found.append("".join(_letters(part, folds) if isinstance(part, str) else _BARE for part in parts) + _END)
    return found + ([f"{one}{_END}" for one in _hexadecimal(parts, literal, folds)] if encoded else [])


def _hexadecimal(parts: list[Any], literal: str, folds: bool) -> list[str]:
    """The encodings of a pattern: it needs one itself, or what one of its wildcards stands for does."""
    said = ["".join(_digits(char, folds) for char in part) if isinstance(part, str) else _PAIRS for part in parts]
    if _UNSAFE.search(literal):
        return ["".join(said)]
    places = [place for place, part in enumerate(parts) if part is _WILD]
    return ["".join([*said[:place], f"{_PAIRS}{_NEEDED}{_PAIRS}", *said[place + 1 :]]) for place in places]


def _letters(text: str, folds: bool) -> str:
    """Literal text, each letter in both cases: the text of a record keeps the case of its keys too."""
    return "".join(
        f"[{char.lower()}{char.upper()}]" if folds and char.isalpha() else f"\\x{ord(char):02x}" for char in text
    )


def _digits(char: str, folds: bool) -> str:
    digits = [f"{ord(case):02X}" for case in sorted({char.lower(), char.upper()} if folds else {char})]
    return digits[0] if len(digits) == 1 else f"(?:{'|'.join(digits)})"


def _reads_as_encoded(text: str) -> bool:
    if not text or len(text) % 2 or not _DIGITS.fullmatch(text):
        return False
    return _UNSAFE.search(bytes.fromhex(text).decode("utf-8", "replace")) is not None
