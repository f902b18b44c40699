"""The verbs as a user calls them: what they print, and their exit code."""

import json
from xml.etree import ElementTree

import pytest

from compiler.cli import main
from compiler.content.sealed import seal
from compiler.engines import load_engines
from compiler.targets import target_names

RULE = """\
title: Shell of a Web Server
id: 8d7bf0a1-4f51-4f5e-9d0c-4c8f6f1b2a10
name: web_server_shell
logsource:
    category: process_creation
    product: windows
detection:
    selection:
        ParentImage|endswith: '\\w3wp.exe'
    filter:
        CommandLine|contains: 'csc'
    condition: selection and not filter
level: high
"""
EVENTS = [
    {"Channel": "Security", "EventID": 4624, "ParentImage": "C:\\w3wp.exe"},
    {"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1, "ParentImage": "C:\\W3WP.EXE"},
    {"ParentImage": "x\\w3wp.exe", "CommandLine": "csc.exe /noconfig"},
    {"ParentImage": "x\\w3wp.exe", "CommandLine": "cmd.exe"},
]
COUNT = """\
title: Two Shells
name: two_shells
correlation:
    type: event_count
    rules: [web_server_shell]
    group-by: [Computer]
    timespan: 5m
    condition:
        gte: 2
level: high
"""
YARA = 'rule marked { meta: id = "0a1b2c3d-0000-4000-8000-000000000002" strings: $a = "needle" condition: $a }'


def run(capsys, *words):
    """The exit code, the lines of standard output, and standard error."""
    with pytest.raises(SystemExit) as caught:
        main([str(word) for word in words])
    shown = capsys.readouterr()
    return caught.value.code, shown.out.splitlines(), shown.err


@pytest.fixture
def rules(tmp_path, monkeypatch):
    """A folder with one rule, outside of any tree of ours, as the working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "shell.yml").write_text(RULE)
    (tmp_path / "events.jsonl").write_text("".join(f"{json.dumps(event)}\n" for event in EVENTS))
    return tmp_path / "rules"


def test_match_prints_one_json_line_a_match(rules, capsys):
    """The rule's id and name and the 0-based line; an event without a recognised source is tried against every rule."""
    code, lines, err = run(capsys, "match", rules, "--events", "events.jsonl", "--format", "json")
    identity = {"rule": "8d7bf0a1-4f51-4f5e-9d0c-4c8f6f1b2a10", "name": "web_server_shell"}
    assert [json.loads(line) for line in lines] == [{**identity, "event": 1}, {**identity, "event": 3}]
    assert (code, err) == (0, "")


def test_match_of_a_rule_without_id_names_its_file(rules, capsys):
    """``rule`` is the stem where there is no id."""
    text = RULE.replace("id: 8d7bf0a1-4f51-4f5e-9d0c-4c8f6f1b2a10\nname: web_server_shell\n", "")
    (rules / "shell.yml").write_text(text)
    _, lines, _ = run(capsys, "match", rules, "--events", "events.jsonl", "--format", "json")
    assert [json.loads(line) for line in lines] == [
        {"rule": "shell", "name": "shell", "event": 1},
        {"rule": "shell", "name": "shell", "event": 3},
    ]


def test_match_takes_the_logsource_from_the_caller(rules, capsys):
    """``--logsource`` stands for what the events would be recognised as."""
    words = ("match", rules, "--events", "events.jsonl", "--format", "json", "--logsource")
    _, lines, _ = run(capsys, *words, "category=process_creation,product=windows")
    assert [json.loads(line)["event"] for line in lines] == [0, 1, 3]
    _, lines, _ = run(capsys, *words, "category=file_event,product=windows")
    assert lines == []


def test_match_closes_a_correlation_at_its_last_event(rules, capsys):
    """A correlation names the event that closes it and its group; the rule that it counts gives no alert of its own."""
    (rules / "two.yml").write_text(COUNT)
    event = {"ParentImage": "x\\w3wp.exe", "Computer": "mail"}
    times = ["2021-03-03T10:00:00Z", "2021-03-03T10:06:00Z", "2021-03-03T10:11:00Z"]
    lines = [json.dumps({**event, "@timestamp": time}) + "\n" for time in times]
    (rules.parent / "events.jsonl").write_text("".join(lines))
    _, lines, _ = run(capsys, "match", rules, "--events", "events.jsonl", "--format", "json")
    assert [json.loads(line) for line in lines] == [
        {"rule": "two_shells", "name": "two_shells", "event": 2, "group": {"Computer": "mail"}}
    ]


def test_match_of_what_another_rule_refers_to(tmp_path, capsys):
    """Whoever asks about one rule is answered, also where a correlation of the same tree would keep it silent."""
    folder = tmp_path / "detections" / "sigma"
    folder.mkdir(parents=True)
    outer = COUNT.replace("two_shells", "many_twos").replace("[web_server_shell]", "[two_shells]")
    for name, text in (("shell", RULE), ("two", COUNT), ("outer", outer)):
        (folder / f"{name}.yml").write_text(text)
    event = {"ParentImage": "x\\w3wp.exe", "Computer": "mail"}
    times = ["2021-03-03T10:00:00Z", "2021-03-03T10:01:00Z"]
    (tmp_path / "events.jsonl").write_text("".join(json.dumps({**event, "@timestamp": at}) + "\n" for at in times))
    for asked, found in (("two", [("two_shells", 1)]), ("shell", [("web_server_shell", 0), ("web_server_shell", 1)])):
        words = ("match", folder / f"{asked}.yml", "--events", tmp_path / "events.jsonl", "--format", "json")
        _, lines, _ = run(capsys, *words, "--root", tmp_path)
        assert [(one["name"], one["event"]) for one in map(json.loads, lines)] == found


def test_match_explains_condition_by_condition(rules, capsys):
    """``--why`` tells of every event of the log source which part held and what the event had."""
    code, lines, _ = run(capsys, "match", rules, "--events", "events.jsonl", "--why")
    text = "\n".join(lines)
    assert code == 0
    assert "events.jsonl:3: web_server_shell: no match" in text
    assert "events.jsonl:4: web_server_shell: match" in text
    assert "events.jsonl:1:" not in text
    assert '"csc.exe /noconfig"' in text
    assert "no such field" in text


def test_match_scans_files_with_yara(rules, capsys):
    """YARA rules name the file; the two kinds of rule may stand in one folder."""
    (rules / "marked.yar").write_text(YARA)
    (rules / "shell.yml").unlink()
    (rules.parent / "page.txt").write_text("hay needle hay")
    _, lines, _ = run(capsys, "match", rules, "--events", "page.txt", "--events", "events.jsonl", "--format", "json")
    assert [json.loads(line) for line in lines] == [
        {"rule": "0a1b2c3d-0000-4000-8000-000000000002", "name": "marked", "file": "page.txt"}
    ]


def test_match_tells_of_lines_that_are_no_events_and_goes_on(rules, capsys):
    """A broken line has its place; the events around it are still evaluated."""
    with (rules.parent / "events.jsonl").open("a") as file:
        file.write("{broken\n" + json.dumps(EVENTS[3]) + "\n")
    code, lines, err = run(capsys, "match", rules, "--events", "events.jsonl", "--format", "json")
    assert [json.loads(line)["event"] for line in lines] == [1, 3, 5]
    assert "events.jsonl:5:1: error[VER008]" in err
    assert code == 1


def test_match_of_an_endless_regex_comes_to_an_end(rules, capsys):
    """A stranger's regex must not hang the run: what no linear engine can run is bounded."""
    (rules / "shell.yml").write_text(RULE.replace("ParentImage|endswith: '\\w3wp.exe'", "A|re: '(a+)+\\1$'"))
    (rules.parent / "events.jsonl").write_text(json.dumps({"A": "a" * 5000 + "b"}) + "\n")
    code, lines, err = run(capsys, "match", rules, "--events", "events.jsonl")
    assert lines == []
    assert (code, "VER006" in err) in {(0, False), (1, True)}


def test_convert_prints_a_query_and_tells_of_what_fails(rules, capsys):
    """One JSON line a query; a rule that fails is told on standard error, the rest go on, and the exit code says so."""
    (rules / "bad.yml").write_text(RULE.replace("web_server_shell", "other").replace("|endswith", "|endswiht"))
    code, lines, err = run(capsys, "convert", rules, "-t", "splunk", "--format", "json")
    (record,) = [json.loads(line) for line in lines]
    assert sorted(record) == ["name", "query", "rule", "target"]
    assert (record["name"], record["target"]) == ("web_server_shell", "splunk")
    assert '\\\\w3wp.exe"' in record["query"]
    assert "rules/bad.yml:9:9: error[CNV001]" in err
    assert code == 1


def test_convert_points_at_the_entry_that_is_at_fault(rules, capsys):
    """Not at the first entry of the rule, but at the one that pySigma cannot read."""
    (rules / "shell.yml").write_text(RULE.replace("|contains", "|contians"))
    _, lines, err = run(capsys, "convert", rules, "-t", "splunk")
    assert lines == []
    assert "rules/shell.yml:11:9: error[CNV001]" in err


def test_convert_for_every_target_by_default(rules, capsys):
    """Without ``-t`` each target that has queries gives one."""
    _, lines, _ = run(capsys, "convert", rules, "--format", "json")
    found = [json.loads(line)["target"] for line in lines]
    assert found == sorted(set(found))
    assert {"elastic", "splunk"} <= set(found)


def test_convert_with_an_option_of_a_target(rules, capsys):
    """The query makes use of it, and says so."""
    _, lines, _ = run(capsys, "convert", rules / "shell.yml", "-t", "splunk:data_models", "--format", "json")
    (query,) = map(json.loads, lines)
    assert query["target"] == "splunk:data_models"
    assert query["query"].startswith("| `tocsin_cim_processes`\n| search ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("convert", "absent"), "there is no absent"),
        (("convert", "rules", "-t", "nowhere"), "there is no target nowhere; there are "),
        (("convert", "rules", "-t", "splunk:speed"), "there is no splunk:speed; there are splunk:data_models"),
        (("verify", "rules", "-t", "nowhere:speed"), "there is no nowhere:speed; there are splunk:data_models"),
        (("match", "rules", "--events", "events.jsonl", "--logsource", "x=y"), "'x=y' is no log source"),
        (("build",), "there is no detections/ here nor in any parent; name the tree with --root"),
        (("test", "--root", "rules"), "there is no detections/ in rules"),
        (("explain", "SIG998"), "there is no code SIG998"),
        (("match", "rules"), "Missing option"),
    ],
)
@pytest.mark.usefixtures("rules")
def test_what_cannot_run_is_one_line_and_exit_2(capsys, words, message):
    """A call that is wrong is no finding about content."""
    code, lines, err = run(capsys, *words)
    assert (code, lines) == (2, [])
    assert message in err
    assert "Traceback" not in err


