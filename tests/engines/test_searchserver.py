"""Elasticsearch and OpenSearch over HTTP, on a server of the test's own that keeps what it is told."""

import http.server
import json
import socket
import threading

import pytest

from compiler.engines.elasticsearch import Elasticsearch
from compiler.engines.engine import Ask, EngineUnavailable, Table
from compiler.engines.http import Client, Unanswered
from compiler.engines.opensearch import OpenSearch

TABLE = Table("logs-a-default", {"user.name": "keyword"}, ({"tocsin_id": "1", "tocsin_time": 1_500_000},))
SEARCH = json.dumps({"query": {"match_all": {}}})


class Keeper(http.server.BaseHTTPRequestHandler):
    """Answers by the path's end, and notes each request."""

    def answer(self):
        """What the path's end has been given as answer; an empty object else."""
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        self.server.seen.append((self.command, self.path, self.headers.get("Authorization"), body))
        key = next((end for end in self.server.answers if self.path.partition("?")[0].endswith(end)), "")
        status, said = self.server.answers.get(key, (200, {}))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", said)
        self.end_headers()
        self.wfile.write(said if isinstance(said, bytes) else json.dumps(said).encode())

    do_GET = do_PUT = do_POST = do_DELETE = answer  # noqa: N815 - the names that http.server calls

    def log_message(self, *_):
        """Nothing: the test's own output is enough."""


@pytest.fixture
def server():
    keeper = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Keeper)
    keeper.seen, keeper.url = [], f"http://127.0.0.1:{keeper.server_address[1]}"
    hits = {"hits": {"hits": [{"fields": {"tocsin_id": ["1"]}}]}, "timed_out": False, "_shards": {"failed": 0}}
    keeper.answers = {
        "/": (200, {"version": {"number": "3.4.0", "distribution": "opensearch"}}),
        "/_bulk": (200, {"errors": False, "items": []}),
        "/_msearch": (200, {"responses": [hits]}),
    }
    thread = threading.Thread(target=keeper.serve_forever, daemon=True)
    thread.start()
    yield keeper
    keeper.shutdown()
    keeper.server_close()


@pytest.fixture
def engine(server):
    made = OpenSearch(server.url)
    made.open()
    yield made
    made.close()


def test_an_index_of_a_random_name_is_removed_after_the_run(server, engine):
    """What is written goes into an index of our own, which is gone after the run."""
    assert engine.run([TABLE], [Ask("dsl", SEARCH)])[0].hits == ("1",)
    (put,) = [path for method, path, *_ in server.seen if method == "PUT"]
    assert put.startswith("/tocsin-")
    assert [path.partition("?")[0] for method, path, *_ in server.seen if method == "DELETE"] == [put]


def test_no_two_runs_share_an_index(server, engine):
    """Two runs at a time on one server do not meet."""
    engine.run([TABLE], [])
    engine.run([TABLE], [])
    assert len({path for method, path, *_ in server.seen if method == "PUT"}) == 2


def test_the_index_is_removed_if_a_document_is_refused(server, engine):
    """A document that the store refuses fails every query of the run, in the store's words, and leaves no index."""
    error = {"type": "mapper", "reason": "failed", "caused_by": {"reason": "no IP"}}
    server.answers["/_bulk"] = (200, {"errors": True, "items": [{"index": {"error": error}}]})
    (answer,) = engine.run([TABLE], [Ask("dsl", SEARCH)])
    assert (answer.hits, answer.error) == (None, "the documents could not be loaded: no IP")
    assert [method for method, *_ in server.seen][-1] == "DELETE"


def test_an_event_gets_the_time_that_agents_write(server, engine):
    """``@timestamp`` is made of the event's time where the document has none."""
    engine.run([TABLE], [])
    (bulk,) = [body for _, path, _, body in server.seen if path.endswith("/_bulk")]
    assert json.loads(bulk.splitlines()[1])["@timestamp"] == "1970-01-01T00:00:01.500+00:00"


def test_a_partial_search_is_no_answer(server, engine):
    """Hits of some shards alone are not taken for the answer."""
    part = {"hits": {"hits": []}, "timed_out": False, "_shards": {"failed": 1}}
    server.answers["/_msearch"] = (200, {"responses": [part]})
    assert engine.run([TABLE], [Ask("dsl", SEARCH)])[0].hits is None


