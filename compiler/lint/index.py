"""What checks look up: the catalogue by its keys, and rules as the reference reads them; computed once a run."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compiler.content.model import Advisory, Behaviour, Catalogue, Kind, Logsource, Rule, Source
from compiler.diagnostics import Span
from compiler.meaning.correlation import Correlation
from compiler.meaning.correlation_reading import read_correlation
from compiler.meaning.placeholders import Placeholders
from compiler.meaning.rule import Detection, Filter, MeaningError, read_detection, read_filter
from compiler.meaning.tree import And, Atom, Node, Not, Or, atoms
from compiler.meaning.witness import NONE, Witnesses, witnesses

Meaning = Detection | Filter | Correlation
"""What a Sigma rule is read into."""

HOUSE = "detections/"
"""Below this folder of the root a file is ours, and held to our own style."""


def is_house(span: Span) -> bool:
    """True if the place is in content of ours rather than in somebody else's folder of rules."""
    return span.path.startswith(HOUSE)


def near(word: str, known: Iterable[str], say: str = "is it `{}`?") -> str:
    """A hint that names the known word nearest to ``word``; empty if none is near."""
    close = difflib.get_close_matches(word[:100], sorted(known), 1, 0.7)
    return say.format(close[0]) if close else ""


class _Anything(Mapping[str, tuple[str]]):
    """A value for every placeholder, so that the rest of a rule can be judged."""

    def __getitem__(self, key: str) -> tuple[str]:
        return ("placeholder",)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1  # what is empty counts as not given


class Index:
    """The catalogue of one run and what is derived from it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._read: dict[Span, tuple[Meaning | None, tuple[MeaningError, ...]]] = {}
        self._witnesses: dict[Span, Witnesses] = {}

    @functools.cached_property
    def behaviours(self) -> Mapping[str, Behaviour]:
        """Behaviours by their full id."""
        return {behaviour.id: behaviour for behaviour in self.catalogue.behaviours}

    @functools.cached_property
    def second_hand(self) -> frozenset[str]:
        """The ids of behaviours known only by way of somebody's detection rule (``evidence`` says so)."""
        return frozenset(
            f"{advisory.id}.{item['id']}"
            for advisory in self.catalogue.advisories
            for item in entries(advisory)
            if str(item.get("evidence", "")).startswith("second-hand")
        )

    @functools.cached_property
    def by_key(self) -> Mapping[str, Rule]:
        """Sigma rules by id and by name: what correlations and filters refer to."""
        return {
            key: rule for rule in self.catalogue.rules if rule.kind is not Kind.YARA for key in (rule.name, rule.id)
        }

    @functools.cached_property
    def by_name(self) -> Mapping[str, Rule]:
        """Rules of every kind by name."""
        return {rule.name: rule for rule in self.catalogue.rules}

    @functools.cached_property
    def evidenced(self) -> frozenset[str]:
        """The names of rules that have a folder of samples."""
        return frozenset(book.rule for book in self.catalogue.casebooks)

    @functools.cached_property
    def behaviours_with_rules(self) -> frozenset[str]:
        """The ids of behaviours that at least one rule names."""
        return frozenset(id for rule in self.catalogue.rules for id in rule.behaviours)

    @functools.cached_property
    def first_of(self) -> Mapping[tuple[str, str], Span]:
        """Where each id and each name written in a rule stands first: ``("id", value)`` -> place."""
        first: dict[tuple[str, str], Span] = {}
        for rule in sorted(self.catalogue.rules, key=lambda rule: rule.span):
            written = {"id": rule.id, "name": rule.name if "name" in rule.body or rule.kind is Kind.YARA else ""}
            for key, value in written.items():
                first.setdefault((key, value), rule.span)
        return first

    def faults(self, rule: Rule) -> tuple[MeaningError, ...]:
        """Every reason why a rule has no meaning; empty for one that has."""
        return self._reading(rule)[1]

    def meaning(self, rule: Rule) -> Meaning | None:
        """A Sigma rule as the reference reads it; None for one at fault and for YARA."""
        return self._reading(rule)[0]

    def atoms(self, rule: Rule) -> tuple[Atom, ...]:
        """Every entry of a rule's selections, those included that its condition does not name."""
        meaning = self.meaning(rule)
        if isinstance(meaning, Detection):
            return tuple(atom for node in meaning.selections.values() for atom in atoms(node))
        return atoms(meaning.tree) if isinstance(meaning, Filter) else ()

    def nodes(self, rule: Rule) -> tuple[Node, ...]:
        """The parts of the condition of a rule or filter, each once, however often the condition names it."""
        meaning = self.meaning(rule)
        return tuple(_distinct(meaning.tree)) if isinstance(meaning, Detection | Filter) else ()

    def witnesses(self, rule: Rule) -> Witnesses:
        """What shows the parts of a rule at work, and which parts nothing shows; empty for one without a detection."""
        if rule.span not in self._witnesses:
            meaning = self.meaning(rule)
            self._witnesses[rule.span] = witnesses(meaning, limit=0) if isinstance(meaning, Detection) else NONE
        return self._witnesses[rule.span]

    def sources(self, logsource: Logsource) -> tuple[Source, ...]:
        """The data sources that a rule of this log source asks."""
        return tuple(
            source for source in self.catalogue.sources if any(logsource.covers(known) for known in source.logsources)
        )

    def fields(self, logsource: Logsource) -> frozenset[str]:
        """The Sigma names of all fields that the sources of a log source are known to have, mapped or not."""
        return frozenset(name for source in self.sources(logsource) for name in fields_of(source))

    def _reading(self, rule: Rule) -> tuple[Meaning | None, tuple[MeaningError, ...]]:
        # Documents of one file have places of their own, so the place tells rules apart.
        if rule.span not in self._read:
            self._read[rule.span] = _read(rule)
        return self._read[rule.span]


