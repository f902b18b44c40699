"""The Splunk app: saved searches, macros and what Splunk needs around them.

Facts: *savedsearches.conf*, *macros.conf*, *app.conf*, *default.meta.conf* in Splunk's Admin Manual 9.4; app.manifest
schema 1.0.0 of the Splunk Packaging Toolkit; the keys of correlation searches as Enterprise Security 7.3 writes them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from compiler.content.model import Rule
from compiler.diagnostics import Diagnostic
from compiler.targets.labels import CLASH
from compiler.targets.splunk_readme import readme
from compiler.targets.splunk_savedsearch import settings_of, stanza_of
from compiler.targets.target import Pack, Package, Packed

APP = "tocsin"
TITLE = "Tocsin Detections"
_SUMMARY = "Detections compiled from Sigma rules, each from a behaviour that an advisory reports"


def package(pack: Pack) -> Package:
    """The folder of the app, ``tocsin/...``. Rules whose stanza another rule has are left out and told."""
    rules: dict[str, Packed] = {}
    clashes: list[Diagnostic] = []
    for packed in pack.rules:
        stanza = stanza_of(packed.rule)
        if stanza in rules:
            other = rules[stanza].rule
            hint = f"{other.name} has it already; give one of them another title"
            clashes.append(CLASH.at(packed.rule.place("title"), f"the stanza [{stanza}] is taken", hint))
        else:
            rules[stanza] = packed
    names = tuple(sorted(packed.rule.name for packed in rules.values()))
    searches = {stanza: settings_of(packed, pack, filter_of(packed.rule)) for stanza, packed in rules.items()}
    files = {
        "default/app.conf": conf(_app(pack.version)),
        "default/macros.conf": conf(_macros(rules.values())),
        "default/savedsearches.conf": conf(dict(sorted(searches.items()))),
        "metadata/default.meta": conf(
            {"": {"access": "read : [ * ], write : [ admin, sc_admin ]", "export": "system"}}
        ),
        "app.manifest": _manifest(pack.version),
        "README.md": readme(TITLE, rules, pack),
    }
    return Package(
        files={f"{APP}/{path}": body.encode() for path, body in files.items()},
        rules={f"{APP}/default/savedsearches.conf": names, f"{APP}/default/macros.conf": names},
        diagnostics=tuple(clashes),
    )


def conf(stanzas: Mapping[str, Mapping[str, str]]) -> str:
    """A .conf file. Raises ``ValueError`` for a stanza or a key that would not stand alone on its line."""
    lines: list[str] = []
    for stanza, settings in stanzas.items():
        if re.search(r"[\[\]\\\n\r]", stanza) or stanza == "default":
            raise ValueError(f"no stanza of ours: {stanza!r}")
        lines.append(f"[{stanza}]")
        for key, value in settings.items():
            if not re.fullmatch(r"[A-Za-z][\w.:]*", key):
                raise ValueError(f"no key: {key!r}")
            lines.append(f"{key} = {_value(value)}")
        lines.append("")
    return "\n".join(lines)


def _value(value: str) -> str:
    """A value that stays one: a line that ends in a backslash goes on in the next, so a stray one gets a space."""
    printable = "".join(" " if ord(letter) < 32 and letter != "\n" else letter for letter in value.strip())
    lines = [line + " " if line.endswith("\\") else line for line in printable.split("\n")]
    return " \\\n".join(lines)


def filter_of(rule: Rule) -> str:
    """The macro through which a SOC tunes the rule without editing its search."""
    return re.sub(r"\W", "_", rule.name, flags=re.ASCII) + "_filter"


def _macros(rules: Iterable[Packed]) -> dict[str, dict[str, str]]:
    macros: dict[str, dict[str, str]] = {}
    for packed in rules:
        query = packed.query
        for name, definition in (query.settings["macros"] if query is not None else {}).items():
            macros[name] = {"definition": definition, "iseval": "0"}
        macros[filter_of(packed.rule)] = {"definition": "search *", "iseval": "0"}
    return dict(sorted(macros.items()))


def _app(version: str) -> dict[str, dict[str, str]]:
    return {
        "install": {"is_configured": "false", "state": "enabled", "build": str(_build(version))},
        "launcher": {"author": "tocsin", "version": version, "description": _SUMMARY},
        "ui": {"is_visible": "false", "label": TITLE},
        "package": {"id": APP, "check_for_updates": "false"},
        "id": {"name": APP, "version": version},
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
