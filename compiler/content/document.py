"""YAML whose values remember their places, and that a stranger's file cannot turn into a weapon."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import yaml

from compiler.diagnostics import Span

MAX_BYTES = 4 * 1024 * 1024
"""A rule file of more than this is refused; the largest of SigmaHQ's has 0.1 MB."""
MAX_VALUES = 200_000
"""Values one file may hold after its aliases are followed: what a YAML bomb runs into."""
MAX_DEPTH = 64
"""Nesting that one file may have; composing recurses, and a deeper file would exhaust the stack."""

_STR = "tag:yaml.org,2002:str"
_MERGE = "tag:yaml.org,2002:merge"
_COLLECTIONS = frozenset({"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})


class DocumentError(Exception):
    """The text is no YAML that can be used: ``line`` and ``column`` from 1, a message, a hint."""

    def __init__(self, line: int, column: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.line, self.column, self.message, self.hint = line, column, message, hint


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its plain value, and the node tree that knows the places.

    ``body`` holds dict, list, str, int, float, bool, date, datetime, bytes and None as PyYAML's safe loader makes them
    (YAML 1.1, which is what every Sigma converter reads).
    """

    path: str
    text: str
    body: Any
    node: yaml.Node = dataclasses.field(repr=False, compare=False)

    def span(self, *keys: str | int) -> Span:
        """The place of the key (or list item) that ``keys`` lead to; of the nearest parent that is there."""
        node, mark = self.node, self.node.start_mark
        for key in keys:
            step = _step(node, key)
            if step is None:
                break
            node, mark = step
        return Span(self.path, mark.line + 1, mark.column + 1)

    def value_span(self, *keys: str | int) -> Span:
        """The place of the value itself rather than of its key."""
        node = self.node
        for key in keys:
            step = _step(node, key)
            if step is None:
                return self.span(*keys)
            node = step[0]
        return Span(self.path, node.start_mark.line + 1, node.start_mark.column + 1)


def _step(node: yaml.Node, key: str | int) -> tuple[yaml.Node, Any] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if isinstance(name, yaml.ScalarNode) and name.value == str(key):
                return value, name.start_mark
    elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key].start_mark
    return None


def read_documents(path: str, raw: bytes) -> list[Document]:
    """The documents of one YAML file, in order.

    Raises ``DocumentError`` for anything that is not UTF-8, not YAML, empty, too large, too deep, expands too far, or
    repeats a key. ``path`` is only reported, never opened.
    """
    text = _decode(raw)
    _bound_depth(text)
    loader = yaml.CSafeLoader(text)
    documents = []
    try:
        while loader.check_node():
            if (node := loader.get_node()) is None:
                break
            documents.append(Document(path, text, _Construction(loader).value(node), node))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise DocumentError(*where, f"not YAML: {error.problem or error.context}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise DocumentError(line, 1, f"a character that YAML does not allow: {error.reason}") from None
    finally:
        loader.dispose()
    if not documents or all(d.body is None for d in documents):
        raise DocumentError(1, 1, "the file is empty")
    return documents


def _decode(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise DocumentError(1, 1, f"the file has {len(raw)} bytes, more than {MAX_BYTES}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        raise DocumentError(line, column, "not UTF-8", "save the file as UTF-8") from None


_OPENERS = re.compile(r"[\[{]|- - ")


def _bound_depth(text: str) -> None:
    # Composing is recursive in C. Only a text with many openers or with deep indentation can nest deeper than the
    # bound, and only such a text is worth the events that tell its real depth.
    deep_indent = re.search(rf"^ {{{MAX_DEPTH}}}", text, re.MULTILINE)
    if not deep_indent and len(_OPENERS.findall(text)) <= MAX_DEPTH // 2:
        return
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    raise DocumentError(*_place(event), f"nested deeper than {MAX_DEPTH} levels")
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        return  # composing meets the same error and reports it with its place


class _Construction:
    """Builds plain values from nodes; faster than PyYAML's constructor, and strict about keys and size."""

    def __init__(self, loader: yaml.CSafeLoader) -> None:
        self._scalar = loader.construct_object
        self._budget = MAX_VALUES
        self._open: set[int] = set()

    def value(self, node: yaml.Node) -> Any:
        self._budget -= 1
        if self._budget < 0:
            raise self._error(node, f"more than {MAX_VALUES} values after its aliases are followed")
        if isinstance(node, yaml.ScalarNode):
            if node.tag == _STR:
                return node.value
            try:
                return self._scalar(node)
            except ValueError as error:
                raise self._error(node, f"not a value: {error}") from None
        if node.tag not in _COLLECTIONS:
            raise self._error(node, f"not YAML: a tag that no rule needs ({node.tag})")
        if id(node) in self._open:
            raise self._error(node, "contains itself")
        if len(self._open) >= MAX_DEPTH:
            raise self._error(node, f"nested deeper than {MAX_DEPTH} levels after its aliases are followed")
        self._open.add(id(node))
        result: Any
        if isinstance(node, yaml.MappingNode):
            result = self._mapping(node)
        else:
            result = [self.value(item) for item in node.value]
        self._open.discard(id(node))
        return result

    def _mapping(self, node: yaml.MappingNode) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        merged: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                for part in self._merges(value_node):
                    merged = {**part, **merged}
                continue
            key = self.value(key_node)
            if isinstance(key, (dict, list)):
                raise self._error(key_node, "a key must be a plain value")
            if key in result:
                raise self._error(key_node, f"the key {str(key)!r} stands twice", "a later one would silently win")
            result[key] = self.value(value_node)
        return {**merged, **result} if merged else result

    def _merges(self, node: yaml.Node) -> Iterator[dict[Any, Any]]:
        for item in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            part = self.value(item)
            if not isinstance(part, dict):
                raise self._error(item, "only a map can be merged")
            yield part

    @staticmethod
    def _error(node: yaml.Node, message: str, hint: str = "") -> DocumentError:
        return DocumentError(*_place(node), message, hint)


def _place(item: yaml.Node | yaml.Event) -> tuple[int, int]:
    mark = item.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
