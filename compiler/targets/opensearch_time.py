"""Parts of a timestamp as written, in Lucene's regular expressions; the zone is not applied (``semantics.md``)."""

from __future__ import annotations

import operator
from collections.abc import Callable

from compiler.targets.target import UNSAYABLE, Refusal

_RANGES = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "year": (1, 9999)}
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "eq": operator.eq,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
_SECONDS = "(:[0-9]{2}([.,][0-9]+)?)?"
_ZONE = "( ?([Zz]|UTC|[+\\-][0-9]{2}(:?[0-9]{2})?))?"
_THIRTY = ("04", "06", "09", "11")


def part_pattern(part: str, comparison: str, number: float) -> str:
    """What a whole timestamp in ISO 8601 looks like whose ``part`` compares so; empty if none can.

    ``part`` is ``minute`` to ``year``. Raises ``Refusal`` for the week, which cannot be read off a date.
    """
    if part not in _RANGES:
        raise Refusal(UNSAYABLE, f"the {part} of a timestamp cannot be read off its text")
    least, most = _RANGES[part]
    holds = [value for value in range(least, most + 1) if _OPERATORS[comparison](value, number)]
    if not holds:
        return ""
    if part == "year":
        return _timestamp(_date(_years(holds[0], holds[-1]), None, None), None)
    texts = [f"{value:02}" for value in holds]
    if part == "month":
        return _timestamp(_date("[0-9]{4}", texts, None), None)
    if part == "day":
        return _timestamp(_date("[0-9]{4}", None, texts), None)
    hours = f"({'|'.join(texts)})" if part == "hour" else "([01][0-9]|2[0-3])"
    minutes = f"({'|'.join(texts)})" if part == "minute" else "[0-5][0-9]"
    return _timestamp(_date("[0-9]{4}", None, None), f"{hours}:{minutes}")


def _timestamp(date: str, clock: str | None) -> str:
    if clock is None:
        return f"({date})([Tt ]([01][0-9]|2[0-3]):[0-5][0-9]{_SECONDS}{_ZONE})?"
    return f"({date})[Tt ]{clock}{_SECONDS}{_ZONE}"


def _date(year: str, months: list[str] | None, days: list[str] | None) -> str:
    """Dates by the length of their months; the 29th of February is taken in every year."""
    found = []
    for length, among in ((31, None), (30, _THIRTY), (29, ("02",))):
        here = [
            f"{month:02}"
            for month in range(1, 13)
            if (f"{month:02}" in among if among else f"{month:02}" not in (*_THIRTY, "02"))
        ]
        chosen = [month for month in here if months is None or month in months]
        fitting = [day for day in days or () if int(day) <= length]
        if chosen and (days is None or fitting):
            day = f"({'|'.join(fitting)})" if days is not None else _days(length)
            found.append(f"({'|'.join(chosen)})\\-{day}")
    return f"{year}\\-({'|'.join(found)})"


def _days(length: int) -> str:
    return {
        31: "(0[1-9]|[12][0-9]|3[01])",
        30: "(0[1-9]|[12][0-9]|30)",
        29: "(0[1-9]|[12][0-9])",
    }[length]


def _years(first: int, last: int) -> str:
    """Years of four digits from ``first`` to ``last``, both included."""
    return f"({'|'.join(_spans(f'{first:04}', f'{last:04}'))})"


def _spans(low: str, high: str) -> list[str]:
    if not low:
        return [""]
    if set(low) == {"0"} and set(high) == {"9"}:
        return [f"[0-9]{{{len(low)}}}"]
    if low[0] == high[0]:
        return [low[0] + rest for rest in _spans(low[1:], high[1:])]
    width = len(low) - 1
    spans = [low[0] + rest for rest in _spans(low[1:], "9" * width)]
    if int(high[0]) - int(low[0]) > 1:
        spans.append(f"[{int(low[0]) + 1}-{int(high[0]) - 1}]" + (f"[0-9]{{{width}}}" if width else ""))
    return spans + [high[0] + rest for rest in _spans("0" * width, high[1:])]
