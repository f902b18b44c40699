"""Rules as a set: filters, references, silence, log sources, and what goes wrong."""

from typing import Any

import pytest
import yaml

from compiler.content.model import Logsource, Rule
from compiler.content.rules import read_sigma
from compiler.meaning.errors import MeaningError
from compiler.meaning.events import Event
from compiler.meaning.ruleset import RuleFault, Ruleset, read_ruleset

SECOND = 1_000_000


def rule(name: str, *, category: str = "conformance", **selection: Any) -> dict[str, Any]:
    return {
        "title": name,
        "name": name,
        "logsource": {"category": category, "product": "tocsin"},
        "detection": {"selection": selection, "condition": "selection"},
    }


def correlation(name: str, *rules: str, **more: Any) -> dict[str, Any]:
    section = {"type": "event_count", "rules": list(rules), "timespan": "1m", "condition": {"gte": 2}}
    generate = {"generate": more.pop("generate")} if "generate" in more else {}
    return {"title": name, "name": name, "correlation": {**section, **more}, **generate}


def sigma_filter(name: str, rules: Any, *, category: str = "conformance", **selection: Any) -> dict[str, Any]:
    return {
        "title": name,
        "name": name,
        "logsource": {"category": category, "product": "tocsin"},
        "filter": {"rules": rules, "selection": selection, "condition": "not selection"},
    }


def rules_of(*bodies: dict[str, Any]) -> list[Rule]:
    return [one for one in read_sigma("x.yml", yaml.safe_dump_all(bodies).encode()) if isinstance(one, Rule)]


def ruleset(*bodies: dict[str, Any]) -> Ruleset:
    made, faults = read_ruleset(rules_of(*bodies))
    assert faults == []
    return made


def faults_of(*bodies: dict[str, Any]) -> list[tuple[str, tuple[Any, ...], str]]:
    _, faults = read_ruleset(rules_of(*bodies))
    return [(fault.rule.name, fault.error.keys, fault.error.message) for fault in faults]


def events(*fields: dict[str, Any]) -> list[Event]:
    return [Event(one, (), place * SECOND, place) for place, one in enumerate(fields)]


def hits(made: Ruleset, found: list[Event]) -> list[tuple[str, int]]:
    return [(hit.rule.name, hit.event) for hit in made.match(found)]


def test_hits_are_by_event_then_name():
    """Hits come by event, and for one event by the name of the rule, whatever the order of the rules."""
    made = ruleset(rule("b", X=1), rule("a", X=1))
    assert hits(made, events({"X": 1}, {"X": 2}, {"X": 1})) == [("a", 0), ("b", 0), ("a", 2), ("b", 2)]


@pytest.mark.parametrize(
    ("logsources", "found"),
    [
        ((), ["all", "one"]),
        ((Logsource("one", "tocsin"),), ["one"]),
        ((Logsource("one", "tocsin", "any"),), ["one"]),
        ((Logsource("other", "tocsin"), Logsource("one", "tocsin")), ["one"]),
        ((Logsource("one", "other"),), []),
        ((Logsource(None, "tocsin"),), []),
    ],
)
def test_rules_are_asked_by_log_source(logsources, found):
    """A rule is asked where its log source covers one of the event's; every rule where the event has none."""
    made = ruleset(rule("one", category="one", X=1), rule("all", category="all", X=1))
    assert [hit.rule.name for hit in made.match([Event({"X": 1}, logsources, None, 0)])] == found


def test_event_of_two_log_sources_is_hit_once():
    """A rule that covers two log sources of one event matches it once."""
    made = ruleset({**rule("one", X=1), "logsource": {"product": "tocsin"}})
    both = (Logsource("a", "tocsin"), Logsource("b", "tocsin"))
    assert hits(made, [Event({"X": 1}, both, None, 0)]) == [("one", 0)]


