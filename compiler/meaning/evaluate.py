"""The tree made into functions: what is compared is prepared once, what an event says is looked up once."""
# Loops that could be any() stay loops: a generator for each costs time and, in deep conditions, stack.
# ruff: noqa: SIM110

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from compiler.meaning import predicates
from compiler.meaning.errors import Keys, MeaningError
from compiler.meaning.network import contains
from compiler.meaning.patterns import Tokens
from compiler.meaning.predicates import Predicate
from compiler.meaning.regex import TIME_LIMIT, TOTAL_LIMIT, RegexOverrunError, compile_regex
from compiler.meaning.texts import Test, text_tests
from compiler.meaning.timestamps import part_of
from compiler.meaning.tree import And, Atom, Node, Not, Value
from compiler.meaning.values import MISSING, View, fold, number_of, text_of


def test_of(node: Node) -> Test:
    """A function that tells whether the node holds. It raises ``MeaningError`` if a regex runs over its bound."""
    if isinstance(node, Atom):
        return _atom(node)
    if isinstance(node, Not):
        inner = test_of(node.part)
        return lambda view: not inner(view)
    return _joined([test_of(part) for part in node.parts], every=isinstance(node, And))


def value_test(atom: Atom, value: Value) -> Test:
    """Whether one value of an atom holds by itself, ``neq`` and ``all`` left aside."""
    return _any_of(atom.field, [(item, value.keys) for item in value.predicates])


def _joined(tests: list[Test], *, every: bool) -> Test:
    if len(tests) == 1:
        return tests[0]

    def all_hold(view: View) -> bool:
        for test in tests:
            if not test(view):
                return False
        return True

    def any_holds(view: View) -> bool:
        for test in tests:
            if test(view):
                return True
        return False

    return all_hold if every else any_holds


def _atom(atom: Atom) -> Test:
    if atom.every:
        positive = _joined([value_test(atom, value) for value in atom.values], every=True)
    else:
        positive = _any_of(atom.field, [(item, value.keys) for value in atom.values for item in value.predicates])
    return (lambda view: not positive(view)) if atom.negated else positive


def _any_of(field: str | None, asked: Iterable[tuple[Predicate, Keys]]) -> Test:
    """One test for many predicates of a field: plain texts are gathered so that a list of 500 costs about as one."""
    texts: dict[bool, list[Tokens]] = {}
    tests: list[Test] = []
    for predicate, keys in asked:
        if isinstance(predicate, predicates.Text):
            texts.setdefault(predicate.cased, []).append(predicate.tokens)
        else:
            tests.append(_MAKERS[type(predicate)](field, predicate, keys))
    gathered = [test for cased, group in texts.items() for test in text_tests(field, group, cased=cased)]
    return _joined(gathered + tests, every=False)


def _number(field: str | None, asked: predicates.Number, _: Keys) -> Test:
    number, text = asked.value, text_of(asked.value)

    def equals(element: Any) -> bool:
        if isinstance(element, str):
            return element == text
        return isinstance(element, (int, float)) and not isinstance(element, bool) and element == number

    return lambda view: any(equals(element) for element in view.elements(field))


def _boolean(field: str | None, asked: predicates.Boolean, _: Keys) -> Test:
    name = str(text_of(asked.value))

    def equals(element: Any) -> bool:
        if isinstance(element, str):
            return (element if asked.cased else fold(element)) == name
        return element is asked.value

    return lambda view: any(equals(element) for element in view.elements(field))


def _null(field: str | None, _: predicates.Null, __: Keys) -> Test:
    def is_null(view: View) -> bool:
        return None in view.elements(field) or view.value(str(field)) is MISSING

    return is_null


def _presence(field: str | None, asked: predicates.Presence, _: Keys) -> Test:
    return lambda view: (view.value(str(field)) is not MISSING) is asked.present


def _regex(field: str | None, asked: predicates.Regex, keys: Keys) -> Test:
    found = compile_regex(asked.source, asked.dialect)

    def matches(view: View) -> bool:
        try:
            return any(found(text) for text in view.texts(field))
        except RegexOverrunError:
            raise MeaningError(
                keys,
                f"the regex ran for more than {TIME_LIMIT:g} s on one value, or {TOTAL_LIMIT:g} s on all",
                "take out look-around and back-references, so that it can be evaluated in linear time",
                kind="regex",
            ) from None

    return matches


def _in_network(field: str | None, asked: predicates.InNetwork, _: Keys) -> Test:
    return lambda view: any(
        isinstance(element, str) and contains(asked.network, element) for element in view.elements(field)
    )


_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


def _comparison(field: str | None, asked: predicates.Comparison, _: Keys) -> Test:
    compare, limit, part = _ORDER[asked.operator], asked.limit, asked.part

    def holds(element: Any) -> bool:
        number: int | float | None
        if part:
            dated = isinstance(element, (str, datetime.date))
            number = part_of(text_of(element) or "", part) if dated else None
        else:
            number = number_of(element)
        return number is not None and compare(number, limit)

    return lambda view: any(holds(element) for element in view.elements(field))


def _reference(field: str | None, asked: predicates.Reference, _: Keys) -> Test:
    read = View.texts if asked.cased else View.folded
    fits = {"": str.__eq__, "contains": str.__contains__, "startswith": str.startswith, "endswith": str.endswith}
    compare = fits[asked.shape]

    def holds(view: View) -> bool:
        others = read(view, asked.field)
        if any(compare(text, other) for text in read(view, field) for other in others):
            return True
        # 5 and 5.0 read differently and are one number.
        return not asked.shape and any(
            number is not None and number == _pure_number(other)
            for number in map(_pure_number, view.elements(field))
            for other in view.elements(asked.field)
        )

    return holds


def _pure_number(element: Any) -> int | float | None:
    return element if isinstance(element, (int, float)) and not isinstance(element, bool) else None


_MAKERS: Mapping[type[Predicate], Callable[[str | None, Any, Keys], Test]] = {
    predicates.Number: _number,
    predicates.Boolean: _boolean,
    predicates.Null: _null,
    predicates.Presence: _presence,
    predicates.Regex: _regex,
    predicates.InNetwork: _in_network,
    predicates.Comparison: _comparison,
    predicates.Reference: _reference,
}
