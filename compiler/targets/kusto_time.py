"""Parts of a timestamp in KQL: of a text as it is written, of a column of time in UTC, which is how it is kept.

Facts: *datetime_part()*, *week_of_year()* (ISO 8601), *todatetime()* (null for what is no date) of the Kusto
documentation (MicrosoftDocs/dataexplorer-docs, data-explorer/kusto/query).
"""

from __future__ import annotations

from compiler.targets.kusto_text import literal

_DATE = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"[Tt ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-9]{2}([.,][0-9]+)?)?( ?([Zz]|UTC|[+-][0-9]{2}(:?[0-9]{2})?))?"
_PLACES = {"year": (0, 4), "month": (5, 2), "day": (8, 2), "hour": (11, 2), "minute": (14, 2)}


def part_of_text(name: str, part: str, comparison: str) -> str:
    """A part of the timestamp that a text column holds, compared (``>= 6``); false for what is no timestamp."""
    timed = part in ("hour", "minute")
    shape = f"^{_DATE}{_TIME if timed else f'({_TIME})?'}$"
    date = f"todatetime(substring({name}, 0, 10))"
    if part == "week":
        said = f"week_of_year({date})"
    else:
        start, length = _PLACES[part]
        said = f"toint(substring({name}, {start}, {length}))"
    return f"({name} matches regex {literal(shape)} and isnotnull({date}) and coalesce({said} {comparison}, false))"


def part_of_time(name: str, part: str, comparison: str) -> str:
    """A part of a column of time, compared; false where it is missing."""
    said = f"week_of_year({name})" if part == "week" else f'datetime_part("{part}", {name})'
    return f"coalesce({said} {comparison}, false)"
