"""Loki's own pipeline, without its store: log lines in, the lines that a query selects out.

A small Go program (``loki_go``) joins the packages ``pkg/logql/syntax`` and ``pkg/logql/log`` of Grafana Loki, built
once by ``go build`` into the user's cache. It is AGPL, for tests only, and nothing of it is shipped. A log query gives
the lines that pass; a metric query those that it counts, and fails where Loki would. Ranges of time are not evaluated,
so no correlation can be run here.

A table is one stream, named by its labels. ``settings["streams"]`` of a query tells for each how its lines are written:
``json`` (the default), or a line with each field in braces, ``-`` for one that is missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

import platformdirs

from compiler.engines.engine import ID, TIME, Answer, Ask, EngineUnavailable, Kind, Table

SOURCES = pathlib.Path(__file__).parent / "loki_go"
BUILDING = 1800
"""Seconds for Go to fetch and build some hundred modules."""
ANSWERING = 600
"""Seconds for one run."""
_FIELD = re.compile(r"\{(\w+)\}")


class LokiEngine:
    """One process for each run; it keeps nothing."""

    name = "loki"
    kind: Kind = "executed"
    languages = frozenset({"logql"})
    version = ""

    def __init__(self, url: str = "") -> None:
        """A server of others keeps what is written to it, so there is no ``url``."""
        self._url = url
        self._program = pathlib.Path()

    def open(self) -> None:
        """Build the program unless the cache has it. Raises ``EngineUnavailable``."""
        if self._url:
            raise EngineUnavailable("Loki cannot be made to forget a test's lines; the engine has no URL")
        if not SOURCES.is_dir():
            raise EngineUnavailable("the sources of the Go program are not there")
        self._program = built(pathlib.Path(platformdirs.user_cache_dir("tocsin")))
        self.version = f"loki {loki_version()}"

    def run(self, tables: Sequence[Table], asks: Sequence[Ask]) -> list[Answer]:
        """Write each document as a line and run each query over all of them."""
        formats: dict[str, str] = {}
        for ask in asks:
            formats |= ask.settings.get("streams", {})
        asked = {
            "streams": [
                {
                    "labels": table.name,
                    "lines": [_line(one, formats.get(table.name, "json")) for one in table.documents],
                }
                for table in tables
            ],
            "queries": [ask.text for ask in asks],
        }
        try:
            done = subprocess.run(  # noqa: S603 - what ``open`` built
                [str(self._program)],
                input=json.dumps(asked).encode("utf-8", "surrogatepass"),
                capture_output=True,
                timeout=ANSWERING,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return [Answer(None, f"no answer within {ANSWERING} s")] * len(asks)
        if done.returncode:
            return [Answer(None, done.stderr.decode(errors="replace").strip()[-500:])] * len(asks)
        return [
            Answer(None, one["error"]) if one["error"] else Answer(tuple(sorted(one["hits"])))
            for one in json.loads(done.stdout)
        ]

    def close(self) -> None:
        """Nothing is left of a run; what was built stays in the cache."""


ENGINE = LokiEngine


def loki_version() -> str:
    """The version of Loki that the Go module asks for."""
    match = re.search(r"github\.com/grafana/loki/v3 v(\S+)", (SOURCES / "go.mod").read_text(encoding="utf-8"))
    return match[1] if match else "of unknown version"


def built(cache: pathlib.Path) -> pathlib.Path:
    """The program in ``cache``, built if these sources have none there yet. Raises ``EngineUnavailable``."""
    digest = hashlib.sha256()
    for path in sorted(SOURCES.iterdir()):
        digest.update(path.read_bytes())
    program = cache / f"loki-{digest.hexdigest()[:16]}" / ("loki.exe" if os.name == "nt" else "loki")
    if program.exists():
        return program
    go = shutil.which("go")
    if go is None:
        raise EngineUnavailable("Go is not installed, which the program around Loki's packages is built with")
    try:
        program.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=program.parent) as folder:
            made = pathlib.Path(folder) / program.name
            command = [go, "build", "-trimpath", "-ldflags=-s -w", "-o", str(made), "."]
            done = subprocess.run(command, cwd=SOURCES, capture_output=True, timeout=BUILDING, check=False)  # noqa: S603
            if done.returncode:
                words = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
                raise EngineUnavailable(f"Go could not build the program: {words[-1][:300]}")
            # In one step, so that two builds at once cannot spoil each other's.
            made.replace(program)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineUnavailable(f"Go could not build the program: {error}") from None
    return program


def _line(document: Mapping[str, Any], written: str) -> dict[str, Any]:
    fields = {name: value for name, value in document.items() if name not in (ID, TIME)}
    text = json.dumps(fields, ensure_ascii=False) if written == "json" else _filled(written, fields)
    return {"id": document[ID], "time": int(document.get(TIME, 0)) * 1000, "text": text}


def _filled(written: str, fields: Mapping[str, Any]) -> str:
    return _FIELD.sub(lambda match: str(fields.get(match[1], "-")), written)
