"""Which refusals a build may pass with: those that a waiver answers, today."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence

from compiler.content.model import Catalogue, Waiver
from compiler.diagnostics import Diagnostic, Severity, declare

EXPIRED = declare(
    "PKG003",
    Severity.ERROR,
    """
    A waiver has expired

    A waiver holds until its date, so that nobody forgets the query that is missing. Look again whether the target can
    say the rule today; if not, give the waiver a new date.
    """,
)
UNNEEDED = declare(
    "PKG004",
    Severity.ERROR,
    """
    A waiver is not needed

    The rule converts for the target, or is refused with another code, or there is no such rule or target. A waiver that
    answers nothing would hide the next fault: remove it.
    """,
)


def waived(
    catalogue: Catalogue, targets: Sequence[str], refusals: Sequence[tuple[str, str, Diagnostic]], today: dt.date
) -> Iterator[Diagnostic]:
    """The refusals (rule, target, finding), those that a waiver answers as notes; and what is wrong with waivers.

    Waivers for other ``targets`` than those that were built are not judged.
    """
    used: set[Waiver] = set()
    for rule, target, finding in refusals:
        waiver = next((one for one in catalogue.waivers if _answers(one, rule, target, finding)), None)
        if waiver is None:
            yield finding
            continue
        used.add(waiver)
        if today > waiver.expires:
            yield finding
            yield EXPIRED.at(waiver.span, f"the waiver of {rule} for {target} expired on {waiver.expires}")
        else:
            words = f"{finding.message} (waived until {waiver.expires}: {waiver.reason})"
            yield dataclasses.replace(finding, severity=Severity.NOTE, message=words, hint="")
    known = {rule.name for rule in catalogue.rules}
    for waiver in catalogue.waivers:
        if waiver not in used and (waiver.target in targets or waiver.rule not in known):
            yield UNNEEDED.at(waiver.span, f"{waiver.rule} is not refused for {waiver.target} with {waiver.code}")


def _answers(waiver: Waiver, rule: str, target: str, finding: Diagnostic) -> bool:
    return (waiver.rule, waiver.target, waiver.code) == (rule, target, finding.code)