def test_a_query_of_other_indices_is_no_answer(engine):
    """A query whose patterns fit no table is told so: no hits would look like an answer."""
    (answer,) = engine.run([TABLE], [Ask("dsl", SEARCH, {"index": ["logs-b-*"]})])
    assert (answer.hits, answer.error) == (None, "no table is at an index that it reads")


@pytest.mark.parametrize("text", ["{", "[]", '"x"'])
def test_what_is_no_body_of_a_search_is_told(engine, text):
    """A text that is no JSON object spoils its own answer alone."""
    broken, whole = engine.run([TABLE], [Ask("dsl", text), Ask("dsl", SEARCH)])
    assert broken.hits is None
    assert broken.error.startswith("no body of a search")
    assert whole.hits == ("1",)


def test_another_language_is_told(engine):
    """OpenSearch does not guess at a language that it does not speak."""
    assert engine.run([TABLE], [Ask("esql", "FROM logs-*")])[0].error == "opensearch does not speak esql"


def test_a_server_that_is_gone_is_told_once(server, engine):
    """Without a server there is no answer to any query: the engine cannot be had any more, and close says nothing."""
    server.shutdown()
    server.server_close()
    with pytest.raises(EngineUnavailable, match="Connection refused"):
        engine.run([TABLE], [Ask("dsl", SEARCH), Ask("dsl", SEARCH)])


def test_esql_reads_our_index_in_place_of_its_patterns(server):
    """The patterns after FROM select tables by name, and the rest of the query is left as it is."""
    engine = Elasticsearch(server.url)
    engine.open()
    server.answers["/_query"] = (200, {"values": [["1"]]})
    asks = [Ask("esql", 'FROM logs-a-*, "winlogbeat-*" METADATA _id | WHERE user.name == "| FROM x"')]
    assert engine.run([TABLE], asks)[0].hits == ("1",)
    (query,) = [json.loads(body)["query"] for _, path, _, body in server.seen if path == "/_query"]
    index = next(path for method, path, *_ in server.seen if method == "PUT")[1:]
    assert query.startswith(f'FROM {index} METADATA _id | WHERE user.name == "| FROM x"\n')
    engine.close()


def test_eql_gives_the_event_that_closes_a_sequence(server):
    """Of a sequence the last event is the hit."""
    engine = Elasticsearch(server.url)
    engine.open()
    steps = [{"fields": {"tocsin_id": [id]}} for id in ("1", "2")]
    server.answers["/_eql/search"] = (200, {"hits": {"sequences": [{"events": steps}]}})
    assert engine.run([TABLE], [Ask("eql", "sequence [any where true] [any where true]")])[0].hits == ("2",)
    engine.close()


def test_credentials_come_from_the_environment(server, monkeypatch):
    """A key from the environment goes with every request."""
    monkeypatch.setenv("TOCSIN_OPENSEARCH_API_KEY", "made-up")
    OpenSearch(server.url).open()
    assert {given for _, _, given, _ in server.seen} == {"ApiKey made-up"}


def test_a_user_goes_with_a_password(server, monkeypatch):
    """User and password are sent as RFC 7617 has them."""
    monkeypatch.setenv("TOCSIN_OPENSEARCH_USER", "ann")
    monkeypatch.setenv("TOCSIN_OPENSEARCH_PASSWORD", "made-up")
    OpenSearch(server.url).open()
    assert {given for _, _, given, _ in server.seen} == {"Basic YW5uOm1hZGUtdXA="}


