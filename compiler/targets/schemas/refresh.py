"""Rewrites the tables of published fields from given files: ``python -m compiler.targets.schemas.refresh --help``."""

from __future__ import annotations

import argparse
import csv
import json
import pathlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def ecs_table(rows: Iterable[Mapping[str, str]], source: str) -> str:
    """The table of ECS fields from the rows of ``generated/csv/fields.csv`` of elastic/ecs; ``source`` says which."""
    listed = list(rows)
    versions = sorted({row["ECS_Version"] for row in listed})
    fields = sorted({(row["Field"], row["Type"]) for row in listed})
    return _table([f"ECS {', '.join(versions)}; {source}"], ("field", "type"), fields)


def cim_table(models: Iterable[Mapping[str, Any]], source: str) -> str:
    """The table of the fields of Splunk's CIM from its data model files, each as read from JSON."""
    fields = sorted(
        {
            (field["name"], model["model_name"], dataset["name"])
            for model in models
            for dataset in model["objects"]
            for field in dataset["fields"]
        }
    )
    return _table([f"Splunk Common Information Model; {source}"], ("field", "model", "dataset"), fields)


def _table(notes: Sequence[str], columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [*(f"# {note}" for note in notes), "\t".join(columns), *("\t".join(row) for row in rows)]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write ``ecs.tsv`` or ``cim.tsv`` beside this module."""
    parser = argparse.ArgumentParser(description="Rewrite a table of published fields; nothing is downloaded.")
    parser.add_argument("table", choices=("ecs", "cim"))
    parser.add_argument("files", nargs="+", type=pathlib.Path, help="fields.csv of ECS, or the CIM's JSON files")
    parser.add_argument("--source", required=True, help="where the files are from: repository and commit, or package")
    given = parser.parse_args(arguments)
    if given.table == "ecs":
        rows = [
            row for file in given.files for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines(True))
        ]
        text = ecs_table(rows, given.source)
    else:
        text = cim_table([json.loads(file.read_text(encoding="utf-8")) for file in given.files], given.source)
    pathlib.Path(__file__).with_name(f"{given.table}.tsv").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
