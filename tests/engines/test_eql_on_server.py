"""The model of EQL beside Elasticsearch: each condition, and the query that EQL makes of it, select the same documents.

Elastic's EQL cannot be had here, but what it makes of conditions is told in ``querytranslator_tests.txt`` of
elastic/elasticsearch (x-pack/plugin/eql/src/test/resources), by whose names of tests the queries stand below.
"""

import importlib.util
import json
import os
import pathlib

import pytest

from compiler.content.environment import options_of
from compiler.content.load import load_tree
from compiler.engines.elasticsearch import ENGINE as ELASTICSEARCH
from compiler.engines.engine import Ask, Table
from compiler.engines.eql import ENGINE as EQL
from compiler.targets import load_targets
from compiler.verify.queries import Outcome
from compiler.verify.translation import findings, verify

on_server = pytest.mark.skipif("TOCSIN_ENGINES" not in os.environ, reason="TOCSIN_ENGINES is not set: starts a server")

TYPES = {"k": "keyword", "ip": "ip", "n": "long", "f": "double", "b": "boolean"}
DOCUMENTS = (
    {"k": "Cmd.exe", "ip": "192.0.2.1", "n": 443, "f": 5},
    {"k": "\u00c9", "ip": "2001:DB8::1", "n": [80, 443]},
    {"k": ["x", "ABC"], "ip": "::ffff:192.0.2.9", "n": "443"},
    {"k": "a\nb", "b": True},
    {"k": "", "b": "true"},
    {"k": "\u212aelvin", "b": False},
    {},
    {"k": r"a\b*c?d"},
    {"k": "ab\U0001f600c"},
    {"k": None},
    {"k": []},
    {"k": "|xabc"},
    {"k": 'say "hi" #1 @x <1-2> ~a &b'},
)


