"""The alerts a day before and after a change, and how they are shown."""

import dataclasses

import pytest

from compiler.content.model import Catalogue, Limit
from compiler.content.rules import read_sigma
from compiler.diagnostics import Span, UsageError
from compiler.release import diff_alerts
from compiler.release.diff import Diff
from compiler.release.diff_alerts import AlertChange, alert_changes
from compiler.release.diff_text import as_markdown, as_record, as_text
from compiler.release.sides import Side
from compiler.verify.verdict import Verdict
from tests.release.conftest import RULE

NOTHING = Diff("a", "b", (), 1, ())
LOUDER = AlertChange("high", 0.0, 2.0, (0.0, 1.0), {"web_server_shell": (0.0, 2.0)})


def side(alerts, limit, built=False):
    rules = tuple(read_sigma(f"{alerts}.yml", RULE))
    return Side("x", {}, Catalogue(rules=rules, budget={"high": Limit(limit, Span("b.yml"))}), {}, frozenset(), built)


def test_alerts_are_counted_on_both_sides(monkeypatch):
    """14 alerts in the week of one side and none on the other are two a day more, against a limit that went up too."""

    def week(catalogue, pages):
        assert pages == {}
        alerts = int(catalogue.rules[0].span.path.removesuffix(".yml"))
        yield Verdict(catalogue.rules[0].name, "baseline", "week", 1, alerts, 0, None, alerts)

    monkeypatch.setattr(diff_alerts, "run_baseline", week)
    assert alert_changes(side(0, 0.0), side(14, 1.0)) == [LOUDER]
    assert LOUDER.over is True


def test_builds_have_no_alerts_to_count():
    """A package lacks what says when a rule is silent."""
    with pytest.raises(UsageError, match="of trees and revisions"):
        alert_changes(side(0, 0.0), dataclasses.replace(side(0, 0.0), built=True))


def test_alerts_stand_below_what_changed():
    """Text, Markdown and JSON have before, now, the limit and the rules that made the difference."""
    line = "alerts a day, high: 0.0 -> 2.0 of 1, over the budget (web_server_shell 0.0 -> 2.0)"
    assert as_text(NOTHING, [LOUDER]).splitlines()[-1] == line
    row = "| high | 0.0 | **2.0** | 0 -> 1 | web\\_server\\_shell 0\\.0 \\-\\> 2\\.0 |"
    assert as_markdown(NOTHING, [LOUDER]).splitlines()[-1] == row
    assert as_record(NOTHING, [LOUDER])["alerts"] == [
        {
            "level": "high",
            "before": 0.0,
            "now": 2.0,
            "limit_before": 0.0,
            "limit_now": 1.0,
            "rules": {"web_server_shell": {"before": 0.0, "now": 2.0}},
        }
    ]
