"""JSON events of unknown origin, and JSON that is not one event a line."""

import pytest

from compiler.meaning.events import read_events


def test_unknown_record_keeps_its_fields():
    """A record that is no Windows event keeps its fields as they are and has no log source."""
    (event,), _ = read_events(b'{"source": {"ip": "192.0.2.1"}, "n": 1.5, "none": null}')
    assert event.fields == {"source": {"ip": "192.0.2.1"}, "n": 1.5, "none": None}
    assert event.logsources == ()
    assert event.time is None


def test_array_in_a_line():
    """An array in a line holds events of that line."""
    events, faults = read_events(b'[{"a": 1}, {"a": 2}]\n[{"a": 3}, 4]')
    assert [(event.line, event.fields["a"]) for event in events] == [(0, 1), (0, 2), (1, 3)]
    assert [(fault.line, fault.message) for fault in faults] == [(1, "an event is a JSON object")]


def test_array_over_many_lines():
    """An array that is written over many lines gives each event the line in which it begins."""
    events, faults = read_events(b'[\n  {\n    "a": 1\n  },\n  {"a": 2}, {"a": 3}\n]\n')
    assert [(event.line, event.fields["a"]) for event in events] == [(1, 1), (4, 2), (4, 3)]
    assert faults == []


def test_objects_over_many_lines():
    """So do objects that follow each other."""
    events, faults = read_events(b'{\n "a": 1\n}\n{\n "a": 2\n}\n')
    assert [(event.line, event.fields["a"]) for event in events] == [(0, 1), (3, 2)]
    assert faults == []


def test_indented_dump():
    """evtx_dump's indented output, with a line that numbers each record, is read record by record."""
    events, faults = read_events(b'Record 1\n{\n  "a": 1\n}\nRecord 2\n{\n  "a": 2\n}\n')
    assert [(event.line, event.fields["a"]) for event in events] == [(1, 1), (5, 2)]
    assert faults == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"a": ', "not JSON: Expecting value at column 7"),
        ('{"a": NaN}', "not JSON: NaN is no number of JSON"),
        ('{"a": ' + "[" * 100_000, "not JSON: nested too deep"),
        ('{"a": ' + "[" * 70 + "]" * 70 + "}", "an event nested deeper than 64 levels"),
        ("7", "an event is a JSON object"),
    ],
)
def test_fault_of_a_line(line, message):
    """A line that is no event says why, and the next is read."""
    events, faults = read_events(f'{line}\n{{"a": 1}}'.encode(), format="jsonl")
    assert [fault.message for fault in faults] == [message]
    assert [event.line for event in events] == [1]


def test_huge_number():
    """A number beyond what Python reads in decimal is a fault, one beyond a float is none."""
    events, faults = read_events(b'{"time": ' + b"9" * 5000 + b'}\n{"time": ' + b"9" * 400 + b"}", format="jsonl")
    assert [fault.line for fault in faults] == [0]
    assert [event.time for event in events] == [None]
