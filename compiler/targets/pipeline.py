"""Where the events of a rule lie at a target: the shapes in which they arrive, and what to ask of each."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sigma.conditions import ConditionValueExpression

from compiler.content.model import Arrival, Field, Logsource, Rule, Source
from compiler.targets.changes import adapt, changes_of
from compiler.targets.changes_apart import apart, numbered, opened
from compiler.targets.reading import locate, logsource_of, read_selection
from compiler.targets.target import ELSEWHERE, MISSING_PLACEHOLDER, UNMAPPED, UNSOURCED, Content, Refusal
from compiler.targets.tree import Tree, every, fields_of, leaves, list_of, spelled, unset, without


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """One shape in which the events of a rule arrive at a target.

    ``fields`` are those of the arrival as they are for the rule's category. ``restriction`` is the source's own
    condition on that category (Sysmon's ``EventID: 1`` for ``process_creation``), in Sigma's names; None if the whole
    source is meant. ``marks`` are the conditions, that one among them, by which its events are told from others.
    ``lists``: Sigma fields of which each value is in a field of its own, and the names of these (``changes_apart``).
    """

    source: Source
    arrival: Arrival
    fields: Mapping[str, Field]
    restriction: Mapping[str, Any] | None
    marks: tuple[Tree, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)

    @property
    def name(self) -> str:
        """How reports call it: source and shape."""
        return f"{self.source.name}/{self.arrival.shape}"


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What to ask of one shape: what marks its events, and the rule's condition, in Sigma's field names."""

    shape: Shape
    tree: Tree

    def names(self) -> set[str]:
        """The fields at the target that are read."""
        return {self.shape.fields[field].name for field in fields_of(self.tree)}


def lists_of(asked: Iterable[Asked]) -> list[str]:
    """The placeholders whose lists are read when the query runs, sorted."""
    return sorted({list_of(leaf) for one in asked for leaf in leaves(one.tree)} - {""})


def shapes_of(logsource: Logsource, target: str, content: Content) -> list[Shape]:
    """Every shape in which events of ``logsource`` arrive at ``target``. Raises ``Refusal`` if there is none."""
    found: list[Shape] | None = content.known.get((logsource, target))
    if found is None:
        found = content.known[logsource, target] = [
            _shape(source, arrival, logsource.category)
            for source in content.sources
            if any(logsource.covers(other) for other in source.logsources)
            for arrival in source.arrives
            if arrival.target == target
        ]
    if not found:
        raise _nowhere(logsource, target, content)
    return found


def _nowhere(logsource: Logsource, target: str, content: Content) -> Refusal:
    known = [one.name for one in content.sources if any(logsource.covers(other) for other in one.logsources)]
    if known:
        words = f"the events of {', '.join(known)} do not arrive at {target} ({logsource})"
        return Refusal(ELSEWHERE, words, keys=("logsource",))
    words = f"no source tells how these events arrive at {target} ({logsource})"
    return Refusal(UNSOURCED, words, "describe the log source in detections/sources/", ("logsource",))


def _shape(source: Source, arrival: Arrival, category: str | None) -> Shape:
    if category is None:
        # A field that is kept elsewhere for some category has no one name for all events of the source.
        moved = {name for fields in arrival.overrides.values() for name in fields}
        fields: Mapping[str, Field] = {k: v for k, v in arrival.fields.items() if k not in moved}
        return Shape(source, arrival, opened(fields), None, _marks(arrival, None), numbered(fields))
    merged = {**arrival.fields, **arrival.overrides.get(category, {})}
    fields = {name: field for name, field in merged.items() if field is not None}
    restriction = source.select.get(category)
    return Shape(source, arrival, opened(fields), restriction, _marks(arrival, restriction), numbered(fields))


def _marks(arrival: Arrival, restriction: Mapping[str, Any] | None) -> tuple[Tree, ...]:
    return tuple(read_selection(given) for given in (arrival.only, restriction) if given)


def ask(  # noqa: PLR0913 - what is asked, of whom, and what the target can do
    rule: Rule, tree: Tree, target: str, content: Content, extra: Sequence[str] = (), *, lists: bool = False
) -> tuple[list[Asked], list[str]]:
    """What to ask of each shape of ``rule`` at ``target``, and why other shapes were left out, one line each.

    A fallback is asked only if no other shape of its source can be; of several each that can. If one shape of an
    option that was chosen can be asked, it alone is, since an event in another as well would be told twice. Several of
    these are not: it is not certain that a target can search them together.

    ``extra`` are Sigma fields that must exist beside those of the condition (a correlation's groups). ``lists``: the
    target reads the list of a placeholder without values when the query runs (``tree.list_of``). Raises
    ``Refusal`` if no shape can be asked: a query without a field would match nothing or, negated, too much.
    """
    asked: list[Asked] = []
    refused: list[tuple[str, Refusal]] = []
    told: set[str] = set()
    shapes = shapes_of(logsource_of(rule), target, content)
    if len(chosen := list(_chosen(rule, tree, shapes, extra, lists=lists))) == 1:
        return chosen, []
    for shape in sorted(shapes, key=lambda one: one.arrival.fallback):
        if shape.arrival.option or (shape.arrival.fallback and shape.source.name in told):
            continue
        try:
            asked.append(Asked(shape, _fit(rule, tree, shape, extra, lists=lists)))
            told |= set() if shape.arrival.fallback else {shape.source.name}
        except Refusal as refusal:
            refused.append((shape.name, refusal))
    if not asked:
        # A shape that has the fields but not the value tells more than one that lacks the fields.
        raise min(refused, key=lambda item: item[1].code is UNMAPPED)[1]
    return asked, [f"{name}: {refusal.message}" for name, refusal in refused]


def _chosen(rule: Rule, tree: Tree, shapes: Iterable[Shape], extra: Sequence[str], *, lists: bool) -> Iterator[Asked]:
    """What can be asked of the shapes of options. These have fields alone, so no keyword."""
    for shape in shapes:
        if shape.arrival.option and not any(isinstance(leaf, ConditionValueExpression) for leaf in leaves(tree)):
            with contextlib.suppress(Refusal):
                yield Asked(shape, _fit(rule, tree, shape, extra, lists=lists))


def _fit(rule: Rule, tree: Tree, shape: Shape, extra: Sequence[str], *, lists: bool) -> Tree:
    restrictions = shape.marks
    unfilled = any(unset(leaf) for leaf in leaves(tree))
    # A list is asked without regard to letter case, so a value that is kept in lower case can be looked for in it.
    listed = shape.fields if lists and unfilled else {}
    read = frozenset(name for name, one in listed.items() if {*changes_of(one)} <= {"lower_case"})
    settled = without(tree, frozenset(shape.source.absent), read) if shape.source.absent or unfilled else tree
    if unfilled and without(tree, frozenset(), read) is False:
        raise Refusal(
            MISSING_PLACEHOLDER,
            "the rule matches nothing until its placeholders have values",
            "give them in the environment's `placeholders`",
            ("detection",),
        )
    if settled is False or (settled is True and not restrictions):
        lacking = ", ".join(field for field in fields_of(tree) if field in shape.source.absent)
        raise Refusal(UNMAPPED, f"the events of source {shape.name} never have {lacking}, which the rule needs")
    whole = every([*restrictions, *([] if isinstance(settled, bool) else [settled])])
    if shape.arrival.texts:
        whole = spelled(whole, shape.arrival.texts)
    if shape.lists:
        whole = apart(whole, shape.lists)
    for field in [*fields_of(whole), *extra]:
        if field not in shape.fields:
            why = shape.arrival.unmapped.get(field, "")
            raise Refusal(
                UNMAPPED,
                f"field {field!r} is not mapped for {shape.arrival.target} in source {shape.name}"
                + (f": {why}" if why else ""),
                "" if why else f"add it to detections/sources/{shape.source.name}.yml if the event has it there",
                locate(rule, field),
            )
    if kept := [field for field in extra if "audit_record" in changes_of(shape.fields[field])]:
        raise Refusal(
            UNMAPPED, f"field {kept[0]!r} is a part of a record in {shape.name}, which no event is grouped by"
        )
    return adapt(whole, shape.arrival, shape.fields)
