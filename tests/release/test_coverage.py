"""What the rules see, from which sources, and what one organisation sees of it."""

import dataclasses
import importlib.resources
import json
import pathlib

import jsonschema
import pytest
import yaml

from compiler.content.environment import Environment
from compiler.content.load import load_sources
from compiler.content.model import Advisory, Behaviour, Catalogue
from compiler.content.rules import read_sigma, read_yara
from compiler.diagnostics import Span, UsageError
from compiler.release.coverage import FILES, State, coverage, watchings
from compiler.release.coverage_text import BEGIN, END, as_markdown, as_record, as_text, rendered, written

ROOT = pathlib.Path(__file__).parents[2]
AT = Span("x.yml")


def sigma(name, detection, behaviours=(), **logsource):
    body = {"title": name, "name": name, "behaviours": list(behaviours)}
    body |= {"logsource": logsource or {"category": "webserver"}, "detection": {**detection, "condition": "s"}}
    (rule,) = read_sigma(f"{name}.yml", yaml.safe_dump(body, sort_keys=False).encode())
    return rule


def joined(name, kind, rules, behaviours):
    body = {"type": kind, "rules": rules, "group-by": ["c-ip"], "timespan": "5m", "condition": {"gte": 2}}
    given = {"title": name, "name": name, "behaviours": behaviours, "correlation": body}
    (rule,) = read_sigma(f"{name}.yml", yaml.safe_dump(given, sort_keys=False).encode())
    return rule


def behaviour(id, observable=("sigma",), technique="T1190", **more):
    given = dict.fromkeys(["unobservable", "name", "summary"], "") | more
    lists = {"tactics": (), "named": (), "ours": (), "logsources": (), "cve": ()}
    return Behaviour(id=f"a.{id}", technique=technique, observable=observable, span=AT, **given, **lists)


COOKIE = sigma("cookie", {"s": {"cs-cookie|contains": "x"}}, ["a.cookie"])
PAGE = sigma("page", {"s": {"cs-uri-stem": "/x"}}, ["a.page"])
SHELL = sigma("shell", {"s": {"CommandLine": "x"}}, ["a.shell"], category="process_creation", product="windows")
(FILE,) = read_yara("f.yar", b'rule shell_file { meta: behaviour = "a.page, a.file" condition: filesize < 1 }')
ADVISORY = Advisory(
    id="a",
    title="An advisory",
    url="https://www.example.com/a",
    published="2021-01-01",
    behaviours=(
        behaviour("cookie"),
        behaviour("page"),
        behaviour("shell"),
        behaviour("file", ("yara",)),
        behaviour("none", technique="T1595", unruled="everybody does it"),
        behaviour("secret", (), technique="T1587.001", unobservable="happens elsewhere"),
    ),
    span=AT,
)
HERE = Environment(
    name="here",
    title="Here",
    collects={"iis": frozenset(), "security": frozenset()},
    scans_files=False,
    where={},
    placeholders={},
    filters=(),
    span=AT,
)


@pytest.fixture(scope="module")
def catalogue():
    """Four rules over the sources of the tree."""
    return Catalogue(advisories=(ADVISORY,), sources=load_sources(ROOT)[0], rules=(COOKIE, FILE, PAGE, SHELL))


def states(covered):
    ((_, watched),) = covered.advisories
    return {one.behaviour.id.removeprefix("a."): one.state for one in watched}


def test_a_behaviour_is_seen_by_its_rules(catalogue):
    """Without an environment a rule of any kind is enough; without a rule it is told whether anything could show it."""
    assert states(coverage(catalogue)) == {
        **dict.fromkeys(["cookie", "page", "shell", "file"], State.SEEN),
        "none": State.UNRULED,
        "secret": State.UNOBSERVABLE,
    }


def test_an_organisation_sees_what_it_collects(catalogue):
    """A field that is off by default counts only where it was switched on, and files only where they are scanned."""
    found = states(coverage(catalogue, HERE))
    assert (found["page"], found["cookie"], found["shell"], found["file"]) == (
        State.SEEN, State.UNFED, State.UNFED, State.UNFED,
    )  # fmt: skip


def test_what_is_switched_on_is_seen(catalogue):
    """The same with the cookie in the log and the command line in the event."""
    more = dataclasses.replace(
        HERE,
        collects={"iis": frozenset({"cs-cookie"}), "security": frozenset({"CommandLine"})},
        scans_files=True,
    )
    found = states(coverage(catalogue, more))
    assert [found[id] for id in ("page", "cookie", "shell", "file")] == [State.SEEN] * 4


def test_the_single_change_that_adds_most_comes_first(catalogue):
    """Each source as it is by default, each field to switch on, and scanning; nothing that shows nothing new."""
    gains = coverage(catalogue, HERE).gains
    told = {(gain.source, gain.field): gain.behaviours for gain in gains}
    assert told["iis", "cs-cookie"] == ("a.cookie",)
    assert told["security", "CommandLine"] == ("a.shell",)
    assert told["sysmon", ""] == ("a.shell",)
    assert told[FILES, ""] == ("a.file",)
    assert ("apache", "") not in told
    assert [len(gain.behaviours) for gain in gains] == sorted((len(gain.behaviours) for gain in gains), reverse=True)


