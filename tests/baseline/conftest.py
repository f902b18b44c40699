"""The default week, generated once for all tests of the baseline."""

import pytest

from compiler.baseline import SOURCES, generate


@pytest.fixture(scope="session")
def week():
    """Each source's whole log as bytes."""
    return {source: generate(source) for source in SOURCES}
