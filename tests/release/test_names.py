"""Names of rules that no file can have are findings, and such rules are in no package."""

import dataclasses
import datetime as dt

import pytest

from compiler.release.build import build
from compiler.release.names import misnamed, portable
from compiler.targets import load_targets

HOSTILE = ["../x", "a/b", "a\\b", "CON", "nul.txt", "com1", "x\0", "x\ny", ".hidden", "dot.", "-flag", "a b", "", "ü"]


@pytest.mark.parametrize("name", [*HOSTILE, "x" * 101, "x\u202ey"])
def test_no_file_can_have_the_name(name):
    """It climbs, is a device, or is another file elsewhere."""
    assert not portable(name)


@pytest.mark.parametrize("name", ["web_exchange_foreign_page", "A-1.b", "x" * 100, "console", "com10x"])
def test_a_file_can_have_the_name(name):
    """What rules are called."""
    assert portable(name)


def test_letter_case_alone_does_not_tell_names_apart(small_catalogue):
    """On macOS and Windows the second file would replace the first."""
    (rule,) = small_catalogue.rules
    other = dataclasses.replace(rule, name="Web_Server_Shell")
    assert {name: finding.code for name, finding in misnamed([rule, other]).items()} == {"Web_Server_Shell": "PKG013"}


def test_a_misnamed_rule_is_in_no_package(small_catalogue, tmp_path):
    """It is told, and leaves no trace in the files."""
    (rule,) = small_catalogue.rules
    catalogue = dataclasses.replace(small_catalogue, rules=(rule, dataclasses.replace(rule, name="../climber")))
    built = build(tmp_path, catalogue, list(load_targets().values()), {}, dt.date(2026, 11, 22))
    assert [(one.name, target, why.code) for one, target, why in built.left_out] == [("../climber", "", "PKG012")]
    assert [finding.code for finding in built.diagnostics].count("PKG012") == 1
    assert not any(b"climber" in body for path, body in built.files.items() if path != "manifest.json")