def test_a_field_that_the_rule_can_do_without_is_not_needed():
    """Of two ways to match, one is enough; two fields that only stand in for one another are both needed."""
    sources = load_sources(ROOT)[0]
    either = sigma("either", {"s": [{"cs-cookie": "x"}, {"cs-uri-stem": "/x"}]})
    both = sigma("both", {"s": [{"cs-cookie": "x"}, {"cs-host": "x"}]})
    found = watchings(Catalogue(sources=sources, rules=(both, either)))
    assert found["either"].ways["iis"] == frozenset()
    assert found["both"].ways["iis"] == frozenset({"cs-cookie", "cs-host"})


def test_a_source_whose_events_lack_the_field_feeds_nothing():
    """Security's event of a new process never has the command line of the parent."""
    rule = sigma("x", {"s": {"ParentCommandLine": "x"}}, category="process_creation", product="windows")
    assert "security" not in watchings(Catalogue(sources=load_sources(ROOT)[0], rules=(rule,)))["x"].ways


@pytest.mark.parametrize(("kind", "seen"), [("temporal", State.UNFED), ("event_count", State.SEEN)])
def test_a_correlation_needs_the_rules_that_it_joins(catalogue, kind, seen):
    """A sequence needs every one of them, a count any."""
    chain = joined("chain", kind, ["page", "cookie"], ["a.none"])
    found = coverage(dataclasses.replace(catalogue, rules=(*catalogue.rules, chain)), HERE)
    assert states(found)["none"] is seen


def test_techniques_are_enough_for_an_advisory_without_text(catalogue):
    """What is there for coverage alone counts the rules of the others for the same technique."""
    listed = dataclasses.replace(
        ADVISORY, id="b", coverage_only=True, behaviours=(dataclasses.replace(behaviour("x"), id="b.x"),)
    )
    found = coverage(dataclasses.replace(catalogue, advisories=(ADVISORY, listed)))
    ((one,),) = (watched for advisory, watched in found.advisories if advisory.id == "b")
    assert [rule.rule.name for rule in one.rules] == ["cookie", "page", "shell", "shell_file"]


def test_the_json_has_its_shape(catalogue):
    """What is printed agrees with the schema that is published."""
    schema = json.loads((importlib.resources.files("compiler.release") / "coverage.schema.json").read_text())
    for environment in (None, HERE):
        record = as_record(coverage(catalogue, environment))
        jsonschema.validate(record, schema)
    (first,) = record["advisories"]
    assert first["totals"] == {"seen": 1, "not collected": 3, "no rule": 1, "not observable": 1}
    assert first["behaviours"][1]["rules"][0] == {
        "name": "page", "kind": "sigma", "level": "", "sources": ["apache", "iis"], "fires": True,
    }  # fmt: skip


def test_text_and_markdown_say_why_there_is_no_rule(catalogue):
    """The reason stands where the rules would."""
    covered = coverage(catalogue, HERE)
    assert "    a.none  no rule: everybody does it\n" in as_text(covered)
    assert "| none | T1595  | no rule | everybody does it |  |\n" in as_markdown(covered)
    assert "iis with cs-cookie (off by default: select Cookie (cs(Cookie)) among the W3C fields" in as_text(covered)


def test_layers_are_of_the_current_format(catalogue):
    """One an advisory and one of the environment; a technique of which nothing can be seen has no score."""
    files = rendered(coverage(catalogue, HERE), "navigator")
    assert sorted(files) == ["a.json", "environment-here.json"]
    layer = json.loads(files["a.json"])
    assert (layer["domain"], layer["versions"]["layer"]) == ("enterprise-attack", "4.5")
    by_id = {technique["techniqueID"]: technique for technique in layer["techniques"]}
    assert (by_id["T1190"]["score"], by_id["T1595"]["score"]) == (25, 0)
    assert (by_id["T1587.001"]["enabled"], "score" in by_id["T1587.001"]) == (False, False)
    assert by_id["T1190"]["metadata"][0] == {"name": "rule", "value": "cookie"}


def test_totals_are_written_between_two_marks(catalogue):
    """What stands around them is left alone, and writing twice changes nothing."""
    covered = coverage(catalogue)
    once = written(f"before\n{BEGIN}\nold\n{END}\nafter\n", covered)
    assert once.startswith(f"before\n{BEGIN}\n\n| advisory |")
    assert once.endswith(f"{END}\nafter\n")
    assert "old" not in once
    assert "- `a.none` : everybody does it\n" in once
    assert written(once, covered) == once


def test_a_file_without_the_marks_is_left_alone(catalogue):
    """The totals have no place of their own to be guessed."""
    with pytest.raises(UsageError, match="no place for coverage"):
        written("# README\n", coverage(catalogue))