def test_credentials_are_not_shown(server, monkeypatch):
    """A server that refuses them is told without them."""
    monkeypatch.setenv("TOCSIN_OPENSEARCH_API_KEY", "made-up")
    server.answers["/"] = (401, {"error": {"type": "security", "reason": "no"}})
    with pytest.raises(EngineUnavailable) as error:
        OpenSearch(server.url).open()
    assert str(error.value) == "opensearch does not answer: security: no"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://search.example.com:9200", "credentials are not sent without TLS"),
        ("https://ann:secret@search.example.com", "credentials belong in"),
        ("search.example.com:9200", "does not begin with https://"),
        ("file:///etc/hosts", "does not begin with https://"),
        ("https://[::1", "the address of the server is none: Invalid IPv6 URL"),
        ("https://search.example.com:port", "the address of the server is none: "),
    ],
)
def test_an_address_that_would_give_credentials_away_is_refused(url, words, monkeypatch):
    """Nothing is sent to an address that is none, that has credentials in it, or that is not encrypted."""
    monkeypatch.setenv("TOCSIN_OPENSEARCH_API_KEY", "made-up")
    with pytest.raises(EngineUnavailable, match=words) as error:
        OpenSearch(url).open()
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"<html>", "opensearch does not answer: JSONDecodeError: Expecting value"),
        (b"[" * 100_000, "opensearch does not answer: RecursionError: "),
        ({"hello": 1}, "opensearch does not answer: an answer in a form that is not documented: KeyError: 'version'"),
        ([1], "opensearch does not answer: an answer in a form that is not documented: TypeError: "),
        ({"error": {"root_cause": [7], "type": "odd", "reason": "no"}}, "opensearch does not answer: odd: no"),
        ({"version": {"number": "8.0"}}, "the server at this address is no OpenSearch"),
    ],
)
def test_a_server_that_is_something_else_is_told(server, said, words):
    """Whatever stands at an address, there is one line on it."""
    server.answers["/"] = (200, said)
    with pytest.raises(EngineUnavailable) as error:
        OpenSearch(server.url).open()
    assert str(error.value).startswith(words)


@pytest.mark.parametrize(
    ("path", "said", "words"),
    [
        ("/_msearch", {"responses": []}, "0 answers to 1 searches"),
        ("/_msearch", {"responses": [{}]}, "an answer in a form that is not documented: KeyError: 'timed_out'"),
        ("/_bulk", {}, "the documents could not be loaded: an answer in a form that is not documented: KeyError"),
    ],
)
def test_an_answer_in_another_form_is_none(server, engine, path, said, words):
    """What the server says cannot be taken for hits; the index is removed all the same."""
    server.answers[path] = (200, said)
    (answer,) = engine.run([TABLE], [Ask("dsl", SEARCH)])
    assert (answer.hits, answer.error.startswith(words)) == (None, True)
    assert [method for method, *_ in server.seen][-1] == "DELETE"


def test_a_redirect_is_not_followed(server):
    """Credentials do not travel to a host that nobody named."""
    server.answers["/here"] = (302, f"{server.url}/there")
    with pytest.raises(Unanswered, match="status 302"):
        Client(server.url).ask("GET", "/here")
    assert [path for _, path, *_ in server.seen] == ["/here"]


def test_another_product_is_not_taken_for_opensearch(server):
    """The name of the engine is that of the product which answered."""
    server.answers["/"] = (200, {"version": {"number": "8.19.21"}})
    with pytest.raises(EngineUnavailable, match="is no OpenSearch"):
        OpenSearch(server.url).open()


def test_closing_twice_and_before_opening_is_harmless(server):
    """``close`` may be called whenever, asks the server for nothing, and leaves an engine that can be opened again."""
    engine = OpenSearch(server.url)
    engine.close()
    assert server.seen == []
    engine.open()
    opening = list(server.seen)
    engine.close()
    engine.close()
    assert server.seen == opening
    engine.open()
    assert server.seen == opening * 2


def test_a_server_that_dies_is_gone_and_refuses_nothing(server, engine, monkeypatch):
    """Its end is told once for the whole run: no query was refused, and none is asked after it."""

    def end(keeper):
        if keeper.path.endswith("/_msearch"):
            keeper.server.socket.close()
            keeper.connection.shutdown(socket.SHUT_RDWR)
        else:
            Keeper.answer(keeper)

    monkeypatch.setattr(Keeper, "do_POST", end)
    with pytest.raises(EngineUnavailable, match=r"^the server does not answer: "):
        engine.run([TABLE], [Ask("dsl", SEARCH)] * 3)
    assert [path for _, path, *_ in server.seen if path.endswith("/_msearch")] == []


def test_an_answer_cut_short_is_no_end(engine, monkeypatch):
    """A server that drops one connection and goes on is there: that query alone has no answer."""
    dropped = []

    def once(keeper):
        if keeper.path.endswith("/_msearch") and not dropped:
            dropped.append(keeper.path)
            keeper.connection.shutdown(socket.SHUT_RDWR)
        else:
            Keeper.answer(keeper)

    monkeypatch.setattr(Keeper, "do_POST", once)
    first, second = (engine.run([TABLE], [Ask("dsl", SEARCH)])[0] for _ in range(2))
    assert (first.hits, second.hits) == (None, ("1",))
    assert first.error == "Remote end closed connection without response"
