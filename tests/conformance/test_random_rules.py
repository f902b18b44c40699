"""Random rules of one seed on the default engines: every query of theirs says what its rule means."""

import importlib
import pathlib

import pytest

FOLDER = pathlib.Path(__file__).parent


@pytest.fixture
def script(monkeypatch):
    """The script and its parts, which find one another by the folder that they are in."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("random_rules")


def test_random_rules_say_the_same_on_every_engine(script):
    """No query of them is refused by its engine or differs from its rule, and most of them are run."""
    sources = script.sources()
    (records,) = script.records_of(list(script.made_rules(7, 60, sources)), [], [], 60)
    words = [word for record in records for word in record["targets"].values()]
    assert [record["text"] for record in records if record["differ"]] == []
    assert words.count("equal") >= 140


def test_a_seed_makes_the_same_rules_whatever_their_number(script):
    """So that one rule can be made again alone."""
    sources = script.sources()
    few, many = list(script.made_rules(3, 5, sources)), list(script.made_rules(3, 8, sources))
    assert [one.text for one in few] == [one.text for one in many[:5]]
    assert len({one.text for one in many}) == 8


@pytest.mark.usefixtures("script")
def test_a_rule_is_made_as_small_as_what_it_shows_allows():
    """Parts of it are taken out as long as the question is answered as before."""
    writing, smaller = importlib.import_module("random_writing"), importlib.import_module("random_smaller")
    detection = {"a": {"Said|contains": ["x", "yz"], "Other": "b"}, "b": {"Said": "c"}, "condition": "a and not b"}
    body = {"title": "Made", "name": "r", "logsource": {"category": "made"}, "detection": detection}
    (found,) = smaller.smaller(
        writing.read_rules("r", [body]), lambda rules: "Said|contains" in str(rules[0].body) and "z" in rules[0].text
    )
    assert found.body["detection"] == {"a": {"Said|contains": "z"}, "condition": "a"}
