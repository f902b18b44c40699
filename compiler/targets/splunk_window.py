"""The condition of a correlation in SPL, judged at every event of a group over a window that slides with them.

Each function takes rows with their group in fields and gives stages that set ``tocsin_holds`` in every row. Every
event that counts is a pair of steps, up when it comes and down when it leaves the window, and a running sum over the
steps is what is in the window. That is exact at both ends of it, which ``streamstats time_window`` does not promise;
times are rounded to the microseconds that events have. Facts: *streamstats*, *eventstats*, *mvexpand* and *sort* in
Splunk's Search Reference 9.4.

Memory without end is assumed: beyond ``max_mem_usage_mb`` of limits.conf *mvexpand* drops rows (500 MB; it warns),
*eventstats* and *streamstats* go on without their field (200 MB); a correlation over very many events then finds less
than it should. *streamstats* without a window is taken to go back over all rows, as its argument ``window`` says; its
description speaks of the last 10,000 (``max_stream_window``), which is the bound of windows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sigma.conditions import ConditionAND, ConditionNOT, ConditionOR

from compiler.targets.correlation import Correlated, refused
from compiler.targets.tree import Tree, args_of

MAX_WINDOW = 10_000
"""The largest window of *streamstats* (``max_stream_window`` of limits.conf)."""


def judged(wanted: Correlated, fields: Sequence[str], by: str) -> list[str]:
    """The stages that judge the condition of a correlation. ``fields`` are those it counts, ``by`` is its group.

    A row without a field of ``by`` passes through. Raises ``Refusal``.
    """
    return _STAGES[wanted.kind](wanted, fields, by)


def onset(by: str) -> list[str]:
    """The stage that sets ``tocsin_held``: whether the condition held at the event of the group before."""
    return [f"| streamstats current=f last(tocsin_holds) AS tocsin_held{_by(by)}"]


def _event_count(wanted: Correlated, _fields: Sequence[str], by: str) -> list[str]:
    """At least so many events need no steps: the last so many must lie within the timespan."""
    least = wanted.least
    if least is not None and 0 < least <= MAX_WINDOW:
        held = f"tocsin_count=={least} AND round(_time-tocsin_since, 6)<={wanted.seconds}"
        return [
            "| sort 0 num(_time)",
            f"| streamstats global=f window={least} count AS tocsin_count min(_time) AS tocsin_since{_by(by)}",
            f"| eval tocsin_holds=if({held}, 1, 0)",
            f"| eventstats max(tocsin_holds) AS tocsin_holds by {f'_time {by}'.strip()}",
        ]
    return [f"| eval tocsin_until={_later(wanted)}, tocsin_early=0, tocsin_counts=1", *_steps(wanted, by)]


def _value_count(wanted: Correlated, fields: Sequence[str], by: str) -> list[str]:
    if not fields:
        raise refused("`value_count` needs a field", "condition")
    values = [f"tocsin_value{number}" for number, _ in enumerate(fields, start=1)]
    present = " AND ".join(f"isnotnull({field})" for field in fields)
    counts = f"| eval tocsin_counts=if({present}, 1, 0)"
    listed = [
        f'| eval {value}=coalesce(mvdedup(mvmap({field}, lower({field}))), "")\n| mvexpand {value}'
        for value, field in zip(values, fields, strict=True)
    ]
    return [counts, *listed, *_distinct(wanted, by, " ".join(values)), *_steps(wanted, by)]


def _value_sum(wanted: Correlated, fields: Sequence[str], by: str) -> list[str]:
    """A running sum of numbers and one of how many there are; without a number there is no sum, nor a mean.

    Sums are rounded to nine digits after the point: Splunk reckons in binary, in which 0.1 and 0.2 are not 0.3. Without
    ``exact`` a product has no more digits than the shortest of its factors (*eval*, Rounding): 8.25*0.2 would be 2.
    """
    mean = "round(exact(tocsin_sum)-tocsin_count*exact({1}), 9){0}0"
    said = "round(tocsin_sum, 9){}{}" if wanted.kind == "value_sum" else mean
    holds = " AND ".join(said.format(operator, number) for operator, number in wanted.conditions)
    sums = "last(tocsin_sum) AS tocsin_sum last(tocsin_count) AS tocsin_count"
    return [
        f'| eval tocsin_value=coalesce({fields[0]}, "")',
        "| mvexpand tocsin_value",
        "| eval tocsin_value=tonumber(tocsin_value), tocsin_counts=if(isnotnull(tocsin_value), 1, 0)",
        f"| eval tocsin_until={_later(wanted)}, tocsin_early=0",
        *_parted(),
        '| eval tocsin_step=if(tocsin_part=="in", tocsin_counts, 0-tocsin_counts)',
        '| eval tocsin_value=if(tocsin_part=="in", tocsin_value, 0-tocsin_value)',
        "| sort 0 num(tocsin_at), num(tocsin_order)",
        f"| streamstats sum(tocsin_value) AS tocsin_sum sum(tocsin_step) AS tocsin_count{_by(by)}",
        '| where tocsin_part=="in"',
        f"| eventstats {sums} by {f'_time {by}'.strip()}",
        f"| eval tocsin_holds=if(tocsin_count>0 AND {holds}, 1, 0)",
    ]


def _temporal(wanted: Correlated, _fields: Sequence[str], by: str) -> list[str]:
    if wanted.expression is not None:
        return _expressed(wanted, wanted.expression, by)
    return ["| eval tocsin_counts=1", *_distinct(wanted, by, "tocsin_rule"), *_steps(wanted, by)]


def _expressed(wanted: Correlated, expression: Tree, by: str) -> list[str]:
    """A boolean condition over the rules: a running count of each."""
    numbers = range(1, len(wanted.rules) + 1)
    named: dict[str | None, int] = {
        key: number for number, rule in enumerate(wanted.rules, start=1) for key in (rule.name, rule.id)
    }
    sums = " ".join(f"sum(tocsin_step{number}) AS tocsin_in{number}" for number in numbers)
    most = " ".join(f"max(tocsin_in{number}) AS tocsin_in{number}" for number in numbers)
    return [
        f"| eval tocsin_until={_later(wanted)}, tocsin_early=0",
        *_parted(),
        '| eval tocsin_step=if(tocsin_part=="in", 1, -1)',
        *(f"| eval tocsin_step{number}=if(tocsin_rule=={number}, tocsin_step, 0)" for number in numbers),
        "| sort 0 num(tocsin_at), num(tocsin_order)",
        f"| streamstats {sums}{_by(by)}",
        '| where tocsin_part=="in"',
        f"| eventstats {most} by {f'_time {by}'.strip()}",
        f"| eval tocsin_holds=if({_said(expression, named)}, 1, 0)",
    ]


def _said(tree: Tree, numbers: Mapping[str | None, int]) -> str:
    if isinstance(tree, ConditionNOT):
        return f"NOT {_said(args_of(tree)[0], numbers)}"
    if isinstance(tree, (ConditionAND, ConditionOR)):
        word = " AND " if isinstance(tree, ConditionAND) else " OR "
        return f"({word.join(_said(arg, numbers) for arg in args_of(tree))})"
    return f"(tocsin_in{numbers[str(getattr(tree, 'field', ''))]}>0)"


def _later(wanted: Correlated, time: str = "_time") -> str:
    return f"round({time}+{wanted.seconds}, 6)"


def _distinct(wanted: Correlated, by: str, value: str) -> list[str]:
    """Each value counts once: it leaves the window with its event, or early, when the next of the same value comes."""
    end = _later(wanted)
    return [
        "| sort 0 - num(_time)",
        f"| streamstats current=f last(_time) AS tocsin_next by {f'{by} {value}'.strip()}",
        f"| eval tocsin_early=if(isnotnull(tocsin_next) AND tocsin_next<={end}, 1, 0)",
        f"| eval tocsin_until=if(tocsin_early==1, tocsin_next, {end})",
    ]


def _steps(wanted: Correlated, by: str) -> list[str]:
    """From events with ``tocsin_until`` to the count at each of them, and whether the condition holds there.

    At one instant early ends come first, then all events, then the ends of the window, which is closed.
    """
    holds = " AND ".join(f"tocsin_count{operator}{number}" for operator, number in wanted.conditions)
    return [
        *_parted(),
        '| eval tocsin_step=if(tocsin_part=="in", tocsin_counts, 0-tocsin_counts)',
        "| sort 0 num(tocsin_at), num(tocsin_order)",
        f"| streamstats sum(tocsin_step) AS tocsin_count{_by(by)}",
        '| where tocsin_part=="in"',
        f"| eventstats max(tocsin_count) AS tocsin_count by {f'_time {by}'.strip()}",
        f"| eval tocsin_holds=if({holds}, 1, 0)",
    ]


def _parted() -> list[str]:
    """Each event as its coming and its leaving."""
    return [
        '| eval tocsin_part=split("in,out", ",")',
        "| mvexpand tocsin_part",
        '| eval tocsin_at=if(tocsin_part=="in", _time, tocsin_until)',
        '| eval tocsin_order=case(tocsin_part=="in", 1, tocsin_early==1, 0, true(), 2)',
    ]


def _temporal_ordered(wanted: Correlated, _fields: Sequence[str], by: str) -> list[str]:
    """The first hits within the window stand in the order of the rules.

    That is so if no hit in the window lacks, within it and not after it, a hit of the rule before its own. Such a hit
    is *loose* once the last of those before it has left the window: an event has up to four steps, into the window,
    out of it, loose, and no longer loose since it left.
    """
    numbers = range(1, len(wanted.rules) + 1)
    stages = ["| sort 0 num(_time), num(tocsin_rule)"]
    for number in numbers[:-1]:
        stages.append(f"| eval tocsin_hit{number}=if(tocsin_rule=={number}, _time, null())")
        stages.append(f"| streamstats max(tocsin_hit{number}) AS tocsin_last{number}{_by(by)}")
    before = ", ".join(f"tocsin_rule=={number}, tocsin_last{number - 1}" for number in numbers[1:])
    unled = 'tocsin_part=="loose" AND isnull(tocsin_before)'
    at = f'tocsin_part=="in" OR ({unled}), _time, tocsin_part=="loose", {_later(wanted, "tocsin_before")}'
    stages += [
        f"| eval tocsin_before=case({before})",
        '| eval tocsin_part=split(if(tocsin_rule==1, "in,out", "in,out,loose,gone"), ",")',
        "| mvexpand tocsin_part",
        f"| eval tocsin_at=case({at}, true(), {_later(wanted)})",
        f'| eval tocsin_order=case(tocsin_part=="in" OR ({unled}), 1, tocsin_part=="loose", 2, true(), 3)',
        '| eval tocsin_step=case(tocsin_part=="in", 1, tocsin_part=="out", -1, true(), 0)',
        '| eval tocsin_loose=case(tocsin_part=="loose", 1, tocsin_part=="gone", -1, true(), 0)',
        "| sort 0 num(tocsin_at), num(tocsin_order), num(tocsin_rule)",
        *(f"| eval tocsin_step{number}=if(tocsin_rule=={number}, tocsin_step, 0)" for number in numbers),
    ]
    sums = " ".join(f"sum(tocsin_step{number}) AS tocsin_in{number}" for number in numbers)
    most = " ".join(f"max(tocsin_in{number}) AS tocsin_in{number}" for number in numbers)
    present = " AND ".join(f"tocsin_in{number}>0" for number in numbers)
    return [
        *stages,
        f"| streamstats {sums} sum(tocsin_loose) AS tocsin_loose{_by(by)}",
        "| where tocsin_order==1",
        f"| eventstats {most} max(tocsin_loose) AS tocsin_loose by {f'_time {by}'.strip()}",
        '| where tocsin_part=="in"',
        f"| eval tocsin_holds=if({present} AND tocsin_loose==0, 1, 0)",
    ]


def _by(by: str) -> str:
    return f" by {by}" if by else ""


_STAGES = {
    "event_count": _event_count,
    "value_count": _value_count,
    "value_sum": _value_sum,
    "value_avg": _value_sum,
    "temporal": _temporal,
    "temporal_ordered": _temporal_ordered,
}