def test_explain_prints_the_manual(capsys):
    """The title, the reason, and the examples of a code."""
    code, lines, _ = run(capsys, "explain", "sig003")
    assert code == 0
    assert lines[0] == "SIG003 (error): The name of the rule is not safe to make a file name of"
    assert "Bad:" in lines
    assert "    name: ../../x" in lines


def test_lint_of_foreign_rules_holds_them_to_the_specification_alone(rules, capsys):
    """No licence, no samples and no behaviours are asked of other people's rules, but a meaning is."""
    assert run(capsys, "lint", rules)[:2] == (0, [])
    (rules / "shell.yml").write_text(RULE.replace("and not filter", "and not filtre"))
    code, lines, _ = run(capsys, "lint", rules)
    assert code == 1
    assert any(line.startswith("rules/shell.yml:12:5: error[SIG01") for line in lines)


def test_a_sealed_sample_comes_back(tmp_path, capsys):
    """``seal`` and ``unseal`` are each other's inverse."""
    sample = tmp_path / "page.php"
    sample.write_bytes(b"<?php echo 1;\r\n")
    code, lines, _ = run(capsys, "seal", sample)
    assert (code, "\n".join(lines) + "\n") == (0, seal("page.php", sample.read_bytes()))
    sealed = tmp_path / "page.sealed"
    sealed.write_text(seal("page.php", sample.read_bytes()))
    assert run(capsys, "unseal", sealed)[1] == ["<?php echo 1;"]


