"""Conditions in SQL, by the value that is asked for and the type of the column."""

import re

import pytest

from compiler.convert import convert
from compiler.targets import duckdb, spark
from compiler.targets.duckdb_dialect import DuckDB
from compiler.targets.spark_dialect import Spark
from compiler.targets.target import Refusal

COLUMNS = {"t": "STRING", "n": "BIGINT", "l": "STRING[]", "b": "BOOLEAN", "r": "DOUBLE", "a.b": "STRING"}


def converted(make, detection, target=duckdb.TARGET):
    rule = make.rule({"selection": detection} if "condition" not in detection else {"detection": detection})
    said = {name: (name, type_) for name, type_ in COLUMNS.items()}
    arrival = make.arrival(target.name, said, where={"table": "made"})
    return convert(rule, target, make.content(rule, sources=[make.source(arrival)]))


def where(make, detection, target=duckdb.TARGET):
    return converted(make, detection, target).text.partition("\nWHERE ")[2]


@pytest.mark.parametrize(
    ("detection", "said"),
    [
        ({"t": "Ab"}, "lower(\"t\") = 'ab'"),
        ({"t": "4.2"}, "\"t\" = '4.2'"),
        ({"t": ["A", "b"]}, "lower(\"t\") IN ('a', 'b')"),
        ({"t|cased": "Ab"}, "\"t\" = 'Ab'"),
        ({"t|contains": "50%_!"}, "\"t\" LIKE '%50!%!_!!%' ESCAPE '!'"),
        ({"t": r"C:\*\?x?"}, "lower(\"t\") LIKE 'c:*?x_'"),
        ({"t": "*"}, '"t" IS NOT NULL'),
        ({"t": "it's"}, "lower(\"t\") = 'it''s'"),
        ({"t": "a\nb"}, "lower(\"t\") = ('a' || chr(10) || 'b')"),
        ({"a.b": "x"}, "lower(\"a.b\") = 'x'"),
        ({"t": None}, '"t" IS NULL'),
        ({"t|exists": False}, '"t" IS NULL'),
        ({"n": 5}, '"n" = 5'),
        ({"n": "5"}, '"n" = 5'),
        ({"n": "05"}, "FALSE"),
        ({"n|contains": 5}, "CAST(\"n\" AS VARCHAR) LIKE '%5%'"),
        ({"n": 10**20}, "FALSE"),
        ({"n|gt": 4.5}, '"n" > 4'),
        ({"n|lte": 4.5}, '"n" < 5'),
        ({"b": True}, '"b" = TRUE'),
        ({"b": 1}, "FALSE"),
        ({"r": 5}, '"r" = CAST(5 AS DOUBLE)'),
        ({"l": "X"}, "len(list_filter(\"l\", lambda tocsin_item: lower(tocsin_item) = 'x')) > 0"),
        ({"t|re": "a'b"}, "regexp_matches(\"t\", 'a''b')"),
        ({"t|re|i|s": "a(?P<x>b)"}, "regexp_matches(\"t\", '(?is)a(?P<x>b)')"),
        ({"t|fieldref|endswith": "n"}, 'ends_with(lower("t"), CAST("n" AS VARCHAR))'),
    ],
)
def test_a_value_is_asked_for_by_type(detection, said, make):
    """The same value is another test of another type of column."""
    assert where(make, detection) == said


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("not x", "(lower(\"t\") = 'a') IS NOT TRUE"),
        ("not z", '"t" IS NOT NULL'),
        ("not (x and y)", '(lower("t") = \'a\' AND "n" = 1) IS NOT TRUE'),
        ("x or not y", 'lower("t") = \'a\' OR ("n" = 1) IS NOT TRUE'),
        ("x and (y or z)", 'lower("t") = \'a\'\n    AND ("n" = 1 OR "t" IS NULL)'),
    ],
)
def test_a_negation_holds_where_the_field_is_missing(condition, said, make):
    """Null counts as false before it is negated, and nowhere else."""
    detection = {"x": {"t": "a"}, "y": {"n": 1}, "z": {"t": None}, "condition": condition}
    assert where(make, detection) == said


