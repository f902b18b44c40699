"""Reading advisories: what an intruder was reported to do, one behaviour each."""

from __future__ import annotations

from typing import Any

from compiler.content.document import Document
from compiler.content.model import Advisory, Behaviour, Logsource
from compiler.content.shape import misshapen, plain
from compiler.diagnostics import Diagnostic, Severity, declare

UNREADABLE = declare(
    "CAT001",
    Severity.ERROR,
    """
    The advisory cannot be read as YAML

    As SIG001, for the files below ``detections/advisories/``.
    """,
)
MISSHAPEN = declare(
    "CAT002",
    Severity.ERROR,
    """
    The advisory does not have its shape

    An advisory has ``id``, ``title``, ``url``, ``published`` and a list of behaviours; the shape is
    ``compiler/content/shapes/advisory.json``.

    Bad:
        - id: t1505.003
          technique: web shell
    Good:
        - id: t1505.003
          technique: T1505.003
    """,
)


def read_advisory(document: Document) -> tuple[Advisory | None, list[Diagnostic]]:
    """One advisory; None with the reasons where its shape is at fault."""
    faults = list(misshapen(document, "advisory", MISSHAPEN))
    if faults:
        return None, faults
    body = plain(document.body)
    behaviours = tuple(_behaviour(body["id"], item, document, number) for number, item in enumerate(body["behaviours"]))
    return Advisory(
        body["id"],
        body["title"],
        body["url"],
        body["published"],
        behaviours,
        document.span(),
        document,
        coverage_only=body.get("coverage_only", False),
    ), []


def _behaviour(advisory: str, item: dict[str, Any], document: Document, number: int) -> Behaviour:
    return Behaviour(
        id=f"{advisory}.{item['id']}",
        technique=item["technique"],
        name=item["name"],
        tactics=tuple(item["tactics"]),
        summary=item["summary"],
        observable=tuple(item["observable"]),
        unobservable=item.get("unobservable", ""),
        named=tuple(item.get("named", ())),
        ours=tuple(item.get("ours", ())),
        logsources=tuple(logsource(words) for words in item.get("logsources", ())),
        cve=tuple(item.get("cve", ())),
        span=document.span("behaviours", number),
        unruled=item.get("unruled", ""),
    )


def logsource(words: Any) -> Logsource:
    """The three words of a logsource map; anything else in it (``definition``) is for people."""
    if not isinstance(words, dict):
        return Logsource()
    known = {key: words[key] for key in ("category", "product", "service") if isinstance(words.get(key), str)}
    return Logsource(**known)
