"""Which shapes of a log source a rule is asked in, and what is asked of each."""

import pytest

from compiler.content.model import Logsource
from compiler.convert import convert
from compiler.targets import load_targets
from compiler.targets.splunk import TARGET
from compiler.targets.target import Query

PROCESS = Logsource("process_creation", "windows", None)


def asked(make, detection, *sources, **logsource):
    rule = make.rule({"logsource": logsource or {"category": "made"}, "detection": {"condition": "s", **detection}})
    return convert(rule, TARGET, make.content(rule, sources=sources))


def test_no_source_is_a_finding_at_the_logsource(make):
    """A log source that nobody describes cannot be asked."""
    (finding,) = asked(make, {"s": {"A": 1}}, category="unheard_of")
    assert (finding.code, finding.message) == (
        "CNV002",
        "no source tells how these events arrive at splunk (category=unheard_of)",
    )


def test_category_restricts_a_source_of_many(make):
    """Sysmon's channel holds every category; a rule of one asks for its event id."""
    fields = {"EventID": ("EventCode", "number"), "Image": ("Image", "string")}
    source = make.source(
        make.arrival("splunk", fields),
        logsources=(PROCESS, Logsource("file_event", "windows", None)),
        select={"process_creation": {"EventID": 1}, "file_event": {"EventID": [11, 15]}},
    )
    detection = {"s": {"Image": "x"}}
    process = asked(make, detection, source, category="process_creation", product="windows")
    assert process.text == '`tocsin_made` EventCode=1 Image="x"'
    files = asked(make, detection, source, category="file_event", product="windows")
    assert files.text == '`tocsin_made` EventCode IN (11, 15) Image="x"'
    assert asked(make, detection, source, product="windows").text == '`tocsin_made` Image="x"'


def test_what_marks_the_events_at_one_place_is_asked_there(make):
    """``only`` tells this source's events from others in the same place."""
    fields = {"Channel": ("channel", "string"), "A": ("a", "string")}
    source = make.source(make.arrival("splunk", fields, only={"Channel": "Security"}))
    assert asked(make, {"s": {"A": "x"}}, source).text == '`tocsin_made` channel="Security" a="x"'


def test_shape_without_a_field_is_left_out_if_another_has_it(make):
    """The query asks the shapes that can answer, and the settings say which could not and why."""
    one = make.arrival("splunk", {"A": ("a", "string"), "B": ("b", "string")}, "one")
    two = make.arrival("splunk", {"A": ("a", "string")}, "two", unmapped={"B": "the event does not have it"})
    query = asked(make, {"s": {"A": 1, "B": 2}}, make.source(one, two))
    assert query.text == "`tocsin_one` a=1 b=2"
    assert query.settings["left_out"] == [
        "made/two: field 'B' is not mapped for splunk in source made/two: the event does not have it"
    ]


def test_field_that_no_shape_has_is_an_error(make):
    """Nothing is passed through under a name that nobody checked."""
    (finding,) = asked(make, {"s": {"B": 2}}, make.source(make.arrival("splunk", {"A": ("a", "string")})))
    assert (finding.code, finding.message) == ("CNV003", "field 'B' is not mapped for splunk in source made/made")


def test_a_field_may_be_kept_elsewhere_for_one_category(make):
    """An override holds for its category; without a category the field has no one name and cannot be asked."""
    arrival = make.arrival(
        "splunk",
        {"md5": ("process_md5", "string")},
        overrides={"file_event": make.arrival("splunk", {"md5": ("file_md5", "string")}).fields, "dns": {"md5": None}},
    )
    categories = ("process_creation", "file_event", "dns")
    source = make.source(arrival, logsources=tuple(Logsource(name, "windows", None) for name in categories))
    detection = {"s": {"md5": "x"}}
    assert asked(make, detection, source, category="process_creation").text == '`tocsin_made` process_md5="x"'
    assert asked(make, detection, source, category="file_event").text == '`tocsin_made` file_md5="x"'
    assert [finding.code for finding in asked(make, detection, source, category="dns")] == ["CNV003"]
    assert [finding.code for finding in asked(make, detection, source, product="windows")] == ["CNV003"]


@pytest.mark.parametrize("rules", [["made_rule"], "any", []])
def test_filter_is_joined_with_and(rules, make):
    """A Sigma filter that names the rule, or any, narrows it by its condition as written."""
    rule = make.rule({"name": "made_rule", "detection": {"s": {"A": "x"}, "condition": "s"}})
    other = make.rule({"name": "mf_it", "filter": {"rules": rules, "s": {"B": "y"}, "condition": "not s"}})
    query = convert(rule, TARGET, make.content(rule, other, A="string", B="string"))
    assert query.text == '`tocsin_made` A="x" NOT B="y"'


