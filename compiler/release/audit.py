"""Whether a build is still what was built: every byte of it, offline, against its own manifest, statement and sums.

Whoever can change a file can change what tells of it too. What only its makers can write is a signature.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from compiler.diagnostics import Diagnostic, Severity, Span, UsageError, declare
from compiler.release.archive import members
from compiler.release.manifest import sha256
from compiler.release.provenance import STATEMENT
from compiler.release.sign import SIGNATURE, checked

CHANGED = declare(
    "PKG020",
    Severity.ERROR,
    """
    A file is not what the build wrote

    Its bytes have another SHA-256 than the manifest, the statement of provenance or ``sha256sums.txt`` tells, or these
    contradict one another. Get the build anew from where it was released; do not import this one.
    """,
)
ADDED = declare(
    "PKG021",
    Severity.ERROR,
    """
    There is a file that the build did not write

    Neither the manifest nor ``sha256sums.txt`` knows it. What was put beside a package may be imported along with it.
    """,
)
MISSING = declare(
    "PKG022",
    Severity.ERROR,
    """
    A file of the build is not there

    The manifest or ``sha256sums.txt`` tells of it. A package without one of its files does less than it says.
    """,
)
UNLIKE = declare(
    "PKG023",
    Severity.ERROR,
    """
    An archive does not hold the files of its package

    What an archive holds must be what the manifest tells of the package, file by file.
    """,
)
UNSIGNED = declare(
    "PKG024",
    Severity.ERROR,
    """
    The signature does not hold

    A public key was given, and there is no signature of ``sha256sums.txt`` that it made, or the file was changed after
    it was signed.
    """,
)
MANIFEST, SUMS = "manifest.json", "sha256sums.txt"


def audit(place: Path, public_key: Path | None = None) -> list[Diagnostic]:
    """What is wrong with the build in the folder ``place``, or with the one archive ``place`` of a build.

    The manifest of an archive lies beside it or one folder up. Raises ``UsageError`` if there is no manifest that can
    be read.
    """
    if place.is_file():
        return list(_archive_alone(place, public_key))
    files = _read(place)
    manifest = _manifest(place, files)
    found = [*_sums(files), *_told(manifest, files), *_stated(files), *_archives(manifest, files)]
    if public_key is not None:
        found += _signed(files, public_key)
    return sorted(set(found), key=lambda finding: finding.order)


def _read(place: Path) -> dict[str, bytes]:
    """Every file below a folder. What is no plain file counts as one with other content than any build has."""
    if not place.is_dir():
        raise UsageError(f"there is no {place}")
    found = {}
    for path in sorted(place.rglob("*")):
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            found[path.relative_to(place).as_posix()] = b"\0no plain file"
        elif path.is_file():
            found[path.relative_to(place).as_posix()] = path.read_bytes()
    return found


def _manifest(place: Path, files: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        manifest = json.loads(files[MANIFEST])
        known = {one["path"]: one["sha256"] for key in ("packages", "archives") for one in manifest[key]}
    except (KeyError, TypeError, ValueError):
        raise UsageError(f"{place} has no {MANIFEST} that can be read; it is no build of tocsin") from None
    return {**manifest, "known": known}


def _sums(files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    text = files.get(SUMS, b"").decode("utf-8", "replace")
    pairs = [line.partition("  ") for line in text.splitlines()]
    sums = {path: digest for digest, _, path in pairs}
    yield from _compared(sums, {path: body for path, body in files.items() if path not in (SUMS, SIGNATURE)}, SUMS)
    if len(sums) != len(pairs):
        yield CHANGED.at(Span(SUMS), f"{SUMS} tells of one file twice")


def _told(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    known = dict(manifest["known"])
    known |= {one["latest"]: one["sha256"] for one in manifest["archives"]}
    yield from _compared(known, {path: body for path, body in files.items() if "/" in path}, MANIFEST)


def _stated(files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    try:
        subjects = json.loads(files[STATEMENT])["subject"]
        stated = {one["name"]: one["digest"]["sha256"] for one in subjects}
    except (KeyError, TypeError, ValueError):
        yield MISSING.at(Span(STATEMENT), f"there is no {STATEMENT} that can be read")
        return
    yield from _compared(
        stated, {path: body for path, body in files.items() if path not in (SUMS, SIGNATURE, STATEMENT)}, STATEMENT
    )


def _compared(known: Mapping[str, str], files: Mapping[str, bytes], by: str) -> Iterator[Diagnostic]:
    for path, digest in known.items():
        if path not in files:
            yield MISSING.at(Span(path), f"{by} tells of {path}, which is not there")
        elif sha256(files[path]) != digest:
            yield CHANGED.at(Span(path), f"{path} has another SHA-256 than {by} tells")
    for path in files.keys() - known.keys():
        yield ADDED.at(Span(path), f"{by} does not tell of {path}")


def _archives(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    for archive in manifest["archives"]:
        if archive["path"] in files:
            yield from _inside(manifest, archive, files[archive["path"]])


def _inside(manifest: Mapping[str, Any], archive: Mapping[str, Any], content: bytes) -> Iterator[Diagnostic]:
    path = archive["path"]
    try:
        held = members("zip" if path.endswith(".zip") else "tar.gz", content)
    except ValueError as error:
        yield UNLIKE.at(Span(path), f"{path}: {error}")
        return
    top = f"{archive['top']}/" if archive["top"] else ""
    wanted = {
        top + one["path"].removeprefix(f"{archive['target']}/"): one["sha256"]
        for one in manifest["packages"]
        if one["target"] == archive["target"]
    }
    if differ := sorted(
        name for name in {*held, *wanted} if name not in held or wanted.get(name) != sha256(held[name])
    ):
        yield UNLIKE.at(Span(path), f"{path} differs from its package in {', '.join(differ[:5])}")


def _archive_alone(place: Path, public_key: Path | None) -> Iterator[Diagnostic]:
    folder = next((one for one in (place.parent, place.parent.parent) if (one / MANIFEST).is_file()), None)
    if folder is None:
        raise UsageError(f"there is no {MANIFEST} beside {place}, nor one folder up")
    named = (MANIFEST, STATEMENT, SUMS, SIGNATURE)
    files = {name: (folder / name).read_bytes() for name in named if (folder / name).is_file()}
    manifest = _manifest(folder, files)
    content = place.read_bytes()
    names = ("path", "latest")
    archive = next(
        (one for one in manifest["archives"] if place.name in {one[name].rpartition("/")[2] for name in names}), None
    )
    if archive is None:
        yield ADDED.at(Span(place.name), f"{MANIFEST} does not tell of {place.name}")
        return
    if sha256(content) != archive["sha256"]:
        yield CHANGED.at(Span(place.name), f"{place.name} has another SHA-256 than {MANIFEST} tells")
    yield from _inside(manifest, archive, content)
    sums = files.get(SUMS, b"").decode("utf-8", "replace").splitlines()
    for name, digest in ((archive["path"], archive["sha256"]), (MANIFEST, sha256(files[MANIFEST]))):
        if f"{digest}  {name}" not in sums:
            yield CHANGED.at(Span(name), f"{SUMS} does not tell the SHA-256 of {name}")
    if public_key is not None:
        yield from _signed(files, public_key)


def _signed(files: Mapping[str, bytes], public_key: Path) -> Iterator[Diagnostic]:
    if SIGNATURE not in files or SUMS not in files:
        yield UNSIGNED.at(Span(SIGNATURE), f"there is no {SIGNATURE}")
    elif fault := checked(files[SUMS], files[SIGNATURE], public_key):
        yield UNSIGNED.at(Span(SIGNATURE), fault)
