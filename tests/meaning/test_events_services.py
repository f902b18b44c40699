"""JSON records of cloud services and network sensors: recognised, and readable under the names that rules use."""

import json

import pytest

from compiler.content.model import Logsource
from compiler.meaning.events import read_events
from compiler.meaning.values import lookup

ZEEK = {"ts": 1614765600.5, "uid": "C1", "id.orig_h": "192.0.2.1", "id.resp_h": "192.0.2.2"}
AUDIT = {
    "time": "2023-04-28T16:39:51.9312625Z",
    "resourceId": "/tenants/t/providers/Microsoft.aadiam",
    "operationName": "Add member to role",
    "category": "AuditLogs",
    "properties": {"category": "RoleManagement", "loggedByService": "Core Directory", "targetResources": [{"id": "1"}]},
}


def one(record):
    """The one event of a record."""
    (event,), faults = read_events(json.dumps(record).encode())
    assert faults == []
    return event


@pytest.mark.parametrize(
    ("record", "logsource"),
    [
        ({"eventSource": "s3.amazonaws.com", "eventName": "GetObject", "awsRegion": "x"}, (None, "aws", "cloudtrail")),
        (AUDIT, (None, "azure", "auditlogs")),
        ({**AUDIT, "category": "SignInLogs"}, (None, "azure", "signinlogs")),
        ({**AUDIT, "category": "NonInteractiveUserSignInLogs"}, (None, "azure", "signinlogs")),
        ({**AUDIT, "category": "UserRiskEvents"}, (None, "azure", "riskdetection")),
        ({**AUDIT, "category": "Administrative"}, (None, "azure", "activitylogs")),
        ({"OperationName": "Sign-in activity", "Type": "SigninLogs"}, (None, "azure", "signinlogs")),
        ({"Workload": "OneDrive", "Operation": "FileAccessed", "OrganizationId": "1"}, (None, "m365", "audit")),
        (
            {"eventType": "user.session.start", "published": "x", "uuid": "1", "displayMessage": "User login"},
            (None, "okta", "okta"),
        ),
        (
            {"logName": "projects/p/logs/cloudaudit.googleapis.com%2Factivity", "protoPayload": {"methodName": "m"}},
            (None, "gcp", "gcp.audit"),
        ),
        ({"apiVersion": "audit.k8s.io/v1", "verb": "create"}, ("application", "kubernetes", "audit")),
        ({"auditType": {"action": "Project deleted"}}, (None, "bitbucket", "audit")),
        ({"logtype": 5000, "node_id": "n", "logdata": {}}, ("application", "opencanary", None)),
        ({"action": "repo.destroy", "actor": "alice", "created_at": 1605719148837}, (None, "github", "audit")),
        ({**ZEEK, "trans_id": 1, "query": "www.example.com"}, ("dns", "zeek", "dns")),
        ({**ZEEK, "trans_depth": 1}, (None, "zeek", "http")),
        ({**ZEEK, "action": "SMB::FILE_OPEN"}, (None, "zeek", "smb_files")),
        ({**ZEEK, "endpoint": "browser", "operation": "x"}, (None, "zeek", "dce_rpc")),
        ({**ZEEK, "request_type": "TGS"}, (None, "zeek", "kerberos")),
        ({**ZEEK, "security_protocol": "HYBRID"}, (None, "zeek", "rdp")),
        ({**ZEEK, "conn_state": "SF"}, (None, "zeek", "conn")),
        ({**ZEEK, "_path": "ssl"}, (None, "zeek", "ssl")),
        ({"ts": 1.0, "id": "F", "certificate.serial": "2D"}, (None, "zeek", "x509")),
    ],
)
def test_records_are_recognised(record, logsource):
    """Each publisher's records are told by the keys that it documents."""
    assert one(record).logsources == (Logsource(*logsource),)


