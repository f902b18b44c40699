"""Sigma conditions in EQL, with each field asked in the way of its type.

Facts from Elasticsearch 9, *EQL syntax reference* and *EQL function reference*: ``:`` and ``in~`` ignore letter case,
but of ASCII alone; ``:`` and ``like`` know ``*`` and ``?`` and no escape for them; ``regex`` matches the whole value;
``?field`` is null where the field is not in the mapping, which without it is an error of the whole query; fields
cannot be compared with one another; backticks quote a name, as they must where a part of it is a word of EQL
(``EqlBase.g4`` of elastic/elasticsearch). What becomes of a test stands in its ``querytranslator_tests.txt``: ``:`` is
a query ``term`` or ``wildcard``, ``regex`` a ``regexp``, ``not`` a ``must_not``; ``string()`` is a script, which shows
a number as Java does.
"""

# ruff: noqa: ARG002 - the signatures are pySigma's

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sigma.backends.elasticsearch.elasticsearch_eql import EqlBackend
from sigma.conditions import ConditionAND, ConditionNOT, ConditionOR, ConditionValueExpression
from sigma.conversion.state import ConversionState
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
from compiler.targets.elastic_regex import MAX_LENGTH, TOO_LONG, lucene, of_wildcards, units
from compiler.targets.lucene_address import MAPPED, mapped, mixed
from compiler.targets.opensearch_text import beyond, check_constant, unfolded
from compiler.targets.target import UNSAYABLE, Refusal
from compiler.targets.tree import Atom, Tree, args_of, every, negation, some

TEXTS = frozenset({"keyword", "wildcard", "constant_keyword"})
NUMBERS = frozenset(
    {"long", "integer", "short", "byte", "unsigned_long", "double", "float", "half_float", "scaled_float"}
)
WHOLE = frozenset({"long", "integer", "short", "byte"})
SHOWN = WHOLE | {"ip", "boolean"}
"""Types whose values are shown as Sigma writes them; a double of 5 is shown as 5.0."""
_KNOWN = TEXTS | NUMBERS | {"ip", "boolean"}
_MARKED = frozenset("*?\1")
"""What no pattern can hold as itself: with U+0001 EQL marks what is no wildcard (``StringUtils.toLikePattern``)."""
_WILD = {SpecialChars.WILDCARD_MULTI: "*", SpecialChars.WILDCARD_SINGLE: "?"}
_PARTS = "ask for a part of a timestamp as it is written"
_WORDS = "and|any|by|false|in|join|like|maxspan|not|null|of|or|regex|sample|sequence|true|until|where|with"
_NAME = re.compile(rf"(?!(?:{_WORDS})\Z)[A-Za-z_][A-Za-z0-9_]*")


