"""JSON records of cloud services, sensors and agents: which log source each is, and its values under Sigma's names.

A record is recognised by the keys that its publisher documents. Its fields stay readable under their own names; what
Sigma's rules call otherwise is added beside them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from compiler.content.model import Logsource
from compiler.meaning.events.azure import azure_names, azure_service
from compiler.meaning.events.endpoints import endpoint_logsources, endpoint_names, endpoint_system
from compiler.meaning.events.event import Event
from compiler.meaning.events.instants import instant_of
from compiler.meaning.events.zeek import zeek_log, zeek_names
from compiler.meaning.values import MISSING, lookup

_Record = Mapping[str, Any]
_Names = Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class _Service:
    """One publisher: ``mark`` tells its records; ``logsources`` and ``names`` say what they are and what is added."""

    mark: Callable[[_Record], bool]
    logsources: Callable[[_Record], tuple[Logsource, ...]]
    names: Callable[[_Record], _Names] = dict


def service_event(record: _Record, line: int) -> Event | None:
    """The event of a record of a known service; None for any other record."""
    for service in _SERVICES:
        if service.mark(record):
            fields = {**service.names(record), **record}
            return Event(fields, service.logsources(record), instant_of(fields), line)
    return None


def _has(*names: str) -> Callable[[_Record], bool]:
    return lambda record: all(name in record for name in names)


def _is(category: str | None, product: str, service: str | None) -> Callable[[_Record], tuple[Logsource, ...]]:
    logsource = Logsource(category, product, service)
    return lambda _: (logsource,)


def _under(names: Mapping[str, str], record: _Record) -> dict[str, Any]:
    found = {ours: lookup(record, theirs) for ours, theirs in names.items()}
    return {ours: value for ours, value in found.items() if value is not MISSING}


def _m365(record: _Record) -> tuple[Logsource, ...]:
    # Microsoft, Office 365 Management Activity API schema: Workload is the service in which the activity occurred.
    exchange = str(record["Workload"]).lower() == "exchange"
    return (Logsource(None, "m365", "audit"), *((Logsource(None, "m365", "exchange"),) if exchange else ()))


# Rules of SigmaHQ name the fields of an audit log entry as Filebeat's module for Google Cloud does, or as they lie in
# the Pub/Sub message in which a log sink delivers the entry, below ``data``.
_GCP = {"gcp.audit.method_name": "protoPayload.methodName", "gcp.audit.service_name": "protoPayload.serviceName"}


def _google_entry(record: _Record) -> _Record:
    inner = record.get("data")
    return inner if isinstance(inner, Mapping) and "protoPayload" in inner else record


def _google(record: _Record) -> dict[str, Any]:
    entry = _google_entry(record)
    # A log sink's ``data`` is the entry itself.
    return {**entry, **_under(_GCP, entry), "data": entry}


def _is_google(record: _Record) -> bool:
    entry = _google_entry(record)
    return "cloudaudit.googleapis.com" in str(entry.get("logName")) and isinstance(entry.get("protoPayload"), Mapping)


def _kubernetes(record: _Record) -> bool:
    return str(record.get("apiVersion")).startswith("audit.k8s.io/") and "verb" in record


def _github(record: _Record) -> bool:
    return "action" in record and "actor" in record and ("_document_id" in record or "created_at" in record)


def _azure(record: _Record) -> tuple[Logsource, ...]:
    return (Logsource(None, "azure", azure_service(record)),)


def _zeek(record: _Record) -> tuple[Logsource, ...]:
    log = zeek_log(record)
    # Zeek's dns.log is what rules of ``category: dns`` ask about.
    return (Logsource("dns" if log == "dns" else None, "zeek", log),)


# Rules for Kubernetes also call the group of the object by its key alone.
_KUBERNETES = {"apiGroup": "objectRef.apiGroup"}

_SERVICES = (
    _Service(lambda record: endpoint_system(record) is not None, endpoint_logsources, endpoint_names),
    _Service(_has("eventSource", "eventName", "awsRegion"), _is(None, "aws", "cloudtrail")),
    _Service(lambda record: azure_service(record) is not None, _azure, azure_names),
    _Service(_has("Workload", "Operation", "OrganizationId"), _m365),
    _Service(_has("eventType", "published", "uuid", "displayMessage"), _is(None, "okta", "okta")),
    _Service(_is_google, _is(None, "gcp", "gcp.audit"), _google),
    _Service(_kubernetes, _is("application", "kubernetes", "audit"), lambda record: _under(_KUBERNETES, record)),
    _Service(lambda record: isinstance(record.get("auditType"), Mapping), _is(None, "bitbucket", "audit")),
    _Service(_has("logtype", "node_id", "logdata"), _is("application", "opencanary", None)),
    _Service(_github, _is(None, "github", "audit")),
    _Service(
        lambda record: zeek_log(record) is not None,
        _zeek,
        lambda record: _under(zeek_names(str(zeek_log(record))), record),
    ),
)
