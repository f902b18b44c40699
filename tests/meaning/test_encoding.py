"""Bytes of a value and their Base64."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.meaning.encoding import CHARSETS, base64_anywhere, base64_of


def test_charsets_as_the_specification_shows_them():
    """The appendix gives the bytes of ``cmd`` in each."""
    assert CHARSETS["utf16le"]("cmd").hex(" ") == "63 00 6d 00 64 00"
    assert CHARSETS["wide"]("cmd").hex(" ") == "63 00 6d 00 64 00"
    assert CHARSETS["utf16be"]("cmd").hex(" ") == "00 63 00 6d 00 64"
    assert CHARSETS["utf16"]("cmd").hex(" ") == "ff fe 63 00 6d 00 64 00"


def test_base64_keeps_its_padding():
    """A value whose length is no multiple of three ends in equals signs."""
    assert base64_of(b"hello") == "aGVsbG8="


def test_base64_anywhere_of_a_known_text():
    """The three traces of ``foo``, worked out by hand from RFC 4648."""
    assert base64_anywhere(b"foo") == ("Zm9v", "Zvb", "mb2")


@given(st.binary(max_size=7), st.binary(min_size=2, max_size=9), st.binary(max_size=7))
def test_base64_anywhere_is_found_whatever_stands_around(before, raw, after):
    """The encoding of any text with the value in it holds the trace of its offset."""
    encoded = base64.b64encode(before + raw + after).decode()
    assert base64_anywhere(raw)[len(before) % 3] in encoded


@given(st.binary(min_size=2, max_size=9))
def test_base64_anywhere_gives_no_bit_away(raw):
    """Each trace has as many characters as lie wholly within the value, so none could be longer."""
    lengths = [len(trace) for trace in base64_anywhere(raw)]
    assert lengths == [(8 * (shift + len(raw))) // 6 - -(-8 * shift // 6) for shift in range(3)]
    assert min(lengths) >= 1


@pytest.mark.parametrize("raw", [b"", b"a"])
def test_too_short_for_a_trace(raw):
    """A byte alone leaves no character of its own at one of the offsets: an empty trace would match everything."""
    with pytest.raises(ValueError, match="fewer than two bytes"):
        base64_anywhere(raw)
