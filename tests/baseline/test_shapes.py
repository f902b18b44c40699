"""Each log has the form in which its agent writes it."""

import json
import re
from xml.etree import ElementTree

from compiler.baseline.linux.auditd import quoted
from compiler.baseline.windows.programs import hashes, resource


def test_iis_opens_each_day_with_its_fields(week):
    """A file a day of UTC, four header lines each; every other line has as many values as there are fields."""
    lines = week["iis"].decode("ascii").split("\r\n")[:-1]
    dates = [line for line in lines if line.startswith("#Date:")]
    assert len(dates) == 8
    assert lines[0] == "#Software: Microsoft Internet Information Services 10.0"
    assert lines[3].startswith("#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip ")
    width = len(lines[3].split(" ")) - 1
    assert {len(line.split(" ")) for line in lines if not line.startswith("#")} == {width}


def test_apache_has_lines_that_are_no_request(week):
    """A TLS greeting on the plain port is logged as bytes without target and version, once a day."""
    greetings = re.findall(r'"(\\x16\\x03\\x01)" 400 484 "-" "-"$', week["apache"].decode(), re.MULTILINE)
    assert greetings == ["\\x16\\x03\\x01"] * 7


def test_apache_is_the_combined_format(week):
    """Every line is address, two names, time, request, status, length, referrer and agent."""
    pattern = re.compile(r'\S+ - \S+ \[\d\d/Sep/2026:[\d:]{8} \+0200\] "[^"]+" \d{3} (\d+|-) "[^"]*" "[^"]+"')
    assert [line for line in week["apache"].decode().splitlines() if not pattern.fullmatch(line)] == []


def test_auditd_quotes_or_encodes():
    """What could break the line apart is written in hexadecimal, the rest in quotes."""
    assert quoted("/usr/bin/ls") == '"/usr/bin/ls"'
    assert quoted("notes one.txt") == "6E6F746573206F6E652E747874"
    assert quoted('a"b') == "612262"
    assert quoted("") == '""'


def test_auditd_groups_share_a_serial(week):
    """The records of one execve follow one another with one serial, SYSCALL first and PROCTITLE last."""
    lines = week["auditd"].decode("ascii").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("type=EXECVE")) - 1
    group = lines[start : start + 6]
    kinds = [line.split(" ")[0] for line in group]
    assert kinds == ["type=SYSCALL", "type=EXECVE", "type=CWD", "type=PATH", "type=PATH", "type=PROCTITLE"]
    assert len({re.search(r"audit\([\d.]+:(\d+)\)", line)[1] for line in group}) == 1


def test_sysmon_for_linux_is_syslog_with_xml(week):
    """Each line is a syslog header and one well-formed event of the channel."""
    for line in week["sysmon_linux"].decode().splitlines():
        header, _, body = line.partition(" sysmon: ")
        assert re.fullmatch(r"Sep [ \d]\d [\d:]{8} app01", header)
        event = ElementTree.fromstring(body)  # noqa: S314  our own text
        assert event.findtext("System/Channel") == "Linux-Sysmon/Operational"


def test_windows_events_come_in_both_shapes(week):
    """Sysmon is nested as evtx_dump prints it, the Security log flat as NXLog writes it."""
    nested = json.loads(week["sysmon"].splitlines()[0])
    assert list(nested["Event"]) == ["#attributes", "System", "EventData"]
    flat = json.loads(week["security"].splitlines()[0])
    assert (flat["Channel"], isinstance(flat["EventID"], int)) == ("Security", True)


def test_management_events_have_data_without_names(week):
    """Cmdlet and parameters are the first of sixteen texts in one list; event 6 tells of a cmdlet that failed."""
    events = [json.loads(line)["Event"] for line in week["exchange"].splitlines()]
    assert {len(event["EventData"]["Data"]["#text"]) for event in events} == {16}
    failed = [event for event in events if event["System"]["EventID"]["#text"] == 6]
    assert all("ManagementObjectNotFoundException" in event["EventData"]["Data"]["#text"][11] for event in failed)


def test_a_program_keeps_its_name_and_hashes():
    """The version resource names the original file wherever a copy lies, and one path has one set of hashes."""
    assert resource("D:\\Temp\\PROCDUMP64.EXE")["OriginalFileName"] == "procdump"
    assert resource("C:\\Program Files\\Erp\\erp.exe")["Company"] == "-"
    assert resource("C:\\Windows\\System32\\net.exe")["Product"] == "Microsoft® Windows® Operating System"
    assert hashes("C:\\a.exe") == hashes("c:\\A.EXE")
    assert re.fullmatch(r"MD5=[0-9A-F]{32},SHA256=[0-9A-F]{64},IMPHASH=[0-9A-F]{32}", hashes("C:\\a.exe"))
