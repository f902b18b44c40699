"""Two releases of the app under the settings of a SOC: nothing that it set changes, and nothing new runs by itself.

Splunk's layers (``default/`` below ``local/``) are merged by ksconf, which reads .conf files as Splunk does.
"""

import dataclasses
import datetime as dt
import io

import pytest

from compiler import __version__
from compiler.content.rules import read_sigma
from compiler.release.build import build
from compiler.release.lock import write_lock
from compiler.targets import load_targets

parser = pytest.importorskip("ksconf.conf.parser", reason="needs ksconf (the session `packages`)")
merge = pytest.importorskip("ksconf.conf.merge")

RULE = """\
title: {title}
id: 8d7bf0a1-4f51-4f5e-9d0c-{number:012x}
name: rule_{name}
status: experimental
description: {title}
logsource: {{category: process_creation, product: windows}}
detection:
    selection: {{Image|endswith: '\\\\tool{number}.exe'}}
    condition: selection
level: high
"""
LOCAL = {
    "Tocsin - Kept - Rule": {"disabled": "0", "cron_schedule": "*/2 * * * *", "alert.suppress.period": "9h"},
    "Tocsin - Renamed - Rule": {"disabled": "0", "action.email": "1"},
    "Tocsin - Removed - Rule": {"disabled": "1", "cron_schedule": "1 1 * * *"},
}
MACROS = {"rule_kept_filter": {"definition": 'search NOT host="build01"'}, "tocsin_sysmon": {"definition": "index=win"}}


def read(files, name):
    """A .conf file of the app as ksconf reads it."""
    return parser.parse_conf(io.StringIO(files[f"splunk/tocsin/default/{name}.conf"].decode()))


def rule(number, title, name):
    (made,) = read_sigma("x.yml", RULE.format(number=number, title=title, name=name).encode())
    return made


@pytest.fixture(scope="module")
def releases(tmp_path_factory, small):
    """The conf files of two releases: a rule kept, one with a new title and name, one removed, one new."""
    top = tmp_path_factory.mktemp("tree")
    (top / "detections").mkdir()
    first = (rule(1, "Kept", "kept"), rule(2, "Renamed", "renamed"), rule(3, "Removed", "removed"))
    second = (rule(1, "Kept", "kept"), rule(2, "A Better Title", "better"), rule(4, "Brand New", "new"))
    made = []
    for rules in (first, second):
        write_lock(top, rules)
        catalogue = dataclasses.replace(small, rules=rules)
        files = build(top, catalogue, [load_targets()["splunk"]], {}, dt.date(2026, 11, 22)).files
        made.append({name: read(files, name) for name in ("savedsearches", "macros")})
    return made


def layered(release, name, local):
    return merge.merge_conf_dicts(release[name], local)


def test_what_a_soc_set_is_as_it_was(releases):
    """Every key of ``local/`` has its value over both releases."""
    for name, local in (("savedsearches", LOCAL), ("macros", MACROS)):
        for release in releases:
            merged = layered(release, name, local)
            for stanza, keys in local.items():
                assert {key: merged[stanza][key] for key in keys} == keys


def test_what_was_enabled_finds_what_it_found(releases):
    """A rule that was kept, also under a new title and name, has its search and goes through its own filter."""
    first, second = (layered(release, "savedsearches", LOCAL) for release in releases)
    for stanza in ("Tocsin - Kept - Rule", "Tocsin - Renamed - Rule"):
        assert second[stanza]["search"] == first[stanza]["search"]
        assert second[stanza]["disabled"] == "0"
    assert "`rule_renamed_filter`" in second["Tocsin - Renamed - Rule"]["search"]
    assert "Tocsin - A Better Title - Rule" not in second


def test_a_removed_rule_finds_nothing_and_breaks_nothing(releases):
    """The settings of the SOC still have a search below them: without one Splunk would call the stanza broken."""
    second = layered(releases[1], "savedsearches", LOCAL)
    assert second["Tocsin - Removed - Rule"]["search"] == "| makeresults | where false()"
    assert second["Tocsin - Removed - Rule"]["description"].startswith(f"Removed in {__version__}")


def test_a_new_rule_arrives_disabled(releases):
    """Nothing runs that nobody enabled."""
    second = layered(releases[1], "savedsearches", LOCAL)
    running = {
        stanza for stanza, keys in second.items() if keys.get("disabled", "0") == "0" and keys.get("enableSched") == "1"
    }
    assert running == {"Tocsin - Kept - Rule", "Tocsin - Renamed - Rule"}


def test_ksconf_reads_hostile_words_as_values(hostile, harmless):
    """A second reader of .conf files finds the stanzas and keys of harmless words."""
    for name in ("savedsearches", "macros", "analyticstories"):
        found, wanted = (read(one.files, name) for one in (hostile, harmless))
        assert "default" not in found
        assert {frozenset(keys) for keys in found.values()} == {frozenset(keys) for keys in wanted.values()}
        assert len(found) == len(wanted)
