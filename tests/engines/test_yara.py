"""Both YARA engines behind their one interface."""

from __future__ import annotations

import pytest

from compiler.engines import yara

ENGINES = pytest.mark.parametrize("engine", sorted(yara.ENGINES))
GOOD = 'rule needle { strings: $a = "needle" condition: $a }\n'
OTHER = "private rule big { condition: filesize > 9 }\nrule hay { strings: $a = /the ha[iy]/ condition: big and $a }\n"


@ENGINES
def test_matching_rules_are_named_in_order(engine: str) -> None:
    """A scan names every public rule that matches, sorted, and no private one."""
    scanner, complaints = yara.ENGINES[engine]({"n.yar": GOOD, "h.yar": OTHER})
    assert complaints == ()
    assert scanner.scan(b"a needle in the hay") == ("hay", "needle")
    assert scanner.scan(b"nothing") == ()


@ENGINES
def test_a_broken_source_is_left_out_and_the_rest_goes_on(engine: str) -> None:
    """One file with an error is named with its line; the rules of the others still match."""
    scanner, complaints = yara.ENGINES[engine]({"bad.yar": "rule a {\n  condition: $b }", "n.yar": GOOD})
    assert [(c.origin, c.line, c.error) for c in complaints] == [("bad.yar", 2, True)]
    assert scanner.scan(b"needle") == ("needle",)


@ENGINES
def test_include_is_refused(engine: str) -> None:
    """An include is an error of its file, whether or not the file it names is there."""
    _, complaints = yara.ENGINES[engine]({"i.yar": 'include "x.yar"\n' + GOOD})
    assert [(c.origin, c.line, c.error) for c in complaints] == [("i.yar", 1, True)]
    assert "include" in complaints[0].message


@ENGINES
def test_a_slow_pattern_is_a_warning(engine: str) -> None:
    """A pattern without an atom is complained of, and still works."""
    scanner, complaints = yara.ENGINES[engine]({"s.yar": "rule slow { strings: $a = /a.{0,9}/ condition: $a }"})
    assert complaints
    assert not any(complaint.error for complaint in complaints)
    assert scanner.scan(b"abc") == ("slow",)


@ENGINES
def test_a_nul_in_the_source_is_a_complaint(engine: str) -> None:
    """A NUL in the text does not end the run."""
    scanner, complaints = yara.ENGINES[engine]({"z.yar": "rule a { condition: \0 true }", "n.yar": GOOD})
    assert {(c.origin, c.error) for c in complaints} == {("z.yar", True)}
    assert scanner.scan(b"needle") == ("needle",)


@ENGINES
def test_no_source_at_all_matches_nothing(engine: str) -> None:
    """An empty set of rules is a scanner that finds nothing."""
    scanner, complaints = yara.ENGINES[engine]({})
    assert complaints == ()
    assert scanner.scan(b"needle") == ()


@ENGINES
def test_the_version_names_the_engine(engine: str) -> None:
    """The manifest can say by which engine and version a verdict was reached."""
    scanner, _ = yara.ENGINES[engine]({})
    name, _, version = scanner.version.partition(" ")
    assert name == engine
    assert version[0].isdigit()


@ENGINES
def test_a_scan_without_end_is_given_up(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that loops for ever is a ScanError once the time is over."""
    monkeypatch.setattr(yara, "TIMEOUT", 1)
    body = "for any i in (0..10000000) : (for any j in (0..10000000) : (uint8(0) + i + j == 1))"
    scanner, _ = yara.ENGINES[engine]({"l.yar": f"rule loop {{ condition: {body} }}"})
    with pytest.raises(yara.ScanError):
        scanner.scan(b"x" * 10)


@ENGINES
def test_compiled_rules_are_bytes_that_repeat(engine: str) -> None:
    """The compiled form of the same rules is the same bytes."""
    first, _ = yara.ENGINES[engine]({"n.yar": GOOD})
    again, _ = yara.ENGINES[engine]({"n.yar": GOOD})
    assert len(first.serialise()) > 100
    assert first.serialise() == again.serialise()


def test_yara_x_gives_code_and_column() -> None:
    """An error of YARA-X keeps its code, its column and what it says at the place."""
    _, complaints = yara.compile_yara_x({"bad.yar": "rule a {\n  condition: $b }"})
    assert complaints == (
        yara.Complaint(
            "bad.yar",
            2,
            14,
            "E025",
            True,
            "unknown pattern `$b`; this pattern is not declared in the `strings` section",
        ),
    )


def test_yara_x_refuses_a_second_rule_of_the_same_name() -> None:
    """The bundle is one set of rules, so an identifier used twice is an error of the second file."""
    _, complaints = yara.compile_yara_x({"a.yar": GOOD, "b.yar": GOOD})
    assert [(c.code, c.error) for c in complaints] == [("E012", True)]
