"""The streams of events at which correlations go wrong, as plans: which rule occurs when, in which group, with what.

Offsets are in milliseconds, since stores keep no more: just outside of a span is one millisecond beyond it.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

OTHER_CASE, ABSENT, NULL, SEVERAL = "other case", "absent", "null", "several"
"""Odd groups: the first one's name in capitals, without the fields, with null there, with a list of two groups."""


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One occurrence of the rule ``rule`` (its place in the correlation) at ``offset`` milliseconds.

    ``group``: 0 and 1 are two groups, or one of the odd ones. ``value``: which of the distinct values it has, or
    ``other case`` or ``absent``; for sums a number. ``rule`` is None for an event that no rule of the correlation
    matches, -1 for one that two of them do.
    """

    rule: int | None
    offset: int
    group: int | str = 0
    value: int | Fraction | str = 0


Plan = tuple[str, list[Step]]


def spread(count: int, length: int, start: int = 0) -> list[int]:
    """Offsets of ``count`` events, evenly over ``length`` milliseconds, both ends included."""
    return [start + length * number // max(count - 1, 1) for number in range(count)]


def counting(count: int, span: int, rules: int, *, grouped: bool, distinct: bool) -> Iterator[Plan]:
    """For ``event_count`` and ``value_count`` (``distinct``) whose condition first holds at ``count``."""

    def burst(number: int, offsets: Sequence[int], group: int | str = 0) -> list[Step]:
        return [Step(at % rules, offset, group, at) for at, offset in zip(range(number), offsets, strict=True)]

    half = span // 2
    exact = burst(count, spread(count, half))
    yield "exact", exact
    yield "one more", burst(count + 1, spread(count + 1, half))
    yield "far more", burst(3 * count + 2, spread(3 * count + 2, half))
    yield "ties", burst(count, [0] * count)
    yield "other order in the list", exact[::-1]
    yield "over a bin's boundary", burst(count, spread(count, half, span - span // 4))
    yield "again after it ceased", [*exact, *burst(count, spread(count, half, 3 * span))]
    yield "again a bin later", [*exact, *burst(count, spread(count, half, span + half + 1))]
    yield "held for long", burst(4 * count, spread(4 * count, 4 * span - 4 * span // max(count, 1)))
    yield "with an event between", [*exact, Step(None, half // 2)]
    if count > 1:
        few = burst(count - 1, spread(count - 1, half))
        yield "one fewer", few
        yield "one fewer and an event that does not match", [*few, Step(None, half)]
        yield "span: first and last at its ends", burst(count, spread(count, span))
        yield "span: a millisecond too long", burst(count, [*spread(count, span)[:-1], span + 1])
        yield "span: a millisecond short of it", burst(count, [*spread(count, span)[:-1], span - 1])
        yield "span: ends in the next bin", burst(count, spread(count, span, half))
        yield "first of them too early", burst(count, [0, *spread(count - 1, half, span + 1)])
    if rules > 1:
        yield "one rule alone", [dataclasses.replace(step, rule=0) for step in exact]
        yield "one event that two rules match", [*exact[1:], Step(-1, half)]
    if distinct:
        yield "value: the same each time", [dataclasses.replace(step, value=0) for step in exact]
        yield "value: one twice", [*exact, dataclasses.replace(exact[0], offset=half)]
        if count > 1:
            yield "value: other letter case", [*exact[:-1], dataclasses.replace(exact[-1], value=OTHER_CASE)]
            yield "value: absent in one", [*exact[:-1], dataclasses.replace(exact[-1], value=ABSENT)]
    if grouped:
        yield from _grouped(exact)


def _grouped(steps: list[Step]) -> Iterator[Plan]:
    def with_last(group: int | str) -> list[Step]:
        return [*steps[:-1], dataclasses.replace(steps[-1], group=group)]

    yield (
        "group: two at once",
        [step for one in steps for step in (one, dataclasses.replace(one, group=1, offset=one.offset + 1))],
    )
    for group in (1, OTHER_CASE, ABSENT, NULL, SEVERAL):
        kind = "split" if group == 1 else f"{group} in one"
        yield f"group: {kind}", with_last(group)
    yield "group: absent in all", [dataclasses.replace(step, group=ABSENT) for step in steps]


def temporal(rules: int, span: int, *, grouped: bool) -> Iterator[Plan]:
    """For ``temporal`` and ``temporal_ordered``."""

    def chain(order: Sequence[int], offsets: Sequence[int]) -> list[Step]:
        return [Step(rule, offset) for rule, offset in zip(order, offsets, strict=True)]

    order, half = list(range(rules)), span // 2
    exact = chain(order, spread(rules, half))
    yield "exact", exact
    yield "ties", chain(order, [0] * rules)
    yield "ties in other order in the list", chain(order[::-1], [0] * rules)
    yield "other order in the list", exact[::-1]
    yield "over a bin's boundary", chain(order, spread(rules, half, span - span // 4))
    yield "again after it ceased", [*exact, *chain(order, spread(rules, half, 3 * span))]
    yield "again at once", [*exact, *chain(order, spread(rules, half // 2, half + 1))]
    yield "with an event between", [*exact, Step(None, half // 2)]
    if rules > 1:
        yield "other order", chain(order[::-1], spread(rules, half))
        yield "first two exchanged", chain([1, 0, *order[2:]], spread(rules, half))
        yield "last two exchanged", chain([*order[:-2], order[-1], order[-2]], spread(rules, half))
        yield "last one first and again last", chain([order[-1], *order], spread(rules + 1, half))
        yield "first one again last", chain([*order, 0], spread(rules + 1, half))
        yield "each twice", chain([rule for rule in order for _ in range(2)], spread(2 * rules, half))
        yield "one rule many times", chain([0] * (rules + 1), spread(rules + 1, half))
        yield "span: first and last at its ends", chain(order, spread(rules, span))
        yield "span: a millisecond too long", chain(order, [*spread(rules, span)[:-1], span + 1])
        yield "span: ends in the next bin", chain(order, spread(rules, span, half))
        yield "last too late, all again in time", [*exact[:-1], *chain(order, spread(rules, half, span + 1))]
        yield "one event that two rules match", [Step(-1, 0), *exact[2:]]
        for missing in order[:12]:
            yield f"without rule {missing + 1}", [step for step in exact if step.rule != missing]
    if rules <= 4:
        for number in range(1, rules):
            for chosen in itertools.combinations(order, number):
                told = " and ".join(str(rule + 1) for rule in chosen)
                yield f"rules {told} alone", [step for step in exact if step.rule in chosen]
    if grouped:
        yield from _grouped(exact)


def numeric(limit: Fraction, span: int, rules: int, *, grouped: bool) -> Iterator[Plan]:
    """For sums, averages and percentiles whose condition compares with ``limit``."""

    def given(*values: Fraction | str | int, offsets: Sequence[int] = ()) -> list[Step]:
        places = offsets or spread(len(values), span // 2)
        return [
            Step(at % rules, offset, 0, value) for at, (offset, value) in enumerate(zip(places, values, strict=True))
        ]

    for step in (-1, 0, 1):
        yield f"one event, limit {step:+d}", given(limit + step)
        yield f"two events that make the limit {step:+d}", given(limit - 1, Fraction(1 + step))
        yield f"three events about the limit {step:+d}", given(limit + step, limit + step, limit + step + 2)
    yield "twice over the limit", given(limit + 1, limit + 1)
    yield "once over and once under", given(limit + 2, limit - 4)
    yield "ties", given(limit, Fraction(1), offsets=(0, 0))
    yield "span: first and last at its ends", given(limit - 1, Fraction(2), offsets=(0, span))
    yield "span: a millisecond too long", given(limit - 1, Fraction(2), offsets=(0, span + 1))
    yield "over a bin's boundary", given(limit - 1, Fraction(2), offsets=(span - 1, span))
    yield "again after it ceased", given(limit + 1, limit + 1, offsets=(0, 3 * span))
    yield (
        "ceased and met again within the span",
        given(limit + 1, -limit - 1, limit + 2, offsets=(0, span // 4, span // 2)),
    )
    yield "value: absent in one", given(limit + 1, ABSENT)
    yield "value: absent in all", given(ABSENT, ABSENT)
    if grouped:
        yield from _grouped(given(limit - 1, Fraction(2)))
