"""The sliding window against its definition, written down the slow way."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.meaning.window import Member, firings, tally_of

OPERATORS: dict[str, Callable[[Fraction, int], bool]] = {
    "gte": lambda found, wanted: found >= wanted,
    "lt": lambda found, wanted: found < wanted,
    "eq": lambda found, wanted: found == wanted,
    "neq": lambda found, wanted: found != wanted,
}


def number_of(kind: str, inside: list[Member], percentile: int) -> Fraction | None:
    """What a type of correlation compares, of all members of one window at once; None where there is nothing."""
    numbers = sorted(number for member in inside for number in member.numbers)
    if kind == "event_count":
        return Fraction(len(inside))
    if kind == "value_count":
        return Fraction(len({value for member in inside for value in member.values}))
    if not numbers:
        return None
    if kind == "value_sum":
        return sum(numbers, Fraction(0))
    if kind == "value_avg":
        return sum(numbers, Fraction(0)) / len(numbers)
    place = Fraction(percentile, 100) * (len(numbers) - 1)
    low, high = numbers[int(place)], numbers[min(int(place) + 1, len(numbers) - 1)]
    return low + (high - low) * (place - int(place))


def in_order(rules: list[Member]) -> tuple[frozenset[int], bool]:
    """The rules met in one window, and whether their first hits come in the order of their numbers."""
    met = sorted({rule for member in rules for rule in member.rules})
    first = [min(member.time for member in rules if rule in member.rules) for rule in met]
    return frozenset(met), first == sorted(first)


def slow(members: list[Member], span: int, holds: Callable[[list[Member]], bool]) -> list[int]:
    fired, held = [], False
    for member in members:
        now = holds([other for other in members if member.time - span <= other.time <= member.time])
        if now and not held:
            fired.append(member.event)
        held = now
    return fired


@st.composite
def members(draw: st.DrawFn) -> list[Member]:
    times = sorted(draw(st.lists(st.integers(0, 12), max_size=14)))
    values = st.lists(st.tuples(st.sampled_from("abc")), max_size=2, unique=True)
    numbers = st.lists(st.integers(-2, 5).map(Fraction), max_size=2)
    rules = st.frozensets(st.integers(0, 2), min_size=1)
    return [
        Member(place, time, draw(rules), tuple(draw(values)), tuple(draw(numbers))) for place, time in enumerate(times)
    ]


@pytest.mark.parametrize("kind", ["event_count", "value_count", "value_sum", "value_avg", "value_percentile"])
@given(members=members(), span=st.integers(1, 5), name=st.sampled_from(sorted(OPERATORS)), wanted=st.integers(0, 4))
def test_counts_fire_as_defined(kind, members, span, name, wanted):
    """Every count fires where its definition over all pairs of events says."""
    percentile = 40

    def satisfied(found: Fraction) -> bool:
        return OPERATORS[name](found, wanted)

    def holds(inside: list[Member]) -> bool:
        found = number_of(kind, inside, percentile)
        return found is not None and satisfied(found)

    tally = tally_of(kind, satisfied, lambda _: False, Fraction(percentile))
    assert [member.event for member in firings(members, span, tally)] == slow(members, span, holds)


@pytest.mark.parametrize("ordered", [False, True])
@given(members=members(), span=st.integers(1, 5), fewest=st.integers(1, 3))
def test_temporal_fires_as_defined(ordered, members, span, fewest):
    """Temporal correlations fire where their definition over all pairs of events says."""

    def holds(inside: list[Member]) -> bool:
        met, sorted_first = in_order(inside)
        return len(met) >= fewest and (sorted_first or not ordered)

    kind = "temporal_ordered" if ordered else "temporal"
    tally = tally_of(kind, lambda _: False, lambda rules: len(rules) >= fewest, Fraction(0))
    assert [member.event for member in firings(members, span, tally)] == slow(members, span, holds)
