"""From what the parts of a condition must say to an event on which they do."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from compiler.meaning import predicates
from compiler.meaning.errors import MeaningError
from compiler.meaning.evaluate import test_of, value_test
from compiler.meaning.patterns import Wild
from compiler.meaning.predicates import Predicate
from compiler.meaning.texts import Test
from compiler.meaning.tree import And, Atom, Node, Not, Value
from compiler.meaning.values import MISSING, View, fold
from compiler.meaning.witness.elements import PRESENT, failing, meeting, moments
from compiler.meaning.witness.texts import FILLER, joined

Goal = tuple[Node, bool]
"""That a part of the condition holds, or that it does not."""
Event = dict[str, Any]

_CANDIDATES = 160
"""Elements that are tried for one field."""
_COMBINATIONS = 24
"""Choices of values, one of each atom on a field, of which an element is composed."""
_LONG_LIST = 300
"""Values of a list up to which those are sought that go with another atom's."""
_BUDGET = 80
"""Events that are drafted for one set of goals."""


class Goals:
    """Goals taken apart: ``literals`` are atoms that must or must not hold, ``choices`` of which one part must do."""

    __slots__ = ("choices", "literals")

    def __init__(self) -> None:
        self.literals: dict[int, tuple[Atom, bool]] = {}
        self.choices: list[tuple[tuple[Node, ...], bool]] = []


def taken_apart(goals: Iterable[Goal]) -> Goals | None:
    """What the goals ask of atoms; None if they ask an atom to hold and not to hold."""
    found = Goals()
    waiting = list(goals)
    waiting.reverse()
    while waiting:
        node, want = waiting.pop()
        if isinstance(node, Atom):
            known = found.literals.setdefault(id(node), (node, want))
            if known[1] is not want:
                return None
        elif isinstance(node, Not):
            waiting.append((node.part, not want))
        elif isinstance(node, And) is want or len(node.parts) == 1:
            waiting.extend((part, want) for part in reversed(node.parts))
        else:
            found.choices.append((node.parts, want))
    return found


def met(atom: Atom, want: bool) -> bool:
    """Whether the atom's values must be met for it to hold, or not to hold."""
    return want is not atom.negated


def refers(atom: Atom) -> bool:
    """True if the atom compares with another field of the event."""
    return any(isinstance(item, predicates.Reference) for value in atom.values for item in value.predicates)


