"""Sigma conditions in KQL, with each column asked in the way of its type.

Facts from the Kusto documentation (MicrosoftDocs/dataexplorer-docs, data-explorer/kusto/query): *String operators*
(``=~``, ``contains``, ``startswith``, ``endswith`` and ``in~`` ignore letter case of ASCII alone, ``has`` looks for
whole terms; for anything else ``tolower()``), *Null values* (a string is never null, but empty; equality with null is
false, an order with null is null), *matches regex* (found anywhere, case-sensitive), *ipv4_is_in_range()*,
*ipv6_is_in_range()* and *format_ipv4()* (null and an empty text for what is no address; a prefix is accepted in either
argument; IPv6 functions take IPv4 addresses as mapped ones).

A text is folded as far as the rule's value asks for: a value in ASCII meets ASCII letters alone, so that U+212A and
U+0130, whose lower case is ASCII, are the two code points that differ from the reference.

A table within ``in~`` stands in parentheses of its own (*in operator*, Parameters).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast

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
from compiler.targets.kusto_number import NUMERIC, number_asked, plain
from compiler.targets.kusto_regex import escape, finds_nothing, kusto
from compiler.targets.kusto_text import list_table, literal, path, quoted_name
from compiler.targets.kusto_time import part_of_text, part_of_time
from compiler.targets.target import UNSAYABLE, Refusal
from compiler.targets.tree import Atom, CasedReference, Tree, args_of, equals, list_of

NUMBERS = frozenset({"int", "long", "real", "decimal"})
TEXTS = frozenset({"string", "dynamic", "guid"})
_KNOWN = NUMBERS | TEXTS | {"bool", "datetime"}
_COMPARE = {
    SigmaCompareExpression.CompareOperators.LT: "<",
    SigmaCompareExpression.CompareOperators.LTE: "<=",
    SigmaCompareExpression.CompareOperators.GT: ">",
    SigmaCompareExpression.CompareOperators.GTE: ">=",
}
_EXACT = 2**53
_CHAINED = 60
"""Alternatives in a row; Microsoft's parser gives up on some hundreds (KS245)."""
_JOINED = 60
"""Columns that one ``strcat_delim`` joins; it takes 64 arguments."""
WHOLE = "TocsinText"
"""The column that a query makes of all in which it looks for keywords."""
FEW = 3
"""Fewer columns are asked each for a keyword, as many or more all at once."""


def fold(text: str) -> str:
    """Lower case, code point by code point, as the rules mean it; also of U+0130, which ``tolower`` leaves as it is."""
    return "".join(character.lower()[0] for character in text)


