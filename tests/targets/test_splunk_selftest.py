"""The self-tests of the app, run on the model of SPL: each finds what its rule must, and a broken search fails."""

import dataclasses
import re

import pytest

from compiler.content.load import load_tree
from compiler.content.model import Kind
from compiler.convert import convert
from compiler.engines.spl import expanded
from compiler.engines.spl_commands import compiled
from compiler.targets.splunk import TARGET
from compiler.targets.splunk_selftest import MAX_ROWS, MAX_TEXT, selftest
from compiler.targets.target import Content, Query, Trial, TrialRow
from compiler.verify.selftest import Bearings, trial_of
from compiler.verify.verdict import bench_of


def run(search, macros, lists=()):
    """The rows of a search, its macros put in their place as Splunk does; ``lists`` are those of one argument."""
    search = expanded(search, dict(lists))
    for _ in range(3):
        search = re.sub(r"`(\w+)`", lambda match: macros[match[1]], search)
    return [{name: value for name, value in row.items() if name != "\0id"} for row in compiled(search, ())([])]


def result_of(test, name="rule", filtered="search *", lists=()):
    """The one row of a self-test."""
    (row,) = run(test.search, {f"{name}_events": test.events, "my_filter": filtered}, lists)
    return row


def query(text, *, name="rule", **settings):
    return Query(name, "splunk", "spl", text, (), {"deviations": [], **settings})


def row(expected, time=None, place="tocsin_made", **fields):
    return TrialRow(place, fields, time, expected)


@pytest.fixture(scope="module")
def made(root):
    """Every rule of ours that Splunk takes, with its query and trial."""
    catalogue = load_tree(root).catalogue
    content = Content.of(catalogue.sources, catalogue.rules)
    given = Bearings(TARGET, content, bench_of(catalogue))
    found = {}
    for rule in catalogue.rules:
        if rule.kind in (Kind.SIGMA, Kind.CORRELATION):
            converted = convert(rule, TARGET, content)
            if isinstance(converted, Query):
                found[rule.name] = (rule, converted, trial_of(rule, converted, given))
    return found


def test_every_search_of_ours_passes_its_self_test(made):
    """On the model of SPL each selects the events of its cases that the reference selects, and no other."""
    failed = {}
    for name, (_, converted, trial) in made.items():
        if trial is not None:
            test = selftest(name, converted, trial, "my_filter")
            result = result_of(test, name, lists=converted.settings["lists"])
            if result["result"] != "pass":
                failed[name] = result
    assert failed == {}


def test_every_search_of_ours_has_a_self_test_with_something_to_find(made):
    """One that expects nothing would pass for a search that finds nothing."""
    lacking = [
        name
        for name, (_, converted, trial) in made.items()
        if trial is None or ',expected=""' in selftest(name, converted, trial, "my_filter").search.replace(" ", "")
    ]
    assert lacking == []


def test_self_tests_are_bounded(made):
    """A macro of a size that Splunk reads without complaint."""
    for name, (_, converted, trial) in made.items():
        test = selftest(name, converted, trial, "my_filter")
        assert test.tried <= MAX_ROWS
        assert len(test.events) <= MAX_TEXT


def test_a_search_that_finds_too_much_or_too_little_fails():
    """The self-test is no tautology."""
    trial = Trial((row(True, Image="cmd.exe"), row(False, Image="calc.exe")))
    results = {
        text: result_of(selftest("rule", query(f"`tocsin_made` {text}"), trial, "my_filter"))["result"]
        for text in ('Image="cmd.exe"', 'Image="*"', 'Image="no.exe"')
    }
    assert results == {'Image="cmd.exe"': "pass", 'Image="*"': "FAIL", 'Image="no.exe"': "FAIL"}


def test_a_filter_that_silences_the_rule_shows():
    """The SOC's own macro stands in the test as it does in the search."""
    test = selftest("rule", query('`tocsin_made` Image="cmd.exe"'), Trial((row(True, Image="cmd.exe"),)), "my_filter")
    assert result_of(test)["result"] == "pass"
    assert result_of(test, filtered='search NOT Image="cmd.exe"')["result"] == "FAIL"


def test_events_of_another_source_are_not_found():
    """What a macro would not return is not there for the terms behind it."""
    trial = Trial((row(True, Image="x"), row(False, place="tocsin_other", Image="x")))
    assert result_of(selftest("rule", query('`tocsin_made` Image="x"'), trial, "my_filter"))["found"] == "101"


@pytest.mark.parametrize(
    "value",
    [
        '"quoted"',
        "back\\slash\\",
        "`macro`",
        "$token$",
        "a\nb\r\n[default]",
        "a+b%20",
        "| delete",
        "é\u202e",
        "]]>",
        "'",
    ],
)
def test_no_value_of_an_event_breaks_out(value):
    """Quotes, macros, tokens, lines and pipes stay in the value, and come back as they were."""
    trial = Trial((row(True, Image=value, Other="1"),))
    test = selftest("rule", query("`tocsin_made` Other=1"), trial, "my_filter")
    (made_row,) = run(f"| {test.events}", {})
    assert made_row["Image"] == value
    assert "\n[" not in test.events
    assert not re.search(r"[`$]", test.events)
    assert result_of(test)["result"] == "pass"


def test_names_lists_and_times_come_back():
    """A field with a dash in its name, a field with several values, and a time to the microsecond."""
    fields = {"cs-uri": "/x", "Many": ["a", "b,c"], "One": ["a"], "Number": 5, "True": True}
    test = selftest("rule", query("`tocsin_made`"), Trial((row(True, 1.25, **fields),)), "my_filter")
    (made_row,) = run(f"| {test.events}", {})
    wanted = {"cs-uri": "/x", "Many": ["a", "b,c"], "One": "a", "Number": "5", "True": "true", "_time": 1.25}
    assert {name: made_row[name] for name in wanted} == wanted


def test_a_multisearch_makes_its_events_for_each_part():
    """A subsearch of multisearch must not generate, so the parts are appended; brackets in quotes are no brackets."""
    text = '| multisearch [ search `tocsin_made` Image="]" ] [ search `tocsin_other` Image="[ x" ]\n| where true()'
    trial = Trial((row(True, Image="]"), row(True, place="tocsin_other", Image="[ x"), row(False, Image="y")))
    test = selftest("rule", query(text), trial, "my_filter")
    assert "multisearch" not in test.search
    assert result_of(test) == {"rule": "rule", "result": "pass", "events": 3, "expected": "101,102", "found": "101,102"}


def test_what_does_not_fit_is_counted():
    """A test has so many events at most, and tells of how many."""
    rows = tuple(row(True, Image=f"cmd{number}.exe") for number in range(MAX_ROWS + 5))
    test = selftest("rule", query("`tocsin_made`"), Trial(rows), "my_filter")
    assert (test.tried, test.whole) == (MAX_ROWS, MAX_ROWS + 5)
    long = tuple(dataclasses.replace(one, fields={"Image": "x" * 9_000 + str(place)}) for place, one in enumerate(rows))
    test = selftest("rule", query("`tocsin_made`"), Trial(long), "my_filter")
    assert (test.tried, len(test.events) <= MAX_TEXT) == (6, True)
