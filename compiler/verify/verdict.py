"""A verdict, the findings that it can carry, and the company in which a rule is evaluated."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from compiler.content.fingerprint import referred
from compiler.content.model import Catalogue, Kind, Rule
from compiler.diagnostics import Diagnostic, Severity, declare

DISAGREES = declare(
    "VER001",
    Severity.ERROR,
    """
    A rule does not do what its case says

    The reference evaluated the rule on the sample of the case, and the rule fired more or less often than expected.
    Either the rule is wrong or the case is. A ``false_negative`` case fails on the day when the rule starts to fire:
    then the gap is closed and the case becomes a ``true_positive``. ``tocsin match --why`` shows each condition.
    """,
)
NOT_RUN = declare(
    "VER003",
    Severity.ERROR,
    """
    Nothing was evaluated

    A rule without a single case that ran proves nothing, so it does not pass. Either there are no cases, or each of
    them was left out for a fault of its own, or the sample held no event.
    """,
)
SCENARIO = declare(
    "VER004",
    Severity.ERROR,
    """
    A scenario does not set off exactly the rules that it lists

    Scenarios are closed: each rule fires at the listed events of the recordings and nowhere else.
    """,
)
NOISE = declare(
    "VER005",
    Severity.ERROR,
    """
    A rule fires on ordinary activity

    Rules of level medium and above are silent on the whole baseline, apart from what a ``benign_positive`` case
    declares; those below have a budget of hits in 100,000 events, ``budget`` in their cases file.
    """,
)
NO_MEANING = declare(
    "VER006",
    Severity.ERROR,
    """
    The rule has no meaning that could be evaluated

    The specification gives the rule no meaning: an unknown modifier, a condition that names nothing, a regular
    expression that does not compile. Lint tells the same at the same place.
    """,
)
ENGINES_DIFFER = declare(
    "VER007",
    Severity.ERROR,
    """
    libyara and YARA-X disagree on a sample, or one of them could not scan it

    Every YARA rule must give the same verdict under both engines.
    """,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one rule in one trial.

    ``trial`` is the title of the case, the name of the scenario, or ``baseline``; ``kind`` says which. ``tried`` counts
    the events (for YARA: files) on which the rule was evaluated. ``finding`` is None if all was as expected.
    ``alerts``: to how many the hits on the baseline amount, after what the rule says is silent.
    """

    rule: str
    kind: str
    trial: str
    tried: int
    hits: int
    expected: int
    finding: Diagnostic | None
    alerts: int = 0

    @property
    def record(self) -> dict[str, Any]:
        """The verdict as one JSON object."""
        return {
            "rule": self.rule,
            "kind": self.kind,
            "trial": self.trial,
            "tried": self.tried,
            "hits": self.hits,
            "expected": self.expected,
            "right": self.finding is None,
        }


@dataclasses.dataclass(frozen=True, slots=True)
class Bench:
    """The rules of a catalogue, ready to be evaluated each in its own company."""

    catalogue: Catalogue
    by_key: Mapping[str, Rule]
    filters: tuple[Rule, ...]

    def company(self, rule: Rule) -> list[Rule]:
        """The rule with the rules it refers to and the filters; what a reading of it alone needs."""
        return self.companies([rule])

    def companies(self, rules: Iterable[Rule]) -> list[Rule]:
        """As ``company``, of several rules together; those that refer to them are not in it."""
        found = {one.span: one for rule in rules for one in referred(rule, self.by_key)}
        members = [one for one in found.values() if one.kind is not Kind.FILTER]
        joined = (_within(one, members) for one in self.filters)
        return [*members, *(one for one in joined if one is not None)]


def _within(one: Rule, rules: Iterable[Rule]) -> Rule | None:
    """A filter as it is among ``rules``: for those of them that it names; None if it names none."""
    section = one.body.get("filter") or {}
    named = section.get("rules") or ()
    if named == "any":
        return one
    keys = {key for rule in rules for key in (rule.name, rule.id) if key}
    kept = [key for key in ([named] if isinstance(named, str) else named) if str(key) in keys]
    return dataclasses.replace(one, body={**one.body, "filter": {**section, "rules": kept}}) if kept else None


def bench_of(catalogue: Catalogue) -> Bench:
    """The rules of a catalogue, ready to be evaluated each in its own company."""
    sigma = [rule for rule in catalogue.rules if rule.kind is not Kind.YARA]
    by_key = {key: rule for rule in sigma for key in (rule.name, rule.id) if key}
    return Bench(catalogue, by_key, tuple(rule for rule in sigma if rule.kind is Kind.FILTER))


def few(places: Sequence[str]) -> str:
    """The first few of many places, and how many more there are."""
    return ", ".join(places[:4]) + (f" and {len(places) - 4} more" if len(places) > 4 else "")
