"""Correlations in SPL fire where the reference does, over windows that slide."""

import random

import pytest

from compiler.convert import convert
from compiler.meaning.events import Event
from compiler.meaning.ruleset import read_ruleset
from compiler.targets.splunk import TARGET

SPAN = 10


def correlation(kind, rules, **more):
    return {"correlation": {"type": kind, "rules": rules, "group-by": ["User"], "timespan": f"{SPAN}s", **more}}


A, B, C = ({"name": name, "detection": {"selection": {"Kind": name}, "condition": "selection"}} for name in "abc")


INNER = {
    "burst": correlation("event_count", ["a"], condition={"gte": 2}),
    "by_image": {
        "correlation": {
            "type": "event_count",
            "rules": ["a"],
            "group-by": ["Image"],
            "timespan": "5s",
            "condition": {"gte": 2},
        }
    },
    "pair": correlation("temporal", ["a", "b"]),
    "order": correlation("temporal_ordered", ["b", "a"]),
    "several": correlation("value_count", ["b"], condition={"gte": 2, "field": "Image"}),
    "ungrouped": {"correlation": {"type": "event_count", "rules": ["b"], "timespan": "9s", "condition": {"gte": 3}}},
    "renamed": correlation("event_count", ["b"], condition={"gte": 2}, aliases={"User": {"b": "Image"}}),
    "deep": correlation("temporal", ["burst", "c"]),
}


def rules_of(make, body):
    inner = [make.rule({"name": name, **one}) for name, one in INNER.items()]
    return [make.rule({"name": "it", **body}), *(make.rule(one) for one in (A, B, C)), *inner]


def agrees(make, spl, body, events):
    """The rows at which the search ends and those at which the reference fires, as times."""
    rules = rules_of(make, body)
    content = make.content(*rules, Kind="keyword", User="keyword", Image="keyword", Bytes="keyword")
    query = convert(rules[0], TARGET, content)
    rows = [{key: value for key, value in event.items() if value is not None} for event in events]
    found = spl.run(query.text, rows, {"tocsin_made": lambda _: True})
    ruleset, faults = read_ruleset(rules)
    assert faults == []
    made = [
        Event({key: value for key, value in row.items() if key != "_time"}, (), row["_time"] * 1_000_000, line)
        for line, row in enumerate(rows)
    ]
    hits = [hit for hit in ruleset.match(made) if hit.rule.name == "it"]
    return sorted(row["_time"] for row in found) == sorted(rows[hit.event]["_time"] for hit in hits)


def stream(seed):
    """Forty events of two users in a hundred seconds, with ties, gaps and missing fields."""
    draw = random.Random(seed)  # noqa: S311 - a stream to repeat, not a secret
    return [
        {
            "_time": draw.randrange(100),
            "Kind": draw.choice("aabbc"),
            "User": draw.choice(["u", "U", "v", ["v", "V", "u"], None]),
            "Image": draw.choice(["x", "X", "y", "z", ["y", "Y", "x"], None]),
            "Bytes": draw.choice(["0.1", "0.2", "-0.1", ["0.1", "0.1"], "much", None]),
        }
        for _ in range(40)
    ]


BODIES = {
    "at least": correlation("event_count", ["a"], condition={"gte": 3}),
    "more than": correlation("event_count", ["a"], condition={"gt": 1}),
    "at least one and a half": correlation("event_count", ["a"], condition={"gte": 1.5}),
    "more than one and a half": correlation("event_count", ["a"], condition={"gt": 1.5}),
    "exactly": correlation("event_count", ["a"], condition={"eq": 2}),
    "fewer than": correlation("event_count", ["a"], condition={"lt": 2}),
    "range": correlation("event_count", ["a"], condition={"gt": 1, "lte": 3}),
    "several rules": correlation("event_count", ["a", "b"], condition={"gte": 4}),
    "values": correlation("value_count", ["a"], condition={"gte": 2, "field": "Image"}),
    "few values": correlation("value_count", ["a"], condition={"lte": 1, "field": "Image"}),
    "together": correlation("temporal", ["a", "b", "c"]),
    "two of three": correlation("temporal", ["a", "b", "c"], condition={"gte": 2}),
    "sum": correlation("value_sum", ["a"], condition={"gte": 0.5, "field": "Bytes"}),
    "small sum": correlation("value_sum", ["a"], condition={"lt": 0.4, "field": "Bytes"}),
    "mean": correlation("value_avg", ["a"], condition={"lte": 0.2, "field": "Bytes"}),
    "either": correlation("temporal", ["a", "b", "c"], condition="a and (b or not c)"),
    "in order": correlation("temporal_ordered", ["a", "b"]),
    "three in order": correlation("temporal_ordered", ["a", "b", "c"]),
    "burst, then another": correlation("temporal_ordered", ["burst", "b"]),
    "burst and another": correlation("temporal", ["c", "burst"]),
    "bursts": correlation("event_count", ["burst"], condition={"gte": 2}),
    "a burst of one group and a user": correlation("temporal", ["by_image", "b"]),
    "images with a burst": correlation("value_count", ["by_image"], condition={"gte": 2, "field": "Image"}),
    "pairs and bursts": correlation("temporal", ["pair", "several"]),
    "order after order": correlation("temporal_ordered", ["order", "pair", "c"]),
    "firings and events": correlation("event_count", ["burst", "b", "order"], condition={"gte": 3}),
    "no group inside": correlation("temporal", ["ungrouped", "a"]),
    "another name inside": correlation("temporal", ["renamed", "a"]),
    "a chain in a chain": correlation("temporal_ordered", ["deep", "b"]),
    "sum over firings": correlation("value_sum", ["burst"], condition={"gte": 0.1, "field": "Bytes"}),
    "not without a burst": correlation("temporal", ["a", "burst"], condition="a and not burst"),
}


