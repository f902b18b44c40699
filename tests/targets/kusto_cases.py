"""The conformance files as KQL is tried on them: throw-away tables, in the types of the store."""

import datetime as dt
import pathlib

import yaml

from compiler.content.model import Kind
from compiler.convert import convert
from compiler.engines.engine import Ask, Table

FOLDER = pathlib.Path(__file__).parents[1] / "conformance"
TABLE = "Made"
TYPED = {
    "bool": "bool",
    "int": "long",
    "float": "real",
}
NUMERIC = {"lt", "lte", "gt", "gte"}


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


FILES = [path for path in sorted(FOLDER.glob("*.yml")) if "error" not in read(path)]
SINGLE = [path for path in FILES if "rule" in read(path)]
CORRELATED = [path for path in FILES if "rules" in read(path)]


def representable(event):
    """No explicit null, nothing empty, no list and nothing nested: a column holds one value, and empty is missing."""
    return not any(value is None or value == "" or isinstance(value, (dict, list)) for value in event.values())


def items(node):
    """Every key of every map, and its value."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key), value
            yield from items(value)
    elif isinstance(node, list):
        for value in node:
            yield from items(value)


def fields_of(bodies, events):
    """Every field that events or rules name; of rules those named as values too (``fieldref``, ``group-by``).

    What a rule calls its selections is among them, unless a field has that name in another letter case.
    """
    names = dict.fromkeys(name for event in events for name in event)
    for key, value in items(bodies):
        for text in [key.split("|")[0], *(value if isinstance(value, list) else [value])]:
            if isinstance(text, str) and text and text.lower() not in {name.lower() for name in names}:
                names[text] = None
    return list(names)


def types_of(fields, events, *, typed):
    """``string`` for each field; if ``typed``, that of the values where all events agree in one."""
    types = dict.fromkeys(fields, "string")
    for name in fields if typed else ():
        found = {type(event[name]).__name__ for event in events if event.get(name) is not None}
        found = {"float"} if found == {"int", "float"} else found
        if len(found) == 1 and found <= set(TYPED):
            types[name] = TYPED[found.pop()]
    return types


def events_of(case):
    return [item["event"] if "match" in item else item for item in case["events"]]


def queries(make, target, case, *, typed):
    """The conversions of the rules that are wanted, and the types of the throw-away table."""
    bodies = case["rules"] if "rules" in case else [case["rule"]]
    bodies = [{**body, "logsource": {"category": "made"}} if "detection" in body else body for body in bodies]
    rules = [make.rule(body) for body in bodies]
    filters = [make.rule({"title": "f", **body, "logsource": {"category": "made"}}) for body in case.get("filters", ())]
    events = [event for event in events_of(case) if representable(event)]
    types = types_of(fields_of([bodies, case.get("filters", [])], events), events, typed=typed)
    arrival = make.arrival(target.name, {name: (name, kind) for name, kind in types.items()}, where={"table": TABLE})
    content = make.content(*rules, *filters, sources=[make.source(arrival)], placeholders=case.get("placeholders"))
    referred = {name for body in bodies for name in body.get("correlation", {}).get("rules", ())}
    wanted = [
        rule
        for rule in rules
        if "rule" in case or (rule.kind is Kind.CORRELATION and not referred & {rule.name, rule.id})
    ]
    return [convert(rule, target, content) for rule in wanted], types, wanted


def table_of(case, types):
    """The events of a case that the store can hold, as a table of it."""
    documents = []
    for number, event in enumerate(events_of(case)):
        if representable(event):
            document = {name: value for name, value in event.items() if name in types}
            if "@timestamp" in event:
                moment = dt.datetime.fromisoformat(str(event["@timestamp"]))
                document["tocsin_time"] = round(moment.timestamp() * 1_000_000)
            documents.append({**document, "tocsin_id": str(number)})
    return Table(TABLE, types, tuple(documents))


def ask(query):
    return Ask(query.language, query.text, query.settings)


def hits_of(case):
    """What a single rule must select of the events that the store can hold."""
    wanted = [str(n) for n, item in enumerate(case["events"]) if item["match"] and representable(item["event"])]
    return tuple(sorted(wanted))
