"""Streams for correlations: what each type is tried on, and what the reference says of it."""

import pathlib

import pytest
import yaml

from compiler.content.rules import read_sigma
from compiler.meaning.errors import MeaningError
from compiler.meaning.witness import correlation_witnesses

CONFORMANCE = sorted((pathlib.Path(__file__).parents[1] / "conformance").glob("correlation_*.yml"))
LOGIN = {"logsource": {"category": "test"}, "detection": {"selection": {"Action": "login"}, "condition": "selection"}}
LEAVE = {"logsource": {"category": "test"}, "detection": {"selection": {"Action": "leave"}, "condition": "selection"}}
ANY = {
    "logsource": {"category": "test"},
    "detection": {"selection": {"Action|contains": "l"}, "condition": "selection"},
}


def rules(members, **correlation):
    bodies = [{"title": name, "name": name, **body} for name, body in members.items()]
    bodies.append(
        {"title": "many", "name": "many", "correlation": {"rules": list(members), "timespan": "1m", **correlation}}
    )
    return list(read_sigma("rules.yml", yaml.safe_dump_all(bodies, sort_keys=False).encode()))


def streams(members, **correlation):
    found = correlation_witnesses(rules(members, **correlation), "many")
    return {stream.kind: stream for stream in found.streams}, dict(found.unknown)


def closing(stream):
    return [event for event, _ in stream.expected]


def test_counts():
    """A count is tried one below, at and above it, at the ends of the span and a millisecond beyond, and again."""
    found, unknown = streams({"login": LOGIN}, type="event_count", condition={"gte": 3}, **{"group-by": ["User"]})
    assert unknown == {}
    assert {kind: closing(stream) for kind, stream in found.items()} == {
        "exact": [2],
        "one more": [2],
        "far more": [2],
        "ties": [0],
        "other order in the list": [0],
        "over a bin's boundary": [2],
        "again after it ceased": [2, 5],
        "again a bin later": [2, 5],
        "held for long": [2],
        "with an event between": [2],
        "one fewer": [],
        "one fewer and an event that does not match": [],
        "span: first and last at its ends": [2],
        "span: a millisecond too long": [],
        "span: a millisecond short of it": [2],
        "span: ends in the next bin": [2],
        "first of them too early": [],
        "group: two at once": [4, 5],
        "group: split": [],
        "group: other case in one": [2],
        "group: absent in one": [],
        "group: null in one": [],
        "group: several in one": [2],
        "group: absent in all": [],
    }


def test_times_are_whole_milliseconds():
    """Stores keep no more, so nothing may hang on less; the span's ends are exactly a minute apart."""
    found, _ = streams({"login": LOGIN}, type="event_count", condition={"gte": 3})
    assert all(event.time % 1000 == 0 for stream in found.values() for event in stream.events)
    ends = found["span: first and last at its ends"].events
    assert ends[-1].time - ends[0].time == 60_000_000
    late = found["span: a millisecond too long"].events
    assert late[-1].time - late[0].time == 60_001_000


def test_the_boundary_of_a_bin():
    """The events stand on both sides of a multiple of the span since the epoch."""
    found, _ = streams({"login": LOGIN}, type="event_count", condition={"gte": 3})
    assert len({event.time // 60_000_000 for event in found["over a bin's boundary"].events}) == 2


def test_distinct_values():
    """Distinct values are not mere events, nor the same value in other letters."""
    found, _ = streams(
        {"login": LOGIN}, type="value_count", condition={"field": "Host", "gte": 3}, **{"group-by": ["User"]}
    )
    assert closing(found["exact"]) == [2]
    kinds = ("the same each time", "other letter case", "absent in one")
    assert [closing(found[f"value: {kind}"]) for kind in kinds] == [[], [], []]
    assert [event.fields["Host"] for event in found["value: other letter case"].events] == [
        "host0.example.com",
        "host1.example.com",
        "HOST0.EXAMPLE.COM",
    ]


def test_order():
    """Rules in order, in any other order, each missing, and one event that two of them match."""
    found, _ = streams({"login": LOGIN, "leave": LEAVE}, type="temporal_ordered")
    assert closing(found["exact"]) == [1]
    assert [closing(found[kind]) for kind in ("other order", "without rule 1", "without rule 2")] == [[], [], []]
    assert closing(found["ties in other order in the list"]) == [0]
    assert closing(found["span: a millisecond too long"]) == []
    anyway, _ = streams({"login": LOGIN, "leave": LEAVE}, type="temporal")
    assert closing(anyway["other order"]) == [1]


def test_one_event_that_two_rules_match():
    """It counts as one event, but serves two rules; where there is none, that is told."""
    found, unknown = streams({"login": LOGIN, "any": ANY}, type="temporal")
    assert len(found["one event that two rules match"].events) == 1
    assert closing(found["one event that two rules match"]) == [0]
    assert unknown == {}
    assert streams({"login": LOGIN, "leave": LEAVE}, type="temporal")[1] == {
        "one event that two rules match": "no event was found that two rules match"
    }


def test_sums():
    """Sums are tried at the limit and beside it, in one event and in several, within the span and across its end."""
    found, _ = streams({"login": LOGIN}, type="value_sum", condition={"field": "Bytes", "gt": 100})
    assert [closing(found[f"one event, limit {step}"]) for step in ("-1", "+0", "+1")] == [[], [], [0]]
    assert closing(found["span: first and last at its ends"]) == [1]
    assert closing(found["span: a millisecond too long"]) == []


def test_group_of_a_field_that_the_rule_asks_for():
    """Where the rule itself asks for the field, the groups are values that it allows."""
    member = {
        "logsource": {"category": "test"},
        "detection": {"selection": {"Host": ["web", "mail"]}, "condition": "selection"},
    }
    found, _ = streams({"member": member}, type="event_count", condition={"gte": 2}, **{"group-by": ["Host"]})
    assert {event.fields["Host"] for event in found["group: split"].events} == {"web", "mail"}
    assert closing(found["group: split"]) == []


def test_a_count_beyond_reach_is_told():
    """A correlation that counts further than a stream may be long has no streams, and the reason is given."""
    found, unknown = streams({"login": LOGIN}, type="event_count", condition={"gte": 100_000})
    assert found == {}
    assert unknown == {"all": "no count up to 1000 meets the condition"}


def test_who_is_asked_for_must_be_there():
    """A name that no correlation has is the caller's mistake; a correlation at fault tells its own."""
    with pytest.raises(KeyError):
        correlation_witnesses(rules({"login": LOGIN}, type="event_count", condition={"gte": 3}), "login")
    with pytest.raises(MeaningError):
        correlation_witnesses(rules({"login": LOGIN}, type="event_count"), "many")


@pytest.mark.parametrize("path", CONFORMANCE, ids=lambda path: path.stem)
def test_conformance(path):
    """Each correlation of the conformance files has streams on which it fires and on which it does not.

    Only a count of counts of the same group never fires: its parts would have to cease one after another.
    """
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    members = list(read_sigma(f"{path.stem}.yml", yaml.safe_dump_all(case["rules"], sort_keys=False).encode()))
    name = next(rule.name for rule in reversed(members) if "correlation" in rule.body)
    if "error" in case:
        with pytest.raises(MeaningError):
            correlation_witnesses(members, name)
        return
    found = correlation_witnesses(members, name)
    assert len(found.streams) >= 15
    fires = {bool(stream.expected) for stream in found.streams}
    assert fires == ({False} if path.stem == "correlation_chain_of_counts" else {True, False})
    assert found == correlation_witnesses(members, name)
