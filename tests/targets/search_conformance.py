"""The conformance files as documents, searches and verdicts: every file in several typings, in one index."""

import dataclasses
import ipaddress
import pathlib
from typing import Any

import yaml

from compiler.content.model import Kind
from compiler.convert import convert
from compiler.engines.engine import Ask, Table
from compiler.targets import load_targets
from compiler.targets.target import Query

FOLDER = pathlib.Path(__file__).parents[1] / "conformance"
LOGSOURCE = {"category": "made"}
INDEX = "logs-made-default"
TIME = "@timestamp"
TYPINGS = ("asked", "typed", "text", "wildcard")
"""Fields as the rule asks for them; as the values are; all of them text, of the one type and of the other.

Beside these there is ``loaded``: text of which the index has words alone.
"""


def cases():
    """The files that have a meaning, by name."""
    found = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml"))}
    return {name: case for name, case in found.items() if "events" in case}


def keys(node):
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key), value
            yield from keys(value)
    elif isinstance(node, list):
        for value in node:
            yield from keys(value)


def asked_type(name, rules):
    modifiers = {word for key, _ in keys(rules) for word in key.split("|")[1:] if key.split("|")[0] == name}
    if "cidr" in modifiers:
        return "ip"
    return "long" if {"lt", "lte", "gt", "gte"} & modifiers else "keyword"


def type_of(name, values, typing, rules):
    if typing in ("text", "wildcard", "loaded"):
        return {"text": "keyword", "loaded": "text"}.get(typing, typing)
    flat = [item for value in values for item in (value if isinstance(value, list) else [value]) if item is not None]
    kinds = {type(item) for item in flat}
    if typing == "typed" and kinds == {bool}:
        return "boolean"
    if typing == "typed" and kinds == {int} and all(abs(item) < 2**63 for item in flat):
        return "long"
    if typing == "typed" and kinds and kinds <= {int, float}:
        return "double"
    wanted = asked_type(name, rules)
    return wanted if typing == "asked" or wanted == "ip" else "keyword"


def is_address(value):
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    # The store keeps an IPv4-mapped address as IPv4, and none's zone, so it cannot hold either.
    held = getattr(address, "ipv4_mapped", None) is None and getattr(address, "scope_id", None) is None
    return str(address) == value and held


HOLDS = {
    "keyword": lambda value: isinstance(value, (bool, int)) or (isinstance(value, str) and len(value) <= 1024),
    "wildcard": lambda value: isinstance(value, (str, bool, int)),
    "text": lambda value: isinstance(value, (str, bool, int)),
    "long": lambda value: type(value) is int and abs(value) < 2**63,
    "double": lambda value: type(value) in (int, float),
    "boolean": lambda value: type(value) is bool,
    "ip": lambda value: isinstance(value, str) and is_address(value),
}


def held(types, event):
    """True if the event can be in the index as it is: no null, nothing nested, and each value of its field's type."""
    return all(
        not isinstance(item, (list, dict)) and item is not None and HOLDS[types[name]](item)
        for name, value in event.items()
        if name != TIME
        for item in (value if isinstance(value, list) else [value])
    )


def kept(type_, value):
    if isinstance(value, list):
        return [kept(type_, item) for item in value]
    return str(value).lower() if isinstance(value, bool) and type_ != "boolean" else value


@dataclasses.dataclass
class Trial:
    """One rule of one file in one typing: what was converted, and what must be selected of what the index holds."""

    name: str
    typing: str
    result: Any
    expected: list[str]
    times: dict[str, str] | None

    @property
    def refused(self):
        """Whether there is no query."""
        return not isinstance(self.result, Query)

    def selected(self, answer):
        """What an answer selects, as ``expected`` says it: of a correlation the times, since events may tie."""
        if answer.hits is None:
            return answer.error
        return sorted(self.times[hit] for hit in answer.hits) if self.times is not None else list(answer.hits)


class Collection:
    """Every file in every typing. Fields are shared among files, whose documents are told apart by a marker."""

    def __init__(self, make, typings=TYPINGS, target="opensearch", **changed):
        self.types = {"marker": "keyword"}
        self.documents = []
        self.trials = []
        self._make, self._target = make, dataclasses.replace(load_targets()[target], **changed)
        for name, case in cases().items():
            for typing in typings:
                self._add(name, typing, case)

    @property
    def table(self):
        """The one index."""
        return Table(INDEX, self.types, tuple(self.documents))

    def asks(self):
        """The trials that have a query, and their queries."""
        live = [trial for trial in self.trials if not trial.refused]
        return live, [Ask(one.result.language, one.result.text, one.result.settings) for one in live]

    def _add(self, name, typing, case):
        bodies = case.get("rules", [case.get("rule")])
        single = "rule" in case
        events = [item["event"] if single else item for item in case["events"]]
        rules = [*bodies, *case.get("filters", ())]
        names = {field for event in events for field in event} | {key.split("|")[0] for key, _ in keys(rules)}
        names |= {text for _, value in keys(rules) for text in self._texts(value)}
        types = {one: type_of(one, [e[one] for e in events if one in e], typing, rules) for one in sorted(names)}
        if not single and not all(held(types, event) for event in events):
            return
        there = {one: (f"{kind}{number}", kind) for number, (one, kind) in enumerate(types.items())}
        self.types |= dict(there.values())
        marker = f"{typing}/{name}"
        ids = {}
        for number, event in enumerate(events):
            if not held(types, event):
                continue
            ids[number] = f"{marker}#{number:04}"
            document = {there[key][0]: kept(types[key], value) for key, value in event.items() if key != TIME}
            timed = {TIME: event[TIME]} if TIME in event else {}
            self.documents.append({**document, **timed, "marker": marker, "tocsin_id": ids[number]})
        self._convert(name, typing, case, there, ids)

    @staticmethod
    def _texts(value):
        return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]

    def _convert(self, name, typing, case, there, ids):
        marked = {**there, "Marker": ("marker", "keyword")}
        only = {"Marker": f"{typing}/{name}"}
        source = self._make.source(self._make.arrival(self._target.name, marked, only=only, where={"index": [INDEX]}))
        bodies = case.get("rules", [case.get("rule")])
        rules = [self._make.rule({**body, "logsource": LOGSOURCE} if "detection" in body else body) for body in bodies]
        filters = [self._make.rule({"title": "f", **body, "logsource": LOGSOURCE}) for body in case.get("filters", ())]
        content = self._make.content(*rules, *filters, sources=[source], placeholders=case.get("placeholders"))
        referred = {other for body in bodies for other in body.get("correlation", {}).get("rules", ())}
        for rule in rules:
            result = convert(rule, self._target, content)
            if "rule" in case:
                expected = [
                    ids[number] for number, item in enumerate(case["events"]) if item["match"] and number in ids
                ]
                self.trials.append(Trial(name, typing, result, expected, None))
            elif rule.kind is Kind.CORRELATION and not referred & {rule.name, rule.id}:
                times = {id: str(case["events"][number][TIME]) for number, id in ids.items()}
                expected = sorted(times[ids[fire["event"]]] for fire in case["fires"] if fire["rule"] == rule.name)
                self.trials.append(Trial(name, typing, result, expected, times))
