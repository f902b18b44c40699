"""Correlations at OpenSearch: what the script is told, and on the server the reference's firings on random streams."""

import importlib.util
import json
import pathlib

import pytest

from compiler.convert import convert
from compiler.engines.engine import Ask, Table
from compiler.engines.opensearch import ENGINE
from compiler.targets import load_targets
from compiler.targets.opensearch_correlation import FIRES
from compiler.targets.target import Query

TARGET = load_targets()["opensearch"]
COLUMNS = [
    {"Kind": "keyword", "User": "keyword[]", "Host": "keyword[]", "Bytes": "long[]"},
    {"Kind": "keyword", "User": "keyword", "Host": "keyword", "Bytes": "string"},
]
"""Fields with several values, and numbers as texts; of a text several values would be kept as a set."""


def load():
    path = pathlib.Path(__file__).parent / "correlated_streams.py"
    spec = importlib.util.spec_from_file_location("correlated_streams", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


streams = load()


def made(make, body, columns):
    """The rules of a body, and the outermost as a query over events of its own index."""
    rules = [make.rule(one) for one in (*body, *streams.BASE)]
    types = {name: "keyword" if "long" not in kind else "long" for name, kind in columns.items()}
    fields = {name: (name, kind) for name, kind in types.items()}
    source = make.source(make.arrival(TARGET.name, fields, where={"index": ["made"]}))
    return rules, types, convert(rules[0], TARGET, make.content(*rules, sources=[source]))


def told(make, name):
    """The levels and branches of a body."""
    _, _, query = made(make, streams.BODIES[name], COLUMNS[0])
    params = json.loads(query.text)["aggs"][FIRES]["scripted_metric"]["params"]
    return params["levels"], params["branches"]


def test_every_kind_of_correlation_is_said(make):
    """Numbers, percentiles, expressions, orders of some and chains: nothing is refused."""
    bodies = {**streams.BODIES, **streams.CHAINS}
    results = {name: made(make, body, COLUMNS[0])[2] for name, body in bodies.items()}
    assert [name for name, result in results.items() if not isinstance(result, Query)] == []


def test_a_chain_goes_on_where_its_group_or_its_event_has_the_columns(make):
    """A level knows its place above, and each column there as one of its own group or of what its events keep."""
    levels, branches = told(make, "chain by alias")
    assert [level.get("above") for level in levels] == [
        {"level": 1, "rule": 0, "groups": [["group", 0]], "values": [], "kept": []},
        None,
    ]
    assert [(one["level"], one["rule"], one["groups"], one["kept"]) for one in branches] == [
        (0, 0, ["User"], []),
        (0, 1, ["Host"], []),
        (1, 1, ["Host"], []),
    ]


def test_a_chain_keeps_what_the_level_above_groups_by(make):
    """A field that is not in the group of the inner correlation is carried from the event at which it fires."""
    body = [
        streams.correlation("event_count", ["many"], condition={"gte": 2}, **{"group-by": ["Host"]}),
        streams.correlation("event_count", ["a"], "many", condition={"gte": 2}),
    ]
    _, _, query = made(make, body, COLUMNS[0])
    params = json.loads(query.text)["aggs"][FIRES]["scripted_metric"]["params"]
    assert params["levels"][0]["above"]["groups"] == [["kept", 0]]
    assert params["branches"][0]["kept"] == ["Host"]


def test_a_percentile_is_told_as_a_fraction(make):
    """The script reckons in whole numbers and decimals, so a share of 90 percent is nine tenths."""
    levels, _ = told(make, "percentile")
    assert (levels[0]["share"], levels[0]["conditions"]) == ([9, 10], [[">", "4.5"]])


def test_an_expression_is_told_as_data(make):
    """No word of a rule becomes a part of the script."""
    levels, _ = told(make, "expression")
    assert levels[0]["expression"] == ["and", [["rule", 0], ["not", ["or", [["rule", 1], ["rule", 2]]]]]]


def test_a_window_looks_back_over_its_chain(make):
    """A monitor that looked back over the outer timespan alone would miss what the inner correlation began with."""
    _, _, query = made(make, streams.BODIES["chain"], COLUMNS[0])
    assert query.settings["timespan"] == 2 * streams.SPAN


@pytest.fixture(scope="module")
def server(running):
    with running(ENGINE()) as engine:
        yield engine


def apart(events):
    """The same events, each at a millisecond of its own: a finer time is not kept."""
    return [(time + number * 1000, event) for number, (time, event) in enumerate(events)]


def table(name, types, events):
    """The events in an index of their own."""
    rows = enumerate(events)
    documents = ({**event, "tocsin_id": f"{n:04}", "tocsin_time": time} for n, (time, event) in rows)
    return Table(name, types, tuple(documents))


@pytest.mark.engines
@pytest.mark.parametrize("columns", COLUMNS, ids=["lists", "texts"])
@pytest.mark.parametrize("seed", range(2))
def test_the_server_fires_where_the_reference_does(make, server, seed, columns):
    """On a random stream with ties, gaps and lists every kind of correlation fires at the reference's instants."""
    drawn = streams.stream(seed, {name: kind.replace("keyword", "string") for name, kind in columns.items()})
    tables, asks, logs, expected = [], [], [], {}
    for name, body in {**streams.BODIES, **streams.CHAINS}.items():
        # Which of several events of one instant closes the inner correlation of a chain is no choice.
        events = apart(drawn) if name.startswith("chain") else drawn
        rules, types, query = made(make, body, columns)
        tables.append(table(f"made{len(asks)}", types, events))
        asks.append(Ask(query.language, query.text, {**query.settings, "index": [tables[-1].name]}))
        logs.append(events)
        expected[name] = streams.fired(rules, events)
    answers = zip(expected, logs, server.run(tables, asks), strict=True)
    got = {name: answer.error or sorted(log[int(hit)][0] for hit in answer.hits) for name, log, answer in answers}
    assert [(name, got[name], fires) for name, fires in expected.items() if got[name] != fires] == []
    assert sum(map(len, expected.values())) > len(expected)
