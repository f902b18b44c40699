"""Where a query returns the fields that a rule's alert names."""

import pathlib

import pytest
import yaml

from compiler.content.load import load_sources
from compiler.content.rules import read_sigma
from compiler.convert import convert
from compiler.targets import load_targets
from compiler.targets.returned import unreturned
from compiler.targets.target import Content

ROOT = pathlib.Path(__file__).parents[2]


def alert(*fields):
    return {
        "title": "{" + fields[0] + "}",
        "entities": [{"ip": field} for field in fields],
        "group": [fields[0]],
        "suppress": {"fields": [fields[0]], "for": "4h"},
        "kind": "finding",
    }


def rule(**body):
    given = {"title": "Made", "name": "made", **body}
    (found,) = read_sigma("x.yml", yaml.safe_dump(given, sort_keys=False).encode())
    return found


WEB = {
    "logsource": {"category": "webserver"},
    "detection": {"s": {"cs-method": "POST"}, "condition": "s"},
}
IIS = {**WEB, "logsource": {"category": "webserver", "product": "windows", "service": "iis"}}


@pytest.fixture(scope="module")
def sources():
    """The sources of the tree."""
    found, faults = load_sources(ROOT)
    assert faults == ()
    return found


def asked(sources, target, *rules):
    """The query of the last of the rules."""
    return convert(rules[-1], load_targets()[target], Content.of(sources, rules))


def test_a_field_has_the_names_of_every_shape_that_is_asked(sources):
    """Which of them an event has depends on how it arrived."""
    query = asked(sources, "splunk", rule(**WEB, alert=alert("cs-uri-stem")))
    assert query.returned == {"cs-uri-stem": ("cs_uri_stem", "uri_path")}


def test_a_field_that_is_kept_nowhere_is_told(sources):
    """The query stands, and the finding names target and field at the alert."""
    made = rule(**IIS, alert=alert("c-ip", "cs-referer-of-nothing"))
    query = asked(sources, "sentinel", made)
    assert query.returned == {"c-ip": ("cIP",), "cs-referer-of-nothing": ()}
    (finding,) = unreturned(made, query)
    assert (finding.code, finding.span.line) == ("CNV009", made.place("alert").line)
    assert "'cs-referer-of-nothing'" in finding.message


def test_a_correlation_returns_its_groups_under_the_names_that_it_gives_them(sources):
    """SQL calls the columns of groups as the rule does."""
    many = {"type": "event_count", "rules": ["made"], "group-by": ["s-ip"], "timespan": "5m", "condition": {"gte": 3}}
    both = rule(**IIS), rule(name="many", correlation=many, alert=alert("s-ip", "c-ip"))
    assert asked(sources, "duckdb", *both).returned == {"s-ip": ("s-ip",), "c-ip": ()}


def test_an_alias_stands_for_the_fields_of_the_rules(sources):
    """Where the rows are those of the events, the names are those of the fields behind the alias."""
    many = {
        "type": "event_count",
        "rules": ["made"],
        "aliases": {"client": {"made": "c-ip"}},
        "group-by": ["client"],
        "timespan": "5m",
        "condition": {"gte": 3},
    }
    both = rule(**IIS), rule(name="many", correlation=many, alert=alert("client"))
    assert asked(sources, "sentinel", *both).returned == {"client": ("cIP",)}


def test_rules_without_an_alert_are_asked_nothing(sources):
    """Other people's rules have no alert, and lose no time over it."""
    assert asked(sources, "splunk", rule(**WEB)).returned == {}
