"""YARA: the rules as source, in one bundle and by family, and compiled for the two engines that are pinned.

A compiled file loads only in the very version that made it, so the version is part of its name.
"""

from __future__ import annotations

import importlib.metadata
import io
from collections.abc import Iterable
from pathlib import PurePosixPath

import yara
import yara_x

from compiler.content.model import Kind, Rule
from compiler.diagnostics import Diagnostic
from compiler.targets.labels import CLASH, UNPACKABLE
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
    for path, compiled in _compiled(rules.values(), found):
        files[path], held[path] = compiled, held[BUNDLE]
    return Package(files, held, tuple(found))


def family_of(rule: Rule) -> str:
    """The folder of the rule's file: ``aspx`` for ``detections/yara/aspx/x.yar``."""
    return PurePosixPath(rule.span.path).parent.name or "other"


def source_of(rules: Iterable[Rule]) -> str:
    """One source out of many: each file once, its rules with the private ones that they lean on."""
    texts = {rule.span.path: rule.text for rule in rules}
    return "\n".join(text.strip() + "\n" for _, text in sorted(texts.items()))


def _compiled(rules: Iterable[Rule], found: list[Diagnostic]) -> list[tuple[str, bytes]]:
    """The compiled bundles by path; what an engine has against one goes into ``found``."""
    rules = list(rules)
    if not rules:
        return []
    source = source_of(rules)
    made: list[tuple[str, bytes]] = []
    for path, compile_ in (
        (f"tocsin-yara-{yara.YARA_VERSION}.yarc", _libyara),
        (f"tocsin-yara-x-{importlib.metadata.version('yara-x')}.yarx", _yara_x),
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
)
