"""Conditions in ES|QL: what the index answers, texts read whole, several values, and what is neither true nor false."""

import pytest

from compiler.content.model import Field
from compiler.convert import convert
from compiler.targets.elastic import TARGET
from compiler.targets.elastic_esql import MAX_JOINED, Columns, Esql, joined
from compiler.targets.elastic_esql_query import origin
from compiler.targets.elastic_esql_text import quoted_name
from compiler.targets.reading import read_rule

TYPES = {
    "Text": "match_only_text",
    "Image": "keyword",
    "Id": "keyword",
    "Port": "long",
    "Share": "double",
    "Ip": "ip",
    "Flag": "boolean",
    "Other": "keyword",
    "cs-method": "keyword",
}
FROM = "FROM logs-made-* METADATA _id, _index, _version"


def commands(make, **detection):
    """The commands after the first."""
    rule = make.rule(detection)
    result = convert(rule, TARGET, make.content(rule, **TYPES))
    assert not isinstance(result, list), result
    assert result.language == "esql"
    first, *rest = result.text.split("\n| ")
    assert first == FROM
    return rest


def test_a_text_is_read_whole_and_in_lower_case(make):
    """The index has words of it alone, so it is worked out, asked and dropped."""
    assert commands(make, selection={"Text|contains": ["Add-X", "b*"]}) == [
        'EVAL Text_lower = MV_CONCAT(TO_LOWER(Text), "␞")',
        'WHERE Text_lower LIKE "*add-x*" OR Text_lower LIKE "*b*"',
        "DROP Text_lower",
    ]


def test_the_index_is_asked_first(make):
    """What the index answers stands in Lucene's syntax before the texts, and is not asked again."""
    said = commands(make, selection={"Text|contains": "x", "Id": 4104, "Image": "A-b", "Port|gte": 5})
    assert said[0] == r'WHERE QSTR("Id:\"4104\" AND Image:/[aA]\\-[bB]/ AND Port:[5 TO *]")'
    assert said[2] == 'WHERE Text_lower LIKE "*x*"'


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"Image|endswith": r"\cmd.exe"}, 'Image_lower RLIKE ".*\\\\\\\\cmd\\\\.exe(␞.*)?"'),
        ({"Image|startswith": "a"}, 'Image_lower RLIKE "(.*␞)?a.*"'),
        ({"Image|cased|contains": "Ab"}, 'Image_text LIKE "*Ab*"'),
        ({"Image": "a?c*d"}, 'Image_lower RLIKE "(.*␞)?a[^␞]c[^␞]*d(␞.*)?"'),
        ({"Image|endswith": ["x", "y"]}, 'Image_lower RLIKE ".*(x|y)(␞.*)?"'),
        ({"Image": ["", "y"]}, 'Image_lower RLIKE "(.*␞)?(()|y)(␞.*)?"'),
        ({"Image|contains": ["x", "y"]}, 'Image_lower LIKE "*x*" OR Image_lower LIKE "*y*"'),
        ({"Image|re": "^a.[^b]$"}, 'Image_text RLIKE "(.*␞)?a[^\\n␞][^b␞](␞.*)?"'),
        ({"Image|re|i": "A"}, 'Image_lower RLIKE ".*a.*"'),
        (
            {"Image|re": r"\bx.$"},
            (
                r'REPLACE(Image_text, "(?:(?<=[A-Za-z0-9_])(?![A-Za-z0-9_])|(?<![A-Za-z0-9_])(?=[A-Za-z0-9_]))'
                r'x[^\n␞](?:\\z|(?=[␞]))", "␟") != Image_text'
            ),
        ),
        (
            {"Image|re|i|m": "^A"},
            r'REPLACE(Image_lower, "(?:\\A|(?<=[\\n␞]))a", "␟") != Image_lower',
        ),
        ({"Image": None}, "Image IS NULL"),
        ({"Image|exists": True}, "Image IS NOT NULL"),
        ({"Image": "*"}, "Image IS NOT NULL"),
        ({"Port": 443}, 'Port_text RLIKE "(.*␞)?(443)(␞.*)?"'),
        ({"Port": "0443"}, "false"),
        ({"Port|gt": 5}, "MV_MAX(Port) > 5"),
        ({"Share|lte": 0.5}, "MV_MIN(Share) <= 0.5"),
        ({"Share": 2}, 'Share_text RLIKE "(.*␞)?(2\\\\.0)(␞.*)?"'),
        ({"Ip": "2001:DB8::1"}, 'Ip_text RLIKE "(.*␞)?(2001:db8::1)(␞.*)?"'),
        ({"Ip|cidr": "192.0.2.4/32"}, 'Ip_text RLIKE "(.*␞)?(192\\\\.0\\\\.2\\\\.4)(␞.*)?"'),
        ({"Flag": True}, 'Flag_text RLIKE "(.*␞)?(true)(␞.*)?"'),
        ({"cs-method": None}, "`cs-method` IS NULL"),
        (
            {"Image|fieldref": "Other"},
            (
                "MV_COUNT(MV_DEDUPE(MV_APPEND(TO_LOWER(Image), TO_LOWER(Other)))) < "
                "MV_COUNT(MV_DEDUPE(TO_LOWER(Image))) + MV_COUNT(MV_DEDUPE(TO_LOWER(Other)))"
            ),
        ),
    ],
)
def test_a_field_is_asked_in_the_way_of_its_type(selection, expected, make):
    """Each test holds if it does for one of several values, and is null where the field is missing."""
    rule = make.rule({"selection": selection})
    content = make.content(rule, **TYPES)
    fields = content.sources[0].arrives[1].fields
    assert Esql(fields, Columns()).write(read_rule(rule, content)) == expected