class Eql(EqlBackend):
    """EQL over the fields of one shape. Stock writes every value as a string of ``:``, whatever the field's type."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        super().__init__()
        self.at_elastic = fields

    def write(self, tree: Tree) -> str:
        """The condition after ``where``. Raises ``Refusal`` for what EQL cannot say."""
        return cast(str, self.convert_condition(tree, ConversionState()))

    def compare_precedence(self, outer: Any, inner: Any) -> bool:
        """True if ``inner`` needs no parentheses: everything does but single tests and lists."""
        if isinstance(inner, ConditionOR):
            return self._list(inner) is not None
        return not isinstance(inner, ConditionAND)

    def convert_condition_or(self, cond: ConditionOR, state: ConversionState) -> str:
        """Alternatives; as one list where the field and its type allow that."""
        return self._list(cond) or cast(str, super().convert_condition_or(cond, state))

    def decide_convert_condition_as_in_expression(self, cond: Any, state: ConversionState) -> bool:
        """Never: lists are made here by type."""
        return False

    def convert_condition_not(self, cond: ConditionNOT, state: ConversionState) -> str:
        """A negation, which holds where the field is missing: Elasticsearch would drop that event."""
        inner = args_of(cond)[0]
        listed = self._list(inner) if isinstance(inner, ConditionOR) else None
        if listed is None and isinstance(inner, (ConditionAND, ConditionOR)):
            turned = (negation(arg) for arg in args_of(inner))
            tree = some(turned) if isinstance(inner, ConditionAND) else every(turned)
            text = self.write(tree)
            return text if self.compare_precedence(cond, tree) else f"({text})"
        first = args_of(inner)[0] if listed else inner
        if not isinstance(first, Atom):
            raise self._no_keywords()
        name = self.name_of(first.field)
        if isinstance(first.value, (SigmaNull, SigmaExists)) and listed is None:
            return f"{name} {'!=' if isinstance(first.value, SigmaNull) else '=='} null"
        said = listed or self.write(first)
        return "true" if said == "false" else f"({name} == null or not {said})"

    def convert_condition_val(self, cond: ConditionValueExpression, state: ConversionState) -> str:
        """A keyword: EQL has no search over all fields."""
        raise self._no_keywords()

    @staticmethod
    def _no_keywords() -> Refusal:
        return Refusal(UNSAYABLE, "EQL cannot look for a keyword in all fields of an event", keys=("detection",))

    def name_of(self, field: str) -> str:
        """The field at Elastic, optional, in backticks where a part is no plain name."""
        return f"?{quoted_name(self.at_elastic[field].name)}"

    def convert_condition_field_eq_val(self, cond: Any, state: ConversionState) -> str:
        """One test of one field."""
        kind, name, value = self.at_elastic[cond.field].type, self.name_of(cond.field), cond.value
        if kind not in _KNOWN and not isinstance(value, (SigmaNull, SigmaExists)):
            raise Refusal(UNSAYABLE, f"EQL cannot ask a field of type {kind} ({self.at_elastic[cond.field].name})")
        check_constant(self.at_elastic[cond.field].name, kind, value)
        if isinstance(value, SigmaNull):
            return f"{name} == null"
        if isinstance(value, SigmaExists):
            return f"{name} != null"
        if isinstance(value, SigmaCIDRExpression):
            return self._network(kind, name, [value])
        if isinstance(value, SigmaCompareExpression):
            return self._compared(kind, name, value)
        if isinstance(value, SigmaRegularExpression):
            pattern, ignore_case = lucene(value)
            return f"{_textual(kind, name)} regex{'~' if ignore_case else ''} {literal(pattern)}"
        if isinstance(value, (SigmaString, SigmaNumber, SigmaBool)) and not isinstance(value, SigmaTimestampPart):
            return _equal(kind, name, value)
        reason = "compare two fields of an event" if isinstance(value, SigmaFieldReference) else _PARTS
        raise Refusal(UNSAYABLE, f"EQL cannot {reason}")

    def _compared(self, kind: str, name: str, value: SigmaCompareExpression) -> str:
        if isinstance(value.number, SigmaTimestampPart):
            raise Refusal(UNSAYABLE, f"EQL cannot {_PARTS}")
        if kind not in NUMBERS:
            raise Refusal(UNSAYABLE, f"EQL cannot compare a field of type {kind} with a number")
        return f"{name} {self.compare_operators[value.op]} {value.number}"

    @staticmethod
    def _network(kind: str, name: str, values: Sequence[SigmaCIDRExpression]) -> str:
        if kind != "ip":
            raise Refusal(UNSAYABLE, f"EQL asks only fields of type ip for a network, not {kind}")
        if any(mixed(ipaddress.ip_network(str(value.network))) for value in values):
            raise Refusal(UNSAYABLE, MAPPED)
        return f"cidrMatch({name}, {', '.join(literal(str(value.network)) for value in values)})"

    def _list(self, cond: ConditionOR) -> str | None:
        """Alternatives of one field as one list; None if they cannot be."""
        args = args_of(cond)
        atoms = [arg for arg in args if isinstance(arg, Atom)]
        if len(atoms) != len(args) or len({atom.field for atom in atoms}) != 1:
            return None
        kind, name = self.at_elastic[atoms[0].field].type, self.name_of(atoms[0].field)
        values = [atom.value for atom in atoms]
        if any(isinstance(value, SigmaTimestampPart) for value in values):
            return None
        networks = [value for value in values if isinstance(value, SigmaCIDRExpression)]
        if kind == "ip" and len(networks) == len(values):
            return self._network(kind, name, networks)
        if kind in NUMBERS and all(number_of(value) is not None for value in values):
            return f"{name} in ({', '.join(str(number_of(value)) for value in values)})"
        patterns = [_pattern(value) for value in values] if kind in ("keyword", "wildcard") else [None]
        if all(patterns):
            return f"{name} : ({', '.join(literal(pattern or '') for pattern in patterns)})"
        return None


def quoted_name(name: str) -> str:
    """A field name as EQL reads it."""
    return ".".join(part if _NAME.fullmatch(part) else "`" + part.replace("`", "``") + "`" for part in name.split("."))


def literal(text: str) -> str:
    """``text`` as an EQL string."""
    named = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f"}
    return '"' + "".join(named.get(c, f"\\u{{{ord(c):04x}}}" if ord(c) < 32 else c) for c in text) + '"'


def _pattern(value: SigmaType) -> str | None:
    """A value as a pattern of ``:``; None for one that is cased, or that ``:`` would misread."""
    if isinstance(value, SigmaNumber):
        return str(value)
    if not isinstance(value, SigmaString) or isinstance(value, SigmaCasedString):
        return None
    marked = any(isinstance(part, str) and not _MARKED.isdisjoint(part) for part in value.s)
    if marked or of_lengths(value) or beyond(value):
        return None
    of_wildcards(value)
    return "".join(part if isinstance(part, str) else _WILD[cast(SpecialChars, part)] for part in value.s)


def _expression(name: str, regex: str, *, cased: bool) -> str:
    if units(regex) > MAX_LENGTH:
        raise Refusal(UNSAYABLE, TOO_LONG)
    return f"{name} regex{'' if cased else '~'} {literal(regex)}"


def of_lengths(value: SigmaString) -> bool:
    """True for ``?*`` and the like, which to ``WildcardFieldMapper.wildcardQuery`` is any value."""
    return set(value.s) == {SpecialChars.WILDCARD_MULTI, SpecialChars.WILDCARD_SINGLE}


def number_of(value: SigmaType) -> int | float | None:
    """The number that a value asks a numeric field for; None if it is no number as the store writes one."""
    if isinstance(value, SigmaNumber):
        return value.number
    if isinstance(value, SigmaString) and not value.contains_special():
        text = str(value)
        return int(text) if re.fullmatch(r"0|-?[1-9]\d*", text, re.ASCII) else None
    return None


def _equal(kind: str, name: str, value: SigmaString | SigmaNumber | SigmaBool) -> str:
    text = value if isinstance(value, SigmaString) else SigmaString.from_str(str(value).lower())
    if kind in TEXTS or text.contains_special():
        return _alike(_textual(kind, name), text)
    plain = "".join(part for part in text.s if isinstance(part, str))
    if kind in NUMBERS:
        number = number_of(value)
        return "false" if number is None else f"{name} == {number}"
    if kind == "boolean":
        return f"{name} == {plain.lower()}" if plain.lower() in ("true", "false") else "false"
    try:
        address = ipaddress.ip_address(plain)
    except ValueError:
        # A field of type ip holds addresses alone, so it is never equal to anything else.
        return "false"
    if mapped(address):
        raise Refusal(UNSAYABLE, MAPPED)
    return f"{name} == {literal(str(address))}"


def _textual(kind: str, name: str) -> str:
    """A field as text: patterns of a number or an address are asked of the text that the store would show."""
    if kind in TEXTS:
        return name
    if kind not in SHOWN:
        raise Refusal(UNSAYABLE, f"EQL shows a field of type {kind} in a notation of its own")
    return f"string({name})"


def _alike(name: str, value: SigmaString) -> str:
    cased = isinstance(value, SigmaCasedString)
    plain = "".join(part for part in value.s if isinstance(part, str))
    if (cased or not plain) and not value.contains_special():
        return f"{name} == {literal(plain)}"
    regex = of_wildcards(value)
    if beyond(value):
        return _expression(name, unfolded(value), cased=True)
    if not value.contains_special():
        return f"{name} in~ ({literal(plain)})" if "*" in plain or "?" in plain else f"{name} : {literal(plain)}"
    if not _MARKED.isdisjoint(plain) or of_lengths(value):
        return _expression(name, regex, cased=cased)
    pattern = "".join(part if isinstance(part, str) else _WILD[cast(SpecialChars, part)] for part in value.s)
    return f"{name} {'like' if cased else ':'} {literal(pattern)}"
