"""How many alerts hits amount to, and the budget of a day."""

import pytest
import yaml

from compiler.content.document import read_documents
from compiler.content.environment import read_budget
from compiler.content.model import Catalogue, Limit
from compiler.content.rules import read_sigma
from compiler.diagnostics import Span
from compiler.verify.alerts import alerts_of, loads, over_budget
from compiler.verify.verdict import Verdict

MINUTE = 60_000_000


def rule(name="loud", level="medium", kind="finding", silence="1h"):
    body = {
        "title": name,
        "name": name,
        "level": level,
        "logsource": {"category": "webserver"},
        "detection": {"s": {"cs-method": "POST"}, "condition": "s"},
        "alert": {
            "title": "{c-ip}",
            "entities": [{"ip": "c-ip"}],
            "group": ["c-ip"],
            "suppress": {"fields": ["c-ip"], "for": silence},
            "kind": kind,
        },
    }
    (found,) = read_sigma("x.yml", yaml.safe_dump(body, sort_keys=False).encode())
    return found


def hits(*minutes, address="192.0.2.1"):
    return [(minute * MINUTE, {"c-ip": address}) for minute in minutes]


@pytest.mark.parametrize(
    ("minutes", "alerts"), [((0, 59), 1), ((0, 60), 2), ((60, 0, 30), 2), ((0, 40, 80), 2), ((), 0)]
)
def test_after_an_alert_the_same_values_are_silent(minutes, alerts):
    """For exactly as long as the rule says, counted from the alert, whatever the order of the hits."""
    assert alerts_of(rule(), hits(*minutes)) == alerts


def test_other_values_are_told():
    """Two clients are two alerts; letter case makes no other value."""
    both = [*hits(0, address="2001:db8::a"), *hits(1, address="2001:DB8::A"), *hits(2)]
    assert alerts_of(rule(), both) == 2


def test_building_blocks_alert_nobody():
    """They are there for correlations."""
    assert alerts_of(rule(level="low", kind="building_block"), hits(0, 600)) == 0


def test_a_rule_that_says_nothing_alerts_each_time():
    """Nothing holds its hits back."""
    (plain,) = read_sigma("x.yml", b"title: x\ndetection: {s: {a: b}, condition: s}\n")
    assert alerts_of(plain, hits(0, 0, 1)) == 3


def verdict(name, alerts, kind="baseline"):
    return Verdict(name, kind, "week", 10, alerts, 0, None, alerts)


def test_alerts_of_a_week_are_told_by_day_and_level():
    """The loudest rule first; a level that the budget names is told even without any."""
    catalogue = Catalogue(rules=(rule("a"), rule("b"), rule("c", "high")), budget={"low": Limit(5, Span("b.yml", 1))})
    found = loads(catalogue, [verdict("a", 7), verdict("b", 14), verdict("c", 7), verdict("c", 700, "case")])
    assert [(load.level, load.a_day, load.limit, load.rules) for load in found] == [
        ("low", 0, 5, {}),
        ("medium", 3, None, {"b": 2, "a": 1}),
        ("high", 1, None, {"c": 1}),
    ]
    assert found[1].line == "alerts a day, medium: 3.0 (b 2.0, a 1.0)"


@pytest.mark.parametrize(("limit", "over"), [(3.0, False), (2.9, True)])
def test_more_than_the_budget_is_a_finding(limit, over):
    """All rules of the level together; the finding stands at the line of the level."""
    catalogue = Catalogue(rules=(rule("a"), rule("b")), budget={"medium": Limit(limit, Span("b.yml", 3))})
    found = list(over_budget(catalogue, loads(catalogue, [verdict("a", 7), verdict("b", 14)])))
    assert [(fault.code, fault.span.line, fault.message) for fault in found] == (
        [("VER009", 3, "3.0 alerts of level medium a day, the budget has 2.9")] if over else []
    )


def test_the_budget_is_read_with_its_places():
    """A level that there is not is told."""
    (document,) = read_documents("b.yml", b"high: 0\nmedium: 0.5\n")
    assert read_budget(document) == (
        {"high": Limit(0, Span("b.yml", 1, 1)), "medium": Limit(0.5, Span("b.yml", 2, 1))},
        [],
    )
    (document,) = read_documents("b.yml", b"hihg: 0\n")
    limits, (fault,) = read_budget(document)
    assert (limits, fault.code) == ({}, "ENV002")
