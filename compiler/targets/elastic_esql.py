"""Sigma conditions in ES|QL, with each field asked in the way of its type; a field of text is read whole.

Facts from Elasticsearch 8.19 and 9, *ES|QL reference*: a field of type ``text`` is loaded from the event as it was
sent, of any length and in its letter case; ``TO_LOWER`` and ``TO_STRING`` take each of several values, ``MV_CONCAT``
joins them. What is null is neither true nor false, so each test below a NOT is made one of these.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence

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
from compiler.targets.elastic_eql import SHOWN, TEXTS, WHOLE, number_of
from compiler.targets.elastic_esql_regex import found, ignores_case, needed
from compiler.targets.elastic_esql_text import SEPARATOR, Pattern, pattern_of, quoted_name, regex_of, tests, whole
from compiler.targets.elastic_regex import escape
from compiler.targets.lucene_address import MAPPED, mapped
from compiler.targets.opensearch_time import part_pattern
from compiler.targets.sql_network import network_regex
from compiler.targets.target import UNSAYABLE, Refusal
from compiler.targets.tree import Atom, CasedReference, Tree, args_of, equals, negation, pushed, some

LOADED = TEXTS | {"text", "match_only_text"}
"""Types that ES|QL reads as text."""
MAX_JOINED = 100
"""Operands of one AND or OR that stand side by side; the depth of an expression is limited to 400."""
_OPERATORS = {
    SigmaCompareExpression.CompareOperators.LT: ("MV_MIN", "<"),
    SigmaCompareExpression.CompareOperators.LTE: ("MV_MIN", "<="),
    SigmaCompareExpression.CompareOperators.GT: ("MV_MAX", ">"),
    SigmaCompareExpression.CompareOperators.GTE: ("MV_MAX", ">="),
}
_PARTS = {"lt": "lt", "lte": "lte", "gt": "gt", "gte": "gte"}
_LETTERS = {"ip": frozenset("0123456789abcdef.:"), "boolean": frozenset("truefals")}
_NOTHING = "false"


@dataclasses.dataclass(slots=True)
class Columns:
    """The columns that a query works out for its tests: the name of each by what it holds."""

    names: dict[str, str] = dataclasses.field(default_factory=dict)

    def of(self, field: Field, *, lower: bool) -> str:
        """The column with all values of a field as one text."""
        said = f'MV_CONCAT({shown(field, lower=lower)}, "{SEPARATOR}")'
        if said not in self.names:
            stem = re.sub(r"\W", "_", field.name.rpartition(".")[2], flags=re.ASCII) + ("_lower" if lower else "_text")
            taken = set(self.names.values())
            name = stem
            while name in taken:
                name = f"{stem}_{len(taken)}"
            self.names[said] = name
        return self.names[said]


def shown(field: Field, *, lower: bool) -> str:
    """The values of a field as text, each by itself."""
    name = quoted_name(field.name)
    text = name if field.type in LOADED else f"TO_STRING({name})"
    return f"TO_LOWER({text})" if lower else text


class Esql:
    """Conditions over the fields of one shape. ``fields``: Sigma field to the field there."""

    def __init__(self, fields: Mapping[str, Field], columns: Columns) -> None:
        self.fields = fields
        self.columns = columns

    def write(self, tree: Tree) -> str:
        """The condition after ``WHERE``. Raises ``Refusal`` for what ES|QL cannot say."""
        return self._written(pushed(tree))

    def _written(self, tree: Tree) -> str:
        if isinstance(tree, ConditionAND):
            return joined("AND", [self._within(arg) for arg in args_of(tree)])
        if isinstance(tree, ConditionOR):
            return joined("OR", self._alternatives(args_of(tree)))
        if isinstance(tree, ConditionNOT):
            return self._negated(args_of(tree)[0])
        if isinstance(tree, ConditionValueExpression):
            return self._written(self._keyword(tree.value))
        if not isinstance(tree, Atom):
            raise TypeError(f"no condition: {type(tree)}")
        said = self._tested(tree)
        return tests(*_single(said))[0] if isinstance(said, tuple) else said

    def _within(self, tree: Tree) -> str:
        text = self._written(tree)
        plain = isinstance(tree, (Atom, ConditionNOT))
        return text if plain else f"({text})"

    def _alternatives(self, args: Iterable[Tree]) -> list[str]:
        """The parts of an OR; patterns of one column together."""
        patterns: dict[str, list[Pattern]] = {}
        others: list[str] = []
        for arg in args:
            said = self._tested(arg) if isinstance(arg, Atom) else self._within(arg)
            if isinstance(said, tuple):
                patterns.setdefault(said[0], []).append(said[1])
            else:
                others.append(said)
        grouped = [test for column, found in patterns.items() for test in tests(column, found)]
        return [*grouped, *others]

    def _negated(self, leaf: Tree) -> str:
        if isinstance(leaf, ConditionValueExpression):
            return self.write(negation(self._keyword(leaf.value)))
        if isinstance(leaf, Atom) and isinstance(leaf.value, (SigmaNull, SigmaExists)):
            asked = SigmaExists(True) if isinstance(leaf.value, SigmaNull) else SigmaNull()
            return self._written(equals(leaf.field, asked))
        said = self._written(leaf)
        return "true" if said == _NOTHING else f"NOT COALESCE({said}, false)"

    def _keyword(self, value: SigmaType) -> Tree:
        """A keyword as a test of each of the shape's fields that could hold it."""
        regex = isinstance(value, SigmaRegularExpression)
        inside: SigmaType = value if isinstance(value, SigmaRegularExpression) else _inside(_string(value))
        names: dict[str, str] = {}
        for name, field in self.fields.items():
            if field.type in LOADED or (not regex and field.type in SHOWN and _showable(field.type, inside)):
                names.setdefault(field.name, name)
        if not names:
            raise Refusal(UNSAYABLE, "the shape has no field in which a keyword could be looked for")
        return some(equals(name, inside) for name in names.values())

    def _tested(self, leaf: Atom) -> str | tuple[str, Pattern]:  # noqa: PLR0911 - a return a kind of value
        """One test: a column and a pattern of it, or an expression."""
        field, value = self.fields[leaf.field], leaf.value
        name = quoted_name(field.name)
        if isinstance(value, SigmaNull):
            return f"{name} IS NULL"
        if isinstance(value, SigmaExists) or _anything(value):
            return f"{name} IS NOT NULL"
        if field.type not in LOADED | SHOWN | {"double", "unsigned_long"}:
            raise Refusal(UNSAYABLE, f"ES|QL cannot ask a field of type {field.type} ({field.name})")
        if isinstance(value, SigmaFieldReference):
            return self._reference(field, value)
        if isinstance(value, SigmaCompareExpression):
            return self._compared(field, value)
        if isinstance(value, SigmaTimestampPart):
            return self._part(field, value, "eq", float(value.number))
        if isinstance(value, SigmaCIDRExpression):
            return self._network(field, value)
        if isinstance(value, SigmaRegularExpression):
            return self._regex(_textual(field), value)
        if isinstance(value, (SigmaString, SigmaNumber, SigmaBool)):
            return self._equal(field, value)
        raise Refusal(UNSAYABLE, f"ES|QL has no test for a value of kind {type(value).__name__}")

    def _equal(self, field: Field, value: SigmaString | SigmaNumber | SigmaBool) -> str | tuple[str, Pattern]:
        text = _string(value)
        cased = isinstance(text, SigmaCasedString)
        if field.type in LOADED or text.contains_special():
            return self.columns.of(_textual(field), lower=not cased), pattern_of(text)
        plain = "".join(part for part in text.s if isinstance(part, str))
        if field.type == "ip":
            try:
                address = ipaddress.ip_address(plain)
            except ValueError:
                return _NOTHING
            if mapped(address):
                raise Refusal(UNSAYABLE, MAPPED)
            plain = str(address)
        elif field.type == "boolean":
            plain = plain if cased else plain.lower()
            if plain not in ("true", "false"):
                return _NOTHING
        else:
            number = number_of(value)
            if number is None or (field.type != "double" and number != int(number)):
                return _NOTHING
            plain = _double(number) if field.type == "double" else str(int(number))
        return self.columns.of(field, lower=False), whole(escape(plain))

    def _regex(self, field: Field, value: SigmaRegularExpression) -> str | tuple[str, Pattern]:
        if needed(value):
            return found(value, self.columns.of(field, lower=ignores_case(value)))
        pattern, lower = regex_of(value)
        return self.columns.of(field, lower=lower), pattern

    def _reference(self, field: Field, value: SigmaFieldReference) -> str:
        if value.starts_with or value.ends_with:
            raise Refusal(UNSAYABLE, "ES|QL compares several values of two fields as wholes only")
        lower = not isinstance(value, CasedReference)
        sides = [shown(_textual(side), lower=lower) for side in (field, self.fields[value.field])]
        # Of two sets without duplicates the union is smaller than both together if they have something in common.
        one, other = (f"MV_COUNT(MV_DEDUPE({side}))" for side in sides)
        return f"MV_COUNT(MV_DEDUPE(MV_APPEND({sides[0]}, {sides[1]}))) < {one} + {other}"

    def _compared(self, field: Field, value: SigmaCompareExpression) -> str | tuple[str, Pattern]:
        if isinstance(value.number, SigmaTimestampPart):
            return self._part(field, value.number, value.op.name.lower(), float(value.number.number))
        number = value.number.number
        if field.type not in WHOLE | {"double"} or value.op not in _OPERATORS or abs(number) >= 2**63:
            raise Refusal(UNSAYABLE, f"ES|QL cannot compare a field of type {field.type} with this number")
        function, operator = _OPERATORS[value.op]
        return f"{function}({quoted_name(field.name)}) {operator} {number}"

    def _part(self, field: Field, value: SigmaTimestampPart, operator: str, number: float) -> str | tuple[str, Pattern]:
        if field.type not in LOADED:
            message = f"a part of a timestamp cannot be asked of a field of type {field.type} ({field.name})"
            raise Refusal(UNSAYABLE, message)
        pattern = part_pattern(value.timestamp_part.name.lower(), operator, number)
        return (self.columns.of(field, lower=False), whole(pattern)) if pattern else _NOTHING

    def _network(self, field: Field, value: SigmaCIDRExpression) -> str | tuple[str, Pattern]:
        if field.type not in LOADED | {"ip"}:
            return _NOTHING
        network = ipaddress.ip_network(str(value.network))
        if field.type == "ip" and mapped(network[0]):
            raise Refusal(UNSAYABLE, MAPPED)
        pattern = network_regex(network).replace("(?:", "(")
        return self.columns.of(field, lower=False), whole(pattern)


