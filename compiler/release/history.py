"""Content as it was at a commit: git's own archive of it, read from a folder that is gone afterwards."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from compiler.content.load import Loaded, load_tree
from compiler.diagnostics import UsageError


@dataclasses.dataclass(frozen=True, slots=True)
class Past:
    """What a revision held: ``name`` as it was asked for, the full ``commit``, its ``day`` in UTC, and the content."""

    name: str
    commit: str
    day: dt.date
    loaded: Loaded


def at_revision(root: Path, name: str) -> Past:
    """The content below ``root`` as it was at a revision of its repository.

    Raises ``UsageError`` without git or a repository, for a revision that there is not, and for one without content.
    """
    commit = _text(
        root, f"{name!r} is no revision here", "rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}"
    )
    day = dt.datetime.fromtimestamp(int(_text(root, name, "show", "-s", "--format=%ct", commit)), tz=dt.UTC).date()
    held = _text(root, name, "ls-tree", "--name-only", commit).split("\n")
    folders = [folder for folder in ("detections", "samples") if folder in held]
    if "detections" not in folders:
        raise UsageError(f"there is no detections/ in {name}")
    packed = _git(root, f"{name} cannot be unpacked", "archive", "--format=tar", commit, *folders)
    with tempfile.TemporaryDirectory(prefix="tocsin-") as place:
        with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
            # Links could lead out of the folder; content is plain files.
            plain = [member for member in tar if member.isfile() or member.isdir()]
            tar.extractall(place, plain, filter="data")
        return Past(name, commit, day, load_tree(Path(place)))


def _text(root: Path, failing: str, *words: str) -> str:
    return _git(root, failing, *words).decode("utf-8", "replace").strip()


def _git(root: Path, failing: str, *words: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  no shell; what a user names comes behind --end-of-options
            ["git", "-C", str(root), *words],  # noqa: S607  whichever git the user has
            capture_output=True,
            check=True,
            timeout=120,
        )
    except OSError:
        raise UsageError("git is needed to look at a revision, and is not here") from None
    except subprocess.TimeoutExpired:
        raise UsageError(f"{failing}: git does not answer") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().split("\n")[0]
        raise UsageError(f"{failing}: {said}") from None
    return done.stdout
