"""What every package's README ends with: how its archive is verified, and what checked its queries, or did not."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from compiler.targets.readme import readme
from compiler.targets.target import Package, Query, Target
from compiler.verify.evidence import STRONGEST_FIRST, shown

NAME = "README.md"


def with_trust(
    target: Target, version: str, package: Package, queries: Sequence[Query], evidence: Mapping[str, Mapping[str, Any]]
) -> Package:
    """The package, with what can be trusted of it at the end of its README; with a README, if it has none."""
    path = next((path for path in package.files if path.rpartition("/")[2] == NAME), NAME)
    head = package.files.get(path, f"# Tocsin detections for {target.title} {version}\n".encode())
    counts = Counter(_checked(query, evidence.get(query.rule, {})) for query in queries)
    rows = [
        {"assurance": assurance, "engine": engine or "nothing", "count": count}
        for (assurance, engine), count in sorted(counts.items(), key=lambda item: _order(item[0]))
    ]
    tail = readme(
        "trust",
        archive=f"tocsin-{target.name}-{version}.{target.archive}",
        form=target.checked,
        checked=rows,
        unchecked=target.unchecked,
    )
    return dataclasses.replace(package, files={**package.files, path: head.rstrip(b"\n") + b"\n\n" + tail})


def _checked(query: Query, evidence: Mapping[str, Any]) -> tuple[str, str]:
    entry = shown(query, evidence)
    return entry.get("assurance", "converted"), entry.get("engine", "")


def _order(checked: tuple[str, str]) -> tuple[int, str]:
    return STRONGEST_FIRST.index(checked[0]), checked[1]
