"""Entities of Sentinel out of the columns that a query returns.

Facts: *Entity types reference* (MicrosoftDocs/azure-docs, articles/sentinel/entities-reference.md): an alert rule maps
up to five entities, each by up to three identifiers.
"""

from __future__ import annotations

from typing import Any

from compiler.targets.kusto_schema import tables
from compiler.targets.target import Query

_ENTITIES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Host", "FullName", ("Computer", "DeviceName", "HostName")),
    ("Account", "FullName", ("Account", "SubjectUserName", "csUserName", "UserPrincipalName", "UserId", "Caller")),
    (
        "IP",
        "Address",
        ("cIP", "IpAddress", "IPAddress", "SourceIP", "RemoteIP", "ClientIP", "CallerIpAddress", "SourceIpAddress"),
    ),
    ("Process", "CommandLine", ("CommandLine", "ProcessCommandLine")),
    ("File", "Name", ("FileName", "NewProcessName")),
    ("URL", "Url", ("RequestURL", "RemoteUrl", "csUriStem")),
    ("DNS", "DomainName", ("DestinationHostName", "Name")),
)
_MOST = 5


def entity_mappings(query: Query) -> list[dict[str, Any]]:
    """Which column names which entity: of columns that every table of the query returns."""
    known = tables(query.target)
    returned = [
        {*columns, *known.get(name, ()), *query.settings["made"].get(name, ())}
        for name, columns in query.settings["tables"].items()
    ]
    common = set.intersection(*returned) if returned else set()
    found = []
    for kind, identifier, names in _ENTITIES:
        column = next((name for name in names if name in common), None)
        if column is not None:
            found.append({"entityType": kind, "fieldMappings": [{"identifier": identifier, "columnName": column}]})
    return found[:_MOST]
