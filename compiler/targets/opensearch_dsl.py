"""Sigma conditions in the query DSL of OpenSearch and Elasticsearch, with each field asked in the way of its type.

Facts from the OpenSearch documentation, *Term-level queries* and *Boolean query*: ``bool`` has two truth values, so
``must_not`` keeps a document without the field; ``case_insensitive`` folds ASCII alone; ``term`` on ``ip`` takes a
network; ``regexp`` matches the whole value and takes 1,000 characters. What no query can say is a script over doc
values.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from sigma.conditions import ConditionAND, ConditionNOT, ConditionOR, ConditionValueExpression
from sigma.types import (
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaString,
    SigmaTimestampPart,
    SigmaType,
    SpecialChars,
)

from compiler.content.model import Field
from compiler.targets.elastic_regex import MAX_LENGTH, lucene
from compiler.targets.lucene_address import MAPPED, mapped, mixed
from compiler.targets.opensearch_painless import CASED_REFERENCE, COMPARE, REFERENCE, SCRIPTED, script
from compiler.targets.opensearch_text import MANY, check_constant, fold, grouped, joined, said_as
from compiler.targets.opensearch_time import part_pattern
from compiler.targets.sql_network import network_regex
from compiler.targets.target import UNSAYABLE, Refusal
from compiler.targets.tree import Atom, CasedReference, Tree, args_of

TEXTS = frozenset({"keyword", "wildcard", "constant_keyword"})
WHOLE = frozenset({"long", "integer", "short", "byte", "unsigned_long"})
NUMBERS = WHOLE | {"double", "float", "half_float", "scaled_float"}
SHOWN = NUMBERS | {"ip", "boolean"}
"""Types other than text whose values can be shown as text by a script."""
NOTHING: dict[str, Any] = {"match_none": {}}
MAX_DEPTH = 20
"""``indices.query.bool.max_nested_depth`` of OpenSearch; Elasticsearch has 30."""
MAX_CLAUSES = 1024
"""``indices.query.bool.max_clause_count``."""
_STATES = 100_000
"""Of the automaton that Lucene makes of a regular expression; it allows 10,000 unless a query says otherwise."""
_LARGEST = 2**63
_OCTETS = re.compile(r"(?:(?:0|[1-9]\d{0,2})\.){1,3}", re.ASCII)
_OPERATORS = {
    SigmaCompareExpression.CompareOperators.LT: "lt",
    SigmaCompareExpression.CompareOperators.LTE: "lte",
    SigmaCompareExpression.CompareOperators.GT: "gt",
    SigmaCompareExpression.CompareOperators.GTE: "gte",
}


class Dsl:
    """Queries over the fields of one shape.

    ``fields``: Sigma field to the field there. ``beside``: the clauses of other shapes in the same search.
    """

    def __init__(self, fields: Mapping[str, Field], beside: Sequence[dict[str, Any]] = ()) -> None:
        self.fields = fields
        self._beside = beside

    def write(self, tree: Tree) -> dict[str, Any]:
        """The query clause of a condition. Raises ``Refusal`` for what the language cannot say."""
        clause = self._clause(tree)
        if depth(clause) > MAX_DEPTH:
            raise Refusal(UNSAYABLE, f"conditions nested more than {MAX_DEPTH} deep are not searched by OpenSearch")
        if size([*self._beside, *([] if clause in self._beside else [clause])]) > MAX_CLAUSES:
            raise Refusal(UNSAYABLE, f"more than {MAX_CLAUSES} tests in one search are refused by OpenSearch")
        return clause

    def _clause(self, tree: Tree) -> dict[str, Any]:
        if isinstance(tree, ConditionNOT):
            return {"bool": {"must_not": [self._clause(args_of(tree)[0])]}}
        if isinstance(tree, ConditionAND):
            return self._all(args_of(tree))
        if isinstance(tree, ConditionOR):
            return either(self._alternatives(args_of(tree)))
        if isinstance(tree, ConditionValueExpression):
            return self._keyword(tree.value)
        if not isinstance(tree, Atom):
            raise TypeError(f"no condition: {type(tree)}")
        return self._atom(self.fields[tree.field], tree.value)

    def _all(self, args: Sequence[Tree]) -> dict[str, Any]:
        found: dict[str, list[Any]] = {"filter": [], "must_not": []}
        for arg in args:
            if isinstance(arg, ConditionNOT):
                found["must_not"].append(self._clause(args_of(arg)[0]))
            else:
                found["filter"].append(self._clause(arg))
        return {"bool": {occur: clauses for occur, clauses in found.items() if clauses}}

    def _alternatives(self, args: Sequence[Tree]) -> list[dict[str, Any]]:
        """The parts of an OR; many plain values of one field as few queries."""
        plain: dict[str, list[SigmaString]] = {}
        numbers: dict[str, list[dict[str, Any]]] = {}
        clauses: list[dict[str, Any]] = []
        for arg in args:
            clause = None
            # Of pySigma's numbers, a part of a timestamp is one.
            if isinstance(arg, Atom) and isinstance(arg.value, (SigmaString, SigmaNumber)) and not _timed(arg.value):
                kind = self.fields[arg.field].type
                if kind in TEXTS:
                    plain.setdefault(arg.field, []).append(_string(arg.value))
                    continue
                clause = self._clause(arg)
                if kind in NUMBERS and "term" in clause:
                    numbers.setdefault(self.fields[arg.field].name, []).append(clause)
                    continue
            clauses.append(clause or self._clause(arg))
        for name, terms in numbers.items():
            values = [term["term"][name]["value"] for term in terms]
            clauses.append({"terms": {name: values}} if len(values) > 1 else terms[0])
        for field, texts in plain.items():
            there = self.fields[field]
            for value in texts:
                check_constant(there.name, there.type, value)
            if there.type == "wildcard":
                if len(texts) > MANY:
                    # Each value becomes a test of each three letters of it.
                    message = f"so many values cannot be asked of a field of type wildcard ({there.name})"
                    raise Refusal(UNSAYABLE, message)
                clauses += [self._atom(there, value) for value in texts]
            else:
                clauses += grouped(there.name, texts)
        return clauses

    def _keyword(self, value: SigmaType) -> dict[str, Any]:
        """A keyword in any of the shape's fields that hold text."""
        within = within_of(value)
        names = sorted({field.name for field in self.fields.values() if field.type in TEXTS})
        clauses = [self._text(name, within) for name in names]
        if isinstance(within, SigmaString):
            shown = sorted({(field.name, field.type) for field in self.fields.values() if field.type in SHOWN})
            clauses += [_glob(name, within) for name, kind in shown if _showable(kind, within)]
        if not clauses:
            raise Refusal(UNSAYABLE, "the shape has no field in which a keyword could be looked for")
        return either(clauses)

    def _text(self, name: str, value: SigmaType) -> dict[str, Any]:
        return _regexp(name, value) if isinstance(value, SigmaRegularExpression) else said_as(name, _string(value))

    def _atom(self, field: Field, value: SigmaType) -> dict[str, Any]:  # noqa: C901, PLR0911 - a return a kind of value
        name, kind = field.name, field.type
        if isinstance(value, SigmaNull):
            return {"bool": {"must_not": [{"exists": {"field": name}}]}}
        if isinstance(value, SigmaExists) or _anything(value):
            return {"exists": {"field": name}}
        if kind not in TEXTS | SHOWN:
            raise Refusal(UNSAYABLE, f"OpenSearch cannot ask a field of type {kind} ({name}) for a part or a whole")
        if isinstance(value, SigmaCIDRExpression):
            return _network(name, kind, value)
        if isinstance(value, SigmaFieldReference):
            return self._reference(field, value)
        if isinstance(value, SigmaTimestampPart):
            return _part(name, kind, value, "eq")
        if isinstance(value, SigmaCompareExpression):
            return _compared(name, kind, value)
        if kind == "wildcard" and isinstance(value, SigmaString) and not value.s:
            # A field of type wildcard has no term for the empty text.
            longer = {"wildcard": {name: {"value": "?*"}}}
            return {"bool": {"filter": [{"exists": {"field": name}}], "must_not": [longer]}}
        check_constant(name, kind, value)
        if kind in TEXTS:
            return self._text(name, value)
        if isinstance(value, SigmaRegularExpression):
            raise Refusal(UNSAYABLE, f"OpenSearch has no regular expressions for a field of type {kind} ({name})")
        if isinstance(value, (SigmaString, SigmaNumber, SigmaBool)):
            return _shown(name, kind, value)
        raise Refusal(UNSAYABLE, f"a value of kind {type(value).__name__} is not converted")

    def _reference(self, field: Field, value: SigmaFieldReference) -> dict[str, Any]:
        other = self.fields[value.field]
        for side in (field, other):
            # Of other types doc values are not what the event said, or are not kept.
            if side.type not in SHOWN | {"keyword", "constant_keyword"}:
                raise Refusal(UNSAYABLE, f"a field of type {side.type} ({side.name}) cannot be compared with another")
        how = {(False, False): "equals", (True, False): "starts", (False, True): "ends", (True, True): "within"}
        mode = how[bool(value.starts_with), bool(value.ends_with)]
        source = CASED_REFERENCE if isinstance(value, CasedReference) else REFERENCE
        return script(source, {"a": field.name, "b": other.name, "mode": mode})


