"""Two rules with one id or name: told, and both are run."""

import json

from compiler.cli import main
from compiler.content.rules import read_sigma
from compiler.verify.twice import twice

RULE = """\
title: Made
id: %s
%slogsource: {category: process_creation, product: windows}
detection:
    selection: {Image|endswith: '\\%s.exe'}
    condition: selection
level: low
"""
ONE, OTHER = "8d7bf0a1-4f51-4f5e-9d0c-4c8f6f1b2a10", "71f0a6c2-5c1c-4a3e-8f5e-3d1f0c9b2a77"


def rules(*texts):
    found = []
    for number, text in enumerate(texts):
        found += read_sigma(f"rules/{number}.yml", text.encode())
    return found


def test_an_id_that_stands_twice_is_told_at_its_place():
    """With the place of the rule that has it first."""
    found = twice(rules(RULE % (ONE, "", "a"), RULE % (ONE, "", "b"), RULE % (OTHER, "", "c")))
    assert [(one.code, str(one.span), one.message) for one in found] == [
        ("VER010", "rules/1.yml:2:1", f"the id {ONE} is that of rules/0.yml:1:1 as well")
    ]


def test_a_name_counts_where_a_rule_gives_itself_one():
    """Without one a rule is called as its file, of which there may be several in other folders."""
    named = [RULE % (ONE, "name: same\n", "a"), RULE % (OTHER, "name: same\n", "b")]
    assert [one.message for one in twice(rules(*named))] == ["the name same is that of rules/0.yml:1:1 as well"]
    assert list(twice(rules(RULE % (ONE, "", "a"), RULE % (OTHER, "", "b")))) == []


def test_verify_tells_it_and_runs_both(tmp_path, capsys, monkeypatch):
    """Other work goes on; the exit code is that of a fault."""
    monkeypatch.chdir(tmp_path)
    for name in "ab":
        (tmp_path / f"{name}.yml").write_text(RULE % (ONE, "", name))
    try:
        code = main(["verify", "a.yml", "b.yml", "-t", "duckdb", "--format", "json"])
    except SystemExit as end:
        code = end.code
    out, err = capsys.readouterr()
    assert [json.loads(line)["assurance"] for line in out.splitlines()] == ["executed", "executed"]
    assert "b.yml:2:1: error[VER010]" in err
    assert code == 1
