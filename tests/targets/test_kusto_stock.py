"""Where the stock backend for Kusto is wrong without an error, each by a conformance file; ours is right there."""

import pytest
from sigma.collection import SigmaCollection

from compiler.engines.engine import Ask
from compiler.engines.kusto import ENGINE
from compiler.targets.sentinel import TARGET
from tests.targets import kusto_cases as cases

stock = pytest.importorskip("sigma.backends.kusto")
pytest.importorskip("duckdb_kql")

WRONG = {
    "case_unicode": "`=~` folds ASCII alone, Sigma all letters",
    "case_part_and_whole": "`contains` folds ASCII alone",
    "cased_contains": "`cased` is lost: `contains` for `contains_cs`",
    "cased_endswith": "`cased` is lost: `endswith` for `endswith_cs`",
    "cidr_neq": "null for what is no address, and NOT null is no row",
    "endswith_question_mark": "`?` becomes a case-sensitive regex found anywhere",
    "field_names_odd": "'a name' is a text, not a column",
    "field_nested": "'user.name' is a text, not a column",
    "field_with_hyphen": "'cs-method' is a text, not a column: it never matches",
    "neq_null": "a string is never null, so nothing is",
    "not_null": "a string is never null, so every event is kept",
    "null": "a string is never null, so nothing matches",
    "number_large": "a whole number becomes a float and meets its neighbour",
    "number_wildcard": "`46?4` is found within a longer number",
    "re_empty_and_missing": "a regex that matches nothing matches what is missing",
    "startswith_wildcard_inside": "a wildcard inside makes the whole case-sensitive, and found anywhere",
    "time_minute": "a part of a timestamp becomes a comparison with the whole",
    "time_month_not": "a part of a timestamp becomes a comparison with the whole",
    "unicode_combining": "`=~` folds ASCII alone",
    "wildcard_question": "the dot of the regex is no newline",
    "wildcard_several": "the regex is found anywhere and case-sensitive",
    "wildcard_star": "the regex is found anywhere and case-sensitive, and its dot is no newline",
    "wildcard_star_alone": "everything begins with nothing, what is missing too",
    "windash_all_five_in_rule": "a dash of the rule other than the first is not expanded",
}
"""What stock says executes, and selects other events."""
BROKEN = {
    "field_names_reserved": "a column named as a word of the language is not quoted",
    "keywords_re": "a keyword that is a regex is written with the name of a placeholder",
    "newline_in_value": "a newline stands bare in a literal",
}
"""What stock says is no KQL."""


@pytest.fixture(scope="module")
def kusto():
    engine = ENGINE()
    engine.open()
    yield engine
    engine.close()


def answers(name, make, kusto):
    """What stock's query and ours select, and what they must."""
    case = cases.read(cases.FOLDER / f"{name}.yml")
    (query,), types, _ = cases.queries(make, TARGET, case, typed=False)
    (text,) = stock.KustoBackend().convert(SigmaCollection.from_dicts([case["rule"]]))
    asks = [Ask("kql", f"{cases.TABLE}\n| where {text}"), cases.ask(query)]
    return (*kusto.run([cases.table_of(case, types)], asks), cases.hits_of(case))


@pytest.mark.parametrize("name", sorted(WRONG))
def test_stock_selects_other_events_than_the_rule_means(name, make, kusto):
    """Stock's query runs and is wrong; ours selects what the file says."""
    theirs, ours, wanted = answers(name, make, kusto)
    assert theirs.hits is not None
    assert theirs.hits != wanted
    assert ours.hits == wanted


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_stock_says_what_is_no_kql(name, make, kusto):
    """Stock's query does not parse; ours selects what the file says."""
    theirs, ours, wanted = answers(name, make, kusto)
    assert "could not parse" in theirs.error
    assert ours.hits == wanted
