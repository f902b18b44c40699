"""The package for Microsoft Sentinel: YAML files in the shape of Azure/Azure-Sentinel, and one ARM template."""

import json

import pytest
import yaml

from compiler.convert import convert
from compiler.targets.sentinel import TARGET
from compiler.targets.sentinel_rules import LONGEST, query_text
from compiler.targets.target import Pack, Packed, Query

ID = "2b5bd5f4-8f5c-4d43-a8a1-0c8a0b8f1c51"
HEAD = {
    "title": "Made: a rule",
    "id": ID,
    "name": "made",
    "description": "Detects what is made",
    "level": "critical",
    "falsepositives": ["What is not made"],
    "tags": ["attack.persistence", "attack.stealth", "attack.t1505.003", "cve.2021-26855"],
    "alert": {
        "title": "Made {cs-method} by {c-ip}",
        "entities": [{"ip": "c-ip"}],
        "group": ["c-ip"],
        "suppress": {"fields": ["c-ip"], "for": "4h"},
        "kind": "finding",
    },
    "triage": ["Look.", "Look again."],
}
WEB = {"cs-method": ("csMethod", "string"), "c-ip": ("cIP", "string")}


@pytest.fixture
def packed(make):
    """A factory: a rule over W3CIISLog with its query, ready to be packed."""

    def made(body=None, rule=None, **where):
        arrival = make.arrival("sentinel", WEB, where={"table": "W3CIISLog", "connector": "AzureMonitor(IIS)", **where})
        rule = rule or make.rule({**HEAD, "detection": {"selection": {"cs-method": "POST"}, "condition": "selection"}})
        rules = [rule] if body is None else [rule, make.rule(body)]
        content = make.content(*rules, sources=[make.source(arrival)])
        query = convert(rules[-1], TARGET, content)
        assert isinstance(query, Query), query
        return Packed(rules[-1], query)

    return made


def package(*rules):
    return TARGET.package(Pack("1.2.3", rules))


def test_a_rule_is_a_file_in_the_keys_of_azure_sentinel(packed):
    """Severity, tactics of the old names, techniques, connectors, and the entities that the columns name."""
    files = package(packed()).files
    assert yaml.safe_load(files["rules/made.yaml"]) == {
        "id": ID,
        "name": "Made: a rule",
        "description": "Detects what is made\nBenign: What is not made\nLook at next:\n1. Look.\n2. Look again.",
        "severity": "High",
        "status": "Available",
        "requiredDataConnectors": [{"connectorId": "AzureMonitor(IIS)", "dataTypes": ["W3CIISLog"]}],
        "queryFrequency": "1h",
        "queryPeriod": "3h",
        "triggerOperator": "gt",
        "triggerThreshold": 0,
        "tactics": ["DefenseEvasion", "Persistence"],
        "relevantTechniques": ["T1505.003"],
        "tags": ["CVE-2021-26855"],
        "query": (
            'W3CIISLog\n| where ingestion_time() > ago(65m)\n| where csMethod =~ "POST"\n'
            "| extend Alert_cs_method = tostring(csMethod), Alert_c_ip = tostring(cIP)\n"
        ),
        "entityMappings": [
            {"entityType": "IP", "fieldMappings": [{"identifier": "Address", "columnName": "Alert_c_ip"}]},
        ],
        "customDetails": {"cs_method": "Alert_cs_method", "c_ip": "Alert_c_ip"},
        "alertDetailsOverride": {"alertDisplayNameFormat": "Made {{Alert_cs_method}} by {{Alert_c_ip}}"},
        "eventGroupingSettings": {"aggregationKind": "AlertPerResult"},
        "incidentConfiguration": {
            "createIncident": True,
            "groupingConfiguration": {
                "enabled": True,
                "reopenClosedIncident": False,
                "lookbackDuration": "PT4H",
                "matchingMethod": "Selected",
                "groupByEntities": [],
                "groupByAlertDetails": [],
                "groupByCustomDetails": ["c_ip"],
            },
        },
        "version": "1.2.3",
        "kind": "Scheduled",
    }


def test_a_rule_whose_id_is_taken_is_left_out_and_told(packed):
    """Sentinel knows a rule by its id."""
    one = packed()
    made = package(one, one)
    assert made.rules["azuredeploy.json"] == ("made",)
    assert [finding.message for finding in made.diagnostics] == [f"the id {ID} is taken"]


def test_a_correlation_looks_back_and_shows_what_closes_in_its_run(packed):
    """The period holds the timespan before the run's hour; what closed earlier was shown by an earlier run."""
    body = {
        **HEAD,
        "title": "Many",
        "name": "many",
        "id": "9d2a7a55-7a3e-4a7e-9d43-2d7e7a0a6a10",
        "correlation": {
            "type": "event_count",
            "rules": ["made"],
            "group-by": ["c-ip"],
            "timespan": "90m",
            "condition": {"gte": 3},
        },
    }
    written = yaml.safe_load(package(packed(body)).files["rules/many.yaml"])
    assert (written["queryFrequency"], written["queryPeriod"]) == ("1h", "165m")
    assert "\n| where TimeGenerated > ago(75m)\n| extend Alert_c_ip = tostring(cIP)\n" in written["query"]


