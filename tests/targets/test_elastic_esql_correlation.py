"""Correlations in ES|QL: what is worked out of an event, how it is counted, and what is refused.

That they fire where the reference does is held on Elasticsearch itself (``test_elastic_conformance.py``).
"""

import pytest

from compiler.convert import convert
from compiler.targets.elastic import TARGET

TYPES = {"Image": "keyword", "User": "keyword", "Ip": "ip", "Bytes": "long", "Text": "text", "Share": "double"}
CLOSING = "closing = MIN(CASE(hit_time == instant, hit_id, null))"


def converted(make, **correlation):
    rules = [
        make.rule({"name": name, "detection": {"s": {"Image|endswith": name}, "condition": "s"}}) for name in ("a", "b")
    ]
    rule = make.rule({"correlation": {"rules": ["a", "b"], "group-by": ["User"], "timespan": "5m", **correlation}})
    return convert(rule, TARGET, make.content(rule, *rules, **TYPES))


def commands(make, **correlation):
    result = converted(make, **correlation)
    assert not isinstance(result, list), result
    return result.text.split("\n| ")


def starting(lines, word):
    return [line for line in lines if line.startswith(word)]


def test_the_whole_of_a_count(make):
    """Hits of one rule, in a window of both ends, and the instants at which the condition begins to hold."""
    assert commands(make, type="event_count", rules=["a"], condition={"gt": 4}) == [
        "FROM logs-made-* METADATA _id",
        'EVAL Image_lower = MV_CONCAT(TO_LOWER(Image), "␞")',
        'WHERE Image_lower RLIKE ".*a(␞.*)?"',
        'EVAL hit_rule = "1", key1 = TO_LOWER(User)',
        "STATS hits = COUNT(*) BY hit_time = @timestamp, hit_id = _id, hit_rule, key1",
        "WHERE hit_time IS NOT NULL AND key1 IS NOT NULL",
        'EVAL hit = CONCAT(TO_STRING(hit_time), " ", hit_rule, " ", hit_id, "␞", "")',
        "STATS hit = VALUES(hit), instant = VALUES(hit_time) BY key1",
        "MV_EXPAND instant",
        "MV_EXPAND hit",
        'DISSECT hit "%{hit_time} %{hit_rule} %{hit_id}␞%{hit_value}"',
        'EVAL hit_time = TO_DATETIME(hit_time), hit_value = CASE(hit_value == "", null, SUBSTRING(hit_value, 2))',
        "WHERE hit_time <= instant AND hit_time >= instant - 300 seconds",
        f"STATS number = MV_COUNT(VALUES(hit_id)), {CLOSING} BY key1, instant",
        'EVAL state = CONCAT(TO_STRING(instant), CASE(number > 4, " + ", " - "), closing)',
        "STATS state = VALUES(state) BY key1",
        "EVAL state = MV_SORT(state)",
        'EVAL turn = MV_ZIP(MV_APPEND("-", state), MV_APPEND(state, "-"), "␞")',
        "MV_EXPAND turn",
        r'WHERE turn RLIKE "(-|[^ ]+ - .*)␞[^ ␞]+ \\+ .*"',
        'DISSECT turn "%{?before}␞%{end} + %{closing}"',
        "EVAL event.end = TO_DATETIME(end), event.id = closing, User = key1",
        "KEEP event.end, event.id, User",
    ]


def test_settings_tell_the_window_and_what_closes(make):
    """The package looks back further by the window, and an engine reads the column of what closes."""
    settings = converted(make, type="event_count", rules=["a"], condition={"gte": 2}).settings
    assert (settings["timespan"], settings["closing"], settings["deviations"]) == (300, "event.id", [])


def test_rules_are_told_apart(make):
    """An event is a hit of each rule that it met, and of no rule is none."""
    said = commands(make, type="temporal")
    assert said[2] == (
        'EVAL hit_branch = SPLIT(TRIM(CONCAT(CASE(Image_lower RLIKE ".*a(␞.*)?", "0 ", ""), '
        'CASE(Image_lower RLIKE ".*b(␞.*)?", "1 ", ""))), " ")'
    )
    assert said[3:6] == [
        "MV_EXPAND hit_branch",
        'WHERE hit_branch != ""',
        'EVAL hit_rule = CASE(hit_branch == "0", "1", hit_branch == "1", "2"), key1 = TO_LOWER(User)',
    ]


