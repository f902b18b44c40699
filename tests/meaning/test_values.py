"""What an event says under a field name."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.meaning.values import MISSING, View, elements, fold, lookup, number_of, text_of


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ABC", "abc"),
        ("\u00c4\u00d6", "\u00e4\u00f6"),
        ("\u0130", "i"),
        ("\u039f\u03a3", "\u03bf\u03c3"),
        ("\u1e9e", "\u00df"),
        ("\u00df", "\u00df"),
        ("\u03c2", "\u03c2"),
        ("\u212a", "k"),
    ],
)
def test_fold_is_simple_lower_case(text, folded):
    """Folding is Unicode's simple lower-case mapping, with no regard to what stands around a code point."""
    assert fold(text) == folded


@given(st.text(), st.text())
def test_fold_of_a_whole_is_the_folds_of_its_parts(left, right):
    """A part of a text folds as it does in the whole, to the same length: substrings and ``?`` stay what they are."""
    assert fold(left + right) == fold(left) + fold(right)
    assert len(fold(left)) == len(left)


@given(st.text())
def test_fold_is_idempotent(text):
    """What is folded stays so."""
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("element", "text"),
    [
        ("x", "x"),
        ("", ""),
        (4624, "4624"),
        (1.5, "1.5"),
        (True, "true"),
        (False, "false"),
        (None, None),
        ({"a": 1}, None),
        (datetime.date(2021, 3, 3), "2021-03-03"),
    ],
)
def test_text_of(element, text):
    """Scalars read as JSON writes them; null and objects have no text."""
    assert text_of(element) == text


def test_text_of_a_number_too_long_for_python():
    """A number beyond Python's limit for decimal digits has a text all the same."""
    assert text_of(1 << 20_000).startswith("0x1000")


@pytest.mark.parametrize(
    ("element", "number"),
    [
        (5, 5),
        (5.5, 5.5),
        ("5", 5),
        ("-5", -5),
        ("+5", 5),
        ("007", 7),
        (".5", 0.5),
        ("5.25", 5.25),
        ("1e3", 1000.0),
        ("9007199254740993", 9007199254740993),
        (True, None),
        ("", None),
        ("5.", None),
        (" 5", None),
        ("5 ", None),
        ("0x10", None),
        ("1_000", None),
        ("nan", None),
        ("inf", None),
        ("\u0665", None),
        ("1" * 401, None),
        (None, None),
        ([5], None),
    ],
)
def test_number_of(element, number):
    """Numbers and strings of ASCII decimal digits are numbers; booleans, blanks and other notations are not."""
    assert number_of(element) == number


def test_lookup_prefers_the_literal_key():
    """A key that holds the dot itself is read before the path."""
    assert lookup({"a.b": 1, "a": {"b": 2}}, "a.b") == 1
    assert lookup({"a": {"b": 2}}, "a.b") == 2


def test_lookup_meets_a_key_with_a_dot_below_an_object():
    """Parts of a path may themselves be keys with dots."""
    assert lookup({"winlog": {"event_data.User": "x"}}, "winlog.event_data.User") == "x"
    assert lookup({"winlog.event_data": {"User": "x"}}, "winlog.event_data.User") == "x"


def test_lookup_through_a_list_of_objects():
    """A path through a list gives the values of all objects that have one, missing if none has."""
    assert lookup({"a": [{"b": 1}, {"c": 2}, {"b": 3}]}, "a.b") == [1, 3]
    assert lookup({"a": [{"c": 2}]}, "a.b") is MISSING
    assert lookup({"a": "text"}, "a.b") is MISSING


def test_lookup_tells_null_from_missing():
    """An explicit null is a value."""
    assert lookup({"a": None}, "a") is None
    assert lookup({}, "a") is MISSING


def test_elements_flatten_lists():
    """Lists in lists are elements too; anything else is its own only element."""
    assert elements([1, [2, [3]], {"a": 4}]) == (1, 2, 3, {"a": 4})
    assert elements("x") == ("x",)
    assert elements(None) == (None,)


def test_view_of_the_whole_event():
    """Under no field stand the values of the whole event, keys left out, numbers as text, letter case folded."""
    view = View({"A": "Ab", "B": {"C": [1, None, {"D": True}]}})
    assert view.elements(None) == ("Ab", 1, None, True)
    assert view.texts(None) == ("Ab", "1", "true")
    assert view.folded(None) == ("ab", "1", "true")


def test_view_of_a_deep_event():
    """An event nested far deeper than Python's stack is read."""
    event = {"k": "x"}
    for _ in range(5000):
        event = {"k": event}
    assert View(event).folded(None) == ("x",)
