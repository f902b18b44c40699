"""Web server logs: W3C extended format, and Apache's and nginx's access logs."""

import pytest

from compiler.content.model import Logsource
from compiler.meaning.events import Event, read_events
from compiler.meaning.events.apache import ACCESS
from compiler.meaning.events.w3c import IIS

IIS_HEAD = "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n"


def w3c(fields: str, *rows: str, head: str = IIS_HEAD) -> list[Event]:
    events, faults = read_events("\n".join([head + "#Fields: " + fields, *rows]).encode(), format="w3c")
    assert faults == []
    return events


def access(line: str) -> Event:
    (event,), faults = read_events(line.encode(), format="apache")
    assert faults == []
    return event


def test_iis_row():
    """Headers lose their parentheses and their plus signs, numbers are numbers, a hyphen is a missing field."""
    (event,) = w3c(
        "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Cookie) sc-status",
        "2021-03-03 04:52:07 192.0.2.1 POST /ecp/y.js a=1+2 443 - 203.0.113.1 Mozilla/5.0+(X) a=1;+b=2 200",
    )
    assert event.fields == {
        "date": "2021-03-03",
        "time": "04:52:07",
        "s-ip": "192.0.2.1",
        "cs-method": "POST",
        "cs-uri-stem": "/ecp/y.js",
        "cs-uri-query": "a=1+2",
        "cs-uri": "/ecp/y.js?a=1+2",
        "s-port": 443,
        "c-ip": "203.0.113.1",
        "cs-user-agent": "Mozilla/5.0 (X)",
        "cs-cookie": "a=1; b=2",
        "sc-status": 200,
    }
    assert event.logsources == (IIS,)
    assert event.time == 1_614_747_127_000_000
    assert event.line == 3


def test_fields_change_within_a_file():
    """Each row is read by the last #Fields: before it."""
    events = w3c("cs-method sc-status", "GET 200", "#Fields: sc-status cs-method", "404 POST")
    assert [event.fields for event in events] == [
        {"cs-method": "GET", "sc-status": 200},
        {"cs-method": "POST", "sc-status": 404},
    ]


def test_uri_without_query():
    """Without a query the whole URI is the stem."""
    (event,) = w3c("cs-uri-stem cs-uri-query", "/owa/ -")
    assert event.fields == {"cs-uri-stem": "/owa/", "cs-uri": "/owa/"}


def test_date_of_the_directive():
    """Where rows have a time alone, #Date: has their date."""
    (event,) = w3c("time cs-method", "04:52:07 GET", head=IIS_HEAD + "#Date: 2021-03-03 04:00:00\n")
    assert event.time == 1_614_747_127_000_000


@pytest.mark.parametrize(
    ("head", "fields", "logsource"),
    [
        ("", "date s-ip cs-uri-stem", IIS),
        ("#Software: Other Server\n", "date s-ip cs-uri-stem", Logsource("webserver")),
        ("#Software: Some Proxy\n", "date r-ip cs-uri", Logsource("proxy")),
    ],
)
def test_other_software(head, fields, logsource):
    """IIS is told by its name, or by its fields where there is none; a proxy by the fields of a remote server."""
    (event,) = w3c(fields, "2021-03-03 192.0.2.1 /x", head=head)
    assert event.logsources == (logsource,)


def test_quoted_values():
    """A quoted value may hold blanks."""
    (event,) = w3c("cs-method cs(User-Agent) sc-status", 'GET "Mozilla 5" 200', head="#Software: Other\n")
    assert event.fields == {"cs-method": "GET", "cs-user-agent": "Mozilla 5", "sc-status": 200}


def test_rows_that_do_not_fit():
    """A row with another number of values than fields, or before any #Fields:, is a fault; the next is read."""
    events, faults = read_events(b"#Version: 1.0\nGET 1\n#Fields: cs-method sc-status\nGET\nGET 200", format="w3c")
    assert [(fault.line, fault.message) for fault in faults] == [
        (1, "a row before any #Fields: line"),
        (3, "1 values for the 2 fields that #Fields: names"),
    ]
    assert [event.line for event in events] == [4]


