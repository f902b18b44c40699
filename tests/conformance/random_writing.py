"""Random rules, filters and correlations from a seed: every legal chain of modifiers over real and made sources."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import random_values as values
import yaml
from features import SPAN, WHERE

from compiler.content.model import Arrival, Field, Kind, Logsource, Rule, Source
from compiler.content.rules import read_sigma
from compiler.diagnostics import Diagnostic
from compiler.meaning.errors import MeaningError
from compiler.meaning.modifiers import TRANSITIONS, read_chain
from compiler.meaning.ruleset import read_ruleset
from compiler.meaning.selection import read_selections
from compiler.verify.mapping import REAL, TRUTH, WHOLE

TEXT, NUMBER, TRUE, ADDRESS, MOMENT = "text", "number", "truth", "address", "moment"
MADE = {
    "Said": (TEXT, "keyword", "string", "STRING"),
    "Other": (TEXT, "keyword", "string", "STRING"),
    "Wild": (TEXT, "wildcard", "string", "STRING"),
    "path.to.text": (TEXT, "keyword", "dynamic", "STRING"),
    "cs-uri-stem": (TEXT, "keyword", "string", "STRING"),
    "select": (TEXT, "keyword", "string", "STRING"),
    "Texts": (TEXT, "keyword", "string", "STRING[]"),
    "Number": (NUMBER, "long", "long", "BIGINT"),
    "Small": (NUMBER, "integer", "int", "BIGINT"),
    "Real": (NUMBER, "double", "real", "DOUBLE"),
    "Numbers": (NUMBER, "long", "string", "BIGINT[]"),
    "Written": (NUMBER, "keyword", "string", "STRING"),
    "Truth": (TRUE, "boolean", "bool", "BOOLEAN"),
    "Address": (ADDRESS, "ip", "string", "STRING"),
    "Peer": (ADDRESS, "keyword", "string", "STRING"),
    "When": (MOMENT, "keyword", "string", "STRING"),
}
"""Fields of the made source: what they hold, and their types in Elasticsearch, in KQL and in SQL."""
_SHARE_MADE, _SHARE_CORRELATIONS = 0.5, 0.08
_WIDE = 40
"""Fields above which no keyword is looked for: all that is kept of an event costs the models dearly."""
_TARGETS = ("defender", "duckdb", "elastic", "loki", "opensearch", "sentinel", "spark", "splunk")


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A log source and what the fields hold that a rule may ask of it."""

    logsource: Mapping[str, str]
    fields: Mapping[str, str]


def made_source() -> Source:
    """A source whose events arrive at every target, with fields of every type."""
    arrivals = []
    for target in _TARGETS:
        types = {name: _type(target, *kinds[1:]) for name, kinds in MADE.items()}
        fields = {name: Field(name, type_, "made for this trial") for name, type_ in types.items()}
        where = {
            key: [one.format("made") for one in given]
            if isinstance(given, list)
            else given.format("made")
            if key != "parser"
            else given
            for key, given in WHERE.get(target, {"table": "{}"}).items()
        }
        arrivals.append(Arrival(target, "made", where, fields, {}, {}, {}, {}, "made for this trial", "", {}, SPAN))
    return Source("made", "made", "", (Logsource("made", None, None),), "jsonl", {}, {}, tuple(arrivals), SPAN)


def _type(target: str, elastic: str, kql: str, sql: str) -> str:
    if target == "opensearch":
        return "keyword" if elastic == "wildcard" else elastic
    if target in ("sentinel", "defender"):
        return kql
    if target in ("duckdb", "spark"):
        return sql
    if target == "splunk":
        return "number" if elastic in ("long", "integer", "double") else "string"
    return elastic if target == "elastic" else "string"