class Where:
    """KQL over the columns of one shape; ``aliases`` are columns that hold a place within a dynamic one, as text.

    ``dense``: parts of one text that are alternatives are looked for by one regular expression, which is shorter.
    ``whole``: the column that holds ``everything``, empty if there is none.
    """

    def __init__(
        self, fields: Mapping[str, Field], aliases: Mapping[str, str] | None = None, *, dense: bool = False
    ) -> None:
        self.fields, self.aliases, self.dense, self.whole = fields, aliases or {}, dense, ""

    def conjuncts(self, tree: Tree) -> list[str]:
        """Conditions that hold together, each for a ``where`` of its own. Raises ``Refusal``."""
        return [self.write(arg) for arg in (args_of(tree) if isinstance(tree, ConditionAND) else [tree])]

    def write(self, tree: Tree, *, negated: bool = False) -> str:
        """One condition. ``negated``: it stands below a NOT, where null would be lost."""
        if isinstance(tree, ConditionNOT):
            return f"not({self.write(args_of(tree)[0], negated=True)})"
        if isinstance(tree, ConditionAND):
            return " and ".join(self._grouped(arg, negated=negated) for arg in args_of(tree))
        if isinstance(tree, ConditionOR):
            return _either(self._alternatives(args_of(tree), negated=negated))
        if isinstance(tree, ConditionValueExpression):
            return self._keyword(tree.value)
        return self._atom(tree, negated=negated)

    def _grouped(self, tree: Tree, *, negated: bool) -> str:
        if not isinstance(tree, ConditionOR):
            return self.write(tree, negated=negated)
        parts = self._alternatives(args_of(tree), negated=negated)
        return f"({_either(parts)})" if len(parts) > 1 else parts[0]

    def _alternatives(self, args: Sequence[Tree], *, negated: bool = False) -> list[str]:
        """Alternatives; the plain values of one column in one list, where its first stands."""
        lists: dict[tuple[str, str], list[SigmaType]] = {}
        args, joint = self._dense(args) if self.dense else (args, [])
        for arg in args:
            if isinstance(arg, Atom) and (operator := self._listed(arg)):
                lists.setdefault((arg.field, operator), []).append(arg.value)
        said: dict[str, None] = {}
        for arg in args:
            operator = self._listed(arg) if isinstance(arg, Atom) else ""
            if isinstance(arg, Atom) and operator and len(lists[arg.field, operator]) > 1:
                text = self._list(arg.field, operator, lists[arg.field, operator], negated=negated)
            else:
                text = self.write(arg, negated=negated)
                text = f"({text})" if isinstance(arg, ConditionAND) else text
            said[text] = None
        return [*said, *joint]

    def _dense(self, args: Sequence[Tree]) -> tuple[list[Tree], list[str]]:
        """The alternatives that stand alone, and one test for all the parts that one column is asked for."""
        parts: dict[tuple[str, bool], list[Tree]] = {}
        for arg in args:
            if isinstance(arg, Atom) and self._kind(arg.field) in TEXTS and _anchors(arg.value) is not None:
                parts.setdefault((arg.field, isinstance(arg.value, SigmaCasedString)), []).append(arg)
        several = {key: atoms for key, atoms in parts.items() if len(atoms) > 1}
        joined = {id(atom) for atoms in several.values() for atom in atoms}
        said = []
        for (field, cased), atoms in several.items():
            regexes = [_joint(cast(SigmaString, cast(Atom, atom).value), cased=cased) for atom in atoms]
            name = self.text(field) if cased else f"tolower({self.text(field)})"
            said.append(f"{name} matches regex {literal('|'.join(dict.fromkeys(regexes)))}")
        return [arg for arg in args if id(arg) not in joined], said

    def _listed(self, atom: Atom) -> str:
        """The operator of the list that a test may stand in; empty if it must stand alone."""
        kind, value = self._kind(atom.field), atom.value
        if isinstance(value, SigmaTimestampPart) or list_of(atom):
            return ""
        if isinstance(value, SigmaCIDRExpression):
            return str(value.network.version)
        if kind in NUMBERS:
            return "in" if number_asked(value) is not None else ""
        if kind not in TEXTS:
            return ""
        if isinstance(value, SigmaString) and value.s and not value.contains_special():
            any_case = "in~" if plain(value).isascii() else "folded"
            return "in" if isinstance(value, SigmaCasedString) else any_case
        return "in~" if isinstance(value, SigmaNumber) else ""

    def _list(self, field: str, operator: str, values: Sequence[SigmaType], *, negated: bool) -> str:
        name = self.text(field)
        if operator in ("4", "6"):
            return self._networks(field, [cast(SigmaCIDRExpression, value) for value in values])
        if self._kind(field) in NUMBERS:
            said = (
                f"{quoted_name(self.fields[field].name)} in ({', '.join(str(number_asked(value)) for value in values)})"
            )
            return f"coalesce({said}, false)" if negated else said
        texts = [plain(value) if isinstance(value, SigmaString) else str(value) for value in values]
        if operator == "folded":
            return f"tolower({name}) in ({', '.join(literal(fold(text)) for text in texts)})"
        return f"{name} {operator} ({', '.join(map(literal, texts))})"

    def _kind(self, field: str) -> str:
        kind = self.fields[field].type
        if kind not in _KNOWN:
            raise Refusal(UNSAYABLE, f"KQL cannot ask a column of type {kind} ({self.fields[field].name})")
        return kind

    def text(self, field: str) -> str:
        """A column as text, empty where it is missing."""
        kind, name = self._kind(field), self.fields[field].name
        if kind == "dynamic":
            return self.aliases.get(name) or path(name)
        return quoted_name(name) if kind == "string" else f"tostring({quoted_name(name)})"

    def missing(self, field: str) -> str:
        """The test that an event has no such value."""
        if self._kind(field) in ("string", "dynamic"):
            return f"isempty({self.text(field)})"
        return f"isnull({quoted_name(self.fields[field].name)})"

    def present(self, field: str) -> str:
        """The test that an event has a value there."""
        return self.missing(field).replace("is", "isnot", 1)

    def _atom(self, atom: Atom, *, negated: bool) -> str:
        field, value = atom.field, atom.value
        if isinstance(value, SigmaNull):
            return self.missing(field)
        if isinstance(value, SigmaExists):
            return self.present(field)
        if isinstance(value, SigmaTimestampPart):
            return self._part(field, value, "==")
        if isinstance(value, SigmaCompareExpression) and isinstance(value.number, SigmaTimestampPart):
            return self._part(field, value.number, _COMPARE[value.op])
        if self._kind(field) == "datetime":
            raise Refusal(UNSAYABLE, f"a column of time ({self.fields[field].name}) cannot be asked for a text")
        if name := list_of(atom):
            return f"{self.text(field)} in~ (({list_table(name)} | project SearchKey))"
        return self._valued(field, value, negated=negated)

    def _valued(self, field: str, value: SigmaType, *, negated: bool) -> str:
        match value:
            case SigmaCIDRExpression():
                said = self._networks(field, [value])
            case SigmaCompareExpression():
                said = self._compared(field, value, negated=negated)
            case SigmaRegularExpression():
                said = self._regex(field, value)
            case SigmaFieldReference():
                said = self._reference(field, value)
            case SigmaString() | SigmaNumber() | SigmaBool():
                said = self._equal(field, value)
            case _:
                raise Refusal(UNSAYABLE, f"a value of kind {type(value).__name__} cannot be written in KQL")
        return said

    def _equal(self, field: str, value: SigmaString | SigmaNumber | SigmaBool) -> str:
        kind, name = self._kind(field), quoted_name(self.fields[field].name)
        if kind in NUMBERS and not (isinstance(value, SigmaString) and value.contains_special()):
            number = number_asked(value)
            return "false" if number is None else f"{name} == {number}"
        if kind == "bool" and not (isinstance(value, SigmaString) and value.contains_special()):
            word = plain(value) if isinstance(value, SigmaString) else str(value)
            word = word if isinstance(value, SigmaCasedString) else word.lower()
            return f"{name} == {word}" if word in ("true", "false") else "false"
        if isinstance(value, SigmaString):
            return _alike(self.text(field), value)
        return f"{self.text(field)} {'=~' if isinstance(value, SigmaBool) else '=='} {literal(str(value).lower())}"

    def _compared(self, field: str, value: SigmaCompareExpression, *, negated: bool) -> str:
        kind, operator, number = self._kind(field), _COMPARE[value.op], value.number
        if kind in NUMBERS:
            said = f"{quoted_name(self.fields[field].name)} {operator} {number}"
            return f"coalesce({said}, false)" if negated else said
        if kind == "bool":
            return "false"
        if abs(float(number.number)) >= _EXACT:
            raise Refusal(UNSAYABLE, f"a text cannot be compared with {number}: numbers from texts are not that exact")
        name = self.text(field)
        within = f"todouble({name}) {operator} {number}"
        return f"({name} matches regex {literal(NUMERIC)} and {f'coalesce({within}, false)' if negated else within})"

    def _part(self, field: str, value: SigmaTimestampPart, operator: str) -> str:
        kind, part = self._kind(field), value.timestamp_part.name.lower()
        if kind == "datetime":
            return part_of_time(quoted_name(self.fields[field].name), part, f"{operator} {int(value.number)}")
        return part_of_text(self.text(field), part, f"{operator} {int(value.number)}") if kind in TEXTS else "false"

    def _regex(self, field: str, value: SigmaRegularExpression) -> str:
        name, pattern = self.text(field), kusto(value)
        said = f"{name} matches regex {literal(pattern)}"
        return f"(isnotempty({name}) and {said})" if finds_nothing(pattern) else said

    def _networks(self, field: str, values: Sequence[SigmaCIDRExpression]) -> str:
        if self._kind(field) not in TEXTS:
            return "false"
        name, version = self.text(field), values[0].network.version
        ranges = [literal(str(value.network)) for value in values]
        # What a function takes beyond addresses (prefixes, short forms, IPv4 for IPv6) is no address of the range.
        address = f"format_ipv4({name}) == {name}" if version == 4 else f'{name} matches regex "^[0-9A-Fa-f.]*:[^/%]*$"'
        within = f"ipv{version}_is_in_range({name}, {ranges[0]})"
        if len(ranges) > 1:
            within = f"ipv{version}_is_in_any_range({name}, {', '.join(ranges)})"
        return f"({address} and coalesce({within}, false))"

    def _reference(self, field: str, value: SigmaFieldReference) -> str:
        if "real" in {self._kind(field), self._kind(value.field)} and self._kind(field) != self._kind(value.field):
            raise Refusal(UNSAYABLE, "KQL writes fractions in other digits than texts do: they cannot be compared")
        left, right = self.text(field), self.text(value.field)
        ends = {(True, True): "contains_cs", (True, False): "startswith_cs", (False, True): "endswith_cs"}
        operator = ends.get((bool(value.starts_with), bool(value.ends_with)), "==")
        sides = (left, right) if isinstance(value, CasedReference) else (f"tolower({left})", f"tolower({right})")
        return f"(isnotempty({right}) and {sides[0]} {operator} {sides[1]})"

    def _keyword(self, value: SigmaType) -> str:
        """Somewhere in any column that has a name in Sigma, each column once."""
        fields = self.searched()
        if isinstance(value, SigmaRegularExpression):
            return self._any(equals(field, value) for field in fields)
        if not isinstance(value, (SigmaString, SigmaNumber)):
            raise Refusal(UNSAYABLE, "a keyword that is neither text nor a number", keys=("detection",))
        text = value if isinstance(value, SigmaString) else SigmaString.from_str(str(value))
        within = text.__class__()
        within.s = [SpecialChars.WILDCARD_MULTI, *text.s, SpecialChars.WILDCARD_MULTI]
        if not joins(text) or len(fields) < FEW:
            return self._any(equals(field, within) for field in fields)
        return _alike(self.whole or self.everything(), within)

    def searched(self) -> list[str]:
        """The fields in which a keyword is looked for, one for each column."""
        columns = {self.fields[field].name: field for field in sorted(self.fields, reverse=True)}
        return [columns[name] for name in sorted(columns) if self._kind(columns[name]) != "datetime"]

    def everything(self) -> str:
        """All columns in which a keyword is looked for, as one text."""
        return _joined([self.text(field) for field in self.searched()])

    def _any(self, atoms: Iterable[Atom]) -> str:
        return f"({_either(self._alternatives(list(atoms)))})"


