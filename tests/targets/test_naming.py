"""Names of selections that pySigma would misread are given others, and nothing else of the detection changes."""

import pytest

from compiler.targets.naming import chosen, renamed


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("a.b and not not_this", "s0 and not s1"),
        ("1 of a.* or x", "(s0) or s2"),
        ("any of them", "(s0 or s1 or s2)"),
        ("not (all of them)", "not ( (s0 and s1 and s2) )"),
        ("1 of _*", "(s3)"),
        ("1 of nothing*", "1 of nothing*"),
        (["a.b", "x"], ["s0", "s2"]),
    ],
)
def test_conditions_ask_for_the_new_names(condition, expected):
    """Patterns are written out, so that they fit what they fitted."""
    parts = {"a.b": {"A": 1}, "not_this": {"B": 1}, "x": {"C": 1}, "_h": {"D": 1}}
    assert renamed({**parts, "condition": condition}) == {
        "s0": {"A": 1},
        "s1": {"B": 1},
        "s2": {"C": 1},
        "s3": {"D": 1},
        "condition": expected,
    }


@pytest.mark.parametrize("name", ["selection", "notable", "filter_main_x", "order", "s1"])
def test_names_that_are_read_rightly_stay(name):
    """A detection is changed only where it must be."""
    given = {name: {"A": 1}, "condition": name}
    assert renamed(given) is given


def test_the_rules_of_a_filter_are_no_selection():
    """What a filter applies to keeps its place."""
    assert renamed({"rules": ["a.b"], "x-y": {"A": 1}, "condition": "not x-y"}) == {
        "rules": ["a.b"],
        "s0": {"A": 1},
        "condition": "not s0",
    }


def test_them_are_not_the_hidden_ones():
    """A name that begins with an underscore is asked for by such a pattern alone."""
    names = {"a": 1, "_b": 2}
    assert (chosen("them", names), chosen("*", names), chosen("_*", names)) == (["a"], ["a"], ["_b"])
