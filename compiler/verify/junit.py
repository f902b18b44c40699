"""Verdicts as JUnit XML, which every CI reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from compiler.verify.verdict import Verdict

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(verdicts: Sequence[Verdict]) -> str:
    """One suite a kind of trial, one test case a verdict; a wrong one is a failure with the place of its finding.

    No times are written: the same content gives the same file. Characters that XML cannot hold become U+FFFD.
    """
    root = ElementTree.Element("testsuites", {"name": "tocsin", **_counts(verdicts)})
    for kind in sorted({verdict.kind for verdict in verdicts}):
        members = [verdict for verdict in verdicts if verdict.kind == kind]
        suite = ElementTree.SubElement(root, "testsuite", {"name": kind, **_counts(members)})
        for verdict in members:
            case = ElementTree.SubElement(
                suite,
                "testcase",
                classname=_clean(f"{kind}.{verdict.rule or verdict.trial}"),
                name=_clean(verdict.trial),
            )
            if verdict.finding is not None:
                finding = verdict.finding
                failure = ElementTree.SubElement(case, "failure", type=finding.code, message=_clean(finding.message))
                failure.text = _clean(f"{finding.span}: {finding.message}\n{finding.hint}")
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _counts(verdicts: Sequence[Verdict]) -> dict[str, str]:
    failures = sum(verdict.finding is not None for verdict in verdicts)
    return {"tests": str(len(verdicts)), "failures": str(failures), "errors": "0"}


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
