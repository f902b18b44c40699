"""Sigma conditions in SPL: what the search command can say goes into a search, everything else into one ``where``.

Facts from Splunk's Search Reference and Search Manual (Splunk Enterprise 9.4): *search* (values are matched in any
letter case, ``*`` is the only wildcard and a backslash cannot escape it, ``NOT f=v`` keeps events without ``f`` where
``f!=v`` does not, CIDR notation), *where*, *Comparison and Conditional functions* (``match`` takes PCRE and finds it
anywhere, ``cidrmatch`` takes both IP versions), *Text functions*, *Multivalue eval functions* (``mvfilter`` gives the
values of one field for which a test is true, and null where there are none: so a test of a field with several values
holds if one of them does, and its negation where the field is missing).
"""

# ruff: noqa: ARG002, S105 - the signatures and the class attributes are pySigma's

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sigma.backends.splunk.splunk import SplunkBackend
from sigma.conditions import ConditionAND, ConditionNOT, ConditionOR, ConditionValueExpression
from sigma.conversion.base import TextQueryBackend
from sigma.conversion.state import ConversionState
from sigma.types import (
    Placeholder,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SigmaTimestampPart,
    SigmaType,
    SpecialChars,
)

from compiler.content.model import Field
from compiler.targets.raw_event import forms
from compiler.targets.splunk_time import part_of
from compiler.targets.target import UNSAYABLE, Refusal
from compiler.targets.tree import Atom, CasedReference, Leaf, Tree, args_of, every, leaves, negation, pushed, some

