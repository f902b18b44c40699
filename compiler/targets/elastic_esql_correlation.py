"""Correlations in ES|QL: a window that slides with the events of each group, both ends included.

``STATS`` alone counts in fixed bins. So each hit is written as one text, a group collects these and the instants of
its events, and both are multiplied out again: for each instant the hits of its window, which are counted and judged.
An onset is an instant at which the condition holds and at the one before did not. Letter case of groups and of counted
values is folded; of several events at one instant the one with the smallest id closes.

The result has a row for each onset: the group, ``event.end`` (when), and ``event.id`` (``_id`` of what closed it).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

from sigma.conditions import ConditionAND, ConditionNOT

from compiler.content.model import Field, Rule
from compiler.targets.changes import marks_by_name
from compiler.targets.correlation import NUMERIC, Correlated, read_correlation, refused
from compiler.targets.elastic_eql import SHOWN, WHOLE
from compiler.targets.elastic_esql import LOADED, Columns, Esql, shown
from compiler.targets.elastic_esql_query import (
    check_types,
    deviations_of,
    filtered,
    origin,
    prefilter,
    types_of,
    worked_out,
)
from compiler.targets.elastic_esql_text import SEPARATOR, literal, quoted_name
from compiler.targets.elastic_query import NAME, query_of
from compiler.targets.pipeline import Asked, ask
from compiler.targets.reading import read_rule
from compiler.targets.target import Content, Query, Refusal
from compiler.targets.tree import Atom, Tree, args_of

NUMBERS = WHOLE | {"double"}
CLOSING = "event.id"
"""The column with the ``_id`` of the event that closes an onset."""
END = "event.end"
FRACTIONS = "ten-decimals"
"""The deviation of sums over numbers that are not whole."""
_NUMBER = r"[+\-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+\-]?[0-9]+)?"
_NUMBERS = f"{_NUMBER}( {_NUMBER})*"
_TURN = f"(-|[^ ]+ - .*){SEPARATOR}[^ {SEPARATOR}]+ \\+ .*"


@dataclasses.dataclass(frozen=True, slots=True)
class Branch:
    """One rule in one shape: its place in the correlation, and what each group and counted field is there."""

    place: int
    asked: Asked
    groups: tuple[Field, ...]
    values: tuple[Field, ...]


def correlate_alone(rule: Rule, content: Content) -> Query:
    """A correlation of rules in ES|QL. Raises ``Refusal`` for percentiles."""
    wanted = read_correlation(rule, content, extended=True)
    if wanted.kind == "value_percentile":
        raise refused("ES|QL has no exact percentile over a window that slides")
    trees: list[Tree] = []
    branches: list[Branch] = []
    left_out: list[str] = []
    types: dict[str, str] = {}
    for place, other in enumerate(wanted.rules, start=1):
        tree = read_rule(other, content, parts=True)
        needed = [wanted.field_of(name, other) for name in (*wanted.groups, *wanted.fields)]
        shapes, without = ask(other, tree, NAME, content, needed)
        kept, more = branches_of(wanted, place, shapes, types)
        trees.append(tree)
        branches += kept
        left_out += [*without, *more]
    asked = [one.asked for one in branches]
    made = query_of(rule, "", asked, left_out, trees)
    commands = [*_hits(wanted, branches), *_window(wanted), *_onsets(branches[0].groups)]
    text = "\n| ".join([origin(made.settings["index"], "_id"), *commands])
    numeric = fractions(wanted, branches)
    deviations = {name for tree in trees for name in deviations_of(tree, asked)} | ({FRACTIONS} if numeric else set())
    settings = {
        **made.settings,
        "timespan": wanted.seconds,
        "closing": CLOSING,
        "groups": [field.name for field in branches[0].groups],
        "deviations": sorted({*made.settings["deviations"], *deviations}),
    }
    return dataclasses.replace(made, language="esql", text=text, settings=settings)


def fractions(wanted: Correlated, branches: Sequence[Branch]) -> bool:
    """Whether numbers are summed that are not whole."""
    return wanted.kind in NUMERIC and any(one.values[0].type not in WHOLE for one in branches)


def branches_of(
    wanted: Correlated, place: int, shapes: Sequence[Asked], types: dict[str, str]
) -> tuple[list[Branch], list[str]]:
    """The shapes of one rule that can be asked, and why others cannot. Raises ``Refusal`` if none can."""
    kept: list[Branch] = []
    refusals: list[tuple[str, Refusal]] = []
    rule = wanted.rules[place - 1]
    for one in shapes:
        try:
            check_types(one, types)
            Esql(one.shape.fields, Columns()).write(one.tree)
            groups = tuple(keyed(one.shape.fields[wanted.field_of(name, rule)]) for name in wanted.groups)
            values = tuple(_counted(wanted, one.shape.fields[wanted.field_of(name, rule)]) for name in wanted.fields)
        except Refusal as refusal:
            refusals.append((one.shape.name, refusal))
        else:
            kept.append(Branch(place, one, groups, values))
            types |= types_of(one)
    if not kept:
        raise refusals[0][1]
    return kept, [f"{name}: {refusal.message}" for name, refusal in refusals]


def keyed(field: Field) -> Field:
    """``field``, of which ES|QL shows what the event had. Raises ``Refusal``."""
    if field.type not in LOADED | SHOWN:
        raise refused(f"ES|QL shows a field of type {field.type} ({field.name}) in a notation of its own", "group-by")
    return field


def _counted(wanted: Correlated, field: Field) -> Field:
    return field if wanted.kind in NUMERIC and field.type in NUMBERS else keyed(field)


def _hits(wanted: Correlated, branches: Sequence[Branch]) -> list[str]:
    """A row for each group: ``hit``, each event with a rule that it met and a value as text; ``instant``, the times."""
    keys = [f"key{number}" for number, _ in enumerate(wanted.groups, start=1)]
    values = [f"value{number}" for number, _ in enumerate(wanted.fields, start=1)]
    marks = marks_by_name(field for one in branches for field in (*one.groups, *one.values))
    texts = [
        (*(held(field, marks) for field in one.groups), *(value_of(wanted, field, marks) for field in one.values))
        for one in branches
    ]
    commands, numbers = found(branches, texts)
    places = by_branch(numbers, [literal(str(one.place)) for one in branches])
    columns = [f"hit_rule = {places}"]
    for number, name in enumerate([*keys, *values]):
        columns.append(f"{name} = {by_branch(numbers, [said[number] for said in texts])}")
    there = " AND ".join(f"{name} IS NOT NULL" for name in ("hit_time", *keys))
    return [
        *commands,
        f"EVAL {', '.join(columns)}",
        f"STATS hits = COUNT(*) BY {', '.join(['hit_time = @timestamp', 'hit_id = _id', 'hit_rule', *keys, *values])}",
        f"WHERE {there}",
        f'EVAL hit = CONCAT(TO_STRING(hit_time), " ", hit_rule, " ", hit_id, "{SEPARATOR}", {valued(wanted, values)})',
        f"STATS hit = VALUES(hit), instant = VALUES(hit_time){_by(keys)}",
    ]


def found(branches: Sequence[Branch], texts: Sequence[tuple[str, ...]]) -> tuple[list[str], list[int]]:
    """The commands that leave a row for each event and branch; and the number of each branch, the same for equals."""
    kept = [one.asked for one in branches]
    if len({(one.place, said) for one, said in zip(branches, texts, strict=True)}) == 1:
        return filtered(kept, drop=False), [0] * len(branches)
    columns = Columns()
    tests = [Esql(one.shape.fields, columns).write(one.tree) for one in kept]
    known: dict[tuple[int, str, tuple[str, ...]], int] = {}
    numbers = [
        known.setdefault((one.place, test, said), len(known))
        for one, test, said in zip(branches, tests, texts, strict=True)
    ]
    marks = ", ".join(f'CASE({test}, "{number} ", "")' for (_, test, _), number in known.items())
    commands = [*prefilter(kept), *worked_out(columns), f'EVAL hit_branch = SPLIT(TRIM(CONCAT({marks})), " ")']
    return [*commands, "MV_EXPAND hit_branch", 'WHERE hit_branch != ""'], numbers


def by_branch(numbers: Sequence[int], texts: Sequence[str]) -> str:
    """One of the texts, by the number of the branch that a row is of."""
    if len(set(texts)) == 1:
        return texts[0]
    said = dict(zip(numbers, texts, strict=True))
    cases = (f'hit_branch == "{number}", {text}' for number, text in said.items())
    return f"CASE({', '.join(cases)})"


def held(field: Field, marks: Mapping[str, Sequence[str]], *, lower: bool = True) -> str:
    """The values of a field as text; nothing where one of its ``marks`` stands for a missing one."""
    text = shown(field, lower=lower)
    for mark in marks.get(field.name, ()):
        text = f"CASE({quoted_name(field.name)} == {literal(mark)}, NULL, {text})"
    return text


def value_of(wanted: Correlated, field: Field, marks: Mapping[str, Sequence[str]]) -> str:
    """What an event adds: each value by itself, or all numbers of a field in one text, since two may be the same."""
    if wanted.kind not in NUMERIC:
        return held(field, marks)
    text = held(field, marks, lower=False)
    return text if field.type in LOADED else f'MV_CONCAT({text}, " ")'


def valued(wanted: Correlated, values: Sequence[str]) -> str:
    """What is counted as the end of a hit: empty where there is nothing, else marked by ``=``."""
    if not values:
        return '""'
    said = f'CONCAT("=", {f", {literal(SEPARATOR)}, ".join(values)})'
    if wanted.kind in NUMERIC:
        return f'CASE({values[0]} RLIKE {literal(_NUMBERS)}, {said}, "")'
    return f'COALESCE({said}, "")'


def _by(names: Sequence[str]) -> str:
    return f" BY {', '.join(names)}" if names else ""


def _window(wanted: Correlated) -> list[str]:
    """A row for each group and instant: whether the condition holds there, and which event closes."""
    keys = [f"key{number}" for number, _ in enumerate(wanted.groups, start=1)]
    counts, condition = judged(wanted)
    closing = "closing = MIN(CASE(hit_time == instant, hit_id, null))"
    return [
        "MV_EXPAND instant",
        "MV_EXPAND hit",
        f'DISSECT hit "%{{hit_time}} %{{hit_rule}} %{{hit_id}}{SEPARATOR}%{{hit_value}}"',
        told(wanted),
        f"WHERE hit_time <= instant AND hit_time >= instant - {wanted.seconds} seconds",
        f"STATS {', '.join([*counts, closing])}{_by([*keys, 'instant'])}",
        f'EVAL state = CONCAT(TO_STRING(instant), CASE({condition}, " + ", " - "), closing)',
        f"STATS state = VALUES(state){_by(keys)}",
    ]


def told(wanted: Correlated) -> str:
    """The command that reads the time and the value of a hit."""
    value = "SUBSTRING(hit_value, 2)"
    if wanted.kind in NUMERIC:
        value = f'TO_DOUBLE(SPLIT({value}, " "))'
    return f'EVAL hit_time = TO_DATETIME(hit_time), hit_value = CASE(hit_value == "", null, {value})'


def judged(wanted: Correlated) -> tuple[list[str], str]:
    """What is counted in each window, and the condition over that."""
    match wanted.kind:
        case "event_count":
            return ["number = MV_COUNT(VALUES(hit_id))"], _compared(wanted, "number")
        case "value_count":
            return ["number = COALESCE(MV_COUNT(VALUES(hit_value)), 0)"], _compared(wanted, "number")
        case "value_sum":
            return ["number = ROUND(SUM(hit_value), 10)"], _compared(wanted, "number")
        case "value_avg":
            return ["number = ROUND(SUM(hit_value) / COUNT(hit_value), 10)"], _compared(wanted, "number")
        case _:
            rules = range(1, len(wanted.rules) + 1)
            return [f'first{rule} = MIN(hit_time) WHERE hit_rule == "{rule}"' for rule in rules], _temporal(wanted)


def _compared(wanted: Correlated, what: str) -> str:
    if not all(math.isfinite(limit) for _, limit in wanted.conditions):
        raise refused("a count cannot be compared with what is no number", "condition")
    return " AND ".join(f"{what} {operator} {Decimal(repr(limit)):f}" for operator, limit in wanted.conditions)


def _temporal(wanted: Correlated) -> str:
    rules = range(1, len(wanted.rules) + 1)
    if wanted.expression is not None:
        parts = [f"({_expression(wanted.expression, wanted)})"]
    elif wanted.conditions == ((">=", len(wanted.rules)),):
        parts = [f"first{rule} IS NOT NULL" for rule in rules]
    else:
        parts = [_compared(wanted, f"({' + '.join(f'CASE(first{rule} IS NULL, 0, 1)' for rule in rules)})")]
    if wanted.kind == "temporal_ordered":
        # Of rules that were not met there is no order, so each is compared with all before it, not with the last.
        parts += [f"COALESCE(first{one} <= first{two}, true)" for two in rules for one in range(1, two)]
    return " AND ".join(parts)


def _expression(tree: Tree, wanted: Correlated) -> str:
    if isinstance(tree, Atom):
        place = next(n for n, rule in enumerate(wanted.rules, start=1) if tree.field in (rule.name, rule.id))
        return f"first{place} IS NOT NULL"
    if isinstance(tree, ConditionNOT):
        return f"NOT ({_expression(args_of(tree)[0], wanted)})"
    operator = " AND " if isinstance(tree, ConditionAND) else " OR "
    return f"({operator.join(_expression(arg, wanted) for arg in args_of(tree))})"


def turns() -> list[str]:
    """The instants at which a condition begins to hold: each state of a group beside the one before it."""
    return [
        "EVAL state = MV_SORT(state)",
        f'EVAL turn = MV_ZIP(MV_APPEND("-", state), MV_APPEND(state, "-"), "{SEPARATOR}")',
        "MV_EXPAND turn",
        f"WHERE turn RLIKE {literal(_TURN)}",
        f'DISSECT turn "%{{?before}}{SEPARATOR}%{{end}} + %{{closing}}"',
    ]


def _onsets(groups: Sequence[Field]) -> list[str]:
    """The onsets of each group, under the names that an alert shows."""
    names = [quoted_name(field.name) for field in groups]
    shown_as = [f"{name} = key{number}" for number, name in enumerate(names, start=1)]
    return [
        *turns(),
        f"EVAL {', '.join([f'{END} = TO_DATETIME(end)', f'{CLOSING} = closing', *shown_as])}",
        f"KEEP {', '.join(dict.fromkeys([END, CLOSING, *names]))}",
    ]