def fields_of(source: Source) -> Iterator[str]:
    """The Sigma names of the fields of a source; some of them several times."""
    for arrival in source.arrives:
        yield from arrival.fields
        yield from arrival.unmapped
        for fields in arrival.overrides.values():
            yield from fields
    for condition in source.select.values():
        yield from condition
    yield from source.prerequisites


def _distinct(tree: Node) -> Iterator[Node]:
    seen, waiting = set(), [tree]
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            waiting += [node.part] if isinstance(node, Not) else node.parts if isinstance(node, And | Or) else []


def entries(advisory: Advisory) -> list[dict[str, Any]]:
    """The behaviours of an advisory as written, with the keys that ``Behaviour`` leaves out."""
    if advisory.document is None:
        return []
    written: list[dict[str, Any]] = advisory.document.body["behaviours"]
    return written


def _read(rule: Rule) -> tuple[Meaning | None, tuple[MeaningError, ...]]:
    try:
        return _once(rule, rule.placeholders), ()
    except MeaningError as error:
        faults = _every_fault(rule) or (error,)
    if any(fault.kind != "placeholder" for fault in faults):
        return None, faults
    try:
        return _once(rule, _Anything()), faults
    except MeaningError as error:
        return None, (*faults, error)


def _once(rule: Rule, placeholders: Placeholders) -> Meaning | None:
    if rule.kind is Kind.SIGMA:
        return read_detection(rule.body, placeholders=placeholders)
    if rule.kind is Kind.FILTER:
        return read_filter(rule.body, placeholders=placeholders)
    return read_correlation(rule.body) if rule.kind is Kind.CORRELATION else None


_SECTIONS = {Kind.SIGMA: "detection", Kind.FILTER: "filter"}
_NO_SELECTIONS = ("condition", "rules")


def _every_fault(rule: Rule) -> tuple[MeaningError, ...]:
    """The faults of each entry by itself, for reading stops at the first; empty where only the whole is at fault."""
    section = rule.body.get(_SECTIONS.get(rule.kind, ""))
    if not isinstance(section, dict):
        return ()
    found = []
    for name, selection in section.items():
        if name in _NO_SELECTIONS:
            continue
        parts = [{key: value} for key, value in selection.items()] if isinstance(selection, dict) else [selection]
        for part in parts or [selection]:
            body = {"logsource": {"product": "any"}, "detection": {name: part, "condition": str(name)}}
            try:
                read_detection(body)
            except MeaningError as error:
                if error.keys[:2] != ("detection", "condition"):
                    found.append(_moved(error, section_name=_SECTIONS[rule.kind]))
    return tuple(found)


def _moved(error: MeaningError, section_name: str) -> MeaningError:
    return MeaningError((section_name, *error.keys[1:]), error.message, error.hint, kind=error.kind)
