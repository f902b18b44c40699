"""Writing a folder so that it appears whole or not at all, and nothing outside it is touched."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from compiler.diagnostics import UsageError

MARK = "manifest.json"
"""The file by which a folder is known as an earlier build, which may be replaced."""


def write_whole(output: Path, files: Mapping[str, bytes]) -> None:
    """Replace ``output`` with a folder that holds ``files`` (POSIX path below it -> content) and nothing else.

    The files are written to a new folder beside ``output`` which then takes its place, so an interruption leaves what
    was there before. Every file has mode 0644 whatever the umask. Raises ``UsageError`` if ``output`` is something
    else than an earlier build or an empty folder, and ``ValueError`` for a path that would leave it.
    """
    output = Path(os.path.abspath(output))  # noqa: PTH100  resolve() would follow a link that stands in its place
    retreat = output.with_name(f".{output.name}.previous")
    _recover(output, retreat)
    _refuse_foreign(output)
    for path in files:
        _refuse_escape(path)
    output.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{output.name}.", dir=output.parent))
    try:
        fresh.chmod(0o755)
        for path, content in sorted(files.items()):
            target = fresh / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            target.chmod(0o644)
        _swap(fresh, output, retreat)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, output: Path, retreat: Path) -> None:
    with contextlib.ExitStack() as undone:
        if output.exists():
            output.rename(retreat)
            undone.callback(retreat.rename, output)
        fresh.rename(output)
        undone.pop_all()
    shutil.rmtree(retreat, ignore_errors=True)


def _recover(output: Path, retreat: Path) -> None:
    # A run that was killed between the two renames left its predecessor under the other name.
    if retreat.exists() and not output.exists():
        retreat.rename(output)
    shutil.rmtree(retreat, ignore_errors=True)


def _refuse_foreign(output: Path) -> None:
    if output.is_symlink():
        raise UsageError(f"{output} is a link; name the folder itself")
    if output.exists() and not output.is_dir():
        raise UsageError(f"{output} is a file")
    if output.is_dir() and any(output.iterdir()) and not (output / MARK).is_file():
        raise UsageError(f"{output} holds something that is no build of tocsin (no {MARK}); it is not replaced")


def _refuse_escape(path: str) -> None:
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or "\\" in path or "\0" in path or not pure.parts:
        raise ValueError(f"a package wants to write {path!r}")
