"""The conformance files as tables, queries and verdicts: each file in several typings of its columns, in one batch."""

import dataclasses
import datetime
import pathlib
from typing import Any

import yaml

from compiler.content.model import Kind
from compiler.convert import convert
from compiler.engines.engine import Ask, Table
from compiler.targets.target import Query

FOLDER = pathlib.Path(__file__).parents[1] / "conformance"
LOGSOURCE = {"category": "made"}


def files(key):
    """The files that have a meaning and ``key`` (``rule`` or ``rules``), read, by name."""
    found = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml"))}
    return {name: case for name, case in found.items() if key in case and "error" not in case}


def scalar(value):
    """A value as a column of text keeps it; None if that would not be the same to a rule."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value == int(value):
        return None
    return str(value) if isinstance(value, (str, int, float)) else None


def flat(event, asked):
    """An event with the fields of objects under the names of their paths, where no rule asks for an object itself."""
    found = {}
    for name, value in event.items():
        if isinstance(value, dict) and name not in asked:
            inner = flat({f"{name}.{step}": below for step, below in value.items()}, asked)
            if set(inner) & set(event):
                return event
            found |= inner
        else:
            found[name] = value
    return found


def text(_values):
    return "STRING"


def typed(values):
    """Numbers as numbers, truth as truth, lists as lists, the rest as text."""
    flat = [item for value in values for item in (value if isinstance(value, list) else [value]) if item is not None]
    many = "[]" if any(isinstance(value, list) for value in values) else ""
    kinds = {type(item) for item in flat}
    if kinds == {bool}:
        return f"BOOLEAN{many}"
    if kinds == {int} and all(-(2**63) <= item < 2**63 for item in flat):
        return f"BIGINT{many}"
    if kinds and kinds <= {int, float}:
        return f"DOUBLE{many}"
    return f"STRING{many}"


def numeric(values):
    """Numbers as numbers even if an event has text in their place, which then cannot be held."""
    flat = [item for value in values for item in (value if isinstance(value, list) else [value])]
    return "BIGINT" if any(type(item) is int and abs(item) < 2**63 for item in flat) else "STRING"


def listed(_values):
    return "STRING[]"


TYPINGS = {"text": text, "typed": typed, "numeric": numeric, "listed": listed}


def kept(value, type_):
    """``value`` as a column of ``type_`` holds it. Raises ``ValueError`` where it cannot, or would change it."""
    if type_.endswith("[]"):
        return [kept(item, type_[:-2]) for item in (value if isinstance(value, list) else [value])]
    if value is None or isinstance(value, (list, dict)):
        raise ValueError(type_)
    held = {
        "STRING": lambda: scalar(value),
        "BIGINT": lambda: value if type(value) is int and abs(value) < 2**63 else None,
        "DOUBLE": lambda: value if type(value) is float else None,
        "BOOLEAN": lambda: value if type(value) is bool else None,
    }[type_]()
    if held is None:
        raise ValueError(type_)
    return held


@dataclasses.dataclass
class Trial:
    """One file in one typing: what was converted, and what each event that the table holds must give."""

    name: str
    typing: str
    result: Any
    table: Table
    expected: Any

    @property
    def refused(self):
        """Whether there is no query."""
        return not isinstance(self.result, Query)

    @property
    def ask(self):
        """The query as an engine takes it."""
        return Ask(self.result.language, self.result.text, self.result.settings)


def columns_of(events, rules, typing):
    """Column and type of each field that events have or rules name; names that differ by case alone get a number."""
    values = {}
    for event in events:
        for name, value in event.items():
            values.setdefault(name, []).append(value)
    for name in named(rules):
        values.setdefault(name, [])
    names, taken = {}, {}
    for name in sorted(values):
        number = taken[name.lower()] = taken.get(name.lower(), 0) + 1
        names[name] = name if number == 1 else f"{name}_{number}"
    return {name: (names[name], TYPINGS[typing](given)) for name, given in values.items()}


def named(node):
    """Every key without modifiers, and every text: fields are named as both."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key).split("|")[0]
            yield from named(value)
    elif isinstance(node, list):
        for value in node:
            yield from named(value)
    elif isinstance(node, str) and len(node) < 60:
        yield node


def without_empty(columns):
    return {name: said for name, said in columns.items() if name}


