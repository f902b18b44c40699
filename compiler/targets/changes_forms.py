"""Values that a store keeps in a form of its own: what becomes of them there, and what can still be asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import NamedTuple

from sigma.types import (
    SigmaBool,
    SigmaCasedString,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SigmaType,
    SpecialChars,
)


class Form(NamedTuple):
    """How a store keeps values, and how it is asked for one.

    ``kept`` gives the store's text for a value, None where the store cannot tell it from another; ``asked`` the
    condition value in the store's form, None where that would not mean the same; ``lost`` says why, in a few words.
    ``other`` is a pattern that marks what the store's field holds of events that have not the value at all, so that
    ``null`` and ``exists`` cannot be asked; empty where there are none.
    """

    kept: Callable[[str], str | None]
    asked: Callable[[SigmaType], SigmaType | None]
    lost: str
    other: str = ""


def _plain(value: SigmaType) -> str | None:
    """The text of a condition value that is one value and no pattern."""
    if isinstance(value, SigmaString):
        return None if value.contains_special() else "".join(part for part in value.s if isinstance(part, str))
    return str(value) if isinstance(value, (SigmaBool, SigmaNumber)) else None


def _spelled(like: SigmaString, text: str) -> SigmaString:
    made = like.__class__()
    made.s = [text]
    return made


# A path of which the part after the last slash is kept.
def _last_part(text: str) -> str | None:
    return text.rpartition("/")[2] if "/" in text else None


def _asked_last_part(value: SigmaType) -> SigmaType | None:
    if not isinstance(value, SigmaString) or len(value.s) != 2 or value.s[0] is not SpecialChars.WILDCARD_MULTI:
        return None
    end = value.s[1]
    if not isinstance(end, str) or end[:1] != "/" or "/" in end[1:] or len(end) < 2:
        return None
    return _spelled(value, end[1:])


# Whether the host itself opened the connection, as Elastic words it.
_DIRECTIONS = {"true": "egress", "false": "ingress"}


def _asked_direction(value: SigmaType) -> SigmaType | None:
    text = _plain(value)
    if text is None or isinstance(value, SigmaCasedString):
        return None
    word = _DIRECTIONS.get(text.lower())
    return None if word is None else SigmaString(word)


# The audit system (linux-audit/audit-userspace, audit_value_needs_encoding): a value with a blank, a quote, or a
# character that is no printable ASCII is logged in hexadecimal.
_ENCODED = re.compile(r'[^\x21-\x7e]|"')
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")


def _hexadecimal(text: str) -> str | None:
    if not _ENCODED.search(text):
        return None if _reads_as_encoded(text) else text
    return None if _CONTROL.search(text) else text.encode().hex().upper()


def _reads_as_encoded(text: str) -> bool:
    if not _HEX.fullmatch(text):
        return False
    decoded = bytes.fromhex(text).decode("utf-8", "replace")
    return bool(_ENCODED.search(decoded)) and not _CONTROL.search(decoded)


def _asked_hexadecimal(value: SigmaType) -> SigmaType | None:
    text = _plain(value)
    if text and not _ENCODED.search(text):
        return None if _reads_as_encoded(text) else value
    return _either_form(value) if isinstance(value, SigmaString) and any(value.s) else None


_ENCODING = "(?:[0-9A-F]{2})*(?:20|22|[89A-F][0-9A-F])(?:[0-9A-F]{2})*$"
"""What a value in hexadecimal reads: pairs of digits, one of which made the encoding necessary."""


def _either_form(value: SigmaString) -> SigmaType | None:
    """A pattern as a regular expression over the plain form and the encoded, whichever the value has."""
    folds = not isinstance(value, SigmaCasedString)
    plain, encoded = "", ""
    for part in value.s:
        if part is SpecialChars.WILDCARD_MULTI:
            plain, encoded = plain + ".*", encoded + "(?:..)*"
        elif isinstance(part, str) and part.isascii() and not _CONTROL.search(part):
            plain += "".join(char if char.isalnum() else f"\\x{ord(char):02x}" for char in part)
            encoded += "".join(_pairs(char, folds) for char in part)
        else:
            return None
    pattern = f"^(?:(?!{_ENCODING}){plain}|(?={_ENCODING}){encoded})$"
    return SigmaRegularExpression(pattern, {SigmaRegularExpressionFlag.IGNORECASE} if folds else set())


def _pairs(char: str, folds: bool) -> str:
    cases = sorted({char.lower(), char.upper()} if folds else {char})
    digits = [f"{ord(case):02X}" for case in cases]
    return digits[0] if len(digits) == 1 else f"(?:{'|'.join(digits)})"


# The text of an element of XML, with the tags around it.
_TAGS = "<data></data><binary></binary>"


def _asked_xml(value: SigmaType) -> SigmaType | None:
    if not isinstance(value, SigmaString) or len(value.s) != 3:
        return None
    before, text, after = value.s
    if not isinstance(text, str) or {before, after} != {SpecialChars.WILDCARD_MULTI}:
        return None
    # Neither what XML writes otherwise, nor what stands in the tags or in the binary part of the event.
    strange = re.search(r"[<>&\"'\s]", text.replace(" ", "")) or text.lower() in _TAGS or _HEX.fullmatch(text)
    return None if strange or re.fullmatch(r"[0-9A-Fa-f]*", text) else value


# Several values of one event in one text, a line each.
def _asked_joined(value: SigmaType) -> SigmaType | None:
    if not isinstance(value, SigmaString) or len(value.s) < 3 or not value.contains_special():
        return None
    before, *inner, after = value.s
    if {before, after} != {SpecialChars.WILDCARD_MULTI} or any(
        isinstance(part, str) and "\n" in part for part in inner
    ):
        return None
    if len(inner) == 1:
        return value
    # A wildcard stays within its value, hence within its line.
    wild: dict[object, str] = {SpecialChars.WILDCARD_MULTI: r"[^\n]*", SpecialChars.WILDCARD_SINGLE: r"[^\n]"}
    pattern = "".join(re.escape(part) if isinstance(part, str) else wild.get(part, "") for part in inner)
    cased = isinstance(value, SigmaCasedString)
    return SigmaRegularExpression(pattern, set() if cased else {SigmaRegularExpressionFlag.IGNORECASE})


FORMS = {
    "last_part": Form(_last_part, _asked_last_part, "kept without its folders: only `endswith` a slash and the name"),
    "direction": Form(
        lambda text: _DIRECTIONS.get(text.lower()), _asked_direction, "kept as egress or ingress: only true and false"
    ),
    "hex_unless_plain": Form(
        _hexadecimal,
        _asked_hexadecimal,
        "kept in hexadecimal where it has a blank: no regular expression, and no `?`, control or letter beyond ASCII",
    ),
    "xml_data": Form(
        lambda text: f"<Data>{escape(text, quote=False)}</Data>",
        _asked_xml,
        "kept as XML with the event's other values: only `contains` of one text that XML writes as it is",
        "*<Data Name=*",
    ),
    "joined": Form(
        lambda text: None if "\n" in text else text,
        _asked_joined,
        "kept with the event's other values, a line each: only `contains` within a line",
    ),
}
"""Forms by the name that ``changed`` of a field has; the text in ``lost`` goes on: "... can be asked"."""