def test_junit_holds_every_verdict(root, tmp_path, capsys, monkeypatch):
    """A CI reads how many cases there were and which were wrong."""
    monkeypatch.chdir(root)
    code, lines, _ = run(capsys, "test", "web_exchange_post_static", "--junit", tmp_path / "out.xml")
    suites = ElementTree.parse(tmp_path / "out.xml").getroot()  # noqa: S314  our own file
    assert code == 0
    assert lines[-1].endswith("0 wrong")
    assert int(suites.get("tests")) == len(suites.findall("testsuite/testcase")) >= 6
    assert suites.get("failures") == "0"


def test_a_rule_without_cases_fails(tmp_path, capsys):
    """Zero evaluated cases is a failure, never a pass."""
    (tmp_path / "detections" / "sigma").mkdir(parents=True)
    (tmp_path / "detections" / "sigma" / "web_server_shell.yml").write_text(RULE)
    code, _, err = run(capsys, "test", "--root", tmp_path)
    assert code == 1
    assert "error[VER003] no case of web_server_shell was evaluated" in err


COUNT_OF_TREE = "detections/sigma/correlation/mr_win_password_spray.yml"


def test_a_correlation_of_the_tree_finds_its_rules_there(root, capsys, monkeypatch):
    """Only the file of the correlation is named; the rules that it is of stand in others."""
    monkeypatch.chdir(root)
    code, (first, *_), err = run(capsys, "convert", COUNT_OF_TREE, "-t", "duckdb", "--format", "json")
    assert (code, err, json.loads(first)["name"]) == (0, "", "mr_win_password_spray")


