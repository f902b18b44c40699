"""The selections of a rule: maps, lists of maps and keywords, read into the tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.meaning.errors import Keys, MeaningError
from compiler.meaning.modifiers import read_chain
from compiler.meaning.placeholders import Placeholders
from compiler.meaning.reading import read_value
from compiler.meaning.tree import And, Atom, Node, Or

_MAX_PATH = 32
"""Dots in a field's name, each of which may be a step down into the event."""


def read_selections(
    body: Mapping[Any, Any], keys: Keys, placeholders: Placeholders, *, without: tuple[str, ...] = ("condition",)
) -> dict[str, Node]:
    """The selections of a ``detection`` (or ``filter``) by name; ``without`` are the keys that are no selections.

    A map's entries are joined with *and*, a list's items with *or*; sigma-rules-specification.md 2.1.0, Detection.
    Raises ``MeaningError``.
    """
    selections: dict[str, Node] = {}
    for name, definition in body.items():
        if name in without:
            continue
        if name == "timeframe":
            raise MeaningError(
                (*keys, name),
                "`timeframe` belonged to aggregations, which are no longer part of the language",
                "write a correlation rule with `timespan`",
            )
        if isinstance(name, bool) or not isinstance(name, (str, int)):
            raise MeaningError((*keys, str(name)), f"a selection's name is a string, not {name!r}", "put it in quotes")
        selections[str(name)] = _selection(str(name), definition, (*keys, name), placeholders)
    return selections


def _selection(name: str, definition: Any, keys: Keys, placeholders: Placeholders) -> Node:
    if isinstance(definition, Mapping):
        return _map(name, definition, keys, placeholders)
    if isinstance(definition, list):
        return _list(name, definition, keys, placeholders)
    if definition is None:
        raise MeaningError(keys, f"the selection `{name}` is empty")
    return Or((_keywords([(definition, keys)], keys, placeholders),), name, keys)


def _map(label: str, definition: Mapping[Any, Any], keys: Keys, placeholders: Placeholders) -> Node:
    if not definition:
        raise MeaningError(keys, f"`{label}` is an empty map", "an empty map asks for nothing, so it has no meaning")
    return And(tuple(_entry(key, value, keys, placeholders) for key, value in definition.items()), label, keys)


def _list(label: str, items: list[Any], keys: Keys, placeholders: Placeholders) -> Node:
    parts: list[Node] = []
    keywords = [(item, (*keys, index)) for index, item in enumerate(items) if not isinstance(item, (dict, list))]
    if keywords:
        parts.append(_keywords(keywords, keys, placeholders))
    for index, item in enumerate(items):
        if isinstance(item, list):
            raise MeaningError((*keys, index), "a list stands in a list", "write its items into the outer list")
        if isinstance(item, dict):
            parts.append(_map(f"{label}[{index}]", item, (*keys, index), placeholders))
    if not parts:
        raise MeaningError(keys, f"`{label}` is an empty list")
    return Or(tuple(parts), label, keys)


def _keywords(items: list[tuple[Any, Keys]], keys: Keys, placeholders: Placeholders) -> Atom:
    chain = read_chain((), keys, keyword=True)
    values = tuple(read_value(item, chain, place, placeholders, keyword=True) for item, place in items)
    return Atom(None, (), values, keys)


def _entry(key: Any, value: Any, keys: Keys, placeholders: Placeholders) -> Atom:
    if isinstance(key, bool) or not isinstance(key, (str, int)):
        raise MeaningError((*keys, str(key)), f"a field's name is a string, not {key!r}", "put it in quotes")
    field, *names = str(key).split("|")
    if field.count(".") > _MAX_PATH:
        raise MeaningError((*keys, key), f"a field's name has more than {_MAX_PATH} dots")
    keys = (*keys, key)
    keyword = not field
    chain = read_chain(tuple(names), keys, keyword=keyword)
    if isinstance(value, list):
        items = [(item, (*keys, index)) for index, item in enumerate(value)]
        _check_list(value, keys, chain.state)
    else:
        items = [(value, keys)]
    values = tuple(read_value(item, chain, place, placeholders, keyword=keyword) for item, place in items)
    return Atom(field or None, chain.names, values, keys)


def _check_list(value: list[Any], keys: Keys, state: str) -> None:
    if not value:
        raise MeaningError(keys, "the list of values is empty", "nothing equals one of no values")
    if len(value) > 1 and None in value:
        # "null cannot be part of a list of field values": sigma-rules-specification.md 2.1.0, Special Field Values.
        raise MeaningError(
            (*keys, value.index(None)),
            "null cannot be part of a list of values",
            "write a selection of its own for null and join the two with `1 of`",
        )
    if state == "presence" and len(value) > 1:
        raise MeaningError(keys, "`exists` takes one boolean", kind="value")
