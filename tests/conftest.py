"""What every test may ask for: the tree, and the material beside it."""

import contextlib
import os
import pathlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import hypothesis
import pytest

from compiler.engines.engine import Engine, EngineUnavailable

# CI tries the same examples each time, so that it fails for a change and not by chance; elsewhere they are new.
hypothesis.settings.register_profile("ci", derandomize=True, database=None)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

ROOT = pathlib.Path(__file__).parents[1]


@pytest.fixture(scope="session")
def root() -> pathlib.Path:
    """The top of the tree."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> pathlib.Path:
    """The folder of other people's material beside the clone; the test is skipped where it is not."""
    path = ROOT.parent / "shared"
    if not path.is_dir():
        pytest.skip("needs ../shared (the specification, corpora and advisories), which is not beside this clone")
    return path


@contextlib.contextmanager
def _running(engine: Engine) -> Iterator[Engine]:
    with contextlib.closing(engine):
        try:
            engine.open()
        except EngineUnavailable as reason:
            pytest.skip(str(reason))
        yield engine


@pytest.fixture(scope="session")
def running() -> Callable[[Engine], AbstractContextManager[Engine]]:
    """What opens an engine for a ``with``; the test is skipped with the reason where it cannot be had."""
    return _running