_UNPRINTABLE = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_UNSEARCHABLE = re.compile(f"[*`{_UNPRINTABLE}]")
_NETWORK = re.compile(r"[\da-fA-F:.]+/\d{1,3}", re.ASCII)
"""What the search command takes for a network, whose addresses it would find."""
_COMPARE = {
    SigmaCompareExpression.CompareOperators.LT: "<",
    SigmaCompareExpression.CompareOperators.LTE: "<=",
    SigmaCompareExpression.CompareOperators.GT: ">",
    SigmaCompareExpression.CompareOperators.GTE: ">=",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Clause:
    """A condition as SPL: terms for the search command, and what only a ``where`` can say (empty: nothing)."""

    search: str
    where: str


def clause(tree: Tree, fields: Mapping[str, Field], escapes: str = "") -> Clause:
    """``tree`` in SPL over the fields at Splunk. Raises ``Refusal`` for what neither command can say.

    ``escapes``: how the raw event writes its values (``raw_event``).

    The conjuncts that the search command can say stand there alone. The others stand whole in the ``where``, and in
    the search as far as it can say something that they imply, so that fewer events are read.
    """
    conjuncts = args_of(tree) if isinstance(tree, ConditionAND) else [tree]
    searched: list[Tree] = []
    rest: list[Tree] = []
    for conjunct in conjuncts:
        if _says(conjunct):
            searched.append(conjunct)
            continue
        exact = pushed(conjunct)
        for part in args_of(exact) if isinstance(exact, ConditionAND) else [exact]:
            implied = part if _says(part) else _implied(part)
            if implied is not None:
                searched.append(implied)
            if implied is not part:
                rest.append(part)
    return Clause(
        SearchTerms(fields).grouped(every(searched)) if searched else "",
        WhereExpression(fields, escapes).write(every(rest)) if rest else "",
    )


def _says(tree: Tree) -> bool:
    """True if the search command can say the whole of ``tree``."""
    return all(_searchable(leaf) for leaf in leaves(tree))


def _searchable(leaf: Leaf) -> bool:
    """True if the search command says exactly what the leaf means."""
    if type(leaf) is ConditionValueExpression:
        return False
    value = leaf.value
    if type(value) is SigmaString:
        for part in value.s:
            if part is not SpecialChars.WILDCARD_MULTI and (type(part) is not str or _UNSEARCHABLE.search(part)):
                return False
        return not _network_like(value)
    if isinstance(value, SigmaCIDRExpression):
        return value.network.version == 4
    return type(value) in _PLAIN


_PLAIN = frozenset({SigmaNumber, SigmaBool, SigmaNull, SigmaExists})


def _network_like(value: SigmaString) -> bool:
    return len(value.s) == 1 and type(value.s[0]) is str and _NETWORK.fullmatch(value.s[0]) is not None


def _implied(tree: Tree) -> Tree | None:
    """What the search command can say that holds whenever ``tree`` (in negation normal form) does; None: nothing."""
    if isinstance(tree, (ConditionAND, ConditionOR)):
        args = [_implied(arg) for arg in args_of(tree)]
        known = [arg for arg in args if arg is not None]
        if isinstance(tree, ConditionAND):
            return every(known) if known else None
        return some(known) if len(known) == len(args) else None
    if isinstance(tree, ConditionNOT):
        inner = args_of(tree)[0]
        return tree if _says(inner) else None
    if _searchable(tree):
        return tree
    if isinstance(tree, Atom) and isinstance(tree.value, SigmaString) and not _network_like(tree.value):
        return Atom(tree.field, _loosened(tree.value))
    return None


def _loosened(value: SigmaString) -> SigmaString:
    """A pattern of the search command that matches at least what ``value`` does."""
    parts: list[Any] = []
    for part in value.s:
        pieces = _UNSEARCHABLE.split(part) if isinstance(part, str) else ["", ""]
        for number, piece in enumerate(pieces):
            if number and (not parts or parts[-1] is not SpecialChars.WILDCARD_MULTI):
                parts.append(SpecialChars.WILDCARD_MULTI)
            if piece:
                parts.append(piece)
    loose = SigmaString()
    loose.s = parts
    return loose


class _Mapped(TextQueryBackend):
    """What both halves share: field names at Splunk, and parentheses around every group within a group."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        super().__init__()
        self.at_splunk = fields

    def write(self, tree: Tree) -> str:
        """``tree`` in this half's language."""
        return cast(str, self.convert_condition(tree, ConversionState()))

    def grouped(self, tree: Tree) -> str:
        """``tree`` so that it can stand beside other terms: alternatives in parentheses."""
        text = self.write(tree)
        return f"({text})" if isinstance(tree, ConditionOR) and not self.compare_precedence(None, tree) else text

    def compare_precedence(self, outer: Any, inner: Any) -> bool:
        """True if ``inner`` needs no parentheses. AND binds tighter in ``where`` and looser in ``search``."""
        if isinstance(inner, ConditionOR):
            return self.decide_convert_condition_as_in_expression(inner, ConversionState())
        return not isinstance(inner, ConditionAND)

    def convert_condition_field_eq_val(self, cond: Any, state: ConversionState) -> str:
        """One leaf with a field. Stock looks up the whole chain of parents here, to no effect for SPL."""
        return self.leaf(self.escape_and_quote_field(cond.field), cond.value)

    def leaf(self, field: str, value: SigmaType) -> str:
        """A field, already quoted, asked for a value."""
        raise NotImplementedError


class SearchTerms(_Mapped, SplunkBackend):
    """The search command. Only what ``_searchable`` lets through gets here."""

    def escape_and_quote_field(self, field_name: str) -> str:
        """The field at Splunk, in double quotes if it holds more than letters, digits, dots and underscores."""
        return super().escape_and_quote_field(self.at_splunk[field_name].name)

    def leaf(self, field: str, value: SigmaType) -> str:
        """As ``_Mapped.leaf``."""
        if isinstance(value, SigmaNull):
            return f"NOT {field}=*"
        if isinstance(value, SigmaExists):
            return f"{field}=*"
        if isinstance(value, SigmaString):
            return f"{field}={_quoted_terms(value)}"
        if isinstance(value, SigmaBool):
            return f'{field}="{str(value.boolean).lower()}"'
        return f'{field}="{value.network}"' if isinstance(value, SigmaCIDRExpression) else f"{field}={value}"

    def convert_value_str(self, s: SigmaString, state: ConversionState) -> str:
        """A value in an ``IN`` list."""
        return _quoted_terms(s)


def _quoted_terms(value: SigmaString) -> str:
    return '"' + "".join(_escaped(part) if isinstance(part, str) else "*" for part in value.s) + '"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


class WhereExpression(_Mapped):
    """The where command: an eval expression in negation normal form.

    Eval knows null, and ``NOT null`` is null, which drops the event; Sigma keeps it. So every test of a field is
    whether something is null, and its negation whether it is not.
    """

    precedence = (ConditionNOT, ConditionAND, ConditionOR)
    group_expression = "({expr})"
    token_separator = " "
    or_token = "OR"
    and_token = "AND"
    not_token = "NOT"

    def __init__(self, fields: Mapping[str, Field], escapes: str) -> None:
        super().__init__(fields)
        self.escapes = escapes

    def escape_and_quote_field(self, field_name: str) -> str:
        """The field at Splunk, in single quotes if it is no plain name."""
        return quoted_name(self.at_splunk[field_name].name)

    def convert_condition_not(self, cond: ConditionNOT, state: ConversionState) -> str:
        """A negated test; it holds too where the field is missing."""
        inner = args_of(cond)[0]
        if isinstance(inner, ConditionValueExpression):
            return f"NOT {self.convert_condition(inner, state)}"
        if not isinstance(inner, Atom):
            return self.write(pushed(negation(inner)))
        found = self.leaf(self.escape_and_quote_field(inner.field), inner.value)
        return f"isnull({found[len('isnotnull(') :]}" if found.startswith("isnotnull(") else f"isnotnull({found[7:]}"

    def convert_condition_val(self, cond: ConditionValueExpression, state: ConversionState) -> str:
        """A keyword: somewhere in the raw event, which is the nearest that Splunk has to any of its values."""
        if isinstance(cond.value, SigmaString):
            anywhere = SpecialChars.WILDCARD_MULTI + cond.value + SpecialChars.WILDCARD_MULTI
            return f"match(_raw, {_literal(_pattern(anywhere, self.escapes))})"
        if isinstance(cond.value, SigmaNumber):
            return f"match(_raw, {_literal(re.escape(str(cond.value)))})"
        if not isinstance(cond.value, SigmaRegularExpression):
            raise Refusal(UNSAYABLE, "a keyword that is neither text nor a number", keys=("detection",))
        if re.search(r"[$^]|\\[AzZ]", str(cond.value.regexp)):
            raise Refusal(
                UNSAYABLE, "a keyword with an anchor: Splunk knows where an event begins and ends, not a value"
            )
        return f"match(_raw, {_literal(_regex(cond.value))})"

    def leaf(self, field: str, value: SigmaType) -> str:
        """As ``_Mapped.leaf``: one ``isnull`` or ``isnotnull``."""
        match value:
            case SigmaNull():
                return f"isnull({field})"
            case SigmaExists():
                return f"isnotnull({field})"
            case SigmaString(s=(Placeholder(name=name),)):
                said = f"`{list_macro(name)}({field})`"
            case SigmaTimestampPart():
                said = part_of(field, value, "==", int(value.number))
            case SigmaString() | SigmaRegularExpression() | SigmaNumber() | SigmaBool():
                said = f"match({field}, {_literal(_matched(value))})"
            case SigmaCIDRExpression():
                said = _within(value, field)
            case SigmaCompareExpression(number=SigmaTimestampPart() as part):
                said = part_of(field, part, _COMPARE[value.op], part.number)
            case SigmaCompareExpression():
                said = f"tonumber({field}){_COMPARE[value.op]}{value.number}"
            case SigmaFieldReference():
                other = self.escape_and_quote_field(value.field)
                return f"isnotnull(mvmap({field}, mvmap({other}, if({_compared(field, other, value)}, 1, null()))))"
            case _:
                raise Refusal(UNSAYABLE, f"a value of kind {type(value).__name__} cannot be written in SPL")
        return f"isnotnull(mvfilter({said}))"


def _within(value: SigmaCIDRExpression, field: str) -> str:
    """An address of a network; with a zone (``fe80::1%12``) it is none to Sigma, and Splunk does not say what to it."""
    said = f'cidrmatch("{value.network}", {field})'
    return said if value.network.version == 4 else f'{said} AND NOT match({field}, "%")'


def list_macro(name: str) -> str:
    """The macro by which a search asks whether a field holds a value of the SOC's own list ``name``."""
    return f"tocsin_list_{re.sub(r'[^A-Za-z0-9_]', '_', name)}"


EMPTY_LIST = 'match($field$, "(?!)")'
"""The macro of a list that nobody has filled: a test of one field, as ``mvfilter`` needs, that nothing meets."""


def quoted_name(name: str) -> str:
    """A field of Splunk as eval reads it: in single quotes if it is no plain name."""
    if "'" in name:
        raise Refusal(UNSAYABLE, f"a field name with a quote ({name}) cannot be written in eval")
    return name if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) else f"'{name}'"


