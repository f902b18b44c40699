"""Sigma conditions as label filters of LogQL, exact over labels that may be missing.

Facts from Grafana's *Log queries* and Loki 3.7.8: filters have AND and OR and no NOT, so a negation is pushed to each
test; a missing label compares as an empty one; a number comparison of text that is no number holds, and marks the line
with ``__error__``; ``ip()`` finds an address anywhere in a value and misses those of fewer than five characters, so
networks are expressions here. Letter case: Go's ``(?i)`` folds more than Sigma does (U+017F is an ``s``), so a value is
compared with a copy of the label in lower case, made by ``label_format``; ``ToLower`` folds as Sigma does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from sigma.conditions import ConditionAND, ConditionNOT, ConditionOR, ConditionValueExpression
from sigma.types import (
    SigmaBool,
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
)

from compiler.content.model import Field
from compiler.targets import loki_text as text
from compiler.targets.loki_terms import All, Either, Term, Test, join
from compiler.targets.loki_time import part_regexes
from compiler.targets.sql_network import network_regex
from compiler.targets.target import UNSAYABLE, Refusal
from compiler.targets.tree import Atom, CasedReference, Keyword, Tree, args_of

_SEPARATOR = "\x1e"
"""Stands between the values that a keyword is looked for in; a record separator stands in no value."""
_NUMBER = r"^[+-]?(?:[0-9]{1,200}(?:\.[0-9]{1,200})?|\.[0-9]{1,200})(?:[eE][+-]?[0-9]{1,2})?$"
"""Text that is a number (``semantics.md``, `lt` to `gte`), as far as Go's floats reach: beyond, a comparison holds."""
_EXACT = 2**53
"""From here on a float does not hold every whole number."""
_OPERATORS = {
    SigmaCompareExpression.CompareOperators.LT: ("<", ">="),
    SigmaCompareExpression.CompareOperators.LTE: ("<=", ">"),
    SigmaCompareExpression.CompareOperators.GT: (">", "<="),
    SigmaCompareExpression.CompareOperators.GTE: (">=", "<"),
}
_FUNCTIONS = {(False, False): "eq", (True, False): "hasPrefix", (False, True): "hasSuffix", (True, True): "contains"}


@dataclasses.dataclass(slots=True)
class Copies:
    """The labels that ``label_format`` makes for the filters after it: name to template."""

    made: dict[str, str] = dataclasses.field(default_factory=dict)

    def of(self, name: str, template: str) -> str:
        """A label made by ``template``: ``name``, or that and a number where it stands for something else already."""
        taken = name
        while self.made.setdefault(taken, template) != template:
            taken = f"{name}_{len(self.made)}"
        return taken

    @property
    def stage(self) -> str:
        """The stage that makes them; empty if none is needed."""
        pairs = ", ".join(f"{name}={text.quoted(template)}" for name, template in sorted(self.made.items()))
        return f"label_format {pairs}" if pairs else ""


