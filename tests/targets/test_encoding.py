"""Values under an encoding are encoded as the specification says, before pySigma sees them."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.targets.encoding import encoded


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"A|base64": "x"}, {"A": ["eA=="]}),
        ({"A|base64|contains": r"a\*b"}, {"A|contains": ["YSpi"]}),
        ({"A|utf16|base64": "cmd"}, {"A": ["//5jAG0AZAA="]}),
        ({"A|utf16be|base64|startswith": "ä"}, {"A|startswith": ["AOQ="]}),
        ({"A|base64|base64": "x"}, {"A": ["ZUE9PQ=="]}),
        ({"A|base64offset|contains": "foobar"}, {"A|contains": ["Zm9vYmFy", "Zvb2Jhc", "mb29iYX"]}),
        ({"A|base64offset|contains|all": ["foobar"]}, {"A|contains": ["Zm9vYmFy", "Zvb2Jhc", "mb29iYX"]}),
        ({"A|base64|all": ["x", "y"]}, {"A|all": ["eA==", "eQ=="]}),
        ({"|base64|contains": ["x"]}, {"|contains": ["eA=="]}),
        ([{"A|base64": "x"}], [{"A": ["eA=="]}]),
    ],
)
def test_an_encoding_becomes_plain_text(entry, expected):
    """What is left is a value that holds no wildcard and no escape."""
    assert encoded(entry) == expected


@pytest.mark.parametrize(
    "entry",
    [
        {"A|base64": "x*"},
        {"A|base64": 5},
        {"A|wide": "x"},
        {"A|wide|utf16|base64": "x"},
        {"A|windash|base64": "-x"},
        {"A|base64offset": "x"},
        {"A|base64offset|startswith": "x"},
        {"A|base64offset|contains|all": ["foobar", "barfoo"]},
        {"A|base64": "x", "A": "y"},
    ],
)
def test_what_is_no_plain_encoding_is_left(entry):
    """The reading refuses it, or pySigma reads it rightly."""
    assert encoded(entry) == entry


def test_two_entries_that_would_be_one_stay_two():
    """An encoding must not take the place of another condition on the same field."""
    assert encoded({"A|base64": "x", "A|wide|base64": "x"}) == {"A": ["eA=="], "A|wide|base64": "x"}


@given(st.binary(max_size=5), st.text(alphabet="aé漢", min_size=2, max_size=5), st.binary(max_size=5))
def test_one_of_the_offsets_is_in_whatever_holds_the_value(before, text, after):
    """Wherever in the encoded bytes a value stands, one of its three parts is there."""
    parts = encoded({"A|base64offset|contains": text})["A|contains"]
    whole = base64.b64encode(before + text.encode() + after).decode()
    assert parts[len(before) % 3] in whole
    assert all(parts)