_END = r"$(?!\n)"
"""The end of the text alone: a bare ``$`` of PCRE also matches before a newline at the end."""


def _matched(value: SigmaString | SigmaRegularExpression | SigmaNumber | SigmaBool) -> str:
    """The PCRE that a value is matched by; a number by the way it is written, as Sigma compares it with text."""
    if isinstance(value, SigmaString):
        return _pattern(value)
    if isinstance(value, SigmaRegularExpression):
        return _regex(value)
    return f"^{re.escape(str(value))}{_END}" if isinstance(value, SigmaNumber) else f"(?i)^{value.boolean}{_END}"


def _literal(regex: str) -> str:
    """A regular expression as an eval string. A backtick would open a macro, even within quotes."""
    shown = re.sub(f"[`{_UNPRINTABLE}]", lambda match: _code(ord(match[0])), regex)
    return '"' + _escaped(shown) + '"'


def _code(code: int) -> str:
    return f"\\x{code:02x}" if code < 256 else f"\\x{{{code:x}}}"


def _pattern(value: SigmaString, escapes: str = "") -> str:
    """A Sigma pattern as PCRE. Wildcards at either end need no counterpart: ``match`` looks everywhere.

    ``escapes``: of a raw event that writes its values so.
    """
    parts = list(value.s)
    start = "" if parts and parts[0] is SpecialChars.WILDCARD_MULTI else "^"
    end = "" if parts and parts[-1] is SpecialChars.WILDCARD_MULTI else _END
    parts = parts[0 if start else 1 :]
    parts = parts if end or not parts else parts[:-1]
    flags = "(?s)" if isinstance(value, SigmaCasedString) else "(?is)"
    return flags + start + "".join(_pcre(part, escapes) for part in parts) + end


