"""LogQL that reads as right and is not: what the obvious query selects in Loki, and what ours does.

The stock backend is AGPL, so it stands here by what it is known to write: values as ``(?i)`` expressions, negations and
comparisons as they come, networks as ``ip()``, keywords as line filters. Each test names the conformance file of ours.
"""

import pytest

from compiler.convert import convert
from compiler.engines.engine import Ask, Table
from compiler.engines.loki import ENGINE
from compiler.targets import load_targets

STREAM = '{job="made"}'


@pytest.fixture(scope="module")
def loki(running):
    """Loki's pipeline; skipped where it cannot be had."""
    with running(ENGINE()) as engine:
        yield engine


@pytest.fixture
def selected(loki):
    """The numbers of the events that a query selects; its error, if Loki refuses it."""

    def run(query, *events):
        documents = tuple({**event, "tocsin_id": str(number)} for number, event in enumerate(events))
        (answer,) = loki.run([Table(STREAM, {}, documents)], [Ask("logql", query)])
        return answer.error if answer.hits is None else {int(hit) for hit in answer.hits}

    return run


@pytest.fixture
def ours(make, selected):
    """The numbers of the events that our query for a detection selects, as a log query and as an alert's count."""

    def run(detection, *events):
        rule = make.rule(detection)
        names = {name for event in events for name in event} | {"x", "y"}
        arrival = make.arrival(
            "loki", {name: (name, "string") for name in names}, where={"stream": STREAM, "parser": "json"}
        )
        query = convert(rule, load_targets()["loki"], make.content(rule, sources=[make.source(arrival)]))
        log = selected(query.text, *events)
        assert selected(f"sum(count_over_time({query.text} [5m])) > 0", *events) == log
        return log

    return run


STEMS = [{"x": "adm"}, {"x": "admin"}, {"x": "xadminx"}]


def test_alternatives_with_a_common_stem_are_not_anchored(selected, ours):
    """Loki makes a search of ``foo|foobar`` (values_common_stem)."""
    assert selected(f'{STREAM} | json | x=~"adm|admin"', *STEMS) == {0, 1, 2}
    assert ours({"selection": {"x": ["adm", "admin"]}}, *STEMS) == {0, 1}


def test_a_literal_before_a_run_is_not_anchored(selected, ours):
    """Loki makes a search of ``foo.*`` (startswith)."""
    assert selected(f'{STREAM} | json | x=~"adm.*"', *STEMS) == {0, 1, 2}
    assert ours({"selection": {"x|startswith": "adm"}}, *STEMS) == {0, 1}


def test_a_dot_stops_at_a_newline(selected, ours):
    """``.*`` between two literals does not pass a newline (newline_in_value)."""
    event = {"x": "a\nb"}
    assert selected(f'{STREAM} | json | x=~"(?i)a.*b"', event) == set()
    assert ours({"selection": {"x": "a*b"}}, event) == {0}


def test_letter_case_is_folded_otherwise(selected, ours):
    """``(?i)`` takes the long s for an s, and the dotted capital I for no i (case_unicode)."""
    events = [{"x": "\u017fet"}, {"x": "SET"}]
    assert selected(f'{STREAM} | json | x=~"(?i)set"', *events) == {1}
    assert selected(f'{STREAM} | json | x=~"(?i)se.*t"', *events) == {0, 1}
    assert ours({"selection": {"x": "se*t"}}, *events) == {1}
    dotted = {"x": "\u0130d=1"}
    assert selected(f'{STREAM} | json | x=~"(?i)id=.*1"', dotted) == set()
    assert ours({"selection": {"x": "id=*1"}}, dotted) == {0}


def test_an_escaped_star_is_a_star(selected, ours):
    r"""``a\*b`` written as ``a\\.*b`` asks for a backslash (escape_star)."""
    events = [{"x": "a*b"}, {"x": "a\\xb"}]
    assert selected(STREAM + r" | json | x=~`(?i)a\\.*b`", *events) == {1}
    assert ours({"selection": {"x": r"a\*b"}}, *events) == {0}


def test_a_comparison_of_text_holds(selected, ours):
    """What is no number passes ``>``, and makes a count fail as a whole (compare_gt, compare_no_number_in_or)."""
    events = [{"x": "many"}, {"x": "7"}, {"x": "3"}, {}]
    assert selected(f"{STREAM} | json | x > 5", *events) == {0, 1}
    assert "LabelFilterErr" in selected(f"sum(count_over_time({STREAM} | json | x > 5 [5m]))", *events)
    assert ours({"selection": {"x|gt": 5}}, *events) == {1}


def test_a_comparison_beside_another_test_marks_no_line(selected, ours):
    """A line that passes by another test stays countable (compare_no_number_in_or)."""
    events = [{"x": "many", "y": "a"}, {"x": "7"}]
    naive = f'{STREAM} | json | x > 5 or y="a"'
    assert "LabelFilterErr" in selected(f"sum(count_over_time({naive} [5m]))", *events)
    detection = {"one": {"x|gt": 5}, "two": {"y": "a"}, "condition": "one or two"}
    assert ours({"detection": detection}, *events) == {0, 1}