@pytest.mark.parametrize("name", BODIES)
def test_search_fires_where_the_reference_does(name, make, spl):
    """On forty random streams a search ends in exactly the events at which the correlation fires."""
    assert [seed for seed in range(40) if not agrees(make, spl, BODIES[name], stream(seed))] == []


def test_window_is_closed_at_both_ends(make, spl):
    """Two events exactly one timespan apart are together; a second more, and they are not."""
    body = correlation("event_count", ["a"], condition={"gte": 2})
    at = [{"_time": time, "Kind": "a", "User": "u"} for time in (0, SPAN)]
    content = make.content(*rules_of(make, body), Kind="keyword", User="keyword")
    text = convert(rules_of(make, body)[0], TARGET, content).text
    everything = {"tocsin_made": lambda _: True}
    assert [row["_time"] for row in spl.run(text, at, everything)] == [SPAN]
    assert spl.run(text, [at[0], {**at[1], "_time": SPAN + 1}], everything) == []


def test_burst_over_a_boundary_of_bins_is_found(make, spl):
    """Stock counts in bins of the clock, so a burst around a full minute would be two halves."""
    body = correlation("event_count", ["a"], condition={"gte": 4})
    burst = [{"_time": 60 + offset, "Kind": "a", "User": "u"} for offset in (-2, -1, 0, 1)]
    content = make.content(*rules_of(make, body), Kind="keyword", User="keyword")
    text = convert(rules_of(make, body)[0], TARGET, content).text
    assert "bin " not in text
    assert [row["_time"] for row in spl.run(text, burst, {"tocsin_made": lambda _: True})] == [61]


def test_shapes_with_other_names_share_a_group(make, spl):
    """The client of two web servers is one client, though each names the field in its own way."""
    sources = [
        make.source(make.arrival("splunk", {"Kind": ("kind", "string"), "User": (there, "string")}, shape), name=shape)
        for shape, there in (("one", "account"), ("two", "subject"))
    ]
    body = correlation("event_count", ["a"], condition={"gte": 2})
    rules = rules_of(make, body)
    query = convert(rules[0], TARGET, make.content(*rules, sources=sources))
    rows = [
        {"_time": 1, "in": "one", "kind": "a", "account": "u", "subject": "x"},
        {"_time": 2, "in": "two", "kind": "a", "account": "y", "subject": "u"},
    ]
    macros = {f"tocsin_{shape}": lambda row, shape=shape: row["in"] == shape for shape in ("one", "two")}
    assert [row["_time"] for row in spl.run(query.text, rows, macros)] == [2]


def test_events_with_a_mark_for_a_missing_group_share_none(make, spl):
    """Where the store writes a word for a missing field, that word is no group."""
    fields = {"Kind": ("kind", "string"), "User": ("user", "string", "unknown_for_missing")}
    rules = rules_of(make, correlation("event_count", ["a"], condition={"gte": 2}))
    query = convert(rules[0], TARGET, make.content(*rules, sources=[make.source(make.arrival("splunk", fields))]))
    users = ["unknown", "unknown", "u", ["unknown", "u"]]
    rows = [{"_time": time, "kind": "a", "user": user} for time, user in enumerate(users, start=1)]
    assert [row["_time"] for row in spl.run(query.text, rows, {"tocsin_made": lambda _: True})] == [4]


def test_missing_rule_is_told_at_its_name(make):
    """A rule that is not there is a finding at the item of the list that names it."""
    rule = make.rule(correlation("event_count", ["a", "nowhere"], condition={"gte": 2}))
    (finding,) = convert(rule, TARGET, make.content(rule, make.rule(A), Kind="keyword", User="keyword"))
    assert (finding.code, finding.message) == ("CNV006", "rule 'nowhere' is not there, or is at fault")
    assert rule.text.splitlines()[finding.span.line - 1].strip() == "- nowhere"


def test_settings_tell_the_timespan_and_the_groups(make):
    """A package looks back by the timespan and throttles by the groups."""
    rules = rules_of(make, BODIES["values"])
    query = convert(rules[0], TARGET, make.content(*rules, Kind="keyword", User="keyword", Image="keyword"))
    assert (query.settings["timespan"], query.settings["groups"]) == (SPAN, ["User"])


def test_a_chain_looks_back_by_all_of_its_timespans(make):
    """The events of the innermost correlation lie before those of the outer ones."""
    rules = rules_of(make, BODIES["a chain in a chain"])
    query = convert(rules[0], TARGET, make.content(*rules, Kind="keyword", User="keyword"))
    assert query.settings["timespan"] == 3 * SPAN


def test_a_chain_is_one_search_without_subsearches(make):
    """What a subsearch finds beyond its limit would be lost, so only multisearch, which streams, has some."""
    rules = rules_of(make, BODIES["a chain in a chain"])
    text = convert(rules[0], TARGET, make.content(*rules, Kind="keyword", User="keyword")).text
    assert (text.count("["), text.count("append"), text.count("| multisearch")) == (3, 0, 1)


def test_correlations_in_a_circle_are_refused(make):
    """One that refers to itself, also by way of another, has no end."""
    one, other = (
        make.rule({"name": name, **correlation("temporal", [*others, "a"])})
        for name, others in (("one", ["other"]), ("other", ["one"]))
    )
    (finding,) = convert(one, TARGET, make.content(one, other, make.rule(A), Kind="keyword", User="keyword"))
    assert finding.code == "CNV005"
    assert finding.message.startswith("the correlation refers to itself")
