"""Where events lie in Microsoft Sentinel and Defender: tables and columns that Microsoft publishes, of their types."""

import pytest

from compiler.content.load import load_sources
from compiler.targets.kusto_schema import column_type, tables
from tests.conftest import ROOT

ARRIVALS = [
    pytest.param(arrival, id=f"{source.name}-{arrival.target}-{arrival.shape}")
    for source in load_sources(ROOT)[0]
    for arrival in source.arrives
    if arrival.target in ("sentinel", "defender")
]
EACH = pytest.mark.parametrize("arrival", ARRIVALS)


def every_field(arrival):
    yield from arrival.fields.values()
    for fields in arrival.overrides.values():
        yield from (field for field in fields.values() if field is not None)


@EACH
def test_every_column_is_published_with_its_type(arrival):
    """A column stands in the vendor's table; of a defined table also in its definition, which begins with such one."""
    definition = arrival.where.get("definition", "")
    table = definition.split()[0] if definition else arrival.where["table"]
    assert table in tables(arrival.target)
    wrong = {}
    for field in every_field(arrival):
        known = column_type(arrival.target, table, field.name)
        made = f"{field.name.partition('.')[0]} = " in definition
        if known != field.type and not made:
            wrong[field.name] = known
    assert wrong == {}


@EACH
def test_where_names_a_table_and_the_connector_that_fills_it(arrival):
    """A defined table has a name of ours, to hide none of the vendor's; a normalized one any connector fills."""
    table = arrival.where["table"]
    base = arrival.where.get("definition", table).split()[0]
    assert {"table"} <= set(arrival.where) <= {"table", "definition", "connector", "data_type"}
    assert ("definition" in arrival.where) == table.startswith("Tocsin")
    assert arrival.target == "defender" or base.startswith("ASim") or arrival.where["connector"]
