"""The Common Event Format: its header, its pairs, and what a packet filter's record is."""

import pytest

from compiler.content.model import Logsource
from compiler.meaning.events import read_events

RECORD = (
    "CEF:0|Example|Gate|7.1|traffic|Connection|3|rt=1614744729000 act=blocked src=203.0.113.24 spt=51544 "
    "dst=198.51.100.10 dpt=3389 suser=Eva Weber msg=one \\= two cs1Label=Rule"
)


@pytest.mark.parametrize("header", ["", "Mar  3 04:12:09 fw01 ", "<134>1 2021-03-03T04:12:09Z fw01 - - - - "])
def test_record_is_a_connection_whatever_stands_before_it(header: str) -> None:
    """Both ends have the taxonomy's names, ports are numbers, and a header of syslog changes nothing."""
    (event,), faults = read_events(f"{header}{RECORD}\n".encode())
    assert faults == []
    wanted = {
        "src_ip": "203.0.113.24",
        "src_port": 51544,
        "dst_ip": "198.51.100.10",
        "dst_port": 3389,
        "action": "blocked",
        "username": "Eva Weber",
    }
    assert {name: event.fields[name] for name in wanted} == wanted
    assert event.logsources == (Logsource("firewall"),)
    assert event.time == 1614744729000000


def test_escapes_are_taken_out() -> None:
    """A backslash before an equals sign, a bar or itself is no part of the value."""
    (event,), _ = read_events((RECORD + "\n").encode())
    assert event.fields["msg"] == "one = two"
    (event,), _ = read_events(b"CEF:0|Ex\\|ample|G\\\\ate|1|2|n|3|a=b\n")
    assert (event.fields["device_vendor"], event.fields["device_product"]) == ("Ex|ample", "G\\ate")


def test_record_of_another_device_is_of_no_log_source() -> None:
    """What does not name two ends is asked by every rule, for nothing tells what it is."""
    (event,), _ = read_events(b"CEF:0|Example|Mail|1|2|Quarantine|3|suser=a@example.com\n")
    assert event.logsources == ()
    assert event.fields["username"] == "a@example.com"


def test_broken_header_is_a_fault() -> None:
    """A record with too few fields in its header is told with its line, and the next one goes on."""
    events, faults = read_events((f"{RECORD}\nCEF:0|Example|Gate|7.1\n{RECORD}\n").encode(), format="cef")
    assert [event.line for event in events] == [0, 2]
    assert [(fault.line, fault.message) for fault in faults] == [(1, "no record of CEF")]
