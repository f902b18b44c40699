"""The tables that sources define over Microsoft's give columns as the log itself has them, on the model of Kusto."""

import pytest

from compiler.content.load import load_sources
from compiler.engines.engine import Ask, Table
from compiler.engines.kusto import ENGINE
from compiler.engines.kusto_parser import ENGINE as PARSER
from compiler.targets.kusto_schema import tables
from compiler.targets.kusto_text import literal
from tests.conftest import ROOT

pytest.importorskip("duckdb_kql")

ARRIVALS = {
    (source.name, arrival.target, arrival.shape): arrival
    for source in load_sources(ROOT)[0]
    for arrival in source.arrives
    if "definition" in arrival.where
}
SYSTEM = {"InitiatingProcessAccountDomain": "nt authority", "InitiatingProcessAccountName": "system"}
KEY = r"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Control\SecurityProviders\WDigest"
PIPE = r'{"PipeName": "\\Device\\NamedPipe\\postex_1"}'
TIME = "03/Mar/2021:04:52:07 +0000"
AUDIT = "type=EXECVE msg=audit(1723044684.257:15795):"
RUN = r"\SOFTWARE\Microsoft\Windows\CurrentVersion\Run"


def registry(key, name="", value="", type_="String", action="RegistryValueSet"):
    row = {"RegistryKey": key, "RegistryValueName": name, "RegistryValueData": value, "RegistryValueType": type_}
    return {**row, "ActionType": action, **SYSTEM}


