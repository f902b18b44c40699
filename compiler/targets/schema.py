"""Which fields a SIEM's vendor publishes, and of which type: what every field of a source is checked against."""

from __future__ import annotations

import csv
import functools
import importlib.resources
from collections.abc import Iterator, Mapping
from types import MappingProxyType

_TABLES = {
    # The later table wins: an integration may give a field of ECS another type.
    "elastic": ("ecs", "elastic-integrations"),
    # Beats write the same fields there; of some, older templates have another type.
    "opensearch": ("ecs", "elastic-integrations"),
    "splunk": ("cim", "splunk-addons"),
}


def field_type(target: str, field: str) -> str | None:
    """The type of a field at a target; None if no table there has it.

    Elastic's are those of the mapping (``keyword``, ``wildcard``, ``ip``, ``long``, ``date``, ``boolean``, ...); Splunk
    has none of its own, so its are ``string`` and ``number``, as what a comparison makes of the values.
    """
    known = fields_of(target)
    if field in known:
        return known[field]
    parent = field
    while "." in parent:
        parent = parent.rpartition(".")[0]
        if f"{parent}.*" in known:
            return known[f"{parent}.*"]
    return None


@functools.cache
def fields_of(target: str) -> Mapping[str, str]:
    """Every published field of a target and its type; empty for a target that has no table."""
    fields: dict[str, str] = {}
    for table in _TABLES.get(target, ()):
        for row in _rows(table):
            fields[row["field"]] = row.get("type", "string")
    return MappingProxyType(fields)


def _rows(table: str) -> Iterator[dict[str, str]]:
    text = (importlib.resources.files(__package__) / "schemas" / f"{table}.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return csv.DictReader(lines, delimiter="\t")