def test_a_table_of_ours_is_defined_in_front(packed):
    """The query of a package is whole: what it reads is the vendor's alone."""
    one = packed(table="TocsinMade", definition="Event\n| where EventLog == 'Made'\n")
    assert query_text(one.rule, one.query).startswith(
        "let TocsinMade =\nEvent\n| where ingestion_time() > ago(65m)\n| where EventLog == 'Made';\n"
        'TocsinMade\n| where csMethod =~ "POST"\n'
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"title": "x" * 257}, "name: "),
        ({"description": "x" * 5001}, "description: "),
        ({"tags": ["attack.t1505.003"]}, "tactics"),
    ],
)
def test_what_does_not_fit_is_left_out_and_told(packed, make, change, fault):
    """Sentinel would refuse the whole template for the sake of one rule."""
    rule = make.rule({**HEAD, **change, "detection": {"s": {"cs-method": "x"}, "condition": "s"}})
    made = package(packed(rule=rule))
    assert [finding.code for finding in made.diagnostics] == ["PKG030"]
    assert fault in made.diagnostics[0].message
    assert "rules/made.yaml" not in made.files
    assert json.loads(made.files["azuredeploy.json"])["resources"] == []


def test_an_alert_that_does_not_fit_beside_its_query_is_told_plainly(packed, make):
    """The query is worth more than the words of its alert."""
    detection = {"s": {"cs-method": ["x" * 4000, "y" * 4000, "z" * 1820]}, "condition": "s"}
    alert = {**HEAD["alert"], "entities": [{"ip": "c-ip"}, {"file": "cs-method"}]}
    made = package(packed(rule=make.rule({**HEAD, "alert": alert, "detection": detection})))
    assert [finding.code for finding in made.diagnostics] == ["PKG031"]
    body = yaml.safe_load(made.files["rules/made.yaml"])
    assert not {"entityMappings", "customDetails", "alertDetailsOverride"} & set(body)
    assert "Alert_" not in body["query"]


def test_a_building_block_makes_no_incident(packed, make):
    """It is there for correlations to join."""
    alert = {**HEAD["alert"], "kind": "building_block"}
    rule = make.rule({**HEAD, "alert": alert, "detection": {"s": {"cs-method": "x"}, "condition": "s"}})
    body = yaml.safe_load(package(packed(rule=rule)).files["rules/made.yaml"])
    assert body["incidentConfiguration"]["createIncident"] is False


def test_the_readme_lists_what_was_packed(packed):
    """Rule, level, connector, and the calls to import, keep and remove."""
    text = package(packed()).files["README.md"].decode()
    assert "| made | critical | AzureMonitor(IIS) |  |" in text
    assert all(word in text for word in ("az deployment group create", "curl -X PUT", "`keep`", "alert-rule delete"))


def test_a_query_that_sentinel_would_not_take_is_refused(make):
    """10,000 characters are the limit; some are left for what a package adds."""
    values = [f"value-{number:06}" for number in range(1000)]
    arrival = make.arrival("sentinel", WEB, where={"table": "W3CIISLog"})
    rule = make.rule({"selection": {"cs-method": values}})
    (finding,) = convert(rule, TARGET, make.content(rule, sources=[make.source(arrival)]))
    assert finding.message.endswith(f"characters; sentinel takes {LONGEST}")


def test_a_timespan_beyond_the_longest_period_is_refused(make):
    """A scheduled rule looks back fourteen days."""
    arrival = make.arrival("sentinel", WEB, where={"table": "W3CIISLog"})
    rule = make.rule({**HEAD, "detection": {"selection": {"cs-method": "POST"}, "condition": "selection"}})
    many = make.rule(
        {
            "name": "many",
            "correlation": {"type": "event_count", "rules": ["made"], "timespan": "14d", "condition": {"gte": 3}},
        }
    )
    (finding,) = convert(many, TARGET, make.content(rule, many, sources=[make.source(arrival)]))
    assert "13 days" in finding.message


def test_a_list_that_a_rule_reads_is_a_watchlist_of_the_template(make):
    """Made before the rule, once for all rules, and told in the README with those that read it."""
    detection = {"s": {"cs-method": "POST"}, "f": {"c-ip|expand": "%own%"}, "condition": "s and not f"}
    arrival = make.arrival("sentinel", WEB, where={"table": "W3CIISLog", "connector": "AzureMonitor(IIS)"})
    bodies = [HEAD, {**HEAD, "id": ID.replace("2b", "3c"), "name": "other"}]
    rules = [make.rule({**body, "detection": detection}) for body in bodies]
    content = make.content(*rules, sources=[make.source(arrival)], placeholders={"own": ()})
    made = package(*(Packed(rule, convert(rule, TARGET, content)) for rule in rules))
    first, *others = json.loads(made.files["azuredeploy.json"])["resources"]
    assert first["properties"]["displayName"] == "Tocsin: own"
    assert [one["dependsOn"] for one in others] == [[first["name"]], [first["name"]]]
    assert yaml.safe_load(made.files["rules/made.yaml"])["query"].startswith(
        "let TocsinList_own =\n_GetWatchlist('tocsin_own');\nW3CIISLog\n"
    )
    assert "| tocsin_own | made, other |" in made.files["README.md"].decode()


def test_a_package_whose_rules_read_no_list_says_nothing_of_any(packed):
    """Neither in its template nor in its README."""
    files = package(packed()).files
    assert b"watchlists" not in files["azuredeploy.json"].replace(b"rules and watchlists that stay", b"")
    assert "Lists of your own" not in files["README.md"].decode()
