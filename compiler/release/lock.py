"""What rules were first published as, kept in the tree: a new title gives no new key, and no key is used twice."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from compiler import __version__
from compiler.content.model import Kind, Rule
from compiler.diagnostics import Diagnostic, Severity, UsageError, declare
from compiler.targets.splunk_savedsearch import stanza_of
from compiler.targets.target import Locked

NOT_LOCKED = declare(
    "PKG014",
    Severity.WARNING,
    """
    The rule is not in the lock

    What a SOC sets for a rule hangs on the key by which its SIEM knows it. ``detections/lock.yml`` keeps the key under
    which each rule was first published. A rule that is not there has a key made from its title today, and would lose
    what is set for it with the next title: run ``tocsin build --update-lock`` before a release, and commit the file.
    """,
)
PATH = "detections/lock.yml"
_HEAD = """\
# What each rule was first published as, which a SOC's own settings hang on. Written by `tocsin build --update-lock`;
# an entry is never taken away: a rule that is removed leaves a disabled search behind.
"""


def read_lock(root: Path) -> dict[str, Locked]:
    """The lock of the tree at ``root`` by rule id; empty without one. Raises ``UsageError`` if it cannot be read."""
    file = root / PATH
    if not file.is_file():
        return {}
    try:
        entries = [_entry(entry) for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]]
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{PATH} cannot be read: {' '.join(str(error).split())}") from None
    for key in ("id", "stanza"):
        held = [getattr(entry, key) for entry in entries]
        if twice := sorted({one for one in held if held.count(one) > 1}):
            raise UsageError(f"{PATH} has the {key} {twice[0]!r} twice")
    return {entry.id: entry for entry in entries}


def _entry(entry: Mapping[str, Any]) -> Locked:
    known = {field.name for field in dataclasses.fields(Locked)}
    if not set(entry) <= known or not all(isinstance(value, str) and value for value in entry.values()):
        raise ValueError(f"an entry has {', '.join(sorted(known))}, each a text")
    return Locked(**entry)


def unlocked(rules: Iterable[Rule], lock: Mapping[str, Locked]) -> Iterator[Diagnostic]:
    """A finding for each rule that the lock does not know; none in a tree without a lock."""
    for rule in rules if lock else ():
        if _locked(rule) and rule.id not in lock:
            yield NOT_LOCKED.at(rule.place("id"), f"{rule.name} is not in {PATH}", "run `tocsin build --update-lock`")


def write_lock(root: Path, rules: Iterable[Rule]) -> None:
    """Bring the lock of the tree at ``root`` up to its rules."""
    text = updated(rules, read_lock(root), __version__)
    (root / PATH).write_text(text, encoding="utf-8", newline="\n")


def updated(rules: Iterable[Rule], lock: Mapping[str, Locked], version: str) -> str:
    """The text of the lock for ``rules`` in ``version``: entries are added and marked as removed, never changed."""
    present = {rule.id: rule for rule in rules if _locked(rule) and rule.id}
    stanzas = {entry.stanza for entry in lock.values()}
    entries = []
    for entry in lock.values():
        gone = "" if entry.id in present else entry.removed or version
        entries.append(dataclasses.replace(entry, removed=gone))
    for id, rule in present.items():
        if id not in lock and (stanza := stanza_of(rule)) not in stanzas:
            entries.append(Locked(id, rule.name, stanza, version))
            stanzas.add(stanza)
    listed = [
        {key: value for key, value in dataclasses.asdict(entry).items() if value}
        for entry in sorted(entries, key=lambda entry: (entry.name, entry.id))
    ]
    return _HEAD + yaml.safe_dump({"rules": listed}, sort_keys=False, allow_unicode=True, width=1000)


def _locked(rule: Rule) -> bool:
    return rule.kind in (Kind.SIGMA, Kind.CORRELATION)
