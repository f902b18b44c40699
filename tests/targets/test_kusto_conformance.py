"""The conformance files in KQL, on the model of Kusto: equal to what they say, or refused by feature."""

import pytest

from compiler.engines.kusto import ENGINE
from compiler.targets.defender import TARGET as DEFENDER
from compiler.targets.sentinel import TARGET as SENTINEL
from compiler.targets.target import Query
from tests.targets import kusto_cases as cases

pytest.importorskip("duckdb_kql")

REFUSALS = [
    "pySigma forgets",
    "a linear engine such as Kusto's",
    "numbers from texts are not that exact",
]
"""The features of the language for which a rule may be refused."""
DEVIATING = {
    "empty_string": "empty-is-missing",
    "mixed_value_types": "empty-is-missing",
    "neq_empty": "empty-is-missing",
}
"""Files on which KQL differs from the reference, each by the deviation that the query names."""
UNMODELLED = {"field_names_are_cased", "exists_true"}
"""Files whose tables have columns that differ in letter case alone: Kusto tells them apart, DuckDB does not."""


@pytest.fixture(scope="module")
def kusto():
    engine = ENGINE()
    engine.open()
    yield engine
    engine.close()


def refused(results):
    """Whether a conversion was refused, having held that it was for a feature that may be."""
    findings = [finding for result in results if not isinstance(result, Query) for finding in result]
    for finding in findings:
        assert any(reason in finding.message for reason in REFUSALS), finding.message
    return bool(findings)


@pytest.mark.parametrize("path", cases.SINGLE, ids=lambda path: path.stem)
@pytest.mark.parametrize("typed", [False, True], ids=["texts", "typed"])
def test_kql_selects_what_the_rule_means(path, typed, make, kusto):
    """The query selects exactly the events that the file says, whether columns are texts or of the values' types."""
    case = cases.read(path)
    results, types, _ = cases.queries(make, SENTINEL, case, typed=typed)
    if refused(results):
        return
    (query,) = results
    (answer,) = kusto.run([cases.table_of(case, types)], [cases.ask(query)])
    if path.stem in UNMODELLED:
        assert "already exists" in answer.error
    elif path.stem in DEVIATING:
        assert DEVIATING[path.stem] in query.settings["deviations"]
    else:
        assert (answer.hits, answer.error) == (cases.hits_of(case), ""), query.text


@pytest.mark.parametrize("path", cases.CORRELATED, ids=lambda path: path.stem)
def test_kql_fires_where_the_correlation_does(path, make, kusto):
    """The query ends in the events at which the reference fires; of events of one instant in any of them."""
    case = cases.read(path)
    results, types, rules = cases.queries(make, SENTINEL, case, typed=False)
    if refused(results) or not all(cases.representable(event) for event in case["events"]):
        return
    times = [event["@timestamp"] for event in case["events"]]
    answers = kusto.run([cases.table_of(case, types)], [cases.ask(query) for query in results])
    for rule, query, answer in zip(rules, results, answers, strict=True):
        fired = sorted(times[fire["event"]] for fire in case["fires"] if fire["rule"] == rule.name)
        assert answer.error == ""
        assert sorted(times[int(hit)] for hit in answer.hits) == fired, query.text


def test_both_targets_say_the_same_of_one_table(make):
    """Sentinel and Defender differ in their tables and the column of time alone."""
    case = cases.read(cases.FOLDER / "contains_all.yml")
    texts = {target.name: cases.queries(make, target, case, typed=False)[0][0].text for target in (SENTINEL, DEFENDER)}
    assert texts["sentinel"] == texts["defender"]


def test_nearly_every_feature_is_said(make):
    """Of all conformance files fewer than one in twenty is refused: these."""
    results = {path.stem: cases.queries(make, SENTINEL, cases.read(path), typed=False)[0] for path in cases.FILES}
    lost = sorted(name for name, found in results.items() if refused(found))
    assert lost == [
        "compare_number_beyond_floats",
        "keywords_startswith",
        "re_back_reference",
        "re_brace_beside_lookahead",
        "re_lookahead",
    ]
    assert len(lost) / len(results) < 0.05
