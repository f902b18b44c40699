"""All witnesses of one rule, in the order in which they matter, up to a limit."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.meaning import predicates
from compiler.meaning.errors import Keys, MeaningError
from compiler.meaning.rule import Detection
from compiler.meaning.tree import atoms
from compiler.meaning.values import MISSING, View
from compiler.meaning.witness.covering import covered_values
from compiler.meaning.witness.neighbours import (
    SPECIAL,
    anchors,
    common,
    letter_case,
    lists,
    neighbours,
    shape_of,
    special,
)
from compiler.meaning.witness.pairs import Found, find_pair, is_dead, value_events, ways
from compiler.meaning.witness.solving import Event, Solver
from compiler.meaning.witness.texts import FILLER

LIMIT = 400
"""Events of one rule; the values of its lists come on top of them."""
VALUE_LIMIT = 1_000
"""Values of the lists of one rule that are tried."""
ATOM_LIMIT = 500
"""Atoms of a rule that is tried at all: each has events that hold a field for every other, so the work is their square.
The longest rule of SigmaHQ has 69."""


@dataclasses.dataclass(frozen=True, slots=True)
class Witness:
    """A flat event in Sigma's field names, and what the reference says of it.

    ``kind``: ``pair``, ``value``, or that of a neighbour (``neighbours.py``). ``keys`` lead to the atom or value of the
    rule that it was made for; None for what concerns the event as a whole.
    """

    event: Mapping[str, Any]
    kind: str
    keys: Keys | None
    expected: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Pair:
    """Two witnesses, by their place: the atom holds on the first and not on the second, and the verdicts differ.

    ``unique``: nothing but the atom changed (unique-cause MC/DC); otherwise what changed besides has no part in the
    verdict (masking MC/DC). ``listed``: it takes a list in a field, which most stores and sources never have.
    """

    keys: Keys
    holding: int
    failing: int
    unique: bool
    listed: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Witnesses:
    """The witnesses of one rule, and what there is none for.

    ``unknown``: atoms for which no pair was found. ``dead``: atoms that are proved to have no effect. ``idle``: values
    of a list that another of it covers. ``unshown``: values of a list for which no event was found that shows
    them alone at work. ``untried``: values beyond the limit, and all atoms of a rule that has more than ``ATOM_LIMIT``.
    ``atoms``: how many atoms there are.
    """

    events: tuple[Witness, ...]
    pairs: tuple[Pair, ...]
    unknown: tuple[Keys, ...]
    dead: tuple[Keys, ...]
    idle: tuple[Keys, ...]
    unshown: tuple[Keys, ...]
    untried: int
    atoms: int


NONE = Witnesses((), (), (), (), (), (), 0, 0)
"""Of a rule that has no detection."""


def witnesses(detection: Detection, *, seed: int = 0, limit: int = LIMIT, keyword_field: str = "Message") -> Witnesses:
    """Derive events from a rule that show every part of it at work, and the corners at which translations break.

    ``keyword_field`` is the field that holds what keywords search. The reference alone says what each event must give.
    The same arguments give the same witnesses, on every machine.
    """
    if (count := len(atoms(detection.tree))) > ATOM_LIMIT:
        return Witnesses((), (), (), (), (), (), count, count)
    return _Derivation(detection, seed, keyword_field).all(limit)


class _Derivation:
    def __init__(self, detection: Detection, seed: int, keyword_field: str) -> None:
        self._detection = detection
        self._tree = detection.tree
        self._atoms = atoms(self._tree)
        self._seed = seed
        self._keyword_field = keyword_field
        self._solver = Solver(seed, keyword_field)
        self._events: list[Witness] = []
        self._places: dict[str, int] = {}
        self._pairs: list[Pair] = []
        self._found: list[Found] = []

    def all(self, limit: int) -> Witnesses:
        unknown: list[Keys] = []
        dead: list[Keys] = []
        idle: list[Keys] = []
        unshown: list[Keys] = []
        places = ways(self._tree)
        for atom in self._atoms:
            found = find_pair(self._solver, self._tree, atom, places.get(id(atom), ()))
            if found is not None and self._add_pair(found):
                self._found.append(found)
            elif is_dead(self._tree, atom, places.get(id(atom), ())):
                dead.append(atom.keys)
            else:
                unknown.append(atom.keys)
            for goals in places.get(id(atom), ()) if len(places.get(id(atom), ())) > 1 else ():
                # Each place of an atom that stands in several is shown at work, for its neighbours differ.
                again = find_pair(self._solver, self._tree, atom, (goals,))
                for event in (again.holding, again.failing) if again is not None else ():
                    self._add(event, "pair", atom.keys)
            idle += [value.keys for value in covered_values(atom)]
        left = max(0, limit - len(self._events))
        untried = self._add_values(set(idle), unshown)
        self._add_neighbours(len(self._events) + left)
        return Witnesses(
            tuple(self._events),
            tuple(self._pairs),
            tuple(unknown),
            tuple(dead),
            tuple(idle),
            tuple(unshown),
            untried,
            len(self._atoms),
        )

    def _add(self, event: Event, kind: str, keys: Keys | None) -> int | None:
        """The place of an event, added unless it is there; None if the reference cannot judge it."""
        key = repr(sorted(event.items()))
        place = self._places.get(key)
        if place is None:
            try:
                expected = self._detection.matches(View(event))
            except MeaningError:
                return None
            place = self._places[key] = len(self._events)
            self._events.append(Witness(event, kind, keys, expected))
        return place

    def _add_pair(self, found: Found) -> bool:
        keys = found.atom.keys
        holding, failing = self._add(found.holding, "pair", keys), self._add(found.failing, "pair", keys)
        if holding is None or failing is None:
            return False
        listed = any(isinstance(value, list) for event in (found.holding, found.failing) for value in event.values())
        self._pairs.append(Pair(keys, holding, failing, found.unique, listed))
        return True

    def _add_values(self, idle: set[Keys], unshown: list[Keys]) -> int:
        tried = 0
        for found in self._found:
            if len(found.atom.values) == 1:
                continue
            for value in found.atom.values:
                tried += 1
                if tried > VALUE_LIMIT:
                    continue
                alone = False
                chosen: Event | None = None
                for event, is_alone in value_events(self._solver, found, value):
                    chosen = event if chosen is None or is_alone else chosen
                    if is_alone or len(found.atom.values) > 64:
                        alone = True
                        break
                if chosen is not None:
                    self._add(chosen, "value", value.keys)
                if not alone and value.keys not in idle:
                    unshown.append(value.keys)
        return max(0, tried - VALUE_LIMIT)

    def _add_neighbours(self, limit: int) -> None:
        seen: set[tuple[str, str]] = set()
        for source in (self._of_fields(), self._of_values(seen), self._of_specials(), self._of_events()):
            for kind, keys, event in source:
                if len(self._events) >= limit:
                    return
                self._add(event, kind, keys)

    def _of_fields(self) -> Iterator[tuple[str, Keys | None, Event]]:
        """What is tried on each field once, and what on each atom."""
        done: set[str] = set()
        for found in self._found:
            name = self._keyword_field if found.atom.field is None else found.atom.field
            base = found.failing if found.atom.negated else found.holding
            element = base.get(name)
            if isinstance(element, str) and found.atom.values[0].predicates:  # a list that nobody has filled has none
                for kind, text in anchors(found.atom.values[0].predicates[0], element):
                    yield kind, found.atom.keys, _changed(base, name, text)
            if found.atom.field is not None and name not in done:
                done.add(name)
                for kind, other in common(element if element is not None else found.failing.get(name)):
                    yield kind, found.atom.keys, _changed(base, name, other)

    def _of_values(self, seen: set[tuple[str, str]]) -> Iterator[tuple[str, Keys | None, Event]]:
        """What is tried once for each sort of question."""
        for found in self._found:
            field = found.atom.field
            for value in found.atom.values[:3]:
                for item in value.predicates[:2]:
                    sort = f"{shape_of(item)} {field is None}"
                    if ("", sort) in seen:
                        continue
                    seen.add(("", sort))
                    yield from self._around(found, item, value.keys)

    def _around(self, found: Found, item: predicates.Predicate, keys: Keys) -> Iterator[tuple[str, Keys | None, Event]]:
        field = found.atom.field
        name = self._keyword_field if field is None else field
        base = found.failing if found.atom.negated else found.holding
        element = base.get(name)
        for kind, other in neighbours(item, element if isinstance(element, str | int | float) else "", self._seed):
            yield kind, keys, _changed(base, name, other)
        if element is not None and not isinstance(element, list):
            other = found.failing.get(name, FILLER)
            for kind, several in lists(element, FILLER if other == element or isinstance(other, list) else other):
                yield kind, keys, _changed(base, name, several)
        if isinstance(item, predicates.Reference):
            yield from _reference_sides(base, name, item, keys)
        if field is None and element is not None:
            yield from _keyword_places(base, name, element, keys)

    def _of_specials(self) -> Iterator[tuple[str, Keys | None, Event]]:
        """For each special character, and each letter that folds oddly, the first value that has it."""
        left = dict.fromkeys(SPECIAL)
        folded: set[str] = set()
        for found in self._found:
            name = self._keyword_field if found.atom.field is None else found.atom.field
            base = found.failing if found.atom.negated else found.holding
            text = str(base.get(name, ""))
            for value in found.atom.values:
                for item in value.predicates[:1]:
                    if not isinstance(item, predicates.Text):
                        continue
                    literal = {char for token in item.tokens if isinstance(token, str) for char in token}
                    wanted = [char for char in left if char in literal]
                    for kind, other in special(item.tokens, text, wanted):
                        yield kind, value.keys, _changed(base, name, other)
                    for char in wanted:
                        del left[char]
                    for kind, other in () if item.cased else letter_case(text):
                        if kind not in folded:
                            folded.add(kind)
                            yield kind, value.keys, _changed(base, name, other)

    def _of_events(self) -> Iterator[tuple[str, Keys | None, Event]]:
        yield "event:empty", None, {}
        for found in self._found[:2]:
            yield "event:another field", None, {**found.holding, "Unrelated": FILLER}
            yield "event:another field with a value", None, {**found.holding, "Unrelated": _first_text(found.holding)}


def _first_text(event: Event) -> Any:
    return next((value for value in event.values() if isinstance(value, str)), FILLER)


def _changed(event: Event, field: str, element: Any) -> Event:
    changed = {name: value for name, value in event.items() if name != field}
    if element is not MISSING:
        changed[field] = element
    return changed


def _reference_sides(
    base: Event, field: str, item: predicates.Reference, keys: Keys
) -> Iterator[tuple[str, Keys | None, Event]]:
    other = item.field
    yield "reference:missing side", keys, _changed(base, other, MISSING)
    yield "reference:null side", keys, _changed(base, other, None)
    yield "reference:both missing", keys, _changed(_changed(base, other, MISSING), field, MISSING)
    yield "reference:both null", keys, {**base, field: None, other: None}
    yield "reference:both empty", keys, {**base, field: "", other: ""}
    yield "reference:number and text", keys, {**base, field: 7, other: "7"}
    if not item.shape:
        yield "reference:number and float", keys, {**base, field: 7, other: 7.0}


def _keyword_places(base: Event, field: str, element: Any, keys: Keys) -> Iterator[tuple[str, Keys | None, Event]]:
    rest = _changed(base, field, FILLER)
    yield "keyword:another field", keys, {**rest, "Unrelated": element}
    yield "keyword:in a list", keys, {**rest, "Unrelated": [FILLER, element]}
    yield "keyword:in a word", keys, {**rest, "Unrelated": f"{FILLER}{element}{FILLER}"}
    yield "keyword:as a field name", keys, {**rest, str(element).strip() or "name": FILLER}
    yield "keyword:across fields", keys, {**rest, "One": str(element)[:2], "Two": str(element)[2:]}
