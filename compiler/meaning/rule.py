"""A Sigma rule's detection, read from its YAML and asked about events: the reference."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from compiler.content.model import Logsource
from compiler.meaning.condition import read_condition
from compiler.meaning.errors import Keys, Kind, MeaningError
from compiler.meaning.evaluate import test_of
from compiler.meaning.explain import Explanation, explain_node
from compiler.meaning.placeholders import Placeholders
from compiler.meaning.selection import read_selections
from compiler.meaning.texts import Test
from compiler.meaning.tree import And, Node, Or, fields
from compiler.meaning.values import View

__all__ = ["Detection", "Explanation", "Filter", "Kind", "MeaningError", "View", "read_detection", "read_filter"]


@dataclasses.dataclass(frozen=True, slots=True)
class Detection:
    """What a rule asks of one event: ``tree`` to walk, ``selections`` by name, and the same compiled."""

    logsource: Logsource
    tree: Node
    selections: Mapping[str, Node]
    fields: frozenset[str]
    _test: Test = dataclasses.field(repr=False, compare=False)

    def matches(self, event: Mapping[str, Any] | View) -> bool:
        """True if the rule matches. Pass a ``View`` where many rules are asked about one event: it remembers.

        Raises ``MeaningError`` only for a regex that runs over its bound on this event: the rule is then at fault.
        """
        return self._test(event if isinstance(event, View) else View(event))

    def explain(self, event: Mapping[str, Any] | View) -> Explanation:
        """Why it does or does not match; ``holds`` of the result is what ``matches`` says."""
        return explain_node(self.tree, event if isinstance(event, View) else View(event))


@dataclasses.dataclass(frozen=True, slots=True)
class Filter:
    """What a Sigma filter adds to rules: ``rules`` are ids and names, None for any rule of the log source."""

    logsource: Logsource
    rules: tuple[str, ...] | None
    tree: Node

    def refers_to(self, *names: str) -> bool:
        """True if the filter is for the rule that is called so (its id, its name)."""
        return self.rules is None or any(name in self.rules for name in names)


def read_detection(
    body: Mapping[str, Any], *, placeholders: Placeholders | None = None, filters: Sequence[Mapping[str, Any]] = ()
) -> Detection:
    """Read a rule as its YAML was parsed, with the filters that apply to it joined to its condition by *and*.

    A filter's selections are its own: no ``them`` of the rule counts them, nor the reverse. Raises ``MeaningError``,
    whose keys lead into the rule (into the filter, if it is at fault: check those with ``read_filter`` before).
    """
    known = placeholders or {}
    logsource = read_logsource(body)
    detection = _section(body, "detection")
    selections = read_selections(detection, ("detection",), known)
    tree = read_conditions(detection, selections, ("detection",))
    added = [read_filter(item, placeholders=known) for item in filters]
    for item in added:
        if not item.logsource.covers(logsource):
            raise MeaningError(
                ("logsource",),
                f"a filter for {item.logsource} cannot be applied to a rule for {logsource}",
                "give the filter the log source of its rules",
            )
    if added:
        tree = And((tree, *(item.tree for item in added)), "and", ("detection", "condition"))
    return Detection(logsource, tree, selections, fields(tree), test_of(tree))


def read_filter(body: Mapping[str, Any], *, placeholders: Placeholders | None = None) -> Filter:
    """Read a Sigma filter; sigma-filters-specification.md 2.1.0, and ``rules: any`` as pySigma has it.

    Raises ``MeaningError``.
    """
    logsource = read_logsource(body)
    section = _section(body, "filter")
    rules = section.get("rules")
    named: tuple[str, ...] | None = None
    if rules != "any":
        if not isinstance(rules, list) or not rules or not all(isinstance(rule, str) for rule in rules):
            raise MeaningError(
                ("filter", "rules") if "rules" in section else ("filter",),
                "`rules` must list the ids or names of the rules it is for",
                "or be the word `any`, for every rule of the log source",
            )
        named = tuple(rules)
    selections = read_selections(section, ("filter",), placeholders or {}, without=("rules", "condition"))
    return Filter(logsource, named, read_conditions(section, selections, ("filter",)))


def read_logsource(body: Mapping[str, Any]) -> Logsource:
    """The log source of a rule or filter. Raises ``MeaningError`` if it names none."""
    section = _section(body, "logsource")
    words: dict[str, str | None] = {}
    for word in ("category", "product", "service"):
        value = section.get(word)
        if value is not None and not isinstance(value, str):
            raise MeaningError(("logsource", word), f"`{word}` must be a word, not {value!r}", "put it in quotes")
        words[word] = value
    if not any(words.values()):
        raise MeaningError(("logsource",), "the log source names no category, product or service")
    return Logsource(**words)


def _section(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if not isinstance(body, Mapping):
        raise MeaningError((), "a rule must be a map")
    section = body.get(name)
    if not isinstance(section, Mapping):
        missing = name not in body
        raise MeaningError(
            () if missing else (name,),
            f"`{name}` is missing" if missing else f"`{name}` must be a map of keys to values",
        )
    return section


def read_conditions(section: Mapping[str, Any], selections: Mapping[str, Node], keys: Keys) -> Node:
    """The condition of a ``detection`` or ``filter``; of a list of them their *or*. Raises ``MeaningError``."""
    if "condition" not in section:
        raise MeaningError(keys, "there is no condition", "add `condition: selection`", kind="condition")
    if not selections:
        raise MeaningError(keys, "there is no selection for the condition to name")
    place = (*keys, "condition")
    condition = section["condition"]
    if isinstance(condition, str):
        return read_condition(condition, selections, place)
    if not isinstance(condition, list) or not condition:
        raise MeaningError(place, "a condition is a string, or a list of strings", kind="condition")
    parts = []
    for index, text in enumerate(condition):
        if not isinstance(text, str):
            raise MeaningError((*place, index), "a condition is a string", kind="condition")
        parts.append(read_condition(text, selections, (*place, index)))
    return Or(tuple(parts), "or", place) if len(parts) > 1 else parts[0]
