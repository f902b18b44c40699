"""Correlations over fields of which a store writes a mark where they are missing: the mark is no value."""

import dataclasses

import pytest

from compiler.content.load import load_sources
from compiler.content.model import Catalogue
from compiler.content.rules import read_sigma
from compiler.engines import load_engines
from compiler.targets import load_targets
from compiler.verify.queries import Outcome
from compiler.verify.translation import verify

BASE = """\
title: Posted
name: posted
logsource: {category: webserver}
detection:
    selection:
        cs-method: POST
    condition: selection
"""
OTHER = BASE.replace("posted", "got").replace("POST", "GET")
CORRELATION = """\
title: Correlated
name: mr_made
correlation:
    type: %s
    rules: [%s]
    group-by: [%s]
    timespan: 5m
    condition: %s
"""
CORRELATIONS = {
    "groups": (BASE, CORRELATION % ("event_count", "posted", "cs-username", "{gte: 3}")),
    "spaces": (BASE, CORRELATION % ("event_count", "posted", "cs-referer", "{gte: 3}")),
    "values": (BASE, CORRELATION % ("value_count", "posted", "c-ip", "{gte: 3, field: cs-user-agent}")),
    "chain": (
        BASE,
        OTHER,
        (CORRELATION % ("event_count", "posted", "c-ip", "{gte: 2}")).replace("mr_made", "mr_many"),
        (CORRELATION % ("temporal", "mr_many, got", "cs-username", "")).replace("    condition: \n", ""),
    ),
}


@pytest.fixture
def catalogue(root):
    """A catalogue of the sources of the tree with the rules of a correlation, which comes last."""

    def made(name):
        rules = []
        for number, text in enumerate(CORRELATIONS[name]):
            (rule,) = read_sigma(f"made{number}.yml", text.encode())
            rules.append(rule)
        return Catalogue(sources=load_sources(root)[0], rules=tuple(rules))

    return made


def differing(catalogue, target, engine):
    """What an engine finds of the correlation that it should not, or the other way round."""
    chosen = [catalogue.rules[-1]]
    found = list(verify(catalogue, [load_targets()[target]], [engine], chosen))
    assert [type(one) for one in found] == [Outcome]
    assert found[0].error == ""
    assert found[0].tried > 10
    return [one.tried.event for one in found[0].disagreements]


@pytest.mark.parametrize("name", CORRELATIONS)
@pytest.mark.parametrize(("target", "engine"), [("splunk", "spl"), ("sentinel", "kusto"), ("duckdb", "duckdb")])
def test_a_mark_is_neither_a_group_nor_a_value(catalogue, running, name, target, engine):
    """Events without the field are in no group, and count for nothing."""
    with running(load_engines()[engine]()) as opened:
        assert differing(catalogue(name), target, opened) == []


@pytest.mark.engines
@pytest.mark.parametrize(("target", "engine"), [("opensearch", "opensearch"), ("elastic", "elasticsearch")])
def test_a_mark_is_neither_a_group_nor_a_value_on_servers(catalogue, running, target, engine):
    """The same where shapes lie together, some of which leave a missing field out."""
    with running(load_engines()[engine]()) as opened:
        for name in CORRELATIONS:
            assert differing(catalogue(name), target, opened) == [], name


def test_a_stream_without_the_field_is_among_those_that_are_tried(catalogue, running):
    """With the mark taken for a value the same query differs: what the tests above compare can tell."""
    made = catalogue("groups")
    sources = tuple(
        dataclasses.replace(
            source,
            arrives=tuple(
                dataclasses.replace(one, fields={k: dataclasses.replace(f, changed="") for k, f in one.fields.items()})
                for one in source.arrives
            ),
        )
        for source in made.sources
    )
    target = load_targets()["sentinel"]
    right, wrong = (made, dataclasses.replace(made, sources=sources))

    def convert_as_if_nothing_was_marked(rule, content):
        return target.convert(rule, dataclasses.replace(content, sources=wrong.sources, known={}))

    told = dataclasses.replace(target, convert=convert_as_if_nothing_was_marked)
    with running(load_engines()["kusto"]()) as opened:
        (outcome,) = verify(right, [told], [opened], [right.rules[-1]])
    assert outcome.disagreements
