"""Kibana rules: complete, importable, and one a line."""

import dataclasses
import json

import pytest

from compiler.convert import convert
from compiler.targets.elastic import TARGET
from compiler.targets.elastic_rules import rule_id
from compiler.targets.schema import faults
from compiler.targets.target import Pack, Packed

ID = "5156a676-fd44-41ac-b47f-732f975f3ddf"
ALLOWED = """
    author description enabled false_positives from index interval language license max_signals name note query
    references related_integrations required_fields risk_score rule_id setup severity tags threat timestamp_override to
    type version
"""


def package(make, *bodies):
    made = []
    sources = ()
    for body in bodies:
        detection = {"s": {"Image": "x", "event.code": 1}, "condition": "s"}
        rule = make.rule({"id": ID, "name": "made_rule", "detection": detection, **body})
        content = make.content(rule, **{"Image": "keyword", "event.code": "keyword", "Body": "text"})
        sources = content.sources
        made.append(Packed(rule, convert(rule, TARGET, content)))
    return TARGET.package(Pack("1.2.3", tuple(made), sources))


def rules(make, *bodies):
    return [json.loads(line) for line in package(make, *bodies).files["rules.ndjson"].decode().splitlines()]


def test_one_object_a_line_with_the_keys_that_kibana_takes(make):
    """Every key is of the import schema, and the file ends in a newline."""
    body = package(make, {}).files["rules.ndjson"]
    assert body.endswith(b"\n")
    (rule,) = rules(make, {})
    assert sorted(rule) == ALLOWED.split()
    assert (rule["type"], rule["language"], rule["rule_id"]) == ("eql", "eql", ID)
    assert rule["query"] == 'any where ?Image : "x" and ?event.code : "1"'


def test_a_rule_in_esql_names_its_indices_in_its_query_alone(make):
    """Kibana refuses an ``index`` beside a query in ES|QL."""
    (rule,) = rules(make, {"detection": {"s": {"Body|contains": "x"}, "condition": "s"}})
    assert (rule["type"], rule["language"], "index" in rule) == ("esql", "esql", False)
    assert rule["query"].startswith("FROM logs-made-* METADATA _id, _index, _version\n| ")


def test_a_correlation_in_esql_tells_what_closed_since_the_last_run(make):
    """The rule reads further back by the window, and rows of ES|QL are not known again by Kibana."""
    base = make.rule({"name": "base", "detection": {"s": {"Image": "x"}, "condition": "s"}})
    counted = {"type": "event_count", "rules": ["base"], "timespan": "1h", "condition": {"gte": 5}}
    rule = make.rule({"id": ID, "name": "many", "correlation": counted})
    content = make.content(base, rule, Image="keyword")
    packed = Pack("1.2.3", (Packed(rule, convert(rule, TARGET, content)),), content.sources)
    (line,) = TARGET.package(packed).files["rules.ndjson"].decode().splitlines()
    assert json.loads(line)["from"] == "now-69m"
    assert json.loads(line)["query"].endswith("KEEP event.end, event.id\n| WHERE event.end >= NOW() - 9 minutes")


def test_rules_are_disabled_and_look_further_back_than_their_interval(make):
    """Enabling is the SOC's decision, and events come late."""
    (rule,) = rules(make, {})
    assert (rule["enabled"], rule["interval"], rule["from"], rule["to"]) == (False, "5m", "now-9m", "now")


@pytest.mark.parametrize(
    ("level", "severity", "score"),
    [
        ("informational", "low", 5),
        ("low", "low", 21),
        ("medium", "medium", 47),
        ("high", "high", 73),
        ("critical", "critical", 99),
    ],
)
def test_risk_score_is_in_the_band_of_its_severity(level, severity, score, make):
    """Kibana's bands: low to 21, medium to 47, high to 73, critical above."""
    (rule,) = rules(make, {"level": level})
    assert (rule["severity"], rule["risk_score"]) == (severity, score)


def test_threat_is_grouped_by_tactic_and_its_addresses_end_in_a_slash(make):
    """A sub-technique stands below its parent, and only with the tactics that it serves."""
    (rule,) = rules(make, {"tags": ["attack.persistence", "attack.initial-access", "attack.t1505.003", "attack.t1190"]})
    assert [entry["tactic"]["name"] for entry in rule["threat"]] == ["Initial Access", "Persistence"]
    access, persistence = rule["threat"]
    assert [technique["id"] for technique in access["technique"]] == ["T1190"]
    (server,) = persistence["technique"]
    assert (server["id"], [sub["id"] for sub in server["subtechnique"]]) == ("T1505", ["T1505.003"])
    assert server["subtechnique"][0]["reference"] == "https://attack.mitre.org/techniques/T1505/003/"


