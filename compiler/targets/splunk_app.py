"""The Splunk app: saved searches, macros, pages, and what Splunk needs around them.

Facts: *savedsearches.conf*, *macros.conf*, *app.conf*, *default.meta.conf* in Splunk's Admin Manual 9.4; app.manifest
schema 1.0.0 of the Splunk Packaging Toolkit; the keys of correlation searches as Enterprise Security 7.3 writes them.
"""

from __future__ import annotations

import importlib.resources
import json
import re
from collections.abc import Iterable, Mapping

from compiler.content.model import Rule
from compiler.diagnostics import Diagnostic, Severity, declare
from compiler.targets.labels import CLASH
from compiler.targets.splunk_conf import conf, inside
from compiler.targets.splunk_readme import readme
from compiler.targets.splunk_savedsearch import MAX_TITLE, settings_of, stanza_of, tombstone
from compiler.targets.splunk_selftest import PREFIX, SelfTest, events_macro, selftest, together
from compiler.targets.splunk_story import stories
from compiler.targets.splunk_views import sources_of, views
from compiler.targets.target import Locked, Pack, Package, Packed

SHORTENED = declare(
    "PKG015",
    Severity.WARNING,
    """
    The title of a rule is too long for Splunk

    Enterprise Security takes 99 characters for the label of a search with all that it adds, which leaves 65 for a
    title. A longer one is cut at a word, and two rules may then look the same. Give the rule a shorter title.
    """,
)
APP = "tocsin"
TITLE = "Tocsin Detections"
WHOLE_TEST = f"{PREFIX} - All"
_SUMMARY = "Detections compiled from Sigma rules, each from a behaviour that an advisory reports"
EXCEPTIONS = "tocsin_exceptions"
_COLUMNS = ("rule", "value", "reason", "until")
_ICONS = ("appIcon.png", "appIcon_2x.png", "appIconAlt.png", "appIconAlt_2x.png")


def package(pack: Pack) -> Package:
    """The folder of the app, ``tocsin/...``. Rules whose stanza another rule has are left out and told."""
    rules, found = _stanzas(pack)
    names = tuple(sorted(packed.rule.name for packed in rules.values()))
    tests = _tests(rules.values(), pack)
    sources = sources_of(list(rules.values()))
    files = {
        "default/app.conf": conf(_app(pack.version)),
        "default/macros.conf": conf(_macros(rules.values(), pack, sources, tests)),
        "default/savedsearches.conf": conf(_searches(rules, pack, tests)),
        "default/analyticstories.conf": conf(stories(rules, pack)),
        # What is in a collection of the KV store is the SOC's: no upgrade overwrites it, unlike the file of a lookup.
        "default/collections.conf": conf({EXCEPTIONS: {f"field.{name}": "string" for name in _COLUMNS}}),
        "default/transforms.conf": conf({EXCEPTIONS: _exceptions()}),
        # Enterprise Security's own file, of which a search head cluster must be told.
        "default/server.conf": conf({"shclustering": {"conf_replication_include.analyticstories": "true"}}),
        "metadata/default.meta": conf(
            {"": {"access": "read : [ * ], write : [ admin, sc_admin ]", "export": "system"}}
        ),
        "app.manifest": _manifest(pack.version),
        **views(APP, rules, WHOLE_TEST, sources),
    }
    searches = ("default/savedsearches.conf", "default/macros.conf", "default/analyticstories.conf")
    return Package(
        files={
            **{f"{APP}/{path}": body.encode() for path, body in files.items()},
            f"{APP}/README.md": readme(TITLE, rules, pack, tests),
            **_icons(),
        },
        rules={f"{APP}/{path}": names for path in searches},
        diagnostics=tuple(found),
    )


def _stanzas(pack: Pack) -> tuple[dict[str, Packed], list[Diagnostic]]:
    """The rules by the stanza that they were first published under, or that their title gives; sorted."""
    rules: dict[str, Packed] = {}
    found: list[Diagnostic] = []
    reserved = {locked.stanza: locked.id for locked in pack.lock.values()}
    for packed in pack.rules:
        rule = packed.rule
        locked = pack.lock.get(rule.id)
        stanza = locked.stanza if locked is not None else stanza_of(rule)
        if locked is None and len(inside(rule.title)) > MAX_TITLE:
            found.append(SHORTENED.at(rule.place("title"), f"{rule.title!r} is cut to [{stanza}]"))
        if stanza in rules or reserved.get(stanza, rule.id) != rule.id:
            other = rules[stanza].rule.name if stanza in rules else reserved[stanza]
            hint = f"{other} has it already; give one of them another title"
            found.append(CLASH.at(rule.place("title"), f"the stanza [{stanza}] is taken", hint))
        else:
            rules[stanza] = packed
    return dict(sorted(rules.items())), found


def filter_of(rule: Rule, lock: Mapping[str, Locked]) -> str:
    """The macro through which a SOC tunes the rule without editing its search; it outlives a new name of the rule."""
    locked = lock.get(rule.id)
    return re.sub(r"\W", "_", locked.name if locked is not None else rule.name, flags=re.ASCII) + "_filter"


