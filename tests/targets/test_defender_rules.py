"""The package for Microsoft Defender XDR: a KQL file a rule, and the bodies for Microsoft Graph."""

import json

import pytest

from compiler.convert import convert
from compiler.targets.defender import TARGET
from compiler.targets.target import Pack, Packed, Refusal

HEAD = {
    "title": "Made: a rule",
    "id": "2b5bd5f4-8f5c-4d43-a8a1-0c8a0b8f1c51",
    "name": "made",
    "description": "Detects\nwhat is made",
    "level": "critical",
    "tags": ["attack.persistence", "attack.t1505.003"],
    "alert": {
        "title": "{Image} made by {User}",
        "entities": [{"process": "Image"}, {"user": "User"}],
        "group": ["Image"],
        "suppress": {"fields": ["Image"], "for": "4h"},
        "kind": "finding",
    },
    "triage": ["Look.", "Look again."],
}
FIELDS = {"Image": ("FolderPath", "string"), "User": ("AccountName", "string")}


def package(make, **change):
    """The package of one rule over DeviceProcessEvents."""
    arrival = make.arrival("defender", FIELDS, where={"table": "DeviceProcessEvents"})
    detection = {"selection": {"Image|endswith": "\\cmd.exe"}, "condition": "selection"}
    rule = make.rule({**HEAD, **change, "detection": detection})
    query = convert(rule, TARGET, make.content(rule, sources=[make.source(arrival)]))
    return TARGET.package(Pack("1.2.3", (Packed(rule, query),)))


def test_a_query_stands_in_a_file_that_says_what_it_is(make):
    """Comments hold title, description on one line, id and level; the query follows."""
    assert package(make).files["queries/made.kql"].decode().splitlines() == [
        "// Made: a rule",
        "// Detects what is made",
        "// id: 2b5bd5f4-8f5c-4d43-a8a1-0c8a0b8f1c51",
        "// level: critical",
        "DeviceProcessEvents",
        '| where FolderPath endswith @"\\cmd.exe"',
    ]


def test_a_detection_is_disabled_and_names_device_and_account(make):
    """What Graph takes: severity without critical, category, techniques, the assets, values in the title."""
    made = package(make)
    body = json.loads(made.files["detections/made.json"])
    template = body["detectionAction"]["alertTemplate"]
    assert (body["isEnabled"], body["schedule"]) == (False, {"period": "1H"})
    assert body["queryCondition"]["queryText"].startswith("DeviceProcessEvents\n")
    assert (template["severity"], template["category"]) == ("high", "Persistence")
    assert template["mitreTechniques"] == ["T1505.003"]
    assert [one["identifier"] for one in template["impactedAssets"]] == ["deviceId", "accountSid"]
    assert template["title"] == "{{FolderPath}} made by {{AccountName}}"
    assert template["recommendedActions"] == "1. Look.\n2. Look again."
    assert made.rules == {"queries/made.kql": ("made",), "detections/made.json": ("made",)}


def test_a_title_that_cannot_be_filled_in_is_the_rules_own(make):
    """A field that the query does not return has no column."""
    made = package(make, alert={**HEAD["alert"], "title": "{Image} on {Computer}"})
    body = json.loads(made.files["detections/made.json"])
    assert body["detectionAction"]["alertTemplate"]["title"] == "Made: a rule"


def test_what_graph_would_not_take_is_left_out_and_told(make):
    """A title has 256 characters."""
    made = package(make, title="x" * 257)
    assert {finding.code for finding in made.diagnostics} == {"PKG030"}
    assert set(made.files) == {"README.md"}


def test_the_readme_tells_how_to_import_and_to_upgrade(make):
    """The calls, and the rule with its level."""
    text = package(make).files["README.md"].decode()
    assert "| made | critical | 1H |" in text
    assert all(word in text for word in ("curl -X POST", "curl -X PATCH", "`isEnabled`"))


