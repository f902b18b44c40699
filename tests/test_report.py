"""Renderings of findings, and the manual of a code."""

import json
import pathlib

import jsonschema
import pytest

from compiler.diagnostics import CODES, Diagnostic, Severity, Span, UsageError
from compiler.lint.registry import CHECKS
from compiler.report import FORMATS, explain, render, visible

ERROR = Diagnostic(Span("detections/a b,c:d.yml", 14, 9), "SIG011", Severity.ERROR, "50% of `x`", "write: a, b")
WARNING = Diagnostic(Span("x.yml", 1, 1), "SIG021", Severity.WARNING, "small \x1b[31mletter\u202e")
NOTE = Diagnostic(Span("x.yml", 3, 1), "CAT017", Severity.NOTE, "no rule")
FINDINGS = [ERROR, WARNING, NOTE]


def test_text_is_one_line_a_finding_and_one_a_hint() -> None:
    """Path, line, column, severity, code and message, then the hint; nothing that steers a terminal."""
    assert render(FINDINGS) == (
        "detections/a b,c:d.yml:14:9: error[SIG011] 50% of `x`\n"
        "    hint: write: a, b\n"
        "x.yml:1:1: warning[SIG021] small \\x1b[31mletter\\u202e\n"
        "x.yml:3:1: note[CAT017] no rule\n"
    )


def test_json_is_an_array_of_flat_objects() -> None:
    """Each finding is one object with everything that is known of it."""
    assert json.loads(render(FINDINGS, "json"))[0] == {
        "path": "detections/a b,c:d.yml",
        "line": 14,
        "column": 9,
        "severity": "error",
        "code": "SIG011",
        "title": "The condition cannot be read",
        "message": "50% of `x`",
        "hint": "write: a, b",
    }


def test_github_commands_are_escaped() -> None:
    """What would end a property or a command is written as GitHub's runner reads it back."""
    assert render(FINDINGS, "github") == (
        "::error file=detections/a b%2Cc%3Ad.yml,line=14,col=9,title=SIG011::50%25 of `x`%0Ahint: write: a, b\n"
        "::warning file=x.yml,line=1,col=1,title=SIG021::small \\x1b[31mletter\\u202e\n"
        "::notice file=x.yml,line=3,col=1,title=CAT017::no rule\n"
    )


def test_github_message_cannot_begin_a_command() -> None:
    """A message with a newline and a command in it stays one command."""
    nasty = Diagnostic(Span("x.yml"), "SIG020", Severity.ERROR, "a\n::set-env name=PATH::/x")
    assert render([nasty], "github") == ("::error file=x.yml,line=1,col=1,title=SIG020::a%0A::set-env name=PATH::/x\n")


@pytest.mark.parametrize("findings", [[], FINDINGS], ids=["none", "some"])
def test_sarif_is_valid(findings: list[Diagnostic]) -> None:
    """The log is valid against the schema of SARIF 2.1.0 (revision rtm.5, as the SARIF SDK for JavaScript ships it)."""
    path = pathlib.Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(json.loads(render(findings, "sarif")))] == []


def test_sarif_names_rule_and_place() -> None:
    """A result points at its rule, and at its place in the tree."""
    run = json.loads(render(FINDINGS, "sarif"))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["CAT017", "SIG011", "SIG021"]
    assert [(result["ruleId"], result["ruleIndex"], result["level"]) for result in run["results"]] == [
        ("SIG011", 1, "error"),
        ("SIG021", 2, "warning"),
        ("CAT017", 0, "note"),
    ]
    assert run["results"][0]["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "detections/a%20b%2Cc%3Ad.yml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 14, "startColumn": 9},
            }
        }
    ]
    assert run["results"][0]["message"] == {"text": "50% of `x` (write: a, b)"}


def test_sarif_of_a_file_elsewhere_is_absolute() -> None:
    """A file outside the tree is named by a file URI, which no base is joined to."""
    away = Diagnostic(Span("/rules/x.yml"), "SIG011", Severity.ERROR, "m")
    location = json.loads(render([away], "sarif"))["runs"][0]["results"][0]["locations"][0]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "file:///rules/x.yml"}


@pytest.mark.parametrize("format_", FORMATS)
def test_no_rendering_depends_on_anything_but_the_findings(format_: str) -> None:
    """Rendering twice gives the same text."""
    assert render(FINDINGS, format_) == render(list(FINDINGS), format_)


def test_no_findings_are_no_text() -> None:
    """Clean content prints nothing, and an empty array where an array is asked for."""
    assert [render([], name) for name in ("text", "json", "github")] == ["", "[]\n", ""]


@pytest.mark.parametrize(("text", "shown"), [("Straße", "Straße"), ("a\tb", "a\\tb"), ("\x9b", "\\x9b")])
def test_visible(text: str, shown: str) -> None:
    """Letters of any script stay; what does not show is escaped."""
    assert visible(text) == shown


def test_explain_shows_the_manual() -> None:
    """Code, weight and title, then reason and examples."""
    text = explain("sig045")
    assert text.startswith("SIG045 (error): A CVE tag is no CVE number.\n\nWritten ``cve.2021-26855``")
    assert text.endswith("Good:\n    tags:\n        - cve.2021-26855\n")


def test_explain_names_what_is_near() -> None:
    """An unknown code is an error of use that names its neighbours."""
    with pytest.raises(UsageError, match=r"there is no code SIG4; is it SIG"):
        explain("SIG4")


def test_every_code_has_a_title() -> None:
    """No code is without a title of one line, which the renderings show."""
    assert set(CHECKS) <= set(CODES)
    assert [code for code, known in CODES.items() if not known.title or len(known.title) > 120] == []
