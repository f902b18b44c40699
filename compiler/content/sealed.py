"""Samples that an antivirus must not see: text that holds one file, packed, named and hashed.

A sealed sample is a line ``tocsin-sealed 1 <file name> <sha256 of the content>``, then base85 (``base64.b85encode``) of
the zlib-compressed content, 76 columns wide. Nothing that scans a clone sees what is inside.
"""

from __future__ import annotations

import base64
import hashlib
import re
import textwrap
import zlib

COLUMNS = 76
MAXIMUM = 16 * 1024 * 1024
"""The largest content in bytes that is unsealed: a small file may not unpack to fill the memory."""

_HEAD = re.compile(r"tocsin-sealed 1 ([A-Za-z0-9_.-]{1,100}) ([0-9a-f]{64})")


def seal(name: str, content: bytes) -> str:
    """The sealed text of a file. Raises ``ValueError`` for a name with a space, a slash or the like in it."""
    head = f"tocsin-sealed 1 {name} {hashlib.sha256(content).hexdigest()}"
    if not _HEAD.fullmatch(head):
        raise ValueError(f"{name!r} is no plain file name")
    packed = base64.b85encode(zlib.compress(content, 9)).decode("ascii")
    return "\n".join([head, *textwrap.wrap(packed, COLUMNS, break_on_hyphens=False)]) + "\n"


def unseal(text: str) -> tuple[str, bytes]:
    """The name and the content of a sealed file. Raises ``ValueError`` if it is damaged or larger than ``MAXIMUM``."""
    head, *lines = text.splitlines() or [""]
    found = _HEAD.fullmatch(head)
    if not found:
        raise ValueError("the first line is not 'tocsin-sealed 1 <file name> <sha256>'")
    packed = base64.b85decode("".join(lines))
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(packed, MAXIMUM)
    except zlib.error as error:
        raise ValueError(f"the content does not unpack: {error}") from error
    if unpacker.unconsumed_tail:
        raise ValueError(f"the content unpacks to more than {MAXIMUM} bytes")
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("the content is cut short or has something after its end")
    if hashlib.sha256(content).hexdigest() != found[2]:
        raise ValueError("the content is not what its sha256 says")
    return found[1], content
