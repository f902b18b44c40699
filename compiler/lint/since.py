"""Whether rules that match something else than at an earlier revision say so, by date and version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

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
    for a ``modified`` that is later. Once between two releases is enough.
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


def untold(rules: Iterable[Rule], earlier: Iterable[Rule], name: str, day: dt.date) -> Iterator[Diagnostic]:
    """The rules that changed since the revision ``name`` of ``day`` and do not say so. Rules are known by their id."""
    known = {(rule.kind is Kind.YARA, rule.id): rule for rule in earlier if rule.id}
    for rule in rules:
        before = known.get((rule.kind is Kind.YARA, rule.id))
        if before is None or same_rule(before, rule):
            continue
        yara = rule.kind is Kind.YARA
        code = UNTOLD_YARA if yara else UNTOLD
        version, was = version_of(rule), version_of(before)
        if version <= was:
            example = f"version = {was + 1}" if yara else f"version: {was + 1}"
            message = f"{rule.name} matches something else than in {name}, and is still version {version}"
            yield code.at(rule.place("version"), message, f"`{example}`")
        if not _later(rule, before, day):
            message = f"{rule.name} matches something else than in {name}, and was last changed on {changed_on(rule)}"
            yield code.at(rule.place("modified"), message, "set `modified` to the day of the change")


def _later(rule: Rule, before: Rule, day: dt.date) -> bool:
    """True if the rule says that it was changed after it was before; on the same day, if that is the revision's too."""
    said, was = changed_on(rule), changed_on(before)
    if said is None or "modified" not in rule.body:
        return False
    return was is None or said > was or (said == was and said >= day)
