"""Placeholders under ``expand``."""

import pytest

from compiler.meaning.errors import MeaningError
from compiler.meaning.patterns import Wild, parse
from compiler.meaning.placeholders import expand_pattern, expand_text

KEYS = ("detection", "s", "F|expand")


def test_values_are_patterns():
    """A value's wildcards and escapes count, and cannot run into what stands around it."""
    expanded = expand_pattern(parse("%x%*", expand=True), {"x": ["a*", "b\\"]}, KEYS)
    assert expanded == [("a", Wild.ANY), ("b\\", Wild.ANY)]


def test_a_product_of_placeholders():
    """Several placeholders make every combination, the last varying fastest."""
    expanded = expand_pattern(parse("%x%-%y%", expand=True), {"x": ["1", 2], "y": ["a", "b"]}, KEYS)
    assert expanded == [("1-a",), ("1-b",), ("2-a",), ("2-b",)]


def test_one_value_need_not_be_a_list():
    """A single string is one value, not its letters."""
    assert expand_pattern(parse("%x%", expand=True), {"x": "abc"}, KEYS) == [("abc",)]


def test_a_placeholder_that_stands_for_nothing():
    """What it stands in becomes no value at all, whatever stands around it."""
    assert expand_pattern(parse("%y%-%x%", expand=True), {"x": [], "y": ["a"]}, KEYS) == []
    assert expand_text("a%x%", {"x": ()}, KEYS) == []


@pytest.mark.parametrize("known", [{}, {"X": ["a"]}])
def test_a_placeholder_that_nobody_knows(known):
    """It is an error at the value."""
    with pytest.raises(MeaningError) as caught:
        expand_pattern(parse("%x%", expand=True), known, KEYS)
    assert (caught.value.kind, caught.value.keys) == ("placeholder", KEYS)
    assert caught.value.message == "the placeholder %x% has no value"


def test_the_product_is_bounded():
    """Placeholders that multiply beyond measure are refused before they are written out."""
    with pytest.raises(MeaningError, match="more than 10000 values"):
        expand_pattern(parse("%x%" * 30, expand=True), {"x": ["a", "b"]}, KEYS)


def test_text_takes_values_as_they_stand():
    """In a regex nothing but the placeholder is touched, other escapes least of all."""
    assert expand_text(r"^\w+\\%x%\.\%y%$", {"x": ["a.b", "c"]}, KEYS) == [r"^\w+\\a.b\.%y%$", r"^\w+\\c\.%y%$"]
