r"""Regular expressions are written so that no engine reads another thing than RE2, which the reference uses."""

import re

import pytest
import re2

from compiler.targets.reading_regex import has_negated_class, spelled


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a{,2}", r"a\{,2}"),
        (r"a\{,2}[{,2}]", r"a\{,2}[{,2}]"),
        ("a{2,}b{1,2}", "a{2,}b{1,2}"),
        (r"\v[\v]\\v", r"\x0b[\x0b]\\v"),
        ("[[:digit:]a]", "[0-9a]"),
        ("[^[:upper:][:space:]]x", r"[^A-Z\t\n\x0b\f\r ]x"),
        (r"[]a][\]:alpha:]", r"[]a][\]:alpha:]"),
        ("[[:^digit:]]", "[[:^digit:]]"),
        ("[:alpha:]", "[:alpha:]"),
    ],
)
def test_what_engines_read_differently_is_written_out(source, expected):
    """All else stays as it is, in sets and out of them."""
    assert spelled(source) == expected


def test_every_class_of_re2_holds_what_it_held():
    """Character by character, and to Python's regexes as to RE2."""
    names = ["alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper"]
    for name in [*names, "word", "xdigit"]:
        asked = re2.compile(f"[[:{name}:]]")
        given = re.compile(spelled(f"[[:{name}:]]"))
        held = [letter for letter in map(chr, range(300)) if asked.search(letter)]
        assert held == [letter for letter in map(chr, range(300)) if given.search(letter)], name


def test_a_negated_class_is_seen_in_a_set_alone():
    """It is refused, since few engines have it."""
    assert has_negated_class("a[b[:^digit:]]")
    assert not has_negated_class(r"a\[[:digit:]")
