"""Where our SQL for Spark differs from that of the stock backend for Databricks: what stock writes, and what it does.

Run on Spark where ``TOCSIN_ENGINES`` names it; ``tests/engines/test_spark.py`` holds that ours is right on these files.
"""

import importlib.util
import os
import pathlib
import sys

import pytest
from sigma.collection import SigmaCollection

from compiler.engines.engine import Ask
from compiler.engines.spark import ENGINE
from compiler.targets.spark import TARGET

stock = pytest.importorskip("sigma.backends.databricks", reason="pysigma-backend-databricks is not installed")
PATH = pathlib.Path(__file__).with_name("sql_conformance.py")

DEFECTS = {
    # NOT over NULL is NULL, so an event that lacks the field is dropped.
    "not_missing": ("EventID = 1 AND NOT lower(User) = lower('SYSTEM')", "0"),
    "re_neq": ("NOT CommandLine rlike '^ab'", "0 1"),
    # Java's lower case of a word differs from that of its parts: a sigma at the end is another letter.
    "case_part_and_whole": ("contains(lower(User), lower('ΟΣ'))", "2"),
    # Fields are compared in their letter case.
    "fieldref": ("Image = ParentImage", ""),
    # A function that neither Spark nor Databricks has.
    "cidr_v4": (
        "ip_cidr_contains('198.51.100.0/25', try_ip_as_binary(DestinationIp))",
        "[UNRESOLVED_ROUTINE] Cannot resolve routine `ip_cidr_contains`",
    ),
    # In ANSI mode one value that is no number ends the whole query.
    "compare_lt": ("Size < 10", "[CAST_INVALID_INPUT] The value '9.5' of the type \"STRING\" cannot be cast"),
    "number_zero": ("Status = 0", "[CAST_INVALID_INPUT] The value ''"),
    # Java's dollar sign also stands before a newline at the end.
    "re_anchors": ("CommandLine rlike '^abc$'", "0 1"),
    # A dot in a name is read as a path into a column.
    "exists_nested": ("user.name is not null", "[INVALID_EXTRACT_BASE_FIELD_TYPE]"),
    # A keyword is looked for in a column that no table of ours, and not every table of others, has.
    "keywords_number": (
        "contains(lower(raw), lower('whoami')) OR contains(lower(raw), lower('4104'))",
        "[UNRESOLVED_COLUMN.WITH_SUGGESTION]",
    ),
    # The part of the timestamp is lost, and the whole of it compared.
    "time_year_compare": ("Time < 2021", "[CAST_INVALID_INPUT]"),
}
"""By conformance file: stock's condition, and the events that it selects or the error that it ends in."""


@pytest.fixture(scope="module")
def conformance():
    """The files as trials."""
    spec = importlib.util.spec_from_file_location("sql_conformance_databricks", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def engine(running):
    """Spark, open; skipped where it was not asked for or cannot be had."""
    if "spark" not in os.environ.get("TOCSIN_ENGINES", "").split(","):
        pytest.skip("TOCSIN_ENGINES does not name spark")
    with running(ENGINE()) as engine:
        yield engine


def condition_of(case):
    body = {**case["rule"], "logsource": {"category": "made"}}
    (query,) = stock.DatabricksBackend().convert(SigmaCollection.from_dicts([body]))
    return query


@pytest.mark.parametrize("name", DEFECTS)
def test_stock_writes_something_else(name, conformance, make):
    """Stock's condition is the one given here, and ours is another."""
    case = conformance.files("rule")[name]
    said = condition_of(case)
    assert said == DEFECTS[name][0]
    assert said not in conformance.single(make, TARGET, name, case, "text").result.text


@pytest.mark.parametrize("name", DEFECTS)
def test_stock_selects_other_events(name, conformance, engine, make):
    """On Spark stock's condition selects other events than the rule, or fails."""
    said, outcome = DEFECTS[name]
    trial = conformance.single(make, TARGET, name, conformance.files("rule")[name], "text")
    text = f"SELECT * FROM `{trial.table.name}` WHERE {said}"  # noqa: S608 - that it can be injected is the point
    (answer,) = engine.run([trial.table], [Ask("spark", text)])
    if answer.hits is None:
        assert outcome in answer.error
        assert outcome.startswith("[")
        return
    assert list(answer.hits) == outcome.split()
    assert outcome.split() != sorted(number for number, match in trial.expected.items() if match)
