"""Parts of a timestamp as it is written, in SQL: the zone is not applied (``semantics.md``, time modifiers)."""

from __future__ import annotations

from compiler.targets.sql_dialect import Dialect

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = (
    r"[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r"(?: ?(?:[Zz]|UTC|[+-][0-9]{2}(?::?[0-9]{2})?))?"
)
_PLACES = {"year": (1, 4), "month": (6, 2), "day": (9, 2), "hour": (12, 2), "minute": (15, 2)}
"""Where each part stands in ISO 8601, extended form: from the character, so many."""


def part_of(dialect: Dialect, text: str, part: str) -> str:
    """One part (``minute`` to ``year``, ``week`` of ISO 8601) of a text; null where it is no timestamp that has it."""
    regex = rf"\A{_DATE}{_CLOCK}\z" if part in ("hour", "minute") else rf"\A{_DATE}(?:{_CLOCK})?\z"
    date = dialect.attempt(f"substr({text}, 1, 10)", "DATE")
    # The engines know a year 0, which the calendar of the rules does not.
    dated = f"{dialect.found(text, dialect.regex(regex, ()))} AND {date} IS NOT NULL AND substr({text}, 1, 4) <> '0000'"
    found = f"weekofyear({date})"
    if part != "week":
        start, length = _PLACES[part]
        found = dialect.attempt(f"substr({text}, {start}, {length})", "INT")
    return f"CASE WHEN {dated} THEN {found} END"
