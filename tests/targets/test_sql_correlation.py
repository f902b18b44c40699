"""Correlations in SQL fire where the reference does, over windows that slide, tried on DuckDB itself."""

import random

import pytest

from compiler.convert import convert
from compiler.engines.duckdb import ENGINE
from compiler.engines.engine import Ask, Table
from compiler.meaning.events import Event
from compiler.meaning.ruleset import read_ruleset
from compiler.targets.duckdb import TARGET

SPAN = 10
COLUMNS = {
    "plain": {"Kind": "STRING", "User": "STRING", "Host": "STRING", "Bytes": "STRING"},
    "numbers": {"Kind": "STRING", "User": "STRING", "Host": "STRING", "Bytes": "BIGINT"},
    "lists": {"Kind": "STRING", "User": "STRING[]", "Host": "STRING[]", "Bytes": "BIGINT[]"},
}


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


def stream(seed, columns):
    """Fifty events in a hundred seconds, with ties, gaps, missing fields and, where a column is one, lists."""
    draw = random.Random(seed)  # noqa: S311 - a stream to repeat, not a secret
    choices = {
        "User": ["u", "U", "v", "v", "w", None],
        "Host": ["u", "X", "y", "v", None],
        "Bytes": [1, 2, 5, 7, None] if columns["Bytes"] != "STRING" else ["1", "2.5", "0.5", "x", "7", None],
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


def made(make, body, columns):
    """The rules of a body and the content in which they are converted."""
    rules = [make.rule(one) for one in (*body, *BASE)]
    said = {name: (name, type_) for name, type_ in columns.items()}
    arrival = make.arrival("duckdb", said, where={"table": "made"})
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


@pytest.fixture(scope="module")
def engine():
    engine = ENGINE()
    engine.open()
    yield engine
    engine.close()


@pytest.mark.parametrize("typing", COLUMNS)
def test_query_fires_where_the_reference_does(typing, make, engine):
    """On random streams each query gives exactly the instants at which the correlation fires."""
    columns = COLUMNS[typing]
    queries, bodies = {}, {}
    for name, body in BODIES.items():
        bodies[name], content = made(make, body, columns)
        result = convert(bodies[name][0], TARGET, content)
        queries[name] = result
    wrong = []
    for seed in range(12):
        for tied in (True, False):
            events = stream(seed, columns) if tied else apart(stream(seed, columns))
            asked = [name for name in queries if not (tied and name.startswith("chain"))]
            documents = tuple(
                {**event, "tocsin_id": str(n), "tocsin_time": time} for n, (time, event) in enumerate(events)
            )
            table = Table("made", columns, documents)
            answers = engine.run([table], [Ask("duckdb", queries[name].text) for name in asked])
            for name, answer in zip(asked, answers, strict=True):
                assert answer.hits is not None, (name, answer.error)
                meant = fired(bodies[name], events)
                if sorted(events[int(hit)][0] for hit in answer.hits) != meant:
                    wrong.append((name, seed, tied, meant))
    assert wrong == []


def test_a_list_cannot_be_read_through_a_correlation(make):
    """What a correlation passes on to another is one value, so a group by a list that is not its own is refused."""
    body = [correlation("event_count", ["many"], condition={"gte": 2}, **{"group-by": ["Host"]}), BODIES["chain"][1]]
    rules, content = made(make, body, COLUMNS["lists"])
    (finding,) = convert(rules[0], TARGET, content)
    assert (finding.code, finding.message) == (
        "CNV005",
        "'Host' is a list, which a correlation of a correlation cannot read",
    )


def test_a_correlation_of_itself_is_refused(make):
    """A circle has an end."""
    rules, content = made(make, [correlation("event_count", ["it"], condition={"gte": 2})], COLUMNS["plain"])
    (finding,) = convert(rules[0], TARGET, content)
    assert (finding.code, finding.message) == ("CNV005", "the correlation refers to itself")


def test_sums_that_are_not_whole_are_a_named_deviation(make):
    """A column of whole numbers is summed exactly; others to ten decimals, and the query says so."""
    for typing, deviations in (("numbers", []), ("plain", ["ten-decimals"])):
        rules, content = made(make, BODIES["sum"], COLUMNS[typing])
        assert convert(rules[0], TARGET, content).settings["deviations"] == deviations


def test_a_query_reads_as_written_here(make):
    """The parts of a query: what counts, what is in the window, one row an instant, and where it begins to hold."""
    rules, content = made(make, BODIES["at least"], COLUMNS["plain"])
    query = convert(rules[0], TARGET, content)
    assert query.settings["groups"] == ["User"]
    assert query.settings["timespan"] == SPAN
    assert query.text.splitlines() == [
        "WITH hits AS (",
        '    SELECT epoch_us(event_time) AS us, lower("User") AS key1, CAST(to_json("made") AS VARCHAR) AS event',
        '    FROM "made"',
        "    WHERE (lower(\"Kind\") = 'a')",
        "        AND epoch_us(event_time) IS NOT NULL",
        '        AND "User" IS NOT NULL',
        "),",
        "counted AS (",
        "    SELECT *, count(*) OVER span AS number, row_number() OVER (PARTITION BY key1, us ORDER BY event) AS place",
        "    FROM hits",
        "    WINDOW span AS (PARTITION BY key1 ORDER BY us RANGE BETWEEN 10000000 PRECEDING AND CURRENT ROW)",
        "),",
        "judged AS (",
        "    SELECT *, number >= 3 AS holds",
        "    FROM counted",
        "    WHERE place = 1",
        "),",
        "onsets AS (",
        "    SELECT *, lag(holds) OVER (PARTITION BY key1 ORDER BY us) AS held",
        "    FROM judged",
        ")",
        'SELECT make_timestamp(us) AS event_time, key1 AS "User", event',
        "FROM onsets",
        "WHERE holds AND held IS NOT TRUE",
    ]
