"""Keywords in KQL, which are looked for in all columns of an event, and tables left out where a query is too long."""

import pytest

from compiler.convert import convert
from compiler.engines.engine import Ask, Table
from compiler.engines.kusto import ENGINE
from compiler.targets.sentinel import TARGET
from compiler.targets.target import Query

pytest.importorskip("duckdb_kql")

COLUMNS = {"A": ("a", "string"), "B": ("b", "string"), "C": ("c", "long")}
TYPES = {"a": "string", "b": "string", "c": "long"}
EVENTS = (
    {"tocsin_id": "first", "a": "x KEY-0007 y", "b": "", "c": 1},
    {"tocsin_id": "second", "a": "", "b": "key-0008", "c": 1},
    {"tocsin_id": "number", "a": "", "b": "", "c": 4711},
    {"tocsin_id": "across", "a": "key-", "b": "0007", "c": 1},
    {"tocsin_id": "kept out", "a": "key-0007", "b": "daily", "c": 1},
)


@pytest.fixture(scope="module")
def kusto():
    engine = ENGINE()
    engine.open()
    yield engine
    engine.close()


def said(make, detection, *arrivals):
    rule = make.rule({"detection": detection})
    query = convert(rule, TARGET, make.content(rule, sources=[make.source(*arrivals)]))
    assert isinstance(query, Query), query
    return query


def arrival(make, table, fields=COLUMNS, **more):
    return make.arrival("sentinel", fields, shape=table.lower(), where={"table": table}, **more)


def test_several_keywords_are_looked_for_in_one_column_made_once(make, kusto):
    """All columns are joined a single time, and no keyword is found over the seam of two."""
    keywords = {"k": ["key-0007", "key-0008", 4711], "n": ["daily"], "condition": "k and not n"}
    query = said(make, keywords, arrival(make, "One"))
    assert query.text.splitlines() == [
        "One",
        r'| extend TocsinText = strcat_delim("\n", a, b, tostring(c))',
        '| where TocsinText contains "key-0007" or TocsinText contains "key-0008" or TocsinText contains_cs "4711"',
        '| where not(TocsinText contains "daily")',
    ]
    (answer,) = kusto.run([Table("One", TYPES, EVENTS)], [Ask("kql", query.text, query.settings)])
    assert answer.hits == ("first", "number", "second")


def test_one_keyword_needs_no_column(make):
    """What is asked once is said where it is asked."""
    query = said(make, {"k": ["key"], "condition": "k"}, arrival(make, "One"))
    assert query.text == 'One\n| where strcat_delim("\\n", a, b, tostring(c)) contains "key"'


def test_a_long_list_of_keywords_is_asked_once_of_all_shapes(make, kusto):
    """Also where a shape asks one field alone for keywords: each gives the same column, and one condition is asked."""
    texts = arrival(make, "Two", {"Message": ("Text", "string")}, texts=("Message",))
    keywords = {"k": [f"key-{number:04}" for number in range(300)], "condition": "k"}
    query = said(make, keywords, arrival(make, "One"), texts)
    assert query.text.count("0299") == 1
    assert query.settings["made"] == {"One": ["TocsinText"], "Two": ["TocsinText"]}
    two = Table("Two", {"Text": "string"}, ({"tocsin_id": "text", "Text": "a Key-0007"},))
    (answer,) = kusto.run([Table("One", TYPES, EVENTS), two], [Ask("kql", query.text, query.settings)])
    assert answer.hits == ("first", "kept out", "second", "text")


def test_a_keyword_is_asked_after_the_columns_that_it_reads_are_made(make, kusto):
    """A pattern is looked for in each column, among them one that the rule takes out of a dynamic one."""
    fields = {"A": ("a", "string"), "B": ("d.b", "dynamic"), "C": ("c", "string")}
    detection = {"k": {"|re": "ab+c"}, "s": {"B|exists": True}, "condition": "k and s"}
    query = said(make, detection, arrival(make, "One", fields))
    held = ({"tocsin_id": "in", "a": "", "d.b": "xabbc", "c": ""}, {"tocsin_id": "out", "a": "x", "d.b": "ac", "c": ""})
    table = Table("One", {"a": "string", "d.b": "dynamic", "c": "string"}, held)
    (answer,) = kusto.run([table], [Ask("kql", query.text, query.settings)])
    assert answer.hits == ("in",)


def test_a_keyword_with_wildcards_is_never_asked_of_all_columns_at_once(make):
    """It would be found across two values: a query that gets too long without that is refused."""
    rule = make.rule({"detection": {"k": [f"key-{number:04}*b" for number in range(300)], "condition": "k"}})
    (refused,) = convert(rule, TARGET, make.content(rule, sources=[make.source(arrival(make, "One"))]))
    assert refused.code == "CNV004"


LONG = {"s": {"B|re": "x" * 6000, "T|exists": True}, "condition": "s"}
TIMED = {"B": ("b", "string"), "T": ("t", "datetime")}


def test_a_normalized_table_that_makes_a_query_too_long_is_left_out(make):
    """The rule stays, over the table that holds events as their source wrote them, and is told to miss the other."""
    query = said(make, LONG, arrival(make, "ASimProcessEventLogs", TIMED), arrival(make, "One", TIMED))
    assert query.settings["shapes"] == ["made/one"]
    assert query.settings["left_out"] == ["made/asimprocesseventlogs: with it the query is too long"]


def test_no_other_table_is_left_out(make):
    """Of two tables that hold different events neither is dropped in silence: the rule is refused."""
    rule = make.rule({"detection": LONG})
    source = make.source(arrival(make, "One", TIMED), arrival(make, "Two", TIMED))
    (refused,) = convert(rule, TARGET, make.content(rule, sources=[source]))
    assert refused.code == "CNV004"
