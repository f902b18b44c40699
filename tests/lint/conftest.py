"""Content without a fault (``content/``), and laying the fragment of an example over it."""

from __future__ import annotations

import dataclasses
import pathlib
import re
import shutil
from collections.abc import Callable

import pytest

from compiler.content.load import load_tree
from compiler.content.sealed import seal
from compiler.diagnostics import Diagnostic
from compiler.lint import lint
from compiler.lint.registry import CHECKS, Subject

CONTENT = pathlib.Path(__file__).parent / "content"
RULE = "detections/sigma/webserver/web_example_shell.yml"
CASES = "samples/rules/web_example_shell/cases.yml"
FILES = {
    Subject.SIGMA: RULE,
    Subject.DETECTION: RULE,
    Subject.RULE: RULE,
    Subject.CORRELATION: "detections/sigma/correlation/mr_web_example_many.yml",
    Subject.FILTER: "detections/sigma/filter/mf_web_example_proxy.yml",
    Subject.YARA: "detections/yara/aspx/webshell_example_eval.yar",
    Subject.CASES: CASES,
    Subject.SCENARIO: "samples/scenarios/example/scenario.yml",
    Subject.ADVISORY: "detections/advisories/aa00-001a.yml",
    Subject.SOURCE: "detections/sources/iis.yml",
}
SUBJECTS = {
    "SIG": Subject.SIGMA,
    "YAR": Subject.YARA,
    "SMP": Subject.CASES,
    "CAT": Subject.ADVISORY,
    "SRC": Subject.SOURCE,
}
MENTIONED = {
    "marked.aspx.sealed": seal("marked.aspx", b"<%-- tocsin inert sample --%>"),
    "unmarked.aspx.sealed": seal("unmarked.aspx", b"<% Response.Write(1) %>"),
    "real.w3c": "2021-03-03 04:52:07 8.8.8.8 GET / 200\n",
    "chain.w3c": "2021-03-03 04:52:07 192.0.2.8 GET / 200\n",
}
"""Files that are made beside a fragment which names them."""


@dataclasses.dataclass(frozen=True)
class Laid:
    """What linting a tree gave: the findings, the file that was changed, and the line that its example marks, or 0."""

    findings: list[Diagnostic]
    path: str
    marked: int

    def codes(self) -> set[str]:
        """The codes that were found, in any file."""
        return {finding.code for finding in self.findings}


def _blocks(text: str) -> list[tuple[str, str]]:
    parts = re.split(r"^(?=[^\s#-])", text, flags=re.MULTILINE)
    return [(part.partition(":")[0], part) for part in parts if part.strip()]


_SAMPLES = {"event", "events", "sample"}


def _over_map(text: str, fragment: str) -> str:
    new = _blocks(fragment)
    keys = {key for key, _ in new}
    keys |= _SAMPLES if keys & _SAMPLES else set()
    old = _blocks(text)
    at = next((number for number, (key, _) in enumerate(old) if key in keys), len(old))
    before = [part for key, part in old[:at] if key not in keys]
    after = [part for key, part in old[at:] if key not in keys]
    return "".join([*before, *(part for _, part in new), *after])


def _over_first_item(text: str, fragment: str) -> str:
    found = re.search(r"(?m)^    - (?=target:|id:|title:)(?:.*\n)(?:      .*\n)*", text)
    assert found is not None
    item = re.sub(r"(?m)^(?:    - |      )", "", found[0])
    laid = _over_map(item, fragment)
    indented = "".join(f"      {line}" for line in laid.splitlines(keepends=True))
    return text.replace(found[0], f"    - {indented[6:]}", 1)


def _over_yara(text: str, fragment: str) -> str:
    if fragment.startswith("import"):
        return fragment + text
    if fragment.startswith("rule"):
        return text + fragment
    if fragment.startswith("global"):
        return fragment
    section, _, lines = fragment.partition("\n")
    if section == "meta:":
        for line in lines.splitlines():
            key = line.split()[0]
            text = re.sub(rf"(?m)^ +{key} = .*$", lambda _, line=line: f"    {line}", text)  # type: ignore[misc]
        return text
    indented = "".join(f"    {line}\n" for line in lines.splitlines())
    return re.sub(rf"(?s)    {section}\n.*?(?=\n    [a-z]+:|\}})", lambda _: f"    {section}\n{indented}", text)


def _over(path: str, text: str, fragment: str) -> str:
    if path.endswith(".yar"):
        return _over_yara(text, fragment)
    if path.endswith("cases.yml") and not re.match(r"(?:rule|budget|accepted|base|cases):", fragment):
        return _over_first_item(text, fragment)
    if fragment.startswith("fields:") and "sources/" in path:
        return _over_first_item(text, fragment)
    if fragment.startswith("- "):
        return _over_first_item(text, re.sub(r"(?m)^(?:- |  )", "", fragment))
    return _over_map(text, fragment)


Lay = Callable[..., Laid]


@pytest.fixture
def lay(tmp_path: pathlib.Path) -> Lay:
    """Lints the content after a fragment was laid over the file that a code is about (or of the subject ``on``)."""

    def laid(code: str, fragment: str, on: str = "") -> Laid:
        shutil.copytree(CONTENT, tmp_path / "tree")
        about = CHECKS[code].subject if code in CHECKS else SUBJECTS[code[:3]]
        path = FILES[Subject[on] if on else about]
        file = tmp_path / "tree" / path
        text = _over(path, file.read_text(encoding="utf-8"), fragment)
        text = text.replace("\u240d", "\r").replace("\u2420", " ")
        file.write_bytes(text.encode())
        for name, content in MENTIONED.items():
            if re.search(rf"\b{name}", fragment):
                (file.parent / name).write_text(content, encoding="utf-8")
        loaded = load_tree(tmp_path / "tree")
        marked = [number for number, line in enumerate(text.split("\n"), 1) if line.endswith(" <--")]
        return Laid([*loaded.diagnostics, *lint(loaded.catalogue)], path, marked[0] if marked else 0)

    return laid
