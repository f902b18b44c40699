"""Reading rules: Sigma documents of every kind, and YARA files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import yara_x

from compiler.content.alert import read_alert
from compiler.content.document import Document, DocumentError, read_documents
from compiler.content.model import Kind, Rule
from compiler.content.shape import plain
from compiler.diagnostics import Diagnostic, Severity, Span, declare

UNREADABLE = declare(
    "SIG001",
    Severity.ERROR,
    """
    The file cannot be read as YAML

    A rule is UTF-8 YAML without repeated keys, of a sane size and depth. A repeated key is refused because YAML
    readers silently keep one of the two, and not all keep the same one.

    Bad:
        title: Shell of a Web Server
        title: Another Title
    Good:
        title: Shell of a Web Server
    """,
)
MISSHAPEN = declare(
    "SIG002",
    Severity.ERROR,
    """
    The document is no Sigma rule

    A rule is a map with one of ``detection``, ``correlation`` and ``filter``; its ``title``, ``id``, ``name``,
    ``status`` and ``level`` are text and its ``tags`` a list of text.

    Bad:
        tags: attack.t1190
    Good:
        tags:
            - attack.t1190
    """,
)
UNSAFE_NAME = declare(
    "SIG003",
    Severity.ERROR,
    """
    The name of the rule is not safe to make a file name of

    Names become parts of paths, macros and keys in the packages. One that climbs (``../../x``), holds a separator
    or a control character, or begins with a dot is refused before it gets anywhere.

    Bad:
        name: ../../x
    Good:
        name: web_exchange_post_static
    """,
)
REFUSED = declare(
    "SIG004",
    Severity.ERROR,
    """
    The file is not opened

    Content is read from plain files inside its tree. A link that leads out of it, a device, a file that cannot be
    read or is larger than any rule is passed over with this finding.
    """,
)
YARA_BROKEN = declare(
    "YAR001",
    Severity.ERROR,
    """
    The YARA file does not compile

    YARA-X says what is wrong and where. ``include`` is refused: a rule must not reach for files of the machine that
    compiles it.

    Bad:
        rule shell { condition: $undeclared }
    Good:
        rule shell { condition: filesize < 10KB }
    """,
)
YARA_REFUSED = declare(
    "YAR002",
    Severity.ERROR,
    """
    The YARA file is not opened

    As SIG004, for files of YARA rules: a link out of the tree, no plain file, not UTF-8, or too large.
    """,
)

_BODIES = {"correlation": Kind.CORRELATION, "filter": Kind.FILTER, "detection": Kind.SIGMA}
_TEXTS = ("title", "id", "name", "status", "level")
_UNSAFE = re.compile(r"[/\\\0]|^\.|^\s|\s$|^$")


def read_sigma(path: str, raw: bytes) -> Iterator[Rule | Diagnostic]:
    """The rules of one YAML file, and what is wrong with those that cannot be used. ``path`` is only reported."""
    try:
        documents = read_documents(path, raw)
    except DocumentError as error:
        yield UNREADABLE.at(Span(path, error.line, error.column), error.message, error.hint)
        return
    stem = PurePosixPath(path).stem
    for number, document in enumerate(documents):
        if document.body is not None:
            yield from _sigma_rule(document, stem if number == 0 else f"{stem}_{number}")


def _sigma_rule(document: Document, fallback: str) -> Iterator[Rule | Diagnostic]:
    body = document.body
    if not isinstance(body, dict):
        yield MISSHAPEN.at(document.span(), f"a rule is a map, this is a {_kind_of(body)}", "begin with `title: ...`")
        return
    kinds = [kind for key, kind in _BODIES.items() if key in body]
    faults = list(_misshapen(document, body, kinds))
    name = body.get("name", fallback)
    if not faults and (_UNSAFE.search(name) or any(unicodedata.category(c) == "Cc" for c in name)):
        faults.append(UNSAFE_NAME.at(document.value_span("name"), f"the name {name!r} is not safe"))
    if faults:
        yield from faults
        return
    alert, triage, faults = read_alert(document)
    yield from faults
    yield Rule(
        name=name,
        kind=kinds[0],
        id=str(body.get("id", "")),
        title=str(body.get("title", "")),
        status=str(body.get("status", "")),
        level=str(body.get("level", "")),
        tags=tuple(body.get("tags") or ()),
        behaviours=tuple(body.get("behaviours") or ()),
        text=document.text,
        span=document.span(),
        body=body,
        document=document,
        alert=alert,
        triage=triage,
    )


def _misshapen(document: Document, body: dict[Any, Any], kinds: list[Kind]) -> Iterator[Diagnostic]:
    if not kinds:
        hint = "`action:` documents are of Sigma's old format" if "action" in body else "add a `detection:`"
        yield MISSHAPEN.at(document.span(), "neither a detection nor a correlation nor a filter", hint)
    elif len(kinds) > 1:
        yield MISSHAPEN.at(document.span(), "a document is one of detection, correlation and filter, not several")
    for key in _TEXTS:
        if key in body and not isinstance(body[key], str):
            yield MISSHAPEN.at(
                document.value_span(key), f"{key} must be text, this is a {_kind_of(body[key])}", "put it in quotes"
            )
    for key in ("tags", "behaviours"):
        if not _is_list_of_text(body.get(key)):
            yield MISSHAPEN.at(document.span(key), f"{key} must be a list of text", f"`{key}:` and one `- item` a line")
    for key in _BODIES:
        if key in body:
            yield from _misshapen_section(document, key, body[key])


def _misshapen_section(document: Document, key: str, section: Any) -> Iterator[Diagnostic]:
    if not isinstance(section, dict):
        yield MISSHAPEN.at(document.span(key), f"{key} must be a map, this is a {_kind_of(section)}")
    elif (
        key != "detection" and not isinstance(section.get("rules"), str) and not _is_list_of_text(section.get("rules"))
    ):
        yield MISSHAPEN.at(document.span(key, "rules"), "rules must be a list of text", "the name or id of each")


def _is_list_of_text(value: Any) -> bool:
    """True of what may be left out as well."""
    return value is None or (isinstance(value, list) and all(isinstance(item, str) for item in value))


def _kind_of(value: Any) -> str:
    names = {dict: "map", list: "list", str: "text", bool: "boolean", int: "number", float: "number"}
    return names.get(type(value), "null" if value is None else "date")


_RULE_HEAD = re.compile(r"^[ \t]*((?:(?:private|global)[ \t]+)*)rule[ \t]+(\w+)", re.MULTILINE)


def read_yara(path: str, raw: bytes) -> Iterator[Rule | Diagnostic]:
    """The public rules of one YARA file. ``text`` of each is the whole file: they may lean on private ones in it."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        yield YARA_REFUSED.at(Span(path, raw.count(b"\n", 0, error.start) + 1), "not UTF-8", "save the file as UTF-8")
        return
    compiler = yara_x.Compiler(relaxed_re_syntax=False)
    compiler.enable_includes(False)
    try:
        compiler.add_source(text)
    except yara_x.CompileError:
        for fault in compiler.errors():
            span = Span(path, fault.get("line") or 1, fault.get("column") or 1)
            labels = "; ".join(str(label["text"]) for label in fault.get("labels", ()) if label.get("text"))
            yield YARA_BROKEN.at(span, f"{fault['title']} ({fault['code']})", labels)
        return
    heads = {match[2]: match for match in _RULE_HEAD.finditer(text)}
    for compiled in compiler.build():
        head = heads.get(compiled.identifier)
        if head is not None and "private" in head[1]:
            continue
        yield _yara_rule(path, text, compiled, head.start(2) if head else 0)


def _yara_rule(path: str, text: str, compiled: Any, offset: int) -> Rule:
    meta: dict[str, Any] = {}
    for key, value in compiled.metadata:
        meta.setdefault(key, plain(value))
    line = text.count("\n", 0, offset) + 1
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    behaviours = str(meta.get("behaviour", ""))
    return Rule(
        name=compiled.identifier,
        kind=Kind.YARA,
        id=str(meta.get("id", "")),
        title=str(meta.get("title", "")),
        status=str(meta.get("status", "experimental")),
        level=str(meta.get("level", "")),
        tags=tuple(compiled.tags),
        behaviours=tuple(part.strip() for part in behaviours.split(",") if part.strip()),
        text=text,
        span=Span(path, line, column),
        body=meta,
    )
