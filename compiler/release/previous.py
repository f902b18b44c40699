"""What the release before handed out, for packages that take a SIEM from there to here."""

from __future__ import annotations

from pathlib import Path

from compiler.diagnostics import UsageError

_ARCHIVES = (".zip", ".gz")


def read_previous(dist: Path | None, target: str) -> dict[str, bytes]:
    """The files of a target's package in the build at ``dist``, by their POSIX paths in it; archives are left out.

    Empty without a build, and where it has no such package. Raises ``UsageError`` where ``dist`` is no build.
    """
    if dist is None:
        return {}
    if not (dist / "manifest.json").is_file():
        raise UsageError(f"{dist} is no build: it has no manifest.json")
    folder = dist / target
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix not in _ARCHIVES]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
