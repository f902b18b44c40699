"""Every reason why a rule has no meaning, where reading stops at the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from compiler.meaning.errors import Keys, MeaningError
from compiler.meaning.placeholders import Placeholders
from compiler.meaning.rule import read_conditions, read_detection, read_filter, read_logsource
from compiler.meaning.selection import read_selections
from compiler.meaning.tree import Atom, Node


def faults_of(body: Mapping[str, Any], *, placeholders: Placeholders | None = None) -> tuple[MeaningError, ...]:
    """The faults of a rule or filter, each entry of its selections and its condition judged by itself.

    Empty exactly if ``read_detection`` (for a body with ``filter``: ``read_filter``) reads it.
    """
    name = "filter" if isinstance(body, Mapping) and "filter" in body else "detection"
    try:
        if name == "filter":
            read_filter(body, placeholders=placeholders)
        else:
            read_detection(body, placeholders=placeholders)
    except MeaningError as first:
        found = list(_each(body, name, placeholders or {}))
        told = {(fault.keys, fault.message) for fault in found}
        # What concerns the whole alone, such as a filter's list of rules, is met by reading the whole.
        return tuple(found) if (first.keys, first.message) in told else (first, *found)
    return ()


def _each(body: Mapping[str, Any], name: str, placeholders: Placeholders) -> Iterator[MeaningError]:
    yield from _caught(lambda: read_logsource(body))
    section = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(section, Mapping):
        return
    without = ("condition", "rules") if name == "filter" else ("condition",)
    for selection, definition in section.items():
        if selection not in without:
            yield from _caught_in({selection: definition}, (name,), placeholders)
    # Selections that cannot be read still have names, and the condition is judged by those.
    named: dict[str, Node] = {
        str(key): Atom(None, (), (), (name, str(key))) for key in section if key not in (*without, "timeframe")
    }
    yield from _caught(lambda: read_conditions(section, named, (name,)))


def _caught_in(selection: Mapping[Any, Any], keys: Keys, placeholders: Placeholders) -> Iterator[MeaningError]:
    """The faults of one selection; of a map with several entries those of each."""
    ((name, definition),) = selection.items()
    if isinstance(definition, Mapping) and len(definition) > 1:
        for key, value in definition.items():
            yield from _caught_in({name: {key: value}}, keys, placeholders)
    else:
        yield from _caught(lambda: read_selections(selection, keys, placeholders))


def _caught(read: Callable[[], object]) -> Iterator[MeaningError]:
    try:
        read()
    except MeaningError as error:
        yield error