def test_a_negation_holds_where_the_field_is_missing(make):
    """A null below a NOT is made false first, and null and exists change places."""
    no = {"no": {"Image|contains": "x"}, "nil": {"Text": None}}
    said = commands(make, selection={"Text": "a*"}, **no, condition="selection and not no and not nil")
    assert said[0] == 'WHERE QSTR("_exists_:Text")'
    assert said[2] == 'WHERE Text_lower RLIKE "(.*␞)?a.*" AND NOT COALESCE(Image_lower LIKE "*x*", false)'


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        ({"Text|gt": 5}, "ES|QL cannot compare a field of type match_only_text with this number"),
        ({"Text|re": r"x(?=y)"}, "look-around of a regular expression has no counterpart in Lucene's syntax"),
        ({"Text|week": 5}, "the week of a timestamp cannot be read off its text"),
    ],
)
def test_what_no_language_can_say_is_refused(selection, reason, make):
    """The finding is that of ES|QL, which can say most."""
    rule = make.rule({"selection": selection})
    (finding,) = convert(rule, TARGET, make.content(rule, **TYPES))
    assert (finding.code, finding.message) == ("CNV004", reason)


def test_shapes_are_asked_together(make):
    """The index tells shapes apart all together, so each condition stands whole behind it."""
    shapes = [make.arrival("elastic", {"A": ("a", "text"), "B": (name, "keyword")}, name) for name in ("b", "c")]
    rule = make.rule({"selection": {"A|contains": "x", "B|exists": True}})
    result = convert(rule, TARGET, make.content(rule, sources=[make.source(*shapes)]))
    assert result.text.split("\n| ") == [
        "FROM logs-b-*, logs-c-* METADATA _id, _index, _version",
        'WHERE QSTR("(_exists_:b) OR (_exists_:c)")',
        'EVAL a_lower = MV_CONCAT(TO_LOWER(a), "␞")',
        'WHERE (a_lower LIKE "*x*" AND b IS NOT NULL) OR (a_lower LIKE "*x*" AND c IS NOT NULL)',
        "DROP a_lower",
    ]


def test_one_name_of_two_types_is_asked_in_one_shape(make):
    """ES|QL refuses a query over a field that is text in one index and a keyword in another."""
    shapes = [make.arrival("elastic", {"A": ("a", kind), "T": ("t", "text")}, kind) for kind in ("text", "keyword")]
    rule = make.rule({"selection": {"A": "x", "T": "y"}})
    result = convert(rule, TARGET, make.content(rule, sources=[make.source(*shapes)]))
    assert result.settings["index"] == ["logs-text-*"]
    assert result.settings["left_out"] == ["made/keyword: a is of type keyword here, and of type text in another shape"]


def test_columns_of_one_stem_have_names_of_their_own():
    """Two fields whose last parts are alike do not share a column."""
    columns = Columns()
    names = [columns.of(Field(name, "keyword", "c"), lower=True) for name in ("a.name", "b.name", "a.name")]
    assert names == ["name_lower", "name_lower_1", "name_lower"]


def test_long_chains_are_put_in_groups():
    """An expression may be 400 deep, and each operator in a row is a step."""
    parts = [f"a{number}" for number in range(MAX_JOINED + 1)]
    assert joined("OR", parts) == f"({' OR '.join(parts[:-1])}) OR (a{MAX_JOINED})"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("process.name", "process.name"), ("cs-method", "`cs-method`"), ("a.by", "`a.by`"), ("a`b", "`a``b`")],
)
def test_a_name_that_is_no_plain_one_is_quoted(name, expected):
    """Hyphens would be subtractions, and words of the language commands."""
    assert quoted_name(name) == expected


def test_an_odd_index_pattern_is_quoted():
    """A comma or a blank would end the pattern."""
    assert origin(["logs-a-*", "a b"], "_id") == 'FROM logs-a-*, "a b" METADATA _id'


def test_a_query_that_would_take_too_much_memory_is_refused(make):
    """Thousands of tests in one query end a server, so there is none."""
    rule = make.rule({"selection": {"Text|contains": [f"{number:0100}" for number in range(500)]}})
    (finding,) = convert(rule, TARGET, make.content(rule, **TYPES))
    assert finding.message == "a query in ES|QL of more than 50000 characters takes too much memory to run"


@pytest.mark.parametrize(
    ("selection", "declared"),
    [
        ({"Text|re|i": "a.b"}, True),
        ({"Text|re": "(?i)[^a]b"}, True),
        ({"Text|re|i": r"a\Wb"}, True),
        ({"Text|re|i": "[a-z]x"}, True),
        ({"Text|re|i": "dir"}, True),
        ({"Text|re|i": r"[a-f]{2}\d"}, False),
        ({"Text|re": "a.b"}, False),
        ({"Text|contains": "a"}, False),
    ],
)
def test_letters_that_java_lowers_to_two_are_a_deviation(make, selection, declared):
    """Where an expression without letter case can take an I with a dot, the query says so: ``ascii-case``."""
    rule = make.rule({"selection": selection})
    deviations = convert(rule, TARGET, make.content(rule, **TYPES)).settings["deviations"]
    assert deviations == (["ascii-case"] if declared else [])
