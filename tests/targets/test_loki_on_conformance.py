"""The conformance files in LogQL, on Loki's own pipeline: equal to the reference, as query and as alert, or refused."""

import pathlib

import pytest
import yaml

from compiler.convert import convert
from compiler.engines.engine import Answer, Ask, Table
from compiler.engines.loki import ENGINE
from compiler.targets import load_targets
from compiler.targets.loki_query import counted
from compiler.targets.target import Query

FOLDER = pathlib.Path(__file__).parents[1] / "conformance"
STREAM = '{job="made"}'
REFUSALS = [
    "a part of a timestamp (`week`)",
    "`utf16`: pySigma",
    "a backslash under `base64`",
    "Expected end of text, found '.'",  # names of selections with a dot
    "look-around",
    "pySigma forgets",
    "Loki compares floats",
    "LogQL counts at the instants",
]
"""The features of the language for which a rule may be refused."""


def cases(key):
    found = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml"))}
    return {name: case for name, case in found.items() if key in case and "error" not in case}


SINGLE = cases("rule")


def named(node):
    """Every key without modifiers, and every short text: fields are named as both."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key).split("|")[0]
            yield from named(value)
    elif isinstance(node, list):
        for value in node:
            yield from named(value)
    elif isinstance(node, str) and len(node) < 60:
        yield node


def labels_of(case):
    """A label for each field that events have or rules name; its own name where a label can have it."""
    names = {name for item in case["events"] for name in item["event"]}
    names |= set(named([case["rule"], case.get("filters", [])]))
    plain = {name for name in names if name.isascii() and name.isidentifier()}
    odd = sorted(names - plain - {""})
    return {name: name for name in plain} | {name: f"odd_{number}" for number, name in enumerate(odd)}


def query(make, name):
    """The query of a file, or the findings for which it is refused."""
    case = SINGLE[name]
    logsource = {"category": "made"}
    rule = make.rule({**case["rule"], "logsource": logsource})
    filters = [make.rule({"title": "f", **body, "logsource": logsource}) for body in case.get("filters", ())]
    fields = {field: (label, "string") for field, label in labels_of(case).items()}
    arrival = make.arrival("loki", fields, where={"stream": STREAM, "parser": "json"})
    content = make.content(rule, *filters, sources=[make.source(arrival)], placeholders=case.get("placeholders"))
    return convert(rule, load_targets()["loki"], content)


def representable(event):
    """No explicit null, no list and nothing nested: Loki's labels keep none of these."""
    return not any(value is None or isinstance(value, (dict, list)) for value in event.values())


def table(name):
    """The events of a file that labels can hold, each in a stream of its file."""
    labels = labels_of(SINGLE[name])
    return Table(
        STREAM,
        {},
        tuple(
            {**{labels[field]: value for field, value in item["event"].items()}, "tocsin_id": str(number)}
            for number, item in enumerate(SINGLE[name]["events"])
            if representable(item["event"])
        ),
    )


@pytest.fixture(scope="module")
def loki(running):
    """Loki's pipeline; skipped where it cannot be had."""
    with running(ENGINE()) as engine:
        yield engine


@pytest.mark.parametrize("name", SINGLE)
def test_the_query_selects_what_the_rule_means(name, make, loki):
    """The log query, and the count of the alert made of it, select exactly the events that the file says."""
    found = query(make, name)
    if not isinstance(found, Query):
        assert any(reason in found[0].message for reason in REFUSALS), found[0].message
        return
    wanted = {
        str(number)
        for number, item in enumerate(SINGLE[name]["events"])
        if item["match"] and representable(item["event"])
    }
    texts = (found.text, counted(found.settings["logs"], "5m"))
    answers = loki.run([table(name)], [Ask("logql", text, found.settings) for text in texts])
    assert answers == [Answer(tuple(sorted(wanted)))] * 2, found.text


def test_loki_says_nearly_every_feature(make):
    """Of the conformance files of single rules no more than one in ten is refused for Loki."""
    refused = [name for name in SINGLE if not isinstance(query(make, name), Query)]
    assert len(refused) <= len(SINGLE) / 10, refused


@pytest.mark.parametrize("name", cases("rules"))
def test_every_correlation_is_refused(name, make):
    """A range of LogQL is not Sigma's window, so no correlation is approximated."""
    rules = [
        make.rule({**body, "logsource": {"category": "made"}})
        for body in cases("rules")[name]["rules"]
        if "correlation" in body
    ]
    for rule in rules:
        (finding,) = convert(rule, load_targets()["loki"], make.content(rule))
        assert finding.code == "CNV005"
