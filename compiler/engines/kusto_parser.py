"""Microsoft's own parser of KQL: syntax, names and types, against the tables that are given. Nothing is run.

It is the npm package ``@kusto/language-service-next``, run by Node.js. The package is kept in the user's cache folder,
where npm puts it the first time, in the version and with the hash that stand here.
"""

from __future__ import annotations

import json
import pathlib
import shutil
import subprocess
import tempfile
from collections.abc import Sequence

import platformdirs

from compiler.engines.engine import LIST, Answer, Ask, EngineUnavailable, Kind, Table

PACKAGE = "@kusto/language-service-next"
VERSION = "12.4.1"
INTEGRITY = "sha512-8Ybwi1DVxnFZ8+mnw38ruXjSGIxA2jwx1HeqjStvMa5kSHzHPtEYm5n7et1fwgn5KDUZJzsSNjuRroiI+j8brA=="
"""What npm must find the package to be (Subresource Integrity)."""
_TIMEOUT = 300
_TYPES = frozenset({"string", "int", "long", "real", "decimal", "bool", "datetime", "timespan", "guid", "dynamic"})


class KustoParser:
    """The parser; each run is one process of Node.js. ``fetch``: get the package if the cache has none.

    There is no server, so no ``url`` either.
    """

    name = "kusto_parser"
    kind: Kind = "parsed"
    languages = frozenset({"kql"})

    def __init__(self, url: str = "", *, fetch: bool = True) -> None:
        self.version = ""
        self._url, self._fetch = url, fetch
        self._node = ""
        self._library = pathlib.Path()

    def open(self) -> None:
        """Find Node.js and the package; fetch the package if it is not there yet. Raises ``EngineUnavailable``."""
        if self._url:
            raise EngineUnavailable("Microsoft's parser runs here; it has no URL")
        node = shutil.which("node")
        if node is None:
            raise EngineUnavailable("Node.js is not installed")
        self._node = node
        try:
            self._library = _package(fetch=self._fetch)
        except OSError as error:
            raise EngineUnavailable(f"{PACKAGE} cannot be kept: {error}") from error
        self.version = f"{PACKAGE} {VERSION}"

    def run(self, tables: Sequence[Table], asks: Sequence[Ask]) -> list[Answer]:
        """What the parser has against each query, in its own words; nothing for one that parses."""
        given = {
            "library": str(self._library),
            "tables": _columns(tables, asks),
            "queries": [ask.text for ask in asks],
        }
        script = pathlib.Path(__file__).with_suffix(".js")
        try:
            done = subprocess.run(  # noqa: S603 - our script, on data that it reads as JSON
                [self._node, str(script)],
                input=json.dumps(given),
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=_TIMEOUT,
                check=True,
            )
        except subprocess.TimeoutExpired:
            return [Answer(None, f"no answer within {_TIMEOUT} s")] * len(asks)
        except subprocess.CalledProcessError as error:
            lines = [line for line in error.stderr.splitlines() if line.strip()]
            return [Answer(None, f"the parser failed: {lines[0] if lines else error.returncode}")] * len(asks)
        return [Answer(None, "; ".join(messages)) for messages in json.loads(done.stdout)]

    def close(self) -> None:
        """Nothing outlives a run."""


def _columns(tables: Sequence[Table], asks: Sequence[Ask]) -> dict[str, dict[str, str]]:
    """The columns of every table that is given or asked; of a path within a dynamic column, that column."""
    found: dict[str, dict[str, str]] = {}
    for ask in asks:
        for name, types in ask.settings.get("tables", {}).items():
            found.setdefault(name, {}).update(types)
        for name in ask.settings.get("lists", ()):
            found.setdefault(name, {}).update(LIST)
        for columns in found.values():
            columns.setdefault(str(ask.settings.get("time", "TimeGenerated")), "datetime")
    for table in tables:
        found.setdefault(table.name, {}).update(table.types)
    return {
        name: {
            (column.partition(".")[0].partition("[")[0] if kind == "dynamic" else column): kind
            if kind in _TYPES
            else "string"
            for column, kind in columns.items()
        }
        for name, columns in found.items()
    }


def _package(*, fetch: bool) -> pathlib.Path:
    """The folder of the package in the cache. Raises ``EngineUnavailable`` if it is not there and cannot be put."""
    home = pathlib.Path(platformdirs.user_cache_dir("tocsin")) / "npm" / f"kusto-{VERSION}"
    library = home / "node_modules" / PACKAGE
    if (library / "Kusto.Language.Bridge.min.js").is_file():
        return library
    npm = shutil.which("npm") if fetch else None
    if npm is None:
        raise EngineUnavailable(f"{PACKAGE} is not in the cache, and there is no npm to fetch it")
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as folder:
        # Made aside and moved, so that an interrupted installation is never taken for a whole one.
        command = [
            npm,
            "install",
            "--prefix",
            folder,
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            f"{PACKAGE}@{VERSION}",
        ]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            raise EngineUnavailable(f"npm gave no {PACKAGE} within {_TIMEOUT} s") from None
        if done.returncode:
            raise EngineUnavailable(f"npm could not install {PACKAGE}@{VERSION}")
        lock = json.loads((pathlib.Path(folder) / "package-lock.json").read_text(encoding="utf-8"))
        if lock["packages"][f"node_modules/{PACKAGE}"]["integrity"] != INTEGRITY:
            raise EngineUnavailable(f"{PACKAGE}@{VERSION} is not the package that is known")
        if not home.exists():
            pathlib.Path(folder).rename(home)
            pathlib.Path(folder).mkdir()
    return library


ENGINE = KustoParser
"""The factory."""
