"""Silence is only worth something where the week has events that a rule could have taken for an attack."""

import collections

import pytest

from compiler.content.advisories import logsource
from compiler.content.load import load_rules
from compiler.content.model import Kind
from compiler.meaning.events import read_events

FEWEST = 20
"""Events of its log source that a rule has been shown at least."""


@pytest.fixture(scope="module")
def seen(week):
    """How many events of the week are of each log source."""
    return collections.Counter(
        source for log in week.values() for event in read_events(log)[0] for source in event.logsources
    )


def test_every_rule_is_shown_events_of_its_log_source(root, seen):
    """No rule is silent because the week lacks its log."""
    catalogue = load_rules([root / "detections" / "sigma"], root).catalogue
    asked = {rule.name: logsource(rule.body["logsource"]) for rule in catalogue.rules if rule.kind is Kind.SIGMA}
    shown = {name: sum(number for one, number in seen.items() if words.covers(one)) for name, words in asked.items()}
    assert len(shown) > 100
    assert {name: number for name, number in shown.items() if number < FEWEST} == {}
