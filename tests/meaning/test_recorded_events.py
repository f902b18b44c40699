"""Rules and events that others wrote: SigmaHQ's regression data, in every shape that collectors give to an event."""

import io
import json
import tarfile
from typing import Any

import pytest

from compiler.content.model import Rule
from compiler.content.rules import read_sigma
from compiler.meaning.events import Event, read_events
from compiler.meaning.ruleset import read_ruleset


def flat(record: dict[str, Any]) -> dict[str, Any]:
    """An evtx dump as NXLog's im_msvistalog and xm_json write it."""
    system = record["Event"]["System"]
    return {
        "EventTime": system["TimeCreated"]["#attributes"]["SystemTime"],
        "Hostname": system["Computer"],
        "Keywords": system["Keywords"],
        "EventType": "INFO",
        "EventID": system["EventID"],
        "SourceName": system["Provider"]["#attributes"]["Name"],
        "RecordNumber": system["EventRecordID"],
        "ExecutionProcessID": system["Execution"]["#attributes"]["ProcessID"],
        "Channel": system["Channel"],
        "SeverityValue": 2,
        "Message": "\n".join(f"{name}: {value}" for name, value in data(record).items()),
        **{name: value for name, value in data(record).items() if name != "EventType"},
    }


def winlogbeat(record: dict[str, Any]) -> dict[str, Any]:
    """An evtx dump as Winlogbeat 8 writes it."""
    system = record["Event"]["System"]
    return {
        "@timestamp": system["TimeCreated"]["#attributes"]["SystemTime"],
        "event": {"code": str(system["EventID"]), "provider": system["Provider"]["#attributes"]["Name"]},
        "host": {"name": system["Computer"]},
        "winlog": {
            "api": "wineventlog",
            "channel": system["Channel"],
            "computer_name": system["Computer"],
            "event_data": {name: str(value) for name, value in data(record).items()},
            "event_id": str(system["EventID"]),
            "provider_name": system["Provider"]["#attributes"]["Name"],
            "record_id": system["EventRecordID"],
        },
    }


def dotted(record: dict[str, Any]) -> dict[str, Any]:
    """The same with every path as one key, as exports of an index have it."""
    flat_record: dict[str, Any] = {}
    stack: list[tuple[str, Any]] = list(winlogbeat(record).items())
    while stack:
        name, value = stack.pop()
        if isinstance(value, dict):
            stack.extend((f"{name}.{inner}", item) for inner, item in value.items())
        else:
            flat_record[name] = value
    return flat_record


def data(record: dict[str, Any]) -> dict[str, Any]:
    found = record["Event"].get("EventData")
    if found is None:
        (found,) = record["Event"]["UserData"].values()
    return {name: value for name, value in found.items() if not name.startswith("#")}


@pytest.fixture(scope="module")
def recorded(shared) -> dict[str, tuple[list[Rule], bytes]]:
    """Every rule with the events that it must match at least one of, by file."""
    with tarfile.open(shared / "corpora" / "sigmahq-regression-open.tar.xz") as archive:
        files = {
            member.name: archive.extractfile(member) or io.BytesIO()
            for member in archive.getmembers()
            if member.isfile()
        }
        contents = {name: file.read() for name, file in files.items()}
    return {
        name: (list(read_sigma(name, content)), contents[name.removesuffix(".yml") + ".events.jsonl"])
        for name, content in sorted(contents.items())
        if name.endswith(".yml")
    }


def matched(rules: list[Rule], events: list[Event]) -> list[int]:
    ruleset, faults = read_ruleset(rules)
    assert faults == []
    return [hit.event for hit in ruleset.match(events)]


def test_every_rule_matches_its_events(recorded):
    """All 106 rules match at least one of the events recorded for them, which are recognised as their log source."""
    silent = []
    for name, (rules, log) in recorded.items():
        events, faults = read_events(log)
        assert faults == []
        assert all(event.logsources and event.time is not None for event in events)
        if not matched(rules, events):
            silent.append(name)
    assert len(recorded) == 106
    assert silent == []


@pytest.mark.parametrize(("shape", "same_time"), [(flat, False), (winlogbeat, True), (dotted, True)])
def test_every_shape_gives_the_same_verdicts(recorded, shape, same_time):
    """An event means the same whoever collected it; its time too, where the collector does not write local time."""
    for rules, log in recorded.values():
        records = [json.loads(line) for line in log.splitlines() if line.strip()]
        dumped, _ = read_events(log)
        events, faults = read_events("\n".join(json.dumps(shape(record)) for record in records).encode())
        assert faults == []
        assert [event.logsources for event in events] == [event.logsources for event in dumped]
        assert not same_time or [event.time for event in events] == [event.time for event in dumped]
        assert matched(rules, events) == matched(rules, dumped)


def test_all_public_rules_make_one_ruleset(shared):
    """SigmaHQ's 3,754 rules are read as one set; two are at fault, for their placeholder needs a value."""
    rules: list[Rule] = []
    with tarfile.open(shared / "corpora" / "sigmahq-rules.tar.xz") as archive:
        for member in archive.getmembers():
            if member.name.endswith(".yml") and (file := archive.extractfile(member)) is not None:
                rules += [rule for rule in read_sigma(member.name, file.read()) if isinstance(rule, Rule)]
    ruleset, faults = read_ruleset(rules)
    assert len(rules) == 3754
    assert len(ruleset.rules) == 3752
    assert [fault.error.kind for fault in faults] == ["placeholder", "placeholder"]
    _, faults = read_ruleset(rules, {"known_cdcs": ["dc1.example.com"]})
    assert faults == []
