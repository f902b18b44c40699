"""Reading a tree of content, and folders of other people's rules."""

import json

import pytest

from compiler.content.fingerprint import fingerprints
from compiler.content.load import find_root, load_rules, load_sources, load_tree, need_root
from compiler.diagnostics import UsageError

RULE = "title: {0}\nid: {0}\nlogsource: {{category: x}}\ndetection: {{s: {{a: b}}, condition: s}}\n"
CASE = "{{title: t, expect: true_positive, origin: synthetic, because: b, {0}}}"


def write(top, files):
    for path, content in files.items():
        target = top / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return top


def told(loaded):
    return [(finding.code, str(finding.span), finding.message) for finding in loaded.diagnostics]


def test_the_tree_of_the_project_loads_without_a_finding(root):
    """What is committed can all be read."""
    assert told(load_tree(root)) == []


def test_a_broken_file_leaves_the_others(tmp_path):
    """One run shows every fault, and what is sound is there."""
    write(
        tmp_path,
        {
            "detections/sigma/a.yml": RULE.format("a"),
            "detections/sigma/b.yml": "- x\n",
            "detections/sigma/c.yml": b"\xff",
        },
    )
    loaded = load_tree(tmp_path)
    assert [rule.name for rule in loaded.catalogue.rules] == ["a"]
    assert [(code, place) for code, place, _ in told(loaded)] == [
        ("SIG002", "detections/sigma/b.yml:1:1"),
        ("SIG001", "detections/sigma/c.yml:1:1"),
    ]


def test_cases_are_laid_over_their_base(tmp_path):
    """``base`` spares repetition; ``without`` drops a field of it; ``hits`` follows from what is expected."""
    text = "rule: a\nbase: {x: 1, y: 2}\ncases:\n"
    text += f"    - {CASE.format('event: {y: 3}, without: [x]')}\n"
    text += f"    - {CASE.format('events: [{}, {x: 5}], hits: 2')}\n"
    text += "    - {title: u, expect: true_negative, origin: synthetic, because: b, event: {z: 4}}\n"
    write(tmp_path, {"detections/sigma/a.yml": RULE.format("a"), "samples/rules/a/cases.yml": text})
    cases = load_tree(tmp_path).catalogue.cases
    assert [case.sample.events for case in cases] == [
        ({"y": 3},),
        ({"x": 1, "y": 2}, {"x": 5, "y": 2}),
        ({"x": 1, "y": 2, "z": 4},),
    ]
    assert [case.hits for case in cases] == [1, 2, 0]


@pytest.mark.parametrize(
    ("sample", "words"),
    [
        ("absent.log", "there is no file 'absent.log' in this folder"),
        ("../../../outside.log", "a sample is a plain file name in the rule's own folder"),
        ("broken.sealed", "the seal is damaged: the first line is not 'tocsin-sealed 1 <file name> <sha256>'"),
    ],
)
def test_a_sample_that_cannot_be_had_is_told_at_its_line(tmp_path, sample, words):
    """The case drops out with its finding, and the others of the file go on."""
    text = f"rule: a\ncases:\n    - {CASE.format('event: {x: 1}')}\n    - {CASE.format(f'sample: {sample}')}\n"
    write(tmp_path, {"detections/sigma/a.yml": RULE.format("a"), "samples/rules/a/cases.yml": text})
    write(tmp_path, {"samples/rules/a/broken.sealed": "nothing", "outside.log": "x"})
    loaded = load_tree(tmp_path)
    assert [(code, place.rpartition(":")[0], message) for code, place, message in told(loaded)] == [
        ("SMP003", "samples/rules/a/cases.yml:4", words)
    ]
    assert len(loaded.catalogue.cases) == 1


