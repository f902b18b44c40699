"""Elements of an event that meet a predicate, or fail it while they could stand in the same column."""

from __future__ import annotations

import datetime
import ipaddress
import re
from collections.abc import Iterator, Sequence
from typing import Any

from compiler.meaning import predicates
from compiler.meaning.network import Network, parse_address
from compiler.meaning.patterns import Wild, is_plain, plain
from compiler.meaning.predicates import Predicate
from compiler.meaning.values import MISSING
from compiler.meaning.witness.regexes import strings_for
from compiler.meaning.witness.texts import FILLER, fill, strings_of

PRESENT = "present"
"""A value for a field of which only that it is there is asked."""


def meeting(item: Predicate, seed: int) -> Iterator[Any]:
    """Elements that meet a predicate, plainest first; for ``Reference`` none, since it needs another field."""
    match item:
        case predicates.Text(tokens):
            yield from strings_of(tokens)
        case predicates.Number(value):
            yield value
        case predicates.Boolean(value):
            yield value
        case predicates.Null():
            yield MISSING
            yield None
        case predicates.Presence(present):
            yield PRESENT if present else MISSING
        case predicates.Regex():
            yield from strings_for(item, seed=seed)
        case predicates.InNetwork(network):
            yield from (str(address) for address in _inside(network))
        case predicates.Comparison():
            yield from _compared(item)
        case predicates.Reference():
            return


def _inside(network: Network) -> list[Any]:
    first, last = network[0], network[-1]
    middle = network[network.num_addresses // 2]
    return list(dict.fromkeys((middle, first, last)))


def _compared(item: predicates.Comparison) -> Iterator[Any]:
    limit = item.limit
    steps = {"eq": (0,), "lt": (-1,), "lte": (0, -1), "gt": (1,), "gte": (0, 1)}[item.operator]
    for step in steps:
        if item.part:
            text = moment(item.part, limit + step)
            if text:
                yield text
        else:
            yield limit + step


def moments(items: Sequence[predicates.Comparison]) -> str:
    """A timestamp that may meet conditions on several of its parts; empty if there is none."""
    wanted = {}
    for item in items:
        step = {"lt": -1, "gt": 1}.get(item.operator, 0)
        if item.part not in _BOUNDS or item.limit != int(item.limit):
            return ""
        low, high = _BOUNDS[item.part]
        wanted[item.part] = min(max(int(item.limit) + step, low), high)
    return _MOMENT.format(**{**_PARTS, **wanted})


_BOUNDS = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "year": (1, 9999)}
_PARTS = {"year": 2026, "month": 3, "day": 2, "hour": 10, "minute": 4}
_MOMENT = "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z"


def moment(part: str, value: float) -> str:
    """A timestamp whose part has a value; empty if there is none."""
    if value != int(value):
        return ""
    number = int(value)
    if part == "week":
        if not 1 <= number <= 53:
            return ""
        year = 2026  # it has 53 weeks
        return datetime.date.fromisocalendar(year, number, 1).isoformat() + "T10:04:00Z"
    low, high = _BOUNDS[part]
    if not low <= number <= high:
        return ""
    return _MOMENT.format(**{**_PARTS, part: number})


def failing(item: Predicate) -> Iterator[Any]:
    """Elements that most likely fail a predicate and are of the kind that meets it; the caller checks."""
    match item:
        case predicates.Text(tokens):
            yield from _other_texts(fill(tokens) if not is_plain(tokens) else plain(tokens), tokens)
        case predicates.Number(value):
            yield value + 1
            yield value + 1000
            yield -1
        case predicates.Boolean(value):
            yield not value
        case predicates.InNetwork(network):
            yield from outside(network)
        case predicates.Comparison(_, limit, part):
            for step in (-1, 1, 0):
                found = moment(part, limit + step) if part else limit + step
                if found != "":
                    yield found
        case predicates.Null() | predicates.Presence(False):
            yield PRESENT
        case predicates.Presence(True):
            yield MISSING
        case _:
            yield FILLER


def _other_texts(text: str, tokens: tuple[Any, ...]) -> Iterator[Any]:
    if re.fullmatch(r"[0-9]{1,18}", text):
        yield str(int(text) + 1)
        yield str(int(text) + 1000)
    elif text.lower() in ("true", "false"):
        yield "false" if text.lower() == "true" else "true"
    elif parse_address(text) or any(parse_address(one) for one in strings_of(tokens)):
        yield "192.0.2.77"
        yield "2001:db8::77"
    yield FILLER
    if Wild.ANY not in tokens and text:
        yield text + FILLER


def outside(network: Network) -> list[str]:
    """The neighbours of a range on either side, and an address far away of the same version."""
    kind = ipaddress.IPv4Address if network.version == 4 else ipaddress.IPv6Address
    first, last = int(network[0]), int(network[-1])
    top = 2**network.max_prefixlen - 1
    near = [str(kind(number)) for number in (first - 1, last + 1) if 0 <= number <= top]
    far = "192.0.2.77" if network.version == 4 else "2001:db8::77"
    return list(dict.fromkeys([far, *near]))
