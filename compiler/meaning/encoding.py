"""Bytes of a value and their Base64, for ``wide``, ``utf16``, ``base64`` and their kin."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Callable, Mapping


def _utf16(text: str) -> bytes:
    return codecs.BOM_UTF16_LE + text.encode("utf-16-le")


CHARSETS: Mapping[str, Callable[[str], bytes]] = {
    "wide": lambda text: text.encode("utf-16-le"),
    "utf16le": lambda text: text.encode("utf-16-le"),
    "utf16be": lambda text: text.encode("utf-16-be"),
    "utf16": _utf16,
}
"""What turns text into bytes before Base64, else UTF-8 does; sigma-appendix-modifiers.md 2.1.0, Encoding."""


def base64_of(raw: bytes) -> str:
    """Base64 (RFC 4648, section 4) with its padding."""
    return base64.b64encode(raw).decode("ascii")


def base64_anywhere(raw: bytes) -> tuple[str, str, str]:
    """What the Base64 of any longer text must contain if ``raw`` stands in it 0, 1 or 2 bytes after a multiple of 3.

    Character k holds bits 6k to 6k+5; those characters are kept whose bits all belong to ``raw``. Raises ``ValueError``
    for fewer than two bytes, for which there is no such character at one of the three places.
    """
    if len(raw) < 2:
        raise ValueError("fewer than two bytes leave no trace at every offset")
    found = []
    for shift in range(3):
        encoded = base64_of(b"\0" * shift + raw)
        first, end = -(-8 * shift // 6), 8 * (shift + len(raw)) // 6
        found.append(encoded[first:end])
    return found[0], found[1], found[2]
