"""Elasticsearch, started here: ES|QL and the query DSL, and that nothing of it stays."""

import importlib.util
import os
import pathlib

import pytest

from compiler.engines.elasticsearch import ENGINE, VERSION
from compiler.engines.engine import Ask, Table

pytestmark = pytest.mark.skipif("TOCSIN_ENGINES" not in os.environ, reason="TOCSIN_ENGINES is not set: starts a server")


def load():
    spec = importlib.util.spec_from_file_location("servers", pathlib.Path(__file__).parent / "servers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


servers = load()


@pytest.fixture(scope="module")
def engine(running):
    with running(ENGINE()) as made:
        yield made


def esql(engine, text, table=servers.TABLE):
    return engine.run([table], [Ask("esql", text)])[0]


def test_the_version_is_the_servers_own(engine):
    """What stands in the manifest is what answered, and what it took for types that it lacks."""
    assert engine.version == (
        f"elasticsearch {VERSION} (constant_keyword as keyword, match_only_text as text, scaled_float as double, "
        "wildcard as keyword)"
    )


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ('TO_LOWER(text) == "whoami"', ("1",)),
        ('text RLIKE "who.*"', ()),
        ('CIDR_MATCH(address, "192.0.2.0/24")', ("1",)),
        # Three values of truth: what is null is dropped, and so is its negation.
        ('NOT text == "x"', ("1",)),
        ('NOT COALESCE(text == "x", false)', ("1", "2")),
        ("count >= 3", ("1", "2")),
    ],
)
def test_esql_selects_as_the_documentation_says(engine, where, expected):
    """ES|QL runs on the documents, in place of the indices that it names."""
    assert esql(engine, f"FROM logs-a-*, winlogbeat-* METADATA _id | WHERE {where}").hits == expected


def test_esql_that_is_refused_is_told(engine):
    """The refusal is in the server's words."""
    answer = esql(engine, "FROM logs-a-default | WHERE nothing == 1")
    assert answer.hits is None
    assert "Unknown column [nothing]" in answer.error


def test_rows_beyond_one_page_are_all_there(engine):
    """More than 10,000 rows, the most that ES|QL gives, are asked for page by page."""
    documents = tuple({"tocsin_id": f"{number:05}"} for number in range(10_001))
    answer = esql(engine, "FROM logs-a-default", Table("logs-a-default", {}, documents))
    assert answer.hits == tuple(f"{number:05}" for number in range(10_001))


def test_the_query_dsl_selects_as_on_opensearch(engine):
    """Terms, networks, and a type that another stands in for."""
    assert servers.hits(engine, {"term": {"address": "192.0.2.0/24"}}).hits == ("1",)
    assert servers.hits(engine, {"wildcard": {"wild": {"value": "who*", "case_insensitive": True}}}).hits == ("1",)


def test_eql_is_not_there(engine):
    """EQL is not on Maven Central; a server of our own says that it does not speak it."""
    assert "eql" not in engine.languages
    assert engine.run([servers.TABLE], [Ask("eql", "any where true")])[0].error == "elasticsearch does not speak eql"


def test_a_process_that_is_killed_leaves_no_server():
    """The server and its folder go when the process that started it is gone, however that came."""
    assert servers.killed_leaves_nothing("elasticsearch")


def test_a_correlation_answers_with_the_ids_of_what_closes(engine):
    """Rows that are no longer events name one in a column, which the settings tell."""
    text = "FROM logs-a-default METADATA _id | STATS closing = MAX(_id)"
    assert engine.run([servers.TABLE], [Ask("esql", text, {"closing": "closing"})])[0].hits == ("2",)
