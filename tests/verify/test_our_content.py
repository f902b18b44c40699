"""Our own rules on engines: every query that is packed selects exactly what its rule means."""

import itertools
from collections import Counter

import pytest

from compiler.content.environment import options_of
from compiler.content.load import load_tree
from compiler.content.model import Kind
from compiler.convert import convert
from compiler.engines import DEFAULT, load_engines
from compiler.targets import load_targets
from compiler.targets.target import Content, Query
from compiler.verify.evidence import shown
from compiler.verify.queries import Outcome
from compiler.verify.translation import findings, opened, verify


@pytest.fixture(scope="module")
def catalogue(root):
    """The content of the tree."""
    return load_tree(root).catalogue


def outcomes(catalogue, targets, engine):
    """What one engine shows of the queries for some targets; the test is skipped where it cannot be had."""
    factories = {engine: load_engines()[engine]}
    with opened(factories, {}) as (running, missing):
        if missing:
            pytest.skip(missing[0])
        chosen = [load_targets()[name] for name in targets]
        found = verify(catalogue, chosen, running, options=options_of(catalogue.sources))
        return [item for item in found if isinstance(item, Outcome)]


def assert_right(found):
    assert [str(finding) for outcome in found for finding in findings(outcome)] == []
    assert {outcome.assurance for outcome in found} <= {"executed", "modelled", "parsed"}
    assert found


@pytest.mark.parametrize(
    ("engine", "targets"),
    [("spl", ["splunk"]), ("eql", ["elastic"]), ("duckdb", ["duckdb"]), ("kusto", ["sentinel", "defender"])],
)
def test_queries_are_right_on_the_default_installation(catalogue, engine, targets):
    """No query differs from its rule on any event that its store can hold."""
    assert engine in DEFAULT
    assert_right(outcomes(catalogue, targets, engine))


@pytest.mark.engines
@pytest.mark.parametrize(
    ("engine", "targets"),
    [
        ("opensearch", ["opensearch"]),
        ("loki", ["loki"]),
        ("spark", ["spark"]),
    ],
)
def test_queries_are_right_on_real_engines(catalogue, engine, targets):
    """The same on the vendors' own engines, started here."""
    assert_right(outcomes(catalogue, targets, engine))


def test_every_query_has_evidence_that_speaks_of_it(catalogue):
    """What is committed was shown of the very queries that are packed today: each had to match, and none is refuted."""
    rules = [rule for rule in catalogue.rules if rule.kind is not Kind.YARA]
    evidence = {book.rule: book.evidence for book in catalogue.casebooks}
    options = options_of(catalogue.sources)
    without, by_option = [], Counter()
    for chosen in ([], *([option] for option in options)):
        content = Content.of(catalogue.sources, rules, options=chosen)
        for target, rule in itertools.product(load_targets().values(), rules):
            query = convert(rule, target, content)
            if isinstance(query, Query):
                by_option[query.asked_of] += 1
                entry = shown(query, evidence.get(rule.name, {}))
                if not entry or entry["differ"] or entry["assurance"] not in ("executed", "modelled"):
                    without.append(f"{rule.name} for {query.asked_of}")
    assert without == []
    assert options == ["splunk:data_models"]
    assert by_option["splunk:data_models"] >= 60
