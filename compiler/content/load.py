"""Reading a tree of content, or any folder of rules: what can be used, and what is wrong with the rest."""

from __future__ import annotations

import dataclasses
import importlib.resources
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import TypeVar

from compiler.content import advisories, environment, rules, samples, sources, waivers
from compiler.content.document import Document, DocumentError, read_documents
from compiler.content.files import Entry, FileRefusedError, read, walk
from compiler.content.fingerprint import fingerprints
from compiler.content.model import (
    Advisory,
    Casebook,
    Catalogue,
    Limit,
    Placeholder,
    Rule,
    Scenario,
    Source,
    Waiver,
)
from compiler.diagnostics import Code, Diagnostic, Severity, Span, UsageError, declare

ORPHAN_FILE = declare(
    "SMP004",
    Severity.ERROR,
    """
    A folder of samples has no cases or scenario file

    Each folder below ``samples/rules/`` is the twin of one rule and holds ``cases.yml``; each below
    ``samples/scenarios/`` holds ``scenario.yml``.
    """,
)

STALE = declare(
    "SMP006",
    Severity.WARNING,
    """
    The evidence is of a rule that says something else, or of other cases

    ``evidence.json`` says which queries ran on which engine and agreed, on which events. What the rule means, or an
    event of its cases, has changed since, so what it says is not known of the rule as it stands. Run ``tocsin verify``
    again. A title, an alert or what to do next changes no query, and no evidence.
    """,
)

SIGMA_SUFFIXES = (".yml", ".yaml")
YARA_SUFFIXES = (".yar", ".yara")


@dataclasses.dataclass(frozen=True, slots=True)
class Loaded:
    """What one reading gave: the catalogue without what is broken, and why that was left out."""

    catalogue: Catalogue
    diagnostics: tuple[Diagnostic, ...]


def load_tree(root: Path) -> Loaded:
    """All content below ``root``: advisories, sources, rules, cases and scenarios.

    Raises ``UsageError`` if there is no ``detections/`` there.
    """
    detections = root / "detections"
    if not detections.is_dir():
        raise UsageError(f"there is no detections/ in {root}")
    found: list[Diagnostic] = []
    read_advisories = list(_advisories(detections / "advisories", root, found))
    read_sources = list(_sources(detections / "sources", root, found))
    read_rules = [*_rules(detections / "sigma", root, found), *_rules(detections / "yara", root, found)]
    books = list(_books(root / "samples" / "rules", root, found))
    scenarios = list(_scenarios(root / "samples" / "scenarios", root, found))
    found += _stale(read_rules, books)
    placeholders = tuple(_placeholders(detections / "placeholders.yml", root, found))
    values = {placeholder.name: placeholder.values for placeholder in placeholders}
    catalogue = Catalogue(
        advisories=tuple(sorted(read_advisories, key=lambda advisory: advisory.id)),
        sources=tuple(sorted(read_sources, key=lambda source: source.name)),
        rules=environment.filled(sorted(read_rules, key=lambda rule: rule.name), values),
        casebooks=tuple(sorted(books, key=lambda book: book.rule)),
        scenarios=tuple(sorted(scenarios, key=lambda scenario: scenario.name)),
        waivers=tuple(_waivers(detections / "waivers.yml", root, found)),
        placeholders=placeholders,
        budget=_budget(detections / "budget.yml", root, found),
    )
    return Loaded(catalogue, tuple(sorted(found, key=lambda finding: finding.order)))


def load_rules(paths: Sequence[Path], base: Path) -> Loaded:
    """The rules in any files and folders, Sigma and YARA, with the sources that tocsin brings.

    Raises ``UsageError`` if one of ``paths`` is not there.
    """
    if missing := [str(path) for path in paths if not path.exists() and not path.is_symlink()]:
        raise UsageError(f"there is no {', '.join(missing)}")
    found: list[Diagnostic] = []
    read_rules = [rule for path in paths for rule in _rules(path, base, found)]
    unique = {(rule.span, rule.name): rule for rule in read_rules}
    catalogue = Catalogue(rules=tuple(sorted(unique.values(), key=lambda rule: (rule.name, rule.span))))
    return Loaded(catalogue, tuple(sorted(set(found), key=lambda finding: finding.order)))