def joined(operator: str, parts: Sequence[str]) -> str:
    """Parts side by side; in groups where they are many."""
    found = list(dict.fromkeys(parts))
    while len(found) > MAX_JOINED:
        groups = [found[start : start + MAX_JOINED] for start in range(0, len(found), MAX_JOINED)]
        found = [f"({f' {operator} '.join(group)})" for group in groups]
    return f" {operator} ".join(found)


def _single(said: tuple[str, Pattern]) -> tuple[str, list[Pattern]]:
    return said[0], [said[1]]


def _string(value: SigmaType) -> SigmaString:
    return value if isinstance(value, SigmaString) else SigmaString.from_str(str(value).lower())


def _inside(value: SigmaString) -> SigmaString:
    found = value.__class__()
    found.s = [SpecialChars.WILDCARD_MULTI, *value.s, SpecialChars.WILDCARD_MULTI]
    return found


def _anything(value: SigmaType) -> bool:
    return isinstance(value, SigmaString) and bool(value.s) and set(value.s) == {SpecialChars.WILDCARD_MULTI}


def _textual(field: Field) -> Field:
    """The field, if what ``TO_STRING`` makes of its values is what the event had."""
    if field.type in LOADED | SHOWN:
        return field
    raise Refusal(UNSAYABLE, f"ES|QL shows a field of type {field.type} ({field.name}) in a notation of its own")


def _showable(kind: str, value: SigmaType) -> bool:
    """True if a value of this type, shown as text, can hold the letters of ``value``."""
    letters = _LETTERS.get(kind, frozenset("0123456789-"))
    return isinstance(value, SigmaString) and all(
        set(part.lower()) <= letters for part in value.s if isinstance(part, str)
    )


def _double(number: float) -> str:
    """A number as ``TO_STRING`` writes a double: in digits from a thousandth to ten million."""
    if number and not 1e-3 <= abs(number) < 1e7:
        raise Refusal(UNSAYABLE, f"ES|QL shows the number {number} in a notation of its own")
    return repr(float(number))
