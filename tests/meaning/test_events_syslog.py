"""Lines of syslog and of Squid."""

import pytest

from compiler.content.model import Logsource
from compiler.meaning.events import read_events


def one(line):
    """The one event of a line."""
    (event,), faults = read_events(line.encode())
    assert faults == []
    return event


def test_bsd_syslog():
    """Host, program and process id stand before the text; the line has no year, so the event has no time."""
    event = one("Mar  3 05:01:12 web01 sshd[1042]: Connection closed by 203.0.113.9 port 50122 [preauth]")
    assert event.fields == {
        "hostname": "web01",
        "process": "sshd",
        "pid": "1042",
        "message": "Connection closed by 203.0.113.9 port 50122 [preauth]",
    }
    assert event.logsources == (Logsource(None, "linux", "sshd"), Logsource(None, "linux", "auth"))
    assert event.time is None


@pytest.mark.parametrize(
    "line",
    [
        "2021-03-03T05:01:12.250000+00:00 web01 CRON[7]: (root) CMD (true)",
        "<78>1 2021-03-03T05:01:12.250Z web01 CRON 7 - - (root) CMD (true)",
    ],
)
def test_syslog_with_a_full_time(line):
    """Rsyslog's own format and RFC 5424 have a time with its year."""
    event = one(line)
    assert (event.fields["process"], event.fields["pid"], event.fields["message"]) == ("CRON", "7", "(root) CMD (true)")
    assert event.logsources == (Logsource(None, "linux", "cron"), Logsource(None, "linux", "syslog"))
    assert event.time == 1_614_747_672_250_000


def test_sudo_has_fields_of_its_own():
    """Sudo writes name and value; the command is the rest of the line."""
    event = one(
        "Mar  3 05:01:12 web01 sudo:    alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/sh -c id"
    )
    names = ("TTY", "PWD", "USER", "COMMAND")
    assert [event.fields[name] for name in names] == ["pts/0", "/home/alice", "root", "/bin/sh -c id"]
    assert event.logsources[0] == Logsource(None, "linux", "sudo")


def test_a_program_without_a_service_is_syslog():
    """What no service of Sigma names is of the general log."""
    assert one("Mar  3 05:01:12 web01 kernel: usb 1-1: new device").logsources == (Logsource(None, "linux", "syslog"),)


@pytest.mark.parametrize(
    ("mnemonic", "service"),
    [
        ("%PARSER-5-CFGLOG_LOGGEDCMD", "aaa"),
        ("%BGP-3-NOTIFICATION", "bgp"),
        ("%LDP-5-NBRCHG", "ldp"),
        ("%SYS-5-CONFIG_I", "syslog"),
    ],
)
def test_cisco_is_told_by_its_mnemonic(mnemonic, service):
    """Facility, severity and mnemonic after a percent sign are Cisco's, whatever stands before them."""
    event = one(f"<189>29: *Mar  3 05:01:12.123: {mnemonic}: User:alice  logged command:show archive")
    assert event.logsources == (Logsource(None, "cisco", service),)


def test_line_that_is_no_syslog():
    """Such a line is a fault, and the next is read."""
    events, faults = read_events(b"Mar  3 05:01:12 web01 kernel: a\n!\n", format="syslog")
    assert (len(events), [(fault.line, fault.message) for fault in faults]) == (1, [(1, "no line of syslog")])


EXTENSIVE = (
    "1773416969.982    215 198.51.100.7 32866 TCP_MISS/200 4042 220 301 220 3741 GET "
    "http://www.example.com/a/b.html?x=1 1.1 - HIER_DIRECT/192.0.2.30 80 text/html - - "
    '"-" "Mozilla/5.0 (X11)" "www.example.com" "-" - -'
)


def test_squid_with_headers():
    """The longer format has the user agent and the host; what is ``-`` is missing."""
    event = one(EXTENSIVE)
    assert event.fields == {
        "src_ip": "198.51.100.7",
        "cs-method": "GET",
        "c-uri": "http://www.example.com/a/b.html?x=1",
        "c-uri-stem": "/a/b.html",
        "c-uri-query": "x=1",
        "cs-uri": "http://www.example.com/a/b.html?x=1",
        "cs-uri-query": "x=1",
        "cs-uri-stem": "/a/b.html",
        "c-uri-extension": "html",
        "sc-status": 200,
        "sc-bytes": 4042,
        "dst_ip": "192.0.2.30",
        "rs-content-type": "text/html",
        "c-useragent": "Mozilla/5.0 (X11)",
        "cs-host": "www.example.com",
    }
    assert event.logsources == (Logsource("proxy", "squid"),)
    assert event.time == 1_773_416_969_982_000


def test_squid_tunnel():
    """A CONNECT asks for a host and a port, which is no URL."""
    event = one("1773416922.568    158 198.51.100.7 TCP_TUNNEL/200 28854 CONNECT www.example.com:443 - HIER_NONE/- -")
    assert event.fields["c-uri"] == "www.example.com:443"
    assert not {"c-uri-stem", "dst_ip", "c-useragent"} & set(event.fields)
