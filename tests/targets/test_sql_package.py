"""The package for a data lake: a schema that makes the tables, and queries that run on them."""

import dataclasses

import duckdb
import pytest

from compiler.convert import convert
from compiler.targets.duckdb import TARGET
from compiler.targets.spark import TARGET as SPARK
from compiler.targets.sql_package import file_of
from compiler.targets.target import Pack, Packed

DETECTION = {"selection": {"Image": "x"}, "condition": "selection"}


def packed(make, target=TARGET, **more):
    """A pack of one rule over a source with one table."""
    rule = make.rule({"name": "one", "level": "high", "detection": DETECTION, **more})
    fields = {"Image": ("Image", "STRING"), "image": ("image_2", "BIGINT"), "Data": ("Data", "STRING[]")}
    source = make.source(make.arrival(target.name, fields, where={"table": "made"}))
    query = convert(rule, target, make.content(rule, sources=[source]))
    return Packed(rule, query), source


def package(make, target=TARGET, count=1, **more):
    made, source = packed(make, target, **more)
    return target.package(Pack("1.2.3", (made,) * count, (source,)))


def test_the_files_of_a_package(make):
    """A schema, a file a rule, and a README; the rules are told of their files."""
    made = package(make)
    assert sorted(made.files) == ["README.md", "rules/one.sql", "schema.sql"]
    assert made.rules == {"rules/one.sql": ("one",)}
    assert made.diagnostics == ()


def test_a_file_says_whose_query_it_holds(make):
    """Comments of one line each, whatever the rule's texts hold, and the query."""
    text = (
        package(make, title="Odd\n; DROP TABLE made; --", description="first\nsecond").files["rules/one.sql"].decode()
    )
    comments = [line for line in text.splitlines() if line.startswith("--")]
    assert comments == ["-- Odd ; DROP TABLE made; -- [high]", "-- id ", "-- first second"]
    assert text.endswith('SELECT *\nFROM "made"\nWHERE lower("Image") = \'x\';\n')


def test_two_rules_of_one_name_are_told(make):
    """The second would replace the first."""
    made = package(make, count=2)
    assert [finding.code for finding in made.diagnostics] == ["PKG010"]
    assert made.rules == {"rules/one.sql": ("one",)}


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "a b"])
def test_a_file_stays_in_its_folder(name, make):
    """A rule's name is the author's; the file's is as much of it as a file may have."""
    file = file_of(dataclasses.replace(make.rule({"detection": DETECTION}), name=name))
    assert "/" not in file
    assert " " not in file


def test_schema_and_rules_run(make, tmp_path):
    """DuckDB makes the tables, loads events in Sigma's names, and finds them; values keep column and type."""
    files = package(make).files
    line = '{"@timestamp": "2021-03-03T04:05:06.5Z", "Image": "X", "image": 5, "Data": ["a", "b"], "more": {}}\n'
    line += '{"@timestamp": "2021-03-03T04:05:06.5+01:00", "Image": "x", "Data": "a"}\n{"Image": "y"}\n'
    (tmp_path / "made.jsonl").write_text(line, encoding="utf-8")
    schema = files["schema.sql"].decode()
    loading = schema.partition("-- INSERT")[2].replace("\n-- ", "\n")
    with duckdb.connect() as database:
        database.execute(schema)
        database.execute(f"SET file_search_path = '{tmp_path}'")
        database.execute(f"INSERT{loading}")
        found = database.execute(files["rules/one.sql"].decode()).fetchall()
        columns = [column[0] for column in database.description]
    first, second = sorted((dict(zip(columns, row, strict=True)) for row in found), key=lambda row: row["Image"])
    assert str(first.pop("event_time")) == "2021-03-03 04:05:06.500000"
    assert first == {"Image": "X", "image_2": 5, "Data": ["a", "b"]}
    assert str(second.pop("event_time")) == "2021-03-03 03:05:06.500000"
    assert second == {"Image": "x", "image_2": None, "Data": ["a"]}


def test_spark_has_its_own_words(make):
    """Types and quotes are those of the engine."""
    schema = package(make, SPARK).files["schema.sql"].decode()
    assert "CREATE TABLE IF NOT EXISTS `made` (\n    event_time TIMESTAMP,\n    `Data` ARRAY<STRING>,\n" in schema


def test_the_readme_names_tables_and_rules(make):
    """Who installs it reads what must be switched on."""
    text = package(make).files["README.md"].decode()
    assert "| `made` | Made | switch made on |" in text
    assert "| `one.sql` | high |" in text
