"""Lists of which a store keeps each value in a field of its own: what a condition on one becomes."""

import dataclasses
import json

import pytest

from compiler.convert import convert
from compiler.targets import load_targets
from compiler.targets.target import Query


@pytest.fixture
def asked(make):
    """The clause that OpenSearch is asked of ``Data``, which is in ``p1`` and ``p2``; or the message of a refusal."""

    def search(selection, condition="s"):
        arrival = make.arrival("opensearch", {"Data": ("p", "keyword"), "A": ("a", "keyword")})
        spread = {**arrival.fields, "Data": dataclasses.replace(arrival.fields["Data"], upto=2)}
        source = make.source(dataclasses.replace(arrival, fields=spread))
        rule = make.rule({"detection": {"s": selection, "condition": condition}})
        result = convert(rule, load_targets()["opensearch"], make.content(rule, sources=[source]))
        return json.loads(result.text)["query"] if isinstance(result, Query) else result[0].message

    return search


def is_x(name):
    return {"term": {name: {"value": "x", "case_insensitive": True}}}


def there(name):
    return {"exists": {"field": name}}


def missing(name):
    return {"bool": {"must_not": [there(name)]}}


IS_THERE = {"bool": {"minimum_should_match": 1, "should": [there("p1"), there("p2")]}}
ANY = {"bool": {"minimum_should_match": 1, "should": [is_x("p1"), is_x("p2")]}}


@pytest.mark.parametrize(
    ("selection", "condition", "clause"),
    [
        ({"Data": "x"}, "s", ANY),
        ({"Data": "x"}, "not s", {"bool": {"must_not": [ANY]}}),
        ({"Data": None}, "s", {"bool": {"filter": [missing("p1"), missing("p2")]}}),
        ({"Data|exists": True}, "s", IS_THERE),
        ({"Data|exists": False}, "s", {"bool": {"must_not": [IS_THERE]}}),
    ],
)
def test_a_test_of_the_list_is_one_of_any_of_its_values(asked, selection, condition, clause):
    """As with any list: an atom holds if one value satisfies it, its negation if none does; missing is all missing."""
    assert asked(selection, condition) == clause


def test_each_value_of_all_may_be_met_by_another_field(asked):
    """``all`` asks each value of the whole list."""
    first, second = asked({"Data|contains|all": ["x", "y"]})["bool"]["filter"]
    assert [one["wildcard"] for one in first["bool"]["should"]] == [
        {name: {"value": "*x*", "case_insensitive": True}} for name in ("p1", "p2")
    ]
    assert [next(iter(one["wildcard"])) for one in second["bool"]["should"]] == ["p1", "p2"]


@pytest.mark.parametrize("selection", [{"Data|fieldref": "A"}, {"A|fieldref": "Data"}])
def test_a_list_in_several_fields_is_not_compared_with_a_field(asked, selection):
    """A comparison would have to be one with each of them, and is refused."""
    assert "is not compared" in asked(selection)
