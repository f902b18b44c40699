"""The conformance files on OpenSearch itself: a search selects what the rule means, or is refused by its feature."""

import importlib.util
import json
import os
import pathlib

import pytest

from compiler.convert import convert
from compiler.engines.engine import Ask, Table
from compiler.engines.opensearch import ENGINE
from compiler.targets import load_targets
from compiler.targets.target import Pack, Packed

HERE = pathlib.Path(__file__).parent
REFUSALS = (
    "has no counterpart in Lucene's syntax",
    "no IPv6 network of this size",
    "a backslash under `base64`",
    "Expected end of text, found '.'",  # names of selections with a dot
    "the week of a timestamp",
    "`utf16`: pySigma",
    "a part of a timestamp cannot be asked of a field of type long",
    "OpenSearch cannot compare a field of type wildcard",
    "has no doc values to group by or to count",
    "a field of type wildcard",
    "no regular expressions for a field of type",
    "so many values cannot be asked of a field of type wildcard",
    "so many overlapping parts that Lucene gives up on it",
    "pySigma forgets",
)
"""The features, of the language, of the type of a field and of what reads rules, for which one may be refused."""


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
    """In the typing that suits its rule, no more than one file in thirty is refused."""
    trials = [trial for trial in collection.trials if trial.typing == "text"]
    refused = sorted({trial.name for trial in trials if trial.refused})
    assert len(refused) <= len({trial.name for trial in trials}) / 30, refused


@pytest.mark.skipif("TOCSIN_ENGINES" not in os.environ, reason="TOCSIN_ENGINES is not set: starts a server")
def test_opensearch_selects_what_the_rules_mean(collection, running):
    """On the server every search, in every typing, selects exactly the events that its file says."""
    live, asks = collection.asks()
    with running(ENGINE()) as engine:
        answers = engine.run([collection.table], asks)
    wrong = [
        (one.name, one.typing, one.expected, got)
        for one, answer in zip(live, answers, strict=True)
        if (got := one.selected(answer)) != one.expected
    ]
    assert wrong == []


@pytest.mark.skipif("TOCSIN_ENGINES" not in os.environ, reason="TOCSIN_ENGINES is not set: starts a server")
def test_the_search_of_a_monitor_sees_what_its_run_may_see(make, running):
    """With its template filled in as alerting does, a monitor's search runs, in the time of its run alone."""
    fields = {"Action": ("action", "keyword"), "User": ("user", "keyword")}
    source = make.source(make.arrival("opensearch", fields, where={"index": ["logs-a"]}))
    login = make.rule({"name": "login", "detection": {"s": {"Action": "{{fail}}"}, "condition": "s"}})
    correlation = {"type": "event_count", "rules": ["login"], "group-by": ["User"], "timespan": "10m"}
    many = make.rule({"title": "Many", "name": "many", "correlation": {**correlation, "condition": {"gte": 2}}})
    target = load_targets()["opensearch"]
    content = make.content(login, many, sources=[source])
    packed = tuple(Packed(rule, convert(rule, target, content)) for rule in (login, many))
    package = target.package(Pack("1", packed))
    searches = [json.loads(package.files[f"monitors/{name}.json"])["inputs"][0]["search"] for name in ("login", "many")]
    minute = 60_000_000
    times = {"before": 80, "first": 88, "second": 97, "after": 101}
    documents = tuple(
        {"tocsin_id": id, "tocsin_time": time * minute, "action": "{{fail}}", "user": "u"} for id, time in times.items()
    )
    period = {"{{period_start}}": str(95 * 60_000), "{{period_end}}": str(100 * 60_000)}
    asks = []
    for one, search in zip(packed, searches, strict=True):
        text = json.dumps(search["query"])
        for name, value in period.items():
            text = text.replace(name, value)
        assert "{{" not in text
        asks.append(Ask("dsl", text, {**one.query.settings, "index": search["indices"]}))
    with running(ENGINE()) as engine:
        answers = engine.run([Table("logs-a", {"action": "keyword", "user": "keyword"}, documents)], asks)
    # The window of the second holds the first; that one alone was the business of a run before.
    assert [answer.hits for answer in answers] == [("second",), ("second",)]