def load():
    spec = importlib.util.spec_from_file_location("eql_as_dsl", pathlib.Path(__file__).parent / "eql_as_dsl.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


eql_as_dsl = load()


@pytest.fixture(scope="module")
def server(running):
    with running(ELASTICSEARCH()) as made:
        yield made


def field(kind, value, **more):
    return {kind: {"k": {"value": value, **more}}}


def ignoring(kind, value):
    return field(kind, value, case_insensitive=True)


def no(query):
    return {"bool": {"must_not": [query]}}


NULL = no({"exists": {"field": "k"}})
PAIRS = [
    # caseInsensitiveEquals, caseInsensitiveEqualsWithPattern
    ('k : "cmd.EXE"', ignoring("term", "cmd.EXE")),
    ('k : "\u00e9"', ignoring("term", "\u00e9")),
    ('k : "kelvin"', ignoring("term", "kelvin")),
    ('k : "*\u00e9*"', ignoring("wildcard", "*\u00e9*")),
    ('k : "c*.E?E"', ignoring("wildcard", "c*.E?E")),
    ('k : "a?b"', ignoring("wildcard", "a?b")),
    ('k : "ab?c"', ignoring("wildcard", "ab?c")),
    ('k : "*"', {"exists": {"field": "k"}}),
    (r'k : "A\\B*"', ignoring("wildcard", r"A\\B*")),
    # caseInsensitiveEqualsListWildcard
    ('k : ("x", "C*")', {"bool": {"should": [ignoring("term", "x"), ignoring("wildcard", "C*")]}}),
    # inFilterInsensitiveVerbatimMatch
    (r'k in~ ("A\\B*C?D")', ignoring("term", r"A\B*C?D")),
    # likeSingleArg, likeSingleArgNoPattern
    ('k like "c*"', field("wildcard", "c*")),
    ('k like "C*"', field("wildcard", "C*")),
    ('k like "Cmd.exe"', field("term", "Cmd.exe")),
    ('k == ""', field("term", "")),
    # regexSingleArg, regexSingleArgInsensitive
    ('k regex "a.b"', field("regexp", "a.b")),
    ('k regex "ab.c"', field("regexp", "ab.c")),
    ('k regex "md"', field("regexp", "md")),
    ('k regex "(Cmd|x)[.]exe"', field("regexp", "(Cmd|x)[.]exe")),
    ('k regex "(.*abc)?"', field("regexp", "(.*abc)?")),
    ('k regex "()"', field("regexp", "()")),
    (
        r'k regex "say \\\"hi\\\" \\#1 \\@x \\<1\\-2\\> \\~a \\&b"',
        field("regexp", r"say \"hi\" \#1 \@x \<1\-2\> \~a \&b"),
    ),
    ('k regex~ "CMD.EXE"', ignoring("regexp", "CMD.EXE")),
    ('k regex~ "[a-c]+"', ignoring("regexp", "[a-c]+")),
    ('k regex~ "[abc]+"', ignoring("regexp", "[abc]+")),
    ('k regex~ "[^a]bc"', ignoring("regexp", "[^a]bc")),
    ('k regex~ "\u00e9"', ignoring("regexp", "\u00e9")),
    ('k regex~ "kelvin"', ignoring("regexp", "kelvin")),
    # notFilter; a missing field is found too
    ('(k == null or not k : "x")', {"bool": {"should": [NULL, no(ignoring("term", "x"))]}}),
    ("k == null", NULL),
    ("k != null", {"exists": {"field": "k"}}),
    # inFilter, singleNumericFilter..., fieldEqualsTrue
    ("n in (80, 81)", {"terms": {"n": [80, 81]}}),
    ("n == 443", {"term": {"n": {"value": 443}}}),
    ("n < 100", {"range": {"n": {"lt": 100}}}),
    ("n >= 443", {"range": {"n": {"gte": 443}}}),
    ("f == 5", {"term": {"f": {"value": 5}}}),
    ("b == true", {"term": {"b": {"value": True}}}),
    ("b == false", {"term": {"b": {"value": False}}}),
    # cidrMatchFunctionOne, cidrMatchFunctionTwo
    ('cidrMatch(ip, "192.0.2.0/24")', {"terms": {"ip": ["192.0.2.0/24"]}}),
    ('cidrMatch(ip, "198.51.100.0/24", "2001:db8::/32")', {"terms": {"ip": ["198.51.100.0/24", "2001:db8::/32"]}}),
    ('cidrMatch(ip, "::/0")', {"terms": {"ip": ["::/0"]}}),
    ('ip == "2001:db8:0::1"', {"term": {"ip": {"value": "2001:db8:0::1"}}}),
    ('ip == "192.0.2.9"', {"term": {"ip": {"value": "192.0.2.9"}}}),
]
REFUSED = [
    (f'k : "{"a" * 1000}*"', ignoring("wildcard", "a" * 1000 + "*")),
    (f'k : "{"a" * 1001}"', ignoring("term", "a" * 1001)),
    (f'k regex "{"a" * 1001}"', field("regexp", "a" * 1001)),
    ('cidrMatch(ip, "::ffff:192.0.2.0/120")', {"terms": {"ip": ["::ffff:192.0.2.0/120"]}}),
]


@pytest.mark.parametrize(("condition", "query"), PAIRS)
def test_a_condition_becomes_the_query(condition, query):
    """What our queries are translated with makes of each condition the query of the vendor's test."""
    assert eql_as_dsl.translated(f"any where {condition}") == query


@on_server
def test_the_model_selects_what_the_server_does(server):
    """Each pair over the same documents; and what the server refuses, the model does."""
    table = Table("logs-a-default", TYPES, tuple({"tocsin_id": f"{n:02}", **one} for n, one in enumerate(DOCUMENTS)))
    pairs = [*PAIRS, *REFUSED]
    told = EQL().run([table], [Ask("eql", f"any where {condition}") for condition, _ in pairs])
    found = server.run([table], [Ask("dsl", json.dumps({"query": query})) for _, query in pairs])
    said = {condition: (model.hits, real.hits) for (condition, _), model, real in zip(pairs, told, found, strict=True)}
    assert {condition: both for condition, both in said.items() if both[0] != both[1]} == {}
    assert [condition for condition, both in said.items() if both[1] is None] == [condition for condition, _ in REFUSED]


@on_server
def test_the_queries_that_we_ship_in_eql_are_right_on_the_server(root, server):
    """As the queries that EQL makes of them, all but those with a script select what their rules mean."""
    catalogue = load_tree(root).catalogue
    engine = eql_as_dsl.OnServer(server)
    found = verify(catalogue, [load_targets()["elastic"]], [engine], options=options_of(catalogue.sources))
    tried = [one for one in found if isinstance(one, Outcome)]
    assert [str(finding) for outcome in tried for finding in findings(outcome)] == []
    assert {outcome.assurance for outcome in tried} == {"executed"}
    assert all("string(" in text for text in engine.untranslated)
