"""The manifest: what is in a build, from which rules and tools, and how far each query can be trusted."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from compiler import __version__
from compiler.content.life import changed_on, replaced_by, version_of
from compiler.content.model import Rule
from compiler.diagnostics import Diagnostic
from compiler.release.revision import revision
from compiler.targets.target import Package, Query
from compiler.verify.evidence import shown

VERSION = "1.2.0"
"""Of the manifest's shape, ``manifest.schema.json``; semantic versioning."""
TOOLS = (
    "pysigma",
    "pysigma-backend-elasticsearch",
    "pysigma-backend-splunk",
    "yara-python",
    "yara-x",
)
"""The distributions whose versions decide what a build's bytes are."""


@dataclasses.dataclass(frozen=True, slots=True)
class Archive:
    """A package as one file: ``name`` with the version, ``latest`` without, both below the target's folder.

    ``top``: the folder in which the archive holds the files of the package.
    """

    target: str
    name: str
    latest: str
    top: str
    content: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Contents:
    """What a manifest tells of: the rules that were packed, their queries, and the packages by target.

    ``left_out``: rule, target (empty: every one) and why. ``evidence``: what engines showed, by the rule's name.
    """

    rules: Sequence[Rule]
    queries: Sequence[Query]
    packages: Mapping[str, Package]
    archives: Sequence[Archive]
    left_out: Sequence[tuple[Rule, str, Diagnostic]]
    evidence: Mapping[str, Mapping[str, Any]]


def manifest(root: Path, contents: Contents) -> dict[str, Any]:
    """The manifest as JSON has it.

    Holds no time of day and no path of the machine, so two builds of one commit have the same one.
    """
    commit, modified = revision(root)
    return {
        "manifest_version": VERSION,
        "name": "tocsin",
        "version": __version__,
        "commit": commit,
        "modified": modified,
        "tools": {name: importlib.metadata.version(name) for name in TOOLS},
        "rules": [told(rule) for rule in sorted(contents.rules, key=lambda rule: rule.name)],
        "queries": [
            _query(query, contents.evidence.get(query.rule, {}))
            for query in sorted(contents.queries, key=lambda query: (query.target, query.rule))
        ],
        "packages": [
            _package(target, path, content, package.rules.get(path, ()))
            for target, package in sorted(contents.packages.items())
            for path, content in sorted(package.files.items())
        ],
        "archives": [_archive(archive) for archive in sorted(contents.archives, key=lambda one: one.target)],
        "left_out": sorted(
            (
                {"rule": rule.name, "target": target or None, "code": why.code, "reason": why.message}
                for rule, target, why in contents.left_out
            ),
            key=lambda item: (str(item["rule"]), str(item["target"] or ""), str(item["code"]), str(item["reason"])),
        ),
    }


def told(rule: Rule) -> dict[str, Any]:
    """What a manifest tells of a rule."""
    return {
        "id": rule.id,
        "name": rule.name,
        "kind": str(rule.kind),
        "title": rule.title,
        "level": rule.level or None,
        "status": rule.status or None,
        "version": version_of(rule),
        "modified": day.isoformat() if (day := changed_on(rule)) is not None else None,
        "deprecated": replaced_by(rule),
        "techniques": sorted(
            tag.removeprefix("attack.").upper() for tag in rule.tags if tag.lower().startswith("attack.t")
        ),
        "behaviours": sorted(rule.behaviours),
        "path": rule.span.path,
        "sha256": sha256(rule.text.encode()),
    }


def _query(query: Query, evidence: Mapping[str, Any]) -> dict[str, Any]:
    entry = shown(query, evidence)
    return {
        "rule": query.rule,
        "target": query.target,
        "language": query.language,
        "sha256": sha256(query.text.encode()),
        "assurance": entry.get("assurance", "converted"),
        "engine": entry.get("engine"),
        "tried": entry.get("tried", 0),
        "not_representable": sum(entry.get("left_out", {}).values()),
        "deviations": sorted(query.settings.get("deviations", ())),
        "left_out_shapes": sorted(query.settings.get("left_out", ())),
    }


def _package(target: str, path: str, content: bytes, rules: Sequence[str]) -> dict[str, Any]:
    return {
        "target": target,
        "path": f"{target}/{path}",
        "sha256": sha256(content),
        "bytes": len(content),
        "rules": sorted(rules),
    }


def _archive(archive: Archive) -> dict[str, Any]:
    return {
        "target": archive.target,
        "path": f"{archive.target}/{archive.name}",
        "latest": f"{archive.target}/{archive.latest}",
        "top": archive.top,
        "sha256": sha256(archive.content),
        "bytes": len(archive.content),
    }


def sha256(content: bytes) -> str:
    """The SHA-256 of some bytes in lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def checksums(files: Mapping[str, bytes]) -> bytes:
    """The ``sha256sums.txt`` of some files: what ``sha256sum --check`` reads, sorted by path."""
    return "".join(f"{sha256(content)}  {path}\n" for path, content in sorted(files.items())).encode()


def as_json(value: Any) -> bytes:
    """JSON for people and programs: two spaces, sorted keys, a newline at the end."""
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
