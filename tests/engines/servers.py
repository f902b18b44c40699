"""What the tests of Elasticsearch and of OpenSearch ask of a server that was started here."""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

from compiler.engines.engine import Ask, Table

ROOT = pathlib.Path(__file__).parents[2]
TABLE = Table(
    "logs-a-default",
    {"text": "keyword", "wild": "wildcard", "address": "ip", "count": "long"},
    (
        {"tocsin_id": "1", "text": "Whoami", "wild": "Whoami", "address": "192.0.2.1", "count": 3},
        {"tocsin_id": "2", "text": "x" * 1025, "count": 4},
    ),
)
START = """
import sys, time
from compiler.engines.{name} import ENGINE
engine = ENGINE()
engine.open()
print("open", flush=True)
time.sleep(600)
"""


def hits(engine, query, table=TABLE, **settings):
    """The answer to one search."""
    return engine.run([table], [Ask("dsl", json.dumps({"query": query}), settings)])[0]


def folders():
    """The folders of servers that are there."""
    return {path for path in pathlib.Path(tempfile.gettempdir()).glob("tocsin-*") if (path / "log").exists()}


def killed_leaves_nothing(name):
    """Kill a process that has started a server, and wait until the server and its folder are gone."""
    before = folders()
    command = [sys.executable, "-c", START.format(name=name)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "open\n"
        assert len(folders() - before) == 1
        process.kill()
    end = time.monotonic() + 60
    while folders() - before and time.monotonic() < end:
        time.sleep(0.2)
    return folders() - before == set()
