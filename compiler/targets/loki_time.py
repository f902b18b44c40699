"""Parts of a timestamp as expressions over its text: as written, no zone applied (``semantics.md``, time modifiers)."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.targets.target import UNSAYABLE, Refusal

_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_YEAR = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
_DAYS = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    f"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
_CLOCK = (
    "[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?(?:[Zz]|UTC|[+-][0-9]{2}(?::?[0-9]{2})?))?"
)
_PLACES = {"year": (0, 4), "month": (5, 2), "day": (8, 2), "hour": (11, 2), "minute": (14, 2)}
"""Where each part stands in ISO 8601, extended form: after so many characters, so many digits."""
_MOST = {"year": 9999, "month": 12, "day": 31, "hour": 23, "minute": 59}


def part_regexes(part: str, operator: str, number: int) -> tuple[str, str] | None:
    """Two expressions that a text matches as a whole if it is a timestamp and its ``part`` is ``operator`` ``number``.

    None if no timestamp has such a part. ``operator`` is ``==`` or one of ``<`` to ``>=``. Raises ``Refusal`` for the
    week, which no expression can tell from a date.
    """
    if part not in _PLACES:
        raise Refusal(UNSAYABLE, f"a part of a timestamp (`{part}`) is not converted for this target")
    first = number + (operator == ">") if operator in (">", ">=", "==") else 0
    last = number - (operator == "<") if operator in ("<", "<=", "==") else _MOST[part]
    first, last = max(first, 0), min(last, _MOST[part])
    if first > last:
        return None
    before, length = _PLACES[part]
    values = "|".join(_padded(first, last, length))
    clock = _CLOCK if part in ("hour", "minute") else f"(?:{_CLOCK})?"
    return f"^{_DAYS}{clock}$", f"(?s)^.{{{before}}}(?:{values}).*$"


def _padded(first: int, last: int, length: int) -> Iterator[str]:
    """The numbers from ``first`` to ``last`` in ``length`` digits, in blocks of a power of ten."""
    while first <= last:
        free = 0
        while free < length and first % 10 ** (free + 1) == 0 and first + 10 ** (free + 1) - 1 <= last:
            free += 1
        digits = f"{first // 10**free:0{length - free}d}" if free < length else ""
        yield digits + "[0-9]" * free
        first += 10**free
