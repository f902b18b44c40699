"""Strings with wildcards."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.meaning.patterns import (
    DASHES,
    Placeholder,
    Wild,
    matcher,
    merge,
    parse,
    plain,
    spell_dashes,
    vary_dashes,
)

ANY, ONE, DASH = Wild.ANY, Wild.ONE, Wild.DASH


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("", ()),
        ("abc", ("abc",)),
        ("a*b?c", ("a", ANY, "b", ONE, "c")),
        (r"a\*b\?c", ("a*b?c",)),
        (r"a\\*", ("a\\", ANY)),
        (r"a\\\*", ("a\\*",)),
        (r"a\\\\*", ("a\\\\", ANY)),
        ("a\\", ("a\\",)),
        (r"a\b", ("a\\b",)),
        (r"a\\b", ("a\\b",)),
        (r"a\\\b", (r"a\\b",)),
        (r"a\\\\b", (r"a\\b",)),
        (r"a\\\\\b", (r"a\\\b",)),
        ("**", (ANY,)),
        ("??", (ONE, ONE)),
        ("%x%", ("%x%",)),
    ],
)
def test_parse(written, tokens):
    """Escapes are read from left to right, to the letter of the specification."""
    assert parse(written) == tokens


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("%x%", (Placeholder("x"),)),
        ("a%x%b%y_1%", ("a", Placeholder("x"), "b", Placeholder("y_1"))),
        (r"\%x%", ("%x%",)),
        (r"\\%x%", ("\\", Placeholder("x"))),
        (r"\%plain%name%", ("%plain", Placeholder("name"))),
        ("50%-60%", ("50%-60%",)),
        ("100% of %x%", ("100% of ", Placeholder("x"))),
        ("%%", ("%%",)),
        ("%x", ("%x",)),
    ],
)
def test_parse_with_placeholders(written, tokens):
    """Under ``expand`` a name between percent signs is a placeholder, unless the first sign is escaped."""
    assert parse(written, expand=True) == tokens


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("-a", (DASH, "a")),
        ("x -a /b", ("x ", DASH, "a ", DASH, "b")),
        ("a-b", ("a-b",)),
        ("a - b", ("a - b",)),
        ("--a", ("-", DASH, "a")),
        ("_-a", ("_-a",)),
        ("\u00e9-a", ("\u00e9-a",)),
        ("-", ("-",)),
        ("\u2013a", (DASH, "a")),
        ("\u2212a", ("\u2212a",)),
    ],
)
def test_vary_dashes(written, tokens):
    """A dash varies where no word character stands before it and one after it."""
    assert vary_dashes(parse(written)) == tokens


def test_vary_dashes_next_to_wildcards():
    """A wildcard is no word character on either side."""
    assert vary_dashes(parse("*-a")) == (ANY, DASH, "a")
    assert vary_dashes(parse("-*")) == ("-", ANY)


def test_spell_dashes():
    """Every combination is spelled once."""
    spelled = [plain(tokens) for tokens in spell_dashes(vary_dashes(parse("-a /b")))]
    assert sorted(spelled) == sorted(f"{one}a {two}b" for one in DASHES for two in DASHES)


def test_plain_refuses_wildcards():
    """A pattern with a wildcard has no one text."""
    with pytest.raises(ValueError, match="no plain text"):
        plain(parse("a*"))


def naive(tokens, text):
    if not tokens:
        return text == ""
    head, *rest = tokens
    if head is ANY:
        return any(naive(rest, text[at:]) for at in range(len(text) + 1))
    if head is ONE:
        return text != "" and naive(rest, text[1:])
    if head is DASH:
        return text[:1] != "" and text[0] in DASHES and naive(rest, text[1:])
    return text.startswith(head) and naive(rest, text[len(head) :])


TOKENS = st.lists(st.one_of(st.sampled_from([ANY, ONE, DASH]), st.text("ab-", min_size=1, max_size=3)), max_size=6)


@given(TOKENS, st.text("ab-/\n", max_size=9))
def test_matcher_agrees_with_the_definition(tokens, text):
    """The matcher that never takes a choice back finds what trying every choice finds."""
    assert matcher(merge(tokens))(text) == naive(tokens, text)


@given(st.text("ab*?\\", max_size=8))
def test_an_escaped_text_matches_itself_alone(text):
    """With its wildcards and backslashes escaped, any text is a pattern of itself."""
    escaped = "".join("\\" + char if char in "*?\\" else char for char in text)
    assert parse(escaped) == ((text,) if text else ())


def test_matcher_is_not_exponential():
    """A pattern of many stars on a long text that nearly fits takes no time to speak of."""
    fits = matcher(parse("a*" * 50 + "?b"))
    begun = time.process_time()
    assert not fits("a" * 50_000)
    assert time.process_time() - begun < 2
