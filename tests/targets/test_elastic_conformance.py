"""The conformance files at Elastic, in several typings: EQL on its model, ES|QL and the query DSL on Elasticsearch."""

import importlib.util
import pathlib

import pytest

from compiler.content.model import Kind
from compiler.engines.elasticsearch import ENGINE as ELASTICSEARCH
from compiler.engines.eql import ENGINE as EQL
from compiler.targets.elastic import TARGET
from compiler.targets.elastic_query import in_esql
from compiler.targets.pipeline import ask
from compiler.targets.reading import read_rule

HERE = pathlib.Path(__file__).parent
BEYOND_ASCII = {"case_part_and_whole", "re_i_dotted"}
"""Files with a letter beyond ASCII that Java lowers by its place or to two code points (deviation ``ascii-case``)."""


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def conformance(make, *typings, **changed):
    module = load(HERE / "search_conformance.py")
    return module.Collection(make, typings=(*module.TYPINGS, *typings), target="elastic", **changed)


@pytest.fixture(scope="module")
def collection(make):
    return conformance(make)


def esql_alone(rule, content):
    """A rule in ES|QL, also if EQL could say it."""
    if rule.kind is Kind.CORRELATION:
        return TARGET.convert(rule, content)
    tree = read_rule(rule, content, parts=True)
    asked, left_out = ask(rule, tree, TARGET.name, content)
    return in_esql(rule, asked, left_out, tree)


@pytest.fixture(scope="module")
def server(running):
    with running(ELASTICSEARCH()) as engine:
        yield engine


def differing(collection, engine, language, wanted):
    """The trials in one language that do not select what their file says."""
    pairs = zip(*collection.asks(), strict=True)
    spoken = [(trial, ask) for trial, ask in pairs if ask.language == language and wanted(trial)]
    answers = engine.run([collection.table], [ask for _, ask in spoken])
    assert answers, language
    return [
        (trial.name, trial.typing, trial.expected, got)
        for (trial, _), answer in zip(spoken, answers, strict=True)
        if (got := trial.selected(answer)) != trial.expected
    ]


def single(trial):
    return trial.times is None


def test_eql_selects_what_the_rules_mean(collection):
    """In every typing a query in EQL selects exactly the events that its file says."""
    assert differing(collection, EQL(), "eql", single) == []


@pytest.mark.engines
def test_what_eql_makes_of_its_conditions_selects_what_the_rules_mean(collection, server):
    """The same queries on Elasticsearch, each as the query that its EQL makes of it; scripts are not tried."""
    engine = load(HERE.parent / "engines" / "eql_as_dsl.py").OnServer(server)
    untried = {trial.name for trial in collection.trials if not trial.refused and "string(" in trial.result.text}
    assert differing(collection, engine, "eql", lambda trial: single(trial) and trial.name not in untried) == []


@pytest.mark.engines
def test_the_query_dsl_selects_what_the_rules_mean(collection, server):
    """What EQL and ES|QL cannot say is said in the query DSL, and Elasticsearch selects exactly those events.

    The server for tests has no Painless; queries with a script are run on OpenSearch, by its own conformance test.
    """
    wrong = differing(collection, server, "dsl", single)
    assert [one for one in wrong if "script_lang not supported" not in one[3]] == []


@pytest.mark.engines
def test_esql_selects_what_the_rules_mean(make, server):
    """Every file in ES|QL, also of texts that the index does not hold whole: correlations fire where they should."""
    every = conformance(make, "loaded", convert=esql_alone)
    assert [one for one in differing(every, server, "esql", single) if one[0] not in BEYOND_ASCII] == []
    assert differing(every, server, "esql", lambda trial: not single(trial)) == []


def test_few_files_are_refused(collection):
    """In the typing that suits its rule, no more than one file in forty is refused of those that pySigma can read."""
    trials = [trial for trial in collection.trials if trial.typing == "text"]
    unread = {trial.name for trial in trials if trial.refused and "pySigma" in trial.result[0].message}
    refused = sorted({trial.name for trial in trials if trial.refused} - unread)
    assert len(refused) <= len({trial.name for trial in trials}) / 40, refused
