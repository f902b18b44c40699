"""OpenSearch monitors: what an alert says to a channel, with the values of the events, and when it says nothing."""

import json

import pytest

from compiler.convert import convert
from compiler.targets.opensearch import TARGET
from compiler.targets.opensearch_alert import CHANNEL, actions
from compiler.targets.target import Pack, Packed

FIELDS = {"Image": "keyword", "source.ip": "ip", "url.path": "wildcard"}
ALERT = {
    "title": "Foreign page {url.path} served to {source.ip}",
    "entities": [{"ip": "source.ip"}, {"url": "url.path"}],
    "group": ["source.ip"],
    "suppress": {"fields": ["source.ip", "url.path"], "for": "4h"},
    "kind": "finding",
}
COUNTED = {
    "type": "event_count",
    "rules": ["base"],
    "group-by": ["source.ip"],
    "timespan": "1h",
    "condition": {"gte": 5},
}


def trigger(make, body, *others):
    """The trigger of the monitor for a body."""
    rule = make.rule({"name": "made_rule", "id": "5156a676-fd44-41ac-b47f-732f975f3ddf", **body})
    fields = {name: (name, kind) for name, kind in FIELDS.items()}
    source = make.source(make.arrival("opensearch", fields))
    query = convert(rule, TARGET, make.content(rule, *others, sources=[source]))
    package = TARGET.package(Pack("1.2.3", (Packed(rule, query),)))
    assert package.diagnostics == ()
    (one,) = json.loads(package.files["monitors/made_rule.json"])["triggers"]
    return one["query_level_trigger"]


def said(make, more=(), **alert):
    """Subject and message of a rule of one event, with a changed alert."""
    body = {"detection": {"s": {"Image": "x"}, "condition": "s"}, "alert": {**ALERT, **alert}, **dict(more)}
    (action,) = trigger(make, body)["actions"]
    return action["subject_template"]["source"], action["message_template"]["source"]


def test_the_subject_has_the_values_of_the_first_event(make):
    """The severity, and the title of the alert with tags in the place of its fields."""
    subject, _ = said(make, {"level": "high"})
    path = "ctx.results.0.hits.hits.0._source"
    assert subject == f"[high] Foreign page {{{{{path}.url.path}}}} served to {{{{{path}.source.ip}}}}"


def test_the_message_tells_each_event_and_what_to_do_next(make):
    """Event by event the title and what it is about; then why it matters, the steps in order, and what is benign."""
    words = {"description": "Detects a page.", "triage": ["Open it.", "Ask."], "falsepositives": ["Backups"]}
    assert said(make, words)[1].split("\n") == [
        "{{#ctx.results.0.hits.hits}}",
        "- Foreign page {{_source.url.path}} served to {{_source.source.ip}}",
        "  ip: {{_source.source.ip}}; url: {{_source.url.path}}  {{_index}} {{_id}}",
        "{{/ctx.results.0.hits.hits}}",
        "",
        "Why it matters:",
        "Detects a page.",
        "",
        "What to look at next:",
        "1. Open it.",
        "2. Ask.",
        "",
        "What is benign:",
        "- Backups",
        "",
        "Rule:",
        "made_rule 5156a676-fd44-41ac-b47f-732f975f3ddf",
    ]


def test_an_action_goes_to_the_one_channel_as_text_and_is_never_throttled(make):
    """A throttle would hold back the alert of another host; values are not escaped as for JSON."""
    (action,) = trigger(make, {"detection": {"s": {"Image": "x"}, "condition": "s"}, "alert": ALERT})["actions"]
    assert (action["destination_id"], action["throttle_enabled"]) == (CHANNEL, False)
    assert action["message_template"]["options"] == {"content_type": "text/plain"}


def test_a_correlation_tells_the_values_of_its_groups(make):
    """A firing is a list, of which the third is the group; a field that is none of the group is said to be missing."""
    base = make.rule({"name": "base", "detection": {"s": {"Image": "x"}, "condition": "s"}})
    alert = {**ALERT, "title": "Many from {source.ip} to {url.path}", "entities": [{"ip": "source.ip"}]}
    (action,) = trigger(make, {"correlation": COUNTED, "alert": alert}, base)["actions"]
    fires = "ctx.results.0.aggregations.fires.value"
    assert action["subject_template"]["source"] == f"[medium] Many from {{{{{fires}.0.2.0}}}} to (url.path not kept)"
    assert action["message_template"]["source"].split("\n")[:4] == [
        f"{{{{#{fires}}}}}",
        "- Many from {{2.0}} to (url.path not kept)",
        "  ip: {{2.0}}",
        f"{{{{/{fires}}}}}",
    ]


@pytest.mark.parametrize("alert", [None, {**ALERT, "kind": "building_block"}])
def test_what_only_feeds_others_says_nothing(alert, make):
    """A rule that is there for a correlation to join, or that tells no alert, has a trigger without an action."""
    body = {"detection": {"s": {"Image": "x"}, "condition": "s"}}
    assert trigger(make, body if alert is None else {**body, "alert": alert})["actions"] == []


def test_words_open_no_tag(make):
    """Braces of words stand apart, also from those of a tag beside them."""
    subject, message = said(make, {"description": "{{x}} {{{y}}}"}, title="{{source.ip}} {{{{=<% %>=}}")
    path = "{{ctx.results.0.hits.hits.0._source.source.ip}}"
    assert subject == f"[medium] {{ {path} }} {{ {{ {{ (=<% %>= not kept) }}"
    assert "{ {x} } { { {y} } }" in message


def test_a_field_is_looked_for_under_each_name_that_it_has(make):
    """Shapes keep it under other names; the first that an event has is told."""
    shapes = [
        make.arrival("opensearch", {"Image": ("Image", "keyword"), "source.ip": (name, "ip")}, shape=name)
        for name in ("client", "source")
    ]
    rule = make.rule({"detection": {"s": {"Image": "x"}, "condition": "s"}, "alert": {**ALERT, "title": "{source.ip}"}})
    query = convert(rule, TARGET, make.content(rule, sources=[make.source(*shapes)]))
    (action,) = actions(rule, query)
    told = "- {{_source.client}}{{^_source.client}}{{_source.source}}{{/_source.client}}"
    assert action["message_template"]["source"].split("\n")[1] == told
