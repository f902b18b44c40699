"""Reading data sources: where events arrive at each SIEM, in which shape, and what their fields are called there."""

from __future__ import annotations

from typing import Any

from compiler.content.advisories import logsource
from compiler.content.document import Document
from compiler.content.model import Arrival, Field, Source
from compiler.content.shape import misshapen, plain
from compiler.diagnostics import Diagnostic, Severity, declare

UNREADABLE = declare(
    "SRC001",
    Severity.ERROR,
    """
    The source cannot be read as YAML

    As SIG001, for the files below ``detections/sources/``.
    """,
)
MISSHAPEN = declare(
    "SRC002",
    Severity.ERROR,
    """
    The source does not have its shape

    ``detections/sources/README.md`` explains the keys; the shape is ``compiler/content/shapes/source.json``.

    Bad:
        fields:
            cs-method: http.request.method
    Good:
        fields:
            cs-method: {name: http.request.method, type: keyword}
    """,
)


def read_source(document: Document) -> tuple[Source | None, list[Diagnostic]]:
    """One source; None with the reasons where its shape is at fault."""
    faults = list(misshapen(document, "source", MISSHAPEN))
    if faults:
        return None, faults
    body = plain(document.body)
    arrives = tuple(_arrival(item, document, number) for number, item in enumerate(body["arrives"]))
    source = Source(
        name=body["name"],
        title=body["title"],
        definition=body.get("definition", ""),
        logsources=tuple(logsource(words) for words in body["logsources"]),
        format=body["format"],
        select=body.get("select", {}),
        prerequisites=body.get("prerequisites", {}),
        arrives=arrives,
        span=document.span("name"),
        document=document,
        absent=tuple(body.get("absent", ())),
    )
    return source, []


def _arrival(item: dict[str, Any], document: Document, number: int) -> Arrival:
    citation = item["citation"]
    overrides = {
        category: {name: _field(words, citation) if words else None for name, words in fields.items()}
        for category, fields in item.get("overrides", {}).items()
    }
    return Arrival(
        target=item["target"],
        shape=item["shape"],
        where=item["where"],
        fields={name: _field(words, citation) for name, words in item["fields"].items()},
        overrides=overrides,
        unmapped=item.get("unmapped", {}),
        only=item.get("only", {}),
        drops={name: tuple(values) for name, values in item.get("drops", {}).items()},
        citation=citation,
        raw=item.get("raw", ""),
        documented=item.get("documented", {}),
        span=document.span("arrives", number),
        texts=tuple(item.get("texts", ())),
        fallback=item.get("fallback", False),
        option=item.get("option", ""),
        escapes=item.get("escapes", ""),
    )


def _field(words: dict[str, Any], citation: str) -> Field:
    told, changed = words.get("citation", citation), words.get("changed", "")
    changes = changed if isinstance(changed, str) else tuple(changed)
    return Field(words["name"], words["type"], told, changes, words.get("upto", 0))
