r"""How much work an expression is to Lucene, which makes a deterministic automaton of it and gives up at a limit.

``Operations.determinize`` of Lucene counts, for each state it makes, the states that this one stands for, and stops at
ten times ``max_determinized_states`` (10,000 unless set); the server then rejects the query: ``.*a[^b]{1,40}c.*``
means a state for every way in which the places after an ``a`` can overlap. The same is counted here, on the positions
of the expression (Glushkov's automaton) and no further than the limit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]  # Lucene's syntax, as it is written here, is a part of Python's
from typing import Any

STATES = 10_000
"""``max_determinized_states`` unless a query sets it."""
_ALLOWED = 5
"""Half of what Lucene allows for each of these: its automaton has more states than an expression has positions."""
_POSITIONS = 5_000
_END = 0x110000


class _Positions:
    """The characters of an expression in order, and for each those that may follow it, as bits of one number."""

    def __init__(self) -> None:
        self.ranges: list[list[tuple[int, int]]] = []
        self.follow: list[int] = []

    def sequence(self, items: Iterable[tuple[Any, Any]]) -> tuple[int, int, bool]:
        """First and last positions of items one after another, and whether they may be empty."""
        first, last, empty = 0, 0, True
        for kind, value in items:
            first, last, empty = self._then((first, last, empty), self._item(kind, value))
        return first, last, empty

    def _then(self, one: tuple[int, int, bool], other: tuple[int, int, bool]) -> tuple[int, int, bool]:
        self._link(one[1], other[0])
        first = one[0] | other[0] if one[2] else one[0]
        last = one[1] | other[1] if other[2] else other[1]
        return first, last, one[2] and other[2]

    def _link(self, before: int, after: int) -> None:
        for position in _bits(before):
            self.follow[position] |= after

    def _item(self, kind: Any, value: Any) -> tuple[int, int, bool]:
        if kind is op.SUBPATTERN:
            return self.sequence(value[3])
        if kind is op.BRANCH:
            parts = [self.sequence(branch) for branch in value[1]]
            return _union(parts)
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            return self._repeated(*value)
        self.ranges.append(_ranges(kind, value))
        self.follow.append(0)
        if len(self.ranges) > _POSITIONS:
            raise OverflowError
        bit = 1 << len(self.ranges) - 1
        return bit, bit, False

    def _repeated(self, least: int, most: Any, items: Any) -> tuple[int, int, bool]:
        told: tuple[int, int, bool] = (0, 0, True)
        for _ in range(least):
            told = self._then(told, self.sequence(items))
        if most is op.MAXREPEAT:
            first, last, _ = self.sequence(items)
            self._link(last, first)
            return self._then(told, (first, last, True))
        # As Lucene does: each further one can only follow the one before, so that places are counted apart.
        first, last, empty = told
        here = last
        for number in range(most - least):
            begins, ends, may = self.sequence(items)
            self._link(here, begins)
            if empty and (number == 0 or may):
                first |= begins
            here = ends | here if may else ends
            last |= ends
        return first, last, empty


def too_complex(expression: str, states: int = STATES, *, folded: bool = False) -> bool:
    """Whether Lucene may give up on ``expression``, which is in its syntax.

    ``states``: its ``max_determinized_states``; ``folded``: letter case is ignored.
    """
    allowed = states * _ALLOWED
    made = _Positions()
    try:
        first, _, _ = made.sequence(_parser.parse(expression, re.DOTALL))
    except OverflowError:
        return True
    symbols = _symbols(made.ranges, folded=folded)
    waiting, known, effort = [first], {first}, first.bit_count()
    after: dict[int, int] = {}
    while waiting and effort < allowed:
        here = waiting.pop()
        for symbol in symbols:
            if (met := here & symbol) not in after:
                reached = 0
                for position in _bits(met):
                    reached |= made.follow[position]
                after[met] = reached
            if (there := after[met]) and there not in known:
                known.add(there)
                waiting.append(there)
                effort += there.bit_count()
    return effort >= allowed


def _bits(number: int) -> Iterable[int]:
    while number:
        yield (number & -number).bit_length() - 1
        number &= number - 1


def _union(parts: Sequence[tuple[int, int, bool]]) -> tuple[int, int, bool]:
    first = last = 0
    for one in parts:
        first, last = first | one[0], last | one[1]
    return first, last, any(one[2] for one in parts)


def _ranges(kind: Any, value: Any) -> list[tuple[int, int]]:
    """The characters of one position, as ranges without their ends."""
    if kind is op.ANY:
        return [(0, _END)]
    if kind is op.LITERAL:
        return [(value, value + 1)]
    if kind is op.NOT_LITERAL:
        return [(0, value), (value + 1, _END)]
    members = [one for one in value if one[0] is not op.NEGATE]
    met = sorted((one, one + 1) if name is op.LITERAL else (one[0], one[1] + 1) for name, one in members)
    if len(members) == len(value):
        return met
    edges = [0, *(edge for one in met for edge in one), _END]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]


def _symbols(ranges: Sequence[Sequence[tuple[int, int]]], *, folded: bool) -> list[int]:
    """The positions that take a character, for one character of each kind that the expression tells apart."""
    edges = {0, *(edge for one in ranges for pair in one for edge in pair if edge < _END)}
    if folded:
        edges |= {ord(other) for edge in edges for other in (chr(edge).lower(), chr(edge).upper()) if len(other) == 1}
    told = set()
    for edge in edges:
        letters = {edge}
        if folded:
            letters |= {ord(other) for other in (chr(edge).lower(), chr(edge).upper()) if len(other) == 1}
        met = 0
        for position, one in enumerate(ranges):
            if any(start <= letter < end for letter in letters for start, end in one):
                met |= 1 << position
        told.add(met)
    return sorted(told)
