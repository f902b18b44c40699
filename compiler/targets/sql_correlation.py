"""Correlations in SQL: a window that slides with the events of each group, both ends included.

``hits`` are the events that count (``sql_hits``), ``counted`` knows at each of them what is in its window (a frame by
RANGE holds every event of the same instant), ``judged`` has one row for each instant of a group, with whether the
condition holds there, and ``onsets`` the instants at which it begins to. Of several events of that instant the one
that sorts first as JSON stands for it. A correlation of correlations reads the onsets of the others as events.
"""

# ruff: noqa: S608 - what is put into queries is quoted by the dialect

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from sigma.conditions import ConditionAND, ConditionNOT

from compiler.content.model import Kind, Rule
from compiler.targets.correlation import NUMERIC, Correlated, read_correlation, refused
from compiler.targets.pipeline import Asked, ask
from compiler.targets.reading import read_rule
from compiler.targets.sql_condition import Condition
from compiler.targets.sql_dialect import TEXT, TIME, WHOLE, Dialect, kind_of
from compiler.targets.sql_hits import Origin, Value, from_table, hits
from compiler.targets.sql_query import by_table, condition_of, query_of
from compiler.targets.target import Content, Query
from compiler.targets.tree import Atom, Tree, args_of

_OPERATORS = {"==": "=", "!=": "<>"}
MAX_LEVELS = 20
"""Correlations in one query; more, and one most likely refers to itself."""
FRACTIONS = "ten-decimals"
"""The deviation of sums over numbers that are not whole: they are exact to ten decimals."""


@dataclasses.dataclass(slots=True)
class _Search:
    """A query while it is written: its named parts in order, and what was asked for them."""

    dialect: Dialect
    content: Content
    parts: list[str] = dataclasses.field(default_factory=list)
    asked: list[Asked] = dataclasses.field(default_factory=list)
    left_out: list[str] = dataclasses.field(default_factory=list)
    deviations: set[str] = dataclasses.field(default_factory=set)
    inner: int = 0
    depth: int = 0
    levels: int = 0


def correlate(dialect: Dialect, rule: Rule, content: Content) -> Query:
    """A correlation as a query for the time, the group and the row at which it fires. Raises ``Refusal``."""
    search = _Search(dialect, content)
    wanted = read_correlation(rule, content, extended=True)
    name = _write(search, wanted, ())
    groups = "".join(f"key{n} AS {dialect.quoted(group)}, " for n, group in enumerate(wanted.groups, start=1))
    text = "WITH " + ",\n".join(search.parts)
    text += f"\nSELECT {dialect.instant('us')} AS {TIME}, {groups}event\nFROM {name}\n{_FIRES}"
    more = {"timespan": wanted.seconds, "groups": list(wanted.groups), "deviations": sorted(search.deviations)}
    return query_of(dialect, rule, text, search.asked, search.left_out, **more)


_FIRES = "WHERE holds AND held IS NOT TRUE"


def _write(search: _Search, wanted: Correlated, kept: Sequence[str]) -> str:
    """Add the parts of one correlation to the query; the name of the part with its onsets."""
    if search.levels == MAX_LEVELS:
        raise refused("the correlation refers to itself, or to more correlations than one query can hold", "rules")
    search.levels += 1
    origins = _origins(search, wanted, kept)
    search.inner += search.depth > 0
    suffix = str(search.inner) if search.depth else ""
    dialect = search.dialect
    keys = [f"key{number}" for number, _ in enumerate(wanted.groups, start=1)]
    group = f"PARTITION BY {', '.join(keys)} " if keys else ""
    same = ", ".join([*keys, "us"])
    span = wanted.seconds * 1_000_000
    counts = ", ".join([*_counts(dialect, wanted), f"row_number() OVER (PARTITION BY {same} ORDER BY event) AS place"])
    rows = "\n    UNION ALL\n    ".join(hits(dialect, wanted, origin) for origin in origins)
    window = f"WINDOW span AS ({group}ORDER BY us RANGE BETWEEN {span} PRECEDING AND CURRENT ROW)"
    holds = _holds(dialect, wanted)
    held = f"lag(holds) OVER ({group}ORDER BY us) AS held"
    search.parts += [
        f"hits{suffix} AS (\n    {rows}\n)",
        f"counted{suffix} AS (\n    SELECT *, {counts}\n    FROM hits{suffix}\n    {window}\n)",
        f"judged{suffix} AS (\n    SELECT *, {holds} AS holds\n    FROM counted{suffix}\n    WHERE place = 1\n)",
        f"onsets{suffix} AS (\n    SELECT *, {held}\n    FROM judged{suffix}\n)",
    ]
    return f"onsets{suffix}"


def _origins(search: _Search, wanted: Correlated, kept: Sequence[str]) -> list[Origin]:
    found: list[Origin] = []
    own = [name for name in kept if name not in wanted.groups]
    tables: dict[str, dict[int, list[Asked]]] = {}
    for place, rule in enumerate(wanted.rules):
        needed = [wanted.field_of(name, rule) for name in (*wanted.groups, *wanted.fields)]
        needed = list(dict.fromkeys([*needed, *own]))
        if rule.kind is Kind.CORRELATION:
            found.append(_of_correlation(search, wanted, place, needed, own))
            continue
        tree = read_rule(rule, search.content, parts=True)
        asked, left_out = ask(rule, tree, search.dialect.name, search.content, needed)
        search.asked += asked
        search.left_out += left_out
        for table, group in by_table(asked).items():
            tables.setdefault(table, {})[place] = group
    for table, places in tables.items():
        conditions: dict[int, tuple[Condition, str]] = {}
        for place, group in places.items():
            condition, tree = condition_of(search.dialect, group)
            conditions[place] = condition, condition.write(tree)
            _note(search, wanted, condition, place)
        found.append(from_table(search.dialect, wanted, table, conditions, own))
    return found


