"""Trials: a rule's cases and witnesses as a target holds them, and what the reference says of each."""

import dataclasses

import pytest
import yaml

from compiler.content.load import load_sources
from compiler.content.model import Case, Casebook, Catalogue, Expect, Sample
from compiler.content.rules import read_sigma
from compiler.convert import convert
from compiler.diagnostics import Span
from compiler.targets import load_targets
from compiler.targets.target import Content
from compiler.verify.selftest import MAX_ROWS, Bearings, trial_of
from compiler.verify.verdict import bench_of

RULE = {
    "title": "Made",
    "id": "8d7bf0a1-4f51-4f5e-9d0c-4c8f6f1b2a10",
    "name": "made",
    "logsource": {"category": "webserver"},
    "detection": {"s": {"cs-uri-stem|endswith": ".aspx", "sc-status": 200}, "condition": "s"},
}
COUNT = {
    "title": "Many",
    "name": "many",
    "correlation": {
        "type": "event_count",
        "rules": ["made"],
        "group-by": ["c-ip"],
        "timespan": "5m",
        "condition": {"gte": 2},
    },
}
PAGE = {"cs-uri-stem": "/a.aspx", "sc-status": 200, "c-ip": "192.0.2.1"}


@pytest.fixture(scope="module")
def sources(root):
    return load_sources(root)[0]


def trial(sources, cases, name="made", target="splunk"):
    """The trial of a rule whose cases are lists of events."""
    rules = tuple(
        one for body in (COUNT, RULE) for one in read_sigma(f"{body['name']}.yml", yaml.safe_dump(body).encode())
    )
    rule = next(one for one in rules if one.name == name)
    span = Span("cases.yml")
    made = tuple(
        Case(name, "case", Sample("", tuple(events)), Expect.TRUE_POSITIVE, 1, "", "", "", span) for events in cases
    )
    book = Casebook(name, 0, (), made, (), span)
    catalogue = dataclasses.replace(Catalogue(), sources=sources, rules=rules, casebooks=(book,))
    content = Content.of(sources, rules)
    chosen = load_targets()[target]
    return trial_of(rule, convert(rule, chosen, content), Bearings(chosen, content, bench_of(catalogue)))


def at(minute, **more):
    return {"@timestamp": f"2021-03-03T10:{minute:02}:00Z", **PAGE, **more}


def test_an_event_is_there_in_each_shape_that_the_query_asks(sources):
    """Under the names of each, with what the reference says of the event."""
    found = trial(sources, [[PAGE], [{**PAGE, "sc-status": 404}]])
    told = {(row.place, row.expected) for row in found.rows}
    places = {"tocsin_access_combined", "tocsin_apache", "tocsin_iis"}
    assert told == {(place, expected) for place in places for expected in (True, False)}
    apache = next(row for row in found.rows if row.place == "tocsin_apache")
    assert (apache.fields["src"], apache.fields["uri_path"]) == ("192.0.2.1", "/a.aspx")


def test_an_event_that_the_store_cannot_hold_is_not_there(sources):
    """Splunk keeps no empty text."""
    assert trial(sources, [[{**PAGE, "c-ip": ""}]]) == trial(sources, [])


def test_a_rule_without_cases_is_tried_on_its_witnesses(sources):
    """In each shape, what shows a condition at work: with it alone not met, an event that was found is not found."""
    rows = trial(sources, []).rows
    for place, stem in (
        ("tocsin_access_combined", "uri_path"),
        ("tocsin_apache", "uri_path"),
        ("tocsin_iis", "cs_uri_stem"),
    ):
        status = "sc_status" if place == "tocsin_iis" else "status"
        told = {
            (str(row.fields.get(stem)), str(row.fields.get(status)), row.expected) for row in rows if row.place == place
        }
        assert {(".aspx", "200", True), ("zq7", "200", False), (".aspx", "201", False)} <= told


def test_no_witness_is_long(sources):
    """A value longer than any reader looks through would fill the search with itself."""
    values = [str(value) for row in trial(sources, []).rows for name, value in row.fields.items() if name != "_raw"]
    assert max(map(len, values)) <= 500


def test_cases_of_a_correlation_do_not_reach_into_each_other(sources):
    """Two cases with one event each never make two events in five minutes; within a case they do, in one shape."""
    apart = trial(sources, [[at(0)], [at(1)]], "many").rows
    assert [row.expected for row in apart[:2]] == [False, False]
    assert apart[1].time - apart[0].time == 30 * 86_400 + 60
    close = trial(sources, [[at(0), at(1), at(9)]], "many").rows[:3]
    assert [row.expected for row in close] == [False, True, False]
    assert len({row.place for row in close}) == 1
    assert [row.time - close[0].time for row in close] == [0, 60, 540]


def test_a_case_with_an_event_that_the_store_cannot_hold_is_left_out_whole(sources):
    """Half a case would mean something else."""
    empty = trial(sources, [], "many").rows
    found = trial(sources, [[at(0), at(1, **{"cs-uri-query": ""})], [at(0)]], "many").rows
    assert len(found) == 1 + len(empty)


def test_a_correlation_is_tried_on_streams_that_keep_their_place_in_the_day(sources):
    """What lies across midnight still does, and streams with a tie at the closing event are not there."""
    rows = trial(sources, [], "many").rows
    assert min(row.time for row in rows) % 86_400 == 0
    closing = [row.time for row in rows if row.expected]
    assert closing
    assert [sum(row.time == time for row in rows) for time in closing] == [1] * len(closing)


def test_what_is_too_much_for_one_trial_is_left_out_whole_and_counted(sources):
    """A stream stays whole or goes; smaller ones after it are still there."""
    many = [
        at(0, **{"@timestamp": f"2021-03-03T10:00:{second:02}.{part}Z"}) for second in range(50) for part in "12345"
    ]
    found = trial(sources, [many[:200], many[:100], many[:1]], "many")
    assert found.whole > MAX_ROWS
    assert [row.time - found.rows[0].time > 86_400 for row in found.rows[199:201]] == [False, True]
    assert len(found.rows) <= MAX_ROWS
