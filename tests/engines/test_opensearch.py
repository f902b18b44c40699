"""OpenSearch, started here: what it selects, what it refuses, and that nothing of it stays."""

import importlib.util
import json
import os
import pathlib

import pytest

from compiler.engines.engine import Ask, Table
from compiler.engines.opensearch import ENGINE, VERSION

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


def test_the_version_is_the_servers_own(engine):
    """What stands in the manifest is what answered."""
    assert engine.version == f"opensearch {VERSION}"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"match_all": {}}, ("1", "2")),
        ({"term": {"text": {"value": "whoami", "case_insensitive": True}}}, ("1",)),
        ({"term": {"text": "whoami"}}, ()),
        ({"wildcard": {"wild": {"value": "who*", "case_insensitive": True}}}, ("1",)),
        ({"term": {"address": "192.0.2.0/24"}}, ("1",)),
        ({"range": {"count": {"gt": 3}}}, ("2",)),
        ({"bool": {"must_not": [{"exists": {"field": "address"}}]}}, ("2",)),
        # ignore_above: a longer value is kept, and cannot be found.
        ({"exists": {"field": "text"}}, ("1",)),
        ({"script": {"script": "doc['count'].value == 4"}}, ("2",)),
    ],
)
def test_a_search_selects_as_the_documentation_says(engine, query, expected):
    """Types are mapped as integrations map them, and each search gives the ids of what it selects."""
    assert servers.hits(engine, query).hits == expected


def test_a_search_that_is_refused_spoils_no_other(engine):
    """The refusal is in the server's words, and the other searches of the run are answered."""
    asks = [Ask("dsl", json.dumps({"query": query})) for query in ({"match_all": {}}, {"nope": 1}, {"match_all": {}})]
    first, broken, last = engine.run([servers.TABLE], asks)
    assert (first.hits, last.hits) == (("1", "2"), ("1", "2"))
    assert broken.error == "parsing_exception: [nope] query malformed, no start_object after query name"


def test_a_document_that_the_store_refuses_is_told(engine):
    """A run whose documents cannot be held answers no query."""
    table = Table("logs-a-default", {"address": "ip"}, ({"tocsin_id": "1", "address": "no address"},))
    answer = servers.hits(engine, {"match_all": {}}, table)
    assert (answer.hits, answer.error) == (
        None,
        "the documents could not be loaded: 'no address' is not an IP string literal.",
    )


def test_hits_beyond_one_page_are_all_there(engine):
    """More than 10,000 hits are asked for page by page."""
    documents = tuple({"tocsin_id": f"{number:05}"} for number in range(10_001))
    answer = servers.hits(engine, {"match_all": {}}, Table("logs-a-default", {}, documents))
    assert answer.hits == tuple(f"{number:05}" for number in range(10_001))


def test_a_query_string_is_lucenes(engine):
    """Language ``lucene`` is a query string, as a rule of Kibana or a saved search has it."""
    assert engine.run([servers.TABLE], [Ask("lucene", "count:4 OR text:Who*")])[0].hits == ("1", "2")


def test_runs_do_not_see_one_another(engine):
    """Each run has its own documents and leaves none behind."""
    assert servers.hits(engine, {"match_all": {}}).hits == ("1", "2")
    one = Table("logs-a-default", {}, ({"tocsin_id": "9"},))
    assert servers.hits(engine, {"match_all": {}}, one).hits == ("9",)


def test_a_process_that_is_killed_leaves_no_server():
    """The server and its folder go when the process that started it is gone, however that came."""
    assert servers.killed_leaves_nothing("opensearch")
