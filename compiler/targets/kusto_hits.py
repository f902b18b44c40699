"""The events that a correlation counts, in KQL: rows of tables, and the firings of other correlations.

A row has the whole event, and beside it ``TocsinRule`` (the place of the rule that it met), ``TocsinBucket``, its keys
(``Level.keys``, letter case folded), what is counted (``TocsinValue``) or reckoned with (``TocsinNumber``), and what a
correlation of this correlation reads (``Level.kept``).
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence

from compiler.targets.changes import marks_of
from compiler.targets.correlation import NUMERIC, Correlated
from compiler.targets.kusto_number import number_of
from compiler.targets.kusto_query import piped, where_of
from compiler.targets.kusto_where import Where
from compiler.targets.pipeline import Asked
from compiler.targets.tree import fields_of, some


@dataclasses.dataclass(frozen=True, slots=True)
class Level:
    """One correlation of a query: its number, 0 for the outermost, and the fields that the one around it reads."""

    wanted: Correlated
    number: int
    carried: tuple[str, ...]

    @property
    def suffix(self) -> str:
        """What the names of its tables end in."""
        return str(self.number) if self.number else ""

    @property
    def keys(self) -> list[str]:
        """The columns of its group."""
        prefix = f"TocsinOf{self.number}Key" if self.number else "TocsinKey"
        return [f"{prefix}{place}" for place, _ in enumerate(self.wanted.groups, start=1)]

    @property
    def kept(self) -> dict[str, str]:
        """The column of each carried field."""
        return {name: f"TocsinOf{self.number}Kept{place}" for place, name in enumerate(self.carried, start=1)}

    @property
    def columns(self) -> dict[str, str]:
        """The column of each field that a correlation of this one may read: its groups stand before its events'."""
        return self.kept | dict(zip(self.wanted.groups, self.keys, strict=True))

    @property
    def value(self) -> str:
        """The column of what is counted or reckoned with."""
        return "TocsinNumber" if self.wanted.kind in NUMERIC else "TocsinValue"


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """The events of some rules (their numbers) in one shape, and the fields that they are grouped and counted by.

    ``before``: parts of the same shape, whose events are not counted in the same group once more.
    """

    rules: tuple[int, ...]
    asked: Asked
    groups: tuple[str, ...]
    fields: tuple[str, ...]
    carried: tuple[str, ...] = ()
    before: tuple[Part, ...] = ()

    @property
    def extra(self) -> list[str]:
        """The fields that are read beside those of the condition."""
        others = [[*fields_of(part.asked.tree), *part.groups] for part in self.before]
        return list(dict.fromkeys([*self.groups, *self.fields, *self.carried, *(name for o in others for name in o)]))


@dataclasses.dataclass(frozen=True, slots=True)
class Fired:
    """The firings of a correlation that is rule number ``rule`` of another."""

    rule: int
    level: Level
    groups: tuple[str, ...]
    fields: tuple[str, ...]


def merged(parts: Sequence[Part]) -> list[Part]:
    """Rules that read one shape alike as one condition, so that an event that meets two of them is counted once.

    Where they are grouped or counted by different fields, an event is counted for the first of them in each group.
    """
    by_shape: dict[str, list[Part]] = {}
    for part in parts:
        known = by_shape.setdefault(part.asked.shape.name, [])
        for place, other in enumerate(known):
            if (other.groups, other.fields) == (part.groups, part.fields):
                asked = Asked(part.asked.shape, some([other.asked.tree, part.asked.tree]))
                known[place] = dataclasses.replace(other, rules=(*other.rules, *part.rules), asked=asked)
                break
        else:
            known.append(part)
    return [
        dataclasses.replace(part, before=tuple(known[:place]))
        for known in by_shape.values()
        for place, part in enumerate(known)
    ]


def of_table(part: Part, level: Level, time: str) -> str:
    """The events of one part. Raises ``Refusal``."""
    where = where_of(part.asked, part.extra)
    stages = [f"| where {_present(where, field)}" for field in dict.fromkeys(part.groups)]
    for other in part.before:
        pairs = [pair for pair in zip(other.groups, part.groups, strict=True) if pair[0] != pair[1]]
        same = [f"tolower({where.text(one)}) == tolower({where.text(two)})" for one, two in pairs]
        stages.append(f"| where not({' and '.join([*same, f'({where.write(other.asked.tree, negated=True)})'])})")
    text = functools.partial(_text, where)
    row = _row(level, time, part.rules[0], part, text)
    row += [f"{column} = {text(name)}" for name, column in level.kept.items()]
    return piped(part.asked, *stages, f"| extend {', '.join(row)}", extra=part.extra)


def _text(where: Where, field: str) -> str:
    """A column as text, empty where it is missing or has what the store writes for that."""
    text = where.text(field)
    for mark in marks_of(where.fields[field]):
        text = f'iff({text} == "{mark}", "", {text})'
    return text


def _present(where: Where, field: str) -> str:
    return " and ".join(
        [where.present(field), *(f'{where.text(field)} != "{m}"' for m in marks_of(where.fields[field]))]
    )


def of_firings(fired: Fired, level: Level, time: str) -> str:
    """The firings of another correlation, as rows of this one."""
    known = fired.level.columns
    stages = [f"| where isnotempty({known[field]})" for field in dict.fromkeys(fired.groups)]
    row = _row(level, time, fired.rule, fired, known.__getitem__)
    row += [f"{column} = {known[name]}" for name, column in level.kept.items()]
    stages += [f"| extend {', '.join(row)}", *([f"| project-away {', '.join(known.values())}"] if known else [])]
    return "\n".join([f"TocsinFires{fired.level.suffix}", *stages])


def _row(level: Level, time: str, rule: int, read: Part | Fired, text: Callable[[str], str]) -> list[str]:
    """The columns that every row has; ``text`` gives the column of a field."""
    row = [f"TocsinRule = {rule}", f"TocsinBucket = bin({time}, {level.wanted.seconds}s)"]
    row += [f"{key} = tolower({text(field)})" for key, field in zip(level.keys, read.groups, strict=True)]
    if level.wanted.kind in NUMERIC and read.fields:
        row.append(f"TocsinNumber = {number_of(text(read.fields[0]))}")
    elif read.fields:
        present = " and ".join(f"isnotempty({text(field)})" for field in read.fields)
        values = [f"tolower({text(field)})" for field in read.fields]
        value = values[0] if len(values) == 1 else f"tostring(pack_array({', '.join(values)}))"
        row.append(f'TocsinValue = iff({present}, {value}, "")')
    return row
