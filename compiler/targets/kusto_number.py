"""Numbers in KQL: what a text spells, and what a rule's value asks a column of numbers for."""

from __future__ import annotations

import re
from typing import Any

from sigma.types import SigmaNumber, SigmaString

from compiler.targets.kusto_text import literal

NUMERIC = r"^[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
"""What a text that spells a number matches."""
_LONG = 2**63


def plain(value: SigmaString) -> str:
    """The text of a value without its wildcards."""
    return "".join(part for part in value.s if isinstance(part, str))


def number_of(name: str) -> str:
    """The number that a text spells, to all its digits; null if it spells none."""
    digits = f"coalesce(todecimal({name}), todecimal(todouble({name})))"
    return f'iff({name} matches regex {literal(NUMERIC)}, {digits}, todecimal(""))'


def number_asked(value: Any) -> int | float | None:
    """The number that a value asks a numeric column for; None if it is no number as the store writes one."""
    number: int | float | None = None
    if isinstance(value, SigmaNumber):
        number = value.number
    elif isinstance(value, SigmaString) and not value.contains_special():
        text = plain(value)
        if re.fullmatch(r"0|-?[1-9]\d*", text, re.ASCII):
            number = int(text)
        elif re.fullmatch(r"-?(?:0|[1-9]\d*)\.\d+", text, re.ASCII) and repr(float(text)) == text:
            number = float(text)
    return None if number is None or abs(number) >= _LONG else number
