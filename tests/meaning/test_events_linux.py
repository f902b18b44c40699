"""Linux: records of the audit daemon, and events in XML such as Sysmon for Linux writes."""

import pytest

from compiler.content.model import Logsource
from compiler.meaning.events import read_events
from compiler.meaning.events.auditd import AUDITD, FILE, PROCESS

SHELL = r"""type=SYSCALL msg=audit(1614765600.123:456): arch=c000003e syscall=59 success=yes exit=0 items=2 ppid=10 pid=11 uid=33 ses=4 comm="sh" exe="/usr/bin/dash" key=(null)
type=EXECVE msg=audit(1614765600.123:456): argc=3 a0="sh" a1="-c" a2=6964203B206C73
type=CWD msg=audit(1614765600.123:456): cwd="/var/www"
type=PATH msg=audit(1614765600.123:456): item=0 name="/usr/bin/dash" nametype=NORMAL
type=PROCTITLE msg=audit(1614765600.123:456): proctitle=7368002D63
"""  # noqa: E501


def audit(text: str):
    events, faults = read_events(text.encode(), format="auditd")
    assert faults == []
    return events


def test_record_is_an_event():
    """Each record is an event of auditd with its own fields, its values as the daemon quotes them."""
    events = [event for event in audit(SHELL) if event.logsources == (AUDITD,)]
    assert [event.line for event in events] == [0, 1, 2, 3, 4]
    assert events[1].fields == {"type": "EXECVE", "argc": "3", "a0": "sh", "a1": "-c", "a2": "id ; ls"}
    assert events[4].fields == {"type": "PROCTITLE", "proctitle": "sh -c"}
    assert {event.time for event in events} == {1_614_765_600_123_000}


def test_arguments_of_a_system_call_are_numbers():
    """The a0 of a SYSCALL is a number in hexadecimal, not encoded text."""
    (event,) = audit("type=SYSCALL msg=audit(1.0:1): syscall=2 a0=414243 a1=0")
    assert event.fields["a0"] == "414243"


def test_records_of_one_serial_start_a_process():
    """SYSCALL and EXECVE together are a process creation, at the line of the SYSCALL."""
    (event,) = [event for event in audit(SHELL) if event.logsources == (PROCESS,)]
    assert event.fields == {
        "Image": "/usr/bin/dash",
        "CommandLine": "sh -c id ; ls",
        "CurrentDirectory": "/var/www",
        "ProcessId": "11",
        "ParentProcessId": "10",
        "User": "33",
        "LogonId": "4",
    }
    assert (event.line, event.time) == (0, 1_614_765_600_123_000)


def test_interleaved_serials():
    """Records of two events that come mixed are kept apart by their serial."""
    mixed = (
        'type=SYSCALL msg=audit(1.0:1): success=yes pid=1 exe="/bin/a"\n'
        'type=SYSCALL msg=audit(1.0:2): success=yes pid=2 exe="/bin/b"\n'
        'type=EXECVE msg=audit(1.0:2): argc=1 a0="b"\n'
        'type=EXECVE msg=audit(1.0:1): argc=2 a0="a" a1="x"\n'
    )
    started = [event for event in audit(mixed) if event.logsources == (PROCESS,)]
    assert [(event.line, event.fields["Image"], event.fields["CommandLine"]) for event in started] == [
        (0, "/bin/a", "a x"),
        (1, "/bin/b", "b"),
    ]


def test_failed_call_starts_nothing():
    """A call that failed made no process and no file."""
    events = audit(SHELL.replace("success=yes", "success=no").replace("NORMAL", "CREATE"))
    assert {event.logsources for event in events} == {(AUDITD,)}


def test_file_made():
    """A PATH that was created is a file event, at its own line, its name completed by the working directory."""
    text = (
        'type=SYSCALL msg=audit(1.0:1): success=yes pid=1 exe="/usr/bin/curl" UID="www-data"\n'
        'type=CWD msg=audit(1.0:1): cwd="/var/www"\n'
        'type=PATH msg=audit(1.0:1): item=0 name="up/" nametype=PARENT\n'
        'type=PATH msg=audit(1.0:1): item=1 name="up/x.php" nametype=CREATE\n'
    )
    (event,) = [event for event in audit(text) if event.logsources == (FILE,)]
    assert event.line == 3
    assert event.fields["TargetFilename"] == "/var/www/up/x.php"
    assert (event.fields["Image"], event.fields["User"]) == ("/usr/bin/curl", "www-data")


def test_long_argument_in_pieces():
    """An argument that was cut into pieces is put together."""
    (event,) = audit('type=EXECVE msg=audit(1.0:1): argc=2 a0="x" a1_len=6 a1[0]=414243 a1[1]="def"')
    assert (event.fields["a0"], event.fields["a1"]) == ("x", "ABCdef")