def either(clauses: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Any of ``clauses``; the only one of them as it is."""
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def depth(clause: Any) -> int:
    """How many ``bool`` stand within one another."""
    if isinstance(clause, list):
        return max(map(depth, clause), default=0)
    if isinstance(clause, dict):
        return ("bool" in clause) + max(map(depth, clause.values()), default=0)
    return 0


def size(clause: Any) -> int:
    """How many tests a clause has."""
    if isinstance(clause, list):
        return sum(map(size, clause))
    inner = clause.get("bool") if isinstance(clause, dict) else None
    return sum(size(part) for part in inner.values() if isinstance(part, list)) if inner else 1


def within_of(value: SigmaType) -> SigmaType:
    """A keyword's value as what a field must hold: the text somewhere in it. A regular expression is that already."""
    if isinstance(value, SigmaRegularExpression):
        return value
    text = _string(value)
    inside = text.__class__()
    inside.s = [SpecialChars.WILDCARD_MULTI, *text.s, SpecialChars.WILDCARD_MULTI]
    return inside


def _string(value: SigmaType) -> SigmaString:
    return value if isinstance(value, SigmaString) else SigmaString.from_str(str(value).lower())


def _timed(value: SigmaType) -> bool:
    return isinstance(value, SigmaTimestampPart)


def _anything(value: SigmaType) -> bool:
    return isinstance(value, SigmaString) and bool(value.s) and set(value.s) == {SpecialChars.WILDCARD_MULTI}


def _regexp(name: str, value: SigmaRegularExpression) -> dict[str, Any]:
    pattern, ignore_case = lucene(value, states=_STATES)
    # Two braces would open a template where a monitor runs the search.
    pattern = pattern.replace("\\{{", "[\\{]{")
    # Without flags: the operators that Lucene adds to regular expressions are literals.
    asked: dict[str, Any] = {"value": pattern, "flags": "NONE", "max_determinized_states": _STATES}
    return {"regexp": {name: asked | ({"case_insensitive": True} if ignore_case else {})}}


def _network(name: str, kind: str, value: SigmaCIDRExpression) -> dict[str, Any]:
    network = ipaddress.ip_network(str(value.network))
    if kind == "ip":
        if mixed(network):
            raise Refusal(UNSAYABLE, MAPPED)
        return {"term": {name: {"value": str(network)}}}
    if kind not in TEXTS:
        return NOTHING
    patterns = list(joined(_branches(network_regex(network).replace("(?:", "("))))
    if any(len(pattern) > MAX_LENGTH for pattern in patterns):
        raise Refusal(UNSAYABLE, f"OpenSearch asks a field of type {kind} for no IPv6 network of this size")
    return either([{"regexp": {name: {"value": pattern, "flags": "NONE"}}} for pattern in patterns])


def _branches(pattern: str) -> list[str]:
    """The alternatives that a whole expression is made of, or itself; it holds no escaped parentheses."""
    level = 0
    cuts = [0]
    for place, letter in enumerate(pattern):
        level += (letter == "(") - (letter == ")")
        if level == 0 and place < len(pattern) - 1:
            return [pattern]
        if letter == "|" and level == 1:
            cuts.append(place)
    return [pattern[start + 1 : end] for start, end in pairwise([*cuts, len(pattern) - 1])]


def _part(name: str, kind: str, value: SigmaTimestampPart, operator: str, number: float = 0) -> dict[str, Any]:
    if kind not in TEXTS:
        raise Refusal(UNSAYABLE, f"a part of a timestamp cannot be asked of a field of type {kind} ({name})")
    wanted = number if operator != "eq" else int(value.number)
    pattern = part_pattern(value.timestamp_part.name.lower(), operator, wanted)
    return {"regexp": {name: {"value": pattern, "flags": "NONE"}}} if pattern else NOTHING


def _compared(name: str, kind: str, value: SigmaCompareExpression) -> dict[str, Any]:
    operator = _OPERATORS.get(value.op)
    if operator is None:
        raise Refusal(UNSAYABLE, f"OpenSearch has no range for {value.op.name}")
    if isinstance(value.number, SigmaTimestampPart):
        return _part(name, kind, value.number, operator, float(value.number.number))
    number = value.number.number
    if kind in NUMBERS and abs(number) < _LARGEST:
        return {"range": {name: {operator: number}}}
    if kind == "keyword" and math.isfinite(number):
        return script(COMPARE, {"a": name, "operator": operator, "number": str(number)})
    raise Refusal(UNSAYABLE, f"OpenSearch cannot compare a field of type {kind} ({name}) with this number")


def number_of(value: SigmaType) -> int | float | None:
    """The number that a value asks a numeric field for; None if it is no number as the store writes one."""
    if isinstance(value, SigmaNumber):
        return value.number
    if isinstance(value, SigmaString) and not value.contains_special():
        text = "".join(part for part in value.s if isinstance(part, str))
        return int(text) if re.fullmatch(r"0|-?[1-9]\d*", text, re.ASCII) else None
    return None


def _shown(name: str, kind: str, value: SigmaString | SigmaNumber | SigmaBool) -> dict[str, Any]:
    """A field of numbers, addresses or truth asked for a value, or for a pattern of how it is shown."""
    if isinstance(value, SigmaString) and value.contains_special():
        if kind in NUMBERS - WHOLE:
            raise Refusal(UNSAYABLE, f"a script shows a field of type {kind} in a notation of its own")
        return _octets(name, value) if kind == "ip" and _octets(name, value) else _glob(name, value)
    plain = "".join(part for part in _string(value).s if isinstance(part, str))
    if kind in NUMBERS:
        number = number_of(value)
        if number is None or abs(number) >= _LARGEST or (kind in WHOLE and number != int(number)):
            return NOTHING
        return {"term": {name: {"value": number}}}
    if kind == "boolean":
        truth = plain if isinstance(value, SigmaCasedString) else plain.lower()
        return {"term": {name: {"value": truth == "true"}}} if truth in ("true", "false") else NOTHING
    try:
        address = ipaddress.ip_address(plain)
    except ValueError:
        # A field of type ip holds addresses alone, so it is never equal to anything else.
        return NOTHING
    if mapped(address):
        raise Refusal(UNSAYABLE, MAPPED)
    return {"term": {name: {"value": str(address)}}}


def _octets(name: str, value: SigmaString) -> dict[str, Any]:
    """``10.0.*`` as the network that it is; empty for any other pattern."""
    if len(value.s) != 2 or value.s[1] != SpecialChars.WILDCARD_MULTI or not isinstance(value.s[0], str):
        return {}
    if not _OCTETS.fullmatch(value.s[0]):
        return {}
    octets = value.s[0].rstrip(".").split(".")
    if any(int(octet) > 255 for octet in octets):
        return NOTHING
    return {"term": {name: {"value": f"{'.'.join(octets + ['0'] * (4 - len(octets)))}/{8 * len(octets)}"}}}


def _showable(kind: str, value: SigmaString) -> bool:
    """True if a value of this type, shown as text, can hold the letters of ``value``."""
    letters = "0123456789abcdef.:" if kind == "ip" else "truefalse" if kind == "boolean" else "0123456789.-e"
    return all(set(part.lower()) <= set(letters) for part in value.s if isinstance(part, str))


def _glob(name: str, value: SigmaString) -> dict[str, Any]:
    cased = isinstance(value, SigmaCasedString)
    steps: list[list[Any]] = []
    for part in value.s:
        if isinstance(part, str):
            # Marked, since a literal asterisk is no wildcard.
            steps += ([0, letter if cased else fold(letter)] for letter in part)
        else:
            steps.append([1, "*" if part is SpecialChars.WILDCARD_MULTI else "?"])
    return script(SCRIPTED, {"a": name, "pattern": steps, "cased": cased})
