"""The search command; Search Reference 9.4, *search*, and Search Manual, *Use the search command*.

- NOT binds first, then OR, then AND, which is also what a space means (*Boolean expressions*).
- ``=`` and ``!=`` compare text in any letter case, with ``*`` for any run of characters, which a backslash cannot
  escape (*Comparison operators*, *Wildcards*, *Backslashes*); ``<`` to ``>=`` compare two numbers as numbers and
  anything else by characters. An IPv4 network in CIDR notation stands for its addresses.
- ``NOT f=v`` keeps events without ``f``, ``f!=v`` does not (*Difference between NOT and !=*). A multivalue field holds
  if any value does; ``f!=v`` too.
- A word or phrase alone is looked for in ``_raw``, between characters that break words; ``CASE()`` minds letter case,
  ``TERM()`` knows major breakers alone (*Use CASE() and TERM() to match phrases*).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Collection
from typing import Any

from compiler.engines.spl_text import Row, SplError, Tokens, folded, is_quoted, number, shown, unquoted

TABLE = "tocsin_table"
"""The field by which a row belongs to a macro."""
Test = Callable[[Row], bool]

_TOKEN = re.compile(r'\s*("(?:\\.|[^"\\])*"|`[^`]*`|!=|<=|>=|[<>=(),]|[^\s"`<>=!(),]+)\s*', re.DOTALL)
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_NETWORK = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}", re.ASCII)
_MAJOR = r"\[\]<>(){}|!;,'\"*\n\r\s\t&?+"


def search(text: str, tables: Collection[str]) -> Test:
    """The test of a search. ``tables`` are the macros that may stand in it. Raises ``SplError``."""
    if not text:
        return lambda _row: True
    tokens = Tokens.of(text, _TOKEN)
    test = _Grammar(tokens, tables).conjunction()
    tokens.end()
    return test


class _Grammar:
    def __init__(self, tokens: Tokens, tables: Collection[str]) -> None:
        self.tokens, self.tables = tokens, tables

    def conjunction(self) -> Test:
        tests = [self.disjunction()]
        while self.tokens.peek() not in ("", ")"):
            if self.tokens.peek() == "AND":
                self.tokens.take()
            tests.append(self.disjunction())
        return tests[0] if len(tests) == 1 else _all(tests)

    def disjunction(self) -> Test:
        tests = [self.negation()]
        while self.tokens.peek() == "OR":
            self.tokens.take()
            tests.append(self.negation())
        return tests[0] if len(tests) == 1 else _any(tests)

    def negation(self) -> Test:
        if self.tokens.peek() == "NOT":
            self.tokens.take()
            test = self.negation()
            return lambda row: not test(row)
        if self.tokens.peek() == "(":
            self.tokens.take()
            test = self.conjunction()
            self.tokens.take(")")
            return test
        return self.term()

    def term(self) -> Test:
        word = self.tokens.take()
        if word.startswith("`"):
            return self.macro(word.strip("`"))
        operator = self.tokens.peek()
        if operator in _COMPARISONS:
            self.tokens.take()
            return _comparison(unquoted(word), operator, self.value())
        if operator == "IN":
            self.tokens.take()
            return self.listed(unquoted(word))
        if operator == "(" and word in ("CASE", "TERM"):
            self.tokens.take()
            text = unquoted(self.tokens.take())
            self.tokens.take(")")
            return _phrase(text, cased=word == "CASE", whole=word == "TERM")
        if word in ("AND", "OR", ",", "=", "!=", "<", ">", "<=", ">="):
            raise SplError(f"{word!r} where a search term belongs")
        return _phrase(unquoted(word), cased=False, whole=False)

    def macro(self, name: str) -> Test:
        if name not in self.tables:
            raise SplError(f"no macro `{name}` is known here")
        return lambda row: row.get(TABLE) == name

    def value(self) -> str:
        word = self.tokens.take()
        if word in (*_COMPARISONS, "(", ")", ","):
            raise SplError(f"{word!r} where a value belongs")
        return unquoted(word)

    def listed(self, name: str) -> Test:
        self.tokens.take("(")
        values = [self.value()]
        while self.tokens.took(","):
            values.append(self.value())
        self.tokens.take(")")
        return _in(name, values)


def _all(tests: list[Test]) -> Test:
    def test(row: Row) -> bool:
        for one in tests:  # noqa: SIM110 - a generator costs twice as much, a hundred thousand times
            if not one(row):
                return False
        return True

    return test


def _any(tests: list[Test]) -> Test:
    def test(row: Row) -> bool:
        for one in tests:  # noqa: SIM110 - as above
            if one(row):
                return True
        return False

    return test


def _comparison(name: str, operator: str, wanted: str) -> Test:
    if operator == "=":
        return _held(name, _equal(wanted))
    if operator == "!=":
        equal = _equal(wanted)
        return _held(name, lambda held: not equal(held))
    return _held(name, _ordered(operator, wanted))


def _held(name: str, equal: Callable[[Any], bool]) -> Test:
    def test(row: Row) -> bool:
        held = row.get(name)
        if held is None:
            return False
        return any(equal(one) for one in held) if isinstance(held, list) else equal(held)

    return test


def _in(name: str, values: list[str]) -> Test:
    plain = frozenset(folded(value) for value in values if "*" not in value and "/" not in value)
    others = [_equal(value) for value in values if "*" in value or "/" in value]

    def equal(held: Any) -> bool:
        return (folded(shown(held)) in plain) or any(other(held) for other in others)

    return _held(name, equal)


def _equal(wanted: str) -> Callable[[Any], bool]:
    if "/" in wanted and "*" not in wanted and _is_network(wanted):
        if not _NETWORK.fullmatch(wanted):
            raise SplError(f"a search for the IPv6 network {wanted}")
        network = ipaddress.ip_network(wanted, strict=False)
        return lambda held: _within(shown(held), network)
    said = folded(wanted)
    if "*" not in said:
        return lambda held: folded(shown(held)) == said
    pattern = re.compile(".*".join(re.escape(part) for part in said.split("*")), re.DOTALL)
    return lambda held: pattern.fullmatch(folded(shown(held))) is not None


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _within(address: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        return ipaddress.ip_address(address) in network
    except ValueError:
        return False


def _ordered(operator: str, wanted: str) -> Callable[[Any], bool]:
    limit = number(wanted)

    def test(held: Any) -> bool:
        left, right = number(held), limit
        order = (left > right) - (left < right) if left is not None and right is not None else _by_text(held, wanted)
        return order in {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[operator]

    return test


def _by_text(held: Any, wanted: str) -> int:
    return (shown(held) > wanted) - (shown(held) < wanted)


def _phrase(text: str, *, cased: bool, whole: bool) -> Test:
    if is_quoted(text) or not text:
        raise SplError("an empty search term")
    inside = ".*?".join(re.escape(part) for part in text.split("*")) if "*" in text else re.escape(text)
    edge = f"[{_MAJOR}]" if whole else r"[\W_]"
    pattern = re.compile(
        f"(?:^|(?<={edge})){inside}(?={edge}|$)", re.ASCII | (re.RegexFlag(0) if cased else re.IGNORECASE)
    )
    return lambda row: pattern.search(shown(row.get("_raw", ""))) is not None
