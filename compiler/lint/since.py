"""Whether rules that match something else than at an earlier revision say so, by date and version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from compiler.content.fingerprint import referred
from compiler.content.life import changed_on, version_of
from compiler.content.model import Kind, Rule
from compiler.diagnostics import Diagnostic, Severity, declare
from compiler.meaning.sameness import same_rule

UNTOLD = declare(
    "SIG112",
    Severity.ERROR,
    """
    What the rule matches has changed, and its date and version have not

    Who has the rule in his SIEM learns of a change by its version and its date. ``tocsin lint --since REV``, where REV
    is the last release, asks of every rule that is not proved to match the same as then for a higher ``version`` and
    for a ``modified`` that is later. Once between two releases is enough. A correlation matches
    something else when a rule does that it refers to.
    """,
)
UNTOLD_YARA = declare(
    "YAR040",
    Severity.ERROR,
    """
    What the YARA rule matches has changed, and its date and version have not

    As SIG112: ``meta`` has a higher ``version`` and a later ``modified`` than at the last release. Comments, white
    space and the other entries of ``meta`` are left aside.
    """,
)


def untold(rules: Sequence[Rule], earlier: Sequence[Rule], name: str, day: dt.date) -> Iterator[Diagnostic]:
    """The rules that changed since the revision ``name`` of ``day`` and do not say so. Rules are known by their id.

    A correlation has changed, too, if a rule has that it refers to, directly or not.
    """
    known = {(rule.kind is Kind.YARA, rule.id): rule for rule in earlier if rule.id}
    now, then = _by_key(rules), _by_key(earlier)
    for rule in rules:
        before = known.get((rule.kind is Kind.YARA, rule.id))
        changed = None if before is None else _changed(referred(before, then), referred(rule, now))
        if before is None or changed is None:
            continue
        what = f"{rule.name} matches something else than in {name}"
        what += "" if changed is rule else f", for {changed.name} does"
        yara = rule.kind is Kind.YARA
        code = UNTOLD_YARA if yara else UNTOLD
        version, was = version_of(rule), version_of(before)
        if version <= was:
            example = f"version = {was + 1}" if yara else f"version: {was + 1}"
            yield code.at(rule.place("version"), f"{what}, and is still version {version}", f"`{example}`")
        if not _later(rule, before, day):
            message = f"{what}, and was last changed on {changed_on(rule)}"
            yield code.at(rule.place("modified"), message, "set `modified` to the day of the change")


def _by_key(rules: Iterable[Rule]) -> dict[str, Rule]:
    return {key: rule for rule in rules if rule.kind is not Kind.YARA for key in (rule.name, rule.id) if key}


def _changed(before: Sequence[Rule], now: Sequence[Rule]) -> Rule | None:
    """The first rule of a company that means something else than it did; a correlation's own is the first of all."""
    if len(before) != len(now):
        return now[0]
    return next((rule for was, rule in zip(before, now, strict=True) if not same_rule(was, rule)), None)


def _later(rule: Rule, before: Rule, day: dt.date) -> bool:
    """True if the rule says that it was changed after it was before; on the same day, if that is the revision's too."""
    said, was = changed_on(rule), changed_on(before)
    if said is None or "modified" not in rule.body:
        return False
    return was is None or said > was or (said == was and said >= day)
