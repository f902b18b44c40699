"""How titles, descriptions, dates, ids and references are judged."""

import datetime

import pytest

from compiler.lint import text


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Shell of a Web Server", []),
        ("cmd.exe Started by w3wp.exe", []),
        ("Shell started", ["started"]),
        ("A Web Server That Listens to", ["to"]),
        ("the Web Server", ["the"]),
        ("Read/write of (hidden) Files", ["write", "hidden"]),
        ("Base64 in iOS 0day", []),
        ("The Server's own Files", ["own"]),
    ],
)
def test_title_case(title: str, words: list[str]) -> None:
    """Small words stay small within; names with a spelling of their own stay as they are."""
    assert text.not_title_case(title) == words


@pytest.mark.parametrize(
    ("title", "fault"),
    [
        ("", "is missing"),
        ("a\u2028b", "holds a line break, or a character that does not show"),
        ("a\u202eb", "holds a line break, or a character that does not show"),
        ("a" * 257, "has 257 characters, more than 256"),
        ("a" * 256, ""),
    ],
)
def test_one_line(title: str, fault: str) -> None:
    """A title of more than a line, or with what turns text around, is refused."""
    assert text.not_one_line(title) == fault


@pytest.mark.parametrize(
    ("title", "fault"),
    [
        ("Detects Shells", "begins with 'Detects'"),
        ("Shells.", "ends with a full stop"),
        ("S" * 101, "has 101 characters, more than 100"),
        ("Detection Tools Stopped", ""),
    ],
)
def test_names(title: str, fault: str) -> None:
    """A title is a name, no sentence."""
    assert text.no_name(title) == fault


@pytest.mark.parametrize(
    ("description", "fault"),
    [
        ("  ", "is missing"),
        ("Finds shells that a web server started for somebody", "does not begin with 'Detects'"),
        ("Detects a shell", "has 15 characters, fewer than 40"),
        ("Detects a shell\n    that a web server start", "has 39 characters, fewer than 40"),
        ("Detects a shell\n    that a web server started", ""),
    ],
)
def test_descriptions(description: str, fault: str) -> None:
    """White space does not count as length."""
    assert text.no_description(description, "Detects ") == fault


@pytest.mark.parametrize("word", ["2026-02-30", "2026-1-1", "20261121", "2026/11/21", ""])
def test_no_date(word: str) -> None:
    """Only a day that exists, written in full."""
    assert text.date_of(word) is None


def test_date() -> None:
    """The day that is named."""
    assert text.date_of("2026-11-21") == datetime.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("id_", "random"),
    [
        ("2b6a1d4c-1a52-4f0e-9d3c-0a4f6f1b7c11", True),
        ("2B6A1D4C-1A52-4F0E-9D3C-0A4F6F1B7C11", True),
        ("2b6a1d4c-1a52-1f0e-9d3c-0a4f6f1b7c11", False),
        ("2b6a1d4c1a524f0e9d3c0a4f6f1b7c11", False),
        ("{2b6a1d4c-1a52-4f0e-9d3c-0a4f6f1b7c11}", False),
        ("", False),
    ],
)
def test_uuid4(id_: str, random: bool) -> None:
    """Version 4 in its usual spelling."""
    assert text.is_uuid4(id_) is random


@pytest.mark.parametrize(
    ("reference", "fault"),
    [
        ("https://www.example.com/a", ""),
        ("http://www.example.com/a", "is no https address"),
        ("https://www.example.com/a b", "is no https address"),
        ("https://attack.mitre.org/techniques/T1190/", "is a page of ATT&CK, which the tags name"),
        ("https://github.com/a/b/blob/main/c.md", "follows a branch and will show something else one day"),
        ("https://github.com/a/b/blob/58f57868e740/c.md", ""),
        ("https://gitlab.com/a/b/-/tree/master/c", "follows a branch and will show something else one day"),
    ],
)
def test_references(reference: str, fault: str) -> None:
    """What can be followed, and will still be there."""
    assert text.not_to_be_followed(reference) == fault