def joins(value: SigmaType) -> bool:
    """True for a keyword that can be looked for in all columns at once, a line each."""
    if isinstance(value, SigmaNumber):
        return True
    return isinstance(value, SigmaString) and not value.contains_special() and "\n" not in plain(value)


def _either(parts: Sequence[str]) -> str:
    """Alternatives; many of them in groups, since a chain of them nests as deep as it is long."""
    while len(parts) > _CHAINED:
        groups = [parts[at : at + _CHAINED] for at in range(0, len(parts), _CHAINED)]
        parts = [f"({' or '.join(group)})" if len(group) > 1 else group[0] for group in groups]
    return " or ".join(parts)


def _joined(texts: list[str]) -> str:
    """Texts as one, with a newline between them, which no keyword asked of it has."""
    while len(texts) > 1:
        groups = [texts[at : at + _JOINED] for at in range(0, len(texts), _JOINED)]
        texts = [f'strcat_delim("\\n", {", ".join(group)})' if len(group) > 1 else group[0] for group in groups]
    return texts[0]


def _alike(name: str, value: SigmaString) -> str:
    """A text that fits a pattern."""
    parts: list[str | SpecialChars] = []
    for part in value.s:
        if part is not SpecialChars.WILDCARD_MULTI or not parts or parts[-1] is not part:
            parts.append(cast("str | SpecialChars", part))
    if not parts:
        return f"isempty({name})"
    if parts == [SpecialChars.WILDCARD_MULTI]:
        return f"isnotempty({name})"
    shape = tuple(part if isinstance(part, SpecialChars) else str for part in parts)
    operator = _OPERATORS.get(shape)
    cased = isinstance(value, SigmaCasedString)
    text = plain(value)
    if operator is not None:
        return _operated(name, operator, text, cased=cased)
    wild: dict[SpecialChars, str] = {SpecialChars.WILDCARD_MULTI: ".*", SpecialChars.WILDCARD_SINGLE: "."}
    change: Callable[[str], str] = str if cased else fold
    regex = "".join(escape(change(part)) if isinstance(part, str) else wild[part] for part in parts)
    return f"{name if cased else f'tolower({name})'} matches regex {literal(f'(?s)^{regex}$')}"