def table_of(name, columns, events, times=None):
    """The events that the columns can hold, each with its number as id."""
    documents = []
    for number, event in enumerate(events):
        try:
            document = {columns[field][0]: kept(value, columns[field][1]) for field, value in event.items()}
        except ValueError:
            continue
        document["tocsin_id"] = str(number)
        if times is not None:
            document["tocsin_time"] = times[number]
        documents.append(document)
    return Table(name, dict(columns.values()), tuple(documents))


def single(make, target, name, case, typing):
    """A file of one rule."""
    events = [flat(item["event"], set(named(case["rule"]))) for item in case["events"]]
    rule = make.rule({**case["rule"], "logsource": LOGSOURCE})
    filters = [make.rule({"title": "f", **body, "logsource": LOGSOURCE}) for body in case.get("filters", ())]
    columns = without_empty(columns_of(events, [case["rule"], case.get("filters")], typing))
    table = table_of(f"{name}_{typing}", columns, events)
    arrival = make.arrival(target.name, columns, where={"table": table.name})
    content = make.content(rule, *filters, sources=[make.source(arrival)], placeholders=case.get("placeholders"))
    there = {document["tocsin_id"] for document in table.documents}
    expected = {str(n): item["match"] for n, item in enumerate(case["events"]) if str(n) in there}
    return Trial(name, typing, convert(rule, target, content), table, expected)


def singles(make, target):
    """Every file of one rule in every typing in which the table holds any event."""
    trials = [single(make, target, *item, typing) for item in files("rule").items() for typing in TYPINGS]
    return [trial for trial in trials if trial.expected]


def correlation(make, target, name, case, typing):
    """The trials of a file of several rules: one for each correlation that no other refers to."""
    bodies = [{**body, "logsource": LOGSOURCE} if "detection" in body else body for body in case["rules"]]
    rules = [make.rule(body) for body in bodies]
    # To a group and to a count an explicit null is the same as a missing field, and the rules ask for none.
    asked = set(named(bodies))
    events = [{k: v for k, v in flat(event, asked).items() if v is not None} for event in case["events"]]
    columns = without_empty(columns_of(events, bodies, typing))
    table = table_of(f"{name}_{typing}", columns, events, [micros(event) for event in events])
    if len(table.documents) < len(events):
        return
    arrival = make.arrival(target.name, columns, where={"table": table.name})
    content = make.content(*rules, sources=[make.source(arrival)])
    referred = {name for body in bodies for name in body.get("correlation", {}).get("rules", ())}
    for rule in rules:
        if rule.kind is Kind.CORRELATION and not referred & {rule.name, rule.id}:
            fires = [fire["event"] for fire in case["fires"] if fire["rule"] in (rule.name, rule.id)]
            yield Trial(name, typing, convert(rule, target, content), table, fires)


def micros(event):
    """The time of an event in microseconds since the epoch."""
    moment = datetime.datetime.fromisoformat(event["@timestamp"])
    return (moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)) // datetime.timedelta(microseconds=1)


def correlations(make, target):
    """Every file of correlations in every typing in which the table holds all of its events."""
    return [
        trial
        for name, case in files("rules").items()
        for typing in TYPINGS
        for trial in correlation(make, target, name, case, typing)
    ]


def run(engine, trials):
    """The answers to the trials that were converted, by trial's place."""
    asked = [trial for trial in trials if not trial.refused]
    answers = engine.run([trial.table for trial in asked], [trial.ask for trial in asked])
    return list(zip(asked, answers, strict=True))


def differences(results):
    """What an engine answers otherwise than the files say, with the query."""
    wrong = []
    for trial, answer in results:
        if answer.hits is None:
            wrong.append((trial.name, trial.typing, answer.error, trial.result.text))
            continue
        if isinstance(trial.expected, dict):
            got, meant = sorted(answer.hits), sorted(key for key, match in trial.expected.items() if match)
        else:
            # Of several events of one instant any may stand for it.
            times = {document["tocsin_id"]: document["tocsin_time"] for document in trial.table.documents}
            got = sorted(times[hit] for hit in answer.hits)
            meant = sorted(times[str(number)] for number in trial.expected)
        if got != meant:
            wrong.append((trial.name, trial.typing, {"hits": answer.hits, "meant": meant}, trial.result.text))
    return wrong
