"""A window that slides over the events of one group, and what is kept count of inside it."""

from __future__ import annotations

import bisect
import collections
import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Protocol

Criterion = Callable[[Fraction], bool]


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """What a group knows of one event: its place in the list, its time, and which rules (by position) it met.

    ``values``: what ``value_count`` tells apart; ``numbers``: what the others reckon with.
    """

    event: int
    time: int
    rules: frozenset[int]
    values: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[Fraction, ...] = ()


class Tally(Protocol):
    """Keeps count of the window's members, which leave it in the order in which they came."""

    def add(self, member: Member) -> None:
        """A member enters the window."""

    def drop(self, member: Member) -> None:
        """The oldest member leaves it."""

    def holds(self) -> bool:
        """Whether the condition holds for the members inside."""


def firings(members: Sequence[Member], span: int, tally: Tally) -> Iterator[Member]:
    """The members at which the group fires; ``semantics.md``, correlation window, and what fires.

    ``members`` are in order of time, then of place. The window of a member holds all from ``span`` before its time to
    its time, both included, and so all of the same time, wherever they stand. A group fires at the first member at
    which the condition holds, and again only after a member at which it did not hold.
    """
    oldest = 0
    held = False
    for time, tied in itertools.groupby(members, key=lambda member: member.time):
        now = list(tied)
        for member in now:
            tally.add(member)
        while members[oldest].time < time - span:
            tally.drop(members[oldest])
            oldest += 1
        holds = tally.holds()
        if holds and not held:
            yield now[0]
        held = holds


def tally_of(kind: str, satisfied: Criterion, met: Callable[[frozenset[int]], bool], percentile: Fraction) -> Tally:
    """An empty tally for a type of correlation: ``satisfied`` judges its number, ``met`` its rules (temporal types)."""
    match kind:
        case "event_count":
            return _Count(satisfied)
        case "value_count":
            return _Distinct(satisfied)
        case "value_sum" | "value_avg":
            return _Total(satisfied, average=kind == "value_avg")
        case "value_percentile":
            return _Percentile(satisfied, percentile)
        case _:
            return _Rules(met, ordered=kind == "temporal_ordered")


class _Count:
    """``event_count``: how many events there are; one that met two rules is one event."""

    def __init__(self, condition: Criterion) -> None:
        self._condition, self._count = condition, 0

    def add(self, member: Member) -> None:  # noqa: ARG002
        self._count += 1

    def drop(self, member: Member) -> None:  # noqa: ARG002
        self._count -= 1

    def holds(self) -> bool:
        return self._condition(Fraction(self._count))


class _Distinct:
    """``value_count``: how many distinct values there are."""

    def __init__(self, condition: Criterion) -> None:
        self._condition = condition
        self._seen: collections.Counter[tuple[str, ...]] = collections.Counter()

    def add(self, member: Member) -> None:
        self._seen.update(member.values)

    def drop(self, member: Member) -> None:
        for value in member.values:
            self._seen[value] -= 1
            if not self._seen[value]:
                del self._seen[value]

    def holds(self) -> bool:
        return self._condition(Fraction(len(self._seen)))


class _Rules:
    """``temporal`` and ``temporal_ordered``: which rules were met, and when first."""

    def __init__(self, condition: Callable[[frozenset[int]], bool], *, ordered: bool) -> None:
        self._condition, self._ordered = condition, ordered
        self._times: dict[int, collections.deque[int]] = collections.defaultdict(collections.deque)

    def add(self, member: Member) -> None:
        for rule in member.rules:
            self._times[rule].append(member.time)

    def drop(self, member: Member) -> None:
        for rule in member.rules:
            self._times[rule].popleft()

    def holds(self) -> bool:
        first = [times[0] for _, times in sorted(self._times.items()) if times]
        if self._ordered and any(later < earlier for earlier, later in itertools.pairwise(first)):
            return False
        return self._condition(frozenset(rule for rule, times in self._times.items() if times))


class _Total:
    """``value_sum`` and ``value_avg``: without a single number there is neither, and no condition holds."""

    def __init__(self, condition: Criterion, *, average: bool) -> None:
        self._condition, self._average = condition, average
        self._sum, self._count = Fraction(0), 0

    def add(self, member: Member) -> None:
        self._sum += sum(member.numbers)
        self._count += len(member.numbers)

    def drop(self, member: Member) -> None:
        self._sum -= sum(member.numbers)
        self._count -= len(member.numbers)

    def holds(self) -> bool:
        if not self._count:
            return False
        return self._condition(self._sum / self._count if self._average else self._sum)


class _Percentile:
    """``value_percentile``: the value below which that share of the numbers lies, between two by the straight line.

    That is PERCENTILE_CONT of SQL:2003 (ISO 9075-2, inverse distribution functions): the median of 1 and 2 is 1.5.
    """

    def __init__(self, condition: Criterion, percentile: Fraction) -> None:
        self._condition, self._share = condition, percentile / 100
        self._numbers: list[Fraction] = []

    def add(self, member: Member) -> None:
        for number in member.numbers:
            bisect.insort(self._numbers, number)

    def drop(self, member: Member) -> None:
        for number in member.numbers:
            del self._numbers[bisect.bisect_left(self._numbers, number)]

    def holds(self) -> bool:
        if not self._numbers:
            return False
        place = self._share * (len(self._numbers) - 1)
        below = int(place)
        above = min(below + 1, len(self._numbers) - 1)
        low, high = self._numbers[below], self._numbers[above]
        return self._condition(low + (high - low) * (place - below))
