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
}
FIELDS = {"Image": ("FolderPath", "string")}


def package(make):
    """The package of one rule over DeviceProcessEvents."""
    arrival = make.arrival("defender", FIELDS, where={"table": "DeviceProcessEvents"})
    detection = {"selection": {"Image|endswith": "\\cmd.exe"}, "condition": "selection"}
    rule = make.rule({**HEAD, "detection": detection})
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


def test_a_detection_is_disabled_and_names_the_device(make):
    """What Graph takes: severity without critical, category, techniques, the impacted asset."""
    made = package(make)
    (body,) = json.loads(made.files["custom_detections.json"])
    template = body["detectionAction"]["alertTemplate"]
    assert (body["isEnabled"], body["schedule"]) == (False, {"period": "1H"})
    assert body["queryCondition"]["queryText"].startswith("DeviceProcessEvents\n")
    assert (template["severity"], template["category"]) == ("high", "Persistence")
    assert template["mitreTechniques"] == ["T1505.003"]
    assert template["impactedAssets"][0]["identifier"] == "deviceId"
    assert made.rules == {"queries/made.kql": ("made",), "custom_detections.json": ("made",)}
