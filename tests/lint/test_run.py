"""Running the checks: which are asked of what, what is reported, and that no content can stop it."""

import dataclasses
import datetime
import pathlib
import time
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from compiler.content.advisories import read_advisory
from compiler.content.document import Document, read_documents
from compiler.content.load import load_tree
from compiler.content.model import Catalogue, Rule
from compiler.content.rules import read_sigma, read_yara
from compiler.content.samples import read_cases, read_scenario
from compiler.content.scaffold import scaffold
from compiler.content.sources import read_source
from compiler.diagnostics import Diagnostic
from compiler.lint import lint

CONTENT = pathlib.Path(__file__).parent / "content"
RULE = "detections/sigma/webserver/web_example_shell.yml"
KINDS = {
    "detection": RULE,
    "correlation": "detections/sigma/correlation/mr_web_example_many.yml",
    "filter": "detections/sigma/filter/mf_web_example_proxy.yml",
}


def _text(path: str = RULE) -> str:
    return (CONTENT / path).read_text(encoding="utf-8")


def _linted(path: str, text: str, base: Catalogue | None = None) -> list[Diagnostic]:
    read = list(read_sigma(path, text.encode()))
    rules = tuple(item for item in read if isinstance(item, Rule))
    catalogue = dataclasses.replace(base or Catalogue(), rules=rules)
    return [*(item for item in read if isinstance(item, Diagnostic)), *lint(catalogue)]


def test_findings_are_sorted_by_place() -> None:
    """Findings come in the order of the lines, whatever the order of the checks."""
    text = _text().replace("status: experimental", "status: draft").replace("level: high", "level: severe")
    found = _linted("elsewhere/x.yml", text.replace("- attack.t1505.003", "- attack.t1505.303"))
    assert [(item.span.line, item.code) for item in found] == [(4, "SIG029"), (13, "SIG041"), (25, "SIG031")]


def test_house_style_is_not_asked_of_others() -> None:
    """A rule outside detections/ is held to the specification, not to our style."""
    text = "title: a rule\nid: x\nlogsource: {product: windows}\ndetection: {s: {a: b}, condition: s}\nlevel: severe\n"
    assert [item.code for item in _linted("their/rule.yml", text)] == ["SIG031"]


def test_house_style_is_asked_of_ours() -> None:
    """The same rule below detections/ breaks the house style as well."""
    text = "title: a rule\nid: x\nlogsource: {product: windows}\ndetection: {s: {a: b}, condition: s}\nlevel: severe\n"
    codes = {item.code for item in _linted("detections/sigma/rule.yml", text)}
    assert codes == {
        *("SIG021", "SIG023", "SIG024", "SIG027", "SIG028", "SIG029", "SIG031", "SIG033", "SIG034", "SIG035"),
        *("SIG036", "SIG050", "SIG060", "SIG100", "SIG101", "SMP011"),
    }


def test_every_fault_of_a_detection_is_told() -> None:
    """Reading stops at the first fault; lint names them all, each at its place."""
    text = _text().replace("cs-method: 'POST'", "cs-method|is: 'POST'").replace("|endswith: '/shell.aspx'", "|re: '('")
    found = [(item.span.line, item.span.column, item.code) for item in _linted("x/y.yml", text)]
    assert found == [(20, 9, "SIG012"), (21, 25, "SIG014")]


def test_every_fault_of_a_filter_is_told_in_the_filter() -> None:
    """The same for filters, whose selections stand under another key."""
    text = _text(KINDS["filter"]).replace("c-ip: '192.0.2.1'", "c-ip|is: '192.0.2.1'\n        a|lt: x")
    assert [(item.span.line, item.code) for item in _linted("x/y.yml", text)] == [(14, "SIG012"), (15, "SIG013")]


def test_documents_of_one_file_share_its_findings() -> None:
    """What is found of the text of a file is told once, not once for each rule in it."""
    text = f"{_text()}---\n{_text().replace('2b6a1d4c', '2b6a1d4d').replace('name: web', 'name: web2')}"
    found = _linted(
        "detections/sigma/webserver/web_example_shell.yml", text.replace("author: tocsin", "author: FILL IN")
    )
    assert [item.span.line for item in found if item.code == "SIG037"] == [9, 46]


ODD: list[Any] = [None, True, 1, 1.5, "", "x", [], {}, [None], [[1]], {"a": 1}, {1: {2: 3}}, datetime.date(2026, 1, 1)]


def _changed(body: Any, keys: tuple[Any, ...], value: Any) -> Any:
    if not keys:
        return value
    if isinstance(body, dict):
        return {key: _changed(item, keys[1:], value) if key == keys[0] else item for key, item in body.items()}
    return [_changed(item, keys[1:], value) if number == keys[0] else item for number, item in enumerate(body)]


def _paths(body: Any) -> list[tuple[Any, ...]]:
    items = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    return [(), *((key, *rest) for key, item in items for rest in _paths(item))]


