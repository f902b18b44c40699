"""What every reader of events has in common: recognition, faults, hostile input."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.content.model import Logsource
from compiler.meaning.events import FORMATS, EventFault, read_events

COMBINED = '203.0.113.7 - - [03/Mar/2021:04:52:07 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/7.68.0"'
SAMPLES = {
    "apache": COMBINED,
    "auditd": 'type=CWD msg=audit(1614765600.123:456): cwd="/var/www"',
    "cef": "CEF:0|Example|Gate|7.1|traffic|Connection|3|act=blocked src=203.0.113.7 dst=198.51.100.7 dpt=22",
    "exchange": "#Software: Microsoft Exchange Server\n#Log-type: HttpProxy Logs\n#Fields: DateTime,UrlStem\n,/owa/",
    "jsonl": '{"User": "alice"}',
    "squid": "1614765600.123  4 198.51.100.7 TCP_MISS/200 904 GET http://a.example.com/ - HIER_NONE/- -",
    "syslog": "Mar  3 05:01:12 web01 sshd[1042]: Connection closed by 203.0.113.9 port 50122 [preauth]",
    "w3c": "#Version: 1.0\n#Fields: date time cs-method\n2021-03-03 04:52:07 GET",
    "xml": "<Event><System><EventID>1</EventID><Channel>Security</Channel></System></Event>",
}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_format_is_told_by_the_content(name):
    """Each format is recognised without being named, and named it reads the same."""
    told, faults = read_events(b"\n" + SAMPLES[name].encode())
    assert faults == []
    assert len(told) == 1
    assert (told, []) == read_events(b"\n" + SAMPLES[name].encode(), format=name)


def test_unknown_format_is_one_fault():
    """A file that is in no format that is known gives one fault, at its first line that says something."""
    assert read_events(b"\n\nhello\nworld\n") == (
        [],
        [EventFault(2, "no format that is known: apache, auditd, cef, exchange, jsonl, squid, syslog, w3c, xml")],
    )


def test_empty_file_has_no_events():
    """A file with nothing in it is no fault."""
    assert read_events(b"") == ([], [])
    assert read_events(b" \n\r\n") == ([], [])


def test_logsource_can_be_set_for_the_file():
    """A log source that is given stands for whatever would be recognised."""
    given_one = Logsource("webserver", "linux", "apache")
    (event,), _ = read_events(SAMPLES["w3c"].encode(), logsource=given_one)
    assert event.logsources == (given_one,)


def test_line_is_that_of_the_file():
    """Lines count from 0, blank ones too, whatever the ends of lines are."""
    events, faults = read_events(b'{"a": 1}\r\n\r\n{"a": 2}\nno\n{"a": 3}')
    assert [(event.line, event.fields["a"]) for event in events] == [(0, 1), (2, 2), (4, 3)]
    assert [fault.line for fault in faults] == [3]


def test_unicode_line_separators_end_no_line():
    """Only a line feed ends a line: U+2028 and a vertical tab are characters of a value."""
    (event,), faults = read_events('{"a": "x\u2028y\u0085z"}'.encode())
    assert (event.fields["a"], faults) == ("x\u2028y\u0085z", [])


def test_bytes_that_are_no_utf_8_become_replacement_characters():
    """A byte that is no UTF-8 does not stop the reader, and no value holds what cannot be encoded."""
    (event,), _ = read_events(b'{"a": "\xff", "b": "\\ud800"}')
    assert event.fields == {"a": "\ufffd", "b": "\ufffd"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_byte_order_mark(encoding):
    """A byte order mark tells the encoding and is no part of the first line."""
    text = SAMPLES["jsonl"] if encoding != "utf-16-be" else "\ufeff" + SAMPLES["jsonl"]
    (event,), _ = read_events(text.encode(encoding))
    assert event.fields == {"User": "alice"}


def test_a_megabyte_of_one_line():
    """Long lines are read in each format in time that grows with their length, and no further."""
    record = "type=CWD msg=audit(1.1:1): "
    for name, long in (
        ("apache", "a" * 1_000_000),
        ("apache", COMBINED.replace("/ HTTP/1.1", " HTTP/1.1" * 100_000)),
        ("apache", '"' * 1_000_000),
        ("auditd", record + "a=b " * 250_000),
        ("auditd", record + "a" * 1_000_000),
        ("auditd", "type=" * 200_000),
        ("auditd", "node=" * 200_000),
        ("jsonl", json.dumps({"a": "x" * 1_000_000})),
        (
            "jsonl",
            json.dumps({"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1, "Hashes": "MD5=" * 250_000}),
        ),
        ("cef", SAMPLES["cef"] + " " * 1_000_000),
        ("cef", SAMPLES["cef"] + " a=b" * 250_000),
        ("cef", "CEF:0|" + "a" * 1_000_000),
        ("exchange", SAMPLES["exchange"] + "," * 1_000_000),
        ("exchange", SAMPLES["exchange"] + "a" * 1_000_000),
        ("w3c", "x " * 500_000),
        ("w3c", "#Fields: a b\n" + '"' * 999_999),
        ("xml", "<Event " * 140_000),
        ("xml", "<Event>" + "<Events " * 120_000),
    ):
        events, faults = read_events(long.encode(), format=name)
        assert events or faults


@pytest.mark.parametrize("name", sorted(FORMATS))
@given(data=st.data())
def test_no_input_stops_a_reader(name, data):
    """Whatever bytes come, a reader gives events and faults, never an exception."""
    pieces = st.one_of(st.binary(max_size=30), st.sampled_from([sample.encode() for sample in SAMPLES.values()]))
    damaged = b"".join(data.draw(st.lists(st.one_of(pieces, st.just(b"\n")), max_size=6)))
    events, faults = read_events(damaged, format=name)
    assert all(isinstance(event.line, int) for event in events)
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)