def test_a_list_of_the_socs_stands_at_the_top_of_the_query(make):
    """In the file and in the body of Graph, empty; the README names it."""
    arrival = make.arrival("defender", FIELDS, where={"table": "DeviceProcessEvents"})
    detection = {"s": {"Image": "x"}, "f": {"User|expand": "%own%"}, "condition": "s and not f"}
    rule = make.rule({**HEAD, "detection": detection})
    content = make.content(rule, sources=[make.source(arrival)], placeholders={"own": ()})
    made = TARGET.package(Pack("1.2.3", (Packed(rule, convert(rule, TARGET, content)),)))
    text = json.loads(made.files["detections/made.json"])["queryCondition"]["queryText"]
    assert text.splitlines() == [
        "let TocsinList_own =",
        '// Your own values, in quotes with commas between: ["one", "two"]',
        "datatable(SearchKey: string) [];",
        "DeviceProcessEvents",
        '| where FolderPath =~ "x"',
        "| where not(AccountName in~ ((TocsinList_own | project SearchKey)))",
    ]
    assert made.files["queries/made.kql"].decode().endswith(f"{text}\n")
    assert "empty as delivered: `TocsinList_own`." in made.files["README.md"].decode()
    assert "empty as delivered" not in package(make).files["README.md"].decode()


def body_of(make, detection, fields, table, **more):
    """The body for Graph of a rule over one table, and the query; ``more`` are further rules."""
    arrival = make.arrival("defender", fields, where={"table": table})
    rule = make.rule({**HEAD, "name": "made", **detection})
    others = [make.rule({"name": name, **body}) for name, body in more.items()]
    content = make.content(rule, *others, sources=[make.source(arrival)])
    query = convert(rule, TARGET, content)
    made = TARGET.package(Pack("1.2.3", (Packed(rule, query),)))
    return json.loads(made.files["detections/made.json"]), made.files["README.md"].decode()


@pytest.mark.parametrize(
    ("timespan", "period"), [("10m", "1H"), ("3h", "1H"), ("181m", "3H"), ("9h", "3H"), ("1d", "12H"), ("7d", "24H")]
)
def test_a_correlation_runs_as_often_as_its_run_looks_back_far_enough(make, timespan, period):
    """*Rule frequency*: 4 hours are looked back every hour, 12 every three, 48 every twelve, 30 days once a day."""
    counted = {
        "correlation": {
            "type": "event_count",
            "rules": ["inner"],
            "group-by": ["User"],
            "timespan": timespan,
            "condition": {"gte": 3},
        },
        "alert": None,
    }
    inner = {"detection": {"selection": {"Image": "x"}, "condition": "selection"}}
    body, readme = body_of(make, counted, FIELDS, "DeviceProcessEvents", inner=inner)
    assert body["schedule"] == {"period": period}
    assert f"| made | critical | {period} |" in readme


def test_a_timespan_beyond_what_a_run_looks_back_is_refused(make):
    """Thirty days once a day leave 29 for the timespan."""
    arrival = make.arrival("defender", FIELDS, where={"table": "DeviceProcessEvents"})
    inner = make.rule({"name": "inner", "detection": {"selection": {"Image": "x"}, "condition": "selection"}})
    counted = {"type": "event_count", "rules": ["inner"], "timespan": "30d", "condition": {"gte": 3}}
    rule = make.rule({"name": "made", "correlation": counted})
    with pytest.raises(Refusal, match="thirty days at most"):
        TARGET.convert(rule, make.content(rule, inner, sources=[make.source(arrival)]))


@pytest.mark.parametrize(
    ("table", "column", "assets"),
    [
        ("DeviceProcessEvents", "FolderPath", [("Device", "deviceId"), ("User", "accountSid")]),
        ("DeviceFileEvents", "FolderPath", [("Device", "deviceId"), ("User", "initiatingProcessAccountUpn")]),
        ("EntraIdSignInEvents", "Application", [("User", "accountObjectId")]),
        ("EmailEvents", "Subject", [("Mailbox", "recipientEmailAddress")]),
        ("UrlClickEvents", "Url", [("User", "accountUpn")]),
    ],
)
def test_what_is_affected_is_told_by_a_column_that_the_table_has(make, table, column, assets):
    """*Required columns in the query results*: an asset is named by a column that the query returns."""
    fields = {"Image": (column, "string"), "User": (column, "string")}
    detection = {"detection": {"selection": {"Image": "x"}, "condition": "selection"}}
    body, _ = body_of(make, detection, fields, table)
    found = body["detectionAction"]["alertTemplate"]["impactedAssets"]
    expected = [
        {"@odata.type": f"#microsoft.graph.security.impacted{kind}Asset", "identifier": word} for kind, word in assets
    ]
    assert found == expected
