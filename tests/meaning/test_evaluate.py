"""Matching: the laws that hold for every rule, and what the files of ``tests/conformance`` leave out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.meaning import evaluate
from compiler.meaning.errors import MeaningError
from compiler.meaning.regex import RegexOverrunError
from compiler.meaning.rule import View, read_detection

FIELDS = ["A", "B", "a.b"]
LITERALS = st.one_of(st.text("aB*?\\-/ ", max_size=4), st.integers(-2, 3), st.booleans())
SCALARS = st.one_of(LITERALS, st.none(), st.sampled_from(["1", "true", "192.0.2.1", "2021-03-03T03:00:00Z", 1.0]))
EVENTS = st.dictionaries(
    st.sampled_from(["A", "B", "a.b", "a"]),
    st.one_of(SCALARS, st.lists(SCALARS, max_size=3), st.fixed_dictionaries({"b": SCALARS})),
    max_size=4,
)
TEXT_KEYS = ["", "|contains", "|startswith", "|endswith", "|cased", "|contains|cased", "|contains|all", "|neq"]
ENTRIES = st.one_of(
    st.tuples(
        st.tuples(st.sampled_from(FIELDS), st.sampled_from(TEXT_KEYS)).map("".join),
        st.one_of(LITERALS, st.lists(LITERALS, min_size=1, max_size=3)),
    ),
    st.tuples(st.sampled_from(FIELDS).map("{}|windash".format), st.text("a-/ ", max_size=4)),
    st.tuples(st.sampled_from(FIELDS).map("{}|re".format), st.sampled_from(["a", "^a$", "B.", "(?=a)a", "[0-9]"])),
    st.tuples(st.sampled_from(FIELDS).map("{}|lt".format), st.integers(-2, 3)),
    st.tuples(st.sampled_from(FIELDS).map("{}|exists".format), st.booleans()),
    st.tuples(st.sampled_from(FIELDS).map("{}|fieldref".format), st.sampled_from(FIELDS)),
    st.tuples(st.sampled_from(FIELDS).map("{}|cidr".format), st.just("192.0.2.0/24")),
    st.tuples(st.sampled_from(FIELDS).map("{}|hour".format), st.just(3)),
    st.tuples(st.sampled_from(FIELDS), st.none()),
)
MAPS = st.lists(ENTRIES, min_size=1, max_size=2).map(dict)
SELECTIONS = st.one_of(MAPS, st.lists(st.one_of(MAPS, LITERALS), min_size=1, max_size=2))


def detection(condition, **selections):
    return read_detection({"logsource": {"product": "x"}, "detection": {**selections, "condition": condition}})


@settings(max_examples=300, deadline=None)
@given(SELECTIONS, SELECTIONS, EVENTS)
def test_de_morgan(one, two, event):
    """Logic is two-valued, whatever is missing or null."""
    assert detection("not (x and y)", x=one, y=two).matches(event) is detection("not x or not y", x=one, y=two).matches(
        event
    )
    assert detection("not (x or y)", x=one, y=two).matches(event) is detection("not x and not y", x=one, y=two).matches(
        event
    )
    assert detection("not x", x=one).matches(event) is not detection("x", x=one).matches(event)


@settings(max_examples=300, deadline=None)
@given(SELECTIONS, SELECTIONS, EVENTS)
def test_explanations_agree(one, two, event):
    """An explanation, which evaluates every value by itself, comes to what matching comes to."""
    rule = detection("x and not y or 1 of them", x=one, y=two)
    assert rule.explain(event).holds is rule.matches(event)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(FIELDS), st.sampled_from(TEXT_KEYS), st.lists(LITERALS, min_size=1, max_size=4), EVENTS)
def test_a_list_is_its_values(field, modifiers, values, event):
    """Gathered or one by one, the values of a list say the same; ``all`` joins them with and, ``neq`` negates."""
    alone = [
        detection("s", s={field + modifiers.replace("|all", "").replace("|neq", ""): value}).matches(event)
        for value in values
    ]
    joined = all(alone) if "|all" in modifiers else any(alone)
    assert detection("s", s={field + modifiers: values}).matches(event) is (joined is not ("|neq" in modifiers))


@settings(max_examples=200, deadline=None)
@given(SELECTIONS, EVENTS)
def test_a_view_gives_the_same_as_the_event(selection, event):
    """What a view remembers from other rules changes nothing."""
    rule = detection("s", s=selection)
    view = View(event)
    first = rule.matches(view)
    assert (first, rule.matches(view), rule.matches(event)) == (first, first, first)


@settings(max_examples=200, deadline=None)
@given(st.text("aB*\\-", max_size=5), st.text("abB*\\-", max_size=6))
def test_shapes_are_wildcards(value, text):
    """contains, startswith and endswith are the wildcards they replace, for values that end in no backslash."""
    written = value.rstrip("\\")
    event = {"A": text}
    assert detection("s", s={"A|contains": written}).matches(event) is detection("s", s={"A": f"*{written}*"}).matches(
        event
    )
    assert detection("s", s={"A|startswith": written}).matches(event) is detection("s", s={"A": f"{written}*"}).matches(
        event
    )
    assert detection("s", s={"A|endswith": written}).matches(event) is detection("s", s={"A": f"*{written}"}).matches(
        event
    )


def test_an_overrun_is_a_fault_of_the_rule(monkeypatch):
    """A regex that runs over its bound on an event is no mismatch: the rule is named with the place of the regex."""

    def run_over(_):
        raise RegexOverrunError

    monkeypatch.setattr(evaluate, "compile_regex", lambda *_: run_over)
    rule = detection("s", s={"A|re": ["x", "y"]})
    with pytest.raises(MeaningError) as caught:
        rule.matches({"A": "a"})
    assert (caught.value.kind, caught.value.keys) == ("regex", ("detection", "s", "A|re", 0))


@pytest.mark.parametrize(
    ("selection", "event", "expected"),
    [
        ({"A": 5}, {"A": 5.0}, True),
        ({"A": 5.0}, {"A": 5}, True),
        ({"A": 1.5}, {"A": "1.5"}, True),
        ({"A": 1.5}, {"A": "1.50"}, False),
        ({"A|fieldref": "B"}, {"A": 5, "B": 5.0}, True),
        ({"A|fieldref": "B"}, {"A": True, "B": 1}, False),
        ({"A|fieldref": "B"}, {"A": ["x", "y"], "B": ["z", "Y"]}, True),
        ({"A|fieldref|contains": "B"}, {"A": "x", "B": ""}, True),
        ({"A": None}, {"A": ["x", None]}, True),
        ({"A": None}, {"A": []}, False),
        ({"A|exists": True}, {"A": []}, True),
        ({"a.b|exists": True}, {"a": [{"c": 1}]}, False),
        ({"A|cidr": "0.0.0.0/0"}, {"A": 1}, False),
        ({"A|hour": 3}, {"A": 1614740400}, False),
        ({"A|lt": 5}, {"A": float("nan")}, False),
        ({"A|contains": "1"}, {"A": {"b": "1"}}, False),
        ({"A|cased": True}, {"A": "True"}, False),
        ({"A|cased": True}, {"A": "true"}, True),
        ({"A|contains|all": ["x"]}, {"A": "axb"}, True),
        ({"A|contains|all": "x"}, {"A": "axb"}, True),
        ({"A|all|neq": ["x", "y"]}, {"A": ["x", "y"]}, False),
        ({"A|all|neq": ["x", "y"]}, {"A": "x"}, True),
        ({"A|expand": ["%", 5]}, {"A": 5}, True),
        ({"A|re|neq": "x"}, {}, True),
        ({"|startswith": "ab"}, {"k": "abc"}, True),
        ({"|startswith": "ab"}, {"k": "xabc"}, False),
        ({"|cased": "AB"}, {"k": "xABx"}, True),
        ({"|cased": "AB"}, {"k": "xabx"}, False),
        ({"|neq": "ab"}, {"k": "x"}, True),
        ({"|contains|all": ["a", "b"]}, {"k": "a", "l": {"m": "b"}}, True),
        ({"|wide|base64offset|contains": "ab"}, {"k": "xYQBiA"}, True),
        ([""], {"k": 1}, True),
        ([""], {}, False),
    ],
)
def test_corners(selection, event, expected):
    """Corners that not every store can hold, so that they stand here."""
    assert detection("s", s=selection).matches(event) is expected
