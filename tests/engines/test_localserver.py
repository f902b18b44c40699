"""A server of our own that cannot be put together: one line, and nothing left."""

import errno
import os
import tempfile

import pytest

from compiler.engines.engine import EngineUnavailable
from compiler.engines.localserver import LocalServer


def full():
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "cache/opensearch.zip")


def test_a_cache_that_cannot_be_written_is_told():
    """What the disk refuses is a reason why the engine cannot be had, not the end of the command."""
    with pytest.raises(EngineUnavailable, match=r"could not be started: .*No space left on device: 'cache/"):
        LocalServer(full).start()


def test_a_temporary_folder_that_cannot_be_made_is_told(monkeypatch):
    """The same where the server would be unpacked."""

    def refuse(**_):
        full()

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    with pytest.raises(EngineUnavailable, match="No space left on device"):
        LocalServer(lambda: None).start()
