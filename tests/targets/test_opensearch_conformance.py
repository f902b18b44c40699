"""The conformance files on OpenSearch itself: a search selects what the rule means, or is refused by its feature."""

import importlib.util
import os
import pathlib

import pytest

from compiler.engines.engine import EngineUnavailable
from compiler.engines.opensearch import ENGINE

HERE = pathlib.Path(__file__).parent
REFUSALS = (
    "chains are not converted",
    "a correlation of type 'value_",
    "a condition that is no comparison",
    "has no counterpart in Lucene's syntax",
    "no IPv6 network of this size",
    "a backslash under `base64`",
    "Expected end of text, found '.'",  # names of selections with a dot
    "forgets `cased` under `fieldref`",
    "the week of a timestamp",
    "`utf16`: pySigma",
    "a part of a timestamp cannot be asked of a field of type long",
    "OpenSearch cannot compare a field of type wildcard",
    "has no doc values to group by or to count",
    "a field of type wildcard",
    "no regular expressions for a field of type",
    "so many values cannot be asked of a field of type wildcard",
)
"""The features, of the language and of the type of a field, for which a rule may be refused."""


def load():
    spec = importlib.util.spec_from_file_location("search_conformance", HERE / "search_conformance.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def collection(make):
    return load().Collection(make)


def test_refusals_are_by_feature(collection):
    """What is refused is refused for a feature that the language, or the type of the field, does not have."""
    messages = {finding.message for trial in collection.trials if trial.refused for finding in trial.result}
    assert [message for message in messages if not any(reason in message for reason in REFUSALS)] == []


def test_few_files_are_refused(collection):
    """In the typing that suits its rule, no more than one file of single events in fourteen is refused."""
    trials = [trial for trial in collection.trials if trial.typing == "text" and trial.times is None]
    refused = sorted({trial.name for trial in trials if trial.refused})
    assert len(refused) <= len({trial.name for trial in trials}) / 14, refused


@pytest.mark.skipif("TOCSIN_ENGINES" not in os.environ, reason="TOCSIN_ENGINES is not set: starts a server")
def test_opensearch_selects_what_the_rules_mean(collection):
    """On the server every search, in every typing, selects exactly the events that its file says."""
    engine = ENGINE()
    try:
        engine.open()
    except EngineUnavailable as error:
        pytest.skip(str(error))
    try:
        live, asks = collection.asks()
        answers = engine.run([collection.table], asks)
    finally:
        engine.close()
    wrong = [
        (one.name, one.typing, one.expected, got)
        for one, answer in zip(live, answers, strict=True)
        if (got := one.selected(answer)) != one.expected
    ]
    assert wrong == []
