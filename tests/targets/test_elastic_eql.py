"""Conditions in EQL: each field in the way of its type, and a missing field as Sigma means it."""

import json

import pytest

from compiler.convert import convert
from compiler.targets.elastic import TARGET
from compiler.targets.elastic_eql import quoted_name
from compiler.targets.lucene_address import MAPPED

TYPES = {
    "Image": "keyword",
    "Cmd": "wildcard",
    "Port": "long",
    "Ip": "ip",
    "Load": "double",
    "Module": "constant_keyword",
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
        # ``case_insensitive`` folds ASCII alone, so of other letters each form is named.
        ({"Image|contains": "Ärger"}, '?Image regex ".*[äÄ][rR][gG][eE][rR].*"'),
        ({"Image": ["é", "e"]}, '?Image regex "[éÉ]" or ?Image : "e"'),
        ({"Image|contains": " \u2013x"}, '?Image : "* \u2013x*"'),
        # ``WildcardFieldMapper.wildcardQuery`` of Elasticsearch makes of ``?*`` a query for any value.
        ({"Cmd": "?*"}, '?Cmd regex~ "..*"'),
        ({"Cmd": ["?*", "a*"]}, '?Cmd regex~ "..*" or ?Cmd : "a*"'),
        ({"Cmd": "*"}, '?Cmd : "*"'),
        ({"Module": ["a*", "b"]}, '?Module : "a*" or ?Module : "b"'),
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
        # ``StringUtils.toLikePattern`` of Elasticsearch escapes with U+0001.
        ({"Image": "a\x01b*"}, r'?Image regex~ "a\u{0001}b.*"'),
        ({"Image": 'a"b\n\x01'}, r'?Image : "a\"b\n\u{0001}"'),
    ],
)
def test_a_field_is_asked_in_the_way_of_its_type(selection, expected, make):
    """Patterns for text, numbers for numbers, addresses for addresses; a value that cannot occur is false."""
    assert query(make, selection=selection) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("powershell.sequence", "powershell.`sequence`"),
        ("system.network.in.bytes", "system.network.`in`.bytes"),
        ("a.sequences", "a.sequences"),
        ("event.cs-x`y", "event.`cs-x``y`"),
        ("x.6to4", "x.`6to4`"),
    ],
)
def test_a_part_of_a_name_that_is_no_identifier_stands_in_backticks(name, expected):
    """``qualifiedName`` of ``EqlBase.g4`` takes IDENTIFIER and QUOTED_IDENTIFIER, and a keyword is neither."""
    assert quoted_name(name) == expected


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
        # *Determinizing automaton with 1002 states would require more than 10000 effort* on Elasticsearch 8.19.
        ({"Image|contains": "a" * 500}, "a pattern of so many overlapping parts that Lucene gives up on it"),
        # Java shows a double of 5 as 5.0.
        ({"Load|startswith": "5"}, "ES|QL shows a field of type double (Load) in a notation of its own"),
    ],
)
def test_what_no_language_can_say_is_refused_by_its_feature(selection, reason, make):
    """There is no approximation: the finding names the feature, as EQL lacks it."""
    (finding,) = converted(make, selection=selection)
    assert (finding.code, finding.message) == ("CNV004", reason)


@pytest.mark.parametrize(
    ("selection", "language"),
    [
        # ``::/0`` holds every IPv4 address too: an index of addresses keeps these as the mapped ones.
        ({"Ip|cidr": "::/0"}, "esql"),
        # ``ConstantFieldType`` knows ``*`` alone, which has no escape there.
        ({"Module": "a?c"}, "esql"),
        ({"Module": r"a\*c"}, "esql"),
        ({"Module|startswith": "a\\"}, "esql"),
        # *input automaton is too large: 1001* on Elasticsearch 8.19, which takes the expression of ES|QL.
        ({"Image": "a" * 1200}, "esql"),
    ],
)
def test_what_eql_would_say_wrongly_is_said_in_another_language(selection, language, make):
    """Elasticsearch takes such a query for another one, or fails when it runs it."""
    assert converted(make, selection=selection).language == language


@pytest.mark.parametrize("selection", [{"Ip": "::ffff:192.0.2.1"}, {"Ip|cidr": "::ffff:192.0.2.0/120"}])
def test_an_address_that_is_kept_as_another_cannot_be_asked_for(selection, make):
    """A field of type ip has shown 192.0.2.1 for ::ffff:192.0.2.1 when the query comes to it."""
    (finding,) = converted(make, selection=selection)
    assert (finding.code, finding.message) == ("CNV004", MAPPED)


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


@pytest.mark.parametrize("value", ["", "?*"])
def test_the_query_dsl_asks_no_field_of_type_wildcard_for_a_length(value, make):
    """Elasticsearch takes ``?*``, by which the empty text is told from others too, for any value; ES|QL reads it."""
    result = converted(make, selection={"Cmd": value}, words=["keyword"], condition="selection and words")
    assert result.language == "esql"


def test_the_refusal_points_at_the_field(make):
    """An unmapped field is told at its key in the rule."""
    rule = make.rule({"selection": {"Image": "x", "Nowhere|contains": "y"}})
    (finding,) = convert(rule, TARGET, make.content(rule, **TYPES))
    assert finding.code == "CNV003"
    assert rule.text.splitlines()[finding.span.line - 1].strip().startswith("Nowhere|contains")


@pytest.mark.parametrize(
    ("selection", "declared"),
    [({"Image": "é"}, []), ({"Image|re": "é"}, []), ({"Image|re|i": "é"}, ["ascii-case"])],
)
def test_letter_case_beyond_ascii_is_a_deviation_of_expressions_alone(selection, declared, make):
    """``regex~`` ignores the letter case of ASCII."""
    assert converted(make, selection=selection).settings["deviations"] == declared


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
