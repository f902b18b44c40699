"""Where pySigma misreads a rule the reading is corrected, or the rule refused."""

import copy

import pytest

from compiler.convert import convert
from compiler.targets.reading import read_rule
from compiler.targets.splunk import TARGET
from compiler.targets.target import Refusal


def result(make, detection, **placeholders):
    rule = make.rule({"detection": detection})
    before = copy.deepcopy(rule.body)
    found = convert(rule, TARGET, make.content(rule, placeholders=placeholders, A="string", B="string"))
    assert rule.body == before
    return found


def text(make, selection, **placeholders):
    found = result(make, {"s": selection, "condition": "s"}, **placeholders)
    return found[0].message if isinstance(found, list) else found.text.removeprefix("`tocsin_made` ")


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"A|utf16le|base64": "x"}, 'A="eAA="'),
        ({"A|utf16|base64": "x"}, 'A="//54AA=="'),
        ({"A|base64": r"a\*b"}, 'A="YSpi"'),
        ({"A|cidr": "192.0.2.77/24"}, 'A="192.0.2.0/24"'),
        ({"A|startswith": 44}, 'A="44*"'),
        ({"A|startswith": True}, 'A="true*"'),
        ({"A|neq|base64": "x"}, 'NOT A="eA=="'),
        ({"A": 9007199254740993}, 'A="9007199254740993"'),
        ({"A|windash|contains": "\u2013x"}, 'A IN ("*-x*", "*/x*", "*\u2013x*", "*\u2014x*", "*\u2015x*")'),
    ],
)
def test_what_pysigma_refuses_or_rounds_is_respelled(selection, expected, make):
    """Values are put into the words that pySigma reads rightly."""
    assert text(make, selection) == expected


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        (
            {"A|wide": "x"},
            "`wide` and the other UTF-16 modifiers make bytes, so they belong before `base64` or `base64offset`",
        ),
        ({"A|base64offset": "x"}, "`base64offset` finds a part of a value, so it needs `contains`"),
        ({"A": []}, "an empty list of values"),
        (
            {"|startswith": "x"},
            "pySigma forgets that a keyword is to stand at the beginning or the end of a value",
        ),
    ],
)
def test_what_pysigma_misreads_is_refused(selection, reason, make):
    """Silence would be a query that means something else."""
    assert text(make, selection) == reason


def test_selector_that_names_nothing_is_refused(make):
    """The library drops it without a word, and the rule would match more."""
    (finding,) = result(make, {"s": {"A": 1}, "condition": "s and 1 of nothing*"})
    assert finding.message == "`of nothing*` names no selection"


def test_them_leaves_out_hidden_selections(make):
    """Names that begin with an underscore do not count."""
    found = result(make, {"s": {"A": 1}, "_h": {"B": 1}, "condition": "1 of them"})
    assert found.text == "`tocsin_made` A=1"


def test_several_conditions_are_alternatives(make):
    """A list of conditions is one query, not two of which one is lost."""
    found = result(make, {"s": {"A": 1}, "t": {"B": 1}, "condition": ["s", "t"]})
    assert found.text == "`tocsin_made` (A=1 OR B=1)"


def test_placeholders_take_their_values(make):
    """Each value makes one alternative."""
    assert text(make, {"A|expand": "x%p%"}, p=["1", "2"]) == 'A IN ("x1", "x2")'


def test_placeholder_without_a_value_is_an_error(make):
    """It cannot be left in a query."""
    (finding,) = result(make, {"s": {"A|expand": "%p%"}, "condition": "s"})
    assert (finding.code, finding.message) == ("CNV007", "placeholder %p% has no value")


@pytest.mark.parametrize("detection", [{"s": {"a": 5.0}, "condition": "s"}, {"s": [5.0], "condition": "s"}])
def test_a_whole_number_with_a_fraction_is_refused(make, detection):
    """As text it reads `5.0`, and pySigma has forgotten that: `5` would match."""
    rule = make.rule({"detection": detection})
    with pytest.raises(Refusal, match="forgets the fraction"):
        read_rule(rule, make.content(rule))


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        ({"A": [None, "x"]}, "null among other values"),
        ({"A|re|contains": "x"}, "so `contains` and its like mean nothing after it"),
    ],
)
def test_what_has_no_meaning_is_refused(make, selection, words):
    """The library makes a query of it all the same."""
    assert text(make, selection).endswith(words)
