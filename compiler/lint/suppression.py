"""Suppressions: ``# tocsin: ignore SIG077 because ...`` at the end of the line where a finding is, ``//`` in YARA."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping

from compiler.diagnostics import Code, Diagnostic, Severity, Span, declare

_MANUAL = """
    A suppression gives no reason, or there is nothing for it to suppress

    A comment at the end of its line keeps a finding out of the report: {comment}.
    The reason is for the reviewer; without one nothing is suppressed. One that suppresses nothing is removed,
    or it would hide the next fault on that line. This finding itself cannot be suppressed, nor can those of files that
    cannot be read.

    Bad:
        {bad}
    Good:
        {good}
    """
_YAML = "``# tocsin: ignore SIG077 because (reason)``"


def _declare(code: str, bad: str, good: str, comment: str = _YAML) -> Code:
    return declare(code, Severity.ERROR, _MANUAL.format(comment=comment, bad=bad, good=good))


CODES_BY_PREFIX: Mapping[str, Code] = {
    "SIG": _declare(
        "SIG099",
        "status: draft  # tocsin: ignore SIG029",
        "status: draft  # tocsin: ignore SIG029 because the reader of this file asks for it",
    ),
    "YAR": _declare(
        "YAR099",
        "meta:\n            score = 500  // tocsin: ignore YAR018",
        "meta:\n            score = 500  // tocsin: ignore YAR018 because the scanner of this bundle counts to 1000",
        "``// tocsin: ignore YAR018 because (reason)``",
    ),
    "SMP": _declare(
        "SMP099",
        "budget: 3  # tocsin: ignore SMP020",
        "budget: 3  # tocsin: ignore SMP020 because the baseline has a penetration test in it",
    ),
    "CAT": _declare(
        "CAT099",
        "- tactics: [impact]  # tocsin: ignore CAT013",
        "- tactics: [impact]  # tocsin: ignore CAT013 because the advisory files it there",
    ),
    "SRC": _declare(
        "SRC099",
        "name: other  # tocsin: ignore SRC010",
        "name: other  # tocsin: ignore SRC010 because two files describe this source",
    ),
}

_COMMENT = re.compile(
    r"(?:^|\s)(?:#|//) ?tocsin: ?ignore\b(?: (?P<codes>[A-Z0-9]+(?:, ?[A-Z0-9]+)*))?(?: because (?P<reason>\S.*))?$"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Suppression:
    """One comment: the codes it names, the reason it gives, where it stands."""

    span: Span
    codes: tuple[str, ...]
    reason: str


def read_suppressions(path: str, text: str) -> Iterator[Suppression]:
    """The suppressions in the text of one file."""
    for number, line in enumerate(text.split("\n"), 1):
        found = _COMMENT.search(line.rstrip()) if "tocsin:" in line else None
        if found:
            codes = tuple(code.strip() for code in (found["codes"] or "").split(",") if code.strip())
            yield Suppression(Span(path, number, line.index("tocsin:") + 1), codes, found["reason"] or "")


def suppress(findings: Iterable[Diagnostic], texts: Mapping[tuple[str, str], str]) -> Iterator[Diagnostic]:
    """The findings without those that are suppressed, and a finding for each suppression that is none.

    ``texts``: the text of each file by its prefix of codes (``SIG``) and its path.
    """
    written = [(prefix, item) for (prefix, path), text in texts.items() for item in read_suppressions(path, text)]
    given = {(item.span.path, item.span.line, code) for _, item in written if item.reason for code in item.codes}
    used = set()
    for finding in findings:
        place = (finding.span.path, finding.span.line, finding.code)
        if place in given:
            used.add(place)
        else:
            yield finding
    for prefix, item in written:
        declared = CODES_BY_PREFIX[prefix]
        if not item.reason or not item.codes:
            hint = "`tocsin: ignore CODE because ...`"
            yield declared.at(item.span, "this suppresses nothing: it names no code or gives no reason", hint)
            continue
        for code in item.codes:
            if (item.span.path, item.span.line, code) not in used:
                yield declared.at(item.span, f"there is no {code} on this line to suppress", "remove it")
