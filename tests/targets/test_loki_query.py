"""LogQL as it is written: strings, filters, groups, copies of labels, and what is refused."""

import pytest

from compiler.convert import convert
from compiler.targets.loki import TARGET
from compiler.targets.loki_text import fold, quoted
from compiler.targets.loki_time import part_regexes
from compiler.targets.target import Query, Refusal

WHERE = {"stream": '{s="one"}', "parser": "json"}


@pytest.fixture
def written(make):
    """What stands after the parser in the query for a detection."""

    def write(detection, *, where=WHERE, **fields):
        rule = make.rule(detection)
        said = {name: (label, "string") for name, label in {"x": "x", "y": "y", **fields}.items()}
        source = make.source(make.arrival("loki", said, where=where))
        result = convert(rule, TARGET, make.content(rule, sources=[source]))
        if not isinstance(result, Query):
            return result[0].message
        return result.text.removeprefix(f'{where["stream"]} | json | __error__="" | ')

    return write


LOWER = 'label_format lower_x="{{ToLower .x}}" | '


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plain", '"plain"'),
        ('a"b', '`a"b`'),
        ("a\\b", "`a\\b`"),
        ("a`b\\", '"a`b\\\\"'),
        ('"\n', '"\\"\\u000a"'),
        ("\U000e0001", '"\\U000e0001"'),
        ("\ufeff", '"\\ufeff"'),
    ],
)
def test_a_string_is_quoted_as_it_needs(text, said):
    """Backquotes spare backslashes; what does not print is named by its number."""
    assert quoted(text) == said


def test_half_a_surrogate_pair_is_refused():
    """LogQL is UTF-8."""
    with pytest.raises(Refusal, match="surrogate"):
        quoted("\ud800")


def test_letters_are_folded_one_by_one():
    """As Go does it: a dotted capital I is an i, a sigma at a word's end a sigma, a sharp s itself."""
    assert fold("\u0130\u03a3 \u00df\u1e9e\u212a") == "i\u03c3 \u00df\u00dfk"


def test_values_of_one_field_are_one_expression(written):
    """Numbers and texts together, each once."""
    assert written({"selection": {"x": ["a", 1, "b*", "A"]}}) == LOWER + 'lower_x=~"(?s)^(?:a|1|b.*)$"'


def test_what_has_no_letters_needs_no_copy(written):
    """A number is compared with the label itself."""
    assert written({"selection": {"x": [1, 2], "y": 3}}) == 'x=~"^(?:1|2)$" | y="3"'


def test_a_negation_stands_at_each_test(written):
    """Not of *and* is *or* of the opposites; each conjunct is a filter of its own."""
    detection = {"one": {"x": 1, "y": 2}, "two": {"x": 3}, "condition": "not one and not two"}
    assert written({"detection": detection}) == 'x!="1" or y!="2" | x!="3"'


def test_groups_within_groups_have_parentheses(written):
    """LogQL's own precedence is not relied upon."""
    detection = {"one": {"x": 1, "y": 2}, "two": {"x": 3, "y": 4}, "condition": "one or two"}
    assert written({"detection": detection}) == '(x="1" and y="2") or (x="3" and y="4")'


def test_a_comparison_is_of_numbers_and_leaves_no_mark(written):
    """First that it is one; then the mark that a failed comparison leaves on the line is dropped."""
    number = r"^[+-]?(?:[0-9]{1,200}(?:\.[0-9]{1,200})?|\.[0-9]{1,200})(?:[eE][+-]?[0-9]{1,2})?$"
    assert written({"selection": {"x|gte": -1.5}}) == f"x=~`{number}` | x >= -1.5 | drop __error__, __error_details__"
    detection = {"one": {"x|lt": 2}, "condition": "not one"}
    assert written({"detection": detection}) == f"x!~`{number}` or x >= 2 | drop __error__, __error_details__"


def test_a_label_that_is_a_word_of_logql_is_copied(written):
    """A template can name it."""
    assert written({"selection": {"x": 1}}, x="or") == 'label_format label_or="{{.or}}" | label_or="1"'


def test_a_name_that_no_label_can_have_is_refused(written):
    """It would end up in a template."""
    assert "a label cannot be called 'x}}'" in written({"selection": {"x": 1}}, x="x}}")


