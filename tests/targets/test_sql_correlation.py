"""Correlations in SQL fire where the reference does, over windows that slide, tried on DuckDB itself."""

import pytest

from compiler.convert import convert
from compiler.engines.duckdb import ENGINE
from compiler.engines.engine import Ask, Table
from compiler.targets.duckdb import TARGET
from tests.targets.correlated_streams import BODIES, SPAN, apart, correlation, fired, stored, stream
from tests.targets.correlated_streams import made as made_for

ITSELF = "the correlation refers to itself, or to more correlations than one query can hold"

COLUMNS = {
    "plain": {"Kind": "STRING", "User": "STRING", "Host": "STRING", "Bytes": "STRING"},
    "numbers": {"Kind": "STRING", "User": "STRING", "Host": "STRING", "Bytes": "BIGINT"},
    "lists": {"Kind": "STRING", "User": "STRING[]", "Host": "STRING[]", "Bytes": "BIGINT[]"},
}


def made(make, body, columns):
    return made_for(make, "duckdb", body, columns)


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
            table = Table("made", columns, stored(events))
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
    assert (finding.code, finding.message) == ("CNV005", ITSELF)


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
