"""For every atom two events that differ in it alone and give different verdicts: MC/DC, as for avionics.

Unique-cause MC/DC changes no other atom. Where atoms imply one another that cannot be had, and masking MC/DC asks that
what the others change has no part in the verdict: along the way from the atom to the top every other part of an *and*
holds, every other part of an *or* does not (Chilenski 2001, DOT/FAA/AR-01/18, section 3).
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence

from compiler.meaning.tree import And, Atom, Node, Not, Value, atoms
from compiler.meaning.values import MISSING
from compiler.meaning.witness.covering import excludes, implies
from compiler.meaning.witness.solving import Event, Goal, Solver, met, refers, taken_apart
from compiler.meaning.witness.texts import FILLER

_PATHS = 6
"""Places of one atom in the condition that are tried; a selection may be named many times."""
_CANDIDATES = 48
_SPLITS = 64
_TABLE = 10
"""Other atoms up to which a condition's table of truth is written out."""
_FEW = 64
"""Values of a list up to which each is compared with all others."""


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A pair: the atom holds on ``holding`` and not on ``failing``; ``goals`` are what its way to the top asks for.

    ``unique``: no other atom changed.
    """

    atom: Atom
    holding: Event
    failing: Event
    unique: bool
    goals: tuple[Goal, ...]


def ways(tree: Node, limit: int = _PATHS) -> dict[int, list[tuple[Goal, ...]]]:
    """For each atom (by identity) what must be so for the verdict to hang on it, once a place of it in the tree."""
    found: dict[int, list[tuple[Goal, ...]]] = {}

    def walk(node: Node, goals: tuple[Goal, ...]) -> None:
        if isinstance(node, Atom):
            places = found.setdefault(id(node), [])
            if len(places) < limit:
                places.append(goals)
        elif isinstance(node, Not):
            walk(node.part, goals)
        else:
            want = isinstance(node, And)
            for index, part in enumerate(node.parts):
                others = tuple((other, want) for at, other in enumerate(node.parts) if at != index)
                walk(part, (*goals, *others))

    walk(tree, ())
    return found


def find_pair(solver: Solver, tree: Node, atom: Atom, places: Sequence[tuple[Goal, ...]]) -> Found | None:
    """A pair for an atom, unique-cause before masking; None if none was hit upon."""
    masked: Found | None = None
    for goals in places:
        holding = solver.solve((*goals, (atom, True)))
        if holding is None:
            continue
        found = _counterpart(solver, tree, atom, goals, holding)
        if found is None:
            apart = solver.solve((*goals, (atom, False)))
            if apart is not None and _flips(solver, tree, holding, apart):
                found = Found(atom, holding, apart, False, goals)
        if found is not None and found.unique:
            return found
        masked = masked or found
    return masked or _coupled(solver, tree, atom, places)


def _coupled(solver: Solver, tree: Node, atom: Atom, places: Sequence[tuple[Goal, ...]]) -> Found | None:
    """A pair for an atom that stands in several places, which all change at once: no place can be looked at alone."""
    for verdict in (True, False) if len(places) > 1 else ():
        holding = solver.solve(((tree, verdict), (atom, True)))
        found = _counterpart(solver, tree, atom, (), holding) if holding is not None else None
        if found is not None:
            return found
    return None


def _flips(solver: Solver, tree: Node, one: Event, other: Event) -> bool:
    return solver.holds(tree, one) is not solver.holds(tree, other)


def _counterpart(solver: Solver, tree: Node, atom: Atom, goals: tuple[Goal, ...], holding: Event) -> Found | None:
    """The same event with the atom's field changed so that it no longer holds and the goals still do."""
    asked = taken_apart(goals)
    beside = [item for item in asked.literals.values() if item[0].field == atom.field] if asked else []
    related = [other for other in _atoms_of(goals) if other.field in (atom.field, None) or refers(other)]
    before = [solver.holds(other, holding) for other in related]
    masked: Found | None = None
    field = atom.field
    if field is None:
        # Keywords may stand in any field: take them out of each that a pair can do without.
        trials = [{**holding, name: FILLER} for name in holding]
    else:
        elements = itertools.chain(solver.elements([(atom, False), *beside]), solver.elements([(atom, False)]))
        trials = [_with(holding, field, element) for element in itertools.islice(elements, _CANDIDATES)]
    for trial in trials:
        if solver.holds(atom, trial) or not solver.satisfied(goals, trial) or not _flips(solver, tree, holding, trial):
            continue
        if [solver.holds(other, trial) for other in related] == before:
            return Found(atom, holding, trial, True, goals)
        masked = masked or Found(atom, holding, trial, False, goals)
    return masked


