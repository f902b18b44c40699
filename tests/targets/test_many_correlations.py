"""Correlations of correlations: a ladder of which each step doubles the work is refused, not climbed."""

import pytest
import yaml

from compiler.content.load import load_sources
from compiler.content.rules import read_sigma
from compiler.convert import convert
from compiler.targets import load_targets
from compiler.targets.target import Content

START = {
    "title": "Start",
    "name": "start",
    "logsource": {"category": "process_creation", "product": "windows"},
    "detection": {"selection": {"Image|endswith": "\\cmd.exe"}, "condition": "selection"},
}


def ladder(height):
    bodies, before = [START], ["start"]
    for step in range(height):
        now = [f"left{step}", f"right{step}"]
        for name in now:
            correlation = {"type": "event_count", "rules": before, "timespan": "1m", "condition": {"gte": 1}}
            bodies.append({"title": name, "name": name, "correlation": {**correlation, "group-by": ["Computer"]}})
        before = now
    return list(read_sigma("rules.yml", yaml.safe_dump_all(bodies, sort_keys=False).encode()))


@pytest.mark.parametrize("name", [name for name in load_targets() if name not in {"yara", "plain"}])
def test_a_ladder_of_correlations_is_refused(name, root):
    """Thirty steps of two correlations each, both over both below: written out that would be 2^30 parts."""
    rules = ladder(30)
    found = convert(rules[-1], load_targets()[name], Content.of(load_sources(root)[0], rules))
    assert [one.code for one in found] == ["CNV005"]
