"""Joining rules: filters to the rules they tune, correlations to the rules they count."""

from __future__ import annotations

import dataclasses
import difflib
import graphlib
from collections.abc import Iterable, Mapping, Sequence

from compiler.content.model import Kind, Rule
from compiler.meaning.correlation import Correlation
from compiler.meaning.correlation_reading import read_correlation
from compiler.meaning.errors import Keys, MeaningError
from compiler.meaning.placeholders import Placeholders
from compiler.meaning.rule import Detection, Filter, read_detection, read_filter, read_logsource


@dataclasses.dataclass(slots=True)
class Linked:
    """Rules by their place in the list they came in.

    ``parts``: what each means. ``members``: the rules of each correlation in its order, every correlation after those
    that it refers to. ``errors``: what is wrong with the others.
    """

    parts: dict[int, Detection | Correlation] = dataclasses.field(default_factory=dict)
    members: dict[int, tuple[int, ...]] = dataclasses.field(default_factory=dict)
    errors: list[tuple[int, MeaningError]] = dataclasses.field(default_factory=list)


def link(rules: Sequence[Rule], placeholders: Placeholders) -> Linked:
    """Read Sigma rules of every kind and join what refers to another."""
    linked = Linked()
    names = _names(rules)
    applied = _filters(rules, names, placeholders, linked)
    for place, rule in enumerate(rules):
        try:
            if rule.kind is Kind.SIGMA:
                filters = [rules[at].body for at in applied.get(place, ())]
                known = known_to((rule, *(rules[at] for at in applied.get(place, ()))), placeholders)
                linked.parts[place] = read_detection(rule.body, placeholders=known, filters=filters)
            elif rule.kind is Kind.CORRELATION:
                linked.parts[place] = read_correlation(rule.body)
        except MeaningError as error:
            linked.errors.append((place, error))
    _correlations(rules, names, linked)
    linked.errors.sort(key=lambda item: item[0])
    return linked


def known_to(rules: Iterable[Rule], placeholders: Placeholders) -> Placeholders:
    """What placeholders stand for in rules that are read together; those given come before the rules' own."""
    known: dict[str, Sequence[str | int]] = {}
    for rule in rules:
        known |= rule.placeholders
    return {**known, **placeholders}


def _names(rules: Sequence[Rule]) -> dict[str, list[int]]:
    names: dict[str, list[int]] = {}
    for place, rule in enumerate(rules):
        if rule.kind is not Kind.FILTER:
            for name in {rule.name, rule.id} - {""}:
                names.setdefault(name, []).append(place)
    return names


def _resolve(names: Mapping[str, list[int]], name: str, keys: Keys) -> int:
    places = names.get(name, [])
    if not places:
        close = difflib.get_close_matches(name, names, 1)
        raise MeaningError(keys, f"there is no rule `{name}`", f"did you mean `{close[0]}`?" if close else "")
    if len(places) > 1:
        raise MeaningError(keys, f"{len(places)} rules are called `{name}`", "refer to it by its id")
    return places[0]


def _filters(
    rules: Sequence[Rule], names: Mapping[str, list[int]], placeholders: Placeholders, linked: Linked
) -> dict[int, list[int]]:
    # The filters of each rule. A filter at fault is not applied at all: part of it would be another filter.
    applied: dict[int, list[int]] = {}
    for at, rule in enumerate(rules):
        if rule.kind is not Kind.FILTER:
            continue
        try:
            filter_ = read_filter(rule.body, placeholders=known_to([rule], placeholders))
            tuned = _any(rules, filter_) if filter_.rules is None else list(_named(rules, names, filter_))
        except MeaningError as error:
            linked.errors.append((at, error))
            continue
        for place in tuned:
            applied.setdefault(place, []).append(at)
    return applied


def _any(rules: Sequence[Rule], filter_: Filter) -> list[int]:
    found = []
    for place, rule in enumerate(rules):
        if rule.kind is Kind.SIGMA:
            try:
                if filter_.logsource.covers(read_logsource(rule.body)):
                    found.append(place)
            except MeaningError:
                continue  # reading the rule reports it
    return found


def _named(rules: Sequence[Rule], names: Mapping[str, list[int]], filter_: Filter) -> Iterable[int]:
    for number, name in enumerate(filter_.rules or ()):
        keys = ("filter", "rules", number)
        place = _resolve(names, name, keys)
        if rules[place].kind is not Kind.SIGMA:
            raise MeaningError(keys, f"`{name}` is a correlation", "filter the rules that it counts")
        try:
            logsource = read_logsource(rules[place].body)
        except MeaningError:
            continue  # reading the rule reports it
        if not filter_.logsource.covers(logsource):
            message = f"the filter is for {filter_.logsource}, its rule `{name}` for {logsource}"
            raise MeaningError(keys, message, "give the filter the log source of its rules")
        yield place


def _correlations(rules: Sequence[Rule], names: Mapping[str, list[int]], linked: Linked) -> None:
    members: dict[int, tuple[int, ...]] = {}
    for place, part in list(linked.parts.items()):
        if isinstance(part, Correlation):
            try:
                members[place] = _members(part, names)
            except MeaningError as error:
                _refuse(linked, place, error)
    _check_cycles(rules, members, linked)
    order = graphlib.TopologicalSorter(
        {place: [at for at in found if at in members] for place, found in members.items()}
    )
    for place in order.static_order():
        for number, at in enumerate(members[place]):
            if at not in linked.parts:
                message = f"the rule `{rules[at].name}` that it is of is itself at fault"
                _refuse(linked, place, MeaningError(("correlation", "rules", number), message))
                break
        else:
            linked.members[place] = members[place]


def _members(correlation: Correlation, names: Mapping[str, list[int]]) -> tuple[int, ...]:
    found: list[int] = []
    for number, name in enumerate(correlation.rules):
        keys = ("correlation", "rules", number)
        place = _resolve(names, name, keys)
        if place in found:
            raise MeaningError(keys, f"`{name}` is a rule that is listed already")
        found.append(place)
    return tuple(found)


def _check_cycles(rules: Sequence[Rule], members: dict[int, tuple[int, ...]], linked: Linked) -> None:
    while True:
        graph = {place: [at for at in found if at in members] for place, found in members.items()}
        try:
            graphlib.TopologicalSorter(graph).prepare()
        except graphlib.CycleError as error:
            cycle = list(dict.fromkeys(error.args[1]))
            for place in cycle:
                others = ", ".join(f"`{rules[at].name}`" for at in cycle if at != place) or "itself"
                number = next(number for number, at in enumerate(members[place]) if at in cycle)
                keys = ("correlation", "rules", number)
                _refuse(linked, place, MeaningError(keys, f"correlations refer to each other in a circle: {others}"))
            for place in cycle:
                del members[place]
        else:
            return


def _refuse(linked: Linked, place: int, error: MeaningError) -> None:
    del linked.parts[place]
    linked.errors.append((place, error))
