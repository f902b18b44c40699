"""The Splunk app: complete, and closed against what a rule's words could break open."""

import configparser
import json
import re

import pytest

from compiler.convert import convert
from compiler.targets.splunk import TARGET
from compiler.targets.splunk_conf import conf
from compiler.targets.splunk_savedsearch import stanza_of
from compiler.targets.target import Pack, Packed

ID = "5156a676-fd44-41ac-b47f-732f975f3ddf"


def packed(make, **body):
    rule = make.rule({"id": ID, "name": "made_rule", "detection": {"s": {"Image": "x"}, "condition": "s"}, **body})
    content = make.content(rule, Image="string")
    return Packed(rule, convert(rule, TARGET, content)), content.sources


def app(make, *bodies):
    """The files of the app for some rules, as text."""
    made = [packed(make, **body) for body in bodies]
    return TARGET.package(Pack("1.2.3", tuple(item for item, _ in made), made[0][1]))


def searches(package):
    """savedsearches.conf as Splunk reads it: a backslash at the end of a line joins the next."""
    text = package.files["tocsin/default/savedsearches.conf"].decode()
    parser = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#",), strict=True, interpolation=None)
    parser.optionxform = str
    parser.read_string(re.sub(r"\\\n", " ", text))
    return {name: dict(parser[name]) for name in parser.sections()}


def test_app_has_every_file_of_an_app(make):
    """The folder is the app's id, and holds what Splunk needs."""
    package = app(make, {})
    assert sorted(package.files) == [
        "tocsin/README.md",
        "tocsin/app.manifest",
        "tocsin/default/analyticstories.conf",
        "tocsin/default/app.conf",
        "tocsin/default/collections.conf",
        "tocsin/default/data/ui/nav/default.xml",
        "tocsin/default/data/ui/views/tocsin_content.xml",
        "tocsin/default/data/ui/views/tocsin_health.xml",
        "tocsin/default/data/ui/views/tocsin_selftest.xml",
        "tocsin/default/macros.conf",
        "tocsin/default/savedsearches.conf",
        "tocsin/default/server.conf",
        "tocsin/default/transforms.conf",
        "tocsin/metadata/default.meta",
        "tocsin/static/appIcon.png",
        "tocsin/static/appIconAlt.png",
        "tocsin/static/appIconAlt_2x.png",
        "tocsin/static/appIcon_2x.png",
    ]
    assert package.rules["tocsin/default/savedsearches.conf"] == ("made_rule",)
    assert json.loads(package.files["tocsin/app.manifest"])["info"]["id"]["version"] == "1.2.3"
    assert b"build = 10203" in package.files["tocsin/default/app.conf"]


def test_every_search_goes_through_its_filter_macro(make):
    """A SOC tunes in `<name>_filter`, which as delivered lets everything pass."""
    package = app(make, {})
    (search,) = searches(package).values()
    assert search["search"] == '`tocsin_made` Image="x"  | `made_rule_filter`'
    macros = package.files["tocsin/default/macros.conf"].decode()
    assert "[made_rule_filter]\ndefinition = search *\n" in macros
    assert "[tocsin_made]\ndefinition = sourcetype=made\n" in macros


def test_no_default_stanza(make):
    """A [default] stanza would change the searches of every other app."""
    assert not any(b"[default]" in body for body in app(make, {}).files.values())
    with pytest.raises(ValueError, match="no stanza of ours"):
        conf({"default": {"disabled": "1"}})


def test_searches_are_disabled_and_overlap(make):
    """Each run looks back into the time of the run before, and nothing runs before a SOC wants it to."""
    (search,) = searches(app(make, {"level": "critical"})).values()
    assert (search["disabled"], search["cron_schedule"]) == ("1", "*/5 * * * *")
    assert (search["dispatch.earliest_time"], search["dispatch.latest_time"]) == ("-20m@m", "now")


def test_enterprise_security_gets_valid_json(make):
    """Annotations, metadata and risk are JSON, with the techniques and CVEs of the tags."""
    tags = ["attack.persistence", "attack.t1505.003", "cve.2021-26855"]
    (search,) = searches(app(make, {"tags": tags, "date": "2026-11-21", "level": "high"})).values()
    annotations = json.loads(search["action.correlationsearch.annotations"])
    assert annotations == {"cve": ["CVE-2021-26855"], "data_source": ["made"], "mitre_attack": ["T1505.003"]}
    metadata = json.loads(search["action.correlationsearch.metadata"])
    assert (metadata["detection_id"], metadata["publish_time"]) == (ID, 1795219200)
    assert json.loads(search["action.risk.param._risk"])[0]["risk_score"] == 75


@pytest.mark.parametrize(
    "hostile",
    [
        "x\n[default]\ndisabled = 1",
        "x]\n[admin",
        "ends with a backslash\\",
        "a\\\nb = c",
        "\r[x]",
        "$env:user$",
        "x\x85[y]",
    ],
)
def test_words_of_a_rule_open_no_stanza_and_no_key(hostile, make):
    """A hostile title or description stays within its value."""
    plain = searches(app(make, {"title": "Plain", "description": "plain"}))
    package = app(make, {"title": hostile, "description": hostile})
    found = searches(package)
    assert len(found) == 1
    assert [list(settings) for settings in found.values()] == [list(settings) for settings in plain.values()]
    lines = package.files["tocsin/default/savedsearches.conf"].decode().split("\n")
    assert sum(line.startswith("[") for line in lines) == 1


def test_stanza_is_short_enough_for_enterprise_security(make):
    """``<Domain> - <stanza> - Rule`` may have 99 characters."""
    item, _ = packed(
        make, title="A Very Long Title of Many Words That Goes On and On Until Nobody Would Read Any More of It"
    )
    stanza = stanza_of(item.rule)
    assert stanza == "Tocsin - A Very Long Title of Many Words That Goes On and On Until Nobody - Rule"
    assert len(f"Endpoint - {stanza} - Rule") <= 99


def test_two_rules_of_one_title_are_a_finding(make):
    """The second would replace the first in Splunk, so it is left out and told."""
    package = app(make, {"title": "Same"}, {"title": "Same", "name": "other_rule"})
    assert package.rules["tocsin/default/savedsearches.conf"] == ("made_rule",)
    assert [finding.code for finding in package.diagnostics] == ["PKG010"]


def test_package_is_the_same_bytes_again(make):
    """Nothing in it depends on time or order of a set."""
    assert app(make, {"tags": ["attack.t1190", "attack.t1505.003"]}) == app(
        make, {"tags": ["attack.t1190", "attack.t1505.003"]}
    )
