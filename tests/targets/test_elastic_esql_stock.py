"""Where our ES|QL differs from that of the stock backend, and why: each stock output shown to be wrong."""

import pytest
from sigma.backends.elasticsearch.elasticsearch_esql import ESQLBackend
from sigma.collection import SigmaCollection

from compiler.convert import convert
from compiler.engines.elasticsearch import ENGINE
from compiler.engines.engine import Ask, Table
from compiler.targets.elastic import TARGET

STOCK = "from * metadata _id, _index, _version | where "
COUNT = {"type": "event_count", "rules": ["base"], "timespan": "5m", "condition": {"gte": 2}}
CASES = [
    # ``==``, ``like``, ``ends_with`` and ``rlike`` tell letter case apart; Sigma does not.
    ({"Text": "whoami"}, 'Text=="whoami"', "WhoAmI"),
    ({"Text|contains": "whoami"}, 'Text like "*whoami*"', "x WhoAmI"),
    ({"Text|endswith": "whoami"}, 'ends_with(Text, "whoami")', "x WhoAmI"),
    # ``rlike`` matches the whole value; Sigma looks anywhere.
    ({"Text|re": "who"}, 'Text rlike "who"', "whoami"),
    # ``(?i)`` is no syntax of Lucene, but three characters of which one may be left out.
    ({"Text|re|i": "who.*"}, 'Text rlike "(?i)who.*"', "WHOAMI"),
    # Of several values a comparison is null.
    ({"Text|startswith": "whoami"}, 'starts_with(Text, "whoami")', ["x", "whoami"]),
]


def stock(*bodies):
    return ESQLBackend().convert(SigmaCollection.from_dicts(list(bodies)))


def body(selection, condition="selection", **more):
    detection = {"selection": selection, "condition": condition}
    return {"title": "Made", "logsource": {"category": "made"}, "detection": detection, **more}


def ours(make, *bodies):
    rules = [make.rule(one) for one in bodies]
    result = convert(rules[-1], TARGET, make.content(*rules, Text="text", User="keyword"))
    assert result.language == "esql"
    return result


@pytest.mark.parametrize(("selection", "said", "value"), CASES)
def test_stock_says_this(selection, said, value):  # noqa: ARG001 - what the next test runs
    """The condition that the stock backend writes."""
    assert stock(body(selection)) == [STOCK + said]


def test_stock_counts_in_bins():
    """A burst over the boundary of two bins of five minutes is missed."""
    (query,) = stock(body({"Text": "x"}, name="base"), {"title": "Many", "correlation": COUNT})
    assert "timebucket=date_trunc(5minutes, @timestamp)" in query


@pytest.fixture(scope="module")
def server(running):
    with running(ENGINE()) as engine:
        yield engine


def selected(server, query, *documents, **settings):
    table = Table("logs-made-default", {"Text": "text", "User": "keyword"}, documents)
    ask = Ask("esql", query.replace("from *", "FROM logs-made-*").replace(" metadata ", " METADATA "), settings)
    (answer,) = server.run([table], [ask])
    return answer.hits


@pytest.mark.engines
@pytest.mark.parametrize(("selection", "said", "value"), CASES)
def test_on_elasticsearch_ours_finds_what_stock_misses(selection, said, value, make, server):
    """Both queries are run on an event that the rule matches."""
    event = {"tocsin_id": "1", "Text": value}
    assert selected(server, STOCK + said, event) == ()
    assert selected(server, ours(make, body(selection)).text, event) == ("1",)


@pytest.mark.engines
def test_a_negation_keeps_what_lacks_the_field(make, server):
    """Stock's ``not`` of a null is null, and the event is dropped."""
    made = body({"Text": "x"}, "not selection")
    event = {"tocsin_id": "1", "User": "u"}
    assert stock(made) == [STOCK + 'not Text=="x"']
    assert selected(server, STOCK + 'not Text=="x"', event) == ()
    assert selected(server, ours(make, made).text, event) == ("1",)


@pytest.mark.engines
def test_a_burst_over_a_boundary_is_found(make, server):
    """Two events two seconds apart, in two bins of stock's, are in one window of ours."""
    base = body({"Text": "x"}, name="base")
    events = [
        {"tocsin_id": str(number), "Text": "x", "@timestamp": f"2026-01-05T10:0{time}Z"}
        for number, time in enumerate(("4:59", "5:01"))
    ]
    query = ours(make, base, {"title": "Many", "correlation": COUNT})
    assert selected(server, query.text, *events, **query.settings) == ("1",)
