"""Which commit a build is of, and the one moment that its archives carry."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from compiler.diagnostics import UsageError

EARLIEST, LATEST = 315_532_800, 4_294_967_295
"""Seconds since the epoch: 1980-01-01, before which a zip archive has no dates, and the last that gzip can hold."""


def revision(root: Path) -> tuple[str | None, bool | None]:
    """The commit of the tree at ``root`` and whether content differs from it; None without git or a repository."""
    commit = _git(root, "rev-parse", "HEAD")
    if commit is None:
        return None, None
    changed = _git(root, "status", "--porcelain", "--", "detections", "samples", "compiler")
    return commit.strip(), bool(changed is None or changed.strip())


def moment(root: Path) -> int:
    """The time that files in archives carry, in seconds since the epoch: never that of the build.

    ``SOURCE_DATE_EPOCH`` (reproducible-builds.org) if it is set, else the date of the commit, else 1980-01-01. Raises
    ``UsageError`` for a value that an archive cannot hold.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given:
        if not given.isascii() or not given.isdigit() or not EARLIEST <= int(given) <= LATEST:
            raise UsageError(f"SOURCE_DATE_EPOCH is {given!r}; an archive holds {EARLIEST} to {LATEST}")
        return int(given)
    committed = (_git(root, "log", "-1", "--format=%ct") or "").strip()
    return max(EARLIEST, int(committed)) if committed.isdigit() else EARLIEST


def _git(root: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603  fixed words, no shell
            ["git", "-C", str(root), *words],  # noqa: S607  whichever git the user has
            capture_output=True,
            check=True,
            encoding="utf-8",
            timeout=30,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
