"""Correlations in KQL, over a window that slides with the events.

Stock bins time, so a burst across a boundary is missed. Here every instant at which a group has an event is joined to
the group's events of the timespan before it, both ends included, and the condition is judged there. The join goes by
buckets of one timespan as well, of which a window touches two: *Joining within a time window* of the Kusto
documentation (MicrosoftDocs/dataexplorer-docs, data-explorer/kusto/query/join-time-window.md). A group fires at the
first instant at which the condition holds after one at which it did not (*prev()*), shown by an event of that instant.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from compiler.content.model import Kind, Rule
from compiler.targets.correlation import NUMERIC, Correlated, read_correlation, refused
from compiler.targets.kusto_judge import judge
from compiler.targets.kusto_query import Dialect, deviations, piped, query_of, refuse_empty, united, where_of
from compiler.targets.kusto_where import number_of
from compiler.targets.pipeline import Asked, ask
from compiler.targets.reading import read_rule
from compiler.targets.target import Content, Query, Refusal
from compiler.targets.tree import Tree, some


@dataclasses.dataclass(frozen=True, slots=True)
class _Part:
    """The events of some rules (their numbers) in one shape, and the fields that they are grouped and counted by."""

    rules: tuple[int, ...]
    asked: Asked
    groups: tuple[str, ...]
    fields: tuple[str, ...]


def correlate(rule: Rule, content: Content, dialect: Dialect) -> Query:
    """A correlation in KQL. Raises ``Refusal`` for what cannot be said exactly."""
    wanted = read_correlation(rule, content, extended=True)
    trees: list[Tree] = []
    parts: list[_Part] = []
    left_out: list[str] = []
    for number, other in enumerate(wanted.rules, start=1):
        if other.kind is Kind.CORRELATION:
            raise refused(f"{other.name!r} is a correlation itself; chains are not converted", "rules")
        tree = read_rule(other, content, parts=True)
        refuse_empty(tree)
        groups = wanted.group_fields(other)
        fields = [wanted.field_of(field, other) for field in wanted.fields]
        shapes, without = ask(other, tree, dialect.name, content, [*groups, *fields])
        trees.append(tree)
        parts += [_Part((number,), one, tuple(groups), tuple(fields)) for one in shapes]
        left_out += without
    if not wanted.kind.startswith("temporal"):
        parts = _merged(parts)
    said: dict[str, None] = {}
    reads: list[tuple[Asked, Sequence[str]]] = []
    for part in parts:
        try:
            said[_hits(part, wanted, dialect)] = None
        except Refusal as refusal:
            # One rule in fewer shapes still counts; a rule in none does not.
            left_out.append(f"{part.asked.shape.name}: {refusal.message}")
            continue
        reads.append((part.asked, (*part.groups, *part.fields)))
    _check_all(parts, [one for one, _ in reads], left_out)
    keys = [f"TocsinKey{number}" for number, _ in enumerate(wanted.groups, start=1)]
    text = "\n".join([f"let TocsinHits = materialize({united(list(said))});", *_firing(wanted, keys, dialect.time)])
    settings = {"left_out": left_out, "deviations": deviations(trees), "timespan": wanted.seconds}
    return query_of(rule, dialect, text, reads, settings)


def _check_all(parts: Sequence[_Part], asked: Sequence[Asked], left_out: Sequence[str]) -> None:
    """Refuse if a rule is left without any shape."""
    known = {number for part in parts if part.asked in asked for number in part.rules}
    if any(set(part.rules) - known for part in parts):
        raise refused(f"a rule of the correlation cannot be asked in any shape: {left_out[-1]}", "rules")


def _merged(parts: Sequence[_Part]) -> list[_Part]:
    """Rules that read one shape as one condition, so that an event that meets two of them is counted once."""
    by_shape: dict[str, _Part] = {}
    for part in parts:
        known = by_shape.setdefault(part.asked.shape.name, part)
        if known is part:
            continue
        if (known.groups, known.fields) != (part.groups, part.fields):
            raise refused("a count over rules that are grouped by different fields would count events twice", "aliases")
        asked = Asked(part.asked.shape, some([known.asked.tree, part.asked.tree]))
        by_shape[part.asked.shape.name] = _Part((*known.rules, *part.rules), asked, part.groups, part.fields)
    return list(by_shape.values())


def _hits(part: _Part, wanted: Correlated, dialect: Dialect) -> str:
    """The events of one part with their number, bucket, keys and value."""
    extra = [*part.groups, *part.fields]
    where = where_of(part.asked, extra)
    columns = [
        f"TocsinRule = {part.rules[0]}",
        f"TocsinBucket = bin({dialect.time}, {wanted.seconds}s)",
        *(f"TocsinKey{number} = tolower({where.text(field)})" for number, field in enumerate(part.groups, start=1)),
    ]
    if wanted.kind in NUMERIC and part.fields:
        columns.append(f"TocsinNumber = {number_of(where.text(part.fields[0]))}")
    elif part.fields:
        present = " and ".join(f"isnotempty({where.text(field)})" for field in part.fields)
        values = [f"tolower({where.text(field)})" for field in part.fields]
        value = values[0] if len(values) == 1 else f"tostring(pack_array({', '.join(values)}))"
        columns.append(f'TocsinValue = iff({present}, {value}, "")')
    groups = [f"| where {where.present(field)}" for field in dict.fromkeys(part.groups)]
    return piped(part.asked, *groups, f"| extend {', '.join(columns)}", extra=extra)


def _firing(wanted: Correlated, keys: Sequence[str], time: str) -> list[str]:
    """From hits to those at which the condition begins to hold."""
    by = ", ".join([*keys, time])
    value = "TocsinNumber" if wanted.kind in NUMERIC else "TocsinValue"
    shown = ["TocsinRule", *([value] if wanted.fields else [])]
    judged = judge(wanted)
    same = "".join(f'prev({key}, 1, "") == {key} and ' for key in keys)
    return [
        "let TocsinOnsets = TocsinHits",
        f"| distinct {by}, TocsinBucket",
        f"| mv-expand TocsinBucket = pack_array(TocsinBucket, TocsinBucket - {wanted.seconds}s) to typeof(datetime)",
        "| join kind=inner (",
        f"    TocsinHits | project {', '.join([*keys, 'TocsinBucket', f'TocsinAt = {time}', *shown])}",
        f") on {', '.join([*keys, 'TocsinBucket'])}",
        f"| where TocsinAt between (({time} - {wanted.seconds}s) .. {time})",
        f"| summarize {', '.join(judged.aggregates)} by {by}",
        *(f"| extend {column}" for column in judged.columns),
        f"| extend TocsinHolds = {judged.holds}",
        f"| sort by {', '.join(f'{name} asc' for name in [*keys, time])}",
        f"| extend TocsinHeld = {same}prev(TocsinHolds, 1, false)",
        "| where TocsinHolds and not(TocsinHeld)",
        f"| project {by};",
        "TocsinHits",
        f"| summarize arg_min(TocsinRule, *) by {by}",
        f"| join kind=leftsemi TocsinOnsets on {by}",
        f"| project-away {', '.join(['TocsinBucket', *shown, *keys])}",
    ]
