"""The YARA rules of the tree, on both engines: they compile without a word, agree, and do not see the inert marker."""

from __future__ import annotations

import pathlib
import re

import pytest
import yaml

from compiler.content.sealed import unseal
from compiler.engines import yara

ROOT = pathlib.Path(__file__).parents[2]
RULES = sorted((ROOT / "detections" / "yara").glob("*/*.yar"))
CASES = sorted(path for path in (ROOT / "samples" / "rules").glob("*/cases.yml") if any(path.parent.glob("*.sealed")))
EACH_RULE = pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
EACH_CASES = pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
EACH_ENGINE = pytest.mark.parametrize("engine", sorted(yara.ENGINES))

MARKER = b"tocsin inert sample"
SCAFFOLDING = {
    "php": b"<?php exit; /* tocsin inert sample */ ?>\n",
    "php_short": b"<? exit; /* tocsin inert sample */ ?>\n",
    "aspx": b'<%@ Page Language="C#" Inherits="Tocsin.Inert.DoesNotExist" %><%-- tocsin inert sample --%>\n',
    "jscript": b'<%@ Page Language="JScript" Inherits="Tocsin.Inert.DoesNotExist" %><%-- tocsin inert sample --%>\n',
    "vb": b'<%@ Page Language="VB" Inherits="Tocsin.Inert.DoesNotExist" %><%-- tocsin inert sample --%>\n',
    "ashx": b'<%@ WebHandler Language="C#" Class="Tocsin.Inert.DoesNotExist" %>\n// tocsin inert sample\n',
    "asmx": b'<%@ WebService Language="C#" Class="Tocsin.Inert.DoesNotExist" %>\n// tocsin inert sample\n',
    "asp": b'<!-- tocsin inert sample --><!-- #include file="tocsin-inert-does-not-exist.inc" -->\n',
    "asp_end": b"<% Response.End ' tocsin inert sample %>\n",
    "jsp": b'<%@ page import="tocsin.inert.DoesNotExist" %><%-- tocsin inert sample --%>\n',
    "jspx": b'<jsp:directive.page import="tocsin.inert.DoesNotExist"/><!-- tocsin inert sample -->\n',
    "java": b"import tocsin.inert.DoesNotExist; // tocsin inert sample\n",
    "perl": b"#!/usr/bin/perl\nexit; # tocsin inert sample\n",
    "python": b"raise SystemExit  # tocsin inert sample\n",
    "node": b"process.exit(); // tocsin inert sample\n",
    "ruby": b"exit # tocsin inert sample\n",
    "lua": b"do return end -- tocsin inert sample\n",
    "shell": b"#!/bin/sh\nexit # tocsin inert sample\n",
    "go": b'package inert\n\nimport _ "example.com/tocsin/inert/does-not-exist" // tocsin inert sample\n',
    # What is included stands behind a condition that no server meets, and that nothing ends.
    "shtml": b"<!-- tocsin inert sample --><!--#if expr=\"'tocsin' = 'inert'\" -->\n",
    # Settings for a module that no server has; read as a page, they end at once.
    "htaccess": b"<IfModule tocsin_inert_does_not_exist.c>\n# <?php exit; /* tocsin inert sample */ ?>\n",
    # PHP stops to read its settings at what it cannot parse.
    "user.ini": b"; tocsin inert sample\n(tocsin-inert-does-not-parse)\n",
    # The element that all settings are in is a strange one, and is left open; read as a page, it misses an include.
    "web.config": b'<!-- tocsin inert sample --><!-- #include file="tocsin-inert-does-not-exist.inc" --><inert>\n',
    # A version that no machine runs, and 65,534 constants announced, of which almost all are missing, as is the code.
    "class": b"\xca\xfe\xba\xbe\x00\x00\xff\xff\xff\xff\x01\x00\x13tocsin inert sample",
    # The header of the program is said to be two gigabytes further on, where the file has long ended.
    "assembly": b"MZ" + b"\0" * 58 + b"\xff\xff\xff\x7ftocsin inert sample\0",
    "cfm": b"<!--- tocsin inert sample ---><cfabort>\n",
    "text": b"tocsin inert sample\n",
}
"""What makes a sample inert, by language: it exits first, asks for something that is not there, or cannot be loaded."""
IMAGES = (b"GIF89a\n", b"GIF89a", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n")
"""First bytes that a sample may have before its scaffolding."""


@pytest.fixture(scope="module")
def scanners() -> dict[str, yara.Scanner]:
    """All rules, compiled once by each engine."""
    sources = {path.name: path.read_text(encoding="utf-8") for path in RULES}
    return {name: compile_rules(sources)[0] for name, compile_rules in yara.ENGINES.items()}


def sealed_of(path: pathlib.Path) -> list[tuple[dict[str, str], bytes]]:
    """The cases of one rule that have a sealed sample, each with what is in it."""
    cases = yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]
    return [
        (case, unseal((path.parent / case["sample"]).read_text(encoding="ascii"))[1])
        for case in cases
        if case.get("sample", "").endswith(".sealed")
    ]


