"""Two releases of Kibana rules and the script between them, on a Kibana of ours that keeps rules as the API says.

The stand-in answers as *Security detections API* describes: a PATCH changes the fields it has, an import without
``overwrite`` leaves alone what is there, takes off a rule the exception lists that there are not, and what is not there
is 404.
"""

# ruff: noqa: D102 - the methods of the stand-in are those of HTTP

import dataclasses
import datetime as dt
import http.server
import json
import os
import re
import shutil
import subprocess
import threading
import urllib.parse

import pytest

from compiler.content.rules import read_sigma
from compiler.release.build import build
from compiler.targets import load_targets

needs_tools = pytest.mark.skipif(not all(map(shutil.which, ("bash", "curl", "jq"))), reason="needs Bash, curl and jq")
IDS = {number: f"8d7bf0a1-4f51-4f5e-9d0c-{number:012x}" for number in range(1, 8)}
RULE = """\
title: {title}
id: {id}
status: experimental
description: {title}
logsource: {{category: process_creation, product: windows}}
detection:
    selection: {{{test}}}
    filter: {{{benign}}}
    condition: selection and not filter
level: {level}
"""


def rule(number, test, benign="Image: none.exe", **more):
    given = {"title": "Made", "level": "high", **more}
    text = RULE.format(id=IDS[number], test=test, benign=benign, **given)
    (made,) = read_sigma(f"rule_{number}.yml", text.encode())
    return dataclasses.replace(made, placeholders={"own": ()})


ENDS = "Image|endswith: '\\{}.exe'"
LISTED = "Computer|expand: '%own%'"
LIST = "tocsin_own_winlog_computer_name"
FIRST = [
    rule(1, ENDS.format("kept")),
    rule(2, ENDS.format("old")),
    rule(3, ENDS.format("old"), title="Before"),
    rule(4, ENDS.format("retyped")),
    rule(5, ENDS.format("gone")),
    # Letter by letter the list cannot be asked, and the query is the same.
    rule(7, ENDS.format("listed"), LISTED.replace("expand", "cased|expand")),
]
SECOND = [
    rule(1, ENDS.format("kept")),
    rule(2, ENDS.format("new"), level="critical"),
    rule(3, ENDS.format("new"), title="After"),
    # Two fields compared are said in ES|QL alone.
    rule(4, "Image|fieldref: ParentImage"),
    rule(6, ENDS.format("added"), LISTED),
    rule(7, ENDS.format("listed"), LISTED),
]


@pytest.fixture(scope="module")
def released(small, tmp_path_factory):
    """The Elastic package of a second release, written to a folder, and the rules of the first by their ids."""
    target = load_targets()["elastic"]
    top = tmp_path_factory.mktemp("releases")
    (top / "tree").mkdir()
    for name, rules, before in (("one", FIRST, None), ("two", SECOND, top / "one")):
        catalogue = dataclasses.replace(small, rules=tuple(rules))
        files = build(top / "tree", catalogue, [target], {}, dt.date(2026, 11, 22), previous=before).files
        for path, body in files.items():
            (top / name / path).parent.mkdir(parents=True, exist_ok=True)
            (top / name / path).write_bytes(body)
    return top / "two" / "elastic", lines((top / "one" / "elastic" / "rules.ndjson").read_text())


def lines(text, key="rule_id"):
    return {one[key]: one for one in map(json.loads, text.splitlines()) if key in one}


def test_the_files_between_two_releases(released):
    """Each rule is in the file of what became of it, and the README tells of the script."""
    folder, _ = released
    held = {path.stem: sorted(lines(path.read_text())) for path in (folder / "upgrade").iterdir()}
    assert held == {
        "new": [IDS[6]],
        "changes": [IDS[2], IDS[3]],
        "before": [IDS[2], IDS[3]],
        "retyped": [IDS[4]],
        "linked": [IDS[7]],
        "removed": [IDS[5]],
    }
    changes = lines((folder / "upgrade" / "changes.ndjson").read_text())
    assert sorted(changes[IDS[2]]) == ["query", "risk_score", "rule_id", "severity"]
    assert list(lines((folder / "upgrade" / "new.ndjson").read_text(), "list_id")) == [LIST]
    assert "bash upgrade.sh" in (folder / "README.md").read_text()


def reference(held):
    """What a rule has of an exception list that is there."""
    return {key: held[key] for key in ("id", "list_id", "namespace_type")} | {"type": "detection"}