def test_keywords_are_looked_for_in_every_column(make):
    """All of them at once, whatever their types."""
    assert where(make, {"x": ["one", "two"], "condition": "x"}) == (
        'len(list_filter(flatten([["a.b", CAST("b" AS VARCHAR), CAST("n" AS VARCHAR), CAST("r" AS VARCHAR), "t"], '
        '"l"]), '
        "lambda tocsin_item: lower(tocsin_item) LIKE '%one%' OR lower(tocsin_item) LIKE '%two%')) > 0"
    )


@pytest.mark.parametrize("hostile", ["' OR 1=1 --", "\\' OR 1=1 --", "'; DROP TABLE made; --", "${env:HOME}", "\x00'"])
@pytest.mark.parametrize("key", ["t", "t|contains", "t|re", "t|cased"])
def test_a_value_stays_a_value(hostile, key, make):
    """In no dialect does a value end its literal: what is left without literals has none of it."""
    if key == "t|re" and hostile.startswith(("'; ", "\\", "\x00", "$")):
        hostile = "' OR 1=1 --"
    for target, literal in ((duckdb.TARGET, r"'(?:[^']|'')*'"), (spark.TARGET, r"'(?:[^'\\]|\\.)*'")):
        rest = re.sub(literal, "", where(make, {key: hostile}, target), flags=re.DOTALL)
        assert "1=1" not in rest
        assert "DROP" not in rest
        assert "'" not in rest


def test_spark_replaces_no_variables():
    """``${...}`` is read as a variable before the SQL is, even within a literal."""
    assert Spark().literal("${env:HOME} $x") == r"'\u0024{env:HOME} $x'"


@pytest.mark.parametrize("dialect", [DuckDB(), Spark()])
def test_half_a_surrogate_is_refused(dialect):
    """No text that a store holds can have it, and no file."""
    with pytest.raises(Refusal, match="half of a surrogate pair"):
        dialect.literal("a\ud800")


@pytest.mark.parametrize(
    ("dialect", "name", "said"), [(DuckDB(), 'a"b', '"a""b"'), (Spark(), "a`b", "`a``b`"), (Spark(), "a.b", "`a.b`")]
)
def test_names_are_quoted(dialect, name, said):
    """Whatever is in them."""
    assert dialect.quoted(name) == said


def test_a_column_of_an_unknown_type_is_refused(make):
    """Nothing is guessed of a type that is none of ours."""
    rule = make.rule({"selection": {"t": "x"}})
    source = make.source(make.arrival("duckdb", {"t": ("t", "JSON")}, where={"table": "made"}))
    (finding,) = convert(rule, duckdb.TARGET, make.content(rule, sources=[source]))
    assert finding.message == "a column of type JSON cannot be asked; the types are STRING, BIGINT, DOUBLE, BOOLEAN"


def test_several_tables_give_their_rows_as_json(make):
    """Rows of different columns are put together as table, time and JSON."""
    rule = make.rule({"selection": {"t": "5"}})
    sources = [
        make.source(make.arrival("duckdb", {"t": ("t", type_)}, where={"table": name}), name=name)
        for name, type_ in (("one", "STRING"), ("two", "BIGINT"))
    ]
    query = convert(rule, duckdb.TARGET, make.content(rule, sources=sources))
    assert query.settings["tables"] == {"one": {"t": "STRING"}, "two": {"t": "BIGINT"}}
    assert query.text.splitlines() == [
        "SELECT 'one' AS source_table, event_time, CAST(to_json(\"one\") AS VARCHAR) AS event",
        'FROM "one"',
        "WHERE \"t\" = '5'",
        "UNION ALL",
        "SELECT 'two' AS source_table, event_time, CAST(to_json(\"two\") AS VARCHAR) AS event",
        'FROM "two"',
        'WHERE "t" = 5',
    ]