def places(sources: Sequence[Source]) -> list[Place]:
    """Every log source with more than one field that at least half of the places have where its events are kept."""
    found = []
    for source in sources:
        for logsource in source.logsources:
            words = {key: word for key in ("category", "product", "service") if (word := getattr(logsource, key))}
            held = [
                {**arrival.fields, **arrival.overrides.get(logsource.category or "", {})} for arrival in source.arrives
            ]
            common = {name for fields in held for name in fields if 2 * sum(name in one for one in held) >= len(held)}
            kinds = {
                name: _kind(name, [one[name].type for one in held if one.get(name)])
                for name in sorted(common - {*source.absent, *_marking(source)})
            }
            if len(kinds) > 1:
                found.append(Place(words, kinds))
    return found


def _marking(source: Source) -> set[str]:
    """The fields by which events of the source are told from others: a trial fills them in where an event has none."""
    given = [*source.select.values(), *(arrival.only for arrival in source.arrives)]
    return {name for condition in given for name in condition}


def _kind(name: str, types: Sequence[str]) -> str:
    if name in MADE:
        return MADE[name][0]
    if "ip" in types:
        return ADDRESS
    if TRUTH & set(types):
        return TRUE
    if (WHOLE | REAL) & set(types):
        return NUMBER
    return MOMENT if name.endswith("Time") else TEXT


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """What is tried: one rule, first, with the filters or the rules that belong to it."""

    rules: tuple[Rule, ...]

    @property
    def text(self) -> str:
        """The rules as YAML."""
        return "---\n".join(rule.text for rule in self.rules)


def made_rules(seed: int, count: int, sources: Sequence[Source]) -> Iterator[Made]:
    """``count`` random rules; number n of a seed is always the same, whatever ``count`` is."""
    known = places([one for one in sources if one.name != "made"])
    made = places([made_source()])[0]
    for number in range(count):
        dice = random.Random(f"{seed}/{number}")  # noqa: S311 - no secret
        name = f"r{seed}_{number}"
        found: tuple[Rule, ...] = ()
        while not found:
            place = made if dice.random() < _SHARE_MADE else dice.choice(known)
            bodies = (
                _correlated(dice, place, name) if dice.random() < _SHARE_CORRELATIONS else _single(dice, place, name)
            )
            found = read_rules(name, bodies)
        yield Made(found)


