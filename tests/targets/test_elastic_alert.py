"""Kibana rules: what an alert says, the fields it is about, what keeps it silent, and the guide."""

import json

import pytest

from compiler.convert import convert
from compiler.targets.elastic import TARGET
from compiler.targets.elastic_alert import plain
from compiler.targets.target import Pack, Packed

FIELDS = {"Image": "keyword", "source.ip": "ip", "url.path": "wildcard", "process.name": "keyword", "Body": "text"}
ALERT = {
    "title": "Foreign page {url.path} served to {source.ip}",
    "entities": [{"url": "url.path"}, {"ip": "source.ip"}],
    "group": ["source.ip"],
    "suppress": {"fields": ["source.ip", "url.path"], "for": "4h"},
    "kind": "finding",
}
COUNTED = {"type": "event_count", "rules": ["base"], "group-by": ["source.ip"], "timespan": "1h"}


def packed(make, body, *others):
    """The rule that Kibana imports for a body."""
    rule = make.rule({"name": "made_rule", "id": "5156a676-fd44-41ac-b47f-732f975f3ddf", **body})
    content = make.content(rule, *others, **FIELDS)
    query = convert(rule, TARGET, content)
    files = TARGET.package(Pack("1.2.3", (Packed(rule, query),), content.sources)).files
    (line,) = files["rules.ndjson"].decode().splitlines()
    return json.loads(line)


def plainly(make, **alert):
    """A rule of one event, with a changed alert."""
    return packed(make, {"detection": {"s": {"Image": "x"}, "condition": "s"}, "alert": {**ALERT, **alert}})


def correlated(make, **alert):
    """A correlation over one rule, with a changed alert; without one for ``title=None``."""
    base = make.rule({"name": "base", "detection": {"s": {"Image": "x"}, "condition": "s"}})
    told = {"title": "Many from {source.ip}", "entities": [{"ip": "source.ip"}], "kind": "finding"}
    told |= {"group": ["source.ip"], "suppress": {"fields": ["source.ip"], "for": "4h"}, **alert}
    body = {"correlation": {**COUNTED, "condition": {"gte": 5}}}
    return packed(make, body if told["title"] is None else {**body, "alert": told}, base)


def test_a_rule_is_silent_by_the_fields_and_for_the_time_that_its_alert_says(make):
    """Fields are those at Elastic; an event without one of them is told each time."""
    assert plainly(make)["alert_suppression"] == {
        "duration": {"unit": "m", "value": 240},
        "group_by": ["source.ip", "url.path"],
        "missing_fields_strategy": "doNotSuppress",
    }


@pytest.mark.parametrize("fields", [["Body"], ["Image", "source.ip", "url.path", "process.name"]])
def test_a_rule_is_louder_than_it_asks_where_kibana_cannot_group(fields, make):
    """By text Elasticsearch cannot group, and Kibana takes three fields: silence by fewer would hide alerts."""
    assert "alert_suppression" not in plainly(make, suppress={"fields": fields, "for": "4h"})


def test_a_correlation_tells_of_the_event_that_closes_it_once(make):
    """Two runs look at the same nine minutes, and Kibana does not know a counted row again."""
    assert correlated(make, title=None)["alert_suppression"] == {
        "duration": {"unit": "m", "value": 9},
        "group_by": ["event.id"],
        "missing_fields_strategy": "doNotSuppress",
    }


@pytest.mark.parametrize(("asked", "minutes"), [("2m", 9), ("4h", 240)])
def test_a_correlation_that_is_silent_by_its_groups_is_so_at_least_for_the_overlap(asked, minutes, make):
    """Its own fields say more than the closing event, if they last."""
    silence = correlated(make, suppress={"fields": ["source.ip"], "for": asked})["alert_suppression"]
    assert (silence["group_by"], silence["duration"]) == (["source.ip"], {"unit": "m", "value": minutes})


def test_the_fields_to_look_at_are_those_of_the_entities(make):
    """In the order of the rule, named as at Elastic."""
    assert plainly(make)["investigation_fields"] == {"field_names": ["url.path", "source.ip"]}


def test_a_building_block_is_one(make):
    """It is hidden among the alerts, and a finding is not."""
    assert plainly(make, kind="building_block")["building_block_type"] == "default"
    assert "building_block_type" not in plainly(make)


def test_the_guide_says_what_happened_and_what_to_do(make):
    """The title with names of fields, the steps in order, what is benign, and a button for each field."""
    rule = packed(
        make,
        {
            "detection": {"s": {"Image": "x"}, "condition": "s"},
            "alert": ALERT,
            "triage": ["Open the file.", "Ask <its> owner."],
            "falsepositives": ["A new page"],
        },
    )
    said, steps, around, benign = rule["note"].split("\n\n## ")
    assert said == "## What it says\n\nForeign page `url.path` served to `source.ip`"
    assert steps == "What to look at next\n\n1. Open the file.\n2. Ask \\<its\\> owner."
    assert benign == "What is benign\n\n- A new page"
    buttons = [line for line in around.split("\n") if line.startswith("!{investigate")]
    assert [json.loads(line[len("!{investigate") : -1])["providers"][0][0]["value"] for line in buttons] == [
        "{{url.path}}",
        "{{source.ip}}",
    ]


def test_a_correlation_has_no_buttons(make):
    """Its rows hold groups in lower case, by which a timeline would not find the events."""
    assert "investigate" not in correlated(make)["note"]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ('!{investigate{"label": "x"}}', '\\!\\{investigate\\{"label": "x"\\}\\}'),
        ("[a](javascript:b) <img>", "\\[a\\](javascript:b) \\<img\\>"),
        ("a\n# b `c`", "a \\# b \\`c\\`"),
    ],
)
def test_words_of_a_rule_are_no_markdown(words, shown):
    """No word opens a link, a heading, code, a tag or a button."""
    assert plain(words) == shown
