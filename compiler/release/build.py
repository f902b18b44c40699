"""The last stage: what is sound is packed, what is not stays out and is told."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from compiler import __version__
from compiler.content.model import Catalogue, Rule
from compiler.convert import convert
from compiler.diagnostics import Diagnostic, Severity
from compiler.release.archive import archived, top_of
from compiler.release.lock import read_lock, unlocked
from compiler.release.manifest import Archive, Contents, as_json, checksums, manifest
from compiler.release.names import misnamed
from compiler.release.previous import read_previous
from compiler.release.provenance import COMPONENTS, STATEMENT, components, statement
from compiler.release.readme import with_trust
from compiler.release.revision import moment
from compiler.release.waive import waived
from compiler.targets.returned import unreturned
from compiler.targets.target import Content, Pack, Package, Packed, Query, Target, Trial
from compiler.verify.evidence import contradicted
from compiler.verify.selftest import Bearings, trial_of
from compiler.verify.verdict import Verdict, bench_of


@dataclasses.dataclass(frozen=True, slots=True)
class Built:
    """A build before it is written: every file by its path below the output, the findings of converting and packing.

    ``queries`` are those that were packed, ``left_out`` the rules that some package lacks: rule, target (empty: every
    one) and why.
    """

    files: Mapping[str, bytes]
    queries: tuple[Query, ...]
    left_out: tuple[tuple[Rule, str, Diagnostic], ...]
    diagnostics: tuple[Diagnostic, ...]


def build(  # noqa: PLR0913 - the tree, what is wrong with it, and the day and the release that it is built after
    root: Path,
    catalogue: Catalogue,
    targets: Sequence[Target],
    unsound: Mapping[str, Diagnostic],
    today: dt.date,
    *,
    previous: Path | None = None,
) -> Built:
    """Convert and pack what is sound.

    ``unsound``: the rules that stay out of every package by name, each with the finding that says why. A rule that a
    target cannot say is left out of that target's; a waiver that holds ``today`` lets the build pass without it.
    ``previous``: the build of the release before, for packages that hold an upgrade from it.
    """
    unportable = misnamed(catalogue.rules)
    unsound = {**unportable, **unsound}
    sound = [rule for rule in catalogue.rules if rule.name not in unsound]
    left_out = [(rule, "", unsound[rule.name]) for rule in catalogue.rules if rule.name in unsound]
    content = Content.of(catalogue.sources, sound, catalogue.values, catalogue.options)
    evidence = {book.rule: book.evidence for book in catalogue.casebooks}
    diagnostics: list[Diagnostic] = [*unportable.values()]
    queries: list[Query] = []
    packages: dict[str, Package] = {}
    advisories = {
        behaviour.id: (advisory.title, advisory.url)
        for advisory in catalogue.advisories
        for behaviour in advisory.behaviours
    }
    lock, bench = read_lock(root), bench_of(catalogue)
    diagnostics += unlocked(sound, lock)
    for target in targets:
        packed, refused = _converted(sound, target, content, evidence)
        for item in packed:
            diagnostics += unreturned(item.rule, item.query) if item.query is not None else ()
        for rule, findings in refused:
            left_out += [(rule, target.name, finding) for finding in findings]
        trial = _trials(Bearings(target, content, bench))
        before = read_previous(previous, target.name)
        package = target.package(
            Pack(__version__, tuple(packed), catalogue.sources, advisories, lock, trial, content.placeholders, before)
        )
        diagnostics += package.diagnostics
        own = [item.query for item in packed if item.query is not None]
        packages[target.name] = with_trust(target, __version__, package, own, evidence)
        queries += own
    refusals = [(rule.name, target, finding) for rule, target, finding in left_out if target]
    diagnostics += waived(catalogue, [target.name for target in targets], refusals, today)
    archives = [_archive(target, packages[target.name], moment(root)) for target in targets]
    contents = Contents(sound, queries, packages, archives, left_out, evidence)
    return Built(_files(root, contents, targets), tuple(queries), tuple(left_out), tuple(diagnostics))


def _trials(given: Bearings) -> Callable[[Packed], Trial | None]:
    def made(packed: Packed) -> Trial | None:
        return trial_of(packed.rule, packed.query, given) if packed.query is not None else None

    return made


def _archive(target: Target, package: Package, time: int) -> Archive:
    name = f"tocsin-{target.name}"
    top = top_of(f"{name}-{__version__}", package.files)
    content = archived(target.archive, top, package.files, time)
    return Archive(
        target.name, f"{name}-{__version__}.{target.archive}", f"{name}-latest.{target.archive}", top, content
    )


def _files(root: Path, contents: Contents, targets: Sequence[Target]) -> dict[str, bytes]:
    """Every file of a build: the packages, unpacked and as archives, and what tells where they come from."""
    files = {
        f"{name}/{path}": body for name, package in contents.packages.items() for path, body in package.files.items()
    }
    for one in contents.archives:
        files |= dict.fromkeys((f"{one.target}/{one.name}", f"{one.target}/{one.latest}"), one.content)
    told = manifest(root, contents)
    files["manifest.json"] = as_json(told)
    files[COMPONENTS] = as_json(components())
    files[STATEMENT] = as_json(statement(files, sorted(target.name for target in targets), told["commit"]))
    files["sha256sums.txt"] = checksums(files)
    return files


def _converted(
    rules: Sequence[Rule], target: Target, content: Content, evidence: Mapping[str, Mapping[str, Any]]
) -> tuple[list[Packed], list[tuple[Rule, list[Diagnostic]]]]:
    packed: list[Packed] = []
    refused: list[tuple[Rule, list[Diagnostic]]] = []
    for rule in rules:
        if rule.kind not in target.kinds:
            continue
        if target.convert is None:
            packed.append(Packed(rule))
            continue
        result = convert(rule, target, content)
        if isinstance(result, Query):
            wrong = contradicted(rule, result, evidence.get(rule.name, {}))
            if wrong is None:
                packed.append(Packed(rule, result))
            else:
                refused.append((rule, [wrong]))
        elif result:
            refused.append((rule, result))
    return packed, refused


def unsound_rules(
    catalogue: Catalogue, faults: Iterable[Diagnostic], verdicts: Iterable[Verdict]
) -> dict[str, Diagnostic]:
    """The rules that must not be packed, by name, each with the first error that says so.

    ``faults`` are the findings of loading and lint: an error in a rule's own file or in its samples is one of the rule.
    ``verdicts`` are those of the reference.
    """
    by_path: dict[str, list[str]] = {}
    for rule in catalogue.rules:
        by_path.setdefault(rule.span.path, []).append(rule.name)
    for book in catalogue.casebooks:
        by_path.setdefault(book.span.path, []).append(book.rule)
    unsound: dict[str, Diagnostic] = {}
    for fault in sorted(faults, key=lambda fault: fault.order):
        if fault.severity is Severity.ERROR:
            for name in by_path.get(fault.span.path, ()):
                unsound.setdefault(name, fault)
    for verdict in verdicts:
        if verdict.finding is not None:
            unsound.setdefault(verdict.rule, verdict.finding)
    return unsound
