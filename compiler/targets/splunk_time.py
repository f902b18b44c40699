"""Parts of a timestamp as it is written, in eval: the zone is not applied (``semantics.md``, time modifiers).

Facts: *Text functions*, *Date and Time functions*, *Date and time format variables* of Splunk's Search Reference 9.4.
These say of ``%V`` that it counts weeks from 1, and not which; so the week of ISO 8601 is reckoned from the day of the
year (``%j``) on which the Thursday of the date's week (``%w``, 0 is Sunday) lies.
"""

from __future__ import annotations

from sigma.types import SigmaTimestampPart

_DATE = (
    r"(?!0000)(?:\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)"
    r"|02-(?:0[1-9]|1\d|2[0-8]))|(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)"
)
_CLOCK = r"[Tt ](?:[01]\d|2[0-3]):[0-5]\d(?::\d\d(?:[.,]\d+)?)?(?: ?(?:[Zz]|UTC|[+-]\d\d(?::?\d\d)?))?"
_END = r"$(?!\n)"
_PLACES = {"year": (1, 4), "month": (6, 2), "day": (9, 2), "hour": (12, 2), "minute": (15, 2)}
"""Where each part stands in ISO 8601, extended form: from the character, so many."""


def part_of(field: str, part: SigmaTimestampPart, operator: str, number: float) -> str:
    """A test of one part of a field (as eval writes it), false where that is no timestamp that has the part."""
    name = part.timestamp_part.name.lower()
    clock = _CLOCK if name in ("hour", "minute") else f"(?:{_CLOCK})?"
    regex = f"^{_DATE}{clock}{_END}".replace("\\", "\\\\")
    said = _week(field) if name == "week" else f"tonumber(substr({field}, {_PLACES[name][0]}, {_PLACES[name][1]}))"
    return f'match({field}, "{regex}") AND {said}{operator}{number}'


def _week(field: str) -> str:
    """The week of a date, at noon, so that a change to summer time leaves the day as it is."""
    noon = f'strptime(substr({field}, 1, 10)." 12", "%Y-%m-%d %H")'
    thursday = f'({noon}+(3-((tonumber(strftime({noon}, "%w"))+6)%7))*86400)'
    return f'(floor((tonumber(strftime({thursday}, "%j"))-1)/7)+1)'
