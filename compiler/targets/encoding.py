"""Encodings that a rule asks for, worked out before pySigma reads it, which encodes some values otherwise.

pySigma 1.5.1 encodes a value with its escapes, writes the byte order mark of ``utf16`` as UTF-8 and counts the offsets
of ``base64offset`` in characters. What stands here follows the Sigma specification, *Appendix: modifiers*: UTF-16 is
little-endian unless told, a mark stands before ``utf16`` alone, and ``base64offset`` has the part of each of the three
encodings that does not depend on what stands around the value.
"""

from __future__ import annotations

import base64
import codecs
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sigma.types import SigmaString

_CHARSETS: Mapping[str, Callable[[str], bytes]] = {
    "wide": lambda text: text.encode("utf-16-le"),
    "utf16le": lambda text: text.encode("utf-16-le"),
    "utf16be": lambda text: text.encode("utf-16-be"),
    "utf16": lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
}
_ENCODERS = frozenset({"base64", "base64offset"})
_LINKS = frozenset({"all", "cased", "neq"})
_CUT = (0, 2, 3)
"""Characters of an encoding that depend on what stands before, by how many bytes of a group of three that is."""


def encoded(node: Any) -> Any:
    """A detection with the values under ``base64`` and ``base64offset`` encoded and without these modifiers.

    What cannot be written so is left as it is: a wildcard, a modifier before the encoding that is none of bytes, two
    entries that would be one. The given detection is not changed.
    """
    if isinstance(node, list):
        return [encoded(item) for item in node]
    if not isinstance(node, dict):  # of an abstract class the question takes ten times as long
        return node
    found: dict[Any, Any] = {}
    for key, value in node.items():
        entry = _entry(key, value) if isinstance(key, str) else None
        if entry is None or entry[0] in node or entry[0] in found:
            found[key] = encoded(value)
        else:
            found[entry[0]] = entry[1]
    return found


def _entry(key: str, value: Any) -> tuple[str, list[str]] | None:
    name, *modifiers = key.split("|")
    # These may stand anywhere, and are about what is compared at last.
    modifiers.sort(key=_LINKS.__contains__)
    steps = list(itertools.takewhile(lambda word: word in _CHARSETS or word in _ENCODERS, modifiers))
    rest = modifiers[len(steps) :]
    values = value if isinstance(value, list) else [value]
    if not steps or steps[-1] not in _ENCODERS or "base64offset" in steps[:-1] or not values:
        return None
    if any(one in _CHARSETS and other in _CHARSETS for one, other in itertools.pairwise(steps)):
        return None
    if steps[-1] == "base64offset" and (rest[:1] != ["contains"] or ("all" in rest and len(values) > 1)):
        return None
    if not all(isinstance(one, str) and not SigmaString(one).contains_special() for one in values):
        return None
    texts = [text for one in values for text in _encodings(SigmaString(one).s, steps)]
    return "|".join([name, *(word for word in rest if word != "all" or len(values) > 1)]), texts


def _encodings(parts: Sequence[Any], steps: Sequence[str]) -> list[str]:
    """The encodings of one value, each in plain text."""
    raw = "".join(parts).encode()
    for step in steps:
        if step in _CHARSETS:
            raw = _CHARSETS[step](raw.decode())
        elif step == "base64":
            raw = base64.b64encode(raw)
    return _anywhere(raw) if steps[-1] == "base64offset" else [raw.decode()]


def _anywhere(raw: bytes) -> list[str]:
    """What is in the encoding of any bytes that hold ``raw``, by where in a group of three they begin."""
    found = []
    for shift, cut in enumerate(_CUT):
        last = (shift + len(raw)) % 3
        text = base64.b64encode(bytes(shift) + raw).decode()
        found.append(text[cut : len(text) - (0, 3, 2)[last]])
    return found