class Solver:
    """Makes events for one rule. Everything is tried in a fixed order, so the same goals give the same event."""

    def __init__(self, seed: int, keyword_field: str) -> None:
        self._seed = seed
        self._keyword_field = keyword_field
        self._tests: dict[int, tuple[Node, Test]] = {}
        self._values: dict[int, tuple[Value, Test]] = {}
        self._fields: dict[Any, Any] = {}
        # What was asked is kept: results are remembered by the identity of nodes, which must not be given to others.
        self._asked: list[Sequence[Goal]] = []
        self._left = 0

    def holds(self, node: Node, event: Mapping[str, Any] | View) -> bool:
        """Whether a part of the condition holds; False where a regex ran over its bound."""
        known = self._tests.get(id(node))
        if known is None:
            known = self._tests[id(node)] = (node, test_of(node))
        try:
            return known[1](event if isinstance(event, View) else View(event))
        except MeaningError:
            return False

    def meets(self, atom: Atom, value: Value, event: Event) -> bool:
        """Whether one value of an atom is met, ``neq`` and ``all`` left aside."""
        known = self._values.get(id(value))
        if known is None:
            known = self._values[id(value)] = (value, value_test(atom, value))
        try:
            return known[1](View(event))
        except MeaningError:
            return False

    def satisfied(self, goals: Iterable[Goal], event: Event) -> bool:
        """Whether all goals are met."""
        view = View(event)
        return all(self.holds(node, view) is want for node, want in goals)

    def solve(self, goals: Sequence[Goal], prefer: Mapping[int, Value] | None = None) -> Event | None:
        """An event that meets all goals, or None if none was hit upon.

        ``prefer``: by the identity of an atom the value of it that is to be met.
        """
        self._left = _BUDGET
        self._asked.append(goals)
        return self._solve(list(goals), prefer or {}, frozenset())

    def _solve(self, goals: list[Goal], prefer: Mapping[int, Value], decided: frozenset[int]) -> Event | None:
        if self._left <= 0:
            return None
        self._left -= 1
        asked = taken_apart(goals)
        if asked is None:
            return None
        event = self._assign(list(asked.literals.values()), prefer)
        if event is None:
            return None
        view = View(event)
        for parts, want in asked.choices:
            if id(parts) in decided or any(self.holds(part, view) is want for part in parts):
                continue
            for part in sorted(parts, key=lambda item: _fixed(item, event)):
                found = self._solve([*goals, (part, want)], prefer, decided | {id(parts)})
                if found is not None:
                    return found
            return None
        return event if self.satisfied(goals, event) else None

    def _assign(self, literals: list[tuple[Atom, bool]], prefer: Mapping[int, Value]) -> Event | None:
        """An event on which atoms hold or do not, as far as each field by itself can tell."""
        by_field: dict[str, list[tuple[Atom, bool]]] = {}
        later: list[tuple[Atom, bool]] = []
        keywords: list[tuple[Atom, bool]] = []
        for atom, want in literals:
            if atom.field is None:
                keywords.append((atom, want))
            elif refers(atom):
                later.append((atom, want))
            else:
                by_field.setdefault(atom.field, []).append((atom, want))
        event: Event = {}
        for field, asked in by_field.items():
            element = self._element(field, asked, prefer)
            if element is None:
                return None
            if element[0] is not MISSING:
                event[field] = element[0]
        for atom, want in later:
            if not self._refer(atom, want, event):
                return None
        return event if self._add_keywords(keywords, event, prefer) else None

    def _element(self, field: str, asked: list[tuple[Atom, bool]], prefer: Mapping[int, Value]) -> tuple[Any] | None:
        key = (field, *((id(atom), want, id(prefer.get(id(atom)))) for atom, want in asked))
        if key not in self._fields:
            self._fields[key] = self._search(field, asked, prefer)
        known: tuple[Any] | None = self._fields[key]
        return known

    def _search(self, field: str, asked: list[tuple[Atom, bool]], prefer: Mapping[int, Value]) -> tuple[Any] | None:
        for element in itertools.islice(self.elements(asked, prefer), _CANDIDATES):
            view = View({} if element is MISSING else {field: element})
            if all(self.holds(atom, view) is want for atom, want in asked):
                return (element,)
        return None

    def elements(self, asked: Sequence[tuple[Atom, bool]], prefer: Mapping[int, Value] | None = None) -> Iterator[Any]:
        """Elements that may make the atoms of one field hold or not, as asked; the caller checks."""
        wanted = [atom for atom, want in asked if met(atom, want)]
        unwanted = [atom for atom, want in asked if not met(atom, want)]
        if wanted:
            for chosen in itertools.islice(_chosen(wanted, prefer or {}), _COMBINATIONS):
                yield from composed(chosen, self._seed)
            # Where letter case is ignored by one atom and counts for another, only the same in other letters will do.
            texts = [one for chosen in _chosen(wanted[:1], prefer or {}) for one in composed(chosen, self._seed)]
            for text in texts[:4]:
                if isinstance(text, str):
                    yield from (text.upper(), text.lower(), text.swapcase())
            return
        for atom in unwanted:
            for value in atom.values[:2]:
                for item in value.predicates[:1]:
                    yield from failing(item)
        yield from (FILLER, PRESENT, MISSING, "", 7, None)

    def _refer(self, atom: Atom, want: bool, event: Event) -> bool:
        """Give the two fields of a comparison values, of which the other's is kept if it has one."""
        for value in atom.values:
            for item in value.predicates:
                if isinstance(item, predicates.Reference):
                    event.setdefault(item.field, event.get(str(atom.field), FILLER))
        references = [i for value in atom.values for i in value.predicates if isinstance(i, predicates.Reference)]
        others = [str(event[item.field]) for item in references]
        drafts = [event.get(str(atom.field)), *others, FILLER.join(others), "other"]
        drafts += [f"{FILLER}{text}" for text in others] + [f"{text}{FILLER}" for text in others]
        for draft in drafts:
            if draft is not None and self.holds(atom, {**event, str(atom.field): draft}) is want:
                event[str(atom.field)] = draft
                return True
        return False

    def _add_keywords(self, asked: list[tuple[Atom, bool]], event: Event, prefer: Mapping[int, Value]) -> bool:
        if not asked:
            return True
        taken = event.get(self._keyword_field, MISSING)
        drafts = [taken]
        if any(met(atom, want) for atom, want in asked):
            texts = itertools.islice(self.elements(asked, prefer), _CANDIDATES)
            drafts += texts if taken is MISSING else [f"{taken} {text}" for text in texts]
        else:
            drafts.append(FILLER)
        for draft in drafts:
            trial = event if draft is MISSING else {**event, self._keyword_field: draft}
            if all(self.holds(atom, trial) is want for atom, want in asked):
                event.update(trial)
                return True
        return False


