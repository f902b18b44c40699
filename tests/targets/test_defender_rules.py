"""The package for Microsoft Defender XDR: a KQL file a rule, and the bodies for Microsoft Graph."""

import json

from compiler.convert import convert
from compiler.targets.defender import TARGET
from compiler.targets.target import Pack, Packed

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
    assert "| made | critical |" in text
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
        "| where not(AccountName in~ (TocsinList_own | project SearchKey))",
    ]
    assert made.files["queries/made.kql"].decode().endswith(f"{text}\n")
    assert "empty as delivered: `TocsinList_own`." in made.files["README.md"].decode()
    assert "empty as delivered" not in package(make).files["README.md"].decode()
