"""The tables that sources define over Microsoft's give columns as Sysmon writes them, on the model of Kusto."""

import pytest

from compiler.content.load import load_sources
from compiler.engines.engine import Ask, EngineUnavailable, Table
from compiler.engines.kusto import ENGINE
from compiler.engines.kusto_parser import ENGINE as PARSER
from compiler.targets.kusto_schema import tables
from tests.conftest import ROOT

pytest.importorskip("duckdb_kql")

ARRIVALS = {
    (source.name, arrival.shape): arrival
    for source in load_sources(ROOT)[0]
    for arrival in source.arrives
    if "definition" in arrival.where
}
SYSTEM = {"InitiatingProcessAccountDomain": "nt authority", "InitiatingProcessAccountName": "system"}
KEY = r"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Control\SecurityProviders\WDigest"
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
    ],
)
def test_a_row_of_the_vendor_reads_as_sysmon_writes_it(kusto, source, row, expected):
    """Each column that a definition makes has the value that rules ask for."""
    (arrival,) = (one for (name, _), one in ARRIVALS.items() if name == source)
    assert set(expected) <= {field.name for field in arrival.fields.values()}
    definition = arrival.where["definition"].strip()
    base = definition.split()[0]
    conditions = " and ".join(f"{column} == @'{value}'" for column, value in expected.items())
    text = f"let {arrival.where['table']} =\n{definition};\n{arrival.where['table']}\n| where {conditions}"
    columns = {**tables(arrival.target)[base], "tocsin_id": "string"}
    time = "Timestamp" if arrival.target == "defender" else "TimeGenerated"
    (answer,) = kusto.run([Table(base, columns, ({**row, "tocsin_id": "0"},))], [Ask("kql", text, {"time": time})])
    assert (answer.hits, answer.error) == (("0",), "")


@pytest.mark.engines
def test_every_definition_is_kql_over_the_vendors_tables():
    """Microsoft's parser knows each function and column."""
    parser = PARSER()
    try:
        parser.open()
    except EngineUnavailable as reason:
        pytest.skip(str(reason))
    errors = {}
    for target in ("defender", "sentinel"):
        given = [Table(name, columns, ()) for name, columns in tables(target).items()]
        wheres = [one.where for one in ARRIVALS.values() if one.target == target]
        asks = [Ask("kql", f"let {one['table']} =\n{one['definition'].strip()};\n{one['table']}") for one in wheres]
        answers = parser.run(given, asks)
        errors |= {one["table"]: told.error for one, told in zip(wheres, answers, strict=True) if told.error}
    assert errors == {}