def test_filter_for_another_rule_or_source_does_not_apply(make):
    """A filter leaves alone what it does not name and what comes from elsewhere."""
    rule = make.rule({"name": "made_rule", "detection": {"s": {"A": "x"}, "condition": "s"}})
    body = {"s": {"B": "y"}, "condition": "not s"}
    named = make.rule({"name": "mf_a", "filter": {"rules": ["another"], **body}})
    elsewhere = make.rule({"name": "mf_b", "logsource": {"category": "b"}, "filter": {"rules": "any", **body}})
    query = convert(rule, TARGET, make.content(rule, named, elsewhere, A="string", B="string"))
    assert query.text == '`tocsin_made` A="x"'


def test_a_fallback_is_asked_of_what_no_other_shape_of_its_source_has(make):
    """The package for any log stands in where the one made for a log loses the field, and nowhere else."""
    main = make.arrival("splunk", {"A": ("a", "string")}, "main")
    rest = make.arrival("splunk", {"A": ("rest_a", "string"), "B": ("b", "string")}, "rest", fallback=True)
    source = make.source(rest, main)
    assert asked(make, {"s": {"A": "x"}}, source).text == '`tocsin_main` a="x"'
    query = asked(make, {"s": {"A": "x", "B": "y"}}, source)
    assert query.text == '`tocsin_rest` rest_a="x" b="y"'
    assert query.settings["left_out"] == [
        "made/main: field 'B' is not mapped for splunk in source made/main",
    ]


def test_of_several_fallbacks_each_is_asked(make):
    """Mail and clicks lie in tables of their own: neither stands in for the other."""
    main = make.arrival("splunk", {"A": ("a", "string")}, "main")
    one = make.arrival("splunk", {"B": ("one_b", "string")}, "one", fallback=True)
    two = make.arrival("splunk", {"B": ("two_b", "string")}, "two", fallback=True)
    query = asked(make, {"s": {"B": "y"}}, make.source(main, one, two))
    assert query.settings["shapes"] == ["made/one", "made/two"]


def test_no_correlation_groups_by_a_part_of_a_record(make):
    """The field there is the whole record, which is another one for each event."""
    fields = {"A": ("message", "match_only_text", "audit_record")}
    source = make.source(make.arrival("elastic", fields))
    one = make.rule({"name": "one", "detection": {"s": {"A": "x"}, "condition": "s"}})
    body = {"type": "event_count", "rules": ["one"], "timespan": "1m", "group-by": ["A"], "condition": {"gte": 2}}
    many = make.rule({"title": "Many", "correlation": body})
    (finding,) = convert(many, load_targets()["elastic"], make.content(one, many, sources=[source]))
    assert finding.message == "field 'A' is a part of a record in made/made, which no event is grouped by"


@pytest.mark.parametrize(
    ("escapes", "pattern", "asked"),
    [
        ("xml", r"a(?<!b)c", True),
        ("xml", r"a(?P<n>c)", True),
        ("xml", "a<c", False),
        ("xml", "a&c", False),
        ("xml", r"a\\b", True),
        ("json", r"a\.b", True),
        ("json", r"a\\b", False),
        ("json", 'a"', False),
        ("json", "a<c", True),
        ("", 'a"<\\\\&', True),
    ],
)
def test_a_regular_expression_is_not_looked_for_where_the_event_has_it_in_another_form(make, escapes, pattern, asked):
    """What only opens a group, or takes a sign for itself, stands for no character."""
    one = make.source(make.arrival("splunk", {"A": ("a", "string")}, escapes=escapes))
    rule = make.rule({"selection": {"|re": pattern}})
    found = convert(rule, TARGET, make.content(rule, sources=[one]))
    assert isinstance(found, Query) is asked
    assert asked or (found[0].code, found[0].hint) == ("CNV004", "ask for the field that has it")


@pytest.mark.parametrize(
    ("value", "asked"), [(2**53 + 1, False), (str(2**53 + 1), False), (2**53, True), (2**60, True), ("x", True)]
)
@pytest.mark.parametrize("kind", ["DOUBLE", "BIGINT"])
def test_a_field_of_floats_is_asked_for_no_whole_number_that_it_cannot_hold(make, value, asked, kind):
    """The nearest that it holds would be found instead."""
    rule = make.rule({"selection": {"A": value}})
    one = make.source(make.arrival("duckdb", {"A": ("a", kind)}, where={"table": "made"}))
    found = convert(rule, load_targets()["duckdb"], make.content(rule, sources=[one]))
    assert isinstance(found, Query) is (asked or kind == "BIGINT")