def test_a_negated_comparison_keeps_what_is_no_number(selected, ours):
    """``not x > 5`` as ``x <= 5`` loses the events without the field (compare_negated)."""
    events = [{"x": "3"}, {}, {"x": "7"}]
    assert selected(f"{STREAM} | json | x <= 5", *events) == {0}
    assert ours({"detection": {"one": {"x|gt": 5}, "condition": "not one"}}, *events) == {0, 1}


def test_an_address_is_found_within_text(selected, ours):
    """``ip()`` looks for an address anywhere in a value (cidr_within_text)."""
    events = [{"x": "192.0.2.1"}, {"x": "seen 192.0.2.1 twice"}, {"x": "11192.0.2.1"}]
    assert selected(f'{STREAM} | json | x=ip("192.0.2.0/24")', *events) == {0, 1, 2}
    assert ours({"selection": {"x|cidr": "192.0.2.0/24"}}, *events) == {0}


def test_a_short_address_is_not_seen(selected, ours):
    """``ip()`` needs five characters to see an IPv6 address (cidr_v6_bits)."""
    event = {"x": "::1"}
    assert selected(f'{STREAM} | json | x=ip("::/64")', event) == set()
    assert ours({"selection": {"x|cidr": "::/64"}}, event) == {0}


def test_an_address_passes_once_something_failed(selected, ours):
    """After a failed comparison ``ip()`` holds for every line (cidr_v4)."""
    event = {"x": "198.51.100.1", "y": "many"}
    assert selected(f'{STREAM} | json | y > 5 and x=ip("192.0.2.0/24")', event) == {0}
    assert ours({"selection": {"y|gt": 5, "x|cidr": "192.0.2.0/24"}}, event) == set()


def test_a_missing_label_is_empty(selected, ours):
    """``x=""`` holds for a missing field, and ``x!=""`` denies an empty one (empty_string, exists_true)."""
    events = [{"x": ""}, {}, {"x": "a"}]
    assert selected(f'{STREAM} | json | x=""', *events) == {0, 1}
    assert selected(f'{STREAM} | json | x!=""', *events) == {2}
    assert ours({"selection": {"x": ""}}, *events) == {0}
    assert ours({"selection": {"x|exists": True}}, *events) == {0, 2}
    assert ours({"selection": {"x": None}}, *events) == {1}


def test_a_regex_that_takes_the_empty_text_needs_the_field(selected, ours):
    """``^a?$`` holds for a label that is not there (re_empty_and_missing)."""
    events = [{"x": "a"}, {}, {"x": ""}]
    assert selected(f'{STREAM} | json | x=~"^a?$"', *events) == {0, 1, 2}
    assert ours({"selection": {"x|re": "^a?$"}}, *events) == {0, 2}


def test_a_regex_is_found_anywhere(selected, ours):
    """A label filter is anchored, and ``re`` is not (re)."""
    event = {"x": "run whoami now"}
    assert selected(f'{STREAM} | json | x=~"whoam[i]"', event) == set()
    assert ours({"selection": {"x|re": "whoam[i]"}}, event) == {0}


def test_a_keyword_is_no_key(selected, ours):
    """A line filter finds names of fields, and no value that JSON escapes (keywords, keywords_special_characters)."""
    events = [{"secret": "a"}, {"x": 'say "secret\\"'}]
    assert selected(f'{STREAM} |~ "(?i)secret"', *events) == {0, 1}
    assert selected(STREAM + r" |= `secret\`" + "", *events) == {1}
    assert selected(STREAM + r' |= `"secret\"`', *events) == set()
    assert ours({"selection": ["secret"]}, *events) == {1}
    assert ours({"selection": ['"secret\\"']}, *events) == {1}


def test_a_keyword_with_a_run_stays_within_a_value(selected, ours):
    """A line filter joins what stands in two fields (keywords_wildcard)."""
    event = {"x": "begin", "y": "end"}
    assert selected(f'{STREAM} |~ "(?i)begin.*end"', event) == {0}
    assert ours({"selection": ["begin*end"]}, event) == set()


def test_a_word_of_the_language_is_no_label(selected, ours):
    """A filter on a field called ``and`` does not parse (field_names_reserved)."""
    event = {"and": "1", "x": "a"}
    assert "syntax error" in selected(f'{STREAM} | json | and="1"', event)
    assert ours({"selection": {"and": 1}}, event) == {0}


def test_a_label_that_a_template_makes_from_all_is_empty_in_a_count(selected):
    """Why each label is named in our templates: a count extracts no others."""
    made = STREAM + ' | json | label_format all=`{{range .}}{{.}} {{end}}` | all=~"(?s)^.*q.*$"'
    assert selected(made, {"x": "q"}) == {0}
    assert selected(f"sum(count_over_time({made} [5m]))", {"x": "q"}) == set()


def test_a_quote_or_backquote_does_not_end_a_string(ours):
    """Values with every kind of quote stay values (equals_quotes_and_specials)."""
    value = 'a"`\' | x!="" # \\ {{.x}} \u2028'
    assert ours({"selection": {"x": value}}, {"x": value}, {"x": "a"}) == {0}
