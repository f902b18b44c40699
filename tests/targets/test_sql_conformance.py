"""Every conformance file on DuckDB itself: equal to the reference, or refused by a feature of the language."""

import importlib.util
import pathlib
import sys

import pytest

from compiler.engines.duckdb import ENGINE
from compiler.targets.duckdb import TARGET

PATH = pathlib.Path(__file__).with_name("sql_conformance.py")
REFUSED = {
    "keywords_startswith": "pySigma forgets that a keyword is to stand at the beginning or the end of a value",
    "re_back_reference": "DuckDB's regular expressions (RE2) have no look-around and no back-references",
    "re_brace_beside_lookahead": "DuckDB's regular expressions (RE2) have no look-around and no back-references",
    "re_lookahead": "DuckDB's regular expressions (RE2) have no look-around and no back-references",
}
"""Every file that is refused in all typings of its columns."""
UNHELD = {"field_literal_before_path"}
"""Files of events that no table can hold."""


def load():
    spec = importlib.util.spec_from_file_location("sql_conformance", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules["sql_conformance"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def conformance():
    """The files as trials."""
    return load()


@pytest.fixture(scope="module")
def engine():
    """DuckDB, open."""
    engine = ENGINE()
    engine.open()
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def singles(conformance, make):
    """Every file of one rule, converted."""
    return conformance.singles(make, TARGET)


@pytest.fixture(scope="module")
def correlations(conformance, make):
    """Every file of correlations, converted."""
    return conformance.correlations(make, TARGET)


def test_rules_select_what_they_mean(conformance, engine, singles):
    """Each query selects exactly the events that its file says, of those that its table can hold."""
    assert conformance.differences(conformance.run(engine, singles)) == []


def test_correlations_fire_where_they_mean_to(conformance, engine, correlations):
    """Each query ends in exactly the instants at which its file says that the correlation fires."""
    assert conformance.differences(conformance.run(engine, correlations)) == []


def test_few_features_are_refused(singles, correlations):
    """What is refused is listed here, each by its feature; five in a hundred files at most."""
    trials = [*singles, *correlations]
    said = {trial.name for trial in trials if not trial.refused}
    refused = {trial.name: trial.result[0].message for trial in trials if trial.refused and trial.name not in said}
    assert refused == REFUSED
    assert len(refused) <= len({trial.name for trial in trials}) * 5 / 100


def test_nearly_every_file_has_events_that_a_table_can_hold(conformance, singles, correlations):
    """The files that are tried on nothing are those of a name that clashes with a path."""
    every = {*conformance.files("rule"), *conformance.files("rules")}
    assert every - {trial.name for trial in [*singles, *correlations]} == UNHELD


def test_a_wrong_answer_is_noticed(conformance, engine, singles):
    """The comparison has teeth: asked the other way round, every file with an event that matches differs."""
    asked = [trial for trial in singles if not trial.refused][:40]
    turned = [
        conformance.Trial(
            trial.name, trial.typing, trial.result, trial.table, {k: not v for k, v in trial.expected.items()}
        )
        for trial in asked
    ]
    assert len(conformance.differences(conformance.run(engine, turned))) == len(turned)