def test_a_correlation_of_the_tree_is_matched_with_its_rules(root, tmp_path, capsys, monkeypatch):
    """What the rules match that it is of is counted and not told by itself."""
    event = {"EventID": 4625, "Channel": "Security", "IpAddress": "192.0.2.7", "LogonType": 3}
    stamped = [
        {**event, "TargetUserName": f"user{second}", "@timestamp": f"2026-01-05T10:00:{second:02}Z"}
        for second in range(40)
    ]
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(one) + "\n" for one in stamped), encoding="utf-8")
    monkeypatch.chdir(root)
    _, lines, err = run(capsys, "match", COUNT_OF_TREE, "--events", log, "--format", "json")
    assert (err, [json.loads(line)["name"] for line in lines]) == ("", ["mr_win_password_spray"])


def test_a_rule_that_is_not_there_is_told_in_one_line(root, capsys, monkeypatch):
    """A word for ``test`` is the name of a rule, or a path of the tree."""
    monkeypatch.chdir(root)
    assert run(capsys, "test", "no_such_rule") == (2, [], "tocsin: there is no rule no_such_rule\n")


def test_the_cases_of_a_path_are_run(root, capsys, monkeypatch):
    """A path names the rules at or below it."""
    monkeypatch.chdir(root)
    by_name = run(capsys, "test", "mr_win_password_spray", "--format", "json")
    assert run(capsys, "test", COUNT_OF_TREE, "--format", "json") == by_name
    assert by_name[0] == 0


def test_convert_defines_the_tables_that_a_query_in_kql_is_not_given(root, capsys, monkeypatch):
    """Among them the SOC's own lists, so that what is printed can be run."""
    monkeypatch.chdir(root)
    rule = "detections/sigma/webserver/web_webserver_not_found.yml"
    _, lines, _ = run(capsys, "convert", rule, "-t", "sentinel")
    at = lines.index("let TocsinList_vulnerability_scanners =")
    assert lines[at + 1] == "_GetWatchlist('tocsin_vulnerability_scanners');"
    assert any("(TocsinList_vulnerability_scanners | project SearchKey)" in line for line in lines[at:])


def test_convert_says_a_list_as_the_environment_fills_it(root, capsys, monkeypatch):
    """The query of a rule with a filter holds the values of the environment, and no other query changes."""
    monkeypatch.chdir(root)
    file = "detections/environments/example.yml"
    words = ("convert", "detections/sigma/process_creation", "-t", "duckdb", "--format", "json")
    plain, filled = run(capsys, *words), run(capsys, *words, "--environment", file)
    changed = [json.loads(one)["name"] for one, other in zip(plain[1], filled[1], strict=True) if one != other]
    texts = {json.loads(line)["name"]: line for line in filled[1]}
    assert changed
    assert all("paw01.example.com" in texts[name].lower() for name in changed)


def test_a_fault_of_an_environment_stands_at_its_line(tmp_path, capsys):
    """Environments of a tree are linted as all else of it."""
    folder = tmp_path / "detections" / "environments"
    folder.mkdir(parents=True)
    (folder / "ours.yml").write_text("name: ours\ncollects:\n    - source: no_such\n", encoding="utf-8")
    code, lines, _ = run(capsys, "lint", "--root", tmp_path)
    assert code == 1
    assert "detections/environments/ours.yml:3:7: error[ENV003] there is no data source 'no_such'" in "\n".join(lines)


def test_why_a_correlation_did_not_fire(rules, capsys):
    """It is told where each of its rules matched, so that one sees which is missing."""
    (rules / "count.yml").write_text(COUNT, encoding="utf-8")
    stamped = [{"@timestamp": f"2026-01-05T10:0{n}:00Z", "Computer": "a", **one} for n, one in enumerate(EVENTS[1:])]
    (rules.parent / "two.jsonl").write_text("".join(json.dumps(one) + "\n" for one in stamped[:2]), encoding="utf-8")
    (rules.parent / "three.jsonl").write_text("".join(json.dumps(one) + "\n" for one in stamped), encoding="utf-8")
    for log, said in (("two", "no match"), ("three", "match")):
        _, lines, _ = run(capsys, "match", rules, "--events", f"{log}.jsonl", "--why")
        at = next(place for place, line in enumerate(lines) if "two_shells" in line)
        assert lines[at].endswith(f": {said}")
        assert lines[at + 1].strip() == f"{'-' if said == 'no match' else '+'} event_count within 5m"
        lines_of = {"no match": "1 events, in the lines 1", "match": "2 events, in the lines 1, 3"}[said]
        assert lines[at + 2].strip() == f"+ web_server_shell at {lines_of}"


def test_the_help_names_every_engine_and_target(capsys):
    """Nobody should have to give a wrong name to learn the right ones."""
    code, lines, err = run(capsys, "verify", "--help")
    told = set(" ".join(lines).replace(",", " ").replace(";", " ").replace("]", " ").split())
    assert (code, err) == (0, "")
    assert {*load_engines(), *target_names()} <= told
