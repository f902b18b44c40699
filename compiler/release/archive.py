"""One archive out of a package, the same bytes on any machine.

Names are sorted, owner and mode are fixed, and the time is one moment for all. Contents are stored, not compressed: two
versions of zlib compress the same text into different bytes, and a difference in bytes must mean one in content.
"""

from __future__ import annotations

import io
import struct
import tarfile
import time
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from typing import Literal

Form = Literal["tar.gz", "zip"]
_BLOCK = 65_535
"""Bytes of the largest stored block of DEFLATE (RFC 1951, section 3.2.4)."""
_GZIP = b"\x1f\x8b\x08\x00"
"""A member of gzip, compressed with DEFLATE, without name or comment (RFC 1952, section 2.3)."""


def archived(form: Form, top: str, files: Mapping[str, bytes], moment: int) -> bytes:
    """An archive of ``files`` (POSIX path -> content) below the folder ``top``; as they are if it is empty.

    ``moment``: seconds since the epoch.
    """
    inside = {f"{top}/{path}" if top else path: body for path, body in sorted(files.items())}
    return _zip(inside, moment) if form == "zip" else _gzip(_tar(inside, moment), moment)


def top_of(name: str, paths: Iterable[str]) -> str:
    """The folder to put on top of an archive: ``name``; none if all files lie in one folder already."""
    tops = {path.partition("/")[0] if "/" in path else "" for path in paths}
    return "" if len(tops) == 1 and "" not in tops else name


def members(form: Form, content: bytes) -> dict[str, bytes]:
    """The files in an archive of ours. Raises ``ValueError`` for anything else than plain files, or a path twice."""
    found: dict[str, bytes] = {}
    try:
        for path, body in _zipped(content) if form == "zip" else _tarred(content):
            if path in found:
                raise ValueError(f"{path} is in it twice")
            found[path] = body
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise ValueError(f"it cannot be read: {error}") from None
    return found


def _tar(files: Mapping[str, bytes], moment: int) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path, body in files.items():
            member = tarfile.TarInfo(path)
            member.size, member.mtime, member.mode = len(body), moment, 0o644
            tar.addfile(member, io.BytesIO(body))
    return target.getvalue()


def _gzip(content: bytes, moment: int) -> bytes:
    blocks = []
    for start in range(0, len(content), _BLOCK):
        block = content[start : start + _BLOCK]
        last = start + _BLOCK >= len(content)
        blocks.append(struct.pack("<BHH", last, len(block), len(block) ^ 0xFFFF) + block)
    head = _GZIP + struct.pack("<IBB", moment, 0, 255)
    return head + b"".join(blocks) + struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFFFFFF)


def _zip(files: Mapping[str, bytes], moment: int) -> bytes:
    target = io.BytesIO()
    date = time.gmtime(moment)[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path, body in files.items():
            member = zipfile.ZipInfo(path, date)
            member.create_system, member.external_attr = 3, 0o100644 << 16
            archive.writestr(member, body)
    return target.getvalue()


def _tarred(content: bytes) -> list[tuple[str, bytes]]:
    found = []
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as tar:
        for member in tar:
            body = tar.extractfile(member) if member.isfile() else None
            if body is None:
                raise ValueError(f"{member.name} is no plain file")
            found.append((member.name, body.read()))
    return found


def _zipped(content: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(member.filename, archive.read(member)) for member in archive.infolist()]
