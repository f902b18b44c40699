"""Sealing and unsealing of samples."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.content import sealed

CONTENT = b"<?php /* tocsin inert sample */ exit; ?>\r\n\x00\xff"


@given(st.binary(max_size=2000))
def test_what_is_sealed_comes_back(content: bytes) -> None:
    """Any bytes survive, and so does their name."""
    assert sealed.unseal(sealed.seal("page.php", content)) == ("page.php", content)


def test_the_text_is_the_documented_format() -> None:
    """The head names file and hash, no line is wider than 76 columns, and the content cannot be read."""
    text = sealed.seal("page.php", CONTENT * 50)
    head, *lines = text.splitlines()
    assert head.split()[:3] == ["tocsin-sealed", "1", "page.php"]
    assert max(len(line) for line in lines) <= 76
    assert "php" not in "".join(lines)
    assert text.endswith("\n")


def test_line_endings_of_a_checkout_do_not_matter() -> None:
    """A clone that turned newlines into CRLF still unseals."""
    assert sealed.unseal(sealed.seal("a.php", CONTENT).replace("\n", "\r\n")) == ("a.php", CONTENT)


@pytest.mark.parametrize("name", ["../x.php", "a b.php", "", "a/b", "a\nb"])
def test_a_name_that_is_not_plain_is_refused(name: str) -> None:
    """No path and no white space gets into the head."""
    with pytest.raises(ValueError, match="no plain file name"):
        sealed.seal(name, CONTENT)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "first line"),
        ("<?php echo 1;", "first line"),
        (sealed.seal("a.php", CONTENT).replace(" 1 ", " 2 ", 1), "first line"),
        (sealed.seal("a.php", CONTENT)[:-8] + "\n", "unpack|cut short"),
        (sealed.seal("a.php", CONTENT) + '"\n', "bad base85"),
        (sealed.seal("a.php", CONTENT).splitlines()[0], "cut short"),
        (
            sealed.seal("a.php", CONTENT).splitlines()[0] + "\n" + sealed.seal("a.php", b"other").partition("\n")[2],
            "sha256",
        ),
    ],
)
def test_damage_is_named(text: str, message: str) -> None:
    """Each way in which a sealed file can be broken is a ValueError that says which."""
    with pytest.raises(ValueError, match=message):
        sealed.unseal(text)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Content above the limit is refused before it fills the memory."""
    text = sealed.seal("a.php", b"a" * 5000)
    monkeypatch.setattr(sealed, "MAXIMUM", 4999)
    with pytest.raises(ValueError, match="more than 4999 bytes"):
        sealed.unseal(text)
