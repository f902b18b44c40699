"""Where our SQL differs from that of the stock backend, and why: stock's output run on DuckDB, and shown to be wrong.

Each case is a conformance file; ``test_sql_conformance.py`` holds that ours is right on all of them.
"""

import importlib.util
import pathlib
import re
import sys

import pytest
from sigma.collection import SigmaCollection

from compiler.engines.duckdb import ENGINE
from compiler.engines.engine import Ask
from compiler.targets.duckdb import TARGET

stock = pytest.importorskip(
    "sigma_backend_duckdb", reason="pysigma-backend-duckdb, the stock backend, is not installed"
)
PATH = pathlib.Path(__file__).with_name("sql_conformance.py")

DEFECTS = {
    # NOT over NULL is NULL, so an event that lacks the field is dropped.
    "not_missing": ("EventID=1 AND (NOT User='SYSTEM')", "0 3"),
    "neq": ("NOT User='SYSTEM'", "0 2 3"),
    "re_neq": ("NOT regexp_matches(CommandLine, '^ab')", "0 1"),
    "not_map": ("NOT (User='a' AND Image='b')", "2 4"),
    # A value without wildcards is compared in its letter case, one with wildcards is not.
    "equals": (r"Image='C:\Windows\System32\whoami.exe'", "0"),
    "case_unicode": ("User='ÄRGER Ж'", ""),
    "boolean_text": ("Signed='false'", "0"),
    "fieldref": ("Image=ParentImage", ""),
    # The signs of LIKE are not escaped.
    "percent_and_underscore": ("CommandLine ILIKE '%%a_b%%'", "0 1 2"),
    "fieldref_special_characters": ("A ILIKE '%' || B", "0 1 3"),
    # GLOB reads brackets and backslashes as its own.
    "cased_wildcard": (r"Image GLOB 'C:\*\Cmd?exe'", ""),
    # A quote in a regex ends the literal: what follows it is read as SQL.
    "re_quote": ("regexp_matches(CommandLine, '\"[a-z]+'/x')", "Parser Error: unterminated string literal"),
    # A network is a prefix of text: other spellings are missed, and what is no address is found.
    "cidr_v6": (None, "0 2 3"),
    "cidr_single": ("SourceIp='192.0.2.5' OR DestinationIp ILIKE '%'", "0 1 3 4"),
    # A column of text is compared with a number: one value that is none ends the whole query.
    "number_equals": ("EventID=4624", "Conversion Error: Could not convert string 'x4624' to INT32"),
    "compare_gte": ("Size >= 10", "Binder Error: Cannot compare values of type VARCHAR"),
    # Beyond 2^53 a number is rounded.
    "number_large": ("Id=9007199254740992.0", "2 3"),
    # Names that are words of SQL are not quoted.
    "field_names_reserved": (
        "select='a' AND from='b' AND and='c' AND index='d' AND source='e' AND type='f'",
        'Parser Error: syntax error at or near "select"',
    ),
    # The whole value is not looked at: text has no parts of a timestamp.
    "time_hour": ("EXTRACT(HOUR FROM Time)=3", "Binder Error: No function matches"),
    # Alternatives of a negated entry are not put into parentheses.
    "windash_negated": (None, "0 3"),
    # pySigma keeps the backslash of an escape when it encodes the value, and another byte order mark.
    "base64_escaped_star": ("Data ILIKE '%YVwqYg==%'", "1"),
    "utf16_base64": ("Data='77u/YwBtAGQA'", ""),
}
"""By conformance file: stock's condition, and the events that it selects or the error that it ends in."""
RAISED = {
    "keywords": "Value-only string expressions (Full Text Search or 'keywords' search) are not supported",
    "keywords_re": "Regular expression template is not supported by the backend",
    "number_contains": "Modifier SigmaContainsModifier incompatible to value type",
    "cidr_host_bits": "192.0.2.77/24 has host bits set",
    "utf16le_base64": "Unknown modifier 'utf16le'",
}
"""By conformance file: what stock ends in instead of a query."""


@pytest.fixture(scope="module")
def conformance():
    """The files as trials."""
    spec = importlib.util.spec_from_file_location("sql_conformance_stock", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def engine():
    """DuckDB, open."""
    engine = ENGINE()
    engine.open()
    yield engine
    engine.close()


def converted(case):
    body = {**case["rule"], "logsource": {"category": "made"}}
    (query,) = stock.DuckDBBackend().convert(SigmaCollection.from_dicts([body]))
    return query.partition(" WHERE ")[2]


@pytest.mark.parametrize("name", DEFECTS)
def test_stock_selects_other_events(name, conformance, engine, make):
    """Stock's query gives no error where it is made, and selects other events than the rule, or fails as it runs."""
    condition, outcome = DEFECTS[name]
    case = conformance.files("rule")[name]
    trial = conformance.single(make, TARGET, name, case, "text")
    said = converted(case)
    if condition is not None:
        assert said == condition
    text = f'SELECT * FROM "{trial.table.name}" WHERE {said}'  # noqa: S608 - that it can be injected is the point
    (answer,) = engine.run([trial.table], [Ask("duckdb", text)])
    if answer.hits is None:
        assert answer.error.startswith(outcome)
        assert ":" in outcome
        return
    meant = sorted(number for number, match in trial.expected.items() if match)
    assert list(answer.hits) == outcome.split()
    assert outcome.split() != meant


@pytest.mark.parametrize("name", RAISED)
def test_stock_has_no_query(name, conformance):
    """Stock refuses, or fails on, what ours says."""
    with pytest.raises(Exception, match=re.escape(RAISED[name])):
        converted(conformance.files("rule")[name])
