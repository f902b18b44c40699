"""The tables of a data lake: one for each source, with a column for each field that its events have."""

import pytest

from compiler.content.load import load_sources
from compiler.targets.sql_dialect import TIME, kind_of
from tests.conftest import ROOT

TARGETS = ("duckdb", "spark")
SOURCES, _ = load_sources(ROOT)
LAKE = [source for source in SOURCES if {arrival.target for arrival in source.arrives} & set(TARGETS)]
EACH = pytest.mark.parametrize("source", LAKE, ids=lambda source: source.name)


def arrival_of(source, target):
    (arrival,) = [arrival for arrival in source.arrives if arrival.target == target]
    return arrival


@EACH
def test_both_engines_have_the_same_table(source):
    """What is loaded for one can be loaded for the other."""
    one, two = (arrival_of(source, target) for target in TARGETS)
    assert (one.where, one.fields, one.documented) == (two.where, two.fields, two.documented)


@EACH
def test_the_table_is_called_as_the_source(source):
    """One table a source, so that no two sources share one."""
    assert arrival_of(source, "duckdb").where == {"table": source.name}


@EACH
def test_columns_differ_by_more_than_letter_case(source):
    """The engines compare names of columns without letter case; ``event_time`` is every table's own."""
    columns = [field.name.lower() for field in arrival_of(source, "duckdb").fields.values()]
    assert sorted({*columns, TIME}) == sorted([*columns, TIME])


@EACH
def test_columns_have_the_name_of_their_field(source):
    """A column is called as the field, with a number where another one's name differs by letter case alone."""
    fields = arrival_of(source, "duckdb").fields
    assert [name for name, field in fields.items() if field.name not in (name, f"{name}_2")] == []


@EACH
def test_columns_have_a_type_that_queries_know(source):
    """A type that is none of the four, or a list of one, would be refused by every rule that reads it."""
    assert [kind_of(field.type)[0] for field in arrival_of(source, "duckdb").fields.values()] != []