def _searches(rules: Mapping[str, Packed], pack: Pack, tests: Mapping[str, SelfTest]) -> dict[str, dict[str, str]]:
    found = {
        stanza: settings_of(packed, pack, stanza, filter_of(packed.rule, pack.lock)) for stanza, packed in rules.items()
    }
    present = {packed.rule.id for packed in pack.rules}
    for locked in pack.lock.values():
        if locked.removed and locked.id not in present:
            found[locked.stanza] = tombstone(locked)
    for name, test in tests.items():
        found[f"{PREFIX} - {name}"] = _test(test.search, f"Whether the search of {name} finds what it must")
    if tests:
        whole = together([f"{PREFIX} - {name}" for name in sorted(tests)])
        found[WHOLE_TEST] = _test(whole, "Every self-test, one row each")
    return dict(sorted(found.items()))


def _test(search: str, description: str) -> dict[str, str]:
    return {
        "description": description,
        "search": search,
        "dispatch.earliest_time": "-1m",
        "dispatch.latest_time": "now",
        "enableSched": "0",
        "is_visible": "true",
    }


def _tests(rules: Iterable[Packed], pack: Pack) -> dict[str, SelfTest]:
    """The self-tests by the name of their rule."""
    found = {}
    for packed in rules:
        trial = pack.trial(packed)
        if trial is not None and packed.query is not None:
            found[packed.rule.name] = selftest(packed.rule.name, packed.query, trial, filter_of(packed.rule, pack.lock))
    return found


def _macros(
    rules: Iterable[Packed], pack: Pack, sources: Mapping[str, str], tests: Mapping[str, SelfTest]
) -> dict[str, dict[str, str]]:
    macros = {name: {"definition": definition, "iseval": "0"} for name, definition in sources.items()}
    for packed in rules:
        macros[filter_of(packed.rule, pack.lock)] = {"definition": "search *", "iseval": "0"}
        for name, definition in packed.query.settings["lists"].items() if packed.query is not None else ():
            macros[f"{name}(1)"] = {"args": "field", "definition": definition, "iseval": "0"}
    for name, test in tests.items():
        macros[events_macro(name)] = {"definition": test.events, "iseval": "0"}
    macros["tocsin_except(2)"] = _except_macro()
    return dict(sorted(macros.items()))


def _exceptions() -> dict[str, str]:
    """The lookup over the collection in which a SOC keeps its exceptions."""
    return {
        "external_type": "kvstore",
        "collection": EXCEPTIONS,
        "fields_list": ", ".join(("_key", *_COLUMNS)),
        "case_sensitive_match": "false",
    }


def _except_macro() -> dict[str, str]:
    """The macro that takes out what the exceptions of a rule name, by one field; an exception ends at ``until``."""
    return {
        "args": "rule, field",
        "definition": (
            f'eval except_rule="$rule$"\n| lookup {EXCEPTIONS} rule AS except_rule value AS $field$ '
            "OUTPUT reason AS except_reason until AS except_until\n"
            '| where isnull(except_reason) OR except_until<strftime(now(), "%F")\n| fields - except_*'
        ),
        "iseval": "0",
    }


def _icons() -> dict[str, bytes]:
    folder = importlib.resources.files("compiler.targets") / "splunk_static"
    return {f"{APP}/static/{name}": (folder / name).read_bytes() for name in _ICONS}


def _app(version: str) -> dict[str, dict[str, str]]:
    return {
        "install": {"is_configured": "false", "state": "enabled", "build": str(_build(version))},
        "launcher": {"author": "tocsin", "version": version, "description": _SUMMARY},
        "ui": {"is_visible": "true", "label": TITLE},
        "package": {"id": APP, "check_for_updates": "false"},
        "id": {"name": APP, "version": version},
        "triggers": {"reload.analyticstories": "simple"},
    }


def _build(version: str) -> int:
    """A number that grows with the version, and no time of day: 1.2.3 is 10203."""
    numbers = [int(number) for number in re.findall(r"\d+", version)[:3]]
    major, minor, patch = [*numbers, 0, 0, 0][:3]
    return major * 10_000 + minor * 100 + patch


def _manifest(version: str) -> str:
    manifest = {
        "schemaVersion": "1.0.0",
        "info": {
            "title": TITLE,
            "id": {"group": None, "name": APP, "version": version},
            "author": [{"name": "tocsin", "email": None, "company": None}],
            "releaseDate": None,
            "description": _SUMMARY,
            "classification": {"intendedAudience": None, "categories": ["Security, Fraud & Compliance"]},
            "license": {"name": "Apache-2.0", "text": None, "uri": None},
            "releaseNotes": {"name": None, "text": None, "uri": None},
        },
        "dependencies": None,
        "tasks": None,
        "inputGroups": None,
        "incompatibleApps": None,
        "platformRequirements": None,
        "supportedDeployments": ["_standalone", "_distributed", "_search_head_clustering"],
        "targetWorkloads": ["_search_heads"],
    }
    return json.dumps(manifest, indent=2) + "\n"
