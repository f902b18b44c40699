"""One side of a comparison: a build, a tree of content, or a commit of one; each as rules with their queries."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from compiler.content.load import find_root, load_tree, need_root
from compiler.content.model import Casebook, Catalogue, Kind, Rule
from compiler.content.rules import read_sigma, read_yara
from compiler.convert import convert_all
from compiler.diagnostics import UsageError
from compiler.release.archive import members
from compiler.release.audit import MANIFEST
from compiler.release.history import at_revision
from compiler.release.manifest import sha256, told
from compiler.targets import load_targets
from compiler.targets.target import Content
from compiler.targets.yara import BUNDLE


@dataclasses.dataclass(frozen=True, slots=True)
class Side:
    """What is compared. A rule is known by its id, by its name where it has none.

    ``known``: of each rule what a manifest tells. ``catalogue`` has the rules whose text is at hand, and their cases.
    ``queries``: by rule and target the SHA-256 of the query. ``built``: rules are as packages have them, with filters
    joined and without the keys that only tocsin reads.
    """

    label: str
    known: Mapping[str, Mapping[str, Any]]
    catalogue: Catalogue
    queries: Mapping[str, Mapping[str, str]]
    targets: frozenset[str]
    built: bool

    @property
    def rules(self) -> dict[str, Rule]:
        """The rules whose text is at hand, by what they are known by."""
        return {key_of(told(rule)): rule for rule in self.catalogue.rules}


def key_of(entry: Mapping[str, Any]) -> str:
    """By what a rule is known on both sides, out of what a manifest tells of it."""
    return str(entry["id"] or entry["name"])


def side_at(named: str, root: Path | None) -> Side:
    """What the words of a call name: the folder, manifest or archive of a build, a tree, else a revision of ``root``.

    The cases of a build are those of the tree at ``root``, where there is one. Raises ``UsageError``.
    """
    place = Path(named)
    if (place / "detections").is_dir():
        return _of_tree(named, load_tree(place.resolve()).catalogue)
    if place.is_file() or (place / MANIFEST).is_file():
        top = find_root(root)
        return _of_build(place, load_tree(top).catalogue.casebooks if top is not None else ())
    return _of_tree(named, at_revision(need_root(root), named).loaded.catalogue)


def _of_tree(label: str, catalogue: Catalogue) -> Side:
    targets = [target for target in load_targets().values() if target.convert is not None]
    sigma = [rule for rule in catalogue.rules if rule.kind is not Kind.YARA]
    converted, _ = convert_all(sigma, targets, Content.of(catalogue.sources, sigma, catalogue.values))
    keys = {rule.name: key_of(told(rule)) for rule in catalogue.rules}
    queries: dict[str, dict[str, str]] = {}
    for query in converted:
        queries.setdefault(keys[query.rule], {})[query.target] = sha256(query.text.encode())
    known = {keys[rule.name]: told(rule) for rule in catalogue.rules}
    return Side(label, known, catalogue, queries, frozenset(target.name for target in targets), built=False)


_Read = Callable[[str], bytes | None]
"""The content of a file of a build by its path below the manifest; None if it is not there."""


def _of_build(place: Path, books: Iterable[Casebook]) -> Side:
    read, only = _opened(place)
    try:
        manifest = json.loads(read(MANIFEST) or b"")
        known = {key_of(entry): entry for entry in manifest["rules"]}
        keys = {entry["name"]: key for key, entry in known.items()}
        queries: dict[str, dict[str, str]] = {}
        for query in manifest["queries"]:
            if only in (None, query["target"]):
                queries.setdefault(keys[query["rule"]], {})[query["target"]] = query["sha256"]
        targets = frozenset(one["target"] for one in manifest["packages"] if only in (None, one["target"]))
        texts = {**_packed(read, manifest, "plain"), **_packed(read, manifest, "yara")}
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UsageError(f"{place} has no {MANIFEST} that can be read; it is no build of tocsin") from None
    rules = [
        item
        for path, text in sorted(texts.items())
        if path.startswith("plain/rules/") or path == f"yara/{BUNDLE}"
        for item in (read_yara if path.startswith("yara/") else read_sigma)(path, text)
        if isinstance(item, Rule)
    ]
    packed = tuple(sorted((rule for rule in rules if key_of(told(rule)) in known), key=lambda rule: rule.name))
    return Side(str(place), known, Catalogue(rules=packed, casebooks=tuple(books)), queries, targets, built=True)


def _opened(place: Path) -> tuple[_Read, str | None]:
    """How the files of a build are read, and the one target that is meant where its archive was named."""
    if place.is_dir():
        return _below(place), None
    if place.name == MANIFEST:
        return _below(place.parent), None
    inside = _unpacked(place.name, place.read_bytes())
    if MANIFEST in inside:
        return inside.get, None
    beside = next((top for top in (place.parent, place.parent.parent) if (top / MANIFEST).is_file()), None)
    if beside is None:
        raise UsageError(f"{place} is no build of tocsin: there is no {MANIFEST} in it, beside it or above it")
    name, _, rest = place.name.removeprefix("tocsin-").partition("-")
    if not rest:
        raise UsageError(f"{place} is not named as an archive of tocsin is: tocsin-<target>-<version>")
    return _below(beside), name


def _below(top: Path) -> _Read:
    def read(path: str) -> bytes | None:
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts or not (top / pure).is_file():
            return None
        return (top / pure).read_bytes()

    return read


def _unpacked(name: str, content: bytes) -> dict[str, bytes]:
    try:
        return members("zip" if name.endswith(".zip") else "tar.gz", content)
    except ValueError as error:
        raise UsageError(f"{name} is no archive of tocsin: {error}") from None


def _packed(read: _Read, manifest: Mapping[str, Any], target: str) -> dict[str, bytes]:
    """The files of one package: unpacked, else out of its archive below its folder or beside the manifest."""
    paths = [one["path"] for one in manifest["packages"] if one["target"] == target]
    files = {path: body for path in paths if (body := read(path)) is not None}
    if len(files) == len(paths):
        return files
    for one in manifest["archives"]:
        body = read(one["path"]) or read(PurePosixPath(one["path"]).name) if one["target"] == target else None
        if body is not None:
            top = f"{one['top']}/" if one["top"] else ""
            inside = _unpacked(one["path"], body)
            files |= {f"{target}/{path.removeprefix(top)}": content for path, content in inside.items()}
    return files
