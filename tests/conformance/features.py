"""The conformance files as rules, sources and events of a target, several typings each; for the table of features."""

from __future__ import annotations

import dataclasses
import datetime as dt
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from compiler.content.model import Arrival, Field, Kind, Logsource, Rule, Source
from compiler.content.rules import read_sigma
from compiler.diagnostics import Diagnostic, Span
from compiler.meaning.events import Event
from compiler.meaning.witness import Stream
from compiler.targets.target import Content
from compiler.verify.queries import Tried

FOLDER = pathlib.Path(__file__).parent
SPAN = Span("detections/sources/made.yml")
TIME = "@timestamp"
TYPINGS = ("asked", "text")
"""Fields as the rule asks for them (numbers and addresses as such), and all of them text."""
SQL = {"duckdb", "spark"}
TYPES = {
    "text": {"elastic": "keyword", "opensearch": "keyword", **dict.fromkeys(SQL, "STRING")},
    "number": {
        **dict.fromkeys(("elastic", "opensearch", "sentinel", "defender"), "long"),
        **dict.fromkeys(SQL, "BIGINT"),
    },
    "truth": {
        **dict.fromkeys(("elastic", "opensearch"), "boolean"),
        **dict.fromkeys(("sentinel", "defender"), "bool"),
        **dict.fromkeys(SQL, "BOOLEAN"),
    },
    "address": {"elastic": "ip", "opensearch": "ip", **dict.fromkeys(SQL, "STRING")},
}
"""Kind of a field, target -> the type there; ``string`` at the others."""
WHERE = {
    "splunk": {"macro": "tocsin_{}", "default": "sourcetype={}"},
    "elastic": {"index": ["logs-{}-*"]},
    "opensearch": {"index": ["{}-*"]},
    "loki": {"stream": '{{service_name="{}"}}', "parser": "json"},
}
"""Where the events of a file are at each target; a table of its name at the others."""


@dataclasses.dataclass(frozen=True, slots=True)
class Feature:
    """One file in one typing: its rules, where its events are, and what must happen.

    ``bodies`` are the rules and filters as written, in the file's own log source. ``asked`` are the rules that are
    converted; all of them must be refused where ``meaningless``. ``tried`` are the events of a single rule,
    ``streams`` those of each correlation that is asked.
    """

    name: str
    words: str
    bodies: tuple[Mapping[str, Any], ...]
    rules: tuple[Rule, ...]
    asked: tuple[Rule, ...]
    source: Source
    placeholders: Mapping[str, Any]
    meaningless: bool
    tried: tuple[Tried, ...]
    streams: Mapping[Span, Stream]

    @property
    def content(self) -> Content:
        """What a conversion of its rules may look at."""
        return Content.of([self.source], self.rules, self.placeholders)


def features(targets: Sequence[str], typing: str) -> list[Feature]:
    """Every file, in the order of names."""
    paths = sorted(FOLDER.glob("*.yml"))
    return [_feature(path, f"{typing}{number}", targets, typing) for number, path in enumerate(paths)]


def _feature(path: pathlib.Path, place: str, targets: Sequence[str], typing: str) -> Feature:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    single = "rule" in case
    written = [case["rule"]] if single else case["rules"]
    bodies = [_in(place, body) for body in [*written, *case.get("filters", ())]]
    rules = list(_rules(path.stem, bodies))
    given = case.get("events", ())
    named = {name for name in _texts(bodies) if name}
    events = [_flat(item["event"] if single else item, named) for item in given]
    if not single:
        # To a group and to a count an explicit null is a missing field.
        events = [{name: value for name, value in event.items() if value is not None} for event in events]
    referred = {str(name) for body in bodies for name in (body.get("correlation") or {}).get("rules", ())}
    kinds = {Kind.SIGMA} if single else {Kind.CORRELATION}
    asked = [rule for rule in rules if rule.kind in kinds and not referred & {rule.name, rule.id}]
    tried = [Tried(event, item["match"], None) for event, item in zip(events, given, strict=True) if single]
    return Feature(
        name=path.stem,
        words=case["feature"],
        bodies=tuple(bodies),
        rules=tuple(rules),
        asked=tuple(asked),
        source=_source(place, [{**body, "logsource": None} for body in bodies], events, targets, typing),
        placeholders=case.get("placeholders") or {},
        meaningless="error" in case,
        tried=tuple(tried),
        streams={} if single else {rule.span: _stream(rule, events, case.get("fires", ())) for rule in asked},
    )


