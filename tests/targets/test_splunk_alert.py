"""What Splunk and Enterprise Security are told of a rule's alert."""

import dataclasses
import json

import pytest

from compiler.content.model import Alert, AlertKind, Entity
from compiler.convert import convert
from compiler.targets.splunk import TARGET
from compiler.targets.splunk_alert import risks_of, shown, title_of, united
from compiler.targets.splunk_savedsearch import settings_of
from compiler.targets.splunk_story import stories
from compiler.targets.target import Pack, Packed, Query

FIELDS = {"User": ("User", "string"), "Computer": ("host", "string"), "Image": ("Image", "string")}
ALERT = Alert(
    title="Shell {Image} of {User} for $5 on {Computer}",
    entities=(Entity("host", "Computer"), Entity("user", "User"), Entity("process", "Image")),
    group=("Computer",),
    suppress=("Computer", "User"),
    silence=4 * 3600,
    kind=AlertKind.FINDING,
)


@pytest.fixture
def told(make):
    """A rule with an alert and its query, from sources of one shape or of two that call the user differently."""

    def made(alert=ALERT, *, shapes=1, **body):
        detection = {"s": {"Image": "x"}, "condition": "s"}
        rule = make.rule({"name": "made_rule", "level": "high", "detection": detection, **body})
        rule = dataclasses.replace(rule, alert=alert, triage=("Look at $x$.", "Ask."))
        arrivals = [make.arrival("splunk", FIELDS)]
        if shapes > 1:
            arrivals.append(make.arrival("splunk", {**FIELDS, "User": ("Account-Name", "string")}, shape="other"))
        query = convert(rule, TARGET, make.content(rule, sources=[make.source(*arrivals)]))
        assert isinstance(query, Query)
        return rule, query

    return made


def settings(told, *words, **more):
    rule, query = told(*words, **more)
    return settings_of(Packed(rule, query), Pack("1.0", ()), "Tocsin - Made - Rule", "made_rule_filter")


def test_a_title_has_tokens_where_the_fields_are(told):
    """Fields by their name at Splunk; a dollar sign of the title itself opens no token."""
    assert title_of(*told()) == "Shell $Image$ of $User$ for 5 on $host$"


def test_fields_of_two_names_become_one(told):
    """One field of ours holds the user of either shape, and the search makes it behind the filter."""
    rule, query = told(shapes=2)
    assert united(query) == "| eval alert_user=coalesce('Account-Name', User)"
    assert title_of(rule, query) == "Shell $Image$ of $alert_user$ for 5 on $host$"
    search = settings(told, shapes=2)["search"]
    assert search.endswith("| `made_rule_filter`\n| eval alert_user=coalesce('Account-Name', User)")


def test_a_field_that_splunk_does_not_keep_is_said_so(told):
    """The title has no hole, and the field is no entity."""
    alert = dataclasses.replace(
        ALERT, title="By {Nobody}", entities=(Entity("user", "Nobody"), Entity("host", "Computer"))
    )
    rule, query = told(alert)
    assert title_of(rule, query) == "By (Nobody not kept)"
    assert shown(rule, query) == ["host"]


def test_risk_is_with_hosts_and_users_and_the_rest_is_the_threat(told):
    """Each entity once, with the score of the level."""
    assert risks_of(*told()) == [
        {"risk_object_field": "host", "risk_object_type": "system", "risk_score": 75},
        {"risk_object_field": "User", "risk_object_type": "user", "risk_score": 75},
        {"threat_object_field": "Image", "threat_object_type": "process"},
    ]


def test_an_address_carries_the_risk_where_nothing_else_does(told):
    """Beside a host it is the threat."""
    alone = dataclasses.replace(ALERT, entities=(Entity("ip", "User"),))
    assert risks_of(*told(alone)) == [{"risk_object_field": "User", "risk_object_type": "system", "risk_score": 75}]
    beside = dataclasses.replace(ALERT, entities=(Entity("ip", "User"), Entity("host", "Computer")))
    assert risks_of(*told(beside)) == [
        {"risk_object_field": "host", "risk_object_type": "system", "risk_score": 75},
        {"threat_object_field": "User", "threat_object_type": "ip_address"},
    ]


def test_a_rule_without_an_alert_is_about_its_host(told):
    """Anybody's rule can be packed."""
    rule, query = told(None)
    assert risks_of(rule, query) == [{"risk_object_field": "host", "risk_object_type": "system", "risk_score": 75}]
    found = settings(told, None)
    assert found["action.notable.param.rule_title"] == "Made"
    assert found["alert.suppress.fields"] == "_time,host,source"
    assert found["alert.suppress.period"] == "30m"


def test_the_alert_is_held_back_as_it_says(told):
    """Its fields by their name at Splunk, for its time, which is never less than the overlap of two runs."""
    found = settings(told)
    assert (found["alert.suppress"], found["alert.suppress.fields"]) == ("1", "host,User")
    assert found["alert.suppress.period"] == "240m"
    assert settings(told, dataclasses.replace(ALERT, silence=60))["alert.suppress.period"] == "30m"


def test_a_building_block_raises_risk_alone(told):
    """Nobody is called for what is only there to be joined."""
    found = settings(told, dataclasses.replace(ALERT, kind=AlertKind.BUILDING_BLOCK))
    assert (found["action.notable"], found["action.risk"]) == ("0", "1")
    assert settings(told)["action.notable"] == "1"


def test_the_next_steps_and_drilldowns_are_those_of_the_rule(told):
    """Triage in order, no token in it; the events, and the risk of each object."""
    found = settings(told)
    steps = json.loads(found["action.notable.param.next_steps"])
    assert steps == {"version": 1, "data": "1. Look at x .\n2. Ask."}
    drilldowns = json.loads(found["action.notable.param.drilldown_searches"])
    assert [one["name"] for one in drilldowns] == [
        "Show the events",
        "Show the risk of host in the last seven days",
        "Show the risk of User in the last seven days",
    ]
    assert '"$User$"' in drilldowns[2]["search"]


def test_a_story_tells_its_searches_and_its_advisory(told):
    """One an advisory, with the searches for its behaviours; what a search needs and what benign looks like."""
    rule, query = told(falsepositives=["Admins", "Tests"])
    rule = dataclasses.replace(rule, behaviours=("a.one",))
    advisories = {"a.one": ("The [Advisory]", "https://www.example.com/a")}
    found = stories({"Tocsin - Made - Rule": Packed(rule, query)}, Pack("1.0", (), advisories=advisories))
    assert list(found) == ["savedsearch://Tocsin - Made - Rule", "analytic_story://The Advisory"]
    search, story = found.values()
    assert search["known_false_positives"] == "Admins; Tests"
    assert json.loads(story["searches"]) == ["Tocsin - Made - Rule"]
    assert json.loads(story["references"]) == ["https://www.example.com/a"]
