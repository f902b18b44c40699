"""The conformance files at Elastic, in several typings: EQL on its model, and the query DSL on Elasticsearch itself."""

import importlib.util
import pathlib

import pytest

from compiler.engines.elasticsearch import ENGINE as ELASTICSEARCH
from compiler.engines.engine import EngineUnavailable
from compiler.engines.eql import ENGINE as EQL

HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope="module")
def collection(make):
    spec = importlib.util.spec_from_file_location("search_conformance", HERE / "search_conformance.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Collection(make, target="elastic")


def differing(collection, engine, language):
    """The trials of single events in one language that do not select what their file says."""
    pairs = zip(*collection.asks(), strict=True)
    spoken = [(trial, ask) for trial, ask in pairs if ask.language == language and trial.times is None]
    answers = engine.run([collection.table], [ask for _, ask in spoken])
    assert answers, language
    return [
        (trial.name, trial.typing, trial.expected, got)
        for (trial, _), answer in zip(spoken, answers, strict=True)
        if (got := trial.selected(answer)) != trial.expected
    ]


def test_eql_selects_what_the_rules_mean(collection):
    """In every typing a query in EQL selects exactly the events that its file says."""
    assert differing(collection, EQL(), "eql") == []


@pytest.mark.engines
def test_the_query_dsl_selects_what_the_rules_mean(collection):
    """What EQL cannot say is said in the query DSL, and Elasticsearch selects exactly those events.

    The server for tests has no Painless; queries with a script are run on OpenSearch, by its own conformance test.
    """
    engine = ELASTICSEARCH()
    try:
        engine.open()
        wrong = differing(collection, engine, "dsl")
        assert [one for one in wrong if "script_lang not supported" not in one[3]] == []
    except EngineUnavailable as error:
        pytest.skip(str(error))
    finally:
        engine.close()


def test_few_files_are_refused(collection):
    """In the typing that suits its rule, no more than one file of single events in fourteen is refused."""
    trials = [trial for trial in collection.trials if trial.typing == "text" and trial.times is None]
    refused = sorted({trial.name for trial in trials if trial.refused})
    assert len(refused) <= len({trial.name for trial in trials}) / 14, refused