def _fixed(node: Node, event: Event) -> int:
    """What to change last: first come atoms on fields that nothing asks for yet."""
    if isinstance(node, Atom):
        return int(node.field in event)
    return 2


def _chosen(wanted: Sequence[Atom], prefer: Mapping[int, Value]) -> Iterator[list[Predicate]]:
    """One value of each atom (with ``all``, every one), as one predicate each, in every combination."""
    choices: list[list[tuple[Value, ...]]] = []
    for atom in wanted:
        if atom.every:
            choices.append([atom.values])
        elif id(atom) in prefer:
            choices.append([(prefer[id(atom)],)])
        else:
            choices.append([(value,) for value in _likely(atom, wanted)])
    for combination in itertools.product(*choices):
        values = [value for group in combination for value in group]
        for turn in range(max(len(value.predicates) for value in values)):
            yield [value.predicates[min(turn, len(value.predicates) - 1)] for value in values]


def _likely(atom: Atom, wanted: Sequence[Atom]) -> Sequence[Value]:
    """Some values of an atom; of a long list first those that share a text with a value of the other atoms."""
    if len(atom.values) <= 2 or len(wanted) == 1 or len(atom.values) > _LONG_LIST:
        return atom.values[:8]
    others = [
        text
        for other in wanted
        if other is not atom
        for value in other.values[:_LONG_LIST]
        for text in _literals(value)
    ]
    near = [
        value
        for value in atom.values
        if any(one in other or other in one for one in _literals(value) for other in others)
    ]
    return [*near[:8], *(value for value in atom.values[:4] if value not in near[:8])]


def _literals(value: Value) -> list[str]:
    texts = [item.tokens for item in value.predicates[:1] if isinstance(item, predicates.Text)]
    return [fold(token) for tokens in texts for token in tokens if isinstance(token, str) and len(token) > 1]


def composed(items: Sequence[Predicate], seed: int) -> Iterator[Any]:
    """Elements that may meet all predicates at once; last a list of one element for each."""
    items = list(dict.fromkeys(items))
    if len(items) == 1:
        yield from meeting(items[0], seed)
        return
    patterns = [item.tokens for item in items if isinstance(item, predicates.Text)]
    others = [item for item in items if not isinstance(item, predicates.Text)]
    if not others:
        yield from joined(patterns)
    for item in others:
        for element in meeting(item, seed):
            yield element
            if isinstance(element, str) and element and patterns:
                yield from itertools.islice(joined([*patterns, (Wild.ANY, element, Wild.ANY)]), 6)
                text = next(joined(patterns))
                yield from (f"{text} {element}", f"{element} {text}", f"{text}{element}", f"{element}{text}")
    timed = [item for item in others if isinstance(item, predicates.Comparison) and item.part]
    if len(timed) > 1:
        yield moments(timed)
    if len(others) > 1:
        firsts = [next(meeting(item, seed), None) for item in others]
        yield " ".join(str(element) for element in firsts)
    several = [None if item == predicates.Null() else next(meeting(item, seed), MISSING) for item in items]
    if MISSING not in several:
        yield several
