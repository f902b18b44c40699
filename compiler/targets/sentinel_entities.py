"""How an alert of Sentinel is told: by columns that the query gets for it, as entities, details and in its title.

Facts: *Entity types reference* (MicrosoftDocs/azure-docs, articles/sentinel/entities-reference.md: a rule maps up to
five entities, each by up to three identifiers), *Customize alert details* (customize-alert-details.md: columns in
double braces), *Surface custom event details in alerts* (surface-custom-details-in-alerts.md: twenty, of twenty
characters each), *column_ifexists()* and *coalesce()* (the first that is not null, of texts that is not empty) of the
Kusto documentation.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any

from compiler.content.model import Alert, Entity
from compiler.targets.kusto_text import literal, path
from compiler.targets.target import Query

_MOST_ENTITIES = 5
_MOST_DETAILS = 20
_MOST_IN_TITLE = 3
_LONGEST_KEY = 20
_PLAIN = {
    "host": ("Host", "FullName"),
    "user": ("Account", "FullName"),
    "ip": ("IP", "Address"),
    "url": ("URL", "Url"),
    "mailbox": ("Mailbox", "MailboxPrimaryAddress"),
    "domain": ("DNS", "DomainName"),
}
"""Kinds of ours that are one identifier of an entity there. A service is none of its entities."""
_HASHES = {"md5": "MD5", "sha1": "SHA1", "sha256": "SHA256"}


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """How an alert is told: the ``stage`` that a query gets, and what is mapped to its columns.

    ``title`` has columns in double braces; it is empty where the rule's own title must do. ``group`` are the keys of
    ``details`` by which hits are one finding.
    """

    stage: str = ""
    title: str = ""
    entities: tuple[Mapping[str, Any], ...] = ()
    details: Mapping[str, str] = dataclasses.field(default_factory=dict)
    group: tuple[str, ...] = ()


def told(alert: Alert | None, query: Query) -> Told:
    """The columns, entities and details of an alert; those of fields that the query returns."""
    if alert is None:
        return Told()
    several = len(query.settings["tables"]) > 1
    columns = {field: _column(field) for field, names in query.returned.items() if names}
    made = {columns[field]: _value(query.returned[field], several) for field in columns}
    derived: dict[str, str] = {}
    entities: list[dict[str, Any]] = []
    for entity in alert.entities:
        if entity.field in columns and len(entities) < _MOST_ENTITIES:
            mapped = _mapped(entity, columns[entity.field], derived)
            entities += [mapped] if mapped is not None and mapped not in entities else []
    keys = {field: _key(field) for field in [*columns][:_MOST_DETAILS]}
    return Told(
        stage="".join(_extended(one) for one in (made, derived)),
        title=_title(alert, columns),
        entities=tuple(entities),
        details={keys[field]: columns[field] for field in keys},
        group=tuple(keys[field] for field in alert.group if field in keys),
    )


def _extended(columns: Mapping[str, str]) -> str:
    return f"\n| extend {', '.join(f'{name} = {value}' for name, value in columns.items())}" if columns else ""


def _column(field: str) -> str:
    return "Alert_" + re.sub(r"\W", "_", field, flags=re.ASCII)


def _key(field: str) -> str:
    return re.sub(r"\W", "_", field, flags=re.ASCII)[-_LONGEST_KEY:].lstrip("_")


def _value(names: Sequence[str], several: bool) -> str:
    """The value of a field whatever the shapes call it. ``several``: not every table need have the column."""
    values = [_possible(name) if several else path(name) for name in names]
    return values[0] if len(values) == 1 else f"coalesce({', '.join(values)})"


def _possible(name: str) -> str:
    """A column, or a place within one, of a table that a workspace need not have."""
    column = re.split(r"[.\[]", name, maxsplit=1)[0]
    inner = path(name).removeprefix("tostring(").removesuffix(")")
    missing = '""' if name == column else "dynamic(null)"
    return f"tostring(column_ifexists({literal(column)}, {missing}){inner[len(path(column)) - len('tostring()') :]})"


def _mapped(entity: Entity, column: str, derived: dict[str, str]) -> dict[str, Any] | None:
    """An entity there; for a path and a hash it adds columns to ``derived``. None for a kind that it does not know."""
    if entity.kind in _PLAIN:
        kind, identifier = _PLAIN[entity.kind]
        return _entity(kind, {identifier: column})
    if entity.kind == "hash" and (algorithm := _HASHES.get(entity.field.lower())) is not None:
        derived[f"{column}_Algorithm"] = literal(algorithm)
        return _entity("FileHash", {"Algorithm": f"{column}_Algorithm", "Value": column})
    if entity.kind == "process" and entity.field.lower().endswith("commandline"):
        return _entity("Process", {"CommandLine": column})
    if entity.kind in ("process", "file"):
        derived[f"{column}_Name"] = f'extract(@"[^\\\\/]*$", 0, {column})'
        derived[f"{column}_Folder"] = f'extract(@"^(.*)[\\\\/]", 1, {column})'
        return _entity("File", {"Name": f"{column}_Name", "Directory": f"{column}_Folder"})
    return None


def _entity(kind: str, identifiers: Mapping[str, str]) -> dict[str, Any]:
    mappings = [{"identifier": identifier, "columnName": column} for identifier, column in identifiers.items()]
    return {"entityType": kind, "fieldMappings": mappings}


def _title(alert: Alert, columns: Mapping[str, str]) -> str:
    """The title with columns in it; empty if one of them is missing, or there are more than Sentinel fills in."""
    fields = set(alert.in_title)
    if not fields or len(fields) > _MOST_IN_TITLE or not fields <= set(columns):
        return ""
    return re.sub(r"\{([^{}]+)\}", lambda match: "{{" + columns[match[1]] + "}}", " ".join(alert.title.split()))
