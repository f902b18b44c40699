"""What the words of a call mean: which content, which files, targets, engines and log source."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

from compiler.content.environment import Environment, applied, filled, options_of
from compiler.content.files import real, walk
from compiler.content.load import (
    Loaded,
    find_root,
    load_environment,
    load_placeholders,
    load_rules,
    load_sources,
    load_tree,
    need_root,
)
from compiler.content.model import Catalogue, Logsource, Rule
from compiler.diagnostics import Diagnostic, UsageError
from compiler.engines import DEFAULT, Factory, load_engines
from compiler.targets import load_target, target_names
from compiler.targets.target import Target


def content_at(root: Path | None, paths: Sequence[Path]) -> tuple[Loaded, list[str] | None]:
    """The content that is meant, and the paths below its root that were asked for, none for all; None if it is foreign.

    Ours are the files of a tree, foreign any others, also those that lie beside the tree's own two folders.
    """
    top = need_root(root) if not paths else find_root(root)
    if top is not None and all(_is_ours(real(path), top) for path in paths):
        if missing := [str(path) for path in paths if not path.exists()]:
            raise UsageError(f"there is no {', '.join(missing)}")
        return load_tree(top), [real(path).relative_to(top).as_posix() for path in paths]
    return rules_at(paths, top), None


def rules_asked(root: Path | None, paths: Sequence[Path], environment: Path | None) -> tuple[Loaded, list[Rule]]:
    """What is known, and which of its rules are those at ``paths``, ours or anybody's.

    Rules of a tree are known with all others of it: a correlation with its rules, a rule with its filters.
    """
    top = find_root(root)
    if missing := [str(path) for path in paths if not path.exists()]:
        raise UsageError(f"there is no {', '.join(missing)}")
    if top is None or not all(_is_ours(real(path), top) for path in paths):
        loaded, _ = as_in(environment, rules_at(paths, top))
        return loaded, list(loaded.catalogue.rules)
    whole, _ = as_in(environment, rules_at([top / "detections" / "sigma", *paths], top))
    asked = [real(path) for path in paths]

    def is_asked(place: str) -> bool:
        file = real(Path.cwd() / place)
        return any(file.is_relative_to(one) for one in asked)

    chosen = [rule for rule in whole.catalogue.rules if is_asked(rule.span.path)]
    told = [finding for finding in whole.diagnostics if finding.code.startswith("ENV") or is_asked(finding.span.path)]
    return Loaded(whole.catalogue, tuple(told)), chosen


def names_asked(words: Sequence[str], catalogue: Catalogue, top: Path) -> list[str]:
    """The rules that words name, by their names or by paths at or above them or their samples.

    Raises ``UsageError`` for a word that is neither.
    """
    known = {rule.name for rule in catalogue.rules}
    found: list[str] = []
    for word in words:
        path = real(Path(word))
        below = [path.relative_to(top).as_posix()] if path.exists() and path.is_relative_to(top) else []
        named = [word] if word in known else [rule.name for rule in rules_below(catalogue, below)] if below else []
        if not named:
            raise UsageError(f"there is no rule {word}")
        found += named
    return list(dict.fromkeys(found))


def within(findings: Iterable[Diagnostic], only: Sequence[str] | None) -> list[Diagnostic]:
    """The findings that are about what ``content_at`` gave, and about an environment.

    The sources that foreign rules are held against are not what was asked about.
    """
    if only is None:
        return [finding for finding in findings if not finding.code.startswith("SRC")]
    return [one for one in findings if not only or one.code.startswith("ENV") or is_below(one.span.path, only)]


def misfit(top: Path, catalogue: Catalogue, only: Sequence[str]) -> list[Diagnostic]:
    """What is wrong with the environments of a tree that are asked for, each by itself."""
    found: list[Diagnostic] = []
    for entry in walk(top / "detections" / "environments", (".yml", ".yaml"), top):
        asked = not only or is_below(entry.path, only)
        if entry.fault or entry.real.parent.name != "environments" or not asked:
            continue
        read, faults = load_environment(entry.real, top)
        found += faults
        if read is not None:
            found += applied(catalogue, read)[1]
    return found


def _is_ours(path: Path, top: Path) -> bool:
    return any(path == top or path.is_relative_to(top / folder) for folder in ("detections", "samples"))


def rules_below(catalogue: Catalogue, only: Sequence[str] | None) -> list[Rule]:
    """The rules of what ``content_at`` gave that are asked for, by their own path or by that of their samples."""
    return [
        rule
        for rule in catalogue.rules
        if not only or is_below(rule.span.path, only) or is_below(f"samples/rules/{rule.name}", only)
    ]


def rules_at(paths: Sequence[Path], top: Path | None) -> Loaded:
    """The rules at ``paths``, anybody's, with the sources and placeholders of the tree ``top``."""
    loaded = load_rules(paths, Path.cwd())
    sources, unsound = load_sources(top)
    placeholders, misshapen = load_placeholders(top)
    rules = filled(loaded.catalogue.rules, {placeholder.name: () for placeholder in placeholders})
    catalogue = dataclasses.replace(loaded.catalogue, rules=rules, sources=sources, placeholders=placeholders)
    return Loaded(catalogue, (*loaded.diagnostics, *unsound, *misshapen))


