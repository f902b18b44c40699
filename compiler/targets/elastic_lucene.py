"""What of a condition the index of Elasticsearch answers, in Lucene's syntax for ``QSTR`` of ES|QL.

``QSTR`` finds an event whose field has any value that fits, knows two values of truth and no field that is missing in
the mapping (*Query string query* of Elasticsearch 9), so for these tests it says what Sigma means; and it saves
reading events that cannot match. It tells letter case apart, so each letter is a class of its two forms.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping

from sigma.conditions import ConditionAND, ConditionNOT, ConditionOR
from sigma.types import (
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaNull,
    SigmaNumber,
    SigmaString,
    SigmaTimestampPart,
    SigmaType,
)

from compiler.content.model import Field
from compiler.targets.elastic_eql import WHOLE, number_of
from compiler.targets.elastic_regex import escape
from compiler.targets.lucene_address import mixed
from compiler.targets.tree import Atom, Tree, args_of

LONGEST = 64
"""Letters of a text that is still written out as classes."""
LARGEST = 2**31
_ALL = "(*:* AND NOT "
_NAME = re.compile(r"[^A-Za-z0-9_.@]")
_RANGES = {
    SigmaCompareExpression.CompareOperators.LT: "[* TO {}}}",
    SigmaCompareExpression.CompareOperators.LTE: "[* TO {}]",
    SigmaCompareExpression.CompareOperators.GT: "{{{} TO *]",
    SigmaCompareExpression.CompareOperators.GTE: "[{} TO *]",
}


def indexed(tree: Tree, fields: Mapping[str, Field]) -> str:
    """``tree`` in Lucene's syntax; empty if the index does not answer all of it."""
    if isinstance(tree, ConditionNOT):
        inner = indexed(args_of(tree)[0], fields)
        return _not(inner) if inner else ""
    if isinstance(tree, (ConditionAND, ConditionOR)):
        said = [indexed(arg, fields) for arg in args_of(tree)]
        joined = " AND " if isinstance(tree, ConditionAND) else " OR "
        return f"({joined.join(said)})" if all(said) else ""
    return _atom(fields[tree.field], tree.value) if isinstance(tree, Atom) else ""


def _not(said: str) -> str:
    return said[len(_ALL) : -1] if said.startswith(_ALL) else f"{_ALL}{said})"


def _atom(field: Field, value: SigmaType) -> str:
    name = _NAME.sub(r"\\\g<0>", field.name)
    if isinstance(value, (SigmaNull, SigmaExists)):
        there = f"_exists_:{name}"
        return _not(there) if isinstance(value, SigmaNull) else there
    if _timed(value):
        return ""
    if field.type == "ip":
        return _address(name, value)
    if field.type in WHOLE:
        return _number(name, value)
    if field.type in ("keyword", "wildcard") and isinstance(value, (SigmaString, SigmaNumber, SigmaBool)):
        return _text(name, value if isinstance(value, SigmaString) else SigmaString.from_str(str(value).lower()))
    return ""


def _address(name: str, value: SigmaType) -> str:
    if isinstance(value, SigmaCIDRExpression):
        network = ipaddress.ip_network(str(value.network))
        return "" if mixed(network) else f'{name}:"{network}"'
    try:
        address = ipaddress.ip_address(str(value)) if isinstance(value, SigmaString) else None
    except ValueError:
        return ""
    return f'{name}:"{address}"' if address else ""


def _number(name: str, value: SigmaType) -> str:
    if isinstance(value, SigmaCompareExpression):
        limit = value.number
        plain = isinstance(limit.number, int) and abs(limit.number) < LARGEST and not _timed(limit)
        return f"{name}:{_RANGES[value.op].format(limit.number)}" if plain and value.op in _RANGES else ""
    number = number_of(value)
    return f'{name}:"{number}"' if isinstance(number, int) and abs(number) < LARGEST else ""


def _timed(value: SigmaType) -> bool:
    return isinstance(value, SigmaTimestampPart)


def _text(name: str, value: SigmaString) -> str:
    text = "".join(part for part in value.s if isinstance(part, str))
    if not text or value.contains_special() or len(text) > LONGEST or not (text.isascii() and text.isprintable()):
        return ""
    if isinstance(value, SigmaCasedString) or text.lower() == text.upper():
        said = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'{name}:"{said}"'
    classes = (f"[{one.lower()}{one.upper()}]" if one.isalpha() else escape(one) for one in text)
    return f"{name}:/{''.join(classes).replace('/', chr(92) + '/')}/"