def test_the_shape_of_a_cases_file_is_told_key_by_key(tmp_path):
    """A wrong word is found at its own line, not at the top of the file."""
    text = "rule: a\ncases:\n    - title: t\n      expect: positive\n      origin: synthetic\n      because: b\n"
    text += "      event: {x: 1}\n"
    write(tmp_path, {"detections/sigma/a.yml": RULE.format("a"), "samples/rules/a/cases.yml": text})
    ((code, place, message),) = told(load_tree(tmp_path))
    assert (code, place) == ("SMP002", "samples/rules/a/cases.yml:4:7")
    assert message.startswith("cases.0.expect: 'positive' is not one of")


def test_evidence_of_a_rule_that_says_something_else_is_told(tmp_path):
    """What engines showed of a rule holds for what it meant then; damaged evidence is told as well."""
    write(tmp_path, {"detections/sigma/a.yml": RULE.format("a"), "samples/rules/a/cases.yml": "rule: a\ncases: []\n"})
    path = "samples/rules/a/evidence.json"
    catalogue = load_tree(tmp_path).catalogue
    digest = fingerprints(catalogue.rules, catalogue.casebooks)["a"]
    write(tmp_path, {path: json.dumps({"rule": digest, "targets": {}})})
    assert told(load_tree(tmp_path)) == []
    write(tmp_path, {path: json.dumps({"rule": "0" * 64, "targets": {}})})
    assert [(code, place) for code, place, _ in told(load_tree(tmp_path))] == [("SMP006", f"{path}:1:1")]
    write(tmp_path, {path: '{"rule": '})
    assert [(code, place) for code, place, _ in told(load_tree(tmp_path))] == [("SMP005", f"{path}:1:1")]


def test_a_scenario_names_its_own_recordings(tmp_path):
    """A place in a recording that is not there is found."""
    text = (
        "title: t\ndescription: d\nrecordings: [{file: a.log, source: iis}]\nfires:\n    - {rule: a, at: ['b.log:1']}\n"
    )
    write(tmp_path, {"detections/x": "", "samples/scenarios/s/scenario.yml": text, "samples/scenarios/s/a.log": "x"})
    assert [(code, place) for code, place, _ in told(load_tree(tmp_path))] == [
        ("SMP003", "samples/scenarios/s/scenario.yml:5:22")
    ]


def test_a_folder_of_samples_without_its_file_is_told(tmp_path):
    """An empty folder below samples/ is an orphan."""
    write(tmp_path, {"detections/x": "", "samples/rules/a/note.txt": ""})
    assert told(load_tree(tmp_path)) == [("SMP004", "samples/rules/a:1:1", "there is no cases.yml in samples/rules/a")]


def test_any_folder_of_rules_can_be_read(tmp_path):
    """Foreign rules need no tree around them; a file that is named twice is read once."""
    write(tmp_path, {"b/x.yml": RULE.format("x"), "a.yaml": RULE.format("a"), "note.md": "no rule"})
    loaded = load_rules([tmp_path, tmp_path / "b"], tmp_path)
    assert [(rule.name, rule.span.path) for rule in loaded.catalogue.rules] == [("a", "a.yaml"), ("x", "b/x.yml")]
    assert told(loaded) == []


def test_a_path_that_is_not_there_is_the_callers_fault(tmp_path):
    """Not a finding about content: the command cannot run as called."""
    with pytest.raises(UsageError, match="there is no"):
        load_rules([tmp_path / "absent"], tmp_path)


def test_the_root_is_the_nearest_parent_with_detections(tmp_path, monkeypatch):
    """The command works from any folder of the tree, and says so where there is none."""
    write(tmp_path, {"tree/detections/sigma/a.yml": RULE.format("a")})
    monkeypatch.chdir(tmp_path / "tree" / "detections" / "sigma")
    assert need_root(None) == tmp_path / "tree"
    monkeypatch.chdir(tmp_path)
    assert find_root(None) is None
    with pytest.raises(UsageError, match="no detections/"):
        need_root(None)


def test_sources_come_from_the_tree(root):
    """Each source of the tree can be read; the first issue asks for these seven."""
    sources, findings = load_sources(root)
    assert findings == ()
    assert {"iis", "apache", "sysmon", "security", "exchange", "auditd", "sysmon_linux"} <= {
        one.name for one in sources
    }
