"""Processes as endpoint agents report them in JSON: Elastic Defend and CrowdStrike Falcon, under Sysmon's names.

Elastic: elastic/endpoint-package package/endpoint/data_stream/process. CrowdStrike: ProcessRollup2, as in
splunk/security_content data_sources/crowdstrike_processrollup2.yml.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.content.model import Logsource
from compiler.meaning.values import MISSING, lookup

_DEFEND = {
    "CommandLine": "process.command_line",
    "CurrentDirectory": "process.working_directory",
    "Image": "process.executable",
    "OriginalFileName": "process.pe.original_file_name",
    "ParentCommandLine": "process.parent.command_line",
    "ParentImage": "process.parent.executable",
    "ParentProcessId": "process.parent.pid",
    "ProcessId": "process.pid",
}
_FALCON = {
    "CommandLine": "CommandLine",
    "Image": "ImageFileName",
    "ProcessId": "RawProcessId",
    "sha256": "SHA256HashData",
}
_STARTS = ("start", "exec")
"""``event.action`` of a program that is started: on Windows, and elsewhere, where a mere ``fork`` starts none."""
_PLATFORMS = {"Win": "windows", "Mac": "macos", "Lin": "linux"}


def endpoint_system(record: Mapping[str, Any]) -> str | None:
    """The operating system (Sigma's product) on which a record tells of a program being started; else None."""
    if lookup(record, "event.module") == "endpoint" and str(lookup(record, "event.dataset")).endswith(".process"):
        system = lookup(record, "host.os.type")
        return str(system) if system is not MISSING and lookup(record, "event.action") in _STARTS else None
    if record.get("event_simpleName") == "ProcessRollup2":
        return _PLATFORMS.get(str(record.get("event_platform")))
    return None


def endpoint_names(record: Mapping[str, Any]) -> dict[str, Any]:
    """The process of such a record under the names of ``category: process_creation``."""
    names = _FALCON if "event_simpleName" in record else _DEFEND
    found = {ours: lookup(record, theirs) for ours, theirs in names.items()}
    return {ours: value for ours, value in found.items() if value is not MISSING}


def endpoint_logsources(record: Mapping[str, Any]) -> tuple[Logsource, ...]:
    """What ``endpoint_system`` knows, in Sigma's words."""
    return (Logsource("process_creation", endpoint_system(record)),)
