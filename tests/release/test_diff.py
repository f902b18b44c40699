"""`tocsin diff` and `tocsin lint --since`: what changed between two states of a small tree, and whether it is told."""

import datetime as dt
import importlib.resources
import json
import subprocess

import jsonschema
import pytest

from compiler.cli import main
from compiler.content.load import load_tree
from compiler.release.build import build
from compiler.release.output import write_whole
from compiler.targets import load_targets

RULE = """\
title: Shell of a Web Server
id: 8d7bf0a1-4f51-4f5e-9d0c-4c8f6f1b2a10
name: web_server_shell
date: 2021-03-02
logsource: {category: process_creation, product: windows}
detection:
    selection: {Image|endswith: '\\cmd.exe'}
    condition: selection
level: high
"""
WIDER = RULE.replace("'\\cmd.exe'", "['\\cmd.exe', '\\sh.exe']")
CASES = """\
rule: web_server_shell
cases:
    - title: Another shell
      event: {Image: 'C:\\bin\\sh.exe'}
      expect: false_negative
      hits: 0
      origin: synthetic
      because: it is another program
"""
YARA = 'rule marked { meta: id = "0a1b2c3d-0000-4000-8000-000000000002" strings: $a = "needle" condition: $a }\n'
PATH = "detections/sigma/web_server_shell.yml"


def run(capsys, *words):
    """The exit code, standard output and standard error."""
    with pytest.raises(SystemExit) as caught:
        main([str(word) for word in words])
    shown = capsys.readouterr()
    return caught.value.code, shown.out, shown.err


def git(tree, *words):
    settings = ("-c", "user.name=tocsin", "-c", "user.email=tocsin@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *settings, "-C", str(tree), *words], check=True, capture_output=True)  # noqa: S607


@pytest.fixture
def tree(tmp_path, root):
    """A repository with one rule, its case, and a data source; its first commit is tagged ``v1``."""
    top = tmp_path / "tree"
    for path, text in {PATH: RULE, "samples/rules/web_server_shell/cases.yml": CASES}.items():
        (top / path).parent.mkdir(parents=True)
        (top / path).write_text(text)
    (top / "detections" / "sources").mkdir()
    sysmon = (root / "detections" / "sources" / "sysmon.yml").read_bytes()
    (top / "detections" / "sources" / "sysmon.yml").write_bytes(sysmon)
    git(top, "init", "-q")
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "first")
    git(top, "tag", "v1")
    return top


