"""What every test may ask for: the tree, and the material beside it."""

import os
import pathlib

import hypothesis
import pytest

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
