"""The smallest rule that still shows what a random rule showed: parts are taken out as long as the difference stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from random_writing import read_rules

from compiler.content.model import Rule

_WHOLE = ("logsource", "title", "name", "type", "timespan")
"""Keys that stay as they are."""


def smaller(rules: Sequence[Rule], shows: Callable[[tuple[Rule, ...]], bool]) -> tuple[Rule, ...]:
    """The rules without whatever can be left out of them so that ``shows`` still says so of the rest."""
    bodies, found = [dict(rule.body) for rule in rules], tuple(rules)
    name = rules[0].name
    again = True
    while again:
        again = False
        for candidate in _candidates(bodies):
            read = read_rules(name, candidate)
            if read and shows(read):
                bodies, found, again = candidate, read, True
                break
    return found


def _candidates(bodies: Sequence[Mapping[str, Any]]) -> Iterator[list[Any]]:
    yield from ([*bodies[:at], *bodies[at + 1 :]] for at in range(1, len(bodies)))
    for at, body in enumerate(bodies):
        yield from ([*bodies[:at], made, *bodies[at + 1 :]] for made in _without(body))


def _without(node: Any, key: str = "") -> Iterator[Any]:
    """The node with one part of it left out or made simpler."""
    if isinstance(node, Mapping):
        for name in node:
            if name == "condition" and isinstance(node[name], str):
                others = [other for other in node if other not in ("condition", "rules")]
                yield from ({**node, name: text} for text in _simpler(node[name], others))
            elif name not in _WHOLE:
                yield {other: value for other, value in node.items() if other != name}
                yield from ({**node, name: made} for made in _without(node[name], str(name)))
        yield from (_renamed(node, name) for name in node if "|" in str(name))
    elif isinstance(node, list):
        yield from ([*node[:at], *node[at + 1 :]] for at in range(len(node)) if len(node) > 1)
        for at, item in enumerate(node):
            yield from ([*node[:at], made, *node[at + 1 :]] for made in _without(item))
        if len(node) == 1:
            yield node[0]
    elif isinstance(node, str) and key and len(node) > 1:
        half = len(node) // 2
        yield from (node[:half], node[half:])
        if len(node) < 24:
            yield from (node[:at] + node[at + 1 :] for at in range(len(node)))


def _renamed(node: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Without the last modifier of one of its entries."""
    return {(name.rpartition("|")[0] if other == name else other): value for other, value in node.items()}


def _simpler(condition: str, names: Sequence[str]) -> Iterator[str]:
    for text in [*names, *(f"not {name}" for name in names), "1 of them", "all of them"]:
        if len(text) < len(condition):
            yield text
    yield from (
        f"{one} {word} {other}"
        for one in names
        for other in names
        for word in ("and", "or", "and not")
        if one != other and len(f"{one} {word} {other}") < len(condition)
    )
