"""Windows events: one meaning whoever wrote them, in Sigma's names and with Sigma's log sources."""

import json
from typing import Any

import pytest

from compiler.content.model import Logsource
from compiler.meaning.events import Event, read_events

SYSMON = "Microsoft-Windows-Sysmon/Operational"


def event(record: dict[str, Any]) -> Event:
    (found,), faults = read_events(json.dumps(record).encode(), format="jsonl")
    assert faults == []
    return found


def dump(channel: str, number: Any, data: Any = None, **system: Any) -> Event:
    return event({"Event": {"System": {"Channel": channel, "EventID": number, **system}, "EventData": data}})


def test_evtx_dump_is_flat():
    """Attributes of System are Element_Attribute; names of EventData are fields."""
    found = dump(
        SYSMON,
        {"#text": 1, "#attributes": {"Qualifiers": 0}},
        {"Image": r"C:\x.exe", "#attributes": {"Name": "n"}},
        Provider={"#attributes": {"Name": "Microsoft-Windows-Sysmon", "Guid": "g"}},
        TimeCreated={"#attributes": {"SystemTime": "2021-03-03T10:00:00.123456789Z"}},
        Execution={"#attributes": {"ProcessID": 4, "ThreadID": 8}},
        Correlation=None,
        Computer="mail.example.com",
    )
    assert found.fields == {
        "Channel": SYSMON,
        "EventID": 1,
        "EventID_Qualifiers": 0,
        "Provider_Name": "Microsoft-Windows-Sysmon",
        "Provider_Guid": "g",
        "TimeCreated_SystemTime": "2021-03-03T10:00:00.123456789Z",
        "Execution_ProcessID": 4,
        "Execution_ThreadID": 8,
        "Computer": "mail.example.com",
        "Image": r"C:\x.exe",
    }
    assert found.logsources == (Logsource("process_creation", "windows", "sysmon"),)
    assert found.time == 1_614_765_600_123_456


@pytest.mark.parametrize(
    "system",
    [
        {"Provider": {"@Name": "P"}, "EventID": {"#text": "7"}},
        {"Provider": {"Name": "P"}, "EventID": {"Value": 7}},
        {"Provider_attributes": {"Name": "P"}, "EventID": "7", "EventID_attributes": {"Qualifiers": 1}},
        {"Provider": {"@attributes": {"Name": "P"}}, "EventID": 7},
    ],
)
def test_other_dumpers_attributes(system):
    """Attributes are read in every way in which JSON dumps write them."""
    found = event({"System": {"Channel": "System", **system}})
    assert (found.fields["Provider_Name"], found.fields["EventID"]) == ("P", 7)
    assert found.logsources == (Logsource(None, "windows", "system"),)


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        (None, {}),
        ("text", {"Data": ["text"]}),
        ({"Data": "one"}, {"Data": ["one"]}),
        ({"Data": {"#text": ["a", "b"]}}, {"Data": ["a", "b"]}),
        ({"Data": ["a", None]}, {"Data": ["a", ""]}),
        ({"Data": [{"#attributes": {"Name": "x"}, "#text": "1"}, {"@Name": "y"}]}, {"x": "1", "y": ""}),
        ({"Data": None}, {"Data": [""]}),
    ],
)
def test_event_data(data, fields):
    """EventData may be missing, text, or a list with or without names; what has no name is the list Data."""
    assert dump("System", 1, data).fields == {"Channel": "System", "EventID": 1, **fields}


def test_user_data():
    """The fields of UserData are those of its one element."""
    found = event(
        {
            "Event": {
                "System": {"Channel": "Microsoft-Windows-WMI-Activity/Operational", "EventID": 5858},
                "UserData": {"Operation_ClientFailure": {"#attributes": {"xmlns": "x"}, "Id": "{0}", "User": "u"}},
            }
        }
    )
    assert found.fields["Id"] == "{0}"
    assert found.fields["User"] == "u"
    assert found.logsources == (Logsource(None, "windows", "wmi"),)


def test_data_stands_before_system_but_not_for_its_kind():
    """A field of the data hides one of System, but never the number, channel or provider."""
    found = dump("Security", 4648, {"Computer": "x", "EventID": 1, "Channel": "y"}, Computer="mail.example.com")
    assert found.fields == {"Channel": "Security", "EventID": 4648, "Computer": "x"}


def test_nxlog_flat_record():
    """NXLog's names are read as those of System, and its severity gives way to Sysmon's EventType."""
    found = event(
        {
            "EventTime": "2021-03-03 11:00:00",
            "UtcTime": "2021-03-03 10:00:00.250",
            "Hostname": "mail.example.com",
            "SourceName": "Microsoft-Windows-Sysmon",
            "Channel": SYSMON,
            "EventID": "12",
            "EventType": "INFO",
            "Message": "Registry object added or deleted:\r\nEventType: DeleteKey\r\nUtcTime: x",
        }
    )
    assert found.fields["Computer"] == "mail.example.com"
    assert found.fields["Provider_Name"] == "Microsoft-Windows-Sysmon"
    assert (found.fields["EventID"], found.fields["EventType"]) == (12, "DeleteKey")
    assert [one.category for one in found.logsources] == ["registry_event", "registry_delete"]
    assert found.time == 1_614_765_600_250_000


