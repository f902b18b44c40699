"""Values that a store keeps in a form of its own: what becomes of them there, and what can still be asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from xml.sax.saxutils import escape

from sigma.types import SigmaBool, SigmaCasedString, SigmaNumber, SigmaString, SigmaType, SpecialChars


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
    return None if not text or _ENCODED.search(text) or _reads_as_encoded(text) else value


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


FORMS = {
    "last_part": Form(_last_part, _asked_last_part, "kept without its folders: only `endswith` a slash and the name"),
    "direction": Form(
        lambda text: _DIRECTIONS.get(text.lower()), _asked_direction, "kept as egress or ingress: only true and false"
    ),
    "hex_unless_plain": Form(
        _hexadecimal, _asked_hexadecimal, "kept in hexadecimal where it has a blank: only whole values without one"
    ),
    "xml_data": Form(
        lambda text: f"<Data>{escape(text)}</Data>",
        _asked_xml,
        "kept as XML with the event's other values: only `contains` of one text that XML writes as it is",
        "*<Data Name=*",
    ),
}
"""Forms by the name that ``changed`` of a field has; the text in ``lost`` goes on: "... can be asked"."""
