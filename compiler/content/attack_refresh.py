"""Writes the compact ATT&CK of the tree from MITRE's STIX: ``python -m compiler.content.attack_refresh --help``."""

from __future__ import annotations

import argparse
import json
import pathlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

NOTICE = (
    "© 2026 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE "
    "Corporation. The MITRE Corporation (MITRE) hereby grants you a non-exclusive, royalty-free license to use ATT&CK® "
    "for research, development, and commercial purposes. Any copy you make for such purposes is authorized provided "
    "that you reproduce MITRE's copyright designation and this license in any such copy."
)
"""What ATT&CK's terms of use (https://attack.mitre.org/resources/legal-and-branding/terms-of-use/) ask of a copy."""

_NAMED = {"groups": "intrusion-set", "malware": "malware", "tools": "tool"}
_LITTLE = ("and", "of", "the")


def compact(newest: Mapping[str, Any], older: Sequence[Mapping[str, Any]] = (), source: str = "") -> dict[str, Any]:
    """What the tree keeps of a STIX bundle of ATT&CK Enterprise.

    ``older`` bundles, newest first, add the techniques that have gone since: as revoked, with the successor that the
    newest names in a ``revoked-by`` relationship, or the one technique that now bears its name. An older one may also
    be a plain map of id to ``[name, [tactic, ...]]``. Raises ``ValueError`` if ``newest`` is no such bundle.
    """
    if newest.get("type") != "bundle":
        raise ValueError("no STIX bundle")
    objects = newest["objects"]
    version = next((o["x_mitre_version"] for o in objects if o.get("type") == "x-mitre-collection"), "")
    techniques = _techniques(objects)
    for bundle in older:
        _add_gone(techniques, bundle)
    return {
        "version": version.partition(" ")[0],
        "source": source,
        "notice": NOTICE,
        "tactics": {
            id: [o["x_mitre_shortname"], o.get("name") or _title(o["x_mitre_shortname"])]
            for id, o in _by_id(objects, "x-mitre-tactic")
            if not _gone(o)
        },
        "techniques": dict(sorted(techniques.items())),
        **{key: {id: o["name"] for id, o in _by_id(objects, kind) if not _gone(o)} for key, kind in _NAMED.items()},
    }


def render(data: Mapping[str, Any]) -> str:
    """JSON with one entry a line, so that a refresh reads well as a diff."""
    parts = []
    for key, value in data.items():
        if isinstance(value, dict):
            lines = ",\n".join(f"{_json(id)}: {_json(entry)}" for id, entry in value.items())
            parts.append(f"{_json(key)}: {{\n{lines}\n}}")
        else:
            parts.append(f"{_json(key)}: {_json(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _title(short_name: str) -> str:
    return " ".join(word if word in _LITTLE else word.capitalize() for word in short_name.split("-"))


def _gone(entry: Mapping[str, Any]) -> bool:
    return bool(entry.get("revoked") or entry.get("x_mitre_deprecated"))


def _by_id(objects: Iterable[Mapping[str, Any]], kind: str) -> list[tuple[str, Mapping[str, Any]]]:
    found: dict[str, Mapping[str, Any]] = {}
    for entry in objects:
        if entry.get("type") == kind:
            references = entry.get("external_references", [])
            id = next((r["external_id"] for r in references if r.get("source_name") == "mitre-attack"), None)
            # MITRE's bundle repeats the id of a revoked object on the one that follows it: the living one counts.
            if id and (id not in found or _gone(found[id])):
                found[id] = entry
    return sorted(found.items())


def _techniques(objects: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    patterns = _by_id(objects, "attack-pattern")
    attack_id = {entry["id"]: id for id, entry in patterns if "id" in entry}
    successors = {
        attack_id.get(o["source_ref"]): attack_id.get(o["target_ref"], "")
        for o in objects
        if o.get("type") == "relationship" and o.get("relationship_type") == "revoked-by"
    }
    result = {}
    for id, entry in patterns:
        phases = entry.get("kill_chain_phases", [])
        tactics = {p["phase_name"] for p in phases if p.get("kill_chain_name") == "mitre-attack"}
        result[id] = {"name": entry["name"], "tactics": sorted(tactics)}
        if entry.get("revoked"):
            result[id] |= {"revoked": True, "successor": successors.get(id, "")}
        if entry.get("x_mitre_deprecated"):
            result[id]["deprecated"] = True
    return result


def _add_gone(techniques: dict[str, dict[str, Any]], older: Mapping[str, Any]) -> None:
    if older.get("type") == "bundle":
        before = _techniques(older["objects"])
    else:
        before = {id: {"name": name, "tactics": sorted(tactics)} for id, (name, tactics) in older.items()}
    bearers: dict[str, list[str]] = {}
    for id, entry in techniques.items():
        if not entry.get("revoked"):
            bearers.setdefault(entry["name"], []).append(id)
    for id, entry in before.items():
        if id not in techniques:
            same = bearers.get(entry["name"], [])
            techniques[id] = {**entry, "revoked": True, "successor": same[0] if len(same) == 1 else ""}


def main(arguments: Sequence[str] | None = None) -> None:
    """Read STIX files given by path and write the compact file; nothing is downloaded."""
    parser = argparse.ArgumentParser(prog="python -m compiler.content.attack_refresh", description=__doc__)
    parser.add_argument("newest", type=pathlib.Path, help="STIX bundle of the newest ATT&CK Enterprise")
    parser.add_argument("older", type=pathlib.Path, nargs="*", help="earlier ones, newest first: what has gone since")
    parser.add_argument("--source", default="MITRE ATT&CK Enterprise", help="where the data is from, for the record")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(__file__).with_name("attack.json"))
    options = parser.parse_args(arguments)
    newest, *older = (json.loads(path.read_bytes()) for path in (options.newest, *options.older))
    options.output.write_text(render(compact(newest, older, options.source)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
