"""An event as one store holds it: the document that a query of that store is asked about."""

from __future__ import annotations

import ipaddress
import math
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compiler.content.model import Field
from compiler.targets.changes import changes_of, marks_of
from compiler.targets.changes_forms import FORMS
from compiler.targets.changes_record import record
from compiler.targets.lucene_address import mapped
from compiler.targets.pipeline import Shape
from compiler.targets.raw_event import written
from compiler.targets.store import Store

WHOLE = frozenset({"long", "integer", "short", "byte", "int", "BIGINT", "bigint"})
"""Types of stores that hold whole numbers."""
_BITS = {"byte": 8, "short": 16, "integer": 32, "int": 32}
"""Bits of those that have fewer than 64, the sign included."""
REAL = frozenset({"double", "float", "real", "DOUBLE", "number"})
"""Types that hold numbers with a fraction (``number`` is Splunk's, which has no other)."""
TRUTH = frozenset({"boolean", "bool", "BOOLEAN"})
"""Types that hold true and false."""
_LIKE_ASCII = frozenset("\u0130\u212a")
"""The letters beyond ASCII whose lower case is an ASCII one: I with a dot, and the Kelvin sign (Unicode)."""


class Unrepresentable(Exception):  # noqa: N818 - a property of the event, no malfunction
    """An event that the store cannot hold as it is; one phrase that says why, without the event's own values."""


def document(
    event: Mapping[str, Any], shape: Shape, store: Store, asked: Iterable[str] = (), *, keywords: bool = False
) -> dict[str, Any]:
    """The document of ``event`` (Sigma's names) in ``shape``: field there -> value.

    What marks the events of the shape (``select`` and ``only`` of the source) is added where the event is silent on it.
    ``asked`` are the Sigma fields that the rule reads; ``keywords``: it also looks into every other. Raises
    ``Unrepresentable``.
    """
    if any(name in event and name in shape.source.absent for name in asked):
        raise Unrepresentable("has a field that events of the source never have")
    marked = _marked(event, shape, frozenset(asked))
    if keywords:
        marked = _spread(marked, shape)
    marked = _recorded(_apart(marked, shape), shape, store)
    found: dict[str, Any] = {}
    for name, value in marked.items():
        field = shape.fields.get(name)
        if field is None:
            if isinstance(value, dict):
                raise Unrepresentable("is nested")
            if keywords and not store.raw:
                raise Unrepresentable("has a field that the store does not keep, where a keyword is looked for")
            continue
        if any(str(value).lower() == str(dropped).lower() for dropped in shape.arrival.drops.get(name, ())):
            raise Unrepresentable("has a value that the store leaves out")
        kept = _kept(value, field, store)
        if found.setdefault(field.name, kept) != kept:
            raise Unrepresentable("has two fields that the store keeps in one")
    _mark_missing(found, marked, shape)
    if store.raw:
        found["_raw"] = _raw(event, store, shape.arrival.escapes, keywords=keywords)
    return found


def _raw(event: Mapping[str, Any], store: Store, escapes: str, *, keywords: bool) -> str:
    text = "\n".join(written(leaf, escapes) for leaf in _leaves(event))
    if keywords and not store.unicode and not text.isascii():
        raise Unrepresentable("has letters whose case the store does not fold")
    return text


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif value is not None:
        yield str(value)


