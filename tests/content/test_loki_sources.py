"""What lines of Loki's streams hold: labels by the names that their parser makes, and only those."""

import re

import pytest

from compiler.content.load import load_sources
from tests.conftest import ROOT

PAIRS = [
    pytest.param(source, arrival, id=f"{source.name}-{arrival.shape}")
    for source in load_sources(ROOT)[0]
    for arrival in source.arrives
    if arrival.target == "loki"
]
EACH = pytest.mark.parametrize(("source", "arrival"), PAIRS)
EACH_ARRIVAL = pytest.mark.parametrize("arrival", [pytest.param(pair.values[1], id=pair.id) for pair in PAIRS])
BODY = {"channel": "channel", "computer": "computer_name", "event_id_id": "event_id", "provider_name": "provider_name"}
"""Labels of what the collector's receiver keeps of the ``System`` element, with Winlogbeat's names of the same."""


def winlog_names(source):
    """What Winlogbeat calls each field of a source, by Sigma field."""
    (found,) = (arrival for arrival in source.arrives if arrival.target == "opensearch")
    return {name: field.name.removeprefix("winlog.") for name, field in found.fields.items()}


@EACH
def test_every_label_is_one_that_the_parser_makes(source, arrival):
    """Of JSON the label is the path to what Winlogbeat calls the same; of a pattern it is one of its captures."""
    labels = {name: field.name for name, field in arrival.fields.items()}
    if arrival.where["parser"] != "json":
        assert sorted(labels.values()) == sorted(re.findall(r"<([a-z]\w*)>", arrival.where["parser"]))
        return
    known = winlog_names(source)
    wanted = {name: BODY.get(label, label) for name, label in labels.items()}
    assert wanted == {name: re.sub(r"[^A-Za-z0-9_]", "_", known[name]) for name in labels}


@EACH_ARRIVAL
def test_where_names_a_stream_and_how_it_is_read(arrival):
    """A selector that demands a value (Loki refuses others), and one of LogQL's parsers."""
    assert re.fullmatch(r'\{\w+="[^"]+"\}', arrival.where["stream"])
    assert re.fullmatch(r"json|pattern `[^`]+`", arrival.where["parser"])
    assert set(arrival.where) <= {"stream", "parser", "before", "line"}


@EACH
def test_a_stream_of_several_sources_is_told_apart(source, arrival):
    """What shares a stream with other sources says in which channel its own events are."""
    shared = [other for one, other in (pair.values for pair in PAIRS) if one is not source]
    if any(other.where["stream"] == arrival.where["stream"] for other in shared):
        assert set(arrival.only) == {"Channel"}


@EACH_ARRIVAL
def test_the_raw_line_is_of_its_form(arrival):
    """A raw line in a text form passes the filter before its parser, and the line of a pattern has its captures."""
    if "before" not in arrival.where:
        return
    regex = re.fullmatch(r"\|~ `(.*)`", arrival.where["before"])[1]
    *head, line = arrival.raw.splitlines()
    assert re.search(regex, line)
    assert not any(re.search(regex, one) for one in head)
    captures = re.findall(r"<([a-z]\w*)>", arrival.where["parser"])
    assert re.findall(r"\{(\w+)\}", arrival.where["line"]) == captures
