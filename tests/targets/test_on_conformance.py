"""The conformance files in the languages of the targets, on models of these: equal to the reference, or refused."""

import datetime
import ipaddress
import pathlib
import re

import pytest
import yaml

from compiler.content.model import Kind
from compiler.convert import convert
from compiler.targets import load_targets
from compiler.targets.target import Query

FOLDER = pathlib.Path(__file__).parents[1] / "conformance"
FILES = [path for path in sorted(FOLDER.glob("*.yml")) if "error:" not in path.read_text(encoding="utf-8")]
REFUSALS = [
    "a part of a timestamp",
    "`utf16`: pySigma",
    "pySigma forgets",
    "a backslash under `base64`",
    "Expected end of text, found '.'",  # names of selections with a dot
    "the week of a timestamp cannot be read off its text",
    "has no counterpart in Lucene's syntax",
    "a keyword with an anchor",
    "chains are not converted",
    "a correlation of type 'value_",
    "SPL has no exact percentile",
    "a condition that is no comparison",
    "would count events twice",
]
"""The features of the language for which a rule may be refused."""
DEVIATING = {"keywords_wildcard": "token-keywords"}
"""Files on which Splunk differs from the reference, each by the deviation that the query names."""


ASCII_IN_ANOTHER_CASE = {"\u0130", "\u0131", "\u017f", "\u212a"}
"""Letters beyond ASCII that fold to one of ASCII somewhere: Splunk's store is one of ASCII letter case."""


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def representable(event):
    """No explicit null, nothing nested, and no list where two fields are compared: no store keeps these apart."""
    return not any(value is None or isinstance(value, (dict, list)) for value in event.values())


def types_of(rules):
    """A type for each field that the rules ask, by what they ask."""
    types = {}
    for key, value in items(rules):
        name, *modifiers = key.split("|")
        kind = "ip" if "cidr" in modifiers else "long" if {"lt", "lte", "gt", "gte"} & set(modifiers) else "keyword"
        types[name] = kind if kind != "keyword" else types.get(name, kind)
        for text in value if isinstance(value, list) else [value]:
            # Other fields are named as values: of ``fieldref``, ``group-by``, ``field``, and of an alias.
            if isinstance(text, str):
                types.setdefault(text, "keyword")
    return types


def items(node):
    """Every key of every map, and its value."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key), value
            yield from items(value)
    elif isinstance(node, list):
        for value in node:
            yield from items(value)


def fits(types, event):
    """True if the event can be indexed under the types."""
    for name, value in event.items():
        if types.get(name) == "long" and not re.fullmatch(r"-?\d+(\.\d+)?", str(value)):
            return False
        if types.get(name) == "ip" and not address(value):
            return False
    return representable(event)


def address(value):
    try:
        # The store takes an address with a zone and drops that, and keeps one that is mapped to IPv4 as IPv4.
        read = ipaddress.ip_address(str(value))
        return getattr(read, "scope_id", None) is None and getattr(read, "ipv4_mapped", None) is None
    except ValueError:
        return False


def queries(make, target, case):
    bodies = [{**body, "logsource": {"category": "made"}} if "detection" in body else body for body in rules_of(case)]
    rules = [make.rule(body) for body in bodies]
    filters = [make.rule({"title": "f", **body, "logsource": {"category": "made"}}) for body in case.get("filters", ())]
    content = make.content(
        *rules, *filters, placeholders=case.get("placeholders"), **types_of([*bodies, *case.get("filters", ())])
    )
    return [convert(rule, target, content) for rule in rules if wanted(rule, case)]


def rules_of(case):
    return case.get("rules", [case.get("rule")])


def wanted(rule, case):
    referred = {name for body in rules_of(case) for name in body.get("correlation", {}).get("rules", ())}
    return "rule" in case or (rule.kind is Kind.CORRELATION and not referred & {rule.name, rule.id})


def refused(results):
    """Whether a conversion was refused, having held that it was for a feature that may be."""
    findings = [finding for result in results if not isinstance(result, Query) for finding in result]
    for finding in findings:
        assert any(reason in finding.message for reason in REFUSALS), finding.message
    return bool(findings)


SINGLE = [path for path in FILES if "rule" in read(path)]
CORRELATED = [path for path in FILES if "rules" in read(path)]


@pytest.mark.parametrize("path", SINGLE, ids=lambda path: path.stem)
def test_splunk_selects_what_the_rule_means(path, make, spl):
    """The search selects exactly the events that the file says, of those that Splunk can hold."""
    case = read(path)
    (result,) = found = queries(make, load_targets()["splunk"], case)
    if refused(found):
        return
    wrong = []
    for item in case["events"]:
        if not representable(item["event"]) or ASCII_IN_ANOTHER_CASE & set("".join(map(str, item["event"].values()))):
            continue
        raw = "\n".join(str(value) for value in item["event"].values())
        row, lists = {**item["event"], "_raw": raw}, result.settings["lists"]
        got = bool(spl.run(result.text, [row], {"tocsin_made": lambda _: True}, lists))
        if got is not item["match"]:
            wrong.append(item)
    assert not wrong or DEVIATING[path.stem] in result.settings["deviations"], result.text


@pytest.mark.parametrize("path", SINGLE, ids=lambda path: path.stem)
@pytest.mark.parametrize("strict", [True, False], ids=["null is null", "null is false"])
def test_elastic_selects_what_the_rule_means(path, strict, make, eql):
    """The query selects exactly the events that the file says, however Elasticsearch evaluates a missing field."""
    case = read(path)
    (result,) = found = queries(make, load_targets()["elastic"], case)
    if refused(found) or result.language != "eql":
        return  # ES|QL and the query DSL are run on Elasticsearch itself: ``test_elastic_conformance.py``
    types = types_of(rules_of(case))
    events = [item for item in case["events"] if fits(types, item["event"])]
    assert [
        item for item in events if eql.matches(result.text, item["event"], strict=strict, types=types) != item["match"]
    ] == []


@pytest.mark.parametrize("path", CORRELATED, ids=lambda path: path.stem)
def test_splunk_fires_where_the_correlation_does(path, make, spl):
    """The search ends in the events at which the reference fires; of events of one instant in any of them."""
    case = read(path)
    found = queries(make, load_targets()["splunk"], case)
    if refused(found) or not all(representable(event) for event in case["events"]):
        return
    times = {}
    rows = []
    for number, event in enumerate(case["events"]):
        times[number] = datetime.datetime.fromisoformat(str(event["@timestamp"])).timestamp()
        rows.append({**event, "_time": times[number], "number": number})
    for query in found:
        fired = [row["_time"] for row in spl.run(query.text, rows, {"tocsin_made": lambda _: True})]
        assert sorted(fired) == sorted(times[fire["event"]] for fire in case["fires"] if fire["rule"] == query.rule)


def test_splunk_says_nearly_every_feature(make):
    """Of the conformance files of single rules no more than one in ten is refused for Splunk."""
    results = [queries(make, load_targets()["splunk"], read(path)) for path in SINGLE]
    assert sum(map(refused, results)) <= len(SINGLE) / 10
