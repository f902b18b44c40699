"""Filters: of an environment, over several rules, and with placeholders that the cases fill in."""

import dataclasses

import pytest
import yaml

from compiler.content.environment import Environment, applied, filled
from compiler.content.model import Case, Casebook, Catalogue, Expect, Placeholder, Sample
from compiler.content.rules import read_sigma
from compiler.diagnostics import Span
from compiler.verify.cases import run_cases
from compiler.verify.mutants import run_mutants
from compiler.verify.silenced import silenced

AT = Span("x.yml")


def sigma(name, **body):
    given = {"title": name, "name": name, **body}
    (rule,) = read_sigma(f"{name}.yml", yaml.safe_dump(given, sort_keys=False).encode())
    return rule


def detection(name, **selection):
    return sigma(name, logsource={"category": "webserver"}, detection={"s": selection, "condition": "s"})


def filtering(name, rules, **selection):
    section = {"rules": rules, "s": selection, "condition": "not s"}
    return sigma(name, logsource={"category": "webserver"}, filter=section)


def book(rule, *cases, **more):
    return Casebook(rule, 0, (), tuple(cases), (), AT, **more)


def case(rule, event, expect=Expect.TRUE_POSITIVE, through=""):
    hits = int(expect is Expect.TRUE_POSITIVE)
    return Case(rule, "made", Sample("", events=(event,)), expect, hits, "synthetic", "made", through, AT)


def environment(*filters):
    return Environment("here", "Here", {}, False, {}, {}, filters, AT)


RULES = (detection("first", **{"cs-method": "POST"}), detection("second", **{"cs-method": "PUT"}))
BOOKS = (
    book("first", case("first", {"cs-method": "POST", "c-ip": "203.0.113.9"})),
    book("second", case("second", {"cs-method": "PUT", "c-ip": "203.0.113.7"})),
)


def told(*filters):
    here = environment(*filters)
    catalogue, faults = applied(Catalogue(rules=RULES, casebooks=BOOKS), here)
    assert faults == []
    return [(fault.code, fault.span.path, fault.message) for fault in silenced(catalogue, here)]


def test_a_filter_that_leaves_out_other_events_silences_nothing():
    """The true positives of its rules still fire."""
    assert told(filtering("mf_narrow", ["first", "second"], **{"c-ip": "192.0.2.1"})) == []


def test_a_filter_that_silences_a_true_positive_is_an_error():
    """The finding stands at the filter and names the rule and the case; the other rule still fires."""
    found = told(filtering("mf_wide", ["first", "second"], **{"c-ip|startswith": "203.0.113.9"}))
    assert found == [("ENV008", "mf_wide.yml", "mf_wide silences first on a true positive: made")]


@pytest.mark.parametrize(("value", "silent"), [("203.0.113.10", False), ("203.0.113.*", True)])
def test_values_that_silence_a_true_positive_are_an_error(value, silent):
    """The filter is of the content, what it leaves out the environment's: the finding stands there."""
    shipped = filtering("mf_listed", ["first"], **{"c-ip|expand": "%own%"})
    here = dataclasses.replace(environment(), placeholders={"own": (value,)})
    given = Catalogue(
        rules=(*RULES, shipped), casebooks=BOOKS, placeholders=(Placeholder("own", "addresses of one's own", AT),)
    )
    catalogue, faults = applied(given, here)
    assert faults == []
    found = [(fault.code, fault.span.path, fault.message) for fault in silenced(catalogue, here)]
    said = "mf_listed with the values of %own% silences first on a true positive: made"
    assert found == ([("ENV008", "x.yml", said)] if silent else [])


def test_a_filter_for_any_rule_is_tried_on_every_one():
    """Naming none is no way around the check."""
    found = told(filtering("mf_any", "any", **{"c-ip|startswith": "203.0.113."}))
    assert [message for _, _, message in found] == [
        "mf_any silences first on a true positive: made",
        "mf_any silences second on a true positive: made",
    ]


def test_the_filters_of_the_content_are_no_matter_of_the_environment():
    """What they leave out the cases of the content have told already."""
    wide = filtering("mf_ours", ["first"], **{"c-ip|startswith": "203.0.113."})
    catalogue = Catalogue(rules=(*RULES, wide), casebooks=BOOKS)
    assert list(silenced(catalogue, environment())) == []


@pytest.mark.parametrize(("address", "right"), [("203.0.113.9", True), ("192.0.2.1", False)])
def test_cases_give_values_to_placeholders(address, right):
    """A filter by a list is tried on what its cases say that the list holds."""
    listed = filtering("mf_listed", ["first", "second"], **{"c-ip|expand": "%scanners%"})
    silent = case("mf_listed", {"cs-method": "POST", "c-ip": "203.0.113.9"}, Expect.TRUE_NEGATIVE, "first")
    declared = Placeholder("scanners", "addresses", AT)
    catalogue = Catalogue(
        rules=filled((*RULES, listed), {"scanners": ()}),
        casebooks=(*BOOKS, book("mf_listed", silent, placeholders={"scanners": (address,)})),
        placeholders=(declared,),
    )
    verdicts = {verdict.rule: verdict.finding is None for verdict in run_cases(catalogue)}
    assert verdicts == {"first": True, "second": True, "mf_listed": right}


def test_mutants_of_a_filter_over_several_rules_are_tried():
    """Each case runs through one of the rules, without the others."""
    wide = filtering("mf_both", ["first", "second"], **{"c-ip": "192.0.2.1"})
    silent = case("mf_both", {"cs-method": "POST", "c-ip": "192.0.2.1"}, Expect.TRUE_NEGATIVE, "first")
    catalogue = Catalogue(rules=(*RULES, wide), casebooks=(book("mf_both", silent),))
    found = {verdict.operator: verdict.noticed for verdict in run_mutants(catalogue, ["mf_both"])}
    assert found == {"change field": True, "change literal": True, "remove not": True}


def test_an_environment_fills_in_the_rules():
    """What a placeholder stands for reaches each rule that uses it, and no other."""
    listed = filtering("mf_listed", ["first"], **{"c-ip|expand": "%scanners%"})
    catalogue = Catalogue(rules=(*RULES, listed), placeholders=(Placeholder("scanners", "addresses", AT),))
    here = dataclasses.replace(environment(), placeholders={"scanners": ("192.0.2.1",)})
    changed, _ = applied(catalogue, here)
    assert {rule.name: dict(rule.placeholders) for rule in changed.rules} == {
        "first": {},
        "second": {},
        "mf_listed": {"scanners": ("192.0.2.1",)},
    }