def test_filter_by_name_and_id():
    """A filter keeps from its rules, named by name or id, what it says; other rules are as they were."""
    one = {**rule("one", X=1), "id": "0e0a9d2e-6ea5-4dc4-9d37-5a4a1c1c7a01"}
    for reference in ("one", "0e0a9d2e-6ea5-4dc4-9d37-5a4a1c1c7a01"):
        made = ruleset(one, rule("two", X=1), sigma_filter("mf", [reference], User="ops"))
        assert hits(made, events({"X": 1, "User": "ops"}, {"X": 1})) == [("two", 0), ("one", 1), ("two", 1)]


def test_filter_for_any_rule_of_the_log_source():
    """`any` is every rule of the filter's log source, and no rule of another."""
    made = ruleset(rule("one", X=1), rule("two", category="other", X=1), sigma_filter("mf", "any", User="ops"))
    assert hits(made, events({"X": 1, "User": "ops"})) == [("two", 0)]


def test_filter_reaches_through_a_correlation():
    """What a filter keeps from a rule does not count in a correlation of it."""
    made = ruleset(rule("one", X=1), correlation("mr", "one"), sigma_filter("mf", ["one"], User="ops"))
    assert hits(made, events({"X": 1}, {"X": 1, "User": "ops"}, {"X": 1})) == [("mr", 2)]


def test_filters_at_fault():
    """A filter for a rule that is not there, is a correlation, or has another log source is at fault, at the name."""
    one, many = rule("one", X=1), correlation("many", "one")
    assert faults_of(one, sigma_filter("mf", ["oen"], User="x")) == [
        ("mf", ("filter", "rules", 0), "there is no rule `oen`")
    ]
    assert faults_of(one, many, sigma_filter("mf", ["one", "many"], User="x")) == [
        ("mf", ("filter", "rules", 1), "`many` is a correlation")
    ]
    assert faults_of(one, sigma_filter("mf", ["one"], category="other", User="x")) == [
        (
            "mf",
            ("filter", "rules", 0),
            "the filter is for category=other,product=tocsin, its rule `one` for category=conformance,product=tocsin",
        )
    ]


def test_filter_at_fault_leaves_its_rules_as_they_are():
    """A filter that cannot be read is not applied; its rules go on."""
    broken = sigma_filter("mf", ["one"], **{"User|nope": "x"})
    made, faults = read_ruleset(rules_of(rule("one", X=1), broken))
    assert [fault.rule.name for fault in faults] == ["mf"]
    assert hits(made, events({"X": 1})) == [("one", 0)]


def test_silence_of_referred_rules():
    """A rule is silent if a correlation refers to it, unless one of them generates; correlations no less."""
    bodies = (rule("one", X=1), rule("two", X=1), rule("free", X=1), correlation("mr", "one", "two"))
    found = events({"X": 1}, {"X": 1})
    assert hits(ruleset(*bodies), found) == [("free", 0), ("free", 1), ("mr", 1)]
    second = correlation("second", "one", generate=True)
    assert hits(ruleset(*bodies, second), found) == [
        ("free", 0),
        ("one", 0),
        ("free", 1),
        ("mr", 1),
        ("one", 1),
        ("second", 1),
    ]
    outer = correlation("outer", "mr", condition={"gte": 1})
    assert hits(ruleset(*bodies, outer), found) == [("free", 0), ("free", 1), ("outer", 1)]


def test_broken_correlation_silences_nothing():
    """The rules of a correlation that is at fault alert as if it were not there."""
    made, faults = read_ruleset(rules_of(rule("one", X=1), correlation("mr", "one", timespan="1y")))
    assert [fault.error.keys for fault in faults] == [("correlation", "timespan")]
    assert hits(made, events({"X": 1})) == [("one", 0)]


def test_rules_that_alert_are_listed():
    """The rules of a set are those that have a meaning and give alerts of their own."""
    made, _ = read_ruleset(rules_of(rule("b", X=1), rule("a", X=1), correlation("mr", "b"), rule("c", **{"X|y": 1})))
    assert [one.name for one in made.rules] == ["a", "mr"]


