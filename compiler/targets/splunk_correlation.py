"""Correlations in SPL, over a window that slides with the events (``splunk_window``), and correlations of correlations.

Stock counts in fixed bins, so a burst across a boundary is missed. An event with several values in a field of the group
is in the group of each. Facts: *mvexpand*, *multisearch* and *Multivalue eval functions* in Splunk's Search Reference
9.4.

A condition is judged at every event of a group, with all events of the same instant; a group fires at the first event
at which it holds after one at which it did not.

A chain is one search too, so that no limit of a subsearch cuts it short. Each correlation has a level, the outermost 0,
and a row belongs to the level whose mark (``tocsin0``, ``tocsin1``, ...) it has: the place of its rule in that
correlation. The innermost is judged first, while the rows of all others, which have none of its fields, pass through;
where it fires, the row is marked as one of the level above, under the names that this one has for its fields.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence

from compiler.content.model import Field, Kind, Rule
from compiler.targets.changes import marks_of
from compiler.targets.correlation import NUMERIC, Correlated, reach, read_correlation, refused
from compiler.targets.pipeline import Asked, ask
from compiler.targets.reading import read_rule
from compiler.targets.splunk_query import NAME, generates, names_of, piped, settings_of, terms_of
from compiler.targets.splunk_search import clause, quoted_name
from compiler.targets.splunk_window import judged, onset
from compiler.targets.target import Content, Query
from compiler.targets.tree import Tree

MAX_LEVELS = 20
"""Correlations in one search; more, and one most likely refers to itself."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Part:
    """The events of one rule in one shape: search, ``where``, and assignments that give its fields common names."""

    terms: str
    where: str
    assigned: str


@dataclasses.dataclass(frozen=True, slots=True)
class _Level:
    """One correlation of a chain. ``kept`` are fields of its events that the level above asks for beside its groups."""

    number: int
    wanted: Correlated
    kept: tuple[str, ...]
    chained: bool

    def column(self, name: str) -> str:
        """The field in which its rows have what ``name`` stands for, a group or what is counted."""
        plain = re.sub(r"\W", "_", name, flags=re.ASCII)
        return f"tocsin{self.number}_{plain}" if self.number else plain

    def carried(self, name: str) -> str:
        """The field in which its rows have an event's own field, for the level above."""
        return f"tocsin{self.number}_kept_" + re.sub(r"\W", "_", name, flags=re.ASCII)

    @property
    def mark(self) -> str:
        """The field that tells its rows from those of other levels: the place of the rule."""
        return f"tocsin{self.number}"

    @property
    def temporal(self) -> bool:
        """True if it tells the events of its rules from one another."""
        return self.wanted.kind.startswith("temporal")

    @property
    def keys(self) -> list[str]:
        """The fields that hold the group, letter case folded, while it is judged."""
        return [f"tocsin_group{number}" for number, _ in enumerate(self.wanted.groups, start=1)]

    def assigned(self, place: int, rule: Rule, columns: Mapping[str, str]) -> dict[str, str]:
        """What a row of ``rule`` gets here: each field of ours, and ``columns[name]``, which it has there."""
        names = dict.fromkeys((*self.wanted.groups, *self.wanted.fields))
        pairs = {self.column(name): columns[self.wanted.field_of(name, rule)] for name in names}
        pairs |= {self.carried(name): columns[name] for name in self.kept}
        if self.chained:
            pairs[self.mark] = str(place) if self.temporal else "1"
        elif self.temporal:
            pairs["tocsin_rule"] = str(place)
        return {ours: there for ours, there in pairs.items() if ours != there}

    def needed(self, rule: Rule) -> list[str]:
        """The fields of a rule that must be there beside those of its condition."""
        wanted = self.wanted
        names = [*wanted.group_fields(rule), *(wanted.field_of(name, rule) for name in wanted.fields), *self.kept]
        return list(dict.fromkeys(names))


@dataclasses.dataclass(slots=True)
class _Search:
    """A search while it is written: the events of each level, the stages after them, and what was asked for."""

    content: Content
    chained: bool
    parts: list[_Part] = dataclasses.field(default_factory=list)
    stages: list[str] = dataclasses.field(default_factory=list)
    asked: list[Asked] = dataclasses.field(default_factory=list)
    trees: list[Tree] = dataclasses.field(default_factory=list)
    left_out: list[str] = dataclasses.field(default_factory=list)
    deviations: set[str] = dataclasses.field(default_factory=set)
    levels: int = 0


def correlate(rule: Rule, content: Content) -> Query:
    """A correlation in SPL. Raises ``Refusal`` for what cannot be said exactly."""
    wanted = read_correlation(rule, content, extended=True)
    search = _Search(content, chained=any(other.kind is Kind.CORRELATION for other in wanted.rules))
    level = _written(search, wanted, ())
    if len(search.parts) > 1 and any(map(generates, search.asked)):
        # Only searches that stream can be joined, and of a data model that is not certain (*multisearch*).
        return correlate(rule, content.plain())
    settings = settings_of(search.asked, search.left_out, search.trees)
    settings |= {"timespan": reach(wanted, content), "groups": [level.column(group) for group in wanted.groups]}
    settings["deviations"] = sorted({*settings["deviations"], *search.deviations})
    taken = "| fields - tocsin*" if search.chained else "| fields - tocsin_*"
    text = "\n".join([_united(search.parts), *search.stages, taken])
    return Query(rule.name, NAME, "spl", text, names_of(search.asked), settings)