class Kibana(http.server.BaseHTTPRequestHandler):
    """The APIs over dictionaries: ``server.rules``, ``server.lists`` (exceptions), ``server.values`` (value lists)."""

    def answer(self, status, body):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def one(self):
        address = urllib.parse.urlsplit(self.path)
        asked = urllib.parse.parse_qs(address.query)
        if address.path == "/api/lists":
            return self.server.values.get(asked["id"][0]), asked["id"][0]
        if address.path == "/api/exception_lists":
            return self.server.lists.get(asked["list_id"][0]), asked["list_id"][0]
        return self.server.rules.get(asked["rule_id"][0]), asked["rule_id"][0]

    def do_GET(self):
        found, _ = self.one()
        self.answer(200, found) if found else self.answer(404, {"message": "not found"})

    def do_DELETE(self):
        self.answer(200, self.server.rules.pop(self.one()[1]))

    def do_PATCH(self):
        change = json.loads(self.body())
        self.server.rules[change["rule_id"]] |= change
        self.answer(200, {})

    def do_POST(self):
        body = self.body().replace("\r", "")
        if "/api/lists" in self.path:
            if name := re.search(r'filename="(.*?)"', body):
                self.server.values[name[1]] = {"type": self.path.partition("?type=")[2]}
            return self.answer(200 if name else 409, {})
        text = "\n".join(re.findall(r"^\{.*\}$", body, re.MULTILINE))
        found = lines(text)
        for id, one in lines(text, "list_id").items():
            self.server.lists.setdefault(id, {**one, "id": f"made-{id}"})
        fresh = {id: one for id, one in found.items() if id not in self.server.rules}
        for one in fresh.values() if "_import" in self.path else ():
            named = [self.server.lists.get(given["list_id"]) for given in one.get("exceptions_list", ())]
            one["exceptions_list"] = [reference(held) for held in named if held is not None]
        self.server.rules |= fresh
        taken = [{"rule_id": id, "error": {"message": "exists"}} for id in found if id not in fresh]
        return self.answer(200, {"success_count": len(fresh), "errors": taken})

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def kibana():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Kibana) as server:
        server.rules, server.lists, server.values = {}, {}, {}
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def run(folder, kibana, *words):
    """What the script says."""
    address = f"http://127.0.0.1:{kibana.server_address[1]}"
    return subprocess.run(
        [shutil.which("bash"), str(folder / "upgrade.sh"), *words],
        env={**os.environ, "KIBANA": address, "API_KEY": "k"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout.splitlines()


SET = {
    "enabled": True,
    "exceptions_list": [{"id": "x", "list_id": "ours", "type": "detection", "namespace_type": "single"}],
    "actions": [{"id": "mail"}],
    "tags": ["Tocsin", "ours"],
    "interval": "1m",
}


@needs_tools
def test_what_a_soc_set_is_as_it_was(released, kibana, tmp_path):
    """What it enabled, excepted, tagged and scheduled stays; so does a query that it rewrote, which is said."""
    folder, first = released
    shutil.copytree(folder, tmp_path / "new")
    second = lines((folder / "rules.ndjson").read_text())
    kibana.rules = {id: {**one, **SET} for id, one in first.items()}
    kibana.rules[IDS[3]]["query"] = "any where false"
    said = run(tmp_path / "new", kibana)
    now = kibana.rules
    for id in first:
        kept = [key for key in SET if (id, key) != (IDS[7], "exceptions_list")]
        assert {key: now[id][key] for key in kept} == {key: SET[key] for key in kept}
    assert now[IDS[1]] == first[IDS[1]] | SET
    assert now[IDS[2]] == second[IDS[2]] | SET
    assert now[IDS[3]] == second[IDS[3]] | SET | {"query": "any where false"}
    assert now[IDS[4]] == second[IDS[4]] | SET
    assert now[IDS[5]] == first[IDS[5]] | SET
    there = reference(kibana.lists[LIST])
    assert there["id"] == f"made-{LIST}"
    assert now[IDS[6]] == second[IDS[6]] | {"exceptions_list": [there]}
    assert now[IDS[7]] == second[IDS[7]] | SET | {"exceptions_list": [*SET["exceptions_list"], there]}
    assert kibana.values == {"tocsin_own_keyword.txt": {"type": "keyword"}}
    assert "    yours, kept: query" in said
    assert said[-1] == f"no longer part of this release: {IDS[5]}"


@needs_tools
def test_it_can_be_run_again(released, kibana, tmp_path):
    """The second run changes nothing, and calls nothing the SOC's that is not."""
    folder, first = released
    shutil.copytree(folder, tmp_path / "new")
    kibana.rules = {id: {**one, **SET} for id, one in first.items()}
    run(tmp_path / "new", kibana)
    once = json.dumps(kibana.rules, sort_keys=True)
    assert [line for line in run(tmp_path / "new", kibana) if "yours" in line] == []
    assert json.dumps(kibana.rules, sort_keys=True) == once


@needs_tools
def test_a_dry_run_changes_nothing(released, kibana, tmp_path):
    """It tells the same, and a rule that was deleted is left out."""
    folder, first = released
    shutil.copytree(folder, tmp_path / "new")
    kibana.rules = {id: {**one, **SET} for id, one in first.items() if id != IDS[2]}
    before = json.dumps(kibana.rules, sort_keys=True)
    said = run(tmp_path / "new", kibana, "--dry-run")
    assert f"not there, left out: {IDS[2]}" in said
    assert f"of another type, made anew: {IDS[4]}" in said
    assert json.dumps(kibana.rules, sort_keys=True) == before


@needs_tools
def test_a_value_list_that_is_there_is_the_socs(released, kibana, tmp_path):
    """Nothing is added to it, and an exception list that a rule has is not added again."""
    folder, _ = released
    shutil.copytree(folder, tmp_path / "new")
    second = lines((folder / "rules.ndjson").read_text())
    kibana.rules = {id: {**second[id]} for id in (IDS[6], IDS[7])}
    kibana.values = {"tocsin_own_keyword.txt": {"type": "keyword", "ours": True}}
    run(tmp_path / "new", kibana)
    assert kibana.rules == {id: second[id] for id in (IDS[6], IDS[7])}
    assert kibana.values == {"tocsin_own_keyword.txt": {"type": "keyword", "ours": True}}
