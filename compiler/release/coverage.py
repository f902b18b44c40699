"""Which behaviours the rules look for, from which data sources, and which of them an organisation sees."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator, Mapping

from compiler.content.environment import Environment
from compiler.content.model import Advisory, Behaviour, Catalogue, Kind, Rule
from compiler.targets.reading import logsource_of, read_rule
from compiler.targets.target import Content, Refusal
from compiler.targets.tree import Tree, fields_of, without

FILES = "files"
"""What stands for a data source where YARA looks: the files of the organisation's servers."""

Collected = Mapping[str, frozenset[str]]
"""What is collected: a source, and those of its fields with prerequisites that are there."""


class State(enum.StrEnum):
    """What is known of a behaviour: ``seen`` by a rule (with an environment: by one whose source is collected)."""

    SEEN = "seen"
    UNFED = "not collected"
    UNRULED = "no rule"
    UNOBSERVABLE = "not observable"


@dataclasses.dataclass(frozen=True, slots=True)
class Watching:
    """A rule, and from what it can fire: each source with the fields that must be switched on there.

    ``parts`` of a correlation are the rules that it joins; it needs every one of them (``all``) or any.
    """

    rule: Rule
    ways: Collected
    parts: tuple[Watching, ...] = ()
    all: bool = False

    def fed(self, collected: Collected) -> bool:
        """True if what is collected can make the rule fire."""
        if self.parts:
            return (all if self.all else any)(part.fed(collected) for part in self.parts)
        return any(name in collected and fields <= collected[name] for name, fields in self.ways.items())

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the sources that it can fire from."""
        return tuple(sorted({*self.ways, *(name for part in self.parts for name in part.sources)}))


@dataclasses.dataclass(frozen=True, slots=True)
class Watched:
    """A behaviour, the rules that look for it by name, those of them that fire here, and what follows."""

    behaviour: Behaviour
    rules: tuple[Watching, ...]
    fed: tuple[Watching, ...]
    state: State


@dataclasses.dataclass(frozen=True, slots=True)
class Gain:
    """One source that is not collected (``field`` empty), or one field of a source to switch on, and what it shows."""

    source: str
    field: str
    switch: str
    behaviours: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Coverage:
    """The behaviours of each advisory; with an environment also what would add to them, most first."""

    advisories: tuple[tuple[Advisory, tuple[Watched, ...]], ...]
    environment: Environment | None
    gains: tuple[Gain, ...]


def coverage(catalogue: Catalogue, environment: Environment | None = None) -> Coverage:
    """What the content sees, and with an environment what of it that organisation does.

    A rule fires from a source if that source has events of its log source, and without the fields that are not there
    its condition is not settled as false. An advisory that is known for coverage alone counts the rules of every other
    for the same technique.
    """
    watching = watchings(catalogue)
    looked = {advisory.id: _looked(advisory, catalogue, watching) for advisory in catalogue.advisories}
    collected = None if environment is None else _collected(environment)
    found = tuple(
        (advisory, tuple(_watched(behaviour, rules, collected) for behaviour, rules in looked[advisory.id]))
        for advisory in catalogue.advisories
    )
    gains = () if collected is None else tuple(_gains(catalogue, looked, collected))
    return Coverage(
        found, environment, tuple(sorted(gains, key=lambda gain: (-len(gain.behaviours), gain.source, gain.field)))
    )


def watchings(catalogue: Catalogue) -> dict[str, Watching]:
    """By name, every rule with what it fires from; a correlation after those that it joins."""
    content = Content.of(catalogue.sources, catalogue.rules, catalogue.values, catalogue.options)
    found = {
        rule.name: Watching(rule, {FILES: frozenset()} if rule.kind is Kind.YARA else _ways(rule, content))
        for rule in catalogue.rules
        if rule.kind in {Kind.SIGMA, Kind.YARA}
    }
    for rule in sorted(catalogue.rules, key=lambda rule: rule.name):
        if rule.kind is Kind.CORRELATION:
            body = rule.body["correlation"]
            named = (content.rules.get(str(key)) for key in body.get("rules") or ())
            parts = tuple(found[other.name] for other in named if other is not None and other.name in found)
            found[rule.name] = Watching(rule, {}, parts, str(body.get("type", "")).startswith("temporal"))
    return found


def _ways(rule: Rule, content: Content) -> dict[str, frozenset[str]]:
    try:
        tree, asked = read_rule(rule, content, parts=True), logsource_of(rule)
    except Refusal:
        return {}
    ways = {}
    for source in content.sources:
        if not any(asked.covers(known) for known in source.logsources):
            continue
        absent = frozenset(source.absent)
        if without(tree, absent) is False:
            continue
        off = frozenset(source.prerequisites) & {*fields_of(tree), *source.select.get(asked.category or "", ())}
        ways[source.name] = _needed(tree, absent, off)
    return ways


def _needed(tree: Tree, absent: frozenset[str], off: frozenset[str]) -> frozenset[str]:
    """Of the fields ``off`` those that the rule cannot do without: each alone, or all if only several together."""
    if without(tree, absent | off) is not False:
        return frozenset()
    alone = frozenset(field for field in off if without(tree, absent | {field}) is False)
    return alone if without(tree, absent | (off - alone)) is not False else off


_Looked = list[tuple[Behaviour, tuple[Watching, ...]]]


def _looked(advisory: Advisory, catalogue: Catalogue, watching: Mapping[str, Watching]) -> _Looked:
    techniques = {behaviour.id: behaviour.technique for behaviour in catalogue.behaviours}
    found = []
    for behaviour in advisory.behaviours:
        rules = [
            one
            for one in watching.values()
            if behaviour.id in one.rule.behaviours
            or (advisory.coverage_only and behaviour.technique in {techniques.get(id) for id in one.rule.behaviours})
        ]
        found.append((behaviour, tuple(sorted(rules, key=lambda one: one.rule.name))))
    return found


def _collected(environment: Environment) -> dict[str, frozenset[str]]:
    return {**environment.collects, **({FILES: frozenset[str]()} if environment.scans_files else {})}


def _watched(behaviour: Behaviour, rules: tuple[Watching, ...], collected: Collected | None) -> Watched:
    fed = tuple(one for one in rules if collected is not None and one.fed(collected))
    if rules:
        state = State.SEEN if fed or collected is None else State.UNFED
    else:
        state = State.UNRULED if behaviour.observable else State.UNOBSERVABLE
    return Watched(behaviour, rules, fed, state)


def _gains(catalogue: Catalogue, looked: Mapping[str, _Looked], collected: Collected) -> Iterator[Gain]:
    """What each single change would show that nothing shows now: a source as it is by default, or one field more."""
    blind = [
        (behaviour.id, rules)
        for advisory in looked.values()
        for behaviour, rules in advisory
        if rules and not any(one.fed(collected) for one in rules)
    ]

    def shown(source: str, fields: frozenset[str]) -> tuple[str, ...]:
        changed = {**collected, source: fields}
        return tuple(id for id, rules in blind if any(one.fed(changed) for one in rules))

    if FILES not in collected and (more := shown(FILES, frozenset())):
        yield Gain(FILES, "", "scan the files of servers with YARA", more)
    for source in catalogue.sources:
        fields = collected.get(source.name, frozenset())
        plain = shown(source.name, fields) if source.name not in collected else ()
        if plain:
            yield Gain(source.name, "", source.title, plain)
        for field, switch in source.prerequisites.items():
            more = shown(source.name, fields | {field}) if field not in fields else ()
            if len(more) > len(plain):
                yield Gain(source.name, field, switch, more)