def test_combined_line():
    """The combined format in the taxonomy's names, its time in UTC."""
    event = access(
        '203.0.113.77 - al ice [03/Mar/2021:05:52:07 +0100] "GET /a/b.php?id=7&x HTTP/1.1" 200 512 '
        '"https://example.com/" "curl/7.68.0"'
    )
    assert event.fields == {
        "c-ip": "203.0.113.77",
        "cs-username": "al ice",
        "cs-method": "GET",
        "cs-uri": "/a/b.php?id=7&x",
        "cs-uri-stem": "/a/b.php",
        "cs-uri-query": "id=7&x",
        "cs-version": "HTTP/1.1",
        "sc-status": 200,
        "sc-bytes": 512,
        "cs-referer": "https://example.com/",
        "cs-user-agent": "curl/7.68.0",
    }
    assert event.logsources == ACCESS
    assert event.time == 1_614_747_127_000_000


def test_common_format_and_what_follows():
    """The common format lacks referer and agent; fields that an administrator adds at the end are left aside."""
    assert "cs-user-agent" not in access('::1 - - [03/Mar/2021:04:52:07 +0000] "GET / HTTP/1.1" 200 5').fields
    longer = access('192.0.2.1 - - [03/Mar/2021:04:52:07 +0000] "GET / HTTP/1.1" 200 5 "-" "agent" "forwarded" 0.1')
    assert longer.fields["cs-user-agent"] == "agent"


@pytest.mark.parametrize(
    ("client", "host"),
    [("www.example.com:443 192.0.2.1", "www.example.com"), ("[2001:db8::2]:80 192.0.2.1", "[2001:db8::2]")],
)
def test_virtual_host_before_the_client(client, host):
    """The format with the virtual host first gives its name and port."""
    fields = access(f'{client} - - [03/Mar/2021:04:52:07 +0000] "GET / HTTP/1.1" 200 5 "-" "-"').fields
    assert (fields["cs-host"], fields["c-ip"]) == (host, "192.0.2.1")


def test_client_of_ipv6_is_no_virtual_host():
    """The colons of an IPv6 address separate no port."""
    fields = access('2001:db8::1 - al ice [03/Mar/2021:04:52:07 +0000] "GET / HTTP/1.1" 200 5').fields
    assert (fields["c-ip"], fields["cs-username"]) == ("2001:db8::1", "al ice")
    assert "cs-host" not in fields


def test_escapes():
    r"""Quotes, backslashes, white space and \xhh are decoded; what they spell is UTF-8."""
    event = access(r'192.0.2.1 - - [03/Mar/2021:04:52:07 +0000] "GET /\"\\\t\xc3\xa9\x22 HTTP/1.1" 200 5 "-" "\xff"')
    assert event.fields["cs-uri"] == '/"\\\t\u00e9"'
    assert event.fields["cs-user-agent"] == "\ufffd"


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        (r"\x16\x03\x01", {"request": "\x16\x03\x01"}),
        ("-", {}),
        ("", {"request": ""}),
        ("GET /old", {"cs-method": "GET", "cs-uri": "/old", "cs-uri-stem": "/old"}),
        ("GET /a b HTTP/1.0", {"cs-method": "GET", "cs-uri": "/a b", "cs-uri-stem": "/a b", "cs-version": "HTTP/1.0"}),
    ],
)
def test_requests_that_are_odd(sent, fields):
    """A request that is no HTTP is still an event, with what came; HTTP/0.9 and blanks in a path are HTTP."""
    event = access(f'192.0.2.1 - - [03/Mar/2021:04:52:07 +0000] "{sent}" 400 -')
    assert event.fields == {"c-ip": "192.0.2.1", "sc-status": 400, **fields}


def test_line_that_is_none():
    """A line of another kind is a fault."""
    events, faults = read_events(b"[error] something\n", format="apache")
    assert (events, [fault.message for fault in faults]) == ([], ["no line of the common or combined log format"])
