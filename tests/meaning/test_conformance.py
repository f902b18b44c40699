"""Every file of ``tests/conformance`` on the reference: one feature of the specification each, expected by hand."""

import pathlib
from typing import Any

import pytest
import yaml

from compiler.meaning.rule import MeaningError, read_detection

FOLDER = pathlib.Path(__file__).parents[1] / "conformance"
FILES = sorted(FOLDER.glob("*.yml"))
KINDS = {"condition", "modifier", "value", "regex", "placeholder", "structure"}


def read(path: pathlib.Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


SINGLE = [path for path in FILES if "rule" in read(path)]


def test_there_are_files():
    """At least 80 features of single rules are held, so that a lost folder is no success."""
    assert len(SINGLE) >= 80


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_says_something(path):
    """Each file names its feature and its source, and holds events or the kind of its error."""
    case = read(path)
    assert case["feature"]
    assert case["spec"]
    assert ("rule" in case) != ("rules" in case)
    if "error" in case:
        assert case["error"] in KINDS
        assert "events" not in case
    else:
        assert len(case["events"]) >= 2


@pytest.mark.parametrize("path", SINGLE, ids=lambda path: path.stem)
def test_reference_agrees(path):
    """The reference matches exactly the events that the file says, and explains itself to the same result."""
    case = read(path)
    placeholders = case.get("placeholders", {})
    if "error" in case:
        with pytest.raises(MeaningError) as caught:
            read_detection(case["rule"], placeholders=placeholders)
        assert caught.value.kind == case["error"]
        assert caught.value.keys[:1] == ("detection",)
        return
    detection = read_detection(case["rule"], placeholders=placeholders, filters=case.get("filters", ()))
    wrong = [item for item in case["events"] if detection.matches(item["event"]) is not item["match"]]
    assert wrong == []
    assert [detection.explain(item["event"]).holds for item in case["events"]] == [
        item["match"] for item in case["events"]
    ]
