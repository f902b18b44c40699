"""The readers of meaning understand every line of the week."""

import pytest

from compiler.baseline import SOURCES
from compiler.meaning.events import read_events

EVENTS = {
    "apache": 7015,
    "auditd": 4795,
    "azure_signin": 2185,
    "exchange": 488,
    "exchange_httpproxy": 2766,
    "firewall": 6115,
    "iis": 10583,
    "security": 1905,
    "squid": 8341,
    "sysmon": 5191,
    "sysmon_linux": 1070,
    "system": 884,
    "zeek_conn": 5811,
    "zeek_dns": 11266,
}


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_every_line_is_read(week, source):
    """No fault, the number of events known, each with a time and a log source, the format told from the content."""
    events, faults = read_events(week[source])
    assert faults == []
    assert len(events) == EVENTS[source]
    assert all(event.time is not None and event.logsources for event in events)


def test_the_week_is_long_enough():
    """A rule that is silent here has been shown more than fifty thousand events."""
    assert sum(EVENTS.values()) >= 50_000