def _written(search: _Search, wanted: Correlated, kept: Sequence[str]) -> _Level:
    """Add one correlation, after those that it is of."""
    if search.levels == MAX_LEVELS:
        raise refused("the correlation refers to itself, or to more correlations than one search can hold", "rules")
    _check(wanted)
    level = _Level(search.levels, wanted, tuple(name for name in kept if name not in wanted.groups), search.chained)
    search.levels += 1
    parts: list[_Part] = []
    for place, other in enumerate(wanted.rules, start=1):
        if other.kind is Kind.CORRELATION:
            inner = read_correlation(other, search.content, extended=True)
            below = _written(search, inner, level.needed(other))
            search.stages += _handed_on(below, level, place, other)
        else:
            parts += _parts(search, level, place, other)
    search.parts += _together(parts, wanted)
    search.stages += _judged(level)
    if wanted.kind in NUMERIC:
        search.deviations.add("rounded-sums")
    return level


def _judged(level: _Level) -> list[str]:
    """The stages that leave of the rows of a level those at which its correlation begins to hold."""
    wanted, keys, mark = level.wanted, level.keys, level.mark
    stages = []
    for key, group in zip(keys, map(level.column, wanted.groups), strict=True):
        values = f"mvdedup(mvmap({group}, lower({group})))"
        # What *mvexpand* does with a row that lacks the field is not documented: the rows of other levels have one.
        values = f'if(isnotnull({mark}), {values}, "")' if level.number else values
        stages.append(f"| eval {key}={values}\n| mvexpand {key}")
    if level.chained and level.temporal:
        stages.append(f"| eval tocsin_rule={mark}")
    if level.number:
        stages.append(f"| eval {mark}_row=if(isnotnull({mark}), 1, null())")
    by = " ".join([f"{mark}_row", *keys] if level.number else keys)
    stages += [*judged(wanted, [level.column(field) for field in wanted.fields], by), *onset(by)]
    grouped = "".join(f" AND isnotnull({name})" for name in keys)
    fires = f"tocsin_holds==1 AND (isnull(tocsin_held) OR tocsin_held==0){grouped}"
    return [*stages, f"| where isnull({mark}) OR ({fires})" if level.number else f"| where {fires}"]


def _handed_on(below: _Level, level: _Level, place: int, rule: Rule) -> list[str]:
    """Where the level below has fired, the row becomes one of the level above; a group has one value, its own."""
    fired = f"isnotnull({below.mark})"
    columns = {name: below.carried(name) for name in below.kept}
    for name, key in zip(below.wanted.groups, below.keys, strict=True):
        held = below.column(name)
        columns[name] = f"if(mvcount({held})>1, {key}, {held})"
    pairs = level.assigned(place, rule, columns)
    given = ", ".join(f"{ours}=if({fired}, {there}, {ours})" for ours, there in pairs.items())
    return [f"| eval {given}", "| fields - tocsin_*"]


def _check(wanted: Correlated) -> None:
    if wanted.kind == "value_percentile":
        raise refused("SPL has no exact percentile over a window that slides")
    if wanted.kind == "temporal_ordered" and (wanted.expression or wanted.least != len(wanted.rules)):
        raise refused("an ordered correlation of only some of its rules is not converted", "condition")


def _parts(search: _Search, level: _Level, place: int, rule: Rule) -> list[_Part]:
    tree = read_rule(rule, search.content, parts=True)
    needed = level.needed(rule)
    shapes, without = ask(rule, tree, NAME, search.content, needed, lists=True)
    search.trees.append(tree)
    search.asked += shapes
    search.left_out += without
    found = []
    for one in shapes:
        said = clause(one.tree, one.shape.fields, one.shape.arrival.escapes)
        columns = {name: _held(one.shape.fields[name]) for name in needed}
        assigned = ", ".join(f"{ours}={there}" for ours, there in level.assigned(place, rule, columns).items())
        found.append(_Part(terms_of(one, said), said.where, assigned))
    return found


def _held(field: Field) -> str:
    """What an event has in a field: nothing where the store writes a mark for a missing one."""
    column = quoted_name(field.name)
    for mark in marks_of(field):
        # *mvfilter* of the Search Reference: of several values those that hold, and null where none does.
        column = f'mvfilter({column}!="{mark}")'
    return column


def _together(parts: Sequence[_Part], wanted: Correlated) -> list[_Part]:
    """The parts of one correlation, as one alone if a single search can find the events of all."""
    if len({(part.where, part.assigned) for part in parts}) == 1:
        terms = list(dict.fromkeys(part.terms for part in parts))
        whole = terms[0] if len(terms) == 1 else " OR ".join(f"({term})" for term in terms)
        return [dataclasses.replace(parts[0], terms=whole)]
    if sum(one.kind is Kind.SIGMA for one in wanted.rules) > 1 and not wanted.kind.startswith("temporal"):
        raise refused(
            "a count over several rules that SPL cannot put into one search would count events twice", "rules"
        )
    return list(dict.fromkeys(parts))


def _united(parts: Sequence[_Part]) -> str:
    """All parts as one stream of events."""
    if len(parts) == 1:
        return _search(parts[0], "\n")
    return "| multisearch " + " ".join(f"[ search {_search(part, ' ')} ]" for part in parts)


def _search(part: _Part, separator: str) -> str:
    said = piped(part.terms, part.where, separator)
    return said + (f"{separator}| eval {part.assigned}" if part.assigned else "")
