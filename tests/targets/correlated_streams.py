"""Correlations and random streams of events on which their queries are held against the reference."""

import random

from compiler.meaning.events import Event
from compiler.meaning.ruleset import read_ruleset

SPAN = 10


def correlation(kind, rules, name="it", **more):
    group = {"group-by": ["User"]} if "group-by" not in more else {}
    return {"name": name, "correlation": {"type": kind, "rules": rules, "timespan": f"{SPAN}s", **group, **more}}


BASE = [{"name": name, "detection": {"selection": {"Kind": name}, "condition": "selection"}} for name in "abc"]
BASE.append({"name": "d", "detection": {"selection": {"Kind": ["a", "c"]}, "condition": "selection"}})
ALIAS = {"who": {"a": "User", "b": "Host"}}

BODIES = {
    "at least": [correlation("event_count", ["a"], condition={"gte": 3})],
    "exactly": [correlation("event_count", ["a"], condition={"eq": 2})],
    "not exactly": [correlation("event_count", ["a"], condition={"neq": 2})],
    "fewer than": [correlation("event_count", ["a"], condition={"lt": 2})],
    "range": [correlation("event_count", ["a"], condition={"gt": 1, "lte": 3})],
    "several rules": [correlation("event_count", ["a", "b"], condition={"gte": 4})],
    "rules that share events": [correlation("event_count", ["a", "d"], condition={"gte": 3})],
    "without groups": [correlation("event_count", ["a"], condition={"gte": 5}, **{"group-by": []})],
    "two groups": [correlation("event_count", ["a"], condition={"gte": 2}, **{"group-by": ["User", "Host"]})],
    "aliases": [correlation("event_count", ["a", "b"], condition={"gte": 3}, aliases=ALIAS, **{"group-by": ["who"]})],
    "values": [correlation("value_count", ["a"], condition={"gte": 2, "field": "Host"})],
    "few values": [correlation("value_count", ["a"], condition={"lte": 1, "field": "Host"})],
    "tuples": [correlation("value_count", ["a"], condition={"gte": 3, "field": ["Host", "Bytes"]})],
    "together": [correlation("temporal", ["a", "b", "c"])],
    "together by alias": [correlation("temporal", ["a", "b"], aliases=ALIAS, **{"group-by": ["who"]})],
    "one event for two rules": [correlation("temporal", ["a", "d"])],
    "two of three": [correlation("temporal", ["a", "b", "c"], condition={"eq": 2})],
    "expression": [correlation("temporal", ["a", "b", "c"], condition="a and not (b or c)")],
    "in order": [correlation("temporal_ordered", ["a", "b"])],
    "three in order": [correlation("temporal_ordered", ["a", "b", "c"])],
    "some in order": [correlation("temporal_ordered", ["a", "b", "c"], condition={"gte": 2})],
    "sum": [correlation("value_sum", ["a"], condition={"gt": 9, "field": "Bytes"})],
    "sum by alias": [
        correlation(
            "value_sum", ["a", "b"], condition={"lt": 9, "field": "Bytes"}, aliases=ALIAS, **{"group-by": ["who"]}
        )
    ],
    "mean": [correlation("value_avg", ["a"], condition={"gte": 3.5, "field": "Bytes"})],
    "median": [correlation("value_percentile", ["a"], condition={"lte": 3, "field": "Bytes", "percentile": 50})],
    "percentile": [correlation("value_percentile", ["a"], condition={"gt": 4.5, "field": "Bytes", "percentile": 90})],
    "chain": [
        correlation("temporal_ordered", ["many", "c"]),
        correlation("event_count", ["a"], "many", condition={"gte": 2}),
    ],
    "chain of counts": [
        correlation("event_count", ["many"], condition={"gte": 2}, **{"group-by": ["Host"]}),
        correlation("event_count", ["a"], "many", condition={"gte": 2}, **{"group-by": ["Host"]}),
    ],
    "chain by alias": [
        correlation("temporal", ["many", "c"], aliases={"w": {"many": "who", "c": "Host"}}, **{"group-by": ["w"]}),
        correlation("temporal", ["a", "b"], "many", aliases=ALIAS, **{"group-by": ["who"]}),
    ],
}

CHAINS = {
    **{name: body for name, body in BODIES.items() if name.startswith("chain")},
    "chain of a field that is no group": [
        correlation("event_count", ["many"], condition={"gte": 2}, **{"group-by": ["Host"]}),
        correlation("event_count", ["a"], "many", condition={"gte": 2}),
    ],
    "chain of chains": [
        correlation("temporal", ["often", "b"], **{"group-by": ["Host"]}),
        correlation("event_count", ["many", "c"], "often", condition={"gte": 2}),
        correlation("event_count", ["a"], "many", condition={"gte": 2}),
    ],
    "chain without groups": [
        correlation("event_count", ["many", "c"], condition={"gte": 3}, **{"group-by": []}),
        correlation("event_count", ["a"], "many", condition={"gte": 2}),
    ],
    "chain of numbers": [
        correlation("value_sum", ["many", "c"], condition={"gte": 5, "field": "Bytes"}),
        correlation("event_count", ["a"], "many", condition={"gte": 2}),
    ],
    "chain of values": [
        correlation("value_count", ["many"], condition={"gte": 2, "field": "User"}, **{"group-by": []}),
        correlation("value_count", ["a"], "many", condition={"gte": 2, "field": "Host"}),
    ],
}
"""Correlations of correlations, those of ``BODIES`` among them."""


def stream(seed, columns):
    """Fifty events in a hundred seconds, with ties, gaps, missing fields and, where a column is one, lists."""
    draw = random.Random(seed)  # noqa: S311 - a stream to repeat, not a secret
    choices = {
        "User": ["u", "U", "v", "v", "w", None],
        "Host": ["u", "X", "y", "v", None],
        "Bytes": [1, 2, 5, 7, None] if columns["Bytes"].lower() != "string" else ["1", "2.5", "0.5", "x", "7", None],
    }
    events = []
    for _ in range(50):
        event = {"Kind": draw.choice("aabbc")}
        for name, values in choices.items():
            chosen = [draw.choice(values) for _ in range(draw.choice([1, 1, 2, 3]))]
            kept = [value for value in chosen if value is not None]
            if kept:
                event[name] = kept if columns[name].endswith("[]") else kept[0]
        events.append((draw.randrange(100) * 1_000_000, event))
    return events


def made(make, target, body, columns):
    """The rules of a body and the content in which they are converted for a target."""
    rules = [make.rule(one) for one in (*body, *BASE)]
    said = {name: (name, type_) for name, type_ in columns.items()}
    arrival = make.arrival(target, said, where={"table": "made"})
    return rules, make.content(*rules, sources=[make.source(arrival)])


def fired(rules, events):
    """The times at which the reference fires, for a correlation of correlations only where no two events share one."""
    ruleset, faults = read_ruleset(rules)
    assert faults == []
    shown = [Event(event, (), time, line) for line, (time, event) in enumerate(events)]
    hits = [hit for hit in ruleset.match(shown) if hit.rule.name == "it"]
    return sorted(events[hit.event][0] for hit in hits)


def apart(events):
    """The same events, each at an instant of its own: which of several closes a correlation is then no choice."""
    return [(time + number, event) for number, (time, event) in enumerate(events)]


def stored(events):
    """The events as a table holds them."""
    return tuple({**event, "tocsin_id": str(n), "tocsin_time": time} for n, (time, event) in enumerate(events))
