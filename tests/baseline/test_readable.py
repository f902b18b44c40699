"""The readers of meaning understand every line of the week."""

import pytest

from compiler.baseline import SOURCES
from compiler.meaning.events import read_events

EVENTS = {
    "apache": 7015,
    "auditd": 4795,
    "exchange": 488,
    "iis": 10583,
    "security": 1905,
    "sysmon": 5191,
    "sysmon_linux": 1070,
}


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_every_line_is_read(week, source):
    """No fault, the number of events known, each with a time and a log source, the format told from the content."""
    events, faults = read_events(week[source])
    assert faults == []
    assert len(events) == EVENTS[source]
    assert all(event.time is not None and event.logsources for event in events)