@pytest.mark.parametrize(
    "record",
    [
        {"winlog": {"channel": SYSMON, "event_id": "11", "event_data": {"TargetFilename": "f"}}},
        {"winlog": {"channel": SYSMON, "event_data": {"TargetFilename": "f"}}, "event": {"code": 11}},
        {"winlog.channel": SYSMON, "winlog.event_id": 11, "winlog.event_data.TargetFilename": "f"},
        {"log_name": SYSMON, "event_id": 11, "event_data": {"TargetFilename": "f"}},
    ],
)
def test_winlogbeat(record):
    """Winlogbeat's records are read nested, dotted, and in the form of its version 6."""
    found = event(record)
    assert (found.fields["EventID"], found.fields["TargetFilename"]) == (11, "f")
    assert found.logsources == (Logsource("file_event", "windows", "sysmon"),)


def test_hit_of_a_search():
    """What Elasticsearch returns has the event in _source."""
    source = {"winlog": {"channel": SYSMON, "event_id": 11, "event_data": {"TargetFilename": "f"}}}
    found = event({"_index": "winlogbeat-8", "_source": source})
    assert found.fields["TargetFilename"] == "f"
    assert found.logsources == (Logsource("file_event", "windows", "sysmon"),)


@pytest.mark.parametrize(
    ("provider", "number", "logsources"),
    [
        ("Microsoft-Windows-Sysmon", 3, (Logsource("network_connection", "windows", "sysmon"),)),
        ("Microsoft-Windows-Kernel-File", 12, (Logsource("file_access", "windows"),)),
        ("Microsoft-Windows-Kernel-File", 19, (Logsource("file_rename", "windows"),)),
        ("Service Control Manager", 7045, ()),
    ],
)
def test_record_without_channel(provider, number, logsources):
    """Without a channel the provider tells, if it writes to one alone; else every rule is asked."""
    assert event({"Provider_Name": provider, "EventID": number}).logsources == logsources


def test_winlogbeat_unnamed_data():
    """What Winlogbeat calls param1, param2, ... is also the list Data, in the order of the numbers."""
    params = {f"param{number}": str(number) for number in (10, 2, 1)}
    found = event({"winlog": {"channel": "MSExchange Management", "event_id": 1, "event_data": params}})
    assert found.fields["Data"] == ["1", "2", "10"]
    assert found.logsources == (Logsource(None, "windows", "msexchange-management"),)


def test_process_creation_of_the_security_log():
    """Event 4688 is also read in Sysmon's names; its own stay."""
    found = dump(
        "Security",
        4688,
        {
            "NewProcessName": r"C:\Windows\System32\cmd.exe",
            "ParentProcessName": r"C:\Windows\System32\inetsrv\w3wp.exe",
            "CommandLine": "cmd /c whoami",
            "ProcessId": "0x10",
            "NewProcessId": "0x20",
            "SubjectUserName": "MAIL$",
            "SubjectDomainName": "EXAMPLE",
            "SubjectLogonId": "0x3e7",
            "MandatoryLabel": "S-1-16-16384",
        },
    )
    added = {name: found.fields[name] for name in ("Image", "ParentImage", "User", "LogonId", "IntegrityLevel")}
    assert added == {
        "Image": r"C:\Windows\System32\cmd.exe",
        "ParentImage": r"C:\Windows\System32\inetsrv\w3wp.exe",
        "User": r"EXAMPLE\MAIL$",
        "LogonId": "0x3e7",
        "IntegrityLevel": "System",
    }
    assert (found.fields["ProcessId"], found.fields["ParentProcessId"]) == ("0x10", "0x10")
    assert found.fields["NewProcessName"] == r"C:\Windows\System32\cmd.exe"
    assert found.logsources == (Logsource("process_creation", "windows", "security"),)


def test_hashes_are_also_fields():
    """Sysmon's Hashes stays, and each of them is a field in the taxonomy's name."""
    found = dump(SYSMON, 7, {"Hashes": "SHA1=AA,MD5=BB,SHA256=CC,IMPHASH=DD"})
    assert {name: found.fields[name] for name in ("Hashes", "sha1", "md5", "sha256", "imphash")} == {
        "Hashes": "SHA1=AA,MD5=BB,SHA256=CC,IMPHASH=DD",
        "sha1": "AA",
        "md5": "BB",
        "sha256": "CC",
        "imphash": "DD",
    }


