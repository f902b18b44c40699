"""What follows from what: whether a value can match at all without another matching too."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from compiler.meaning import predicates
from compiler.meaning.patterns import Tokens, Wild, fold_tokens, is_plain, matcher, plain
from compiler.meaning.predicates import Predicate
from compiler.meaning.tree import Atom, Value
from compiler.meaning.values import fold

_ANYTHING = "\U0010fffd"
"""Stands for a run of unknown text; a private code point, so that no rule has it as a literal."""


@functools.lru_cache(maxsize=65536)
def covers(wide: Predicate, narrow: Predicate) -> bool:
    """True only if every element that meets ``narrow`` meets ``wide``; False also where that cannot be told."""
    if wide == narrow:
        return True
    match wide, narrow:
        case predicates.Text(), predicates.Text():
            return _text_covers(wide, narrow)
        case predicates.InNetwork(outer), predicates.InNetwork(inner):
            return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]
        case predicates.Comparison(), predicates.Comparison():
            return _comparison_covers(wide, narrow)
        case predicates.Presence(True), _:
            return not isinstance(narrow, predicates.Null | predicates.Presence)
        case _:
            return isinstance(wide, predicates.Null) and narrow == predicates.Presence(False)


def _text_covers(wide: predicates.Text, narrow: predicates.Text) -> bool:
    if wide.cased and not narrow.cased and not _caseless(narrow.tokens):
        return False
    outer, inner = (
        (wide.tokens, narrow.tokens) if wide.cased else (fold_tokens(wide.tokens), fold_tokens(narrow.tokens))
    )
    if is_plain(inner):
        return matcher(outer)(plain(inner))
    # A run that only a star of ``wide`` can take in may be any text; a question mark would fix its length.
    if any(token in (Wild.ONE, Wild.DASH) for token in outer):
        return False
    return matcher(outer)("".join(token if isinstance(token, str) else _ANYTHING for token in inner))


def _caseless(tokens: Tokens) -> bool:
    return all(fold(token) == token and token.upper() == token for token in tokens if isinstance(token, str))


_ABOVE = {"gt", "gte"}
_BELOW = {"lt", "lte"}


def _comparison_covers(wide: predicates.Comparison, narrow: predicates.Comparison) -> bool:
    if wide.part != narrow.part or wide.operator == "eq":
        return False
    for side in (_ABOVE, _BELOW):
        if wide.operator in side and narrow.operator in side | {"eq"}:
            if wide.limit == narrow.limit:
                return wide.operator in ("gte", "lte") or wide.operator == narrow.operator
            return (narrow.limit > wide.limit) is (side is _ABOVE)
    return False


def value_covers(wide: Iterable[Predicate], narrow: Iterable[Predicate]) -> bool:
    """The same of alternatives: each of ``narrow`` is covered by one of ``wide``."""
    outer = tuple(wide)
    return all(any(covers(one, other) for one in outer) for other in narrow)


def _all_predicates(atom: Atom) -> tuple[Predicate, ...]:
    return tuple(item for value in atom.values for item in value.predicates)


def implies(one: Atom, other: Atom) -> bool:
    """True only if on every event on which the values of ``one`` are met those of ``other`` are; ``neq`` left aside.

    ``one`` and ``other`` of different fields imply nothing. False also where it cannot be told.
    """
    if one is other:
        return True
    if one.field != other.field or len(one.values) * len(other.values) > 10_000:
        return False
    parts = [value.predicates for value in one.values] if one.every else [_all_predicates(one)]
    wanted = [value.predicates for value in other.values] if other.every else [_all_predicates(other)]
    return all(any(value_covers(goal, part) for part in parts) for goal in wanted)


def excludes(one: Atom, other: Atom) -> bool:
    """True only if no event meets the values of both: a field that is not there has no value."""
    if one.field != other.field or one.field is None:
        return False
    return any(_absent(a) and _present(b) for a, b in ((one, other), (other, one)))


def _absent(atom: Atom) -> bool:
    return all(item == predicates.Presence(False) for item in _all_predicates(atom))


def _present(atom: Atom) -> bool:
    return all(covers(predicates.Presence(True), item) for item in _all_predicates(atom))


def _included(values: tuple[Value, ...]) -> list[Value]:
    return [
        value
        for index, value in enumerate(values)
        if any(
            value_covers(value.predicates, other.predicates)
            and (place < index or not value_covers(other.predicates, value.predicates))
            for place, other in enumerate(values)
            if place != index
        )
    ]


def covered_values(atom: Atom) -> list[Value]:
    """The values of a list that another value of it covers, so that leaving them out changes nothing.

    With ``all`` those that another one includes. Of values that mean the same the first is kept. At most 3,000 values
    are compared, of ``all`` 100.
    """
    if atom.every:
        return _included(atom.values[:100])
    if not 1 < len(atom.values) <= 3000:
        return []
    plains: dict[tuple[str, bool], Value] = {}
    wild: list[tuple[int, Value]] = []
    found: dict[int, Value] = {}
    for index, value in enumerate(atom.values):
        match value.predicates:
            case (predicates.Text(tokens=(str(text),), cased=cased),):
                key = (text if cased else fold(text), cased)
                if key in plains:
                    found[index] = value
                plains.setdefault(key, value)
            case _:
                wild.append((index, value))
    for index, value in enumerate(atom.values):
        for place, other in wild:
            if place != index and place not in found and value_covers(other.predicates, value.predicates):
                mutual = place > index and value_covers(value.predicates, other.predicates)
                if not mutual:
                    found[index] = value
                    break
    return [found[index] for index in sorted(found)]
