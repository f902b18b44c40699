"""Every correlation of ``tests/conformance`` on the reference: one feature each, expected by hand."""

import json
import pathlib
from typing import Any

import pytest
import yaml

from compiler.content.rules import read_sigma
from compiler.meaning.events import read_events
from compiler.meaning.ruleset import read_ruleset

FILES = sorted((pathlib.Path(__file__).parents[1] / "conformance").glob("correlation_*.yml"))


def read(path: pathlib.Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def rules_of(case: dict[str, Any], name: str) -> list:
    text = yaml.safe_dump_all(case["rules"], sort_keys=False)
    return list(read_sigma(f"{name}.yml", text.encode()))


def test_there_are_files():
    """At least 60 features of correlations are held, so that a lost folder is no success."""
    assert len(FILES) >= 60


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_reference_agrees(path):
    """The reference fires at exactly the events, and for the groups, that the file says; or refuses where it says."""
    case = read(path)
    ruleset, faults = read_ruleset(rules_of(case, path.stem))
    if "error" in case:
        assert faults
        assert (faults[0].error.kind, list(faults[0].error.keys)) == (case["error"], case["at"])
        return
    assert faults == []
    lines = "\n".join(json.dumps(event) for event in case["events"])
    events, unread = read_events(lines.encode(), format="jsonl")
    assert unread == []
    assert len(events) == len(case["events"])
    fired = [
        {"rule": hit.rule.name, "event": hit.event, **({} if hit.group is None else {"group": dict(hit.group)})}
        for hit in ruleset.match(events)
    ]
    assert fired == case["fires"]
