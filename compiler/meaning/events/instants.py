"""When an event happened: the many ways logs write a time, as microseconds since 1970 in UTC."""

from __future__ import annotations

import datetime
import functools
import math
import re
from collections.abc import Mapping
from typing import Any

from compiler.meaning.values import MISSING, lookup

_STAMP = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)"
    r"(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?)?"
    r" ?(?:[Zz]|UTC|GMT|([+-])(\d\d):?(\d\d)?)?",
    re.ASCII,
)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_SECOND = 1_000_000

# In this order: what the collector agreed on, then the event's own words. NXLog's EventTime is last of Windows' names,
# because NXLog writes it without a zone and in local time unless told otherwise.
_NAMES = (
    "@timestamp",
    "TimeCreated_SystemTime",
    "TimeCreated",
    "SystemTime",
    "UtcTime",
    "EventTime",
    "EventReceivedTime",
    "timestamp",
    "Timestamp",
    "TimeGenerated",
    "eventTime",
    "CreationTime",
    "createdDateTime",
    "activityDateTime",
    "published",
    "time",
    "_time",
    "ts",
)


def instant_of(fields: Mapping[str, Any]) -> int | None:
    """The time of an event, from the first field that holds one; None if none does."""
    for name in _NAMES:
        found = lookup(fields, name)
        if found is not MISSING and (moment := instant(found)) is not None:
            return moment
    date, time = fields.get("date"), fields.get("time")
    if isinstance(date, str) and isinstance(time, str):
        return instant(f"{date} {time}")
    return None


def instant(value: Any) -> int | None:
    """A time as microseconds since 1970 UTC, finer digits dropped; None for what is none.

    Text is ISO 8601 (a blank for ``T`` and slashes in the date allowed; without a zone it is UTC) or a number; numbers
    are seconds since 1970, or milli-, micro- or nanoseconds where they would otherwise lie beyond the year 5138.
    """
    if isinstance(value, datetime.datetime):
        return _since_epoch(value if value.tzinfo else value.replace(tzinfo=datetime.UTC))
    if isinstance(value, str):
        return _read(value.strip())
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _number(value)
    return None


def _number(value: float) -> int | None:
    if (isinstance(value, float) and not math.isfinite(value)) or value < 0:
        return None
    for factor in (_SECOND, 1000, 1):
        if value < 10**17 // factor:
            return round(value * factor)
    return int(value) // 1000 if value < 10**20 else None


@functools.lru_cache(maxsize=4096)
def _read(text: str) -> int | None:
    match = _STAMP.fullmatch(text)
    if match is None:
        digits = re.fullmatch(r"\d{9,19}(?:\.\d{1,9})?", text, re.ASCII)
        return _number(float(text) if "." in text else int(text)) if digits else None
    year, month, day, hour, minute, second, fraction, sign, zone_hour, zone_minute = match.groups()
    # A leap second is the second before it and one more.
    leap = second == "60"
    offset = datetime.timedelta(hours=int(zone_hour or 0), minutes=int(zone_minute or 0))
    try:
        moment = datetime.datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            59 if leap else int(second or 0),
            int((fraction or "0").ljust(6, "0")[:6]),
            datetime.UTC,
        )
    except ValueError:
        return None
    micros = _since_epoch(moment) + (_SECOND if leap else 0)
    shift = offset // datetime.timedelta(microseconds=1)
    return micros + shift if sign == "-" else micros - shift


def _since_epoch(moment: datetime.datetime) -> int:
    return (moment - _EPOCH) // datetime.timedelta(microseconds=1)