@EACH_ENGINE
@EACH_RULE
def test_a_rule_compiles_without_a_warning(path: pathlib.Path, engine: str) -> None:
    """Neither engine has anything to say of a rule on its own: no error, no slow pattern, no loose end."""
    _, complaints = yara.ENGINES[engine]({path.name: path.read_text(encoding="utf-8")})
    assert complaints == ()


@EACH_RULE
def test_a_file_holds_the_rule_it_is_named_after(path: pathlib.Path) -> None:
    """One file, one rule, one name."""
    found = re.findall(r"^(?:private\s+)?rule\s+(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert found == [path.stem]


@EACH_CASES
def test_both_engines_agree_on_every_sample(path: pathlib.Path, scanners: dict[str, yara.Scanner]) -> None:
    """A sample is matched by the same rules whichever engine runs them."""
    for case, content in sealed_of(path):
        assert scanners["libyara"].scan(content) == scanners["yara-x"].scan(content), case["title"]


@EACH_CASES
def test_a_rule_does_on_its_samples_what_the_cases_say(path: pathlib.Path, scanners: dict[str, yara.Scanner]) -> None:
    """A rule fires on its positives and on nothing else of its own."""
    for case, content in sealed_of(path):
        fires = path.parent.name in scanners["yara-x"].scan(content)
        assert fires == (case["expect"] in ("true_positive", "benign_positive")), case["title"]


@EACH_CASES
def test_a_near_miss_is_benign_to_every_rule(path: pathlib.Path, scanners: dict[str, yara.Scanner]) -> None:
    """What one rule must leave alone is honest, so the others leave it alone too."""
    for case, content in sealed_of(path):
        if case["expect"] == "true_negative":
            assert scanners["yara-x"].scan(content) == (), case["title"]


@EACH_CASES
def test_a_malicious_sample_is_marked_and_cannot_run(path: pathlib.Path) -> None:
    """A sample that shows an attack opens with the scaffolding that keeps it from running."""
    openings = tuple(SCAFFOLDING.values()) + tuple(
        text.decode("ascii").encode("utf-16") for text in SCAFFOLDING.values() if text.isascii()
    )
    for case, content in sealed_of(path):
        if case["expect"] in ("true_positive", "false_negative"):
            for image in IMAGES:
                content = content.removeprefix(image)  # noqa: PLW2901 - what follows is what must be inert
            assert content.startswith(openings), case["title"]
            is_text = case["sample"].endswith(".txt.sealed")
            assert content.startswith(SCAFFOLDING["text"]) == is_text, f"{case['title']}: only a text is inert as it is"
            assert MARKER in content.replace(b"\0", b""), case["title"]


@EACH_ENGINE
@pytest.mark.parametrize("language", sorted(SCAFFOLDING))
def test_no_rule_sees_the_marker(language: str, engine: str, scanners: dict[str, yara.Scanner]) -> None:
    """With the attack taken out, what is left of a sample sets off nothing: rules are not written for the marker."""
    assert scanners[engine].scan(SCAFFOLDING[language]) == ()
    assert scanners[engine].scan(SCAFFOLDING[language] + b"<p>Hello.</p>\n") == ()
    assert all(scanners[engine].scan(image + SCAFFOLDING[language]) == () for image in IMAGES)


def test_each_rule_has_three_ways_in_and_three_near_misses() -> None:
    """Every rule is shown at least three malicious samples and at least three that it must leave alone."""
    counts = {path.parent.name: [case["expect"] for case, _ in sealed_of(path)] for path in CASES}
    assert {path.stem for path in RULES} <= counts.keys()
    few = {
        path.stem
        for path in RULES
        if counts[path.stem].count("true_positive") < 3 or counts[path.stem].count("true_negative") < 3
    }
    assert few == set()