def record(capsys, tree, *words):
    """What the diff says as JSON, which its schema allows."""
    code, out, err = run(capsys, "diff", *words, "--root", tree, "--format", "json")
    assert (code, err) == (0, "")
    said = json.loads(out)
    schema = json.loads((importlib.resources.files("compiler.release") / "diff.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(said)
    return said


def test_diff_shows_the_events_that_a_rule_newly_matches(tree, capsys):
    """The case and the witnesses of the new value are gained, nothing is lost, and each target's query changed."""
    (tree / PATH).write_text(WIDER)
    said = record(capsys, tree, "v1", tree)
    (rule,) = said["rules"]
    assert (rule["state"], rule["name"], rule["keys"]) == ("changed", "web_server_shell", ["detection"])
    assert set(rule["queries"].values()) == {"changed"}
    assert "splunk" in rule["queries"]
    assert rule["effect"]["gained"][0] == {
        "origin": "case",
        "title": "Another shell",
        "event": {"Image": "C:\\bin\\sh.exe"},
    }
    assert all(seen["event"]["Image"].lower().endswith("\\sh.exe") for seen in rule["effect"]["gained"])
    assert rule["effect"]["lost"] == []


def test_diff_of_the_other_direction_loses_the_same_events(tree, capsys):
    """What one direction gains the other loses."""
    (tree / PATH).write_text(WIDER)
    (gaining,), (losing,) = (record(capsys, tree, *pair)["rules"] for pair in (("v1", tree), (tree, "v1")))
    titles = [
        sorted(json.dumps(seen["event"]) for seen in way)
        for way in (gaining["effect"]["gained"], losing["effect"]["lost"])
    ]
    assert titles[0] == titles[1]
    assert losing["effect"]["gained"] == []


def test_diff_tells_a_rewritten_rule_from_a_changed_one(tree, capsys):
    """Other words, a new name and level: the queries stay, and that it matches the same is proved."""
    text = RULE.replace("name: web_server_shell", "name: web_server_cmd").replace("level: high", "level: low")
    (tree / PATH).write_text(text.replace("condition: selection", "condition: selection and selection"))
    (rule,) = record(capsys, tree, "v1", tree)["rules"]
    assert rule["renamed"] is True
    assert rule["words"] == {
        "name": {"before": "web_server_shell", "now": "web_server_cmd"},
        "level": {"before": "high", "now": "low"},
    }
    assert rule["effect"] == {"same": True, "tried": 0, "fault": None, "gained": [], "lost": []}


def test_diff_tells_new_and_removed_rules(tree, capsys):
    """A rule is known by its id: with another id it is another rule."""
    (tree / PATH).write_text(RULE.replace("8d7bf0a1", "9d7bf0a1"))
    said = record(capsys, tree, "v1", tree)
    assert [(rule["state"], rule["id"][:8]) for rule in said["rules"]] == [("removed", "8d7bf0a1"), ("new", "9d7bf0a1")]
    assert said["unchanged"] == 0


def test_diff_of_equal_states_is_empty(tree, capsys):
    """Nothing is told where nothing changed."""
    assert run(capsys, "diff", "v1", tree, "--root", tree) == (
        0,
        f"v1 -> {tree}: 0 new, 0 removed, 0 changed, 1 unchanged rules\n",
        "",
    )


def built(tree, output):
    """A build of the tree as it is now, for two targets."""
    targets = [load_targets()[name] for name in ("plain", "splunk")]
    write_whole(output, build(tree, load_tree(tree).catalogue, targets, {}, dt.date(2026, 11, 22)).files)


def test_diff_of_two_builds_reads_rules_out_of_their_packages(tree, tmp_path, capsys):
    """Folder or archive: the manifest tells the queries, the plain package the rules, the tree the cases."""
    built(tree, tmp_path / "one")
    (tree / PATH).write_text(WIDER)
    built(tree, tmp_path / "two")
    (rule,) = record(capsys, tree, tmp_path / "one", tmp_path / "two")["rules"]
    assert rule["queries"] == {"splunk": "changed"}
    assert "Another shell" in [seen["title"] for seen in rule["effect"]["gained"]]
    (archive,) = (tmp_path / "two" / "splunk").glob("tocsin-splunk-latest.*")
    (again,) = record(capsys, tree, tmp_path / "one" / "manifest.json", archive)["rules"]
    assert again == rule


def test_diff_of_builds_reads_an_archive_where_nothing_is_unpacked(tree, tmp_path, capsys):
    """What a release has attached, the manifest and the archives in one folder, is enough."""
    built(tree, tmp_path / "one")
    (tmp_path / "flat").mkdir()
    for file in (tmp_path / "one" / "manifest.json", *(tmp_path / "one" / "plain").glob("tocsin-plain-*")):
        (tmp_path / "flat" / file.name).write_bytes(file.read_bytes())
    (tree / PATH).write_text(WIDER)
    (rule,) = record(capsys, tree, tmp_path / "flat", tree)["rules"]
    assert rule["queries"] == {"splunk": "changed"}
    assert "Another shell" in [seen["title"] for seen in rule["effect"]["gained"]]


def test_diff_says_what_it_cannot_read(tree, tmp_path, capsys):
    """No revision, no build, no repository: one line and exit 2."""
    assert run(capsys, "diff", "v9", tree, "--root", tree)[0] == 2
    code, out, err = run(capsys, "diff", "--root", tree, "--", "--output=x", tree)
    assert (code, out) == (2, "")
    assert "'--output=x' is no revision here" in err
    (tmp_path / "no.zip").write_bytes(b"no archive")
    assert "no archive of tocsin" in run(capsys, "diff", tmp_path / "no.zip", tree, "--root", tree)[2]
    (tmp_path / "bare" / "detections").mkdir(parents=True)
    code, _, err = run(capsys, "diff", "v1", tree, "--root", tmp_path / "bare")
    assert code == 2
    assert len(err.splitlines()) == 1


def test_diff_in_markdown_keeps_a_title_words(tree, capsys):
    """A title cannot mention people, make links or open HTML in a comment on a pull request."""
    (tree / PATH).write_text(RULE.replace("Shell of a Web Server", "'@all <img src=x> [a](b) `c`'"))
    _, out, _ = run(capsys, "diff", "v1", tree, "--root", tree, "--format", "markdown")
    (line,) = [line for line in out.splitlines() if line.startswith("- `web_server_shell`")]
    assert line == "- `web_server_shell`: @<!-- -->all \\<img src\\=x\\> \\[a\\]\\(b\\) \\`c\\` (high)"


def test_diff_of_yara_runs_the_files_of_the_cases(tree, capsys):
    """Another comment is the same rule; another string without a file to try it on says that nothing was tried."""
    file = tree / "detections" / "yara" / "php" / "marked.yar"
    file.parent.mkdir(parents=True)
    file.write_text(YARA)
    git(tree, "add", ".")
    git(tree, "commit", "-q", "-m", "second")
    file.write_text("// words\n" + YARA)
    (rule,) = record(capsys, tree, "HEAD", tree)["rules"]
    assert rule["effect"]["same"] is True
    file.write_text(YARA.replace("needle", "pin"))
    (rule,) = record(capsys, tree, "HEAD", tree)["rules"]
    assert rule["effect"] == {"same": False, "tried": 0, "fault": None, "gained": [], "lost": []}


def untold(capsys, tree):
    out = run(capsys, "lint", "--root", tree, "--since", "v1", "--format", "json")[1]
    return [item["message"] for item in json.loads(out) if item["code"] in {"SIG112", "YAR040"}]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (RULE.replace("level: high", "level: low"), []),
        (WIDER, ["and is still version 1", "and was last changed on 2021-03-02"]),
        (WIDER.replace("level:", "version: 2\nlevel:"), ["and was last changed on 2021-03-02"]),
        (WIDER.replace("level:", "modified: 2021-03-01\nversion: 2\nlevel:"), ["and was last changed on 2021-03-01"]),
        (WIDER.replace("level:", "modified: 2021-03-04\nlevel:"), ["and is still version 1"]),
        (WIDER.replace("level:", "modified: 2021-03-04\nversion: 2\nlevel:"), []),
    ],
)
def test_lint_since_asks_a_changed_rule_for_date_and_version(tree, capsys, text, missing):
    """A rule that matches something else has a later ``modified`` and a higher ``version``; words do not."""
    (tree / PATH).write_text(text)
    found = untold(capsys, tree)
    assert [message.partition(", ")[2] for message in found] == missing
    assert all(message.startswith("web_server_shell matches something else than in v1, ") for message in found)
