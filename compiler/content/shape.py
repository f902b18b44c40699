"""Whether a document has the shape that its kind of file must have; the shapes are JSON Schemas beside this module."""

from __future__ import annotations

import datetime
import functools
import importlib.resources
import json
from collections.abc import Iterator
from typing import Any

import jsonschema
from jsonschema.protocols import Validator

from compiler.content.document import Document
from compiler.diagnostics import Code, Diagnostic


@functools.cache
def _validator(shape: str) -> Validator:
    text = (importlib.resources.files(__package__) / "shapes" / f"{shape}.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    return jsonschema.Draft202012Validator(_opened(schema, schema))


def _opened(node: Any, schema: Any) -> Any:
    """``node`` with each reference within the schema replaced by what it refers to: looking these up costs most."""
    if isinstance(node, list):
        return [_opened(item, schema) for item in node]
    if not isinstance(node, dict):
        return node
    if set(node) == {"$ref"} and node["$ref"].startswith("#/$defs/"):
        return _opened(schema["$defs"][node["$ref"].removeprefix("#/$defs/")], schema)
    return {key: _opened(value, schema) for key, value in node.items()}


def misshapen(document: Document, shape: str, code: Code) -> Iterator[Diagnostic]:
    """What is wrong with a document against ``shapes/<shape>.json``, each at the place of the nearest key."""
    errors = _validator(shape).iter_errors(plain(document.body))
    for error in sorted(errors, key=lambda e: [str(step) for step in e.absolute_path]):
        path = [step for step in error.absolute_path if isinstance(step, (str, int))]
        where = ".".join(map(str, path)) or "the document"
        yield code.at(document.span(*path, *_extra_key(error)), f"{where}: {_said(error)}", _hint(error))


def wrong_in(value: Any, shape: str) -> Iterator[str]:
    """What is wrong with plain JSON against ``shapes/<shape>.json``, one phrase each."""
    for error in _validator(shape).iter_errors(value):
        yield f"{'.'.join(map(str, error.absolute_path)) or 'the document'}: {_said(error)}"


def _extra_key(error: jsonschema.ValidationError) -> list[str]:
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        return sorted(set(error.instance) - set(_properties(error)))[:1]
    return []


def _properties(error: jsonschema.ValidationError) -> list[str]:
    return list(error.schema.get("properties", ())) if isinstance(error.schema, dict) else []


def _said(error: jsonschema.ValidationError) -> str:
    wanted: Any = error.validator_value
    if error.validator == "oneOf" and all("required" in one for one in wanted):
        return "exactly one of " + ", ".join(one["required"][0] for one in wanted) + " is needed"
    text = str(error.message)
    return text if len(text) <= 200 else f"{text[:160]} ... {text[-30:]}"


def _hint(error: jsonschema.ValidationError) -> str:
    if error.validator == "additionalProperties":
        return "it may have " + ", ".join(_properties(error))
    if error.validator == "required":
        needed: Any = error.validator_value
        return "it needs " + ", ".join(needed)
    return ""


def plain(value: Any) -> Any:
    """The value as JSON has it: dates become ISO 8601 text, keys become strings."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value
