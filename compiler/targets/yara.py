"""YARA: the rules as source, in one bundle and by family, and compiled for the two engines that are pinned.

A compiled file loads only in the very version that made it, so the version is part of its name. ``index.json`` and
``index.csv`` tell of each rule its score, its hash and the bundle of its family: what a scanner that shows hits reads.
"""

from __future__ import annotations

import csv
import hashlib
import importlib.metadata
import io
import json
from collections.abc import Iterable
from pathlib import PurePosixPath

import yara
import yara_x

from compiler.content.model import Kind, Rule
from compiler.diagnostics import Diagnostic
from compiler.targets.labels import CLASH, UNPACKABLE
from compiler.targets.readme import readme
from compiler.targets.target import Pack, Package, Target

BUNDLE = "tocsin.yar"


def package(pack: Pack) -> Package:
    """The bundles and the compiled rules. Rules whose identifier is taken are left out and told."""
    rules: dict[str, Rule] = {}
    found: list[Diagnostic] = []
    for rule in (packed.rule for packed in pack.rules):
        if rule.name in rules:
            hint = f"{rules[rule.name].span} has it already"
            found.append(CLASH.at(rule.span, f"the identifier {rule.name} is taken", hint))
        else:
            rules[rule.name] = rule
    families: dict[str, list[Rule]] = {}
    for rule in rules.values():
        families.setdefault(family_of(rule), []).append(rule)
    bundles = {BUNDLE: list(rules.values())} | {f"{name}.yar": members for name, members in sorted(families.items())}
    files = {path: source_of(members).encode() for path, members in bundles.items()}
    held = {path: tuple(sorted(rule.name for rule in members)) for path, members in bundles.items()}
    for bundle, members in bundles.items():
        for path, compiled in _compiled(PurePosixPath(bundle).stem, members, found):
            files[path], held[path] = compiled, held[bundle]
    for path, text in _indices(rules.values()).items():
        files[path], held[path] = text.encode(), held[BUNDLE]
    rows = index_of(rules.values())
    engines = {"libyara": yara.YARA_VERSION, "yara_x": importlib.metadata.version("yara-x")}
    files["README.md"] = readme("yara", version=pack.version, bundle=BUNDLE, engines=engines, rules=rows)
    return Package(files, held, tuple(found))


def family_of(rule: Rule) -> str:
    """The folder of the rule's file: ``aspx`` for ``detections/yara/aspx/x.yar``."""
    return PurePosixPath(rule.span.path).parent.name or "other"


def source_of(rules: Iterable[Rule]) -> str:
    """One source out of many: each file once, its rules with the private ones that they lean on."""
    texts = {rule.span.path: rule.text for rule in rules}
    return "\n".join(text.strip() + "\n" for _, text in sorted(texts.items()))


def index_of(rules: Iterable[Rule]) -> list[dict[str, str | int]]:
    """A row for each rule, by name: ``score`` (0 to 100) is how sure a hit is, ``sha256`` that of its source file."""
    return [
        {
            "rule": rule.name,
            "id": rule.id,
            "title": rule.title,
            "score": int(rule.body.get("score", 0)),
            "family": family_of(rule),
            "bundle": f"{family_of(rule)}.yar",
            "behaviours": " ".join(rule.behaviours),
            "sha256": hashlib.sha256(rule.text.encode()).hexdigest(),
        }
        for rule in sorted(rules, key=lambda rule: rule.name)
    ]


def _indices(rules: Iterable[Rule]) -> dict[str, str]:
    rows = index_of(rules)
    if not rows:
        return {}
    table = io.StringIO()
    writer = csv.DictWriter(table, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return {"index.json": json.dumps({"rules": rows}, indent=2) + "\n", "index.csv": table.getvalue()}


def _compiled(stem: str, rules: list[Rule], found: list[Diagnostic]) -> list[tuple[str, bytes]]:
    """A bundle compiled for each engine, by path; what an engine has against it goes into ``found``."""
    if not rules:
        return []
    source = source_of(rules)
    made: list[tuple[str, bytes]] = []
    for path, compile_ in (
        (f"{stem}-yara-{yara.YARA_VERSION}.yarc", _libyara),
        (f"{stem}-yara-x-{importlib.metadata.version('yara-x')}.yarx", _yara_x),
    ):
        try:
            made.append((path, compile_(source)))
        except (yara.Error, yara_x.CompileError) as error:
            found.append(UNPACKABLE.at(rules[0].span, f"{path}: {str(error).splitlines()[0]}"))
    return made


def _libyara(source: str) -> bytes:
    target = io.BytesIO()
    yara.compile(source=source, includes=False).save(file=target)
    return target.getvalue()


def _yara_x(source: str) -> bytes:
    compiler = yara_x.Compiler()
    compiler.enable_includes(False)
    compiler.add_source(source)
    target = io.BytesIO()
    compiler.build().serialize_into(target)
    return target.getvalue()


TARGET = Target(
    name="yara",
    title="YARA",
    kinds=frozenset({Kind.YARA}),
    convert=None,
    package=package,
    checked="each bundle, source and compiled, by both engines, which find the same rules in it.",
)
