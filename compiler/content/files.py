"""Finding and reading files of a tree that may come from a stranger."""

from __future__ import annotations

import dataclasses
import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

MAX_FILE = 32 * 1024 * 1024
"""A content file of more bytes than this is refused; samples of web servers' logs stay far below."""


class FileRefusedError(Exception):
    """A file that will not be read: a link out of its tree, no plain file, too large. One line."""


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A file that was found: ``path`` as findings report it, ``real`` to open, ``fault`` if it must not be opened."""

    path: str
    real: Path
    fault: str = ""


def walk(top: Path, suffixes: Sequence[str], base: Path) -> Iterator[Entry]:
    """The files below ``top`` (or ``top`` itself) with one of ``suffixes``, in the order of their paths.

    Paths are told relative to ``base`` where they lie below it. Folders that begin with a dot are passed over, and
    folders that are links are not entered; a link to a file is followed only within ``top``.
    """
    yield from sorted(_found(top, suffixes, base))


def _found(top: Path, suffixes: Sequence[str], base: Path) -> Iterator[Entry]:
    if not top.is_dir():
        yield _entry(top, top.parent, base)
        return
    closed: list[OSError] = []
    for folder, folders, names in os.walk(top, onerror=closed.append):
        here = Path(folder)
        for name in list(folders):
            if name.startswith(".") or name == "__pycache__":
                folders.remove(name)
            elif (here / name).is_symlink() and not _inside(here / name, top):
                yield Entry(_told(here / name, base), here / name, "a link that leads out of the tree is not followed")
        for name in names:
            if not name.startswith(".") and name.endswith(tuple(suffixes)):
                yield _entry(here / name, top, base)
    for error in closed:
        yield Entry(_told(Path(error.filename), base), Path(error.filename), f"cannot be read: {error.strerror}")


def _entry(path: Path, top: Path, base: Path) -> Entry:
    told = _told(path, base)
    if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in path.name):
        return Entry(told, path, "a file name with control characters")
    try:
        if path.is_symlink() and not _inside(path, top):
            return Entry(told, path, "a link that leads out of the tree is not followed")
        status = path.stat()
    except OSError as error:
        return Entry(told, path, f"cannot be read: {error.strerror}")
    if not stat.S_ISREG(status.st_mode):
        return Entry(told, path, "not a plain file")
    if status.st_size > MAX_FILE:
        return Entry(told, path, f"the file has {status.st_size} bytes, more than {MAX_FILE}")
    return Entry(told, path)


def _inside(path: Path, top: Path) -> bool:
    return real(path).is_relative_to(real(top))


def real(path: Path) -> Path:
    """The path without links; of links that lead in a circle, which ``resolve`` raises for, the first."""
    return Path(os.path.realpath(path))


def _told(path: Path, base: Path) -> str:
    absolute, top = os.path.abspath(path), os.path.join(base, "")  # noqa: PTH100, PTH118 - pathlib costs ten times more
    told = absolute.removeprefix(top) if absolute.startswith(top) else PurePosixPath(path).as_posix()
    text = told.replace(os.sep, "/")
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c if unicodedata.category(c) not in {"Cc", "Cs", "Zl", "Zp"} else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def read(entry: Entry) -> bytes:
    """The content of an entry. Raises ``FileRefusedError`` with the reason where it must not or cannot be had."""
    if entry.fault:
        raise FileRefusedError(entry.fault)
    try:
        return entry.real.read_bytes()
    except OSError as error:
        raise FileRefusedError(f"cannot be read: {error.strerror}") from None


def beside(folder: Path, name: str) -> Path:
    """The file ``name`` in ``folder``.

    Raises ``FileRefusedError`` if the name climbs, nests or leads elsewhere by a link, or there is no such file.
    """
    path = folder / name
    if not name or name in {".", ".."} or PurePosixPath(name).name != name or "\\" in name or "\0" in name:
        raise FileRefusedError("a sample is a plain file name in the rule's own folder")
    if path.is_symlink() and not _inside(path, folder):
        raise FileRefusedError("a link that leads out of the tree is not followed")
    if not path.is_file():
        raise FileRefusedError(f"there is no file {name!r} in this folder")
    if path.stat().st_size > MAX_FILE:
        raise FileRefusedError(f"the file has more than {MAX_FILE} bytes")
    return path
