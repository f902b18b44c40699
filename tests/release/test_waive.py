"""Waivers: a build passes without a query for a reason and until a date, and no longer."""

import datetime as dt

import pytest

from compiler.content.model import Catalogue, Waiver
from compiler.content.rules import read_sigma
from compiler.diagnostics import Severity, Span
from compiler.release.waive import waived
from compiler.targets.target import UNSAYABLE

(RULE,) = read_sigma(
    "a.yml", b"title: t\nname: a_rule\nlogsource: {category: x}\ndetection: {s: {a: b}, condition: s}\n"
)
REFUSAL = UNSAYABLE.at(Span("a.yml", 5), "the language cannot say this")
WAIVER = Waiver(
    "a_rule", "elastic", "CNV004", "no such function", dt.date(2026, 12, 31), Span("detections/waivers.yml", 3)
)


def told(waiver, refusals, today=dt.date(2026, 12, 31), targets=("elastic",)):
    catalogue = Catalogue(rules=(RULE,), waivers=(waiver,) if waiver else ())
    return [(item.code, item.severity) for item in waived(catalogue, targets, refusals, today)]


def test_a_refusal_without_a_waiver_fails_the_build():
    """The finding comes through as it is."""
    assert told(None, [("a_rule", "elastic", REFUSAL)]) == [("CNV004", Severity.ERROR)]


def test_a_waiver_turns_the_refusal_into_a_note_through_its_last_day():
    """The finding is still told, with the reason."""
    assert told(WAIVER, [("a_rule", "elastic", REFUSAL)]) == [("CNV004", Severity.NOTE)]


def test_an_expired_waiver_fails_the_build():
    """The day after, the refusal is an error again, and the waiver one too."""
    found = told(WAIVER, [("a_rule", "elastic", REFUSAL)], dt.date(2027, 1, 1))
    assert found == [("CNV004", Severity.ERROR), ("PKG003", Severity.ERROR)]


@pytest.mark.parametrize(
    "refusals",
    [[], [("a_rule", "splunk", REFUSAL)], [("other", "elastic", REFUSAL)]],
    ids=["converts", "other target", "other rule"],
)
def test_a_waiver_that_answers_nothing_fails_the_build(refusals):
    """It would hide the next fault."""
    assert ("PKG004", Severity.ERROR) in told(WAIVER, refusals)


def test_a_waiver_for_a_target_that_was_not_built_is_not_judged():
    """A build of one target says nothing about the others."""
    assert told(WAIVER, [], targets=("splunk",)) == []
