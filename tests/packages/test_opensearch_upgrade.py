"""Two releases of OpenSearch monitors and the script between them, on a stand-in for the alerting plugin's API.

The stand-in gives ids, finds by name, and replaces a whole monitor where the sequence number is the last, as *Alerting
API* describes it.
"""

# ruff: noqa: D102 - the methods of the stand-in are those of HTTP

import copy
import http.server
import json
import os
import shutil
import subprocess
import threading
import urllib.parse

import pytest

from compiler.diagnostics import UsageError
from compiler.targets.elastic_upgrade import ndjson
from compiler.targets.opensearch_upgrade import script, upgrade

needs_tools = pytest.mark.skipif(not all(map(shutil.which, ("bash", "curl", "jq"))), reason="needs Bash, curl and jq")


def monitor(name, value, severity="2"):
    trigger = {"name": name, "severity": severity, "condition": {"script": {"source": "x > 0"}}, "actions": []}
    search = {"indices": ["logs-*"], "query": {"query": {"term": {"a": value}}}}
    return {
        "type": "monitor",
        "name": name,
        "enabled": False,
        "schedule": {"period": {"interval": 5, "unit": "MINUTES"}},
        "inputs": [{"search": search}],
        "triggers": [{"query_level_trigger": trigger}],
    }


FIRST = {"kept": monitor("Kept", 1), "changed": monitor("Before", 1), "gone": monitor("Gone", 1)}
SECOND = {"kept": monitor("Kept", 1), "changed": monitor("After", 2, "1"), "added": monitor("Added", 1)}
FILES = upgrade({path: json.dumps(one).encode() for path, one in FIRST.items()}, SECOND)


def test_each_monitor_is_in_the_file_of_what_became_of_it():
    """A changed one is told with the names by which it is found."""
    assert {
        "upgrade/new.ndjson": [SECOND["added"]],
        "upgrade/changes.ndjson": [{"monitor": SECOND["changed"], "trigger": "Before", "was": "Before"}],
        "upgrade/removed.ndjson": ["Gone"],
    } == FILES


@pytest.mark.parametrize("body", [b"PK", b"[]", b'{"name": "x", "triggers": []}'])
def test_a_file_that_is_no_monitor_is_refused(body):
    """Its monitor would seem new."""
    with pytest.raises(UsageError, match=r"a\.json of the previous release is no monitor"):
        upgrade({"a.json": body}, {})


class Alerting(http.server.BaseHTTPRequestHandler):
    """The monitors API over a dictionary of monitors by id, ``server.monitors``."""

    def answer(self, body, status=200):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def body(self):
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"null")

    def do_GET(self):
        body, place = self.body(), self.path.rpartition("/")[2]
        if place == "_search":
            (name,) = body["query"]["term"].values()
            hits = [{"_id": id} for id, one in self.server.monitors.items() if one["name"] == name]
            self.answer({"hits": {"hits": hits}})
        else:
            self.answer({"_id": place, "_seq_no": 7, "_primary_term": 1, "monitor": self.server.monitors[place]})

    def do_POST(self):
        self.server.monitors[f"id{len(self.server.monitors)}"] = self.body()
        self.answer({}, 201)

    def do_PUT(self):
        place = urllib.parse.urlsplit(self.path)
        fresh = urllib.parse.parse_qs(place.query) == {"if_seq_no": ["7"], "if_primary_term": ["1"]}
        if fresh:
            self.server.monitors[place.path.rpartition("/")[2]] = self.body()
        self.answer({}, 200 if fresh else 409)

    def log_message(self, *_):
        """Say nothing."""


@needs_tools
def test_what_a_soc_set_is_as_it_was(tmp_path):
    """What it enabled, scheduled, is notified by and added stays; the query and the condition are the new ones."""
    (tmp_path / "upgrade").mkdir()
    for path, lines in FILES.items():
        (tmp_path / path).write_bytes(ndjson(lines))
    (tmp_path / "upgrade.sh").write_bytes(script())
    own = {"query_level_trigger": {"name": "Ours", "severity": "1", "actions": []}}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Alerting)
    server.monitors = {f"id{number}": copy.deepcopy(one) for number, one in enumerate(FIRST.values())}
    for one in server.monitors.values():
        one |= {"enabled": True, "schedule": {"period": {"interval": 1, "unit": "MINUTES"}}}
        one["triggers"][0]["query_level_trigger"]["actions"] = ["page"]
        one["triggers"].append(own)
    before = copy.deepcopy(server.monitors)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        said = subprocess.run(
            [shutil.which("bash"), str(tmp_path / "upgrade.sh")],
            env={**os.environ, "OPENSEARCH": f"http://127.0.0.1:{server.server_address[1]}", "LOGIN": "a:b"},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout.splitlines()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert said == ['new: "Added"', 'changed: "Before"', 'no longer part of this release: "Gone"']
    wanted = copy.deepcopy(before)
    wanted["id1"] |= {"name": "After", "inputs": SECOND["changed"]["inputs"]}
    wanted["id1"]["triggers"][0]["query_level_trigger"] |= {"name": "After", "severity": "1"}
    assert server.monitors == {**wanted, "id3": SECOND["added"]}
    assert json.loads((tmp_path / "replaced" / "id1.json").read_text())["monitor"] == before["id1"]