@pytest.mark.parametrize("kind", KINDS)
def test_no_rule_stops_the_run(kind: str) -> None:
    """Whatever stands at whatever place of a rule, every check returns."""
    base = load_tree(CONTENT).catalogue
    body = yaml.safe_load(_text(KINDS[kind]))
    for keys in _paths(body):
        for value in ODD:
            text = yaml.safe_dump(_changed(body, keys, value), sort_keys=False)
            assert isinstance(_linted(KINDS[kind], text, base), list)


READERS: dict[str, tuple[str, Callable[[Document, pathlib.Path], tuple[Any, Any]]]] = {
    "detections/advisories/aa00-001a.yml": ("advisories", lambda document, _: read_advisory(document)),
    "detections/sources/iis.yml": ("sources", lambda document, _: read_source(document)),
    "samples/rules/web_example_shell/cases.yml": ("casebooks", read_cases),
    "samples/scenarios/example/scenario.yml": ("scenarios", read_scenario),
}


@pytest.mark.parametrize("path", READERS)
def test_no_other_content_stops_the_run(path: str) -> None:
    """The same for what is not a rule, as far as it has its shape."""
    base = load_tree(CONTENT).catalogue
    group, read = READERS[path]
    body = yaml.safe_load(_text(path))
    for keys in _paths(body):
        for value in ("x", [], {}, {"a": 1}, 1):
            text = yaml.safe_dump(_changed(body, keys, value), sort_keys=False)
            item, _ = read(read_documents(path, text.encode())[0], (CONTENT / path).parent)
            if item is not None:
                assert isinstance(lint(dataclasses.replace(base, **{group: (item,)})), list)


def test_one_check_says_so_much_of_one_rule() -> None:
    """A rule with a thousand faults of a kind gives a hundred findings, and the last tells that there are more."""
    tags = "".join(f"    - no.{number}\n" for number in range(1000))
    found = [item for item in _linted("x/y.yml", _text().replace("tags:\n", f"tags:\n{tags}")) if item.code == "SIG040"]
    assert len(found) == 100
    assert [item.message for item in found if "and more" in item.message] == [
        "no tag of the specification: 'no.99' (and more of the kind below)"
    ]


LONG: dict[str, Callable[[str], str]] = {
    "a tag, repeated": lambda text: text.replace("tags:\n", "tags:\n" + "    - attack.persistence\n" * 100_000),
    "unknown fields": lambda text: text.replace(
        "cs-method: 'POST'", "\n        ".join(f"f{number}: 1" for number in range(20_000))
    ),
    "values of a list": lambda text: text.replace(
        "cs-method: 'POST'", "cs-method|contains: [" + ", ".join(f"a{number}z" for number in range(20_000)) + "]"
    ),
    "unused selections": lambda text: text.replace(
        "    selection:", "".join(f"    s{number}: [a]\n" for number in range(20_000)) + "    selection:"
    ),
    "blanks after a suppression": lambda text: text.replace(
        "tocsin\n", "x # tocsin: ignore SIG034 because" + " " * 1_000_000 + "x\n"
    ),
}


@pytest.mark.parametrize("kind", LONG)
def test_long_content_takes_no_longer_than_its_length(kind: str) -> None:
    """No check compares everything with everything: that would take minutes here instead of about a second."""
    began = time.process_time()
    _linted(RULE, LONG[kind](_text()), load_tree(CONTENT).catalogue)
    assert time.process_time() - began < 20


def test_a_new_sigma_rule_fails_until_it_is_filled_in() -> None:
    """Lint finds each line that the scaffold leaves open, in the rule as well as in its cases."""
    catalogue = load_tree(CONTENT).catalogue
    files = scaffold("web_example_newcomer", "aa00-001a.t1505.003", catalogue, datetime.date(2026, 11, 21))
    path, text = next(
        (str(path), text) for path, text in files.items() if path.suffix == ".yml" and "sigma" in path.parts
    )
    left = [number for number, line in enumerate(text.split("\n"), 1) if "FILL" in line]
    found = [item.span.line for item in _linted(path, text, catalogue) if item.code == "SIG037"]
    assert found == left
    assert len(left) == 12


def test_a_new_yara_rule_fails_until_it_is_filled_in() -> None:
    """The same for a YARA rule."""
    catalogue = load_tree(CONTENT).catalogue
    advisory = catalogue.advisories[0]
    seen = dataclasses.replace(advisory.behaviours[0], observable=("yara",))
    changed = dataclasses.replace(catalogue, advisories=(dataclasses.replace(advisory, behaviours=(seen,)),))
    files = scaffold("webshell_newcomer", seen.id, changed, datetime.date(2026, 11, 21))
    path, text = next((str(path), text) for path, text in files.items() if path.suffix == ".yar")
    rules = tuple(item for item in read_yara(path, text.encode()) if isinstance(item, Rule))
    left = [number for number, line in enumerate(text.split("\n"), 1) if "FILL" in line or "fill_in" in line]
    assert [item.span.line for item in lint(Catalogue(rules=rules)) if item.code == "YAR030"] == left


def test_our_own_content_is_without_error(root: pathlib.Path) -> None:
    """What the tree holds passes its own lint."""
    found = lint(load_tree(root).catalogue)
    assert [f"{item.span}: {item.code} {item.message}" for item in found if item.severity == "error"] == []