@pytest.mark.parametrize(
    ("correlation", "counted", "holds"),
    [
        (
            {"type": "temporal"},
            'first1 = MIN(hit_time) WHERE hit_rule == "1", first2 = MIN(hit_time) WHERE hit_rule == "2"',
            "first1 IS NOT NULL AND first2 IS NOT NULL",
        ),
        (
            {"type": "temporal", "condition": {"gte": 1}},
            'first1 = MIN(hit_time) WHERE hit_rule == "1", first2 = MIN(hit_time) WHERE hit_rule == "2"',
            "(CASE(first1 IS NULL, 0, 1) + CASE(first2 IS NULL, 0, 1)) >= 1",
        ),
        (
            {"type": "temporal_ordered"},
            'first1 = MIN(hit_time) WHERE hit_rule == "1", first2 = MIN(hit_time) WHERE hit_rule == "2"',
            "first1 IS NOT NULL AND first2 IS NOT NULL AND COALESCE(first1 <= first2, true)",
        ),
        (
            {"type": "temporal", "condition": "a and not b"},
            'first1 = MIN(hit_time) WHERE hit_rule == "1", first2 = MIN(hit_time) WHERE hit_rule == "2"',
            "((first1 IS NOT NULL AND NOT (first2 IS NOT NULL)))",
        ),
        (
            {"type": "value_count", "condition": {"field": "Ip", "lt": 3}},
            "number = COALESCE(MV_COUNT(VALUES(hit_value)), 0)",
            "number < 3",
        ),
        (
            {"type": "value_sum", "condition": {"field": "Bytes", "gte": 2.5}},
            "number = ROUND(SUM(hit_value), 10)",
            "number >= 2.5",
        ),
        (
            {"type": "value_avg", "condition": {"field": "Bytes", "gte": 2}},
            "number = ROUND(SUM(hit_value) / COUNT(hit_value), 10)",
            "number >= 2",
        ),
    ],
)
def test_each_kind_counts_in_its_way(correlation, counted, holds, make):
    """What is worked out of a window, and the condition over it."""
    said = commands(make, **correlation)
    assert starting(said, "STATS")[2].removeprefix("STATS ").partition(", closing = ")[0] == counted
    assert starting(said, "EVAL state = CONCAT")[0] == (
        f'EVAL state = CONCAT(TO_STRING(instant), CASE({holds}, " + ", " - "), closing)'
    )


def test_without_groups_all_events_are_one(make):
    """There is no key to divide by."""
    said = commands(make, **{"type": "event_count", "rules": ["a"], "group-by": [], "condition": {"gte": 2}})
    assert "STATS hit = VALUES(hit), instant = VALUES(hit_time)" in said
    assert said[-1] == "KEEP event.end, event.id"


def test_an_alias_is_another_field_in_another_rule(make):
    """The group of a hit is that of the rule that it met."""
    said = commands(make, **{"type": "temporal", "group-by": ["who"], "aliases": {"who": {"a": "User", "b": "Ip"}}})
    assert said[5].endswith(
        'key1 = CASE(hit_branch == "0", TO_LOWER(User), hit_branch == "1", TO_LOWER(TO_STRING(Ip)))'
    )


def test_numbers_of_one_event_are_kept_though_they_are_the_same(make):
    """Distinct rows would lose the second five of an event that has two."""
    said = commands(make, type="value_sum", rules=["a"], condition={"field": "Bytes", "gte": 2})
    assert said[3] == 'EVAL hit_rule = "1", key1 = TO_LOWER(User), value1 = MV_CONCAT(TO_STRING(Bytes), " ")'


def test_sums_of_fractions_are_exact_to_ten_decimals(make):
    """They are sums of doubles, and the deviation is named."""
    made = converted(make, type="value_sum", rules=["a"], condition={"field": "Share", "gte": 2})
    assert made.settings["deviations"] == ["ten-decimals"]


@pytest.mark.parametrize(
    ("correlation", "reason"),
    [
        (
            {"type": "value_percentile", "condition": {"field": "Bytes", "percentile": 50, "gte": 5}},
            "ES|QL has no exact percentile over a window that slides",
        ),
        (
            {"type": "event_count", "group-by": ["Share"], "condition": {"gte": 5}},
            "ES|QL shows a field of type double (Share) in a notation of its own",
        ),
    ],
)
def test_what_esql_cannot_say_is_refused(correlation, reason, make):
    """Each by its kind, or the type of its field."""
    (finding,) = converted(make, **correlation)
    assert (finding.code, finding.message) == ("CNV005", reason)
