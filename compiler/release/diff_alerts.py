"""How many more or fewer alerts a day ordinary activity makes after a change, by level and rule."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from compiler.content.model import Catalogue, Kind
from compiler.diagnostics import UsageError
from compiler.release.sides import Side
from compiler.verify.alerts import Load, loads
from compiler.verify.baseline import run_baseline

LEVELS = ("critical", "high", "medium", "low", "informational")


@dataclasses.dataclass(frozen=True, slots=True)
class AlertChange:
    """The alerts a day of one level before and now; ``limits``: the most that is taken, None where nobody has said.

    ``rules``: before and now of each rule of which there are more or fewer.
    """

    level: str
    before: float
    now: float
    limits: tuple[float | None, float | None]
    rules: Mapping[str, tuple[float, float]]

    @property
    def over(self) -> bool:
        """True if there are now more than are taken."""
        return self.limits[1] is not None and self.now > self.limits[1]


def alert_changes(old: Side, new: Side) -> list[AlertChange]:
    """The alerts a day on both sides, of each level that either has, the gravest first.

    Raises ``UsageError`` for builds: those do not hold all that the alerts are counted by.
    """
    if old.built or new.built:
        raise UsageError("the alerts a day are counted of trees and revisions, not of builds")
    before, now = _loads(old.catalogue), _loads(new.catalogue)
    levels = [*LEVELS, *sorted({*before, *now} - {*LEVELS})]
    return [_change(level, before.get(level), now.get(level)) for level in levels if level in {*before, *now}]


def _loads(catalogue: Catalogue) -> dict[str, Load]:
    # Files that YARA rules scan make no alerts of a level.
    sigma = dataclasses.replace(catalogue, rules=tuple(rule for rule in catalogue.rules if rule.kind is not Kind.YARA))
    return {load.level: load for load in loads(sigma, run_baseline(sigma, {}))}


def _change(level: str, before: Load | None, now: Load | None) -> AlertChange:
    first: Mapping[str, float] = before.rules if before is not None else {}
    second: Mapping[str, float] = now.rules if now is not None else {}
    counts = {name: (first.get(name, 0.0), second.get(name, 0.0)) for name in sorted({*first, *second})}
    return AlertChange(
        level,
        before.a_day if before is not None else 0.0,
        now.a_day if now is not None else 0.0,
        (before.limit if before is not None else None, now.limit if now is not None else None),
        {name: pair for name, pair in counts.items() if pair[0] != pair[1]},
    )
