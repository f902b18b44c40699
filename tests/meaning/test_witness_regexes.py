"""Strings in which a regex is found."""

import pytest

from compiler.meaning.predicates import Regex
from compiler.meaning.regex import Dialect, compile_regex
from compiler.meaning.witness.regexes import strings_for


def strings(source, count=4, seed=0, **flags):
    return strings_for(Regex(source, Dialect(**flags)), count, seed)


@pytest.mark.parametrize(
    "source",
    [
        "whoami|hostname",
        r"^\d{3,5}$",
        r"\\\\[0-9A-Fa-f]{8}\\x\.exe$",
        r"(?i)net\s+use\s+\S+",
        r"[^a-z\s]{4}",
        r"(?P<q>['\"]).*?(?P=q)",
        r"(?<name>ab)+c",
        r"foo(?=bar)",
        r"(?<!x)foo",
        r"(?>ab|a)c",
        r"[[:alpha:]]{2}\x{41}",
        r"a.{200,}b",
        r"^(?:a|b(?:c|d))*\z",
        r"\bfoo\b",
        r"é\W",
    ],
)
def test_found(source):
    """The reference finds the regex in each of the strings, which differ."""
    found = strings(source)
    fits = compile_regex(source, Dialect())
    assert found
    assert len(set(found)) == len(found)
    assert all(fits(text) for text in found)


def test_several_and_short():
    """There are as many as were asked for, the shortest first, and a star does not mean a long text."""
    found = strings("ab*[cd]e*", 6)
    assert len(found) == 6
    assert found[0] == "ac"
    assert list(map(len, found)) == sorted(map(len, found))
    assert max(map(len, found)) < 20


def test_flags_of_the_dialect():
    """The sub-modifiers are minded when a string is checked."""
    assert strings("A", i=True) == ("A",)
    assert strings("^b$") == ("b",)
    assert strings("a\n^b$", m=True) == ("a\nb",)
    assert strings("a\n^b$") == ()


@pytest.mark.parametrize("source", ["a^b", r"a\zb", "(?!)"])
def test_none_where_there_is_none(source):
    """A regex that is found in nothing has no strings."""
    assert strings(source) == ()


def test_deterministic():
    """The same seed gives the same strings, another one others."""
    assert strings("[a-z]{9}x+", 5) == strings("[a-z]{9}x+", 5)
    assert strings("[a-z]{9}x+", 5) != strings("[a-z]{9}x+", 5, seed=1)
