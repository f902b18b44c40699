"""Many rules as one: detections with their filters, correlations over them, and what all of them find in a log."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from compiler.content.model import Kind, Logsource, Rule
from compiler.meaning.correlation import Correlation, Firing, Occurrence
from compiler.meaning.errors import MeaningError
from compiler.meaning.events import Event
from compiler.meaning.linking import known_to, link
from compiler.meaning.placeholders import Placeholders
from compiler.meaning.rule import Detection, View, read_detection, read_filter

__all__ = ["Hit", "RuleFault", "Ruleset", "read_filtered", "read_ruleset"]


@dataclasses.dataclass(frozen=True, slots=True)
class RuleFault:
    """A rule that has no meaning, or that could not be asked about an event."""

    rule: Rule
    error: MeaningError


@dataclasses.dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matched: at which event (its place in the list), and for a correlation for which group."""

    rule: Rule
    event: int
    group: Mapping[str, Any] | None = None


@dataclasses.dataclass(slots=True)
class _Search:
    """What one run over events has found so far."""

    found: dict[int, list[int]]
    hits: list[Hit]
    faults: list[RuleFault]


class Ruleset:
    """Rules that were read together. Made by ``read_ruleset``."""

    def __init__(
        self, rules: Sequence[Rule], parts: Mapping[int, Detection | Correlation], links: Mapping[int, tuple[int, ...]]
    ) -> None:
        """``parts``: the meaning of a rule by its place in ``rules``; ``links``: the rules of each correlation."""
        self._rules = rules
        self._parts = parts
        self._links = links
        referred = {member: set[bool]() for members in links.values() for member in members}
        for place, members in links.items():
            for member in members:
                referred[member].add(_correlation(parts[place]).generate)
        self._silent = frozenset(member for member, generates in referred.items() if True not in generates)
        self._detections: dict[Logsource, list[tuple[int, Detection]]] = {}
        for place, part in parts.items():
            if isinstance(part, Detection):
                self._detections.setdefault(part.logsource, []).append((place, part))
        self._asked: dict[tuple[Logsource, ...], tuple[tuple[int, Detection], ...]] = {}

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that have a meaning and give alerts of their own, by name."""
        return tuple(sorted((self._rules[place] for place in self._parts if place not in self._silent), key=_order))

    def match(self, events: Sequence[Event], faults: list[RuleFault] | None = None) -> Iterator[Hit]:
        """What the rules find in events, by event and then by the name of the rule.

        A rule is asked about an event if its log source covers one of the event's; every rule about an event that has
        none. A rule that a correlation refers to gives no hit of its own, unless one that refers to it says
        ``generate: true``. Correlations see the events in order of time, of one time in order of the list.

        Two things can go wrong with a rule here: a regex that runs over its bound, and a correlation of events without
        a time. They are added to ``faults``, and the rule goes on without that event; without a list to add to, they
        are raised as ``MeaningError``.
        """
        search = _Search({}, [], [])
        self._ask(events, search)
        self._correlate(events, search)
        if faults is not None:
            faults.extend(search.faults)
        elif search.faults:
            raise search.faults[0].error
        yield from sorted(search.hits, key=lambda hit: (hit.event, _order(hit.rule)))

    def _ask(self, events: Sequence[Event], search: _Search) -> None:
        overrun: set[int] = set()
        for index, event in enumerate(events):
            view = View(event.fields)
            for place, detection in self._detections_for(event.logsources):
                try:
                    if not detection.matches(view):
                        continue
                except MeaningError as error:
                    if place not in overrun:
                        overrun.add(place)
                        search.faults.append(RuleFault(self._rules[place], error))
                    continue
                search.found.setdefault(place, []).append(index)
                if place not in self._silent:
                    search.hits.append(Hit(self._rules[place], index))

    def _detections_for(self, logsources: tuple[Logsource, ...]) -> tuple[tuple[int, Detection], ...]:
        known = self._asked.get(logsources)
        if known is None:
            keys = self._detections if not logsources else {key for one in logsources for key in _covering(one)}
            found = {place: detection for key in keys for place, detection in self._detections.get(key, ())}
            known = self._asked[logsources] = tuple(sorted(found.items(), key=lambda item: item[0]))
        return known

    def _correlate(self, events: Sequence[Event], search: _Search) -> None:
        # ``links`` has every correlation after those it refers to.
        fired: dict[int, list[Firing]] = {}
        for place, members in self._links.items():
            correlation = _correlation(self._parts[place])
            undated = [
                events[index].line
                for member in members
                for index in search.found.get(member, ())
                if not _dated(events[index])
            ]
            if undated:
                first = min(undated) + 1
                message = f"{len(undated)} of the events that it counts have no time, the first in line {first}"
                hint = "give them an `@timestamp` in ISO 8601"
                search.faults.append(RuleFault(self._rules[place], MeaningError(("correlation",), message, hint)))
            try:
                fired[place] = correlation.firings(_occurrences(members, events, search.found, fired))
            except MeaningError as error:
                search.faults.append(RuleFault(self._rules[place], error))
                fired[place] = []
            if place not in self._silent:
                search.hits.extend(Hit(self._rules[place], firing.event, firing.group) for firing in fired[place])


def read_ruleset(rules: Iterable[Rule], placeholders: Placeholders | None = None) -> tuple[Ruleset, list[RuleFault]]:
    """The meaning of rules that belong together, and the faults of those that have none; YARA rules are left aside.

    Filters are joined to the rules that they name by id or name, or with ``any`` to all of their log source;
    correlations find their rules by id or name. A rule is at fault if a rule that it refers to is not there, is there
    twice, or is itself at fault. The keys of a fault lead into the rule that it names.
    """
    sigma = [rule for rule in rules if rule.kind is not Kind.YARA]
    linked = link(sigma, placeholders or {})
    faults = [RuleFault(sigma[place], error) for place, error in linked.errors]
    return Ruleset(sigma, linked.parts, linked.members), faults


def read_filtered(rule: Rule, rules: Iterable[Rule]) -> Detection:
    """The detection of one rule with those filters among ``rules`` that are meant for it. Raises ``MeaningError``."""
    filters = [one for one in rules if one.kind is Kind.FILTER]
    read = [(one, read_filter(one.body, placeholders=one.placeholders)) for one in filters]
    applied = [one for one, meaning in read if meaning.refers_to(rule.id, rule.name)]
    known = known_to([rule, *applied], {})
    return read_detection(rule.body, placeholders=known, filters=[one.body for one in applied])


def _occurrences(
    members: tuple[int, ...],
    events: Sequence[Event],
    found: Mapping[int, Sequence[int]],
    fired: Mapping[int, list[Firing]],
) -> list[Occurrence]:
    # An event that several rules matched occurs once, with all of them; each firing of a correlation occurs by itself.
    met: dict[int, set[int]] = {}
    occurrences = []
    for position, member in enumerate(members):
        for index in found.get(member, ()):
            met.setdefault(index, set()).add(position)
        occurrences += [
            Occurrence(firing.event, firing.time, frozenset((position,)), firing.fields)
            for firing in fired.get(member, ())
        ]
    for index, positions in met.items():
        if (time := events[index].time) is not None:
            occurrences.append(Occurrence(index, time, frozenset(positions), events[index].fields))
    return occurrences


def _covering(logsource: Logsource) -> Iterator[Logsource]:
    words = (logsource.category, logsource.product, logsource.service)
    for chosen in itertools.product(*({word, None} for word in words)):
        yield Logsource(*chosen)


def _correlation(part: Detection | Correlation) -> Correlation:
    if not isinstance(part, Correlation):
        raise TypeError("only a correlation refers to rules")
    return part


def _dated(event: Event) -> bool:
    return event.time is not None


def _order(rule: Rule) -> tuple[str, str, str]:
    return (rule.name, rule.id, rule.span.path)