def test_references_at_fault():
    """A rule that is missing, ambiguous, listed twice by name and id, or itself at fault is named at its place."""
    place = ("correlation", "rules", 0)
    one = {**rule("one", X=1), "id": "0e0a9d2e-6ea5-4dc4-9d37-5a4a1c1c7a01"}
    assert faults_of(one, correlation("mr", "noe")) == [("mr", place, "there is no rule `noe`")]
    assert faults_of(one, one, correlation("mr", "one")) == [("mr", place, "2 rules are called `one`")]
    assert faults_of(one, correlation("mr", "one", one["id"])) == [
        ("mr", ("correlation", "rules", 1), f"`{one['id']}` is a rule that is listed already")
    ]
    broken = rule("one", **{"X|nope": 1})
    assert faults_of(broken, correlation("mr", "one"))[1] == (
        "mr",
        place,
        "the rule `one` that it is of is itself at fault",
    )


def test_circles():
    """Correlations that refer to each other, or one to itself, are all at fault; one that refers to them as well."""
    found = faults_of(
        rule("one", X=1),
        correlation("a", "b"),
        correlation("b", "one", "a"),
        correlation("self", "self"),
        correlation("on", "a"),
    )
    assert [(name, keys) for name, keys, _ in found] == [
        ("a", ("correlation", "rules", 0)),
        ("b", ("correlation", "rules", 1)),
        ("self", ("correlation", "rules", 0)),
        ("on", ("correlation", "rules", 0)),
    ]
    assert found[0][2] == "correlations refer to each other in a circle: `b`"


def test_events_without_time():
    """A correlation goes on without the events that have no time, and says how many there were and where."""
    made = ruleset(rule("one", X=1), correlation("mr", "one"))
    found = [Event({"X": 1}, (), time, line) for line, time in enumerate((0, None, None, SECOND))]
    faults: list[RuleFault] = []
    assert [(hit.rule.name, hit.event) for hit in made.match(found, faults)] == [("mr", 3)]
    assert [(fault.rule.name, fault.error.message) for fault in faults] == [
        ("mr", "2 of the events that it counts have no time, the first in line 2")
    ]
    with pytest.raises(MeaningError, match="have no time"):
        list(made.match(found))


def test_event_of_too_many_groups():
    """Lists that make more than a thousand groups of one event are a fault of the correlation, not a long wait."""
    many = {name: [f"{name}{number}" for number in range(500)] for name in ("A", "B", "C")}
    made = ruleset(rule("one", X=1), correlation("mr", "one", **{"group-by": ["A", "B", "C"]}))
    faults: list[RuleFault] = []
    assert list(made.match(events({"X": 1, **many}), faults)) == []
    assert [fault.error.keys for fault in faults] == [("correlation", "group-by")]


def test_group_of_a_hit():
    """The hit of a correlation has its group, in the order of group-by and the words of the closing event."""
    made = ruleset(rule("one", X=1), correlation("mr", "one", **{"group-by": ["User", "Port"]}))
    (hit,) = made.match(events({"X": 1, "User": "Bob", "Port": "443"}, {"X": 1, "User": "BOB", "Port": 443}))
    assert list(hit.group.items()) == [("User", "BOB"), ("Port", 443)]


def test_placeholders_reach_every_rule():
    """The values of placeholders are those of the environment, for rules and filters alike."""
    bodies = (rule("one", **{"X|expand": "%x%"}), sigma_filter("mf", ["one"], **{"User|expand": "%ops%"}))
    made, faults = read_ruleset(rules_of(*bodies), {"x": ["1"], "ops": ["alice"]})
    assert faults == []
    assert hits(made, events({"X": "1"}, {"X": "1", "User": "alice"})) == [("one", 0)]
