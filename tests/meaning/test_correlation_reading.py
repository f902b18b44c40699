"""Reading a correlation: what it may say in which way, and where a fault lies."""

from fractions import Fraction
from typing import Any

import pytest

from compiler.meaning.correlation_reading import read_correlation
from compiler.meaning.errors import MeaningError

COUNT: dict[str, Any] = {"type": "event_count", "rules": ["one"], "timespan": "5m", "condition": {"gte": 2}}


def read(**changes: Any):
    section = {key: value for key, value in {**COUNT, **changes}.items() if value is not ...}
    return read_correlation({"correlation": section})


def fault(**changes: Any) -> tuple[tuple[Any, ...], str, str]:
    with pytest.raises(MeaningError) as caught:
        read(**changes)
    return caught.value.keys[1:], caught.value.message, caught.value.hint


@pytest.mark.parametrize(("text", "seconds"), [("10s", 10), ("90m", 5400), ("2h", 7200), ("1d", 86400)])
def test_timespan(text, seconds):
    """Seconds, minutes, hours and days, in microseconds."""
    assert read(timespan=text).span == seconds * 1_000_000


@pytest.mark.parametrize("text", ["5", "m", "5 m", "1w", "1M", "1y", "5S", "-5m", "1.5h", "", "0s", 60, None])
def test_timespan_that_is_none(text):
    """Everything else is refused at its place."""
    keys, _, hint = fault(timespan=text)
    assert keys == ("timespan",)
    assert hint


def test_one_name_needs_no_list():
    """A single rule or field may stand without a list."""
    found = read(rules="one", **{"group-by": "User"})
    assert (found.rules, found.group_by) == (("one",), ("User",))


def test_temporal_asks_for_every_rule():
    """A temporal correlation without a condition wants all of its rules."""
    assert read(type="temporal", rules=["a", "b"], condition=...).criteria == (("gte", Fraction(2)),)


def test_rules_may_stand_in_the_expression_alone():
    """Extension: where the condition names the rules, `rules` may be left out."""
    assert read(type="temporal", rules=..., condition="b and not (a or b)").rules == ("b", "a")


def test_decimal_criterion():
    """A criterion may be a decimal fraction, and is that exactly."""
    found = read(type="value_avg", condition={"field": "Bytes", "gt": 0.1})
    assert found.criteria == (("gt", Fraction(1, 10)),)


@pytest.mark.parametrize(("beside", "inside", "generate"), [(..., ..., False), (True, ..., True), (..., True, True)])
def test_generate_may_stand_in_either_place(beside, inside, generate):
    """`generate` is read beside the correlation, where the schema has it, and inside."""
    body = {"correlation": {**COUNT, **({} if inside is ... else {"generate": inside})}}
    assert read_correlation({**body, **({} if beside is ... else {"generate": beside})}).generate is generate


@pytest.mark.parametrize(
    ("changes", "keys", "message"),
    [
        ({"type": "event_cuont"}, ("type",), "'event_cuont' is no type of correlation"),
        ({"type": ["event_count"]}, ("type",), "['event_count'] is no type of correlation"),
        ({"rules": []}, ("rules",), "a correlation is of at least one rule"),
        ({"rules": [1]}, ("rules", 0), "a name is expected, not 1"),
        ({"rules": ["a", "a"]}, ("rules", 1), "`a` is listed twice"),
        ({"groupby": ["x"]}, ("groupby",), "a correlation has no `groupby`"),
        ({"group-by": {"x": 1}}, ("group-by",), "`group-by` must be a list of names"),
        ({"condition": {}}, ("condition",), "the condition compares with nothing"),
        ({"condition": 5}, ("condition",), "event_count needs a condition"),
        ({"condition": {"gte": "5"}}, ("condition", "gte"), "a number is expected, not '5'"),
        ({"condition": {"gte": True}}, ("condition", "gte"), "a number is expected, not True"),
        ({"condition": {"gte": float("nan")}}, ("condition", "gte"), "a number is expected, not nan"),
        ({"condition": {"gte": 5, "field": "x"}}, ("condition", "field"), "event_count has no use for a `field`"),
        ({"condition": {"gte": 5, "percentile": 5}}, ("condition", "percentile"), "event_count has no `percentile`"),
        (
            {"condition": "a and b"},
            ("condition",),
            "a condition in words is for temporal correlations, not for event_count",
        ),
        ({"aliases": []}, ("aliases",), "`aliases` must be a map of names to maps"),
        ({"aliases": {"x": "y"}}, ("aliases", "x"), "an alias is a map of rules to the field in their events"),
        ({"aliases": {"x": {"one": 5}}}, ("aliases", "x", "one"), "a field's name is expected, not 5"),
        ({"generate": "yes"}, ("generate",), "`generate` is true or false, not 'yes'"),
    ],
)
def test_faults(changes, keys, message):
    """Each fault names its key and what is wrong with it."""
    assert fault(**changes)[:2] == (keys, message)


def test_expression_leaves_no_rule_out():
    """A rule that is listed and not in the condition would be correlated for nothing."""
    keys, message, _ = fault(type="temporal", rules=["a", "b"], condition="a or not a")
    assert (keys, message) == (("condition",), "the condition leaves out the rule `b`")


def test_near_matches_are_offered():
    """A word that is nearly right is answered with the right one."""
    assert fault(type="event-count")[2] == "did you mean `event_count`?"
    assert fault(group_by=["x"])[2] == "did you mean `group-by`?"


@pytest.mark.parametrize("body", [{}, {"correlation": None}, {"correlation": ["x"]}, []])
def test_no_correlation(body):
    """What holds no map of a correlation is refused."""
    with pytest.raises(MeaningError):
        read_correlation(body)
