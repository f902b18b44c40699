"""Regular expressions of strangers."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.meaning.regex import Dialect, RegexError, RegexOverrunError, compile_regex, is_linear


def found(source, text, flags=""):
    return compile_regex(source, Dialect(*(flag in flags for flag in "ims")))(text)


@pytest.mark.parametrize(
    ("source", "linear"),
    [
        (r"\d+\s\w\b[a-z]{2,5}?", True),
        ("(?i)abc", True),
        ("(?P<name>x)", True),
        (r"\Aabc\z", True),
        ("(?=a)b", False),
        ("(?<!a)b", False),
        (r"(a)\1", False),
        ("(?>a+)b", False),
        ("a++b", False),
        ("a{1001}", False),
        ("a(b", False),
        ("\ud800", False),
    ],
)
def test_is_linear(source, linear):
    """What RE2 takes is linear; look-around, references, atomic groups and long repetition are not."""
    assert is_linear(source) is linear


@pytest.mark.parametrize(
    ("source", "text", "flags", "expected"),
    [
        ("(?!x)ab$", "zab", "", True),
        ("(?!x)ab$", "ab\n", "", False),
        ("(?!x)ab$", "ab\ncd", "m", True),
        ("(?!x)^cd", "ab\ncd", "", False),
        ("(?!x)^cd", "ab\ncd", "m", True),
        ("(?!x)a.b", "a\nb", "", False),
        ("(?!x)a.b", "a\nb", "s", True),
        ("(?!x)AB", "ab", "", False),
        ("(?!x)AB", "ab", "i", True),
        (r"(?!x)\d", "\u0661", "", False),
        (r"(\w)\1", "abba", "", True),
        (r"(\w)\1", "abab", "", False),
        (r"(?P<c>\w)(?P=c)", "abba", "", True),
        ("(?>a+)ab", "aaab", "", False),
        ("a++b", "aaab", "", True),
        (r"(?=a)a\Z", "a\n", "", True),
        (r"(?=a)a\z", "a\n", "", False),
        (r"(?=a)[$^]", "x$", "", False),
        (r"(?=[$])[$^]", "x$", "", True),
        (r"(?=x)[]^$]|\$", "a$", "", True),
        ("(?<=a)[(?]b", "a(b", "", True),
        ("a{1001}", "a" * 1001, "", True),
        ("a{1001}", "a" * 1000, "", False),
        (r"\h(?=b)", "a\tb", "", True),
    ],
)
def test_beyond_re2(source, text, flags, expected):
    """What RE2 lacks is evaluated to the same rules: ``$`` at the very end, ASCII classes, the same flags."""
    assert found(source, text, flags) is expected


@pytest.mark.parametrize(
    "source", ["a(b", "a)b", "[z-a]", "*a", "a**", "a{2,1}", "(?<name", r"\8(", "(?=a", "(?Z)", "\ud800"]
)
def test_a_broken_regex_is_refused(source):
    """What no engine can compile is an error, and one only."""
    with pytest.raises(RegexError):
        compile_regex(source, Dialect())


@pytest.mark.parametrize("source", ["(?=a)" + "(" * 200 + ")" * 200, "a" * 20_001, "((a{999}){999}){999}"])
def test_a_monstrous_regex_is_refused(source):
    """Depth, length and size of a compiled regex are bounded."""
    with pytest.raises(RegexError):
        compile_regex(source, Dialect())


def test_nested_repetition_is_linear():
    """The classic bomb is no bomb for RE2."""
    begun = time.process_time()
    assert not found("^(a+)+$", "a" * 100_000 + "!")
    assert time.process_time() - begun < 2


def test_a_back_reference_bomb_runs_over():
    """Where only backtracking is left, time is the bound, and its end is not called a mismatch."""
    begun = time.monotonic()
    with pytest.raises(RegexOverrunError):
        found(r"^(a|aa)+\1$", "a" * 80 + "b")
    assert time.monotonic() - begun < 20


def test_a_regex_that_ran_over_is_evaluated_no_more():
    """However many events follow, a bomb costs its limit once, and then not even easy texts are answered."""
    search = compile_regex(r"^(b|bb)+\1$", Dialect())
    assert search("bb")
    with pytest.raises(RegexOverrunError):
        search("b" * 80 + "c")
    begun = time.monotonic()
    for _ in range(1000):
        with pytest.raises(RegexOverrunError):
            search("bb")
    assert time.monotonic() - begun < 2


def test_the_time_of_many_evaluations_adds_up(monkeypatch):
    """A regex that stays below the limit on each event still runs over in the end."""
    clock = iter(range(0, 10_000, 20))
    monkeypatch.setattr("compiler.meaning.regex.time.monotonic", lambda: next(clock))
    search = compile_regex(r"(c)\1", Dialect())
    assert [search("cc"), search("cc"), search("c")] == [True, True, False]
    with pytest.raises(RegexOverrunError):
        search("cc")


def test_half_of_a_surrogate_pair_in_an_event():
    """A text that is no proper Unicode is searched all the same."""
    assert found("b.c", "ab\ud800c")


SIMPLE = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\w", "^", "$"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{1,2}"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(SIMPLE, st.text("ab\n", max_size=6), st.sampled_from(["", "m", "s", "ms"]))
def test_both_engines_say_the_same(source, text, flags):
    """With a look-ahead that always holds, the other engine is used and finds what RE2 finds; so does Python's."""
    linear = found(source, text, flags)
    assert found("(?=)" + source, text, flags) is linear
    python = re.sub(r"\$", r"(?=\\n|\\Z)" if "m" in flags else r"\\Z", source)
    options = (re.MULTILINE if "m" in flags else 0) | (re.DOTALL if "s" in flags else 0) | re.ASCII
    assert (re.search(python, text, options) is not None) is linear
