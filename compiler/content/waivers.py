"""Reading waivers: queries that a build may go without, for a reason and until a date."""

from __future__ import annotations

import datetime as dt

from compiler.content.document import Document
from compiler.content.model import Waiver
from compiler.content.shape import misshapen, plain
from compiler.diagnostics import Diagnostic, Severity, declare

UNREADABLE = declare(
    "PKG001",
    Severity.ERROR,
    """
    The waivers cannot be read as YAML

    As SIG001, for ``detections/waivers.yml``.
    """,
)
MISSHAPEN = declare(
    "PKG002",
    Severity.ERROR,
    """
    A waiver does not have its shape

    A waiver names the rule, the target, the code of the finding that it answers, a reason, and the date on which it
    expires. It lets a build pass without that query; a wrong query never ships.

    Bad:
        waivers:
            - rule: mr_win_discovery_burst
              reason: does not work
    Good:
        waivers:
            - rule: mr_win_discovery_burst
              target: elastic
              code: CNV005
              reason: EQL counts no distinct values in a sliding window
              expires: 2027-06-30
    """,
)


def read_waivers(document: Document) -> tuple[tuple[Waiver, ...], list[Diagnostic]]:
    """The waivers of a file; none, with the reasons, where its shape is at fault."""
    faults = list(misshapen(document, "waivers", MISSHAPEN))
    waivers = []
    for number, item in enumerate(plain(document.body)["waivers"] if not faults else ()):
        try:
            expires = dt.date.fromisoformat(item["expires"])
        except ValueError:
            place = document.value_span("waivers", number, "expires")
            faults.append(MISSHAPEN.at(place, f"{item['expires']} is no date"))
            continue
        span = document.span("waivers", number)
        waivers.append(Waiver(item["rule"], item["target"], item["code"], item["reason"], expires, span))
    return tuple(waivers), faults