@pytest.mark.parametrize(
    "record",
    [
        {"eventSource": "s3.amazonaws.com", "eventName": "GetObject"},
        {"category": "AuditLogs", "operationName": "x"},
        {**AUDIT, "category": "StorageRead"},
        {"protoPayload": {"methodName": "m"}, "logName": "projects/p/logs/syslog"},
        {"ts": 1.0, "uid": "C1"},
        {**ZEEK},
    ],
)
def test_what_lacks_a_mark_has_no_log_source(record):
    """A record that only resembles one of a known service is tried against every rule, as any unknown one."""
    assert one(record).logsources == ()


def test_exchange_is_both_of_m365s_services():
    """Exchange's records are of the audit log, and of the service that rules name by the workload."""
    event = one({"Workload": "Exchange", "Operation": "New-InboxRule", "OrganizationId": "1"})
    assert event.logsources == (Logsource(None, "m365", "audit"), Logsource(None, "m365", "exchange"))


def test_azure_has_the_columns_of_log_analytics():
    """Members of the record and of its properties are columns; where both have a name, the properties' stands."""
    fields = one(AUDIT).fields
    names = ("OperationName", "LoggedByService", "loggedByService", "Category", "category", "properties.category")
    assert [lookup(fields, name) for name in names] == [
        "Add member to role", "Core Directory", "Core Directory", "RoleManagement", "AuditLogs", "RoleManagement",
    ]  # fmt: skip
    assert lookup(fields, "TargetResources.id") == ["1"]


def test_columns_of_activity_that_end_in_value():
    """AzureActivity calls operation and category by names of its own."""
    fields = one({**AUDIT, "category": "Administrative"}).fields
    assert (fields["OperationNameValue"], fields["CategoryValue"]) == ("Add member to role", "Administrative")


def test_google_entry_in_its_message():
    """An entry reads the same by itself and in the Pub/Sub message that a sink wraps it in."""
    entry = {"logName": "projects/p/logs/cloudaudit.googleapis.com%2Factivity", "protoPayload": {"methodName": "m"}}
    for record in (entry, {"data": entry, "attributes": {}}):
        fields = one(record).fields
        names = ("gcp.audit.method_name", "protoPayload.methodName", "data.protoPayload.methodName")
        assert [lookup(fields, name) for name in names] == ["m", "m", "m"]


def test_generic_names_of_dns():
    """Rules of the category ask Zeek's fields by their generic names."""
    fields = one({**ZEEK, "trans_id": 1, "qtype_name": "TXT", "answers": ["a", "b"]}).fields
    assert (fields["record_type"], fields["answer"]) == ("TXT", ["a", "b"])


DEFEND = {
    "event": {"module": "endpoint", "dataset": "endpoint.events.process", "action": "exec"},
    "host": {"os": {"type": "macos"}},
    "process": {"executable": "/bin/sh", "command_line": "sh -c id", "parent": {"executable": "/bin/zsh"}},
}
FALCON = {
    "event_simpleName": "ProcessRollup2",
    "event_platform": "Mac",
    "ImageFileName": "/bin/sh",
    "CommandLine": "sh",
}


def test_process_of_elastic_defend():
    """A program that is started is a process creation of its system; a fork is none."""
    event = one(DEFEND)
    assert event.logsources == (Logsource("process_creation", "macos"),)
    assert [event.fields[name] for name in ("Image", "CommandLine", "ParentImage")] == [
        "/bin/sh",
        "sh -c id",
        "/bin/zsh",
    ]
    assert one({**DEFEND, "event": {**DEFEND["event"], "action": "fork"}}).logsources == ()


def test_process_of_falcon():
    """The platform tells the product."""
    event = one(FALCON)
    assert event.logsources == (Logsource("process_creation", "macos"),)
    assert (event.fields["Image"], event.fields["CommandLine"]) == ("/bin/sh", "sh")


def test_time_is_that_of_the_service():
    """The record's own time is the event's."""
    assert one(ZEEK | {"trans_id": 1}).time == 1_614_765_600_500_000
    assert one(AUDIT).time == 1_682_699_991_931_262
