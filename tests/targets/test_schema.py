"""The tables of published fields: what they know, what they do not, and how they are rewritten."""

import csv
import json

import pytest

from compiler.targets.schema import faults, field_type, fields_of
from compiler.targets.schemas import refresh


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("process.command_line", "wildcard"),
        ("source.ip", "ip"),
        ("http.response.status_code", "long"),
        ("@timestamp", "date"),
        ("iis.access.cookie", "keyword"),
    ],
)
def test_elastic_fields_have_the_type_of_their_mapping(field, expected):
    """Fields of ECS and of the integrations are found with their own type."""
    assert field_type("elastic", field) == expected


def test_a_number_of_a_splunk_source_type_is_a_number():
    """What an add-on extracts is told apart from the CIM's text."""
    assert (field_type("splunk", "sc_status"), field_type("splunk", "http_method")) == ("number", "string")


def test_any_name_below_an_open_object_is_known():
    """Windows' event data has more names than the integration lists, all of them keywords."""
    assert field_type("elastic", "winlog.event_data.NeverListed") == "keyword"


@pytest.mark.parametrize(("target", "field"), [("elastic", "cs_method"), ("splunk", "url.path"), ("sentinel", "Url")])
def test_a_field_that_nobody_published_has_no_type(target, field):
    """A name of another SIEM, or of one without tables, is unknown rather than guessed."""
    assert field_type(target, field) is None


def test_the_integration_wins_over_ecs(monkeypatch):
    """Where both tables have a field, its type is the later table's."""
    rows = {"ecs": [{"field": "f", "type": "keyword"}], "elastic-integrations": [{"field": "f", "type": "long"}]}
    monkeypatch.setattr("compiler.targets.schema._rows", lambda table: rows[table])
    fields_of.cache_clear()
    try:
        assert field_type("elastic", "f") == "long"
    finally:
        fields_of.cache_clear()


def test_tables_are_sorted_and_state_where_they_are_from(root):
    """A refresh shows as a diff of single lines, and the first line names the source."""
    for path in sorted((root / "compiler" / "targets" / "schemas").glob("*.tsv")):
        notes, rows = [], []
        for line in path.read_text(encoding="utf-8").splitlines():
            (notes if line.startswith("#") else rows).append(line)
        split = [tuple(row.split("\t")) for row in rows]
        assert notes, path.name
        assert split[0][0] in ("field", "table"), path.name
        assert split[1:] == sorted(set(split[1:])), path.name
        assert {len(row) for row in split} == {len(split[0])}, path.name


def test_the_ecs_table_is_what_the_published_file_gives(root, shared):
    """The stored table is the output of the refresh on elastic/ecs's own file."""
    stored = (root / "compiler" / "targets" / "schemas" / "ecs.tsv").read_text(encoding="utf-8")
    source = stored.partition("\n")[0].partition("; ")[2]
    rows = csv.DictReader((shared / "schemas" / "ecs-fields.csv").read_text(encoding="utf-8").splitlines(keepends=True))
    assert refresh.ecs_table(rows, source) == stored


def test_the_cim_table_is_what_the_published_models_give(root, shared):
    """The stored table is the output of the refresh on the CIM's data model files."""
    stored = (root / "compiler" / "targets" / "schemas" / "cim.tsv").read_text(encoding="utf-8")
    source = stored.partition("\n")[0].partition("; ")[2]
    models = [json.loads(path.read_text(encoding="utf-8")) for path in (shared / "schemas" / "cim").glob("*.json")]
    assert refresh.cim_table(models, source) == stored


def test_refresh_writes_a_row_for_each_field_once():
    """Two rows of one field with one type become one line, below the note and the column names."""
    row = {"ECS_Version": "9.0.0", "Field": "url.path", "Type": "wildcard"}
    assert refresh.ecs_table([row, row], "x") == "# ECS 9.0.0; x\nfield\ttype\nurl.path\twildcard\n"


def test_a_fault_names_the_limit_and_no_long_value():
    """Who reads that a query is too long needs its length, and not the query."""
    body = {"name": "x" * 300, "kind": "y" * 300, "query": "z" * 10_001}
    found = faults(body, "sentinel-rule")
    assert "name: it has 300 characters, and 256 are taken" in found
    assert "query: it has 10,001 characters, and 10,000 are taken" in found
    assert any(one.startswith("kind: ") and one.count("y") <= 60 for one in found)
    assert max(map(len, found)) < 300
