"""Whether the condition of a correlation holds in one window, in KQL.

Facts from the Kusto documentation (MicrosoftDocs/dataexplorer-docs, data-explorer/kusto/query): *count_distinct()* is
exact where *dcount()* estimates, *make_list()* skips null, the division of whole numbers leaves the rest out, decimals
are exact where reals are not.
"""

from __future__ import annotations

import dataclasses
import itertools
from fractions import Fraction

from sigma.conditions import ConditionAND, ConditionNOT, ConditionOR

from compiler.targets.correlation import Correlated, refused
from compiler.targets.kusto_text import literal
from compiler.targets.tree import Atom, Tree, args_of


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """What is summarized of a window, the columns made of that one after the other, and the condition over them."""

    aggregates: tuple[str, ...]
    columns: tuple[str, ...]
    holds: str


def judge(wanted: Correlated) -> Judged:
    """How the condition of ``wanted`` is judged. Raises ``Refusal`` for a count of values without a field."""
    if wanted.kind not in ("event_count", "temporal", "temporal_ordered") and not wanted.fields:
        raise refused(f"`{wanted.kind}` needs a field", "condition")
    match wanted.kind:
        case "event_count":
            return Judged(("TocsinCount = count()",), (), _compared(wanted, "TocsinCount"))
        case "value_count":
            count = "TocsinCount = count_distinctif(TocsinValue, isnotempty(TocsinValue))"
            return Judged((count,), (), _compared(wanted, "TocsinCount"))
        case "value_sum" | "value_avg":
            return _total(wanted)
        case "value_percentile":
            return _percentile(wanted)
        case _:
            return _rules(wanted)


def _compared(wanted: Correlated, name: str) -> str:
    return " and ".join(f"{name} {operator} {number}" for operator, number in wanted.conditions)


def _total(wanted: Correlated) -> Judged:
    """Without a single number there is neither a sum nor an average."""
    times = " * TocsinNumbers" if wanted.kind == "value_avg" else ""
    limits = [
        f"TocsinSum {operator} todecimal({literal(str(number))}){times}" for operator, number in wanted.conditions
    ]
    aggregates = ("TocsinNumbers = countif(isnotnull(TocsinNumber))", "TocsinSum = sum(TocsinNumber)")
    return Judged(aggregates, (), " and ".join(["TocsinNumbers > 0", *limits]))


def _percentile(wanted: Correlated) -> Judged:
    """The value at its place among the sorted numbers, on the straight line between two; in whole parts of a place."""
    share = Fraction(str(wanted.percentile)) / 100
    parts = share.denominator
    columns = (
        "TocsinList = array_sort_asc(TocsinList)",
        f"TocsinPlace = {share.numerator} * (array_length(TocsinList) - 1)",
        f"TocsinBelow = TocsinPlace / {parts}, TocsinRest = TocsinPlace % {parts}",
        "TocsinAbove = iff(TocsinRest > 0, TocsinBelow + 1, TocsinBelow)",
        "TocsinLow = todouble(TocsinList[TocsinBelow]), TocsinHigh = todouble(TocsinList[TocsinAbove])",
        f"TocsinCount = TocsinLow * {parts} + (TocsinHigh - TocsinLow) * TocsinRest",
    )
    limits = [f"TocsinCount {operator} {number * parts}" for operator, number in wanted.conditions]
    held = " and ".join(["array_length(TocsinList) > 0", *(f"coalesce({limit}, false)" for limit in limits)])
    return Judged(("TocsinList = make_list(todouble(TocsinNumber))",), columns, held)


def _rules(wanted: Correlated) -> Judged:
    """Which rules were met, and for an ordered correlation whether their first hits stand in the order of the rules."""
    numbers = range(1, len(wanted.rules) + 1)
    seen = [f"TocsinSeen{number} = countif(TocsinRule == {number})" for number in numbers]
    places = {key: number for number, rule in enumerate(wanted.rules, start=1) for key in (rule.id, rule.name)}
    if wanted.expression is not None:
        held = [_expressed(wanted.expression, places)]
    else:
        count = " + ".join(f"toint(TocsinSeen{number} > 0)" for number in numbers)
        held = [f"({count}) {operator} {least}" for operator, least in wanted.conditions]
    if wanted.kind == "temporal":
        return Judged(tuple(seen), (), " and ".join(held))
    firsts = [f"TocsinFirst{number} = minif(TocsinAt, TocsinRule == {number})" for number in numbers]
    # The first hit of a rule that was not met is null, and stands in nobody's way.
    order = [f"coalesce(TocsinFirst{a} <= TocsinFirst{b}, true)" for a, b in itertools.combinations(numbers, 2)]
    return Judged((*seen, *firsts), (), " and ".join([*held, *order]))


def _expressed(tree: Tree, places: dict[str, int]) -> str:
    """A boolean condition over rules."""
    if isinstance(tree, ConditionNOT):
        return f"not({_expressed(args_of(tree)[0], places)})"
    if isinstance(tree, (ConditionAND, ConditionOR)):
        word = " and " if isinstance(tree, ConditionAND) else " or "
        return f"({word.join(_expressed(arg, places) for arg in args_of(tree))})"
    if not isinstance(tree, Atom) or tree.field not in places:
        raise refused("a condition over rules that the correlation does not name is not converted", "condition")
    return f"TocsinSeen{places[tree.field]} > 0"
