"""Ctrl-C while queries are verified: one line, the exit code of an interrupted command, and nothing left behind."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import pytest

from compiler.engines import load_engines

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
PATIENCE = 120
"""Seconds for what is waited for."""


HEEDING = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("compiler", run_name="__main__")
"""
"""Heeds Ctrl-C, which a shell lets the commands that it starts in the background ignore."""


def interrupted(root, tree, began, *words):
    """Run ``tocsin verify`` on our rules in a group of its own, press Ctrl-C once ``began``; the process, its words."""
    command = [sys.executable, "-c", HEEDING, "verify", "--root", str(tree), *words]
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=root, start_new_session=True, **streams) as process:
        end = time.monotonic() + PATIENCE
        while not began(process.pid) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
    return process, said


def children(process):
    """The processes that a process has started and that are still there."""
    listed = pathlib.Path(f"/proc/{process}/task/{process}/children")
    return listed.read_text().split() if listed.exists() else []


def folders():
    """The temporary folders of engines."""
    return set(pathlib.Path(tempfile.gettempdir()).glob("tocsin-*"))


def assert_interrupted(process, said):
    assert (process.returncode, said.splitlines()[-1:]) == (130, ["tocsin: interrupted"]), said
    assert "Traceback" not in said
    end = time.monotonic() + PATIENCE
    while is_there(process.pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_there(process.pid)


def is_there(group):
    """Whether a process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def tree(root, tmp_path):
    """Our content in a tree of its own: what was shown before Ctrl-C is written there."""
    for folder in ("detections", "samples/rules"):
        shutil.copytree(root / folder, tmp_path / folder)
    return tmp_path


def test_no_process_is_left_of_the_cores(root, tree):
    """The processes that work on other cores end with the command."""
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("there is one core")
    assert_interrupted(*interrupted(root, tree, children, "-t", "duckdb"))


@pytest.mark.engines
def test_no_server_and_no_folder_is_left(root, tree, running):
    """A server that was started for the run is stopped, and its folder removed."""
    with running(load_engines()["opensearch"]()):
        pass  # what it is made of is downloaded before the clock runs
    before = folders()

    def listening(_):
        logs = [path / "log" for path in folders() - before]
        return any(log.exists() and "publish_address" in log.read_text(errors="replace") for log in logs)

    assert_interrupted(*interrupted(root, tree, listening, "-t", "opensearch", "--engine", "opensearch"))
    assert folders() == before