@pytest.mark.parametrize("regex", ["(?=a)b", r"(a)\1", "(?<!x)y"])
def test_look_around_and_back_references_are_refused(written, regex):
    """Go's expressions are linear."""
    assert "have no look-around and no back-references" in written({"selection": {"x|re": regex}})


def test_keywords_of_each_value_are_looked_for_in_one_text(written):
    """The values stand side by side, and no pattern reaches from one into the next."""
    made = 'label_format lower_all="{{ToLower .x}}\\u001e{{ToLower .y}}" | '
    assert written({"selection": ["a*b"]}) == made + 'lower_all=~"(?s)^.*a[^\\u001e]*b.*$"'


def test_shapes_of_one_stream_are_one_query(make):
    """Two sources told apart by a field, each with its own names; a copy of one label serves both."""
    rule = make.rule({"selection": {"Image": "a"}})
    sources = [
        make.source(
            make.arrival("loki", {"Image": (label, "string"), "Kind": ("kind", "string")}, where=WHERE, only=only),
            name=name,
        )
        for name, label, only in (("one", "x", {"Kind": 1}), ("two", "y", {"Kind": 2}))
    ]
    query = convert(rule, TARGET, make.content(rule, sources=sources))
    copies = 'label_format lower_x="{{ToLower .x}}", lower_y="{{ToLower .y}}"'
    filters = '(kind="1" and lower_x="a") or (kind="2" and lower_y="a")'
    assert query.text == f'{{s="one"}} | json | __error__="" | {copies} | {filters}'
    assert query.settings["streams"] == {'{s="one"}': "json"}
    assert query.settings["shapes"] == ["one/made", "two/made"]


def test_copies_of_one_name_that_differ_are_two(make):
    """The text of all values is another in each shape."""
    rule = make.rule({"selection": ["a"]})
    sources = [
        make.source(make.arrival("loki", {"f": (label, "string")}, where=WHERE), name=label) for label in ("x", "y")
    ]
    query = convert(rule, TARGET, make.content(rule, sources=sources))
    assert 'label_format lower_all="{{ToLower .x}}", lower_all_1="{{ToLower .y}}"' in query.text
    assert 'lower_all=~"(?s)^.*a.*$" or lower_all_1=~"(?s)^.*a.*$"' in query.text


def test_a_shape_that_cannot_be_asked_is_left_out_and_told(make):
    """The others are asked, without what was begun for it."""
    rule = make.rule({"selection": {"f": "a", "g": 1}})
    sources = [
        make.source(make.arrival("loki", {"f": (f, "string"), "g": (g, "string")}, where=WHERE), name=f)
        for f, g in (("x", "no-label"), ("y", "z"))
    ]
    query = convert(rule, TARGET, make.content(rule, sources=sources))
    assert query.text == '{s="one"} | json | __error__="" | label_format lower_y="{{ToLower .y}}" | lower_y="a" | z="1"'
    assert query.settings["left_out"] == ["x/made: a label cannot be called 'no-label' in Loki"]
    assert query.settings["shapes"] == ["y/made"]


def test_parts_of_a_timestamp_in_blocks_of_ten():
    """A range of numbers is as few alternatives as its digits allow."""
    _, regex = part_regexes("year", ">=", 1998)
    thousands = "|".join(f"{first}[0-9][0-9][0-9]" for first in range(2, 10))
    assert regex == f"(?s)^.{{0}}(?:1998|1999|{thousands}).*$"
    assert part_regexes("hour", "==", 3)[1] == "(?s)^.{11}(?:03).*$"
    assert part_regexes("minute", "<", 0) is None
    assert part_regexes("month", ">", 12) is None


def test_a_week_is_refused(written):
    """No expression tells it from a date."""
    assert "a part of a timestamp (`week`)" in written({"selection": {"x|week": 9}})


def test_a_query_that_loki_does_not_read_is_refused(written):
    """Loki stops at 131,072 bytes, the count of the alert included."""
    assert "131072 bytes or more" in written({"selection": {"x": [f"{number:064d}" for number in range(2_100)]}})
    assert written({"selection": {"x": [f"{number:064d}" for number in range(1_900)]}}).startswith("x=~")
