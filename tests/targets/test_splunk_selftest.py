"""The self-tests of the app, run on the model of SPL: each finds what its rule must, and a broken search fails."""

import dataclasses
import re

import pytest

from compiler.content.load import load_tree
from compiler.content.model import Kind
from compiler.convert import convert
from compiler.engines.spl import expanded
from compiler.engines.spl_commands import compiled
from compiler.meaning.mutants import mutants_of
from compiler.targets.splunk import TARGET
from compiler.targets.splunk_selftest import MAX_TEXT, selftest
from compiler.targets.target import Content, Query, Trial, TrialRow
from compiler.verify.selftest import MAX_ROWS, Bearings, trial_of
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


def trial_with(*rows):
    """A trial of those rows and no more."""
    return Trial(rows, len(rows))


def row(expected, time=None, place="tocsin_made", **fields):
    return TrialRow(place, fields, time, expected)


@pytest.fixture(scope="module")
def given(root):
    """What trials of our rules are made with."""
    catalogue = load_tree(root).catalogue
    return Bearings(TARGET, Content.of(catalogue.sources, catalogue.rules), bench_of(catalogue))


@pytest.fixture(scope="module")
def made(given):
    """Every rule of ours that Splunk takes, with its query and trial."""
    found = {}
    for rule in given.bench.catalogue.rules:
        if rule.kind in (Kind.SIGMA, Kind.CORRELATION):
            converted = convert(rule, TARGET, given.content)
            if isinstance(converted, Query):
                found[rule.name] = (rule, converted, trial_of(rule, converted, given))
    return found


def test_every_search_of_ours_passes_its_self_test(made):
    """On the model of SPL each selects the cases and witnesses that the reference selects, and no other."""
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


@pytest.mark.parametrize(
    "name", ["mr_win_logon_failures", "proc_creation_win_webserver_shell", "web_exchange_foreign_page"]
)
def test_a_search_that_means_anything_else_fails_the_self_test(made, given, name):
    """Each mutant of the rule, put in the place of its search, is told apart."""
    rule, converted, tried = made[name]
    results = {}
    for mutant in mutants_of(rule):
        changed = convert(dataclasses.replace(rule, body=mutant.body), TARGET, given.content)
        if isinstance(changed, Query) and changed.text != converted.text:
            test = selftest(name, changed, tried, "my_filter")
            results[mutant.description] = result_of(test, name, lists=changed.settings["lists"])["result"]
    assert len(results) >= 7
    assert [said for said, result in results.items() if result != "FAIL"] == []


def test_self_tests_are_bounded(made):
    """A macro of a size that Splunk reads without complaint."""
    for name, (_, converted, trial) in made.items():
        test = selftest(name, converted, trial, "my_filter")
        assert test.tried <= MAX_ROWS
        assert len(test.events) <= MAX_TEXT


def test_a_search_that_finds_too_much_or_too_little_fails():
    """The self-test is no tautology."""
    trial = trial_with(row(True, Image="cmd.exe"), row(False, Image="calc.exe"))
    results = {
        text: result_of(selftest("rule", query(f"`tocsin_made` {text}"), trial, "my_filter"))["result"]
        for text in ('Image="cmd.exe"', 'Image="*"', 'Image="no.exe"')
    }
    assert results == {'Image="cmd.exe"': "pass", 'Image="*"': "FAIL", 'Image="no.exe"': "FAIL"}


def test_a_filter_that_silences_the_rule_shows():
    """The SOC's own macro stands in the test as it does in the search."""
    test = selftest("rule", query('`tocsin_made` Image="cmd.exe"'), trial_with(row(True, Image="cmd.exe")), "my_filter")
    assert result_of(test)["result"] == "pass"
    assert result_of(test, filtered='search NOT Image="cmd.exe"')["result"] == "FAIL"


def test_events_of_another_source_are_not_found():
    """What a macro would not return is not there for the terms behind it."""
    trial = trial_with(row(True, Image="x"), row(False, place="tocsin_other", Image="x"))
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
    trial = trial_with(row(True, Image=value, Other="1"))
    test = selftest("rule", query("`tocsin_made` Other=1"), trial, "my_filter")
    (made_row,) = run(f"| {test.events}", {})
    assert made_row["Image"] == value
    assert "\n[" not in test.events
    assert not re.search(r"[`$]", test.events)
    assert result_of(test)["result"] == "pass"


def test_names_lists_and_times_come_back():
    """A field with a dash in its name, a field with several values, and a time to the microsecond."""
    fields = {"cs-uri": "/x", "Many": ["a", "b,c"], "One": ["a"], "Number": 5, "True": True}
    test = selftest("rule", query("`tocsin_made`"), trial_with(row(True, 1.25, **fields)), "my_filter")
    (made_row,) = run(f"| {test.events}", {})
    wanted = {"cs-uri": "/x", "Many": ["a", "b,c"], "One": "a", "Number": "5", "True": "true", "_time": 1.25}
    assert {name: made_row[name] for name in wanted} == wanted


def test_a_multisearch_makes_its_events_for_each_part():
    """A subsearch of multisearch must not generate, so the parts are appended; brackets in quotes are no brackets."""
    text = '| multisearch [ search `tocsin_made` Image="]" ] [ search `tocsin_other` Image="[ x" ]\n| where true()'
    trial = trial_with(row(True, Image="]"), row(True, place="tocsin_other", Image="[ x"), row(False, Image="y"))
    test = selftest("rule", query(text), trial, "my_filter")
    assert "multisearch" not in test.search
    assert result_of(test) == {"rule": "rule", "result": "pass", "events": 3, "expected": "101,102", "found": "101,102"}


def test_what_does_not_fit_is_counted():
    """A test is so long at most, and tells of how many events it has how many."""
    rows = tuple(row(True, Image="x" * 9_000 + str(place)) for place in range(10))
    test = selftest("rule", query("`tocsin_made`"), Trial(rows, 12), "my_filter")
    assert (test.tried, test.whole, len(test.events) <= MAX_TEXT) == (6, 12, True)


def test_rows_in_a_run_are_named_by_its_ends():
    """What many rows share is said once, so that a macro of hundreds of events stays short."""
    rows = [row(True, Image="x") for _ in range(5)] + [row(False, Image="y"), row(True, Image="x")]
    test = selftest("rule", query('`tocsin_made` Image="x"'), trial_with(*rows), "my_filter")
    assert 'Image=case((selftest_row>=101 AND selftest_row<=105) OR selftest_row==107, "x"' in test.events
    assert result_of(test)["found"] == "101,102,103,104,105,107"
