"""The readers of meaning understand every line of the week."""

import pytest

from compiler.baseline import SOURCES
from compiler.meaning.events import read_events

EVENTS = {
    "apache": 7015,
    "application": 456,
    "auditd": 4795,
    "auth": 4956,
    "azure_audit": 458,
    "azure_signin": 2185,
    "cisco_aaa": 631,
    "exchange": 488,
    "exchange_ecp": 612,
    "exchange_httpproxy": 2766,
    "exchange_oabgenerator": 430,
    "firewall": 6115,
    "iis": 10583,
    "m365_audit": 1735,
    "nginx": 2821,
    "powershell": 672,
    "security": 1905,
    "security_directory": 5158,
    "squid": 8341,
    "sysmon": 5191,
    "sysmon_detail": 6738,
    "sysmon_linux": 1070,
    "sysmon_linux_site": 2066,
    "system": 884,
    "taskscheduler": 1311,
    "windefend": 1032,
    "zeek_conn": 5811,
    "zeek_dns": 11266,
    "zeek_x509": 1246,
}


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_every_line_is_read(week, source):
    """No fault, the number of events known, each with a time and a log source, the format told from the content."""
    events, faults = read_events(week[source])
    assert faults == []
    assert len(events) == EVENTS[source]
    assert all(event.logsources for event in events)
    # The time of a line of a switch has no year.
    assert all((event.time is None) == (source == "cisco_aaa") for event in events)


def test_the_week_is_long_enough():
    """A rule that is silent here has been shown more than ninety thousand events."""
    assert sum(EVENTS.values()) >= 90_000
