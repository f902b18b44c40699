"""Correlations in KQL, over a window that slides with the events.

Stock bins time, so a burst across a boundary is missed. Here every instant at which a group has an event is joined to
the group's events of the timespan before it, both ends included, and the condition is judged there. The join goes by
buckets of one timespan as well, of which a window touches two: *Joining within a time window* of the Kusto
documentation (MicrosoftDocs/dataexplorer-docs, data-explorer/kusto/query/join-time-window.md). A group fires at the
first instant at which the condition holds after one at which it did not (*prev()*), shown by an event of that instant.
A correlation of correlations reads their firings as events.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from compiler.content.model import Kind, Rule
from compiler.targets.correlation import read_correlation, refused
from compiler.targets.kusto_hits import Fired, Level, Part, merged, of_firings, of_table
from compiler.targets.kusto_judge import judge
from compiler.targets.kusto_query import Dialect, deviations, query_of, refuse_empty, united
from compiler.targets.pipeline import Asked, ask
from compiler.targets.reading import read_rule
from compiler.targets.target import Content, Query, Refusal
from compiler.targets.tree import Tree

MAX_LEVELS = 20
"""Correlations in one query; more, and one most likely refers to itself."""


@dataclasses.dataclass(slots=True)
class _Search:
    """A query while it is written: the tables that it defines in order, and what was asked for them."""

    dialect: Dialect
    content: Content
    lets: list[str] = dataclasses.field(default_factory=list)
    trees: list[Tree] = dataclasses.field(default_factory=list)
    reads: list[tuple[Asked, Sequence[str]]] = dataclasses.field(default_factory=list)
    left_out: list[str] = dataclasses.field(default_factory=list)
    inner: int = 0


def correlate(rule: Rule, content: Content, dialect: Dialect) -> Query:
    """A correlation in KQL. Raises ``Refusal`` for what cannot be said exactly."""
    search = _Search(dialect, content)
    level = Level(read_correlation(rule, content, extended=True), 0, ())
    seconds = _write(search, level)
    text = "\n".join([*search.lets, *_shown(level, dialect.time)])
    settings = {"left_out": search.left_out, "deviations": deviations(search.trees), "timespan": seconds}
    return query_of(rule, dialect, text, search.reads, settings)


def _write(search: _Search, level: Level) -> int:
    """Define the hits and the onsets of one correlation; over how many seconds of events they are reckoned."""
    if search.inner == MAX_LEVELS:
        raise refused("the correlation refers to itself, or to more correlations than one query can hold", "rules")
    wanted, time = level.wanted, search.dialect.time
    parts: list[Part] = []
    said: dict[str, None] = {}
    before = 0
    for number, other in enumerate(wanted.rules, start=1):
        groups = tuple(wanted.group_fields(other))
        fields = tuple(wanted.field_of(field, other) for field in wanted.fields)
        if other.kind is Kind.CORRELATION:
            inner = _inner(search, other, (*groups, *fields, *level.carried))
            before = max(before, _write(search, inner))
            search.lets.append("\n".join([f"let TocsinFires{inner.suffix} =", *_shown(inner, time)]) + ";")
            said[of_firings(Fired(number, inner, groups, fields), level, time)] = None
            continue
        tree = read_rule(other, search.content, parts=True)
        refuse_empty(tree)
        needed = [*groups, *fields, *level.carried]
        shapes, without = ask(other, tree, search.dialect.name, search.content, needed, lists=True)
        search.trees.append(tree)
        search.left_out += without
        parts += [Part((number,), one, groups, fields, level.carried) for one in shapes]
    tables = _tables(search, level, parts if wanted.kind.startswith("temporal") else merged(parts))
    hits = united(list(dict.fromkeys([*tables, *said])))
    search.lets.append(f"let TocsinHits{level.suffix} = materialize({hits});")
    search.lets += _onsets(level, time)
    return wanted.seconds + before


def _inner(search: _Search, rule: Rule, needed: Sequence[str]) -> Level:
    """A correlation within another, which reads the fields ``needed`` of it."""
    wanted = read_correlation(rule, search.content, extended=True)
    search.inner += 1
    return Level(wanted, search.inner, tuple(name for name in dict.fromkeys(needed) if name not in wanted.groups))


def _tables(search: _Search, level: Level, parts: Sequence[Part]) -> list[str]:
    """The events of every part that can be asked. Raises ``Refusal`` if a rule is left without any shape."""
    said: list[str] = []
    known: set[int] = set()
    for part in parts:
        try:
            said.append(of_table(part, level, search.dialect.time))
        except Refusal as refusal:
            # One rule in fewer shapes still counts; a rule in none does not.
            search.left_out.append(f"{part.asked.shape.name}: {refusal.message}")
            continue
        search.reads.append((part.asked, part.extra))
        known |= set(part.rules)
    if any(set(part.rules) - known for part in parts):
        raise refused(f"a rule of the correlation cannot be asked in any shape: {search.left_out[-1]}", "rules")
    return said


def _added(level: Level) -> list[str]:
    """The columns of a row that judge it."""
    return ["TocsinRule", *([level.value] if level.wanted.fields else [])]


def _onsets(level: Level, time: str) -> list[str]:
    """The instants of a group at which the condition begins to hold."""
    wanted, keys = level.wanted, level.keys
    by = ", ".join([*keys, time])
    judged = judge(wanted)
    shown = ", ".join([*keys, "TocsinBucket", f"TocsinAt = {time}", *_added(level)])
    same = "".join(f'prev({key}, 1, "") == {key} and ' for key in keys)
    return [
        f"let TocsinOnsets{level.suffix} = TocsinHits{level.suffix}",
        f"| distinct {by}, TocsinBucket",
        f"| mv-expand TocsinBucket = pack_array(TocsinBucket, TocsinBucket - {wanted.seconds}s) to typeof(datetime)",
        "| join kind=inner (",
        f"    TocsinHits{level.suffix} | project {shown}",
        f") on {', '.join([*keys, 'TocsinBucket'])}",
        f"| where TocsinAt between (({time} - {wanted.seconds}s) .. {time})",
        f"| summarize {', '.join(judged.aggregates)} by {by}",
        *(f"| extend {column}" for column in judged.columns),
        f"| extend TocsinHolds = {judged.holds}",
        f"| sort by {', '.join(f'{name} asc' for name in [*keys, time])}",
        f"| extend TocsinHeld = {same}prev(TocsinHolds, 1, false)",
        "| where TocsinHolds and not(TocsinHeld)",
        f"| project {by};",
    ]


def _shown(level: Level, time: str) -> list[str]:
    """An event of each onset; of a correlation within another beside it what the other reads."""
    by = ", ".join([*level.keys, time])
    columns = ["TocsinBucket", *_added(level)]
    return [
        f"TocsinHits{level.suffix}",
        f"| summarize arg_min(TocsinRule, *) by {by}",
        f"| join kind=leftsemi TocsinOnsets{level.suffix} on {by}",
        f"| project-away {', '.join([*columns, *([] if level.number else level.keys)])}",
    ]
