"""JSON records of Windows events, whoever wrote them (evtx dumps, NXLog, Winlogbeat), and of other services."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from compiler.meaning.events.event import Event
from compiler.meaning.events.instants import instant_of
from compiler.meaning.events.services import service_event
from compiler.meaning.events.windows import flat_data, flat_system, unnamed, windows_event
from compiler.meaning.values import MISSING, lookup

# NXLog's own EventType is a severity and takes the place of Sysmon's field of that name (NXLog User Guide,
# im_msvistalog, Fields); the rendered message still has Sysmon's.
_SEVERITIES = ("CRITICAL", "ERROR", "WARNING", "INFO", "VERBOSE", "DEBUG", "AUDIT_SUCCESS", "AUDIT_FAILURE")
_EVENT_TYPE = re.compile(r"^EventType: (\w+)", re.MULTILINE)

_WINLOG_SYSTEM = {
    "provider_name": "Provider_Name",
    "provider_guid": "Provider_Guid",
    "computer_name": "Computer",
    "record_id": "EventRecordID",
    "task": "Task",
    "opcode": "Opcode",
    "keywords": "Keywords",
    "version": "Version",
    "process.pid": "Execution_ProcessID",
    "process.thread.id": "Execution_ThreadID",
    "user.identifier": "Security_UserID",
}
"""Winlogbeat Reference 8, Winlogbeat fields: what ``winlog`` calls the elements of ``System``."""

_OLD_WINLOG_SYSTEM = {
    "source_name": "Provider_Name",
    "provider_guid": "Provider_Guid",
    "computer_name": "Computer",
    "record_number": "EventRecordID",
    "task": "Task",
    "opcode": "Opcode",
    "keywords": "Keywords",
    "version": "Version",
    "process_id": "Execution_ProcessID",
    "thread_id": "Execution_ThreadID",
    "user.identifier": "Security_UserID",
}
"""Winlogbeat Reference 6, Eventlog Record: the same at the top of the record."""

_NXLOG_SYSTEM = {
    "Hostname": "Computer",
    "SourceName": "Provider_Name",
    "ProviderGuid": "Provider_Guid",
    "RecordNumber": "EventRecordID",
    "ExecutionProcessID": "Execution_ProcessID",
    "ExecutionThreadID": "Execution_ThreadID",
    "UserID": "Security_UserID",
}
"""NXLog User Guide, im_msvistalog, Fields."""


def event_of(record: Mapping[str, Any], line: int) -> Event:
    """The event of one JSON object. What no reader knows keeps its fields and has no log source.

    The fields of a record stay readable under the names of whoever wrote it, next to Sigma's.
    """
    if isinstance(source := record.get("_source"), Mapping):
        record = {**record, **source}  # a hit of Elasticsearch's search
    inner = record.get("Event", record)
    if isinstance(inner, Mapping) and isinstance(system := inner.get("System"), Mapping) and "EventID" in system:
        data = {**flat_data(inner.get("UserData")), **flat_data(inner.get("EventData"))}
        rendered = inner.get("RenderingInfo")
        if isinstance(rendered, Mapping) and isinstance(rendered.get("Message"), str):
            data.setdefault("Message", rendered["Message"])
        return windows_event(flat_system(system), data, line)
    for prefix, channel, number, names in (
        ("winlog.", "channel", "event_id", _WINLOG_SYSTEM),
        ("", "log_name", "event_id", _OLD_WINLOG_SYSTEM),
    ):
        if _text(record, prefix + channel) is not None and (prefix or number in record):
            return _winlog_event(record, prefix, (channel, number), names, line)
    if "EventID" in record and any(name in record for name in ("Channel", "SourceName", "Provider_Name")):
        return _flat_event(record, line)
    return service_event(record, line) or Event(record, (), instant_of(record), line)


def _winlog_event(
    record: Mapping[str, Any], prefix: str, identity: tuple[str, str], names: Mapping[str, str], line: int
) -> Event:
    system = {
        ours: found for theirs, ours in names.items() if (found := lookup(record, prefix + theirs)) is not MISSING
    }
    system["Channel"] = lookup(record, prefix + identity[0])
    number = lookup(record, prefix + identity[1])
    system["EventID"] = lookup(record, "event.code") if number is MISSING else number
    if system["EventID"] is MISSING:
        del system["EventID"]
    if (message := _text(record, "message")) is not None:
        system["Message"] = message
    data: dict[str, Any] = {}
    for part in ("user_data", "event_data"):
        found = lookup(record, prefix + part)
        data |= found if isinstance(found, Mapping) else _with_prefix(record, f"{prefix}{part}.")
    data.pop("xml_name", None)
    return windows_event({**record, **system}, unnamed(data), line)


def _flat_event(record: Mapping[str, Any], line: int) -> Event:
    system = {ours: record[theirs] for theirs, ours in _NXLOG_SYSTEM.items() if theirs in record and ours not in record}
    fields = {**flat_system(record), **system}
    for part in ("UserData", "EventData"):
        if part in record:
            fields |= flat_data(record[part])
    if fields.get("EventType") in _SEVERITIES:
        told = _EVENT_TYPE.search(str(record.get("Message", "")))
        if told is not None:
            fields["EventType"] = told[1]
    return windows_event(fields, {}, line)


def _with_prefix(record: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {key[len(prefix) :]: value for key, value in record.items() if key.startswith(prefix)}


def _text(record: Mapping[str, Any], name: str) -> str | None:
    found = lookup(record, name)
    return found if isinstance(found, str) and found else None
