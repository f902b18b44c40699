"""The ARM template: what a SOC decided stays decided when the next release is deployed."""

import json

import pytest

from compiler.targets.kusto_package import faults
from compiler.targets.sentinel_arm import iso, parameters, resource, template, tombstone, watchlist
from compiler.targets.target import Locked

ID = "2b5bd5f4-8f5c-4d43-a8a1-0c8a0b8f1c51"
BODY = {
    "id": ID,
    "name": "Made: a rule",
    "description": "Detects what is made",
    "severity": "High",
    "queryFrequency": "1h",
    "queryPeriod": "150m",
    "tactics": ["Persistence"],
    "relevantTechniques": ["T1505.003"],
    "query": "W3CIISLog\n",
    "customDetails": {"c_ip": "Alert_c_ip"},
    "version": "1.2.3",
}


def test_the_parameters_say_what_is_enabled_and_what_is_left_alone():
    """A rule is off unless its name is listed, and is not deployed if it is to be kept."""
    made = resource("made", BODY)
    assert made["condition"] == "[not(contains(parameters('keep'), 'made'))]"
    assert made["properties"]["enabled"] == "[contains(parameters('enabled'), 'made')]"
    assert made["name"] == f"[concat(parameters('workspace'), '/Microsoft.SecurityInsights/{ID}')]"


def test_periods_and_techniques_are_in_the_words_of_the_api():
    """Durations of ISO 8601, techniques without their parts."""
    made = resource("made", BODY)["properties"]
    assert (made["queryFrequency"], made["queryPeriod"], iso("2d")) == ("PT1H", "PT150M", "P2D")
    assert made["techniques"] == ["T1505"]
    assert made["customDetails"] == {"c_ip": "Alert_c_ip"}


@pytest.mark.parametrize("hostile", ["[concat('a')]", "[x"])
def test_no_text_is_an_expression(hostile):
    """A title, a query, an alert's title in brackets stays what it is."""
    body = {**BODY, "name": hostile, "query": hostile, "alertDetailsOverride": {"alertDisplayNameFormat": hostile}}
    made = resource("made", body)["properties"]
    assert made["displayName"] == made["query"] == f"[{hostile}"
    assert made["alertDetailsOverride"] == {"alertDisplayNameFormat": f"[{hostile}"}


def test_a_name_cannot_end_its_literal():
    """A quote is doubled within an expression."""
    assert resource("a'b", BODY)["condition"] == "[not(contains(parameters('keep'), 'a''b'))]"


def test_a_removed_rule_stays_disabled_for_good():
    """A deployment removes nothing, so what a release no longer has must not go on finding things."""
    left = tombstone(Locked(ID, "made", "stanza", "1.0.0", "2.0.0"))
    assert left["properties"]["enabled"] is False
    assert left["properties"]["displayName"] == "(removed in 2.0.0) made"
    assert "condition" not in left


def test_a_watchlist_can_be_left_as_it_is_and_stands_for_nothing():
    """It has one row, of a value that no event has."""
    made = watchlist("own_scanners")
    assert made["condition"] == "[not(contains(parameters('keep'), 'tocsin_own_scanners'))]"
    assert made["name"] == "[concat(parameters('workspace'), '/Microsoft.SecurityInsights/tocsin_own_scanners')]"
    assert made["properties"]["displayName"] == "Tocsin: own scanners"
    assert made["properties"]["itemsSearchKey"] == "value"
    assert made["properties"]["rawContent"] == "value\r\n(nothing is on this list yet)\r\n"


def test_a_rule_waits_for_the_watchlists_that_it_reads():
    """Sentinel reads the query when the rule is made; a rule that reads none waits for nothing."""
    assert resource("made", BODY, ["own"])["dependsOn"] == [watchlist("own")["name"]]
    assert "dependsOn" not in resource("made", BODY)


def test_a_watchlist_is_held_to_the_reference():
    """Held to a part of the schema of its own."""
    whole = json.loads(template([watchlist("own"), resource("made", BODY, ["own"])]))
    assert faults(whole, "sentinel-template") == []
    del whole["resources"][0]["properties"]["itemsSearchKey"]
    assert faults(whole, "sentinel-template") == ["resources.0.properties: 'itemsSearchKey' is a required property"]


def test_the_template_is_what_the_reference_says():
    """Held to the schema, which finds a property that there is not."""
    whole = json.loads(template([resource("made", BODY), tombstone(Locked(ID, "old", "", "1.0.0", "2.0.0"))]))
    assert faults(whole, "sentinel-template") == []
    whole["resources"][0]["properties"]["enable"] = True
    assert faults(whole, "sentinel-template") == [
        "resources.0.properties: Additional properties are not allowed ('enable' was unexpected)"
    ]


def test_the_parameters_are_those_of_the_template():
    """A copy of the file can be deployed as it is, but for the workspace."""
    given = json.loads(parameters())["parameters"]
    assert given == {"workspace": {"value": ""}, "enabled": {"value": []}, "keep": {"value": []}}
    assert set(given) <= set(json.loads(template([]))["parameters"])