def _spread(event: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """The values of an unnamed list, one by one in the fields that the shape has for them (``texts``).

    One that keeps them joined takes all, also those to which other shapes give names.
    """
    texts = shape.arrival.texts
    if len(texts) == 1 and "joined" in changes_of(shape.fields[texts[0]]):
        return _gathered(event, texts[0], shape)
    for name, value in event.items():
        if texts and isinstance(value, list) and name not in shape.fields:
            if len(value) > len(texts) or any(text in event for text in texts):
                raise Unrepresentable("has more texts than the shape has fields for them")
            others = {key: item for key, item in event.items() if key != name}
            return {**others, **dict(zip(texts, value, strict=False))}
    return event


def _apart(event: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """The values of each list that the shape keeps in several fields, one by one in these, in order."""
    found = dict(event)
    for name in shape.lists.keys() & event.keys():
        value = found.pop(name)
        values = value if isinstance(value, list) else [value]
        if not values:
            raise Unrepresentable("has a list")
        if len(values) > len(shape.lists[name]):
            raise Unrepresentable("has more texts than the shape has fields for them")
        if any(isinstance(item, list) for item in values):
            raise Unrepresentable("is nested")
        if any(item in shape.arrival.drops.get(name, ()) for item in values):
            raise Unrepresentable("has a value that the store leaves out")
        found |= dict(zip(shape.lists[name], values, strict=False))
    return found


def _recorded(event: dict[str, Any], shape: Shape, store: Store) -> dict[str, Any]:
    """The fields that the shape keeps as parts of a record as that record, once, under the first of their names."""
    parts: dict[str, Any] = {}
    for name, value in event.items():
        field = shape.fields.get(name)
        if field is not None and "audit_record" in changes_of(field):
            if isinstance(value, list):
                raise Unrepresentable("has a list")
            _kept(value, field, store)
            parts[name] = value
    if not parts:
        return event
    line = record(parts)
    if line is None:
        raise Unrepresentable("has a value that the store cannot tell from another")
    return {**{name: value for name, value in event.items() if name not in parts}, next(iter(parts)): line}


def _gathered(event: dict[str, Any], text: str, shape: Shape) -> dict[str, Any]:
    parts = {text, *shape.arrival.unmapped, *(name for name, value in event.items() if isinstance(value, list))}
    values = [event[name] for name in event if name in parts and (name == text or name not in shape.fields)]
    gathered = [item for value in values for item in (value if isinstance(value, list) else [value])]
    others = {name: value for name, value in event.items() if name not in parts or name in shape.fields}
    return {**others, text: gathered} if gathered else others


def _marked(event: Mapping[str, Any], shape: Shape, asked: frozenset[str]) -> dict[str, Any]:
    marked = dict(event)
    for condition in (shape.restriction or {}, shape.arrival.only):
        for name, given in condition.items():
            values = given if isinstance(given, list) else [given]
            if name not in marked and name in asked:
                raise Unrepresentable("lacks what marks the events of the source, which the rule asks for")
            if name not in marked:
                marked[name] = values[0]
            elif str(marked[name]).lower() not in {str(value).lower() for value in values}:
                raise Unrepresentable("contradicts what marks the events of the source")
    return marked


def _mark_missing(found: dict[str, Any], marked: Mapping[str, Any], shape: Shape) -> None:
    for name, field in shape.fields.items():
        for mark in marks_of(field):
            value = marked.get(name)
            if any(str(one).lower() == mark for one in (value if isinstance(value, list) else [value])):
                raise Unrepresentable("has a value by which the store marks a missing field")
            if name not in marked:
                found.setdefault(field.name, mark)


def _kept(value: Any, field: Field, store: Store) -> Any:
    if isinstance(value, list) and value and "joined" in changes_of(field):
        return "\n".join(str(_scalar(item, field, store)) for item in value)
    if isinstance(value, list):
        holds = store.lists or field.type.endswith("[]")
        if not holds or not value or any(isinstance(item, (list, dict)) or item is None for item in value):
            raise Unrepresentable("has a list")
        return [_scalar(item, field, store) for item in value]
    kept = _scalar(value, field, store)
    return [kept] if field.type.endswith("[]") else kept


def _scalar(value: Any, field: Field, store: Store) -> Any:
    if isinstance(value, dict):
        raise Unrepresentable("is nested")
    if value is None:
        raise Unrepresentable("has an explicit null")
    if value == "" and not store.empty:
        raise Unrepresentable("has an empty string")
    kept = _typed(value, field.type.removesuffix("[]"))
    if isinstance(kept, str):
        # Also where the store keeps them in another form, which is ASCII.
        if not store.unicode and not _LIKE_ASCII.isdisjoint(kept):
            raise Unrepresentable("has letters whose case the store does not fold")
        kept = _changed(kept, field)
        if store.longest is not None and len(kept) > store.longest:
            raise Unrepresentable("has a value longer than the store keeps")
        if not store.unicode and any(one.lower() != one.upper() for one in kept if not one.isascii()):
            raise Unrepresentable("has letters whose case the store does not fold")
    return kept


def _typed(value: Any, type_: str) -> Any:
    if type_ in WHOLE | REAL:
        return _number(value, _BITS.get(type_, 64) if type_ in WHOLE else None)
    if type_ in TRUTH:
        if isinstance(value, bool):
            return value
        raise Unrepresentable("has no truth value where the store keeps one")
    if isinstance(value, float):
        raise Unrepresentable("has a number with a fraction where the store keeps text")
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if type_ == "ip" and _address(text) != text.lower():
        raise Unrepresentable("has an address in another form than the store gives it")
    return text


def _number(value: Any, bits: int | None) -> int | float:
    """The number of a value; ``bits``: of the store's type, if that holds whole numbers alone."""
    # A store that parses text as numbers forgets how it was written, and Sigma does not.
    if isinstance(value, str) and value.isascii() and value.isdigit() and str(int(value)) == value:
        value = int(value)
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise Unrepresentable("has no number where the store keeps numbers")
    if bits is None and math.isfinite(value) and float(value) == value:
        return value
    if not math.isfinite(value) or bits is None or value != int(value) or not -(1 << bits - 1) <= value < 1 << bits - 1:
        raise Unrepresentable("has a number that the store cannot keep")
    return int(value)


def _address(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise Unrepresentable("has text where the store keeps addresses") from None
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id is not None:
        # Elasticsearch and OpenSearch take it and drop the zone, which is no part of a network to Sigma.
        raise Unrepresentable("has an address with a zone, which the store drops")
    if mapped(address):
        raise Unrepresentable("has an IPv6 address that stands for one of IPv4, which the store keeps instead")
    return str(address)


def _changed(text: str, field: Field) -> str:
    for change in changes_of(field):
        if change == "lower_case":
            text = text.lower()
        elif change == "percent_decoded":
            text = urllib.parse.unquote(text)
        elif change == "url_decoded":
            text = urllib.parse.unquote_plus(text)
        elif change == "plus_for_space":
            if "+" in text:
                raise Unrepresentable("has a plus sign where the store writes one for each space")
            text = text.replace(" ", "+")
        elif change == "account_only":
            text = text.rpartition("\\")[2].partition("@")[0]
        elif (form := FORMS.get(change)) is not None:
            if (kept := form.kept(text)) is None:
                raise Unrepresentable("has a value that the store cannot tell from another")
            text = kept
    return text
