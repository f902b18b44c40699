"""The language of conditions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.meaning.condition import MAX_DEPTH, read_condition
from compiler.meaning.errors import MeaningError
from compiler.meaning.tree import And, Atom, Not, Or

KEYS = ("detection", "condition")


def atom(name):
    return Atom(name, (), (), ("detection", name))


def read(text, *names):
    return read_condition(text, {name: atom(name) for name in names or ("a", "b", "c", "_d")}, KEYS)


def shown(node):
    if isinstance(node, Atom):
        return node.field
    if isinstance(node, Not):
        return f"!{shown(node.part)}"
    return "(" + ("&" if isinstance(node, And) else "|").join(map(shown, node.parts)) + ")"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", "a"),
        ("  a  ", "a"),
        ("a and b or c", "((a&b)|c)"),
        ("a or b and c", "(a|(b&c))"),
        ("not a and b", "(!a&b)"),
        ("not (a and b)", "!(a&b)"),
        ("not not a", "!!a"),
        ("(a)and(b)", "(a&b)"),
        ("a and b and c", "(a&b&c)"),
        ("a and (b and c)", "(a&(b&c))"),
        ("1 of them", "(a|b|c)"),
        ("all of them", "(a&b&c)"),
        ("1 of _*", "(_d)"),
        ("1 of *", "(a|b|c)"),
        ("not 1 of a*", "!(a)"),
        ("_d", "_d"),
        ("a\nand\tb", "(a&b)"),
    ],
)
def test_trees(text, tree):
    """Precedence, parentheses and quantifiers give one tree each."""
    assert shown(read(text)) == tree


def test_labels_say_what_was_written():
    """A quantifier keeps its words, for explanations."""
    node = read("a and not 1 of b*")
    assert isinstance(node, And)
    assert node.label == "and"
    assert isinstance(node.parts[1], Not)
    assert node.parts[1].part == Or((atom("b"),), "1 of b*", KEYS)


@pytest.mark.parametrize(
    ("text", "names", "tree"),
    [
        ("1 and all", ("1", "all"), "(1&all)"),
        ("them or of", ("them", "of"), "(them|of)"),
        ("AND and NOT", ("AND", "NOT"), "(AND&NOT)"),
        ("sel-1.x and and_b", ("sel-1.x", "and_b"), "(sel-1.x&and_b)"),
        ("1 of s*n_*", ("selection_a", "selectionx", "sn_"), "(selection_a|sn_)"),
        ("1 of sel.*", ("sel.a", "selxa"), "(sel.a)"),
        ("a|b", ("a|b",), "a|b"),
    ],
)
def test_odd_names(text, names, tree):
    """A name may be or hold a word of the language, or characters that mean something elsewhere."""
    assert shown(read(text, *names)) == tree


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "the condition is empty", ""),
        ("a AND b", "`AND` is no word of a condition", "write it in lower case: `and`"),
        ("NOT a", "`NOT` is no word of a condition", "write it in lower case: `not`"),
        ("All of a*", "`All` is no word of a condition", "write it in lower case: `all`"),
        ("1 OF a*", "`OF` is no word of a condition", "write it in lower case: `of`"),
        ("1 of THEM", "`THEM` is no word of a condition", "write it in lower case: `them`"),
        ("a and", "the condition ends where a selection is expected", ""),
        ("and a", "`and` cannot stand at the beginning", "join selections with and, or, not"),
        ("a b", "`b` cannot stand after `a`", "join selections with and, or, not"),
        ("a not b", "`not` cannot stand after `a`", "join selections with and, or, not"),
        ("a and or b", "`or` cannot stand after `and`", "join selections with and, or, not"),
        ("(a", "a parenthesis is not closed", ""),
        ("a)", "a parenthesis closes that was not opened", ""),
        ("()", "a parenthesis closes that was not opened", ""),
        ("d", "no selection is named `d`", "did you mean `_d`?"),
        ("xyz", "no selection is named `xyz`", "there are: a, b, c, _d"),
        ("a*", "`a*` is a pattern", "write `1 of a*` or `all of ...`"),
        ("1 of x*", "`1 of x*` names no selection", "there are: a, b, c, _d"),
        ("2 of them", "`2 of` is not part of the language", "write `1 of` or `all of`"),
        ("any of them", "`any of` is not part of the language", "write `1 of` or `all of`"),
        ("1 of", "`1 of` needs `them` or a pattern", "for example `1 of selection_*`"),
        ("1 of (a b)", "`1 of` needs `them` or a pattern", "for example `1 of selection_*`"),
        (
            "a | count() > 5",
            "an aggregation after `|` is no longer part of the language",
            "write a correlation rule (event_count or value_count)",
        ),
    ],
)
def test_faults(text, message, hint):
    """Each fault is told in one line with its repair, at the condition."""
    with pytest.raises(MeaningError) as caught:
        read(text)
    assert (caught.value.message, caught.value.hint) == (message, hint)
    assert (caught.value.kind, caught.value.keys) == ("condition", KEYS)


def test_them_names_nothing_if_all_begin_with_an_underscore():
    """``them`` without any name left is an error as any pattern is."""
    with pytest.raises(MeaningError, match="names no selection"):
        read("1 of them", "_a", "_b")


@pytest.mark.parametrize(
    "text", ["(" * 100_000, "not " * 100_000 + "a", "(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1)]
)
def test_depth_is_bounded(text):
    """Nesting beyond measure is a fault, not a crash."""
    with pytest.raises(MeaningError, match="nests deeper"):
        read(text)


def test_length_is_no_fault():
    """A condition of a hundred thousand characters is read."""
    node = read(" or ".join(["a and not b"] * 7_000))
    assert isinstance(node, Or)
    assert len(node.parts) == 7_000


def test_references_are_bounded():
    """Quantifiers that multiply beyond measure are a fault."""
    names = [f"s{number}" for number in range(1_000)]
    with pytest.raises(MeaningError, match="more than 100000 entries of selections"):
        read(" or ".join(["1 of s*"] * 200), *names)


WORDS = ["a", "b", "and", "or", "not", "(", ")", "1", "all", "of", "them", "a*", "|", "AND"]


def decided(text):
    try:
        return shown(read(text)) != ""
    except MeaningError as error:
        return error.kind == "condition"


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_any_words_are_read_or_refused(words):
    """Whatever the words, there is a tree or a fault of the condition."""
    assert decided(" ".join(words))
