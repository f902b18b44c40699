"""Correlations of correlations in ES|QL: what passes a level, and on the server the reference's firings."""

import importlib.util
import pathlib

import pytest

from compiler.convert import convert
from compiler.engines.elasticsearch import ENGINE
from compiler.engines.engine import Ask, Table
from compiler.targets import load_targets

TARGET = load_targets()["elastic"]
TYPES = {"Kind": "keyword", "User": "keyword", "Host": "keyword", "Bytes": "long"}


def load():
    path = pathlib.Path(__file__).parent / "correlated_streams.py"
    spec = importlib.util.spec_from_file_location("correlated_streams", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


streams = load()


def made(make, body, place="made"):
    """The rules of a body, and the outermost as a query over events of its own index."""
    rules = [make.rule(one) for one in (*body, *streams.BASE)]
    fields = {name: (name, kind) for name, kind in TYPES.items()}
    source = make.source(make.arrival(TARGET.name, fields, where={"index": [place]}))
    return rules, convert(rules[0], TARGET, make.content(*rules, sources=[source]))


def commands(make, name):
    _, query = made(make, streams.CHAINS[name])
    return query.text.split("\n| ")


def test_each_level_is_judged_in_its_own_window(make):
    """The innermost comes first; the hits of others are groups that always hold."""
    said = commands(make, "chain")
    windows = [line for line in said if line.startswith("WHERE hit_time <=")]
    assert windows == ["WHERE hit_time <= instant AND hit_time >= instant - 10 seconds"] * 2
    states = [line for line in said if line.startswith("EVAL state = CONCAT")]
    assert [state.partition("OR ")[2] for state in states] == [
        '(number >= 2), " + ", " - "), closing)',
        '(first1 IS NOT NULL AND first2 IS NOT NULL AND COALESCE(first1 <= first2, true)), " + ", " - "), closing)',
    ]


def test_a_firing_is_a_hit_of_the_level_above(make):
    """It has the place of its correlation there, an id with its group, and the group's columns under new names."""
    said = commands(make, "chain")
    assert 'DISSECT hit_key "%{group1}␜"' in said
    assert 'EVAL hit_id = CASE(mark == "+", CONCAT(hit_id, "1 ", hit_key), hit_id)' in said
    (moved,) = [line for line in said if line.startswith("EVAL hit_level = CASE(mark")]
    assert moved.startswith('EVAL hit_level = CASE(mark == "+", "0", hit_level), hit_rule = CASE(mark == "+", "1"')


def test_the_alert_shows_the_groups_of_the_outermost(make):
    """Under the name that the field has in the events of its rules."""
    _, query = made(make, streams.CHAINS["chain of chains"])
    assert query.settings["groups"] == ["Host"]
    assert query.settings["timespan"] == 3 * streams.SPAN
    assert query.text.endswith("KEEP event.end, event.id, Host")


def test_a_correlation_of_itself_is_refused(make):
    """A circle has an end."""
    _, (finding,) = made(make, [streams.correlation("event_count", ["it"], condition={"gte": 2})])
    assert "refers to itself" in finding.message


def test_a_percentile_is_refused_at_any_level(make):
    """ES|QL has no exact one."""
    condition = {"gte": 2, "field": "Bytes", "percentile": 50}
    inner = streams.correlation("value_percentile", ["a"], "inner", condition=condition)
    _, (finding,) = made(make, [streams.correlation("event_count", ["inner"], condition={"gte": 2}), inner])
    assert finding.message == "ES|QL has no exact percentile over a window that slides"


@pytest.fixture(scope="module")
def server(running):
    with running(ENGINE()) as engine:
        yield engine


def apart(events):
    """The same events, each at a millisecond of its own: which of several closes a correlation is no choice then."""
    return [(time + number * 1000, event) for number, (time, event) in enumerate(events)]


def table(name, events):
    """The events in an index of their own."""
    rows = enumerate(events)
    return Table(
        name, TYPES, tuple({**event, "tocsin_id": f"{n:04}", "tocsin_time": time} for n, (time, event) in rows)
    )


@pytest.mark.engines
@pytest.mark.parametrize("seed", range(4))
def test_the_server_fires_where_the_reference_does(make, server, seed):
    """On a random stream with gaps and lists every chain fires at the reference's instants."""
    events = apart(streams.stream(seed, {"User": "STRING[]", "Host": "STRING[]", "Bytes": "BIGINT"}))
    tables, asks, expected = [], [], {}
    for name, body in streams.CHAINS.items():
        rules, query = made(make, body, f"made{len(asks)}")
        tables.append(table(f"made{len(asks)}", events))
        asks.append(Ask(query.language, query.text, query.settings))
        expected[name] = streams.fired(rules, events)
    answers = zip(expected, server.run(tables, asks), strict=True)
    got = {name: answer.error or sorted(events[int(hit)][0] for hit in answer.hits) for name, answer in answers}
    assert [(name, got[name], fires) for name, fires in expected.items() if got[name] != fires] == []
    assert sum(map(len, expected.values())) > len(expected)
