"""Eval expressions, as in where and eval; Search Reference 9.4, *eval*, *where* and *Evaluation functions*.

- Text stands in double quotes; a word, or anything in single quotes, is a field (*eval*, Usage, *Field names*).
- ``* / %`` bind first, then ``+ - .``, comparisons, NOT, AND, OR, XOR (*eval*, *Operators*, *Boolean expressions*).
  ``.`` puts texts together. A minus before anything but a number is not documented, so it is an error.
- A product has no more digits than its least precise factor, unless that is within *exact()*: ``8.250*0.2`` is 2
  (*eval*, *Rounding*). So a factor with a fraction outside of *exact()* is an error. Whole numbers are exact, as the
  ``count*3600`` of *streamstats* shows.
- The result of an eval cannot be a truth value (*eval*, Required arguments).
- Comparisons mind letter case. Two values that are numbers, or read as numbers, are compared as numbers, others by
  their characters (*where*, Usage).
- A missing field is null; a comparison, operator or function with null is null, and so is NOT of null; AND and OR are
  decided by an operand that decides alone (*Comparison and Conditional functions*, ``null()``, ``isnull()``).
- What operators do with a multivalue field is not documented, so it is an error; ``mvfilter`` and the other
  *Multivalue eval functions* take one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from compiler.engines.spl_functions import FUNCTIONS, SPECIAL, Exact, Value
from compiler.engines.spl_text import Row, SplError, Tokens, number, shown, unquoted

_TOKEN = re.compile(
    r'\s*("(?:\\.|[^"\\])*"|\'[^\']*\'|==|!=|<=|>=|[<>=(),+*/%.-]|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[A-Za-z_]\w*)\s*',
    re.DOTALL | re.ASCII,
)
_WORDS = ("AND", "OR", "XOR", "NOT", "LIKE", "IN")


def where(text: str) -> Callable[[Row], bool]:
    """The test of a where: true, and neither false nor null."""
    tokens = Tokens.of(text, _TOKEN)
    value = _Expression(tokens).whole()
    tokens.end()
    return lambda row: value(row) is True


def expression(text: str) -> Value:
    """One expression."""
    tokens = Tokens.of(text, _TOKEN)
    value = _Expression(tokens).whole()
    tokens.end()
    return value


def assignments(text: str) -> list[tuple[str, Value]]:
    """The fields and expressions of ``eval a=x, b=y``, which are evaluated from left to right."""
    tokens = Tokens.of(text, _TOKEN)
    found = [_assignment(tokens)]
    while tokens.took(","):
        found.append(_assignment(tokens))
    tokens.end()
    return found


def _assignment(tokens: Tokens) -> tuple[str, Value]:
    name = _field(tokens.take())
    tokens.take("=")
    return name, _Expression(tokens).whole()


def _field(token: str) -> str:
    if re.fullmatch(r"[A-Za-z_]\w*", token, re.ASCII) and token.upper() not in _WORDS:
        return token
    if token[:1] in "'\"" and len(token) > 2:
        return token[1:-1]
    raise SplError(f"{token!r} where a field belongs")


class _Expression:
    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens

    def whole(self) -> Value:
        value = self.disjunction()
        while self.tokens.took("XOR"):
            value = _binary(value, self.disjunction(), lambda a, b: _truth(a) is not _truth(b))
        return value

    def disjunction(self) -> Value:
        values = [self.conjunction()]
        while self.tokens.took("OR"):
            values.append(self.conjunction())
        return values[0] if len(values) == 1 else _decided(values, by=True)

    def conjunction(self) -> Value:
        values = [self.negation()]
        while self.tokens.took("AND"):
            values.append(self.negation())
        return values[0] if len(values) == 1 else _decided(values, by=False)

    def negation(self) -> Value:
        if not self.tokens.took("NOT"):
            return self.comparison()
        value = self.negation()

        def negated(row: Row) -> Any:
            held = value(row)
            return None if held is None else not _truth(held)

        return negated

    def comparison(self) -> Value:
        left = self.sum()
        if self.tokens.peek() in _ORDERS:
            holds = _ORDERS[self.tokens.take()]
            return _binary(left, self.sum(), holds)
        if self.tokens.took("LIKE"):
            return FUNCTIONS["like"].make([left, self.sum()], [None, None])
        if self.tokens.took("IN"):
            return FUNCTIONS["in"].make([left, *self.arguments()[0]], [])
        return left

    def sum(self) -> Value:
        value = self.product()
        while self.tokens.peek() in ("+", "-", "."):
            operator = self.tokens.take()
            value = _binary(value, self.product(), _SUMS[operator])
        return value

    def product(self) -> Value:
        value = self.operand()
        while self.tokens.peek() in ("*", "/", "%"):
            operator = self.tokens.take()
            value = _binary(value, self.operand(), _SUMS[operator])
        return value

    def operand(self) -> Value:
        word = self.tokens.take()
        if word == "-":
            return self.negative()
        if word == "(":
            value = self.whole()
            self.tokens.take(")")
            return value
        if word.startswith('"'):
            text = unquoted(word)
            return lambda _row: text
        if word[0].isdigit() or (word[0] == "." and len(word) > 1):
            constant = number(word)
            return lambda _row: constant
        if self.tokens.peek() == "(" and word[0].isalpha():
            return self.call(word)
        return _read(_field(word))

    def negative(self) -> Value:
        least = number("-" + self.tokens.take())
        if least is None:
            raise SplError("a minus before what is no number")
        return lambda _row: least

    def call(self, name: str) -> Value:
        if name not in FUNCTIONS and name not in SPECIAL:
            raise SplError(f"the function {name}() is not known here")
        arguments, literals = self.arguments()
        if name in SPECIAL:
            return SPECIAL[name](arguments)
        return FUNCTIONS[name].make(arguments, literals)

    def arguments(self) -> tuple[list[Value], list[str | None]]:
        """The arguments in parentheses, and of each its text if it is but a text."""
        self.tokens.take("(")
        values: list[Value] = []
        literals: list[str | None] = []
        while self.tokens.peek() != ")":
            alone = self.tokens.peek().startswith('"') and self.tokens.peek(1) in (",", ")")
            literals.append(unquoted(self.tokens.peek()) if alone else None)
            values.append(self.whole())
            if not self.tokens.took(","):
                break
        self.tokens.take(")")
        return values, literals


def _read(name: str) -> Value:
    """A field. No field holds a truth value: that of an event is a word."""

    def read(row: Row) -> Any:
        held = row.get(name)
        return shown(held) if isinstance(held, bool) else held

    return read


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise SplError(f"{value!r} where a truth value belongs")


def _decided(values: list[Value], *, by: bool) -> Value:
    def decided(row: Row) -> bool | None:
        unknown = False
        for value in values:
            held = value(row)
            if held is None:
                unknown = True
            elif _truth(held) is by:
                return by
        return None if unknown else not by

    return decided


def _binary(left: Value, right: Value, operator: Callable[[Any, Any], Any]) -> Value:
    def applied(row: Row) -> Any:
        a, b = left(row), right(row)
        if a is None or b is None:
            return None
        if isinstance(a, list) or isinstance(b, list):
            raise SplError("an operator over a field with several values")
        return operator(a, b)

    return applied


def _order(a: Any, b: Any) -> int:
    x, y = number(a), number(b)
    if x is None or y is None:
        left, right = shown(a), shown(b)
        return (left > right) - (left < right)
    return (x > y) - (x < y)


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: _order(a, b) == 0,
    "==": lambda a, b: _order(a, b) == 0,
    "!=": lambda a, b: _order(a, b) != 0,
    "<": lambda a, b: _order(a, b) < 0,
    "<=": lambda a, b: _order(a, b) <= 0,
    ">": lambda a, b: _order(a, b) > 0,
    ">=": lambda a, b: _order(a, b) >= 0,
}


def _reckoned(reckon: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def applied(a: Any, b: Any) -> Any:
        x, y = number(a), number(b)
        # *eval*, Usage: arithmetic over what is no number is null.
        return None if x is None or y is None else reckon(x, y)

    return applied


def _is_fraction(value: Any) -> bool:
    held = number(value)
    return isinstance(held, float) and not isinstance(held, Exact) and not held.is_integer()


def _multiplied(reckon: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def applied(a: Any, b: Any) -> Any:
        if any(_is_fraction(one) for one in (a, b)):
            raise SplError("a product with a fraction outside of exact() is rounded to its digits")
        made = _reckoned(reckon)(a, b)
        return Exact(made) if isinstance(a, Exact) or isinstance(b, Exact) else made

    return applied


def _added(a: Any, b: Any) -> Any:
    x, y = number(a), number(b)
    if x is None and y is None:
        return shown(a) + shown(b)
    return None if x is None or y is None else x + y


_SUMS: dict[str, Callable[[Any, Any], Any]] = {
    "+": _added,
    "-": _reckoned(lambda x, y: x - y),
    "*": _multiplied(lambda x, y: x * y),
    "/": _multiplied(lambda x, y: x / y if y else None),
    "%": _reckoned(lambda x, y: x % y if y else None),
    ".": lambda a, b: shown(a) + shown(b),
}
