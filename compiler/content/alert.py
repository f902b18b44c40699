"""Reading what a Sigma rule of ours says of its alert: ``alert`` and ``triage``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.content.document import Document
from compiler.content.model import Alert, AlertKind, Entity
from compiler.content.shape import misshapen, plain
from compiler.diagnostics import Diagnostic, Severity, declare

MISSHAPEN = declare(
    "SIG005",
    Severity.ERROR,
    """
    What the rule says of its alert cannot be read

    ``alert`` has a ``title``, ``entities``, ``group``, ``suppress`` and ``kind``; ``triage`` is a list of text. An
    entity is a host, user, ip, process, file, url, hash, mailbox, domain or service, and the field that holds it, as in
    ``- {ip: c-ip}``. ``suppress`` names fields and a time in minutes, hours or days.

    Bad:
        alert:
            title: 'Shell {cs-uri-stem} called by {c-ip}'
            entities:
                - {ip: c-ip}
            group: [c-ip]
            suppress: {fields: [c-ip], for: 4 hours}
            kind: finding
    Good:
        alert:
            title: 'Shell {cs-uri-stem} called by {c-ip}'
            entities:
                - {ip: c-ip}
            group: [c-ip]
            suppress: {fields: [c-ip], for: 4h}
            kind: finding
    """,
)

_SECONDS = {"m": 60, "h": 3600, "d": 86400}


def read_alert(document: Document) -> tuple[Alert | None, tuple[str, ...], list[Diagnostic]]:
    """The alert of a rule, its triage, and what is wrong with them; nothing of what is at fault."""
    body: Mapping[str, Any] = document.body
    if body.get("alert") is None and body.get("triage") is None:
        return None, (), []
    faults = list(misshapen(document, "alert", MISSHAPEN))
    if faults:
        return None, (), faults
    written: Mapping[str, Any] = plain({key: body.get(key) for key in ("alert", "triage")})
    alert = _alert(written["alert"]) if written["alert"] is not None else None
    return alert, tuple(" ".join(step.split()) for step in written["triage"] or ()), []


def _alert(written: Mapping[str, Any]) -> Alert:
    silence = written["suppress"]["for"]
    return Alert(
        title=written["title"],
        entities=tuple(Entity(kind, field) for entity in written["entities"] for kind, field in entity.items()),
        group=tuple(written["group"]),
        suppress=tuple(written["suppress"]["fields"]),
        silence=int(silence[:-1]) * _SECONDS[silence[-1]],
        kind=AlertKind(written["kind"]),
    )