def test_required_fields_are_sorted_and_say_what_is_of_ecs(make):
    """Kibana compares them with the mapping of the SOC."""
    (rule,) = rules(make, {})
    assert rule["required_fields"] == [
        {"ecs": False, "name": "Image", "type": "keyword"},
        {"ecs": True, "name": "event.code", "type": "keyword"},
    ]


def test_two_rules_of_one_id_are_a_finding(make):
    """The second would overwrite the first on import, so it is left out and told."""
    made = package(make, {}, {"name": "other_rule"})
    assert made.rules == {"rules.ndjson": ("made_rule",)}
    assert [finding.code for finding in made.diagnostics] == ["PKG010"]


def test_a_rule_without_uuid_gets_one_from_its_name(make):
    """It is the same in every build."""
    rule = make.rule({"name": "plain", "detection": {"s": {"A": 1}, "condition": "s"}})
    assert rule_id(rule) == "cbad9833-7be9-5967-b761-730525d8b643"


def test_hostile_words_stay_in_their_line(make):
    """A title with newlines is one line of the file and one of the name."""
    (rule,) = rules(make, {"title": 'x\n{"rule_id": "y"}', "description": "a\nb"})
    assert rule["name"] == 'x {"rule_id": "y"}'
    assert rule["description"] == "a b"


def test_a_late_event_is_found_by_when_it_was_indexed(make):
    """A correlation goes by when its events happened, so it has no other time."""
    (rule,) = rules(make, {})
    assert rule["timestamp_override"] == "event.ingested"
    base = make.rule({"name": "base", "detection": {"s": {"Image": "x"}, "condition": "s"}})
    counted = {"type": "event_count", "rules": ["base"], "timespan": "1h", "condition": {"gte": 5}}
    many = make.rule({"id": ID, "name": "many", "correlation": counted})
    content = make.content(base, many, Image="keyword")
    packed = Pack("1.2.3", (Packed(many, convert(many, TARGET, content)),), content.sources)
    (line,) = TARGET.package(packed).files["rules.ndjson"].decode().splitlines()
    assert "timestamp_override" not in json.loads(line)


def test_a_rule_that_kibana_would_refuse_is_left_out_and_told(make):
    """An empty name is no name."""
    made = package(make, {"title": " \n "})
    assert made.files["rules.ndjson"] == b""
    assert [(finding.code, finding.message) for finding in made.diagnostics] == [
        ("PKG040", "made_rule: description: '' should be non-empty"),
        ("PKG040", "made_rule: name: '' should be non-empty"),
    ]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"severity": "high"}, "risk_score: 47 is less than the minimum of 48"),
        ({"interval": "5x"}, "interval: '5x' does not match '^[1-9][0-9]*[smhd]$'"),
        ({"output_index": "x"}, "the document: Additional properties are not allowed ('output_index' was unexpected)"),
        ({"enabled": True}, "enabled: False was expected"),
        ({"threat": [{"framework": "MITRE ATT&CK"}]}, "threat.0: 'tactic' is a required property"),
        ({"type": "threshold", "language": "kuery"}, "the document: 'threshold' is a required property"),
        (
            {"type": "esql", "language": "esql", "query": "FROM x METADATA _id"},
            "the document: False schema does not allow",
        ),
    ],
)
def test_the_schema_knows_what_kibana_refuses(change, fault, make):
    """What is wrong is told with its place."""
    (rule,) = rules(make, {})
    assert faults(rule, "kibana-rule") == []
    assert [one[: len(fault)] for one in faults({**rule, **change}, "kibana-rule")] == [fault]


def test_the_setup_names_what_must_be_switched_on_for_the_fields_that_are_asked(make):
    """A field that is off by default is told of where the query reads it, and nowhere else."""
    rule = make.rule({"id": ID, "name": "made_rule", "detection": {"s": {"Image": "x"}, "condition": "s"}})
    arrival = make.arrival("elastic", {"Image": ("process.executable", "keyword"), "Other": ("other", "keyword")})
    source = dataclasses.replace(make.source(arrival), prerequisites={"Image": "switch a", "Other": "switch b"})
    content = make.content(rule, sources=[source])
    packed = Pack("1.2.3", (Packed(rule, convert(rule, TARGET, content)),), content.sources)
    (line,) = TARGET.package(packed).files["rules.ndjson"].decode().splitlines()
    assert json.loads(line)["setup"] == "- Made: switch made on\n    - Image: switch a"