def read_rules(name: str, bodies: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The rules of some bodies; none if one of them has no meaning."""
    read = []
    for number, body in enumerate(bodies):
        text = yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=100_000)
        for one in read_sigma(f"{name}_{number}.yml", text.encode()):
            if isinstance(one, Diagnostic):
                return ()
            read.append(dataclasses.replace(one, placeholders=values.PLACEHOLDERS))
    faults = read_ruleset([one for one in read if one.kind is not Kind.FILTER] + read[len(read) :])[1]
    return () if faults else tuple(read)


def _single(dice: random.Random, place: Place, name: str) -> list[dict[str, Any]]:
    bodies = [_rule(dice, place, name)]
    if dice.random() < 0.08:
        section = {"rules": [name], **_detection(dice, place, 2)}
        bodies.append({"title": "Made", "name": f"{name}_f", "logsource": dict(place.logsource), "filter": section})
    return bodies


def _rule(dice: random.Random, place: Place, name: str, *, size: int = 4) -> dict[str, Any]:
    detection = _detection(dice, place, size)
    return {"title": "Made", "name": name, "logsource": dict(place.logsource), "detection": detection}


def _detection(dice: random.Random, place: Place, size: int) -> dict[str, Any]:
    names = ["selection", "selection_b", "filter_a", "filter_b", "_own", "not_this"][: dice.randint(1, size)]
    selections = {name: _selection(dice, place) for name in names}
    return {**selections, "condition": _condition(dice, names)}


def _selection(dice: random.Random, place: Place) -> Any:
    kind = dice.random() + (len(place.fields) > _WIDE)
    if kind < 0.05:
        return [values.text(dice) for _ in range(dice.randint(1, 3))]
    if kind < 0.07:
        return values.text(dice)
    if kind % 1 < 0.2:
        return [_map(dice, place, 2) for _ in range(dice.randint(1, 3))]
    return _map(dice, place, 3)


def _map(dice: random.Random, place: Place, size: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _ in range(dice.choice(range(1, size + 1))):
        key, value = entry(dice, place)
        found[key] = value
    return found


def entry(dice: random.Random, place: Place) -> tuple[str, Any]:
    """One field with modifiers, and its values, which mean something."""
    while True:
        name = dice.choice(list(place.fields))
        keyword = dice.random() < 0.02 and len(place.fields) <= _WIDE
        chain = _chain(dice, place.fields[name])
        try:
            state = read_chain(tuple(chain), (), keyword=keyword).state
        except MeaningError:
            continue
        idle = {"windash", "expand"} & set(chain) and state in ("number", "time", "timed", "presence")
        if (idle or any(pair <= set(chain) for pair in _IDLE)) and dice.random() < 0.95:
            continue
        count = dice.choice((1, 1, 1, 2, 3)) if state != "presence" else 1
        given = [_value(dice, place, name, state, chain) for _ in range(count)]
        value = given[0] if count == 1 and dice.random() < 0.8 else given
        key = "|".join(["" if keyword else name, *chain])
        try:
            read_selections({"selection": {key: value}}, (), values.PLACEHOLDERS)
        except MeaningError:
            continue
        return key, value


_LIKELY = {
    NUMBER: ("lt", "lte", "gt", "gte"),
    ADDRESS: ("cidr",),
    MOMENT: ("minute", "hour", "day", "week", "month", "year"),
}
_USUAL = ("contains", "contains", "startswith", "endswith", "re", "re", "exists", "fieldref", "windash", "expand")
_IDLE = ({"windash", "re"}, {"windash", "fieldref"}, {"expand", "fieldref"}, {"expand", "cidr"}, {"windash", "cidr"})
"""Modifiers of which one does nothing beside the other: rarely both."""


def _chain(dice: random.Random, kind: str) -> list[str]:
    """Modifiers that may follow one another, mostly some that fit the field."""
    state, chain = "text", list[str]()
    for _ in range(dice.choice((0, 0, 1, 1, 1, 1, 2, 2, 3, 4))):
        steps = [name for name, after in TRANSITIONS.items() if state in after]
        likely = [name for name in (*_LIKELY.get(kind, ()), *_USUAL) if name in steps]
        if not steps:
            break
        chain.append(dice.choice(likely if likely and dice.random() < 0.75 else steps))
        state = TRANSITIONS[chain[-1]][state]
    if state == "bytes":
        chain.append(dice.choice(("base64", "base64offset")))
    if chain and chain[-1] == "base64offset":
        chain.append("contains")
    for link in ("all", "cased", "neq"):
        if dice.random() < 0.12:
            chain.insert(dice.randint(0, len(chain)), link)
    return chain


def _value(dice: random.Random, place: Place, name: str, state: str, chain: Sequence[str]) -> Any:
    kind = place.fields[name]
    if state == "presence":
        return dice.random() < 0.5
    if state in ("number", "timed", "time"):
        return values.number(dice) if state == "number" else dice.choice((0, 1, 2, 7, 8, 10, 11, 22, 30, 48, 59, 2026))
    if state in ("reference", "compared"):
        return dice.choice(list(place.fields))
    if state == "network":
        return dice.choice(values.NETWORKS)
    made = values.regex(dice, chain) if state == "regex" else _scalar(dice, TEXT if chain else kind)
    if "expand" in chain:
        made = made if isinstance(made, str) else "%one%"
        at = dice.choice((0, len(made)))
        return f"{made[:at]}%{dice.choice(list(values.PLACEHOLDERS))}%{made[at:]}" if dice.random() < 0.6 else "%words%"
    return made


def _scalar(dice: random.Random, kind: str) -> Any:
    odd = dice.random()
    if odd < 0.03:
        return dice.choice((None, None, True, False, "", "true", "null"))
    if odd < 0.06:
        return values.number(dice)
    return _OF_KIND[kind](dice) if odd < 0.8 and kind in _OF_KIND else values.text(dice, plain=odd > 0.95)


def _number(dice: random.Random) -> Any:
    made = values.number(dice)
    return made if dice.random() < 0.8 else str(made)


def _address(dice: random.Random) -> str:
    made = dice.choice(values.ADDRESSES)
    return made if dice.random() < 0.6 else made[: len(made) // 2] + "*"


_OF_KIND: Mapping[str, Callable[[random.Random], Any]] = {
    NUMBER: _number,
    TRUE: lambda dice: dice.choice((True, False, "true", "False")),
    ADDRESS: _address,
    MOMENT: lambda dice: dice.choice(values.MOMENTS),
}


def _condition(dice: random.Random, names: Sequence[str], depth: int = 0) -> str:
    kind = dice.random()
    if kind < 0.4 or depth > 3:
        return dice.choice(names)
    if kind < 0.52:
        pattern = dice.choice(("them", "selection*", "filter_*", "*_b", "*"))
        fitting = {"them": "selection", "selection*": "selection", "filter_*": "filter_a", "*_b": "selection_b"}
        return f"{dice.choice(('1', 'all'))} of {pattern}" if fitting.get(pattern, "selection") in names else names[0]
    if kind < 0.68:
        return f"not {_grouped(dice, names, depth)}"
    word = dice.choice((" and ", " or ", " and not "))
    return word.join(_grouped(dice, names, depth) for _ in range(dice.choice((2, 2, 3))))


def _grouped(dice: random.Random, names: Sequence[str], depth: int) -> str:
    inner = _condition(dice, names, depth + 1)
    return f"({inner})" if " " in inner and dice.random() < 0.9 else inner


def _correlated(dice: random.Random, place: Place, name: str) -> list[dict[str, Any]]:
    """A correlation, first, and the rules that it counts; some count another correlation."""
    names = [f"{name}_{letter}" for letter in "abc"[: dice.choice((1, 2, 2, 3))]]
    bodies = [_rule(dice, place, one, size=2) for one in names]
    top = _correlation(dice, place, name, names)
    if dice.random() < 0.15:
        inner = _correlation(dice, place, f"{name}_i", names[:1])
        return [_correlation(dice, place, name, [f"{name}_i", *names[1:]]), inner, *bodies]
    return [top, *bodies]


def _correlation(dice: random.Random, place: Place, name: str, names: Sequence[str]) -> dict[str, Any]:
    several = len(names) > 1
    kind = dice.choice(
        ("event_count", "event_count", "value_count", "value_sum", "value_avg", "value_percentile")
        + ("temporal", "temporal_ordered") * (3 if several else 0)
    )
    section: dict[str, Any] = {"type": kind, "rules": list(names)}
    fields = list(place.fields)
    groups = dice.sample(fields, min(len(fields), dice.choice((0, 1, 1, 1, 2))))
    if groups and several and dice.random() < 0.2:
        section["aliases"] = {"own": {one: dice.choice(fields) for one in names}}
        groups = ["own", *groups[1:]]
    if groups:
        section["group-by"] = groups
    section["timespan"] = dice.choice(("1s", "10s", "1m", "7m", "90m", "1h", "1d", "2d"))
    if kind not in ("temporal", "temporal_ordered"):
        condition = {dice.choice(("gte", "gte", "gt", "eq", "lt", "lte", "neq")): dice.choice((0, 1, 2, 3, 5))}
        if dice.random() < 0.15:
            condition = {"gte": 1, "lt": dice.choice((2, 4))}
        if kind != "event_count":
            numbers = [one for one, held in place.fields.items() if held == NUMBER] or fields
            condition["field"] = dice.choice(fields if kind == "value_count" else numbers)
        if kind == "value_count" and dice.random() < 0.1 and len(fields) > 1:
            condition["field"] = dice.sample(fields, 2)
        if kind == "value_percentile":
            condition["percentile"] = dice.choice((0, 25, 50, 90, 100))
        section["condition"] = condition
    elif dice.random() < 0.15:
        section["condition"] = dice.choice((" and ", " or ", " and not ")).join(names)
    return {"title": "Made", "name": name, "correlation": section}