def load_sources(root: Path | None) -> tuple[tuple[Source, ...], tuple[Diagnostic, ...]]:
    """The sources below ``root``; without one, those that came with the installation, or stand beside the package."""
    found: list[Diagnostic] = []
    if root is not None and (root / "detections" / "sources").is_dir():
        read_sources = list(_sources(root / "detections" / "sources", root, found))
        return tuple(sorted(read_sources, key=lambda source: source.name)), tuple(found)
    package = importlib.resources.files("compiler")
    with importlib.resources.as_file(package) as installed:
        folders = (installed / "sources", installed.parent / "detections" / "sources")
        folder = next((folder for folder in folders if folder.is_dir()), None)
        read_sources = list(_sources(folder, folder, found)) if folder is not None else []
    return tuple(sorted(read_sources, key=lambda source: source.name)), tuple(found)


def _rules(top: Path, base: Path, found: list[Diagnostic]) -> Iterator[Rule]:
    if not top.exists() and not top.is_symlink():
        return
    for entry in walk(top, (*SIGMA_SUFFIXES, *YARA_SUFFIXES), base):
        yara = entry.real.suffix in YARA_SUFFIXES
        raw = _raw(entry, rules.YARA_REFUSED if yara else rules.REFUSED, found)
        if raw is None:
            continue
        for item in rules.read_yara(entry.path, raw) if yara else rules.read_sigma(entry.path, raw):
            if isinstance(item, Diagnostic):
                found.append(item)
            else:
                yield item


def _advisories(top: Path, base: Path, found: list[Diagnostic]) -> Iterator[Advisory]:
    for document, _ in _documents(top, SIGMA_SUFFIXES, base, advisories.UNREADABLE, found):
        yield from _usable(advisories.read_advisory(document), found)


def _sources(top: Path, base: Path, found: list[Diagnostic]) -> Iterator[Source]:
    for document, _ in _documents(top, SIGMA_SUFFIXES, base, sources.UNREADABLE, found):
        yield from _usable(sources.read_source(document), found)


def _books(top: Path, base: Path, found: list[Diagnostic]) -> Iterator[Casebook]:
    yield from _twins(top, base, "cases.yml", samples.read_cases, found)


def _scenarios(top: Path, base: Path, found: list[Diagnostic]) -> Iterator[Scenario]:
    yield from _twins(top, base, "scenario.yml", samples.read_scenario, found)


def _stale(read_rules: Sequence[Rule], books: Sequence[Casebook]) -> Iterator[Diagnostic]:
    current = fingerprints(read_rules, books)
    for book in books:
        if book.evidence and book.rule in current and book.evidence["rule"] != current[book.rule]:
            path = str(PurePosixPath(book.span.path).with_name("evidence.json"))
            yield STALE.at(Span(path), f"{book.rule} has changed since its queries were run", "run `tocsin verify`")


def _waivers(file: Path, base: Path, found: list[Diagnostic]) -> Iterator[Waiver]:
    for document, _ in _documents(file, SIGMA_SUFFIXES, base, waivers.UNREADABLE, found):
        read_waivers, faults = waivers.read_waivers(document)
        found.extend(faults)
        yield from read_waivers


def _placeholders(file: Path, base: Path, found: list[Diagnostic]) -> Iterator[Placeholder]:
    for document, _ in _documents(file, SIGMA_SUFFIXES, base, environment.UNREADABLE, found):
        read_placeholders, faults = environment.read_placeholders(document)
        found.extend(faults)
        yield from read_placeholders


