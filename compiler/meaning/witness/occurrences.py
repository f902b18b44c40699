"""Events that rules of a correlation match, with the group and the values that a stream asks for."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from compiler.content.model import Logsource
from compiler.meaning.correlation import OPERATORS, Correlation
from compiler.meaning.errors import MeaningError
from compiler.meaning.linking import Linked
from compiler.meaning.rule import Detection
from compiler.meaning.values import MISSING, View
from compiler.meaning.witness.derive import Witness, witnesses

MOST = 1_000
"""Events that one occurrence or stream may take; a correlation that counts further is reported."""

Leaf = tuple[Mapping[str, Any], Logsource]
"""The fields of one event and the log source that it is of."""

_DEFAULTS = (
    (re.compile(r"(?i)ip$|ip[-_.]|addr"), lambda number: f"198.51.100.{7 + number % 240}"),
    (re.compile(r"(?i)port$|pid$|processid$|count$|bytes$|size$"), lambda number: 4000 + number),
    (re.compile(r"(?i)computer|host|domain|server"), lambda number: f"host{number}.example.com"),
    (re.compile(r"(?i)user|account"), lambda number: f"alice{number}"),
    (re.compile(r""), lambda number: f"zq{number}"),
)


class NoWayError(Exception):
    """No event could be made as asked; the message says which."""


_OF_A_KIND: Mapping[str, Callable[[int], Any]] = {
    "address": lambda number: f"198.51.100.{7 + number % 240}",
    "number": lambda number: 4000 + number,
}
"""Values for a field that is known to hold nothing else."""


def default(field: str, number: int, kinds: Mapping[str, str] | None = None) -> Any:
    """A value for a field that nothing is asked of, by what it holds or its name says; another for another number."""
    if kinds and field in kinds:
        return _OF_A_KIND[kinds[field]](number)
    return next(make(number) for pattern, make in _DEFAULTS if pattern.search(field))


def threshold(criteria: Sequence[tuple[str, Fraction]]) -> int:
    """The least count of 1 or more that meets a condition. Raises ``NoWayError`` if there is none up to ``MOST``."""
    for count in range(1, MOST + 1):
        if all(OPERATORS[name](Fraction(count), wanted) for name, wanted in criteria):
            return count
    raise NoWayError(f"no count up to {MOST} meets the condition")


class Occurrences:
    """Makes occurrences of rules and correlations, by their place in the list that was linked.

    ``kinds`` tells by field that it holds nothing but an ``address`` or a ``number``; ``keyword_field`` names the one
    that holds what the keywords of a rule look for.
    """

    def __init__(
        self, linked: Linked, seed: int, kinds: Mapping[str, str], keyword_field: Callable[[Detection], str]
    ) -> None:
        self._linked = linked
        self._keyword_field = keyword_field
        self._seed = seed
        self._kinds = kinds
        self._bases: dict[int, tuple[list[Witness], list[Witness]]] = {}

    def default(self, field: str, number: int) -> Any:
        """A value for a field that nothing is asked of, of its kind; another for another number."""
        return default(field, number, self._kinds)

    def members(self, place: int) -> tuple[int, ...]:
        """The rules that a correlation is of."""
        return self._linked.members[place]

    def at(self, place: int, fields: Mapping[str, Any], number: int = 0) -> list[Leaf]:
        """Events that, of one time, make the rule or correlation at ``place`` occur once with these fields.

        A field that is ``MISSING`` is left out. A correlation has groups of its own, which differ by ``number``, lest
        two occurrences of it be one that lasts. Raises ``NoWayError``.
        """
        part = self._linked.parts[place]
        if isinstance(part, Detection):
            return [(self._event(place, part, fields), part.logsource)]
        members = self.members(place)
        wanted = {name: self.default(name, number) for name in part.group_by} | dict(fields)
        if part.type in ("temporal", "temporal_ordered"):
            steps = [(member, renamed(part, wanted, index)) for index, member in enumerate(members)]
        else:
            count = threshold(part.criteria)
            names = part.fields[:1]
            steps = [
                (members[0], {**renamed(part, wanted, 0), **{name: self.default(name, turn) for name in names}})
                for turn in range(count)
            ]
        return [leaf for member, given in steps for leaf in self.at(member, given)]

    def both(self, one: int, other: int) -> list[Leaf]:
        """One event that two rules match. Raises ``NoWayError``."""
        first, second = self._linked.parts[one], self._linked.parts[other]
        if isinstance(first, Detection) and isinstance(second, Detection) and first.logsource == second.logsource:
            for event in (*self._base(one)[0], *self._base(other)[0]):
                if _matches(first, event.event) and _matches(second, event.event):
                    return [(event.event, first.logsource)]
        raise NoWayError("no event was found that two rules match")

    def silent(self, place: int, fields: Mapping[str, Any]) -> list[Leaf]:
        """An event of the rule's log source that it does not match. Raises ``NoWayError``."""
        part = self._linked.parts[place]
        if isinstance(part, Detection):
            for witness in self._base(place)[1]:
                event = _laid_over(witness.event, fields)
                if not _matches(part, event):
                    return [(event, part.logsource)]
        raise NoWayError("no event was found that the rule passes over")

    def values(self, place: int, field: str) -> Iterator[Any]:
        """Values that a field may have in events of the rule at ``place``; whether it allows each is to be asked."""
        for number in range(MOST + 1):
            yield self.default(field, number)
        part = self._linked.parts[place]
        if not isinstance(part, Detection):
            return
        seen = [witness.event[field] for witness in self._base(place)[0] if field in witness.event]
        yield from seen
        for number in range(MOST):
            for value in seen[:4]:
                if isinstance(value, str):
                    yield from (f"{number}{value}", f"{value}{number}")

    def allows(self, place: int, fields: Mapping[str, Any]) -> bool:
        """Whether the rule can occur with these fields."""
        try:
            self.at(place, fields)
        except NoWayError:
            return False
        return True

    def _event(self, place: int, part: Detection, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        for witness in self._base(place)[0]:
            event = _laid_over(witness.event, fields)
            if _matches(part, event):
                return event
        raise NoWayError(f"no event was found with {', '.join(fields) or 'no further fields'} as the stream needs them")

    def _base(self, place: int) -> tuple[list[Witness], list[Witness]]:
        known = self._bases.get(place)
        if known is None:
            part = self._linked.parts[place]
            if not isinstance(part, Detection):
                raise TypeError("only a rule has events of its own")
            found = witnesses(part, seed=self._seed, limit=0, keyword_field=self._keyword_field(part)).events
            made = [self._in_kind(part, one) for one in found]
            known = self._bases[place] = (
                [witness for witness in made if witness.expected],
                [witness for witness in made if not witness.expected],
            )
        return known

    def _in_kind(self, part: Detection, witness: Witness) -> Witness:
        """The witness with values of their kind in the fields that have one, where the rule says the same of it."""
        found = witness
        for number, (name, kind) in enumerate(sorted(self._kinds.items())):
            if name in found.event and not _is_of_kind(found.event[name], kind):
                event = {**found.event, name: self.default(name, number)}
                if _matches(part, event) is witness.expected:
                    found = dataclasses.replace(found, event=event)
        return found


def _is_of_kind(value: Any, kind: str) -> bool:
    if kind == "number":
        return isinstance(value, (int, float)) or str(value).isdecimal()
    try:
        return bool(ipaddress.ip_address(str(value)))
    except ValueError:
        return False


def renamed(correlation: Correlation, fields: Mapping[str, Any], rule: int) -> dict[str, Any]:
    """Fields as events of a rule have them, where aliases of the correlation stand for others."""
    return {correlation.field_of(name, rule): value for name, value in fields.items()}


def _laid_over(event: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**event, **fields}.items() if value is not MISSING}


def _matches(part: Detection, event: Mapping[str, Any]) -> bool:
    try:
        return part.matches(View(event))
    except MeaningError:
        return False
