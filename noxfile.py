"""What can be done with the tree: each session installs all that it needs, pinned by constraints.txt."""

import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["lint", "types", "tests", "build"]
nox.options.reuse_existing_virtualenvs = True

PINNED = ("-c", "constraints.txt")
APPINSPECT = "splunk-appinspect==4.3.1"
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
PACKAGED = (
    "defender_rules",
    "elastic_alert",
    "elastic_rules",
    "elastic_upgrade",
    "kusto_parsed",
    "loki_rules",
    "opensearch_alert",
    "plain",
    "sentinel_rules",
    "splunk_app",
    "splunk_selftest",
    "sql_package",
    "yara_package",
)
"""The tests of targets that are about their packages."""


def _asks_for_servers(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    # Those of the packages have a session of their own.
    return "packages" not in path.parts and ("TOCSIN_ENGINES" in text or "mark.engines" in text)


@nox.session
def build(session: nox.Session) -> None:
    """Lint, convert, verify and pack everything into dist/, with the command as a user has it."""
    session.install(*PINNED, ".")
    session.run("tocsin", "build", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Pass the project's tests."""
    session.install(*PINNED, "-e", ".[test,stock]")
    session.run("pytest", *session.posargs)


@nox.session
def engines(session: nox.Session) -> None:
    """Run the queries on real engines, started here on loopback; one that cannot be had is skipped with the reason."""
    session.install(*PINNED, "-e", ".[test,stock,engines]")
    everything = {"TOCSIN_ENGINES": "elasticsearch,opensearch,loki,spark"}
    places = [str(path) for path in sorted(Path("tests").rglob("test_*.py")) if _asks_for_servers(path)]
    session.run("pytest", "-m", "engines or not engines", *places, *session.posargs, env=everything)


@nox.session
def packages(session: nox.Session) -> None:
    """Hold each package to its consumer's own rules; what cannot be had here is skipped with the reason."""
    session.install(*PINNED, "-e", ".[test,engines,packages,sign]")
    # Splunk's checks pin old libraries, so they have an environment of their own.
    folder = Path(session.create_tmp()).resolve() / "appinspect"
    session.run("python", "-m", "venv", str(folder), silent=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    session.run(str(programs / "python"), "-m", "pip", "install", "--quiet", APPINSPECT, external=True)
    places = ["tests/packages", "tests/release", *(f"tests/targets/test_{name}.py" for name in PACKAGED)]
    inspect = {"TOCSIN_APPINSPECT": str(programs / "splunk-appinspect")}
    session.run("pytest", "-m", "engines or not engines", *places, *session.posargs, env=inspect)


@nox.session
def lint(session: nox.Session) -> None:
    """Hold the code to its style, the content to its rules, and the workflows to GitHub's."""
    session.install(*PINNED, "-e", ".[lint]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("tocsin", "lint")
    readme = Path("README.md")
    before = readme.read_bytes()
    session.run("tocsin", "coverage", "--write", "README.md")
    if readme.read_bytes() != before:
        session.error("README.md was behind the rules; its coverage is written anew: commit it")
    if shutil.which("go"):
        session.run("go", "run", ACTIONLINT, external=True)
    else:
        session.warn("the workflows were not checked: actionlint needs Go, which is not here")


@nox.session
def types(session: nox.Session) -> None:
    """Hold the code to its types (mypy, strict)."""
    session.install(*PINNED, "-e", ".[lint]")
    session.run("mypy")


@nox.session
def bench(session: nox.Session) -> None:
    """Print how fast reading, converting and matching are, each beside a peer in the same run."""
    session.install(*PINNED, "-e", ".[bench]")
    session.run("python", "tests/bench/speed.py", *session.posargs)


@nox.session
def corpus(session: nox.Session) -> None:
    """Require that YARA is silent on web applications of Debian and npm, fetched here and never installed nor run."""
    session.install(*PINNED, ".")
    session.run("python", "tests/corpus/silence.py", *session.posargs)
