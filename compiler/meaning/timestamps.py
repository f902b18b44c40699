"""The parts of a timestamp as it is written, for ``minute`` to ``year``."""

from __future__ import annotations

import datetime
import functools
import re

PARTS = ("minute", "hour", "day", "week", "month", "year")

_TIMESTAMP = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:[Tt ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r"(?: ?(?:[Zz]|UTC|[+-][0-9]{2}(?::?[0-9]{2})?))?)?"
)


@functools.lru_cache(maxsize=65536)
def part_of(text: str, part: str) -> int | None:
    """One of ``PARTS`` of an ISO 8601 timestamp in extended form, with ``T`` or a blank between date and time.

    The zone is not applied: what is written counts (sigma-appendix-modifiers.md 2.1.0, Time Modifiers). ``week`` is
    that of ISO 8601, 1 to 53. None for what is no such timestamp, epoch seconds among it (nothing is written there that
    could be a day), and for the hour of a date alone.
    """
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    try:
        date = datetime.date(int(match["year"]), int(match["month"]), int(match["day"]))
        if match["hour"]:
            datetime.time(int(match["hour"]), int(match["minute"]))
    except ValueError:
        return None
    if part == "week":
        return date.isocalendar().week
    return int(match[part]) if match[part] else None