def test_names_with_blanks():
    """A name with blanks, as Defender writes them, can be asked for without."""
    found = dump("Microsoft-Windows-Windows Defender/Operational", 1119, {"Threat Name": "t"})
    assert [found.fields[name] for name in ("Threat Name", "ThreatName", "Threat_Name")] == ["t", "t", "t"]
    collected = dump("Microsoft-Windows-Windows Defender/Operational", 1119, {"Threat_Name": "t"})
    assert "ThreatName" not in collected.fields
    defender = {"Provider_Name": "Microsoft-Windows-Windows Defender"}
    collected = dump("Microsoft-Windows-Windows Defender/Operational", 1116, {"Threat_Name": "t"}, **defender)
    assert collected.logsources == (Logsource("antivirus", "windows", "windefend"),)
    assert (collected.fields["ThreatName"], collected.fields["Signature"]) == ("t", "t")


@pytest.mark.parametrize(
    ("number", "categories"),
    [
        (1, ["process_creation"]),
        (2, ["file_change"]),
        (3, ["network_connection"]),
        (4, ["sysmon_status"]),
        (5, ["process_termination"]),
        (6, ["driver_load"]),
        (7, ["image_load"]),
        (8, ["create_remote_thread"]),
        (9, ["raw_access_thread"]),
        (10, ["process_access"]),
        (11, ["file_event"]),
        (12, ["registry_event", "registry_add", "registry_delete"]),
        (13, ["registry_event", "registry_set"]),
        (14, ["registry_event", "registry_rename"]),
        (15, ["create_stream_hash"]),
        (16, ["sysmon_status"]),
        (17, ["pipe_created"]),
        (18, ["pipe_created"]),
        (19, ["wmi_event"]),
        (20, ["wmi_event"]),
        (21, ["wmi_event"]),
        (22, ["dns_query"]),
        (23, ["file_delete"]),
        (24, ["clipboard_capture"]),
        (25, ["process_tampering"]),
        (26, ["file_delete_detected"]),
        (27, ["file_block_executable"]),
        (28, ["file_block_shredding"]),
        (29, ["file_executable_detected"]),
        (255, ["sysmon_error"]),
        (200, [None]),
    ],
)
def test_sysmon_categories(number, categories):
    """Every event of Sysmon is of the category that the taxonomy gives it, and of the service sysmon."""
    found = dump(SYSMON, number)
    assert found.logsources == tuple(Logsource(category, "windows", "sysmon") for category in categories)


@pytest.mark.parametrize(
    ("kind", "category"),
    [("CreateKey", "registry_add"), ("DeleteKey", "registry_delete"), ("DeleteValue", "registry_delete")],
)
def test_registry_event_type(kind, category):
    """Event 12 is an addition or a deletion by its EventType."""
    found = dump(SYSMON, 12, {"EventType": kind})
    assert [one.category for one in found.logsources] == ["registry_event", category]


@pytest.mark.parametrize(
    ("channel", "number", "logsource"),
    [
        ("Windows PowerShell", 400, Logsource("ps_classic_start", "windows", "powershell-classic")),
        ("Windows PowerShell", 600, Logsource("ps_classic_provider_start", "windows", "powershell-classic")),
        ("Windows PowerShell", 800, Logsource("ps_classic_script", "windows", "powershell-classic")),
        ("Microsoft-Windows-PowerShell/Operational", 4103, Logsource("ps_module", "windows", "powershell")),
        ("PowerShellCore/Operational", 4104, Logsource("ps_script", "windows", "powershell")),
        ("Security", 4624, Logsource(None, "windows", "security")),
        ("SECURITY", 4624, Logsource(None, "windows", "security")),
        ("Microsoft-Windows-AppLocker/EXE and DLL", 8004, Logsource(None, "windows", "applocker")),
        ("Some-Vendor/Operational", 1, Logsource(None, "windows", None)),
        ("Linux-Sysmon/Operational", 11, Logsource("file_event", "linux", "sysmon")),
    ],
)
def test_channels(channel, number, logsource):
    """A channel is a service, some of its events a category; every Windows event carries its product."""
    assert dump(channel, number).logsources == (logsource,)


def test_every_channel_of_the_taxonomy(shared):
    """Each service that the taxonomy lists with a channel is recognised by it."""
    text = (shared / "spec" / "sigma-appendix-taxonomy.md").read_text(encoding="utf-8")
    rows = [row.split("|") for row in text.splitlines() if "product: windows<br>service:" in row]
    checked = 0
    for _, _, words, channels, _ in rows:
        service = words.split("service:")[1].strip()
        for part in channels.replace("Channel:", "").split("<br>"):
            channel = part.strip().removeprefix("- ").removeprefix("WinEventLog:").strip()
            if channel:
                assert Logsource(None, "windows", service) in dump(channel, 999).logsources
                checked += 1
    assert checked == 53