def _note(search: _Search, wanted: Correlated, condition: Condition, place: int) -> None:
    if wanted.kind in NUMERIC:
        field = condition.fields[wanted.field_of(wanted.fields[0], wanted.rules[place])]
        if kind_of(field.type)[0] != WHOLE:
            search.deviations.add(FRACTIONS)


def _of_correlation(
    search: _Search, wanted: Correlated, place: int, needed: Sequence[str], own: Sequence[str]
) -> Origin:
    """The firings of another correlation, whose groups are fields too: they stand before those of its events."""
    rule = wanted.rules[place]
    other = read_correlation(rule, search.content, extended=True)
    search.depth += 1
    name = _write(search, other, needed)
    search.depth -= 1
    carried = [field for field in needed if field not in other.groups]
    known = {field: Value(f"kept{number}", TEXT) for number, field in enumerate(carried, start=1)}
    known |= {field: Value(f"key{number}", TEXT) for number, field in enumerate(other.groups, start=1)}
    columns = {name: known[wanted.field_of(name, rule)] for name in (*wanted.groups, *wanted.fields)}
    fires = _FIRES.removeprefix("WHERE ")
    return Origin(name, "us", "event", {place: fires}, {place: columns}, [known[field] for field in own])


def _counts(dialect: Dialect, wanted: Correlated) -> list[str]:
    """What is known of the window at each of its events."""
    match wanted.kind:
        case "event_count":
            return ["count(*) OVER span AS number"]
        case "value_count":
            return [f"{dialect.distinct_over('value', 'span')} AS number"]
        case "value_sum" | "value_avg":
            return ["sum(value) OVER span AS total", "count(value) OVER span AS number"]
        case "value_percentile":
            return [f"{dialect.sorted_over('value', 'span')} AS numbers"]
        case _:
            rules = range(1, len(wanted.rules) + 1)
            return [f"min(CASE WHEN met{number} THEN us END) OVER span AS first{number}" for number in rules]


def _holds(dialect: Dialect, wanted: Correlated) -> str:
    """The condition at an event; null where there is no number to judge."""
    match wanted.kind:
        case "event_count" | "value_count":
            return _compared(wanted, "number")
        case "value_sum":
            return _compared(wanted, "total")
        case "value_avg":
            return (
                " AND ".join(
                    f"total {_OPERATORS.get(operator, operator)} {_decimal(limit)} * number"
                    for operator, limit in wanted.conditions
                )
                + " AND number > 0"
            )
        case "value_percentile":
            return _percentile(dialect, wanted)
        case _:
            return _temporal(wanted)


def _compared(wanted: Correlated, what: str) -> str:
    return " AND ".join(
        f"{what} {_OPERATORS.get(operator, operator)} {_decimal(limit)}" for operator, limit in wanted.conditions
    )


def _decimal(number: float) -> str:
    if not math.isfinite(number):
        raise refused(f"a count cannot be compared with {number}", "condition")
    return f"{Decimal(repr(number)):f}"


def _percentile(dialect: Dialect, wanted: Correlated) -> str:
    """The value between the two next to the place of the percentile, by the straight line (SQL's PERCENTILE_CONT).

    Multiplied by what the places are divided by, so that every number is exact.
    """
    share = Fraction(repr(wanted.percentile)) / 100
    top, bottom = share.numerator, share.denominator
    steps = f"{top} * ({dialect.length('numbers')} - 1)"
    low = dialect.item("numbers", f"CAST(({steps} - ({steps}) % {bottom}) / {bottom} AS INT) + 1")
    high = dialect.item(
        "numbers", f"least(CAST(({steps} - ({steps}) % {bottom}) / {bottom} AS INT) + 2, {dialect.length('numbers')})"
    )
    found = f"{low} * {bottom} + ({high} - {low}) * (({steps}) % {bottom})"
    limits = [
        f"{found} {_OPERATORS.get(operator, operator)} {_decimal(limit)} * {bottom}"
        for operator, limit in wanted.conditions
    ]
    return f"CASE WHEN {dialect.length('numbers')} > 0 THEN {' AND '.join(limits)} END"


def _temporal(wanted: Correlated) -> str:
    rules = range(1, len(wanted.rules) + 1)
    parts = []
    if wanted.expression is not None:
        parts.append(f"({_expression(wanted.expression, wanted)})")
    elif wanted.conditions == ((">=", len(wanted.rules)),):
        parts += [f"first{number} IS NOT NULL" for number in rules]
    else:
        met = " + ".join(f"CASE WHEN first{number} IS NOT NULL THEN 1 ELSE 0 END" for number in rules)
        parts.append(_compared(wanted, f"({met})"))
    if wanted.kind == "temporal_ordered":
        # Of rules that were not met there is no order, so each is compared with all before it, not with the last.
        parts += [f"coalesce(first{one} <= first{two}, TRUE)" for two in rules for one in range(1, two)]
    return " AND ".join(parts)


def _expression(tree: Tree, wanted: Correlated) -> str:
    if isinstance(tree, Atom):
        place = next(n for n, rule in enumerate(wanted.rules, start=1) if tree.field in (rule.name, rule.id))
        return f"first{place} IS NOT NULL"
    if isinstance(tree, ConditionNOT):
        return f"NOT ({_expression(args_of(tree)[0], wanted)})"
    joined = " AND " if isinstance(tree, ConditionAND) else " OR "
    return "(" + joined.join(_expression(arg, wanted) for arg in args_of(tree)) + ")"
