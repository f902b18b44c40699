"""Many patterns asked of one field at once."""

import pytest

from compiler.meaning.patterns import parse
from compiler.meaning.texts import text_tests
from compiler.meaning.values import View

WRITTEN = ["whole", "start*", "*end", "*Part*", "a*z", "?q"]


@pytest.mark.parametrize("text", ["WHOLE", "starting", "the END", "apartment", "abcz", "xq"])
def test_every_shape_finds_its_text(text):
    """Whichever shape fits, exactly one of the gathered tests holds."""
    tests = text_tests("A", [parse(written) for written in WRITTEN], cased=False)
    assert sorted(test(View({"A": text})) for test in tests) == [False, False, False, False, True]


@pytest.mark.parametrize("text", ["", "wholes", "astart", "ended", "par t", "az1", "qq1"])
def test_other_texts_are_found_by_none(text):
    """A text that no pattern fits satisfies no test."""
    tests = text_tests("A", [parse(written) for written in WRITTEN], cased=False)
    assert [test(View({"A": text})) for test in tests] == [False] * 5


def test_letter_case_counts_where_it_is_to():
    """Under ``cased`` neither side is folded."""
    tests = text_tests("A", [parse(written) for written in WRITTEN], cased=True)
    assert any(test(View({"A": "a Part"})) for test in tests)
    assert not any(test(View({"A": "a part"})) for test in tests)


def test_any_element_may_fit():
    """Each element of a list is tried."""
    (test,) = text_tests("A", [parse("x"), parse("y")], cased=False)
    assert test(View({"A": ["a", "Y"]}))
    assert not test(View({"A": []}))
    assert not test(View({}))