def test_message_of_a_program():
    """The pairs inside msg='...' are fields too; a record of a node names it."""
    (event,) = audit(
        "node=web1 type=USER_AUTH msg=audit(1.5:9): pid=7 uid=0 "
        'msg=\'op=PAM:authentication acct="root" exe="/usr/sbin/sshd" hostname=? res=failed\''
    )
    assert event.fields == {
        "type": "USER_AUTH",
        "node": "web1",
        "pid": "7",
        "uid": "0",
        "op": "PAM:authentication",
        "acct": "root",
        "exe": "/usr/sbin/sshd",
        "hostname": "?",
        "res": "failed",
    }


def test_enriched_record():
    """The names that enriching adds in capitals after a 0x1D are fields of their own."""
    (event,) = audit('type=SYSCALL msg=audit(1.0:1): syscall=59 uid=0\x1dSYSCALL=execve UID="root"')
    assert event.fields == {"type": "SYSCALL", "syscall": "59", "uid": "0", "SYSCALL": "execve", "UID": "root"}


def test_separators_of_ausearch():
    """The dashes between events of ausearch are no fault, other lines are."""
    events, faults = read_events(b'----\ntype=CWD msg=audit(1.0:1): cwd="/"\nnonsense\n', format="auditd")
    assert len(events) == 1
    assert [(fault.line, fault.message) for fault in faults] == [(2, "no record of the audit daemon")]


SYSMON = (
    '<Event><System><Provider Name="Linux-Sysmon" Guid="{f}"/><EventID>1</EventID>'
    '<TimeCreated SystemTime="2021-03-03T10:00:00.5Z"/><Correlation/><Execution ProcessID="1" ThreadID="2"/>'
    '<Channel>Linux-Sysmon/Operational</Channel><Computer>web1</Computer><Security UserId="0"/></System>'
    '<EventData><Data Name="Image">/usr/bin/id</Data><Data Name="CommandLine">id &amp;&#10;ls</Data>'
    '<Data Name="RuleName"></Data></EventData></Event>'
)


def test_xml_event_in_a_syslog_line():
    """Sysmon for Linux in syslog is read as the XML that it is, as an event of Linux."""
    (event,), faults = read_events(f"Mar  3 10:00:00 web1 sysmon: {SYSMON}\n".encode())
    assert faults == []
    assert event.fields == {
        "Provider_Name": "Linux-Sysmon",
        "Provider_Guid": "{f}",
        "EventID": 1,
        "TimeCreated_SystemTime": "2021-03-03T10:00:00.5Z",
        "Execution_ProcessID": "1",
        "Execution_ThreadID": "2",
        "Channel": "Linux-Sysmon/Operational",
        "Computer": "web1",
        "Security_UserId": "0",
        "Image": "/usr/bin/id",
        "CommandLine": "id &\nls",
        "RuleName": "",
    }
    assert event.logsources == (Logsource("process_creation", "linux", "sysmon"),)
    assert event.time == 1_614_765_600_500_000


def test_xml_over_many_lines():
    """An export may hold events over several lines; each has the line in which it begins."""
    text = (
        '<?xml version="1.0"?>\n<Events>\n'
        + SYSMON.replace("<System>", "\n<System>\n")
        + "\n"
        + SYSMON
        + "\n</Events>\n"
    )
    events, faults = read_events(text.encode())
    assert faults == []
    assert [event.line for event in events] == [2, 5]


def test_unnamed_data_in_xml():
    """Data without names is the list Data."""
    text = "<Event><System><EventID>1</EventID><Channel>Application</Channel></System><EventData><Data>a</Data><Data/></EventData></Event>"  # noqa: E501
    (event,), _ = read_events(text.encode())
    assert event.fields["Data"] == ["a", ""]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]><Event><System><EventID>&a;</EventID></System></Event>',
        '<Event><!DOCTYPE x [<!ENTITY a "b">]><System/></Event>',
        "<Event>" + "<a>" * 100 + "</a>" * 100 + "</Event>",
        "<Event><System></Event>",
        "<Event><System>",
    ],
)
def test_xml_that_is_a_weapon_or_broken(text):
    """No entity of the file's own is expanded, nothing nests without end, and the event after it is read."""
    events, faults = read_events(f"{text}\n{SYSMON}\n".encode(), format="xml")
    assert [fault.line for fault in faults] == [0]
    assert [event.line for event in events] == [1]


def test_lines_without_an_event():
    """A line between events that is neither an event nor part of an export is a fault."""
    events, faults = read_events(f"before\n{SYSMON}\nafter\n{SYSMON}\nend\n".encode(), format="xml")
    assert [event.line for event in events] == [1, 3]
    assert [fault.line for fault in faults] == [0, 2, 4]
