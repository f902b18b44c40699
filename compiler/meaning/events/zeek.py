"""Zeek's logs as JSON: which of its logs a record is of, and what Sigma's generic rules call the fields.

The fields: Zeek documentation, "Log Files" (base/protocols/*/main.zeek). A log written to a file of its own does not
say which it is (``_path`` does where the package json-streaming-logs writes it), so the fields that no other has tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LOGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("dns", ("trans_id", "rejected")),
    ("http", ("trans_depth",)),
    ("dce_rpc", ("endpoint", "operation")),
    ("kerberos", ("request_type",)),
    ("rdp", ("security_protocol",)),
    ("conn", ("conn_state",)),
)
"""A log of connections, and fields of which a record of it has one that those before it in the list have not."""

_NAMES: Mapping[str, Mapping[str, str]] = {
    "dns": {"record_type": "qtype_name", "answer": "answers"},
    "http": {"c-uri": "uri", "c-useragent": "user_agent", "cs-method": "method", "cs-host": "host"},
}


def zeek_log(record: Mapping[str, Any]) -> str | None:
    """The name of the log that a record is of; None for what is no record of Zeek."""
    if "ts" not in record:
        return None
    if isinstance(path := record.get("_path"), str):
        return path
    if "certificate.serial" in record:
        return "x509"
    if "uid" not in record or "id.orig_h" not in record:
        return None
    if str(record.get("action")).startswith("SMB::"):
        return "smb_files"
    return next((log for log, marks in _LOGS if any(mark in record for mark in marks)), None)


def zeek_names(log: str) -> Mapping[str, str]:
    """Sigma's generic names of a log's fields: name -> Zeek's."""
    return _NAMES.get(log, {})
