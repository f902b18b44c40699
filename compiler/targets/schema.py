"""What a SIEM's vendor publishes: its fields and their types, and the schemas of what it imports."""

from __future__ import annotations

import csv
import functools
import importlib.resources
import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import jsonschema
from jsonschema.protocols import Validator

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


_SHOWN = 60
"""Characters of a value that a finding shows."""


def faults(body: Any, schema: str) -> list[str]:
    """What is wrong with plain JSON against ``schemas/<schema>.schema.json``, one phrase each."""
    return sorted(
        f"{'.'.join(map(str, error.absolute_path)) or 'the document'}: {_said(error)}"
        for error in _validator(schema).iter_errors(body)
    )


def _said(error: jsonschema.ValidationError) -> str:
    """What is wrong, without the whole of a long value: a query that is too long would hide that it is."""
    if error.validator == "maxLength":
        return f"it has {len(str(error.instance)):,} characters, and {error.validator_value:,} are taken"
    value = repr(error.instance)
    shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}..."
    return error.message.replace(value, shown)[:200]


@functools.cache
def _validator(schema: str) -> Validator:
    text = (importlib.resources.files(__package__) / "schemas" / f"{schema}.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


def _rows(table: str) -> Iterator[dict[str, str]]:
    text = (importlib.resources.files(__package__) / "schemas" / f"{table}.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return csv.DictReader(lines, delimiter="\t")
