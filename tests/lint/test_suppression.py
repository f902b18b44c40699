"""Suppressions: what they keep out of the report, and when they are a finding themselves."""

from collections.abc import Callable
from typing import Any

import pytest

from compiler.diagnostics import Diagnostic, Severity, Span
from compiler.lint.suppression import read_suppressions, suppress

Lay = Callable[..., Any]


@pytest.mark.parametrize(
    ("line", "codes", "reason"),
    [
        ("status: draft  # tocsin: ignore SIG029 because of a test", ("SIG029",), "of a test"),
        ("a: 1 # tocsin: ignore SIG029, SIG031 because both", ("SIG029", "SIG031"), "both"),
        ("$a = 1 // tocsin: ignore YAR026 because short", ("YAR026",), "short"),
        ("# tocsin: ignore SIG029", ("SIG029",), ""),
        ("# tocsin: ignore SIG029 because", (), ""),
        ("# tocsin: ignore because I say so", (), "I say so"),
        ("# tocsin: ignore", (), ""),
    ],
)
def test_comment_is_read(line: str, codes: tuple[str, ...], reason: str) -> None:
    """Codes and reason of a comment, in YAML and in YARA."""
    found = list(read_suppressions("x", line))
    if line.endswith("because"):
        assert found == []
    else:
        assert [(item.codes, item.reason) for item in found] == [(codes, reason)]


@pytest.mark.parametrize("line", ["title: tocsin", "tocsin: ignore SIG029 because x", "a: 'x#tocsin: ignore SIG029'"])
def test_other_text_is_no_suppression(line: str) -> None:
    """Only a comment is."""
    assert list(read_suppressions("x", line)) == []


def _finding(line: int, code: str) -> Diagnostic:
    return Diagnostic(Span("x.yml", line, 5), code, Severity.WARNING, "m")


def _left(text: str, *findings: Diagnostic) -> list[tuple[int, str]]:
    return [(item.span.line, item.code) for item in suppress(findings, {("SIG", "x.yml"): text})]


def test_suppresses_its_line_and_code_only() -> None:
    """The same code on another line, and another code on the same line, stay."""
    text = "a\nb  # tocsin: ignore SIG029 because of a test\n"
    assert _left(text, _finding(1, "SIG029"), _finding(2, "SIG029"), _finding(2, "SIG031")) == [
        (1, "SIG029"),
        (2, "SIG031"),
    ]


def test_suppresses_nothing_without_a_reason() -> None:
    """Without a reason the finding stays, and the comment is a finding too."""
    assert _left("b  # tocsin: ignore SIG029\n", _finding(1, "SIG029")) == [(1, "SIG029"), (1, "SIG099")]


def test_unused_one_is_a_finding_for_each_code() -> None:
    """Of two codes the one that suppresses nothing is told."""
    text = "b  # tocsin: ignore SIG029, SIG031 because of a test\n"
    assert _left(text, _finding(1, "SIG029")) == [(1, "SIG099")]


def test_cannot_suppress_itself() -> None:
    """A suppression of the finding about suppressions is unused by construction."""
    assert _left("b  # tocsin: ignore SIG099 because of a test\n") == [(1, "SIG099")]


def test_file_that_cannot_be_read_is_not_suppressed(lay: Lay) -> None:
    """Findings of loading are none of lint's."""
    laid = lay("SIG002", "tags: attack.t1190  # tocsin: ignore SIG002 because of a test\n")
    assert "SIG002" in laid.codes()


@pytest.mark.parametrize(
    ("said", "left"),
    [("", {"SMP040"}), ("  # tocsin: ignore SMP040 because the rule comes with the next package", set())],
)
def test_scenario_can_suppress_too(lay: Lay, said: str, left: set[str]) -> None:
    """A comment in scenario.yml keeps the finding of its line out of the report, as in any other sample."""
    laid = lay("SMP040", f"fires:\n    - {{rule: web_example_gone, at: ['visit.w3c:0']}}{said}\n")
    assert laid.codes() & {"SMP040", "SMP099"} == left
