"""What changed between two sides: which rules, which queries of them, and which events each now matches."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from compiler.content.model import Casebook, Rule
from compiler.release.sides import Side
from compiler.targets.plain import OURS
from compiler.verify.effect import Effect, State, effect_of
from compiler.verify.verdict import bench_of

Happened = Literal["removed", "new", "changed"]
STATES: tuple[Happened, ...] = ("removed", "new", "changed")
"""What can have happened to a rule, in the order in which it is told."""
WORDS = ("name", "title", "level", "status", "modified", "version")
"""What a manifest tells of a rule of which both values are told."""


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """What happened to one rule. ``entry`` is what a manifest tells of it now, of a removed one what it told.

    ``words``: by key the value before and now, where they differ. ``keys``: the keys of the rule that differ.
    ``queries``: by target ``new``, ``gone`` or ``changed``. ``effect``: what the change does; None where nothing that
    decides what the rule matches has changed, and for a rule that is there on one side only.
    """

    key: str
    state: Happened
    entry: Mapping[str, Any]
    words: Mapping[str, tuple[Any, Any]] = dataclasses.field(default_factory=dict)
    keys: tuple[str, ...] = ()
    queries: Mapping[str, str] = dataclasses.field(default_factory=dict)
    effect: Effect | None = None

    @property
    def name(self) -> str:
        """The name of the rule; the later one, if it was renamed."""
        return str(self.entry["name"])


@dataclasses.dataclass(frozen=True, slots=True)
class Diff:
    """What changed from ``old`` to ``new``, by state and name. ``unchanged`` counts rules.

    ``targets``: those that both sides have, whose queries were compared.
    """

    old: str
    new: str
    changes: tuple[Change, ...]
    unchanged: int
    targets: tuple[str, ...]

    def of(self, state: Happened) -> tuple[Change, ...]:
        """The changes of one state."""
        return tuple(change for change in self.changes if change.state == state)


def diff(old: Side, new: Side) -> Diff:
    """Compare two sides, rule by rule by their ids; both rules of a pair are evaluated where their text differs."""
    targets = old.targets & new.targets
    both = old.known.keys() & new.known.keys()
    pairs = _Pairs(old, new)
    found = [change for key in both if (change := _changed(key, pairs, targets)) is not None]
    found += [Change(key, "removed", entry) for key, entry in old.known.items() if key not in both]
    found += [
        Change(key, "new", entry, queries=dict.fromkeys(sorted(new.queries.get(key, {})), "new"))
        for key, entry in new.known.items()
        if key not in both
    ]
    changes = tuple(sorted(found, key=lambda change: (STATES.index(change.state), change.name, change.key)))
    unchanged = len(both) - sum(change.state == "changed" for change in changes)
    return Diff(old.label, new.label, changes, unchanged, tuple(sorted(targets)))


class _Pairs:
    """Two sides, and what the rules of each are evaluated with."""

    def __init__(self, old: Side, new: Side) -> None:
        self.sides = (old, new)
        self.rules = (old.rules, new.rules)
        self._benches = (bench_of(old.catalogue), bench_of(new.catalogue))
        self._books = tuple({book.rule: book for book in side.catalogue.casebooks} for side in self.sides)

    def states(self, key: str) -> tuple[State, State] | None:
        """A rule on both sides; None where the text of one is not at hand."""
        found = [
            State(rules[key], bench, self._book(place, rules[key]))
            for place, (rules, bench) in enumerate(zip(self.rules, self._benches, strict=True))
            if key in rules
        ]
        return (found[0], found[1]) if len(found) == len(self.sides) else None

    def _book(self, place: int, rule: Rule) -> Casebook | None:
        return self._books[place].get(rule.name)


def _changed(key: str, pairs: _Pairs, targets: frozenset[str]) -> Change | None:
    old, new = pairs.sides
    before, now = old.known[key], new.known[key]
    words = {
        word: (before[word], now[word])
        for word in WORDS
        if word in before and word in now and before[word] != now[word]
    }
    queries = dict(_queries(old.queries.get(key, {}), new.queries.get(key, {}), targets))
    states = pairs.states(key)
    rewritten = before["sha256"] != now["sha256"]
    effect = None
    if states is None:
        effect = Effect(fault="the text of the rule is not in both") if rewritten else None
    elif rewritten or _company(states[0]) != _company(states[1]):
        effect = effect_of(*states)
    keys = _keys(states, built=old.built or new.built, mixed=old.built is not new.built) if rewritten else ()
    acts = effect is not None and bool(effect.gained or effect.lost)
    if not (rewritten or words or queries or acts):
        return None
    return Change(key, "changed", now, words, keys, queries, effect)


def _queries(before: Mapping[str, str], now: Mapping[str, str], targets: frozenset[str]) -> Iterator[tuple[str, str]]:
    for target in sorted(targets):
        if before.get(target) != now.get(target):
            yield target, "new" if target not in before else "gone" if target not in now else "changed"


def _company(state: State) -> list[tuple[str, str]]:
    """All that decides what a rule matches: its text, the rules that it counts, the filters on it, and placeholders."""
    company = state.bench.company(state.rule)
    return sorted((one.text, str(sorted(one.placeholders.items()))) for one in company)


def _keys(states: Sequence[State] | None, *, built: bool, mixed: bool) -> tuple[str, ...]:
    """The keys of the rule in which two states differ, as far as they can be compared."""
    if states is None:
        return ()
    first, second = states[0].rule.body, states[1].rule.body
    # In a package filters are joined to the detection, which is then not the one that was written.
    aside = (*(OURS if built else ()), *(("detection",) if mixed else ()))
    return tuple(
        sorted(
            str(key)
            for key in {**first, **second}
            if key not in aside and (key in first, first.get(key)) != (key in second, second.get(key))
        )
    )
