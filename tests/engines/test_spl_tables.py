"""The model of SPL over tables: which events a macro stands for, and what of a document a search sees."""

import pytest

from compiler.engines.engine import Answer, Ask, EngineUnavailable, Table
from compiler.engines.spl import ENGINE, row_of


def test_a_macro_of_the_query_without_events_selects_nothing():
    """The settings of a query name its macros; a table need not be there for each."""
    (found,) = ENGINE().run([Table("t", {}, ())], [Ask("spl", "`u`", {"macros": {"u": "index=u"}})])
    assert found == Answer(())


def test_each_macro_selects_the_events_of_its_table():
    """Two tables, one search over both."""
    tables = [Table(name, {}, ({"tocsin_id": name, "x": 1},)) for name in "ab"]
    asks = [Ask("spl", "`a` x=1"), Ask("spl", "(`a` x=1) OR (`b` x=1)"), Ask("spl", "`b` source=b host=b")]
    assert [one.hits for one in ENGINE().run(tables, asks)] == [("a",), ("a", "b"), ("b",)]


def test_the_raw_event_is_the_values_one_a_line():
    """``_raw`` is made of the document; ``_time`` is in seconds."""
    row = row_of({"tocsin_id": "0", "tocsin_time": 1_500_000, "a": "x", "b": ["y", True]}, "t")
    assert (row["_raw"], row["_time"]) == ("x\ny\ntrue", 1.5)


def test_the_engine_has_no_url():
    """It runs in the process, and says so."""
    with pytest.raises(EngineUnavailable):
        ENGINE(url="https://splunk.example.com").open()


def test_a_macro_of_one_field_is_replaced_by_its_definition():
    """Before anything is read, wherever it stands; the definition asks for the field that stands in parentheses."""
    documents = [{"x": "a", "tocsin_id": "a"}, {"x": "b", "tocsin_id": "b"}, {"tocsin_id": "none"}]
    settings = {"lists": {"own": 'in($field$, "a")'}}
    asks = [Ask("spl", f"`t`\n| where {test}(mvfilter(`own(x)`))", settings) for test in ("isnotnull", "isnull")]
    assert [one.hits for one in ENGINE().run([Table("t", {}, documents)], asks)] == [("a",), ("b", "none")]
