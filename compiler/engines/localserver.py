"""A server of our own for one run: unpacked into a folder of its own, on loopback, and gone afterwards."""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping

from compiler.engines.engine import EngineUnavailable

ACCOUNT = "nobody"
"""Whom the server runs as where we are root: both servers refuse to run as root."""
PATIENCE = 180
"""Seconds for a server to listen."""
_PUBLISHED = re.compile(r"HttpServerTransport.*publish_address \{127\.0\.0\.1:(\d+)\}")
_ENDED = "tocsin: the server has ended"
# The shell outlives us: when we are gone, however that came, its input ends, and it ends the server and its folder.
_WATCH = f"""
trap : HUP INT TERM
folder=$1; shift
{{ "$@" </dev/null; echo "{_ENDED}"; }} &
cat >/dev/null
kill -TERM -$$
wait
rm -rf "$folder"
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Recipe:
    """How a server is put together.

    ``archive`` is its zip, with one folder on top; ``modules`` gives the jars of each further module, ``files`` texts
    by their path within that folder. ``command`` is the path of what starts it, ``environment`` what that reads, where
    ``{home}`` stands for the folder and ``{java}`` for the home of the Java to use.
    """

    name: str
    java: pathlib.Path
    archive: pathlib.Path
    modules: Mapping[str, tuple[pathlib.Path, ...]]
    files: Mapping[str, str]
    command: str
    environment: Mapping[str, str]


class LocalServer:
    """A server that runs until ``close``, or until this process ends.

    ``prepare`` finds and downloads what it is made of, when it is to start; it may raise ``EngineUnavailable``.
    """

    def __init__(self, prepare: Callable[[], Recipe]) -> None:
        self._prepare = prepare
        self._folder = pathlib.Path()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> None:
        """Unpack, start and wait until it listens. Raises ``EngineUnavailable``, having left nothing."""
        with contextlib.ExitStack() as undone:
            undone.callback(self.close)  # Ctrl-C too must leave nothing behind
            try:
                recipe = self._prepare()
                self._folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-"))
                atexit.register(self.close)
                self._launch(recipe, self._unpack(recipe))
                self._await(recipe.name)
            except (OSError, zipfile.BadZipFile) as error:
                raise EngineUnavailable(f"the server could not be started: {error}") from error
            undone.pop_all()

    def close(self) -> None:
        """Kill the server and remove its folder."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        if self._folder != pathlib.Path():
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = pathlib.Path()
        atexit.unregister(self.close)

    def _unpack(self, recipe: Recipe) -> pathlib.Path:
        with zipfile.ZipFile(recipe.archive) as archive:
            archive.extractall(self._folder)  # a file of Maven Central, held to its checksum
        (home,) = self._folder.iterdir()
        for name, jars in recipe.modules.items():
            (home / "modules" / name).mkdir(parents=True)
            for jar in jars:
                shutil.copy(jar, home / "modules" / name)
        for path, text in recipe.files.items():
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            (home / path).write_text(text, encoding="utf-8")
        (self._folder / "tmp").mkdir()
        return home

    def _launch(self, recipe: Recipe, home: pathlib.Path) -> None:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        java = recipe.java
        if root:
            # Root's own Java may lie where no one else can read it.
            if not _readable(java):
                java = pathlib.Path(shutil.copytree(java, self._folder / "java", symlinks=True))
            for path in (self._folder, *self._folder.rglob("*")):
                if not path.is_symlink():
                    shutil.chown(path, ACCOUNT)
        named = {key: text.format(home=home, java=java) for key, text in recipe.environment.items()}
        with (self._folder / "log").open("wb") as log:
            # The vendor's launcher is a script of bash, and is not marked as executable in every archive.
            self._process = subprocess.Popen(  # noqa: S603 - what was unpacked from the vendor's archive
                ["sh", "-c", _WATCH, "tocsin", str(self._folder), "bash", str(home / recipe.command)],  # noqa: S607
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=home,
                env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), **named},
                start_new_session=True,
                user=ACCOUNT if root else None,
                extra_groups=[] if root else None,
            )

    def _await(self, name: str) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            said = (self._folder / "log").read_text(encoding="utf-8", errors="replace")
            if match := _PUBLISHED.search(said):
                self.url = f"http://127.0.0.1:{match[1]}"
                return
            if _ENDED in said:
                words = next((line for line in said.splitlines() if re.search("rror|xception", line)), said[-300:])
                raise EngineUnavailable(f"{name} ended while it started: {words.strip()[:300]}")
            time.sleep(0.1)
        raise EngineUnavailable(f"{name} did not listen within {PATIENCE} s")


def _readable(folder: pathlib.Path) -> bool:
    """True if everybody may read the folder: it and all above it are open to others."""
    return all(path.stat().st_mode & 0o005 == 0o005 for path in (folder, *folder.parents))