def _pcre(part: Any, escapes: str) -> str:
    if isinstance(part, str):
        return "".join(_one_of(forms(character, escapes)) for character in part)
    return ".*" if part is SpecialChars.WILDCARD_MULTI else "."


def _one_of(texts: Sequence[str]) -> str:
    plain = [re.sub(r"[\\.^$*+?{}\[\]()|]", r"\\\g<0>", text) for text in texts]
    return plain[0] if len(plain) == 1 else f"(?:{'|'.join(plain)})"


def _regex(value: SigmaRegularExpression) -> str:
    flags = "".join(sorted(SigmaRegularExpression.sigma_to_re_flag[flag] for flag in value.flags))
    source = str(value.regexp)
    if SigmaRegularExpressionFlag.MULTILINE not in value.flags and not re.search(r"\(\?\w*m", source):
        source = _TOKEN.sub(lambda match: _END if match[0] == "$" else match[0], source)
    return (f"(?{flags})" if flags else "") + source


_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$|.", re.DOTALL)
"""What a ``$`` is looked for in: outside of a class it is the end of the text alone."""


def _compared(field: str, other: str, value: SigmaFieldReference) -> str:
    """Two fields compared as text, in any letter case or as it is: before what looks like a number is put a letter."""
    cased = isinstance(value, CasedReference)
    left, right = (field, other) if cased else (f"lower({field})", f"lower({other})")
    if value.starts_with and value.ends_with:
        return f'({right}=="" OR mvcount(split({left}, {right}))>1)'
    if value.starts_with:
        return f'"x".substr({left}, 1, len({right}))=="x".{right}'
    if value.ends_with:
        return f'(len({left})>=len({right}) AND "x".substr({left}, len({left})-len({right})+1)=="x".{right})'
    return f'"x".{left}=="x".{right}'
