"""Rules as LogQL: one log query for the events of one stream, or their counts put together where there are several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from compiler.content.model import Rule
from compiler.targets.loki_filter import Copies, Filters
from compiler.targets.loki_terms import Either, Term, join, render_stages
from compiler.targets.pipeline import Asked, ask
from compiler.targets.reading import read_rule
from compiler.targets.target import UNSAYABLE, Content, Query, Refusal

NAME = "loki"
RANGE = "5m"
"""How far back a count looks: further than the interval of the rules, since lines arrive late."""
MOST = 100
"""Alerts of one rule at a time: far below the 500 results of a query that Loki allows unless it is told otherwise."""
LONGEST = 131_072
"""Bytes of a query that Loki no longer reads (``maxInputSize`` of ``pkg/logql/syntax/parser.go``, 3.7.8)."""
_FORMS = re.compile(r"json|logfmt|(?:pattern|regexp) .+", re.DOTALL)


def convert_rule(rule: Rule, content: Content) -> Query:
    """A rule as a query for the lines that it matches. Raises ``Refusal`` for what LogQL cannot say.

    A log query reads streams of one form. Where the events arrive in several, the query counts the lines of each and
    gives a result if there is any: ``settings["logs"]`` has the log queries themselves.
    """
    asked, left_out = ask(rule, read_rule(rule, content, parts=True), NAME, content)
    logs: list[str] = []
    kept: list[Asked] = []
    refused: list[tuple[str, Refusal]] = []
    for group in _by_stream(asked):
        said, failed = _log_query(group)
        refused += failed
        if said:
            logs.append(said)
            names = {name for name, _ in failed}
            kept += [one for one in group if one.shape.name not in names]
    if not logs:
        raise refused[0][1]
    count = counted(logs, RANGE)
    if len(count.encode()) >= LONGEST:
        raise Refusal(UNSAYABLE, f"a query of {LONGEST} bytes or more, which Loki does not read")
    text = logs[0] if len(logs) == 1 else count
    settings: dict[str, Any] = {
        "logs": logs,
        "streams": {
            str(one.shape.arrival.where["stream"]): str(one.shape.arrival.where.get("line", "json")) for one in kept
        },
        "sources": sorted({one.shape.source.name for one in kept}),
        "shapes": sorted({one.shape.name for one in kept}),
        "left_out": [*left_out, *(f"{name}: {refusal.message}" for name, refusal in refused)],
        "deviations": [],
    }
    fields = sorted(set[str]().union(*(one.names() for one in kept)))
    return Query(rule.name, NAME, "logql", text, tuple(fields), settings)


def counted(logs: Sequence[str], length: str, labels: Sequence[str] = ()) -> str:
    """A metric query that has a result if a line of the last ``length`` is selected by any of the log queries.

    With ``labels`` one for each set of their values, a missing one among them, of the ``MOST`` with most lines: a
    query with more results than the server's ``max_query_series`` would fail as a whole.
    """
    by = f" by ({', '.join(labels)}) " if labels else ""
    counts = (f"sum{by}(count_over_time({log} [{length}]))" for log in logs)
    return "\nor\n".join(f"topk({MOST}, {count}) > 0" if labels else f"{count} > 0" for count in counts)


def _by_stream(asked: Iterable[Asked]) -> list[list[Asked]]:
    """What is asked of each stream, as it is read there."""
    groups: dict[tuple[str, str], list[Asked]] = {}
    for one in asked:
        where = one.shape.arrival.where
        groups.setdefault((str(where["stream"]), str(where["parser"])), []).append(one)
    return list(groups.values())


def _log_query(group: Sequence[Asked]) -> tuple[str, list[tuple[str, Refusal]]]:
    """The log query for the shapes of one stream, empty if none can be asked, and why some cannot be."""
    copies = Copies()
    terms: list[Term] = []
    refused: list[tuple[str, Refusal]] = []
    compares = False
    for one in group:
        before = dict(copies.made)
        filters = Filters(one.shape.fields, copies)
        try:
            terms.append(filters.term(one.tree))
        except Refusal as refusal:
            refused.append((one.shape.name, refusal))
            copies.made = before
            continue
        compares = compares or filters.compares
    if not terms:
        return "", refused
    where = group[0].shape.arrival.where
    filtered = render_stages(join(Either, terms))
    stages = [*_read(str(where["parser"])), *([copies.stage] if copies.made else []), *filtered]
    if compares:
        # A comparison marks a line whose value is no number, even where another test lets it pass; a count of marked
        # lines fails as a whole.
        stages.append("drop __error__, __error_details__")
    first = f" {where['before']}" if "before" in where else ""
    return f"{where['stream']}{first}" + "".join(f" | {stage}" for stage in stages), refused


def _read(parser: str) -> list[str]:
    """How a line becomes labels; one that is of another form is left out where the parser tells."""
    if not _FORMS.fullmatch(parser):
        raise ValueError(f"no parser of LogQL: {parser}")
    return [parser, '__error__=""'] if parser == "json" else [parser]
