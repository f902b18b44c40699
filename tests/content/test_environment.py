"""What one organisation collects and calls its own, and what of it fits nothing."""

import dataclasses
import pathlib

import pytest
import yaml

from compiler.content.environment import applied
from compiler.content.load import load_environment, load_tree
from compiler.diagnostics import UsageError

ROOT = pathlib.Path(__file__).parents[2]
EXAMPLE = ROOT / "detections" / "environments" / "example.yml"
FILTER = {
    "title": "Ours",
    "name": "mf_ours",
    "logsource": {"category": "webserver"},
    "filter": {"rules": ["web_exchange_scripted_post"], "s": {"c-ip": "192.0.2.1"}, "condition": "not s"},
}


@pytest.fixture(scope="module")
def catalogue():
    """All content of the tree."""
    return load_tree(ROOT).catalogue


@pytest.fixture
def read(tmp_path):
    """Reads an environment out of a few keys, with a filter beside it if one is given."""

    def reading(filter_=None, **keys):
        file = tmp_path / "ours.yml"
        file.write_text(yaml.safe_dump({"name": "ours", "collects": [], **keys}, sort_keys=False))
        if filter_ is not None:
            (tmp_path / "ours").mkdir()
            (tmp_path / "ours" / "mf_ours.yml").write_text(yaml.safe_dump(filter_, sort_keys=False))
        return load_environment(file, tmp_path)

    return reading


@pytest.fixture
def misfits(read, catalogue):
    """What is wrong with an environment of these keys beside the placeholders that it leaves out."""

    def told(filter_=None, **keys):
        environment, faults = read(filter_, **keys)
        assert faults == ()
        values = {one.name: () for one in catalogue.placeholders} | environment.placeholders
        _, found = applied(catalogue, dataclasses.replace(environment, placeholders=values))
        return [(fault.code, fault.span.path, fault.message) for fault in found]

    return told


def test_the_example_fits_the_content(catalogue):
    """It names sources, fields and places that there are, fills every placeholder, and its filter has a rule."""
    environment, faults = load_environment(EXAMPLE, ROOT)
    assert faults == ()
    changed, misfits = applied(catalogue, environment)
    assert misfits == []
    assert {rule.name for rule in changed.rules} - {rule.name for rule in catalogue.rules} == {"mf_web_monitoring"}
    assert changed.values == environment.placeholders


def test_places_are_overridden_where_they_are_named(read, catalogue):
    """Every shape of a source at that target, and no other key of it."""
    environment, _ = read(where={"splunk": {"iis": {"default": "index=web"}}, "elastic": {"iis": {"index": ["own-*"]}}})
    changed, _ = applied(catalogue, environment)
    before = next(source for source in catalogue.sources if source.name == "iis")
    after = next(source for source in changed.sources if source.name == "iis")
    for old, new in zip(before.arrives, after.arrives, strict=True):
        given = {"splunk": {"default": "index=web"}, "elastic": {"index": ["own-*"]}}.get(old.target, {})
        assert new == dataclasses.replace(old, where={**old.where, **given})


def test_one_shape_is_overridden_by_its_name(read, catalogue):
    """Two shapes that lie in different tables stay apart."""
    environment, _ = read(where={"sentinel": {"sysmon/event": {"table": "Own"}}})
    changed, _ = applied(catalogue, environment)
    (sysmon,) = (source for source in changed.sources if source.name == "sysmon")
    tables = {arrival.shape: arrival.where["table"] for arrival in sysmon.arrives if arrival.target == "sentinel"}
    assert tables["event"] == "Own"
    assert "Own" not in {table for shape, table in tables.items() if shape != "event"}


@pytest.mark.parametrize(
    ("keys", "code", "message"),
    [
        ({"collects": [{"source": "ii"}]}, "ENV003", "there is no data source 'ii'"),
        ({"collects": [{"source": "iis", "fields": ["c-ip"]}]}, "ENV004", "iis has no prerequisite for 'c-ip'"),
        ({"where": {"splunc": {"iis": {"default": "x"}}}}, "ENV003", "no events of 'iis' arrive at 'splunc'"),
        ({"where": {"splunk": {"iis": {"index": "x"}}}}, "ENV005", "iis has no 'index' to override"),
        ({"where": {"sentinel": {"sysmon": {"table": "x"}}}}, "ENV005", "the shapes of sysmon differ in 'table'"),
        ({"placeholders": {"unheard_of": []}}, "ENV006", "%unheard_of% is not declared"),
    ],
)
def test_what_fits_nothing_is_told(misfits, keys, code, message):
    """A word that is mistaken would otherwise change nothing, silently."""
    assert misfits(**keys) == [(code, "ours.yml", message)]


def test_what_was_chosen_is_an_option_of_the_catalogue(read, catalogue):
    """Each as ``target:option``, as conversion asks for it; none without."""
    chosen, _ = read(options={"splunk": ["data_models"]})
    assert applied(catalogue, chosen)[0].options == {"splunk:data_models"}
    assert applied(catalogue, dataclasses.replace(chosen, options=frozenset()))[0].options == frozenset()


def test_an_option_that_there_is_not_is_an_error(misfits):
    """The hint names those that there are."""
    assert misfits(options={"splunk": ["data_models", "speed"]}) == [
        ("ENV003", "ours.yml", "'splunk' has no option 'speed'")
    ]
    assert misfits(options={"elastic": ["data_models"]}) == [
        ("ENV003", "ours.yml", "'elastic' has no option 'data_models'")
    ]


def test_a_placeholder_without_a_value_says_where_to_put_it(read, catalogue):
    """The finding stands at the environment's file and names the list and its key."""
    environment, _ = read(placeholders={"admin_workstations": []})
    _, (fault,) = applied(catalogue, environment)
    assert (fault.code, fault.span.path) == ("ENV006", "ours.yml")
    assert fault.message.startswith("%vulnerability_scanners% has no value: addresses of ")
    assert fault.hint == "write `vulnerability_scanners: [...]` under `placeholders:` of ours.yml"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"filter": {**FILTER["filter"], "rules": ["no_such_rule"]}}, "mf_ours matches no rule"),
        ({"logsource": {"category": "dns"}}, "mf_ours matches no rule"),
        ({"filter": None, "detection": {"s": {"a": "b"}, "condition": "s"}}, "mf_ours is no filter"),
    ],
)
def test_a_filter_that_matches_no_rule_is_an_error(misfits, change, message):
    """Whoever wrote it believes in a silence that does not exist."""
    body = {key: value for key, value in {**FILTER, **change}.items() if value is not None}
    assert misfits(body) == [("ENV007", "ours/mf_ours.yml", message)]


def test_a_filter_that_matches_is_among_the_rules(read, catalogue):
    """It is applied as those of the content are."""
    environment, _ = read(FILTER)
    changed, _ = applied(catalogue, environment)
    assert "mf_ours" in {rule.name for rule in changed.rules}


def test_a_misshapen_environment_is_told_at_its_place(read):
    """Nothing of it is used."""
    environment, (fault,) = read(collect=[])
    assert (environment, fault.code, fault.span.line) == (None, "ENV002", 3)


def test_a_file_that_is_not_there(tmp_path):
    """No content is at fault: the call is."""
    with pytest.raises(UsageError, match="there is no"):
        load_environment(tmp_path / "x.yml", tmp_path)
