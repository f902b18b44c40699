"""Sigma conditions in SQL, exact by the type of each column.

SQL's logic has three values and Sigma's two: what is null counts as false, and a negation is written ``(...) IS NOT
TRUE``, so that it holds where the field is missing. AND and OR are monotone, so nothing else needs care.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping

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
from compiler.targets.sql_dialect import REAL, TEXT, TRUTH, WHOLE, Dialect, escape, fold, kind_of
from compiler.targets.sql_network import network_regex
from compiler.targets.sql_number import compared
from compiler.targets.sql_time import part_of
from compiler.targets.target import UNSAYABLE, Refusal
from compiler.targets.tree import Atom, CasedReference, Keyword, Tree, args_of

NEVER = "FALSE"
_OPERATORS = {
    SigmaCompareExpression.CompareOperators.LT: "<",
    SigmaCompareExpression.CompareOperators.LTE: "<=",
    SigmaCompareExpression.CompareOperators.GT: ">",
    SigmaCompareExpression.CompareOperators.GTE: ">=",
}
_LARGEST = 2**63
_ITEM, _OTHER = "tocsin_item", "tocsin_other"
"""Variables of lambdas, called as no column is."""


class Condition:
    """Conditions over the columns of one table. ``fields``: Sigma field to column."""

    def __init__(self, dialect: Dialect, fields: Mapping[str, Field]) -> None:
        self.dialect, self.fields = dialect, fields

    def write(self, tree: Tree) -> str:
        """``tree`` as an expression that is true where it holds, else false or null. Raises ``Refusal``."""
        kind = type(tree)
        if kind is ConditionNOT:
            return self._negated(args_of(tree)[0])
        if kind is ConditionAND:
            return " AND ".join(self.operand(arg) for arg in args_of(tree))
        if kind is ConditionOR:
            return " OR ".join(self._alternatives(args_of(tree)))
        if isinstance(tree, ConditionValueExpression):
            return self._keywords([tree])
        if not isinstance(tree, Atom):
            raise TypeError(f"no condition: {kind}")
        return self._atom(tree)

    def operand(self, tree: Tree) -> str:
        """``tree`` so that it can stand beside AND."""
        if isinstance(tree, ConditionOR):
            parts = self._alternatives(args_of(tree))
            return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"
        return f"({self.write(tree)})" if isinstance(tree, ConditionAND) else self.write(tree)

    def conjuncts(self, tree: Tree) -> list[str]:
        """What must hold together, each so that it can stand on a line of its own."""
        return [self.operand(arg) for arg in args_of(tree)] if isinstance(tree, ConditionAND) else [self.write(tree)]

    def _negated(self, inner: Tree) -> str:
        if isinstance(inner, Atom) and not self._kind(inner.field)[1]:
            if isinstance(inner.value, SigmaNull):
                return f"{self._column(inner.field)} IS NOT NULL"
            if isinstance(inner.value, SigmaExists):
                return f"{self._column(inner.field)} IS NULL"
        return f"({self.write(inner)}) IS NOT TRUE"

    def _alternatives(self, args: list[Tree]) -> list[str]:
        """The parts of an OR: keywords as one search, and equal columns as one list, each where its first one stood."""
        keywords = [arg for arg in args if isinstance(arg, ConditionValueExpression)]
        found: dict[str, list[str]] = {}
        for arg in args:
            if isinstance(arg, ConditionValueExpression):
                found.setdefault(self._keywords(keywords), [])
                continue
            text = self.operand(arg)
            equal = _EQUAL.fullmatch(text) if isinstance(arg, Atom) and self._listable(arg) else None
            if equal:
                found.setdefault(equal["left"], []).append(equal["right"])
            else:
                found.setdefault(text, [])
        return [_among(left, values) if values else left for left, values in found.items()]

    def _listable(self, atom: Atom) -> bool:
        return isinstance(atom.value, (SigmaString, SigmaNumber)) and not self._kind(atom.field)[1]

    def _column(self, field: str) -> str:
        return self.dialect.quoted(self.fields[field].name)

    def _kind(self, field: str) -> tuple[str, bool]:
        return kind_of(self.fields[field].type)

    def _atom(self, atom: Atom) -> str:
        column, value = self._column(atom.field), atom.value
        kind, many = self._kind(atom.field)
        if isinstance(value, SigmaExists):
            return f"{column} IS NOT NULL"
        if isinstance(value, SigmaNull):
            return self._null(column, many=many)
        test = self._referring(value) if isinstance(value, SigmaFieldReference) else self._asking(value)
        return self.dialect.any_of(column, _ITEM, test(_ITEM, kind)) if many else test(column, kind)

    def _null(self, column: str, *, many: bool) -> str:
        if not many:
            return f"{column} IS NULL"
        return f"({column} IS NULL OR {self.dialect.any_of(column, _ITEM, f'{_ITEM} IS NULL')})"

    def _asking(self, value: SigmaType) -> Callable[[str, str], str]:
        return lambda one, kind: self._value(one, kind, value)

    def _value(self, one: str, kind: str, value: SigmaType) -> str:
        """One scalar asked for a value."""
        match value:
            case SigmaString():
                said = self._text(one, kind, value)
            case SigmaTimestampPart():
                said = self._part(one, kind, value, "=")
            case SigmaNumber():
                said = self._number(one, kind, value.number)
            case SigmaBool():
                said = self._text(one, kind, SigmaString.from_str(str(value.boolean).lower()))
            case SigmaRegularExpression():
                flags = [SigmaRegularExpression.sigma_to_re_flag[flag] for flag in value.flags]
                regex = self.dialect.regex(str(value.regexp), flags)
                said = self.dialect.found(self._shown(one, kind), regex)
            case SigmaCIDRExpression():
                whole = self.dialect.regex(rf"\A{network_regex(value.network)}\z", ())
                said = self.dialect.found(one, whole) if kind == TEXT else NEVER
            case SigmaCompareExpression(number=SigmaTimestampPart() as part):
                said = self._part(one, kind, part, _OPERATORS[value.op])
            case SigmaCompareExpression():
                said = compared(self.dialect, one, kind, _OPERATORS[value.op], value.number.number)
            case _:
                raise Refusal(UNSAYABLE, f"a value of kind {type(value).__name__} cannot be written in SQL")
        return said

    def _shown(self, one: str, kind: str) -> str:
        """A scalar as the text that patterns are asked of."""
        if kind == REAL:
            raise Refusal(UNSAYABLE, "a pattern cannot be asked of a number with a fraction, which has many spellings")
        return one if kind == TEXT else self.dialect.text_of(one)

    def _text(self, one: str, kind: str, value: SigmaString) -> str:
        cased = isinstance(value, SigmaCasedString)
        plain = "".join(part for part in value.s if isinstance(part, str))
        if not value.contains_special():
            if kind != TEXT:
                return self._spelled(one, kind, plain if cased else fold(plain))
            if cased or _caseless(plain):
                return f"{one} = {self.dialect.literal(plain)}"
            return f"{self.dialect.folded(one)} = {self.dialect.literal(fold(plain))}"
        if all(part is SpecialChars.WILDCARD_MULTI for part in value.s):
            return f"{one} IS NOT NULL"
        shown = self._shown(one, kind)
        if not cased and not _caseless(plain):
            shown = self.dialect.folded(shown)
        pattern = "".join(_like(part, cased=cased) for part in value.s)
        return self.dialect.fits(shown, pattern, escaped=any(sign in plain for sign in "!%_"))

    def _spelled(self, one: str, kind: str, text: str) -> str:
        """A number or boolean that reads as ``text``."""
        if kind == TRUTH:
            return f"{one} = {text.upper()}" if text in ("true", "false") else NEVER
        if re.fullmatch(r"0|-?[1-9][0-9]*", text):
            return self._number(one, kind, int(text))
        if kind == REAL and re.fullmatch(r"-?[0-9]+\.[0-9]+", text) and repr(float(text)) == text:
            return self._number(one, kind, float(text))
        return NEVER

    def _number(self, one: str, kind: str, number: float) -> str:
        if kind == TEXT:
            return f"{one} = {self.dialect.literal(str(number))}"
        if kind == TRUTH or not math.isfinite(number):
            return NEVER
        if kind == WHOLE:
            return f"{one} = {int(number)}" if number == int(number) and -_LARGEST <= number < _LARGEST else NEVER
        return f"{one} = CAST({number!r} AS {REAL})"

    def _part(self, one: str, kind: str, part: SigmaTimestampPart, operator: str) -> str:
        if kind != TEXT:
            return NEVER
        return f"{part_of(self.dialect, one, part.timestamp_part.name.lower())} {operator} {part.number}"

    def _referring(self, value: SigmaFieldReference) -> Callable[[str, str], str]:
        """A test against another column; of any two elements where there are lists."""
        column = self._column(value.field)
        other, many = self._kind(value.field)
        shape = "contains" if value.starts_with and value.ends_with else ""
        shape = shape or ("startswith" if value.starts_with else "endswith" if value.ends_with else "")
        cased = isinstance(value, CasedReference)

        def test(one: str, kind: str) -> str:
            if many:
                return self.dialect.any_of(column, _OTHER, self._pair((one, kind), (_OTHER, other), shape, cased))
            return self._pair((one, kind), (column, other), shape, cased)

        return test

    def _pair(self, one: tuple[str, str], two: tuple[str, str], shape: str, cased: bool) -> str:
        """Two scalars, each with its type, compared as numbers or as text."""
        if not shape and {one[1], two[1]} <= {WHOLE, REAL}:
            return f"{one[0]} = {two[0]}"
        left, right = (
            self.dialect.folded(name) if base == TEXT and not cased else self._shown(name, base)
            for name, base in (one, two)
        )
        return self.dialect.shaped(shape, left, right) if shape else f"{left} = {right}"

    def _keywords(self, keywords: Iterable[Keyword]) -> str:
        """Whether any of the keywords is somewhere in any column."""
        singles: list[str] = []
        lists: list[str] = []
        for field in sorted({field.name: field for field in self.fields.values()}.items()):
            name, (kind, many) = self.dialect.quoted(field[0]), kind_of(field[1].type)
            if many:
                lists.append(name if kind == TEXT else self.dialect.texts_of(name))
            else:
                singles.append(name if kind == TEXT else self.dialect.text_of(name))
        if not singles and not lists:
            return NEVER
        whole = [self.dialect.array(singles)] if singles else []
        everything = self.dialect.joined([*whole, *lists]) if lists else "".join(whole)
        tests = list(dict.fromkeys(self._value(_ITEM, TEXT, _within(keyword.value)) for keyword in keywords))
        return self.dialect.any_of(everything, _ITEM, " OR ".join(tests))


def _within(value: SigmaType) -> SigmaType:
    """A keyword as a pattern that fits a whole value."""
    if isinstance(value, SigmaNumber) and not isinstance(value, SigmaTimestampPart):
        value = SigmaString.from_str(str(value.number))
    if isinstance(value, SigmaRegularExpression):
        return value
    if not isinstance(value, SigmaString):
        raise Refusal(UNSAYABLE, "a keyword that is neither text, a number nor a regex", keys=("detection",))
    inside = value.__class__()
    inside.s = [SpecialChars.WILDCARD_MULTI, *value.s, SpecialChars.WILDCARD_MULTI]
    inside.original = value.original
    return inside


_EQUAL = re.compile(r"(?P<left>[^']+?) = (?P<right>-?\d+|'(?:[^']|'')*')", re.DOTALL)
"""A test for one value in its simplest form, as ``IN`` can gather it."""


def _among(left: str, values: list[str]) -> str:
    return f"{left} = {values[0]}" if len(values) == 1 else f"{left} IN ({', '.join(values)})"


def _caseless(text: str) -> bool:
    """True if no character of the text is the lower case of another."""
    return text.isascii() and not any(letter.isalpha() for letter in text)


def _like(part: object, *, cased: bool) -> str:
    if isinstance(part, str):
        return escape(part if cased else fold(part))
    return "%" if part is SpecialChars.WILDCARD_MULTI else "_"
