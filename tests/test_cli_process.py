"""The command as a process of its own: how it is started, what ends it, and what the machine refuses it."""

import os
import re
import subprocess
import sys

import pytest

BROKEN = """\
title: Shell of a Web Server
logsource:
    category: process_creation
detection:
    selection:
        ParentImage|endswith: '\\w3wp.exe'
    condition: selection and not filtre
"""


def test_the_module_is_the_command(root):
    """``python -m compiler`` does what ``tocsin`` does, from the tree and without being installed."""
    done = subprocess.run(
        [sys.executable, "-m", "compiler", "--version"], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("tocsin ")


ENDED = """
import atexit, os, signal, sys
from compiler import cli, verbs
atexit.register(print, "all is put away")
verbs.load = lambda _: os.kill(os.getpid(), signal.{name})
sys.argv = ["tocsin", "lint"]
cli.main()
"""


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129)])
@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
def test_a_command_that_is_ended_puts_everything_away(root, name, code):
    """Who ends the process leaves no server and no index behind, as after Ctrl-C."""
    command = [sys.executable, "-c", ENDED.format(name=name)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (code, "all is put away\n", "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")  # noqa: PTH110
def test_a_full_disk_is_one_line(tmp_path):
    """What the machine refuses is no fault of the content and no bug: exit 2."""
    (tmp_path / "shell.yml").write_text(BROKEN)
    with open("/dev/full", "w") as out:  # noqa: PTH123
        command = [sys.executable, "-m", "compiler", "lint", "shell.yml"]
        done = subprocess.run(command, cwd=tmp_path, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "tocsin: [Errno 28] No space left on device\n")


EXPLAINED = """
from compiler.verbs.explain import verb
verb.callback("SIG001")
from compiler.diagnostics import CODES
print(*CODES)
"""


def test_every_code_can_be_explained(root):
    """Also those of modules that other verbs read only when they need them."""
    done = subprocess.run([sys.executable, "-c", EXPLAINED], cwd=root, capture_output=True, text=True, check=True)
    texts = [path.read_text() for path in (root / "compiler").rglob("*.py")]
    declared = {code for text in texts for code in re.findall(r'= declare\(\s*"([A-Z]{3}[0-9]{3})"', text)}
    assert {"PKG015", "PKG041"} <= declared <= set(done.stdout.splitlines()[-1].split())
