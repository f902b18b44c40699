"""The tables that Microsoft publishes for Sentinel and Defender: their columns and types."""

from __future__ import annotations

import csv
import functools
import importlib.resources
from collections.abc import Mapping
from types import MappingProxyType


@functools.cache
def tables(target: str) -> Mapping[str, Mapping[str, str]]:
    """Every known table of ``sentinel`` or ``defender``: its columns, each with its scalar type of KQL."""
    text = (importlib.resources.files(__package__) / "schemas" / f"{target}.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(lines, delimiter="\t"):
        found.setdefault(row["table"], {})[row["column"]] = row["type"]
    return MappingProxyType({name: MappingProxyType(columns) for name, columns in found.items()})


def column_type(target: str, table: str, name: str) -> str | None:
    """The type of a column; ``dynamic`` for a place within a dynamic one, None if the table has no such column."""
    columns = tables(target).get(table, {})
    if name in columns:
        return columns[name]
    return "dynamic" if columns.get(name.partition(".")[0].partition("[")[0]) == "dynamic" else None
