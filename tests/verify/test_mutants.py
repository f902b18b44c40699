"""Mutants against cases: what is noticed, what survives, and what is left out."""

import pytest

from compiler.content.load import load_tree
from compiler.content.model import Kind
from compiler.verify.mutants import MutantVerdict, run_mutants, score_lines, untried

RULE = """
title: T
id: 00000000-0000-4000-8000-000000000001
name: one
logsource: {category: process_creation, product: windows}
detection:
    selection: {Image|endswith: '\\a.exe', User: x}
    condition: selection
level: low
"""
HEAD = "rule: one\ncases:\n"
FIRES = """
    - title: fires
      expect: true_positive
      origin: synthetic
      because: it must
      event: {Image: 'C:\\b\\a.exe', User: x}
"""
OTHER_USER = """
    - title: another user
      expect: true_negative
      origin: synthetic
      because: it must not
      event: {Image: 'C:\\b\\a.exe', User: y}
"""
OTHER_IMAGE = """
    - title: another program
      expect: true_negative
      origin: synthetic
      because: it must not
      event: {Image: 'C:\\a.exe\\b', User: x}
"""


@pytest.fixture
def verdicts(tmp_path):
    def run(rule, *cases, names=()):
        (tmp_path / "detections" / "sigma").mkdir(parents=True)
        (tmp_path / "samples" / "rules" / "one").mkdir(parents=True)
        (tmp_path / "detections" / "sigma" / "one.yml").write_text(rule, encoding="utf-8")
        (tmp_path / "samples" / "rules" / "one" / "cases.yml").write_text(HEAD + "".join(cases), encoding="utf-8")
        loaded = load_tree(tmp_path)
        assert loaded.diagnostics == ()
        return list(run_mutants(loaded.catalogue, names))

    return run


def survivors(found):
    return [f"{one.operator}: {one.description}" for one in found if one.counted and not one.noticed]


def test_cases_that_notice_all(verdicts):
    """A case that fires and a near miss for each atom leave no mutant standing."""
    found = verdicts(RULE, FIRES, OTHER_USER, OTHER_IMAGE)
    assert survivors(found) == []
    assert len(found) == 11


def test_what_no_near_miss_shows_survives(verdicts):
    """Without a near miss the atoms can go; each survivor has its place in the rule."""
    found = verdicts(RULE, FIRES, OTHER_IMAGE)
    assert survivors(found) == ["drop atom: without User"]
    (one,) = [one for one in found if not one.noticed]
    assert str(one.span) == "detections/sigma/one.yml:7:43"


def test_a_rule_that_fails_its_cases_is_left_out(verdicts):
    """What its own cases find wrong would notice every mutant, so it tells nothing."""
    assert verdicts(RULE, FIRES, OTHER_USER.replace("User: y", "User: x")) == []


def test_a_rule_of_which_no_mutant_was_tried_is_told(root):
    """Nothing of nothing is no full score: the rule is named, with what to do."""
    catalogue = load_tree(root).catalogue
    name = catalogue.rules[0].name
    (finding,) = untried(catalogue, [name], [])
    assert (finding.code, finding.span) == ("VER003", catalogue.rules[0].span)
    assert finding.message == f"no mutant of {name} was tried: it has no case, or fails one"
    assert score_lines([]) == ["all that count               0 of     0      -"]
    assert untried(catalogue, [name], [MutantVerdict(name, "o", "d", finding.span, noticed=True, counted=True)]) == []


def test_equal_mutants_are_no_mutants(verdicts):
    """`1 of` and `all of` one selection are the same, and so no mutants of one another."""
    found = verdicts(RULE.replace("condition: selection", "condition: 1 of selection*"), FIRES, OTHER_USER, OTHER_IMAGE)
    assert "1 of to all of" not in {one.operator for one in found}
    assert len(found) == 11


def test_names(verdicts):
    """Of the rules asked for alone."""
    assert verdicts(RULE, FIRES, names=("two",)) == []


def test_score(verdicts):
    """The share by operator, what is not counted told apart, and each survivor with its place."""
    found = verdicts(RULE.replace("User: x", "User: [x, z]"), FIRES, OTHER_IMAGE)
    assert score_lines(found) == [
        "change field                 2 of     2  100.0 %",
        "change literal               2 of     2  100.0 %",
        "change log source            2 of     2  100.0 %",
        "drop atom                    1 of     2   50.0 %",
        "drop modifier                1 of     1  100.0 %",
        "drop value of a list         1 of     2   50.0 %  (not counted)",
        "exchange modifier            2 of     2  100.0 %",
        "all that count              10 of    11   90.9 %",
        "detections/sigma/one.yml:7:43: one: drop atom: without User",
    ]


def test_a_filter_is_noticed_through_its_rule(root):
    """The mutants of a filter are judged by the rule that its cases name."""
    loaded = load_tree(root)
    names = [rule.name for rule in loaded.catalogue.rules if rule.kind is Kind.FILTER]
    found = list(run_mutants(loaded.catalogue, names))
    assert {one.rule for one in found} == set(names)
    assert any(one.operator == "remove not" and one.noticed for one in found)


def test_a_yara_rule_is_scanned(root):
    """The mutants of a YARA rule are compiled and scan its samples."""
    loaded = load_tree(root)
    found = list(run_mutants(loaded.catalogue, ["webshell_tunnel"]))
    assert {one.operator for one in found} >= {"drop string", "drop filesize"}
    assert any(one.noticed for one in found)


@pytest.mark.parametrize("kinds", [[Kind.SIGMA, Kind.CORRELATION, Kind.FILTER], [Kind.YARA]], ids=["sigma", "yara"])
def test_our_rules(root, kinds):
    """The cases of our rules notice 95 % of their mutants or more, by Sigma and by YARA each."""
    loaded = load_tree(root)
    names = [rule.name for rule in loaded.catalogue.rules if rule.kind in kinds]
    counted = [one for one in run_mutants(loaded.catalogue, names) if one.counted]
    assert {one.rule for one in counted} == set(names)
    assert sum(one.noticed for one in counted) >= 0.95 * len(counted)