@pytest.fixture(scope="module")
def kusto():
    engine = ENGINE()
    engine.open()
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("source", "row", "expected"),
    [
        (
            "defender_registry",
            registry(KEY, "UseLogonCredential", "1", "Dword"),
            {
                "TargetObject": r"HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\WDigest\UseLogonCredential",
                "Details": "DWORD (0x00000001)",
                "EventType": "SetValue",
                "User": r"nt authority\system",
            },
        ),
        (
            "defender_registry",
            registry(rf"HKEY_CURRENT_USER\S-1-5-21-1{RUN}", "", "calc.exe"),
            {"TargetObject": rf"HKU\S-1-5-21-1{RUN}\(Default)", "Details": "calc.exe"},
        ),
        (
            "defender_registry",
            registry(rf"HKEY_USERS\.DEFAULT{RUN}", "x", "255", "Qword"),
            {"TargetObject": rf"HKU\.DEFAULT{RUN}\x", "Details": "QWORD (0x00000000-0x000000ff)"},
        ),
        (
            "defender_registry",
            registry(r"HKEY_CLASSES_ROOT\x", "n", "\x01", "Binary", "RegistryValueDeleted"),
            {"TargetObject": r"HKCR\x\n", "Details": "Binary Data", "EventType": "DeleteValue"},
        ),
        (
            "defender_registry",
            registry(r"HKEY_LOCAL_MACHINE\SOFTWARE\x", action="RegistryKeyCreated"),
            {"TargetObject": r"HKLM\SOFTWARE\x", "EventType": "CreateKey"},
        ),
        (
            "defender_network",
            {"ActionType": "ConnectionSuccess", "RemoteUrl": "https://www.example.com:8443/a?b", "LocalIP": "::1"},
            {"DestinationHostname": "www.example.com", "SourceIsIpv6": "true", "DestinationIsIpv6": "false"},
        ),
        (
            "defender_network",
            {"ActionType": "ConnectionSuccess", "RemoteUrl": "www.example.com", **SYSTEM},
            {"DestinationHostname": "www.example.com", "User": r"nt authority\system", "Initiated": "true"},
        ),
        (
            "defender_dns",
            {"ActionType": "DnsQueryResponse", "AdditionalFields": '{"DnsQueryString": "www.example.com"}'},
            {"QueryName": "www.example.com"},
        ),
        (
            "defender_process",
            {"AccountDomain": "example", "AccountName": "alice", "LogonId": 0x8D4AC, **SYSTEM},
            {"User": r"example\alice", "ParentUser": r"nt authority\system", "LogonId": "0x8d4ac"},
        ),
        ("defender_file", SYSTEM, {"User": r"nt authority\system"}),
        (
            "application",
            {"EventLog": "Application", "EventData": "<DataItem><EventData><Data>a</Data><Data>b</Data></EventData>"},
            {"Data": "<Data>a</Data><Data>b</Data>"},
        ),
        (
            "defender_pipe",
            {
                "ActionType": "NamedPipeEvent",
                "AdditionalFields": r'{"PipeName": "\\Device\\NamedPipe\\postex_1"}',
                **SYSTEM,
            },
            {"PipeName": r"\postex_1", "User": r"nt authority\system"},
        ),
        (
            "defender_antivirus",
            {
                "ActionType": "AntivirusDetection",
                "AdditionalFields": '{"ThreatName": "HackTool:Win32/Mimikatz"}',
                "FolderPath": r"C:\temp",
                "FileName": "a.exe",
            },
            {"ThreatName": "HackTool:Win32/Mimikatz", "FindPath": r"C:\temp\a.exe"},
        ),
        (
            "defender_antivirus",
            {"ActionType": "AntivirusDetection", "FolderPath": r"C:\temp\a.exe", "FileName": "a.exe"},
            {"FindPath": r"C:\temp\a.exe"},
        ),
        ("defender_file", {"PreviousFolderPath": r"C:\a", "PreviousFileName": "b"}, {"SourceFilename": r"C:\a\b"}),
        (
            "azure_signin",
            {"ErrorCode": 50126, "RiskState": 4, "ConditionalAccessStatus": 2, "IsCompliant": 0, "IsGuestUser": True},
            {
                "ResultType": "50126",
                "RiskWord": "atRisk",
                "AccessStatus": "notApplied",
                "Compliant": "false",
                "Managed": "",
                "UserKind": "Guest",
            },
        ),
        (
            "m365_audit/sentinel/emailevents",
            {"ThreatTypes": "Phish, Spam", "DeliveryAction": "Junked", "EmailDirection": "Inbound"},
            {"Operation": "TIMailData", "Workload": "ThreatIntelligence", "AuditAction": "DeliveredAsSpam"},
        ),
        (
            "m365_audit/defender/emailevents",
            {"ThreatTypes": "Malware", "DeliveryAction": "Blocked"},
            {"Operation": "TIMailData", "AuditAction": "Blocked"},
        ),
        (
            "m365_audit/sentinel/urlclickevents",
            {"ThreatTypes": "Phish", "Workload": "Email"},
            {"Operation": "TIUrlClickData", "AuditWorkload": "ThreatIntelligence"},
        ),
        (
            "squid",
            {"RequestURL": "http://www.example.org/a/get.ht%6Dl?x=1&y=/b"},
            {"UriStem": "/a/get.ht%6Dl", "UriQuery": "x=1&y=/b", "UriExtension": "html"},
        ),
        (
            "squid",
            {"RequestURL": "http://www.example.org?x=1"},
            {"UriStem": "/", "UriQuery": "x=1", "UriExtension": ""},
        ),
        ("squid", {"RequestURL": "www.example.org/a.exe"}, {"UriStem": "/a.exe", "UriExtension": "exe"}),
        ("squid", {"RequestURL": "www.example.org:443"}, {"UriStem": "", "UriQuery": "", "UriExtension": ""}),
        (
            "asim_web",
            {"EventType": "HTTPsession", "Url": "https://www.example.org/a/b"},
            {"UriStem": "/a/b", "UriQuery": ""},
        ),
        ("zeek_dns", {"answers": ["192.0.2.1", "192.0.2.2"]}, {"AnswerText": "192.0.2.1\n192.0.2.2"}),
        (
            "asim_process",
            {"DvcOs": "Windows 11", "DvcHostname": "ws1", "DvcDomain": "example.com", "DvcDomainType": "FQDN"},
            {"Computer": "ws1.example.com"},
        ),
        ("asim_process", {"DvcOs": "Windows", "DvcHostname": "ws1", "DvcDomain": "EXAMPLE"}, {"Computer": "ws1"}),
        (
            "cisco_aaa",
            {"SyslogMessage": "29: *Mar  3 05:01:12.123: %PARSER-5-CFGLOG_LOGGEDCMD: User:alice  logged command:show"},
            {"CiscoFacility": "PARSER"},
        ),
        (
            "apache",
            {"RawData": f'203.0.113.77 - a b [{TIME}] "GET /u/x.php?id=7 HTTP/1.1" 200 512 "-" "a \\"b\\" c"'},
            {
                "ClientIP": "203.0.113.77",
                "UserName": "a b",
                "Method": "GET",
                "Uri": "/u/x.php?id=7",
                "UriStem": "/u/x.php",
                "UriQuery": "id=7",
                "Version": "HTTP/1.1",
                "Status": "200",
                "Bytes": "512",
                "Referer": "-",
                "UserAgent": r"a \"b\" c",
            },
        ),
        (
            "apache",
            {"RawData": f'203.0.113.77 - - [{TIME}] "-" 408 - "-" "-"'},
            {"Method": "", "Uri": "", "Status": "408", "Bytes": "", "UserName": "-", "UserAgent": "-"},
        ),
        (
            "auditd",
            {"SyslogMessage": AUDIT + ' argc=3 a0="sh" a1="-c" a2=6563686F2068C3A4'},
            {"AuditType": "EXECVE", "AuditA0": "sh", "AuditA1": "-c", "AuditA2": "echo hä", "AuditA3": ""},
        ),
        (
            "auditd",
            {
                "SyslogMessage": "node=web1 type=SYSCALL msg=audit(1.2:3): syscall=59 a0=7f a1=AB ppid=1 pid=2 auid=99"
                ' uid=33 tty=(none) comm="id" exe=2F6F70742F6120622E7368 key=(null)#035ARCH=x86_64 SYSCALL=execve'
            },
            {
                "AuditType": "SYSCALL",
                "AuditSyscall": "59",
                "AuditCall": "execve",
                "AuditA1": "AB",
                "AuditAuid": "99",
                "AuditUid": "33",
                "AuditPid": "2",
                "AuditTty": "(none)",
                "AuditComm": "id",
                "AuditExe": "/opt/a b.sh",
                "AuditKey": "(null)",
            },
        ),
        (
            "auditd",
            {"SyslogMessage": """type=USER_LOGIN msg=audit(1.2:4): pid=7 uid=0 msg='op=login exe="/usr/sbin/sshd"'"""},
            {"AuditOp": "login", "AuditExe": "/usr/sbin/sshd", "AuditUid": "0"},
        ),
    ],
)
def test_a_row_of_the_vendor_reads_as_the_log_has_it(kusto, source, row, expected):
    """Each column that a definition makes has the value that rules ask for."""
    (arrival,) = (one for (name, *rest), one in ARRIVALS.items() if source in (name, "/".join([name, *rest])))
    assert set(expected) <= {field.name for field in arrival.fields.values()}
    definition = arrival.where["definition"].strip()
    base = definition.split()[0]
    conditions = " and ".join(f"{column} == {literal(value)}" for column, value in expected.items())
    text = f"let {arrival.where['table']} =\n{definition};\n{arrival.where['table']}\n| where {conditions}"
    columns = {**tables(arrival.target)[base], "tocsin_id": "string"}
    time = "Timestamp" if arrival.target == "defender" else "TimeGenerated"
    (answer,) = kusto.run([Table(base, columns, ({**row, "tocsin_id": "0"},))], [Ask("kql", text, {"time": time})])
    assert (answer.hits, answer.error) == (("0",), "")


@pytest.mark.engines
def test_every_definition_is_kql_over_the_vendors_tables(running):
    """Microsoft's parser knows each function and column."""
    errors = {}
    with running(PARSER()) as parser:
        for target in ("defender", "sentinel"):
            given = [Table(name, columns, ()) for name, columns in tables(target).items()]
            wheres = [one.where for one in ARRIVALS.values() if one.target == target]
            asks = [Ask("kql", f"let {one['table']} =\n{one['definition'].strip()};\n{one['table']}") for one in wheres]
            answers = parser.run(given, asks)
            errors |= {one["table"]: told.error for one, told in zip(wheres, answers, strict=True) if told.error}
    assert errors == {}