def as_in(environment: Path | None, loaded: Loaded) -> tuple[Loaded, Environment | None]:
    """What was loaded as the environment in a file has it, if one is given, and that environment."""
    if environment is None:
        return loaded, None
    read, faults = load_environment(environment, Path.cwd())
    if read is None:
        return Loaded(loaded.catalogue, (*loaded.diagnostics, *faults)), None
    catalogue, misfits = applied(loaded.catalogue, read)
    return Loaded(catalogue, (*loaded.diagnostics, *faults, *misfits)), read


def targets_named(names: Sequence[str]) -> list[Target]:
    """Targets by their names, an option behind them or not; every one if none. Raises ``UsageError`` for an unknown."""
    known = target_names()
    plain = list(dict.fromkeys(name.partition(":")[0] for name in names))
    if unknown := sorted(set(plain) - set(known)):
        raise UsageError(f"there is no target {', '.join(unknown)}; there are {', '.join(known)}")
    return [load_target(name) for name in (plain or known)]


def with_options(catalogue: Catalogue, names: Sequence[str]) -> Catalogue:
    """The catalogue with the options of targets that are named (``splunk:data_models``), beside the environment's.

    Raises ``UsageError`` for one that no source arrives by.
    """
    named, known = {name for name in names if ":" in name}, options_of(catalogue.sources)
    if unknown := sorted(named - set(known)):
        raise UsageError(f"there is no {', '.join(unknown)}; there are {', '.join(known) or 'no options'}")
    return dataclasses.replace(catalogue, options=catalogue.options | named) if named else catalogue


def engines_named(chosen: Sequence[str]) -> tuple[dict[str, Factory], dict[str, str]]:
    """Engines by their names, and the addresses that were given with them (``NAME=URL``); the default ones if none.

    Raises ``UsageError`` for a name that there is not.
    """
    known = load_engines()
    pairs = [name.partition("=") for name in chosen] or [(name, "", "") for name in known if name in DEFAULT]
    if unknown := sorted({name for name, _, _ in pairs} - set(known)):
        raise UsageError(f"there is no engine {', '.join(unknown)}; there are {', '.join(known)}")
    return {name: known[name] for name, _, _ in pairs}, {name: url for name, _, url in pairs if url}


def files_at(paths: Iterable[Path]) -> dict[str, bytes]:
    """The content of every plain file at or below the paths, by the path as findings tell it."""
    return {
        entry.path: entry.real.read_bytes()
        for path in paths
        for entry in walk(path, ("",), Path.cwd())
        if not entry.fault
    }


def logsource_of(words: str | None) -> Logsource | None:
    """The log source of ``category=...,product=...,service=...``. Raises ``UsageError``."""
    if words is None:
        return None
    pairs = [pair.partition("=") for pair in words.split(",")]
    given = {key.strip(): word.strip() for key, _, word in pairs}
    if not given or not all(given.values()) or not set(given) <= {"category", "product", "service"}:
        raise UsageError(f"{words!r} is no log source: category=...,product=...,service=...")
    return Logsource(**given)


def today() -> dt.date:
    """The day, in UTC: what waivers expire by."""
    return dt.datetime.now(tz=dt.UTC).date()


def is_below(path: str, folders: Sequence[str]) -> bool:
    """True if a path as findings tell it is one of ``folders`` or lies below it."""
    return any(folder in (path, ".") or path.startswith(f"{folder}/") for folder in folders)
