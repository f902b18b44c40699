"""Conditions in EQL: each field in the way of its type, and a missing field as Sigma means it."""

import json

import pytest

from compiler.convert import convert
from compiler.targets.elastic import TARGET

TYPES = {
    "Image": "keyword",
    "Cmd": "wildcard",
    "Port": "long",
    "Ip": "ip",
    "Flag": "boolean",
    "Text": "match_only_text",
    "cs-method": "keyword",
}


def converted(make, **detection):
    rule = make.rule(detection)
    return convert(rule, TARGET, make.content(rule, **TYPES))


def query(make, **detection):
    """What stands after ``any where``."""
    result = converted(make, **detection)
    assert not isinstance(result, list), result
    return result.text.removeprefix("any where ")


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"Image|endswith": r"\cmd.exe"}, r'?Image : "*\\cmd.exe"'),
        ({"Image": ["a", "b*"]}, '?Image : ("a", "b*")'),
        ({"Image": ""}, '?Image == ""'),
        ({"Image": "a?c"}, '?Image : "a?c"'),
        ({"Image": r"a\*c"}, '?Image in~ ("a*c")'),
        ({"Image": r"a\*c*"}, r'?Image regex~ "a\\*c.*"'),
        ({"Image|cased": "Ab"}, '?Image == "Ab"'),
        ({"Image|cased|endswith": "Ab"}, '?Image like "*Ab"'),
        ({"Image": 5}, '?Image : "5"'),
        ({"Image": None}, "?Image == null"),
        ({"Image|exists": True}, "?Image != null"),
        ({"Image|neq": None}, "?Image != null"),
        ({"Cmd|re": "^a|b$"}, '?Cmd regex "a.*|.*b"'),
        ({"Cmd|re|i": "a"}, '?Cmd regex~ ".*a.*"'),
        ({"Port": "443"}, "?Port == 443"),
        ({"Port": [80, "443"]}, "?Port in (80, 443)"),
        ({"Port": "0443"}, "false"),
        ({"Port|startswith": "80"}, 'string(?Port) : "80*"'),
        ({"Port|gte": 1024}, "?Port >= 1024"),
        ({"Ip": "192.0.2.1"}, '?Ip == "192.0.2.1"'),
        ({"Ip": "-"}, "false"),
        ({"Ip|startswith": "192.0."}, 'string(?Ip) : "192.0.*"'),
        ({"Ip|cidr": ["192.0.2.0/24", "2001:db8::/32"]}, 'cidrMatch(?Ip, "192.0.2.0/24", "2001:db8::/32")'),
        ({"Flag": "TRUE"}, "?Flag == true"),
        ({"Flag": False}, "?Flag == false"),
        ({"Flag": "maybe"}, "false"),
        ({"cs-method": "POST"}, '?`cs-method` : "POST"'),
        ({"Image": 'a"b\n\x01'}, r'?Image : "a\"b\n\u{0001}"'),
    ],
)
def test_a_field_is_asked_in_the_way_of_its_type(selection, expected, make):
    """Patterns for text, numbers for numbers, addresses for addresses; a value that cannot occur is false."""
    assert query(make, selection=selection) == expected


@pytest.mark.parametrize(
    ("no", "expected"),
    [
        ({"Image": "x"}, '(?Image == null or not ?Image : "x")'),
        ({"Image": ["x", "y"]}, '(?Image == null or not ?Image : ("x", "y"))'),
        ({"Ip": "no address"}, "true"),
        (
            {"Image": "x", "Port": 1},
            '((?Image == null or not ?Image : "x") or (?Port == null or not ?Port == 1))',
        ),
    ],
)
def test_a_negation_holds_where_the_field_is_missing(no, expected, make):
    """Elasticsearch may drop an event whose negated field is missing, so null is named."""
    text = query(make, selection={"Cmd": "c"}, no=no, condition="selection and not no")
    assert text == f'?Cmd : "c" and {expected}'


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        ({"Image|re": r"(x)\1"}, "a back-reference of a regular expression has no counterpart in Lucene's syntax"),
    ],
)
def test_what_no_language_can_say_is_refused_by_its_feature(selection, reason, make):
    """There is no approximation: the finding names the feature, as EQL lacks it."""
    (finding,) = converted(make, selection=selection)
    assert (finding.code, finding.message) == ("CNV004", reason)


@pytest.mark.parametrize(
    "selection",
    [{"Image|gt": 5}, {"Image|fieldref|contains": "cs-method"}, ["keyword"]],
)
def test_what_eql_and_esql_cannot_say_is_said_in_the_query_dsl(selection, make):
    """A third language, which Kibana takes as a filter; its query is that of OpenSearch."""
    result = converted(make, selection=selection)
    assert result.language == "dsl"
    assert list(json.loads(result.text)) == ["query"]
    assert result.settings["index"] == ["logs-made-*"]


def test_the_refusal_points_at_the_field(make):
    """An unmapped field is told at its key in the rule."""
    rule = make.rule({"selection": {"Image": "x", "Nowhere|contains": "y"}})
    (finding,) = convert(rule, TARGET, make.content(rule, **TYPES))
    assert finding.code == "CNV003"
    assert rule.text.splitlines()[finding.span.line - 1].strip().startswith("Nowhere|contains")


def test_settings_hold_what_kibana_needs(make):
    """Index patterns of every shape that is asked, and the fields with their types."""
    result = converted(make, selection={"Image": "x", "Port": 1})
    assert result.settings["index"] == ["logs-made-*"]
    assert result.settings["types"] == {"Image": "keyword", "Port": "long"}
    assert result.fields == ("Image", "Port")


def test_shapes_that_cannot_be_asked_are_left_out_and_told(make):
    """A shape that cannot be asked together with the others does not spoil these."""
    shapes = [make.arrival("elastic", {"A": ("a", kind)}, kind) for kind in ("keyword", "match_only_text")]
    rule = make.rule({"selection": {"A": "x"}})
    result = convert(rule, TARGET, make.content(rule, sources=[make.source(*shapes)]))
    assert result.text == 'any where ?a : "x"'
    assert result.settings["left_out"] == ["made/match_only_text: EQL cannot ask a field of type match_only_text (a)"]
    assert result.settings["index"] == ["logs-keyword-*"]