def _with(event: Event, field: str, element: object) -> Event:
    changed = {name: value for name, value in event.items() if name != field}
    if element is not MISSING:
        changed[field] = element
    return changed


def _atoms_of(goals: Sequence[Goal]) -> list[Atom]:
    found: dict[int, Atom] = {}
    waiting = [node for node, _ in goals]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Atom):
            found[id(node)] = node
        elif isinstance(node, Not):
            waiting.append(node.part)
        else:
            waiting.extend(node.parts)
    return list(found.values())


def value_events(solver: Solver, found: Found, value: Value) -> Iterator[tuple[Event, bool]]:
    """Events on which this value of the atom is met and the pair's goals are too, with whether it alone is met.

    With ``all`` it is the other way round: events on which this value alone is not met.
    """
    atom = found.atom
    others = [other for other in atom.values if other is not value] if len(atom.values) <= _FEW else []
    for event in _drafts(solver, found, value):
        if solver.holds(atom, event) is (atom.negated is not atom.every) or not solver.satisfied(found.goals, event):
            continue
        if solver.meets(atom, value, event) is not atom.every:
            alone = bool(others) and all(solver.meets(atom, other, event) is atom.every for other in others)
            yield event, alone


def _drafts(solver: Solver, found: Found, value: Value) -> Iterator[Event]:
    """The pair's event with this value in the atom's field; and events made anew."""
    atom = found.atom
    if atom.every:
        joint = tuple(name for name in atom.modifiers if name != "neq")
        rest = dataclasses.replace(
            atom, values=tuple(other for other in atom.values if other is not value), modifiers=joint
        )
        one = dataclasses.replace(rest, values=(value,))
        wanted: list[Goal] = [(rest, True)] if rest.values else []
        event = solver.solve((*found.goals, *wanted, (one, False)))
    else:
        if atom.field is not None and not refers(atom):
            elements = solver.elements([(atom, not atom.negated)], {id(atom): value})
            yield from (_with(found.holding, atom.field, element) for element in itertools.islice(elements, 12))
        # The element may have to please other atoms of the field as well.
        event = solver.solve((*found.goals, (atom, not atom.negated)), {id(atom): value})
    if event is not None:
        yield event


def is_dead(tree: Node, atom: Atom, places: Sequence[tuple[Goal, ...]]) -> bool:
    """True only if the atom could be left out: a proof, from what implies what.

    Where its verdict counts, what must be so beside it contradicts its holding or its not holding, so that a constant
    could stand in its place. Of two atoms that say the same each could be left out, but not both. An atom that stands
    in several places is judged by the condition's table of truth, if that is small. One that asks for a list which
    nobody has filled in never holds.
    """
    if not any(value.predicates for value in atom.values):
        return True
    if len(places) == 1:
        return any(_contradictory([*places[0], (atom, want)]) for want in (True, False))
    return _irrelevant(tree, atom)


def _irrelevant(tree: Node, atom: Atom) -> bool:
    others = [other for other in atoms(tree) if other is not atom]
    if len(others) > _TABLE:
        return False
    for row in itertools.product((False, True), repeat=len(others)):
        said = dict(zip(map(id, others), row, strict=True))
        if _value(tree, {**said, id(atom): False}) is not _value(tree, {**said, id(atom): True}):
            return False
    return True


def _value(node: Node, said: dict[int, bool]) -> bool:
    if isinstance(node, Atom):
        return said[id(node)]
    if isinstance(node, Not):
        return not _value(node.part, said)
    return (all if isinstance(node, And) else any)(_value(part, said) for part in node.parts)


def _contradictory(goals: list[Goal], splits: int = 1) -> bool:
    asked = taken_apart(goals)
    if asked is None or _clashing(list(asked.literals.values())):
        return True
    if not splits:
        return False
    return any(
        len(parts) <= _SPLITS and all(_contradictory([*goals, (part, want)], splits - 1) for part in parts)
        for parts, want in asked.choices[:_SPLITS]
    )


def _clashing(literals: list[tuple[Atom, bool]]) -> bool:
    by_field: dict[str | None, tuple[list[Atom], list[Atom]]] = {}
    for atom, want in literals:
        by_field.setdefault(atom.field, ([], []))[0 if met(atom, want) else 1].append(atom)
    for wanted, unwanted in by_field.values():
        if len(wanted) * len(unwanted) > 2500:
            continue
        if any(implies(one, other) for one in wanted for other in unwanted):
            return True
        if any(excludes(one, other) for one, other in itertools.combinations(wanted[:40], 2)):
            return True
    return False
