"""The border to pySigma: every rule gives a query or findings, whatever happens behind it."""

import dataclasses
import gc
import pathlib
import socket

import pytest
import yaml

from compiler.content.load import load_sources
from compiler.content.model import Kind
from compiler.content.rules import read_sigma
from compiler.convert import convert, convert_all
from compiler.targets import load_targets
from compiler.targets.target import Content, Pack, Packed, Query

ROOT = pathlib.Path(__file__).parents[1]


def rule(**body):
    given = {"title": "Made", "logsource": {"category": "webserver"}, **body}
    (found,) = read_sigma("x.yml", yaml.safe_dump(given, sort_keys=False).encode())
    return found


@pytest.fixture(scope="module")
def content():
    """The sources of the tree."""
    sources, faults = load_sources(ROOT)
    assert faults == ()
    return Content.of(sources, ())


GOOD = {"s": {"cs-method": "POST"}, "condition": "s"}


@pytest.mark.parametrize("error", [NotImplementedError(), AttributeError("x"), RecursionError("deep"), KeyError("k")])
def test_any_error_behind_the_border_is_a_finding(error, content):
    """The library lets errors out that are none of its own; they end one rule, not the run."""

    def explode(_rule, _content):
        raise error

    target = dataclasses.replace(load_targets()["splunk"], convert=explode)
    (finding,) = convert(rule(detection=GOOD), target, content)
    assert (finding.code, finding.hint) == ("CNV001", "`tocsin lint` tells what is wrong with the rule")


@pytest.mark.parametrize(
    "detection",
    [
        {"s": {"cs-method|nonsense": "x"}, "condition": "s"},
        {"s": {"cs-method": "x"}, "condition": "s and"},
        {"s": {"cs-method": "x"}, "condition": "nowhere"},
        {"s": {"cs-method|re": "("}, "condition": "s"},
        {"s": {"cs-method": "x"}},
        {"s": {"cs-method": {"a": "b"}}, "condition": "s"},
        {"s": {"cs-method": "x"}, "condition": "not " * 5000 + "s"},
        {"condition": "s"},
        {"s": None, "condition": "s"},
        {"s": {"cs-method|cidr": "not a network"}, "condition": "s"},
        {"s": {"cs-method": "x"}, "condition": 5},
    ],
)
@pytest.mark.parametrize("target", ["splunk", "elastic"])
def test_broken_rules_are_findings(detection, target, content):
    """Whatever is wrong with a rule, there is a finding with a place and no exception."""
    findings = convert(rule(detection=detection), load_targets()[target], content)
    assert isinstance(findings, list)
    assert findings[0].code.startswith("CNV")
    assert findings[0].span.path == "x.yml"


def test_each_target_gets_its_own_field_names(content):
    """The library carries the first target's names into the second if the rule object is shared."""
    targets = [load_targets()["elastic"], load_targets()["splunk"]]
    queries, findings = convert_all([rule(detection=GOOD)], targets, content)
    assert findings == []
    assert [query.target for query in queries] == ["elastic", "splunk"]
    assert "http.request.method" in queries[0].text
    assert "http.request.method" not in queries[1].text


def test_one_broken_rule_leaves_the_others(content):
    """The rest of a run goes on."""
    rules = [rule(detection={"s": {"x|y": 1}, "condition": "s"}), rule(detection=GOOD)]
    queries, findings = convert_all(rules, [load_targets()["splunk"]], content)
    assert (len(queries), len(findings)) == (1, 1)


def test_garbage_is_collected_again_afterwards(content):
    """Collection is off during a conversion alone."""
    convert_all([rule(detection=GOOD)], [load_targets()["splunk"]], content)
    assert gc.isenabled()


def test_kinds_that_a_target_does_not_take_are_passed_over(content):
    """A filter has no query of its own, and YARA no queries at all."""
    made = rule(filter={"rules": "any", **GOOD})
    assert made.kind is Kind.FILTER
    assert convert(made, load_targets()["splunk"], content) == []
    assert convert(rule(detection=GOOD), load_targets()["yara"], content) == []


def test_nothing_asks_the_network(content, monkeypatch):
    """The library downloads ATT&CK on first use; converting and packing never get there."""

    def refuse(*_args, **_kwargs):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    made = rule(detection=GOOD, tags=["attack.initial-access", "attack.t1190"], name="made")
    for name in ("splunk", "elastic"):
        query = convert(made, load_targets()[name], content)
        assert isinstance(query, Query)
        assert load_targets()[name].package(Pack("1", (Packed(made, query),), content.sources)).files