_ANY = SpecialChars.WILDCARD_MULTI
_OPERATORS: Mapping[tuple[object, ...], tuple[str, str]] = {
    (str,): ("=~", "=="),
    (str, _ANY): ("startswith", "startswith_cs"),
    (_ANY, str): ("endswith", "endswith_cs"),
    (_ANY, str, _ANY): ("contains", "contains_cs"),
}


def _anchors(value: SigmaType) -> tuple[str, str] | None:
    """What a regular expression for a part, a beginning or an end of a text begins and ends with; None for others."""
    if not isinstance(value, SigmaString):
        return None
    return _ANCHORS.get(tuple(part if isinstance(part, SpecialChars) else str for part in value.s))


_ANCHORS: Mapping[tuple[object, ...], tuple[str, str]] = {
    (str, _ANY): ("^", ""),
    (_ANY, str): ("", "$"),
    (_ANY, str, _ANY): ("", ""),
}


def _joint(value: SigmaString, *, cased: bool) -> str:
    """A part of a text, folded unless it is cased, as one of several alternatives of a regular expression."""
    start, end = _anchors(value) or ("", "")
    text = plain(value)
    return start + escape(text if cased else fold(text)) + end


def _operated(name: str, operators: tuple[str, str], text: str, *, cased: bool) -> str:
    any_case, exact = operators
    if cased or (text.isascii() and not any(character.isalpha() for character in text)):
        return f"{name} {exact} {literal(text)}"
    if text.isascii():
        return f"{name} {any_case} {literal(text)}"
    return f"tolower({name}) {exact} {literal(fold(text))}"
