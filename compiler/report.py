"""How findings are shown: as text, JSON, SARIF 2.1.0 or workflow commands of GitHub; and the manual of a code."""

from __future__ import annotations

import difflib
import json
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from compiler import __version__
from compiler.diagnostics import CODES, Diagnostic, Severity, UsageError

_Render = Callable[[Sequence[Diagnostic]], str]


def visible(text: str) -> str:
    """The text with characters that steer a terminal, or that do not show, written as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def as_text(findings: Sequence[Diagnostic]) -> str:
    """One finding a line, ``path:line:column: severity[CODE] message``, and its hint on a line below."""
    lines = []
    for item in findings:
        lines.append(visible(f"{item.span}: {item.severity}[{item.code}] {item.message}"))
        if item.hint:
            lines.append(visible(f"    hint: {item.hint}"))
    return "".join(f"{line}\n" for line in lines)


def as_json(findings: Sequence[Diagnostic]) -> str:
    """An array of objects ``{path, line, column, severity, code, title, message, hint}``, one a line."""
    rows = [
        {
            "path": item.span.path,
            "line": item.span.line,
            "column": item.span.column,
            "severity": str(item.severity),
            "code": item.code,
            "title": CODES[item.code].title,
            "message": item.message,
            "hint": item.hint,
        }
        for item in findings
    ]
    return "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n" if rows else "[]\n"


def as_sarif(findings: Sequence[Diagnostic]) -> str:
    """One SARIF 2.1.0 log with one run (OASIS Standard, 27 March 2020); the rules are the codes that occur.

    Columns count Unicode code points. Paths are relative to the root of the content, ``%SRCROOT%``.
    """
    codes = sorted({item.code for item in findings})
    driver = {
        "name": "tocsin",
        "version": __version__,
        "rules": [_sarif_rule(code) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(item, codes.index(item.code)) for item in findings],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _sarif_rule(code: str) -> dict[str, Any]:
    known = CODES[code]
    return {
        "id": code,
        "shortDescription": {"text": known.title},
        "help": {"text": known.manual},
        "defaultConfiguration": {"level": str(known.severity)},
    }


def _sarif_result(item: Diagnostic, rule: int) -> dict[str, Any]:
    said = f"{item.message} ({item.hint})" if item.hint else item.message
    artifact = {"uri": urllib.parse.quote(item.span.path, safe="/"), "uriBaseId": "%SRCROOT%"}
    if item.span.path.startswith("/"):
        artifact = {"uri": f"file://{artifact['uri']}"}
    region = {"startLine": item.span.line, "startColumn": item.span.column}
    return {
        "ruleId": item.code,
        "ruleIndex": rule,
        "level": str(item.severity),
        "message": {"text": visible(said)},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
    }


_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def as_github(findings: Sequence[Diagnostic]) -> str:
    """Workflow commands, one a line, that GitHub shows at the lines of a pull request.

    Escaped as the runner unescapes them: ``%``, CR and LF everywhere, ``:`` and ``,`` in properties too
    (actions/toolkit, packages/core/src/command.ts).
    """
    lines = []
    for item in findings:
        place = f"file={_property(item.span.path)},line={item.span.line},col={item.span.column}"
        said = f"{item.message}\nhint: {item.hint}" if item.hint else item.message
        lines.append(f"::{_COMMANDS[item.severity]} {place},title={_property(item.code)}::{_escaped(said)}\n")
    return "".join(lines)


def _escaped(text: str) -> str:
    shown = "\n".join(visible(line) for line in text.split("\n"))
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: Mapping[str, _Render] = {"text": as_text, "json": as_json, "sarif": as_sarif, "github": as_github}
"""Every rendering by the name that ``--format`` takes."""


def render(findings: Sequence[Diagnostic], format: str = "text") -> str:  # noqa: A002
    """The findings in one of ``FORMATS``, in the order given; the text ends with a line feed unless it is empty."""
    return FORMATS[format](findings)


def explain(code: str) -> str:
    """The manual of a code. Raises ``UsageError`` for one that there is not.

    Only codes of modules that are imported are known.
    """
    known = CODES.get(code.upper())
    if known is None:
        close = difflib.get_close_matches(code.upper(), CODES, 3)
        raise UsageError(f"there is no code {code}" + (f"; is it {', '.join(close)}?" if close else ""))
    title, _, rest = known.manual.partition("\n")
    return f"{known.code} ({known.severity}): {title}\n{rest}\n"
