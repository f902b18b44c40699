"""Regular expressions in Lucene's syntax match what Sigma's do, on the whole value."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma.types import SigmaRegularExpression, SigmaRegularExpressionFlag

from compiler.targets.elastic_regex import escape, lucene
from compiler.targets.target import Refusal


@pytest.mark.parametrize(
    ("regex", "expected"),
    [
        ("a", ".*a.*"),
        ("^a", "a.*"),
        ("a$", ".*a"),
        ("^a$|b", "a|.*b.*"),
        (r"(^|\s)x", "x.*|.*[ \t\n\r\f]x.*"),
        (r"\d{8}\.tmp$", r".*[0-9]{8}\.tmp"),
        ("a+?b*?", ".*a+b*.*"),
        ("(?:ab)+", ".*(ab)+.*"),
        (r"[^\\]", r".*[^\\].*"),
        (r"\S", ".*[^ \t\n\r\f].*"),
        (".", ".*[^\n].*"),
        (r'@"#', r".*\@\"\#.*"),
        ("a{2,}", ".*a{2,}.*"),
        # To Lucene a bar with nothing before it is a letter: ``|.*abc.*`` finds ``|abc`` alone on Elasticsearch 8.19.
        ("^$|abc", "(.*abc.*)?"),
        ("(^|x)$", "(.*x)?"),
        ("(abc|)x", ".*((abc)?)x.*"),
        ("(?:|a|b)c", ".*(a|b)?c.*"),
        ("a(|)b", ".*a(())b.*"),
        ("^$", "()"),
    ],
)
def test_translation(regex, expected):
    """Anchors become the ends of the value, and everything else stands between any text."""
    assert lucene(SigmaRegularExpression(regex)) == (expected, False)


def test_flags():
    """``i`` is told to the caller, also from within the expression; ``s`` lets the dot be a newline."""
    assert lucene(SigmaRegularExpression("(?i)a")) == (".*a.*", True)
    assert lucene(SigmaRegularExpression(".", {SigmaRegularExpressionFlag.DOTALL})) == (".*..*", False)


@pytest.mark.parametrize(
    ("regex", "expected"),
    [
        ("^a$", "(.*[\n])?a([\n].*)?"),
        ("a$", ".*a([\n].*)?"),
        (r"\Aa", "a.*"),
        (r"\A^a", "a.*"),
        (r"^\Aa", "a.*"),
        ("^a|b$", "(.*[\n])?a.*|.*b([\n].*)?"),
    ],
)
def test_anchors_stand_at_lines(regex, expected):
    """With ``m`` a line begins with the text or after a newline, and ends before one or with the text."""
    assert lucene(SigmaRegularExpression(regex, {SigmaRegularExpressionFlag.MULTILINE})) == (expected, False)
    for text in ("a", "x\na", "a\nx", "xa", "ax", "x\na\nx", "b\n", "xb", ""):
        found = re.fullmatch(expected, text, re.DOTALL) is not None
        assert found is (re.search(regex, text, re.MULTILINE) is not None), text


@pytest.mark.parametrize(
    ("regex", "reason"),
    [
        ("(?=a)b", "look-around"),
        ("(?<!a)b", "look-around"),
        (r"(a)\1", "a back-reference"),
        (r"\ba", "a word boundary"),
        ("a^b", "an anchor in the middle"),
        ("(?>a)b", "`atomic_group`"),
    ],
)
def test_no_counterpart(regex, reason):
    """What Lucene has no word for is refused and named."""
    with pytest.raises(Refusal) as caught:
        lucene(SigmaRegularExpression(regex))
    assert caught.value.message == f"{reason} of a regular expression has no counterpart in Lucene's syntax"


def test_too_long_for_elasticsearch():
    """An index refuses expressions of more than 1,000 characters."""
    with pytest.raises(Refusal):
        lucene(SigmaRegularExpression("a" * 1000))


PIECES = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "(a|b)", "(ab)?", "a*", "b+?", r"\w", "^", "$", "|"])


@given(st.lists(PIECES, min_size=1, max_size=6).map("".join), st.text("abc\n ", max_size=6))
def test_agrees_with_a_search(regex, text):
    """Whatever is translated matches the same values as a search with the original does.

    ``$`` before a newline at the end is Python's habit, not Sigma's, so it is spelled out for the comparison.
    """
    try:
        translated, _ = lucene(SigmaRegularExpression(regex))
    except Refusal:
        return
    sought = re.search(regex.replace("$", r"\Z"), text, re.ASCII) is not None
    assert (re.fullmatch(translated, text, re.DOTALL) is not None) is sought


@given(st.text(min_size=1))
def test_escaped_text_is_itself(text):
    """Escaped text matches itself; nothing in it is an operator."""
    assert re.fullmatch(escape(text), text)
