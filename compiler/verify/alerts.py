"""How many alerts a day ordinary activity makes, and whether that is more than a SOC takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compiler import baseline
from compiler.content.model import AlertKind, Catalogue, Rule
from compiler.diagnostics import Diagnostic, Severity, declare
from compiler.verify.verdict import Verdict

OVER = declare(
    "VER009",
    Severity.ERROR,
    """
    Ordinary activity makes more alerts of a level than the budget has

    ``detections/budget.yml`` says how many alerts a day the organisation of the baseline takes, by level and over all
    rules. Rules that are each within reason can be too many together: tighten the loudest, group its hits further, or
    make it a building block for a correlation.
    """,
)

_SECOND = 1_000_000


def alerts_of(rule: Rule, hits: Iterable[tuple[int | None, Mapping[str, Any]]]) -> int:
    """How many alerts the hits of a rule amount to: after each, those with the same values are silent for a while.

    ``hits``: the time in microseconds and the values of each. A building block makes none; a rule that says nothing of
    its alert makes one of each hit.
    """
    alert = rule.alert
    if alert is None:
        return sum(1 for _ in hits)
    if alert.kind is AlertKind.BUILDING_BLOCK:
        return 0
    last: dict[tuple[str, ...], int] = {}
    count = 0
    for time, values in sorted(hits, key=lambda hit: hit[0] or 0):
        key = tuple(str(values.get(field, "")).lower() for field in alert.suppress)
        if key not in last or (time or 0) - last[key] >= alert.silence * _SECOND:
            last[key] = time or 0
            count += 1
    return count


@dataclasses.dataclass(frozen=True, slots=True)
class Load:
    """The alerts a day of one level, in all and by rule, and the most that are taken (None: nobody has said)."""

    level: str
    a_day: float
    limit: float | None
    rules: Mapping[str, float]

    @property
    def record(self) -> dict[str, Any]:
        """The load as one JSON object."""
        shown = {name: round(count, 2) for name, count in self.rules.items()}
        return {
            "kind": "alerts",
            "level": self.level,
            "a_day": round(self.a_day, 2),
            "limit": self.limit,
            "rules": shown,
        }

    @property
    def line(self) -> str:
        """The load as a line of text."""
        limit = "" if self.limit is None else f" of {self.limit:g}"
        rules = ", ".join(f"{name} {count:.1f}" for name, count in self.rules.items())
        return f"alerts a day, {self.level}: {self.a_day:.1f}{limit}{f' ({rules})' if rules else ''}"


def loads(catalogue: Catalogue, verdicts: Iterable[Verdict], days: int = baseline.DEFAULT_DAYS) -> list[Load]:
    """The alerts a day of each level that a rule has or the budget names, out of the baseline's verdicts."""
    counts = {verdict.rule: verdict.alerts / days for verdict in verdicts if verdict.kind == "baseline"}
    levels: dict[str, dict[str, float]] = {level: {} for level in catalogue.budget}
    for rule in catalogue.rules:
        if counts.get(rule.name):
            levels.setdefault(rule.level, {})[rule.name] = counts[rule.name]
    return [
        Load(
            level,
            sum(rules.values()),
            catalogue.budget[level].a_day if level in catalogue.budget else None,
            dict(sorted(rules.items(), key=lambda item: (-item[1], item[0]))),
        )
        for level, rules in levels.items()
    ]


def over_budget(catalogue: Catalogue, found: Iterable[Load]) -> Iterator[Diagnostic]:
    """The levels of which there are more alerts than the budget has, each at its line."""
    for load in found:
        if load.limit is not None and load.a_day > load.limit:
            some = ", ".join(f"{name} {count:.1f}" for name, count in list(load.rules.items())[:3])
            message = f"{load.a_day:.1f} alerts of level {load.level} a day, the budget has {load.limit:g}"
            yield OVER.at(catalogue.budget[load.level].span, message, f"the loudest: {some}")
