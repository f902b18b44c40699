"""DuckDB as an engine: tables in, the ids of the rows that a query selects out."""

import pytest

from compiler.engines.duckdb import ENGINE
from compiler.engines.engine import Ask, EngineUnavailable, Table


@pytest.fixture
def engine():
    """DuckDB, open."""
    engine = ENGINE()
    engine.open()
    yield engine
    engine.close()


TABLE = Table(
    'a "table"',
    {"text": "STRING", "number": "BIGINT", "list": "STRING[]", 'odd "name"': "STRING"},
    (
        {"tocsin_id": "one", "tocsin_time": 1_500_000, "text": "x", "number": 5, 'odd "name"': "o"},
        {"tocsin_id": "two", "list": ["a", "b"]},
        {"tocsin_id": "three", "list": "c", "text": ""},
    ),
)


def ask(engine, where, tables=(TABLE,)):
    (answer,) = engine.run(tables, [Ask("duckdb", f'SELECT * FROM "a ""table""" WHERE {where}')])  # noqa: S608
    return answer


@pytest.mark.parametrize(
    ("where", "hits"),
    [
        ("text = 'x' AND number = 5", ("one",)),
        ("event_time = TIMESTAMP '1970-01-01 00:00:01.5'", ("one",)),
        ("event_time IS NULL AND text IS NULL", ("two",)),
        ("text = ''", ("three",)),
        ("list_contains(list, 'c') OR list_contains(list, 'a')", ("three", "two")),
        ('"odd ""name""" = \'o\'', ("one",)),
        ("FALSE", ()),
    ],
)
def test_a_table_holds_what_its_documents_say(where, hits, engine):
    """Text, numbers, lists, a missing field as null, a single value in a column of lists, and the time."""
    assert ask(engine, where).hits == hits


def test_rows_of_several_tables_are_told_by_their_json(engine):
    """Where a query has no column with the id, it has the row as JSON."""
    query = 'SELECT CAST(to_json(t) AS VARCHAR) AS event FROM "a ""table""" t WHERE text = \'x\''
    assert engine.run([TABLE], [Ask("duckdb", query)])[0].hits == ("one",)


def test_a_query_that_is_refused_does_not_end_the_others(engine):
    """The engine's own words are the answer to one; the next is asked as ever."""
    wrong, right = engine.run([TABLE], [Ask("duckdb", "SELEC 1"), Ask("duckdb", 'SELECT * FROM "a ""table""" LIMIT 0')])
    assert wrong.hits is None
    assert wrong.error.startswith('Parser Error: syntax error at or near "SELEC"')
    assert right.hits == ()


@pytest.mark.parametrize("query", ["SELECT * FROM read_text('pyproject.toml')", "SET enable_external_access = true"])
def test_a_query_reaches_nothing_outside(query, engine):
    """A rule from a stranger reads no files, and cannot change that."""
    (answer,) = engine.run([TABLE], [Ask("duckdb", query)])
    assert answer.hits is None
    assert "disabled" in answer.error or "locked" in answer.error


@pytest.mark.parametrize("query", ["BEGIN; CREATE TABLE more (n INT)", "CREATE TEMP TABLE more (n INT)"])
def test_runs_know_nothing_of_one_another(query, engine):
    """Each run has its tables and no others, whatever the queries of the one before began or made."""
    engine.run([TABLE], [Ask("duckdb", query)])
    answers = engine.run([], [Ask("duckdb", f"SELECT * FROM {name}") for name in ('"a ""table"""', "more")])  # noqa: S608
    assert ["does not exist" in answer.error for answer in answers] == [True, True]


def test_version_is_known_once_it_is_open(engine):
    """The library's name and version."""
    name, _, version = engine.version.partition(" ")
    assert (name, version.count(".")) == ("duckdb", 2)


def test_it_has_no_url():
    """There is no server that could be reached."""
    with pytest.raises(EngineUnavailable, match="no URL"):
        ENGINE(url="https://db.example.com").open()
