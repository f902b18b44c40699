"""Correlations in EQL: a number of events as a sequence of one repeated step.

Facts: *EQL syntax reference, Sequences* of Elasticsearch 9: ``maxspan`` counts from the first event of a sequence,
``with runs`` repeats a step, ``by`` leaves out events without the field.

Ordered rules are refused: hits in the order of the rules make a sequence even if a later rule was hit before them too,
and one event cannot serve two rules. Deviations of a count from the reference: it fires again at every event at which
the condition still holds (``repeated-firing``); keys of text are compared in their letter case (``group-case``), and of
a key with several values one is taken (``group-lists``).
"""

from __future__ import annotations

from compiler.content.model import Rule
from compiler.targets.correlation import Correlated, read_correlation, refused
from compiler.targets.elastic_eql import TEXTS, quoted_name
from compiler.targets.elastic_query import NAME, condition, query_of
from compiler.targets.pipeline import Asked, ask
from compiler.targets.reading import read_rule
from compiler.targets.target import Content, Query

MAX_RUNS = 100
"""``with runs`` takes 1 to 100."""


def correlate(rule: Rule, content: Content) -> Query:
    """A correlation in EQL. Raises ``Refusal`` for all but a lowest number of events of one rule."""
    wanted = read_correlation(rule, content)
    runs = _runs(wanted)
    (other,) = wanted.rules
    tree = read_rule(other, content)
    fields = wanted.group_fields(other)
    shapes, without = ask(other, tree, NAME, content, fields)
    said, kept, more = condition(shapes)
    step = f"[any where {said}]{_by(fields, kept)} with runs={runs}"
    query = query_of(rule, f"sequence with maxspan={wanted.seconds}s\n    {step}", kept, [*without, *more], [tree])
    deviations = {"repeated-firing"} | ({"group-lists"} if fields else set())
    if any(one.shape.fields[field].type in TEXTS for field in fields for one in kept):
        deviations.add("group-case")
    settings = {
        **query.settings,
        "timespan": wanted.seconds,
        "deviations": sorted({*query.settings["deviations"], *deviations}),
    }
    return Query(query.rule, query.target, query.language, query.text, query.fields, settings)


def _runs(wanted: Correlated) -> int:
    """How often the one step of a count is repeated."""
    if wanted.kind == "temporal_ordered":
        raise refused("a sequence in EQL does not say that no later rule was hit first")
    if wanted.kind != "event_count":
        raise refused(f"EQL has no sliding window for `{wanted.kind}`")
    if len(wanted.rules) != 1:
        raise refused("EQL counts the events of one rule, not of several", "rules")
    runs = wanted.least
    if runs is None:
        raise refused("EQL can say that there are at least so many events, and no other comparison", "condition")
    if not 2 <= runs <= MAX_RUNS:
        raise refused(f"EQL counts 2 to {MAX_RUNS} events, not {runs}", "condition")
    return runs


def _by(fields: list[str], kept: list[Asked]) -> str:
    """The keys by which a step is joined. A key has one name in a query, so shapes must agree on it."""
    names = []
    for field in fields:
        there = {one.shape.fields[field].name for one in kept}
        if len(there) != 1:
            raise refused(f"{field!r} has several names at Elastic ({', '.join(sorted(there))})", "group-by")
        names.append(quoted_name(there.pop()))
    return f" by {', '.join(names)}" if names else ""