def _budget(file: Path, base: Path, found: list[Diagnostic]) -> dict[str, Limit]:
    budget: dict[str, Limit] = {}
    for document, _ in _documents(file, SIGMA_SUFFIXES, base, environment.UNREADABLE, found):
        read_limits, faults = environment.read_budget(document)
        found.extend(faults)
        budget |= read_limits
    return budget


def load_placeholders(root: Path | None) -> tuple[tuple[Placeholder, ...], tuple[Diagnostic, ...]]:
    """The placeholders that are declared below ``root``; none without one."""
    found: list[Diagnostic] = []
    file = root / "detections" / "placeholders.yml" if root is not None else None
    return (tuple(_placeholders(file, file.parents[1], found)) if file is not None else ()), tuple(found)


def load_environment(file: Path, base: Path) -> tuple[environment.Environment | None, tuple[Diagnostic, ...]]:
    """The environment in ``file``, with the Sigma filters in the folder beside it that is called as the file.

    None, with the reasons, if it cannot be used. Raises ``UsageError`` if it is not there.
    """
    if not file.is_file():
        raise UsageError(f"there is no {file}")
    found: list[Diagnostic] = []
    filters = sorted(_rules(file.with_suffix(""), base, found), key=lambda rule: rule.name)
    read = [
        item
        for document, _ in _documents(file, SIGMA_SUFFIXES, base, environment.UNREADABLE, found)
        for item in _usable(environment.read_environment(document, filters), found)
    ]
    return (read[0] if read else None), tuple(found)


_T = TypeVar("_T")


def _twins(
    top: Path,
    base: Path,
    name: str,
    reader: Callable[[Document, Path], tuple[_T | None, list[Diagnostic]]],
    found: list[Diagnostic],
) -> Iterator[_T]:
    if not top.is_dir():
        return
    for folder in sorted(path for path in top.iterdir() if path.is_dir()):
        if not (folder / name).is_file():
            told = folder.relative_to(base).as_posix()
            found.append(ORPHAN_FILE.at(Span(told), f"there is no {name} in {told}"))
            continue
        for document, entry in _documents(folder / name, (name,), base, samples.UNREADABLE, found):
            yield from _usable(reader(document, entry.real.parent), found)


def _documents(
    top: Path, suffixes: Sequence[str], base: Path, unreadable: Code, found: list[Diagnostic]
) -> Iterator[tuple[Document, Entry]]:
    for entry in walk(top, suffixes, base) if top.exists() else ():
        raw = _raw(entry, unreadable, found)
        if raw is None:
            continue
        try:
            documents = read_documents(entry.path, raw)
        except DocumentError as error:
            found.append(unreadable.at(Span(entry.path, error.line, error.column), error.message, error.hint))
            continue
        if len(documents) > 1:
            found.append(unreadable.at(documents[1].span(), "this file holds one document, not several"))
        yield documents[0], entry


def _raw(entry: Entry, code: Code, found: list[Diagnostic]) -> bytes | None:
    try:
        return read(entry)
    except FileRefusedError as error:
        found.append(code.at(Span(entry.path), str(error)))
        return None


def _usable(result: tuple[_T | None, Iterable[Diagnostic]], found: list[Diagnostic]) -> Iterator[_T]:
    item, faults = result
    found.extend(faults)
    if item is not None:
        yield item


def find_root(root: Path | None) -> Path | None:
    """The tree that is meant: ``root``, or the nearest parent of the working folder with ``detections/``; else None.

    Raises ``UsageError`` if ``root`` was given and has no ``detections/``.
    """
    if root is not None:
        if not (root / "detections").is_dir():
            raise UsageError(f"there is no detections/ in {root}")
        return root.resolve()
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "detections").is_dir()), None)


def need_root(root: Path | None) -> Path:
    """As ``find_root``, but raises ``UsageError`` where there is none."""
    found = find_root(root)
    if found is None:
        raise UsageError("there is no detections/ here nor in any parent; name the tree with --root")
    return found