def _in(place: str, body: Mapping[str, Any]) -> dict[str, Any]:
    own = {"logsource": {"category": place}} if "correlation" not in body else {}
    return {"title": "Made", **body, **own}


def _rules(stem: str, bodies: Sequence[Mapping[str, Any]]) -> Iterator[Rule]:
    for number, body in enumerate(bodies):
        text = yaml.safe_dump(body, allow_unicode=True, sort_keys=False)
        for one in read_sigma(f"{stem}_{number}.yml", text.encode()):
            if not isinstance(one, Diagnostic):
                yield one


def _stream(rule: Rule, events: Sequence[Mapping[str, Any]], fires: Sequence[Mapping[str, Any]]) -> Stream:
    made = tuple(Event(event, (), _micros(event), number) for number, event in enumerate(events))
    own = [fire for fire in fires if fire["rule"] in {rule.name, rule.id}]
    return Stream(rule.name, made, tuple((fire["event"], fire.get("group") or {}) for fire in own))


def _micros(event: Mapping[str, Any]) -> int:
    moment = dt.datetime.fromisoformat(str(event[TIME]))
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)


def _flat(event: Mapping[str, Any], asked: set[str]) -> dict[str, Any]:
    """An event with the fields of objects under the names of their paths, where no rule asks for an object itself."""
    found: dict[str, Any] = {}
    for name, value in event.items():
        if isinstance(value, dict) and name not in asked:
            inner = _flat({f"{name}.{step}": below for step, below in value.items()}, asked)
            if set(inner) & set(event):
                return dict(event)
            found |= inner
        else:
            found[name] = value
    return found


def _source(
    place: str,
    bodies: Sequence[Mapping[str, Any]],
    events: Sequence[Mapping[str, Any]],
    targets: Sequence[str],
    typing: str,
) -> Source:
    """A source whose events arrive at every target under their own names."""
    # Stores of SQL do not tell names of columns by their letter case: what rule and event both say is kept.
    said, there = list(_texts(bodies)), [name for event in events for name in event]
    named = [*(name for name in said if name in there), *said, *there]
    names = {name.lower(): name for name in reversed(named) if name and name != TIME}.values()
    arrivals = []
    for target in targets:
        made = {name: Field(name, _type(target, name, bodies, events, typing), "made for this table") for name in names}
        where = {
            key: value
            if key == "parser"
            else [one.format(place) for one in value]
            if isinstance(value, list)
            else value.format(place)
            for key, value in WHERE.get(target, {"table": "{}"}).items()
        }
        arrivals.append(Arrival(target, place, where, made, {}, {}, {}, {}, "made for this table", "", {}, SPAN))
    return Source(place, place, "", (Logsource(place, None, None),), "jsonl", {}, {}, tuple(arrivals), SPAN)


def _type(
    target: str,
    name: str,
    bodies: Sequence[Mapping[str, Any]],
    events: Sequence[Mapping[str, Any]],
    typing: str,
) -> str:
    """How a store would keep a field, by what the rules ask of it and what the events have in it."""
    values = [event[name] for event in events if event.get(name) is not None]
    flat = [one for value in values for one in (value if isinstance(value, list) else [value]) if one is not None]
    kind = "text"
    if typing == "asked":
        words = [key.split("|") for key, _ in _pairs(bodies)]
        modifiers = {word for key, *rest in words if key == name for word in rest}
        if "cidr" in modifiers:
            kind = "address"
        elif modifiers & {"lt", "lte", "gt", "gte"} or (flat and all(type(one) is int for one in flat)):
            kind = "number"
        elif flat and all(type(one) is bool for one in flat):
            kind = "truth"
    several = "[]" if target in SQL and any(isinstance(value, list) for value in values) else ""
    return TYPES[kind].get(target, "string") + several


def _pairs(node: Any) -> list[tuple[str, Any]]:
    """Every key of every map below a node, with its value."""
    if isinstance(node, Mapping):
        return [(str(key), value) for key, value in node.items()] + [p for v in node.values() for p in _pairs(v)]
    return [pair for value in node for pair in _pairs(value)] if isinstance(node, list | tuple) else []


def _texts(node: Any) -> Iterator[str]:
    """Every key without modifiers, and every short text: fields are named as both."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield str(key).split("|")[0]
            yield from _texts(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _texts(value)
    elif isinstance(node, str) and len(node) < 60:
        yield node
