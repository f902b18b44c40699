"""Values and their modifiers, read into predicates."""

import pytest

from compiler.meaning import predicates
from compiler.meaning.modifiers import read_chain
from compiler.meaning.network import parse_network
from compiler.meaning.patterns import Wild
from compiler.meaning.reading import read_value
from compiler.meaning.regex import Dialect

ANY, ONE, DASH = Wild.ANY, Wild.ONE, Wild.DASH
TRUE, FALSE = True, False


def read(modifiers, source, keyword=False, **placeholders):
    chain = read_chain(tuple(modifiers.split()), ("k",), keyword=keyword)
    return read_value(source, chain, ("k",), placeholders, keyword=keyword).predicates


def text(*tokens, cased=False):
    return predicates.Text(tokens, cased)


@pytest.mark.parametrize(
    ("modifiers", "source", "expected"),
    [
        ("", "a*b", (text("a", ANY, "b"),)),
        ("", "", (text(),)),
        ("", 5, (predicates.Number(5),)),
        ("", TRUE, (predicates.Boolean(TRUE),)),
        ("", None, (predicates.Null(),)),
        ("cased", "A", (text("A", cased=True),)),
        ("cased", FALSE, (predicates.Boolean(FALSE, TRUE),)),
        ("contains", "a", (text(ANY, "a", ANY),)),
        ("contains", "*a*", (text(ANY, "a", ANY),)),
        ("contains", "", (text(ANY),)),
        ("contains", "a\\", (text(ANY, "a\\", ANY),)),
        ("startswith", "a", (text("a", ANY),)),
        ("endswith", "a", (text(ANY, "a"),)),
        ("endswith", 5, (text(ANY, "5"),)),
        ("contains", TRUE, (text(ANY, "true", ANY),)),
        ("windash", "-a", (text(DASH, "a"),)),
        ("contains windash", "-a", (text(ANY, DASH, "a", ANY),)),
        ("windash contains", "-a", (text(ANY, DASH, "a", ANY),)),
        ("base64", "foo", (text("Zm9v"),)),
        ("base64", "", (text(),)),
        ("base64 startswith", "foo", (text("Zm9v", ANY),)),
        ("base64 base64", "foo", (text("Wm05dg=="),)),
        ("wide base64", "a", (text("YQA="),)),
        ("utf16 base64", "a", (text("//5hAA=="),)),
        ("base64offset contains", "foo", (text(ANY, "Zm9v", ANY), text(ANY, "Zvb", ANY), text(ANY, "mb2", ANY))),
        ("re", "a.*", (predicates.Regex("a.*", Dialect()),)),
        ("re s i", r"\*", (predicates.Regex(r"\*", Dialect(i=True, s=True)),)),
        ("cidr", "192.0.2.9/24", (predicates.InNetwork(parse_network("192.0.2.0/24")),)),
        ("fieldref", "a.b", (predicates.Reference("a.b"),)),
        ("fieldref endswith cased", "B", (predicates.Reference("B", "endswith", TRUE),)),
        ("exists", FALSE, (predicates.Presence(FALSE),)),
        ("gte", 1.5, (predicates.Comparison("gte", 1.5),)),
        ("hour", 3, (predicates.Comparison("eq", 3, "hour"),)),
        ("week lt", 3, (predicates.Comparison("lt", 3, "week"),)),
        ("expand", "a%", (text("a%"),)),
        ("expand", 5, (predicates.Number(5),)),
    ],
)
def test_what_a_value_becomes(modifiers, source, expected):
    """Each chain makes of a value exactly the predicates that it means."""
    assert read(modifiers, source) == expected


def test_windash_before_an_encoding_is_spelled_out():
    """An encoding cannot vary a character, so every dash is encoded by itself."""
    assert read("windash base64", "-a") == (
        text("LWE="),
        text("L2E="),
        text("4oCTYQ=="),
        text("4oCUYQ=="),
        text("4oCVYQ=="),
    )


@pytest.mark.parametrize(
    ("modifiers", "source", "expected"),
    [
        ("expand", "%x%", (text("a", ANY), predicates.Number(7))),
        ("expand contains", "%x%", (text(ANY, "a", ANY), text(ANY, "7", ANY))),
        ("contains expand", "-%x%", (text(ANY, "-a", ANY), text(ANY, "-7", ANY))),
        ("expand base64", "%y%", (text("LWI="),)),
        ("windash expand", "%y%", (text("-b"),)),
        ("expand windash", "%y%", (text(DASH, "b"),)),
        ("re expand", "^%x%$", (predicates.Regex("^a*$", Dialect()), predicates.Regex("^7$", Dialect()))),
        ("fieldref expand", "%z%", (predicates.Reference("F"),)),
        ("cidr expand", "%n%", (predicates.InNetwork(parse_network("192.0.2.0/24")),)),
    ],
)
def test_expand_takes_its_place_in_the_chain(modifiers, source, expected):
    """Modifiers after ``expand`` see the values, those before it the placeholder."""
    assert read(modifiers, source, x=["a*", 7], y=["-b"], z=["F"], n=["192.0.2.0/24"]) == expected


@pytest.mark.parametrize(
    ("modifiers", "source", "expected"),
    [
        ("", "a", (text(ANY, "a", ANY),)),
        ("", 5, (text(ANY, "5", ANY),)),
        ("", TRUE, (text(ANY, "true", ANY),)),
        ("cased", "A", (text(ANY, "A", ANY, cased=True),)),
        ("contains", "a", (text(ANY, "a", ANY),)),
        ("startswith", "a", (text("a", ANY),)),
        ("base64", "foo", (text(ANY, "Zm9v", ANY),)),
        ("re", "^a$", (predicates.Regex("^a$", Dialect()),)),
    ],
)
def test_what_a_keyword_becomes(modifiers, source, expected):
    """A keyword is a substring of a value unless its modifiers shape it."""
    assert read(modifiers, source, keyword=True) == expected
