"""Correlations in KQL fire where the reference does, over windows that slide, tried on the model of Kusto."""

import pytest

from compiler.convert import convert
from compiler.engines.engine import Ask, Table
from compiler.engines.kusto import ENGINE
from compiler.targets.sentinel import TARGET
from tests.targets.correlated_streams import BODIES, apart, correlation, fired, made, stored, stream

ITSELF = "the correlation refers to itself, or to more correlations than one query can hold"

pytest.importorskip("duckdb_kql")

COLUMNS = {
    "plain": {"Kind": "string", "User": "string", "Host": "string", "Bytes": "string"},
    "numbers": {"Kind": "string", "User": "string", "Host": "string", "Bytes": "long"},
}


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
        bodies[name], content = made(make, "sentinel", body, columns)
        queries[name] = convert(bodies[name][0], TARGET, content)
    wrong = []
    for seed in range(2):
        for tied in (True, False):
            events = stream(seed, columns) if tied else apart(stream(seed, columns))
            asked = [name for name in queries if not (tied and name.startswith("chain"))]
            table = Table("made", columns, stored(events))
            answers = engine.run([table], [Ask("kql", queries[name].text, queries[name].settings) for name in asked])
            for name, answer in zip(asked, answers, strict=True):
                assert answer.hits is not None, (name, answer.error)
                meant = fired(bodies[name], events)
                if sorted(events[int(hit)][0] for hit in answer.hits) != meant:
                    wrong.append((name, seed, tied, meant))
    assert wrong == []


def test_a_chain_looks_back_over_all_its_windows(make):
    """What an inner correlation counts lies before the window of the outer one."""
    rules, content = made(make, "sentinel", BODIES["chain"], COLUMNS["plain"])
    assert convert(rules[0], TARGET, content).settings["timespan"] == 20


def test_a_correlation_of_itself_is_refused(make):
    """A circle has an end."""
    body = [correlation("event_count", ["it"], condition={"gte": 2})]
    rules, content = made(make, "sentinel", body, COLUMNS["plain"])
    (finding,) = convert(rules[0], TARGET, content)
    assert (finding.code, finding.message) == ("CNV005", ITSELF)