class Filters:
    """Conditions over the labels of one shape. ``fields``: Sigma field to label; copies are collected in ``copies``.

    ``compares`` tells, once a term is made, whether it compares numbers.
    """

    def __init__(self, fields: Mapping[str, Field], copies: Copies) -> None:
        self.fields, self.copies = fields, copies
        self.compares = False

    def term(self, tree: Tree, *, negated: bool = False) -> Term:
        """``tree``, or its negation, with every negation at a test. Raises ``Refusal`` for what LogQL cannot say."""
        if isinstance(tree, ConditionNOT):
            return self.term(args_of(tree)[0], negated=not negated)
        if isinstance(tree, (ConditionAND, ConditionOR)):
            joined = All if isinstance(tree, ConditionAND) is not negated else Either
            args = args_of(tree)
            terms = self._merged(args) if isinstance(tree, ConditionOR) else [self.term(arg) for arg in args]
            return join(joined, [term.opposite() for term in terms] if negated else terms)
        leaf = self._keyword(tree) if isinstance(tree, ConditionValueExpression) else self._atom(tree)
        return leaf.opposite() if negated else leaf

    def _merged(self, args: Sequence[Tree]) -> list[Term]:
        """Alternatives; the texts that one field may be are one test, where the first of them stood."""
        found: dict[str, Term | None] = {}
        listed: dict[str, tuple[Tree, list[SigmaString]]] = {}
        for number, arg in enumerate(args):
            value = None if args_of(arg) else _as_text(arg.value)  # type: ignore[union-attr]
            if value is None or not value.s:
                found[str(number)] = self.term(arg)
                continue
            key = f"{getattr(arg, 'field', None)} {type(value).__name__}"
            listed.setdefault(key, (arg, []))[1].append(value)
            found.setdefault(key, None)
        for key, (first, values) in listed.items():
            found[key] = self._texts(first.field, values) if isinstance(first, Atom) else self._anywhere(values)
        return [term for term in found.values() if term is not None]

    def label(self, field: str) -> str:
        """The label of a field as a filter can name it."""
        name = text.checked_name(self.fields[field].name)
        return self.copies.of(f"label_{name}", f"{{{{.{name}}}}}") if text.is_word(name) else name

    def _lower(self, field: str) -> str:
        name = text.checked_name(self.fields[field].name)
        return self.copies.of(f"lower_{name}", f"{{{{ToLower .{name}}}}}")

    def _present(self, field: str) -> Test:
        """Whether the label is there, even if it is empty."""
        name = text.checked_name(self.fields[field].name)
        # ``.name`` stands there for the value, and so that a metric query extracts the label at all.
        search = f'{{{{range $k, $v := .}}}}{{{{if eq $k "{name}"}}}}1{{{{end}}}}{{{{end}}}}'
        template = f"{{{{if .{name}}}}}1{{{{else}}}}{search}{{{{end}}}}"
        return Test.equal(self.copies.of(f"has_{name}", template), "1")

    def _atom(self, atom: Atom) -> Term:  # noqa: C901, PLR0911 - one line for each kind of value
        field, value = atom.field, atom.value
        match value:
            case SigmaNull():
                return self._present(field).opposite()
            case SigmaExists():
                return self._present(field)
            case SigmaString():
                return self._texts(field, [value])
            case SigmaTimestampPart():
                return self._part(field, value, "==")
            case SigmaNumber():
                return Test.equal(self.label(field), str(value.number))
            case SigmaBool():
                return Test.equal(self._lower(field), str(value.boolean).lower())
            case SigmaRegularExpression():
                return self._matched(field, self.label(field), text.found(value))
            case SigmaCIDRExpression():
                return Test.matched(self.label(field), text.whole([network_regex(value.network)]))
            case SigmaCompareExpression():
                return self._compared(field, value)
            case SigmaFieldReference():
                return self._referred(field, value)
        raise Refusal(UNSAYABLE, f"a value of kind {type(value).__name__} cannot be written in LogQL")

    def _texts(self, field: str, values: Sequence[SigmaString]) -> Term:
        """A field that is one of several texts or patterns, all of them cased or none."""
        if text.only_stars(values):
            return self._present(field)
        label = self._lower(field) if any(text.has_cases(value) for value in values) else self.label(field)
        plain = [text.plain_text(value) for value in values]
        if len(set(plain)) == 1 and plain[0] is not None:
            test = Test.equal(label, plain[0])
            return test if plain[0] else All((self._present(field), test))
        return Test.matched(label, text.whole(list(dict.fromkeys(text.pattern(value) for value in values))))

    def _matched(self, field: str, label: str, regex: str) -> Term:
        """An expression of the rule's author, which may match an empty text: then the label must be there."""
        test = Test.matched(label, regex)
        return All((self._present(field), test)) if text.takes_empty(regex) else test

    def _compared(self, field: str, value: SigmaCompareExpression) -> Term:
        operator, opposite = _OPERATORS[value.op]
        if isinstance(value.number, SigmaTimestampPart):
            return self._part(field, value.number, operator)
        self.compares = True
        if abs(value.number.number) >= _EXACT:
            raise Refusal(UNSAYABLE, f"Loki compares floats, which are not exact at {value.number.number}")
        label, number = self.label(field), _decimal(value.number.number)
        compared = Test(f"{label} {operator} {number}", f"{label} {opposite} {number}")
        return All((Test.matched(label, _NUMBER), compared))

    def _part(self, field: str, part: SigmaTimestampPart, operator: str) -> Term:
        label, regexes = self.label(field), part_regexes(part.timestamp_part.name.lower(), operator, int(part.number))
        if regexes is None:
            present = self._present(field)
            return All((present, present.opposite()))
        return All(tuple(Test.matched(label, regex) for regex in regexes))

    def _referred(self, field: str, value: SigmaFieldReference) -> Term:
        one, two = (text.checked_name(self.fields[name].name) for name in (field, value.field))
        function = _FUNCTIONS[bool(value.starts_with), bool(value.ends_with)]
        sides = (one, two) if function == "eq" else (two, one)
        cased = isinstance(value, CasedReference)
        test = f"{function} {' '.join(f'.{side}' if cased else f'(ToLower .{side})' for side in sides)}"
        name = f"{function}_{'cased_' if cased else ''}{one}_{two}"
        same = self.copies.of(name, f"{{{{if {test}}}}}1{{{{end}}}}")
        return All((self._present(field), self._present(value.field), Test.equal(same, "1")))

    def _keyword(self, keyword: Keyword) -> Term:
        """A keyword: somewhere in the value of any label of the shape."""
        value = _as_text(keyword.value)
        if value is not None:
            return self._anywhere([value])
        if not isinstance(keyword.value, SigmaRegularExpression):
            raise Refusal(UNSAYABLE, "a keyword that is neither text, a number nor a regex", keys=("detection",))
        regex = text.found(keyword.value)
        return join(Either, [self._matched(field, self.label(field), regex) for field in self._each()])

    def _anywhere(self, values: Sequence[SigmaString]) -> Term:
        """One of several keywords, all of them cased or none: somewhere in a text of all values, each by itself."""
        lower = any(text.has_cases(value) for value in values)
        names = [text.checked_name(self.fields[field].name) for field in self._each()]
        if not names:
            raise Refusal(UNSAYABLE, "a keyword is looked for in the fields of a source, and this one has none")
        shown = [f"{{{{ToLower .{name}}}}}" if lower else f"{{{{.{name}}}}}" for name in names]
        label = self.copies.of("lower_all" if lower else "all", _SEPARATOR.join(shown))
        one = f"[^{_SEPARATOR}]"
        inside = "|".join(dict.fromkeys(text.pattern(value, any_run=f"{one}*", any_one=one) for value in values))
        return Test.matched(label, text.whole([f".*(?:{inside}).*" if len(values) > 1 else f".*{inside}.*"]))

    def _each(self) -> list[str]:
        """One Sigma field for each label of the shape."""
        return sorted({field.name: name for name, field in self.fields.items()}.values())


def _as_text(value: SigmaType) -> SigmaString | None:
    """A value that is compared as text, a number as it is written; None for any other."""
    if isinstance(value, SigmaString):
        return value
    return SigmaString.from_str(str(value.number)) if type(value) is SigmaNumber else None


def _decimal(number: float) -> str:
    """A number as LogQL reads it: decimal, without an exponent."""
    return str(number) if isinstance(number, int) else f"{number:.20f}".rstrip("0").rstrip(".")
