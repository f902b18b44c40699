"""Conditions of EQL; Elasticsearch 9, *EQL syntax reference* and *EQL function reference*.

- ``not`` binds before ``and``, that before ``or``; a part of a field's name that is a word of EQL stands in backticks
  (``EqlBase.g4`` of elastic/elasticsearch: ``booleanExpression``, ``qualifiedName``). ``eql_values`` has the operators.
- A field without ``?`` must be in the mapping (*Optional fields*), fields of type text cannot be asked (*Limitations*),
  and two fields cannot be compared (*Comparison operators*).
- Where a field is missing its comparison is false, hence a negation true (``not`` becomes ``must_not``:
  ``querytranslator_tests.txt``); where no index has the field it is null (*Optional fields*). Which of both is a
  parameter here, and only a single test is negated.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

from compiler.engines.eql_values import SHOWN, EqlError, Operator, check, comparison, network, shown, within

Document = Mapping[str, Any]
Test = Callable[[Document], bool | None]

_WORDS = frozenset(
    (
        *("and", "any", "by", "false", "in", "join", "like", "maxspan", "not", "null", "of", "or", "regex"),
        *("sample", "sequence", "true", "until", "where", "with"),
    )
)
_TOKEN = re.compile(
    r'\s*("(?:\\.|[^"\\])*"|\??(?:[A-Za-z_@][\w@]*|`(?:``|[^`])+`)(?:\.(?:[\w@]+|`(?:``|[^`])+`))*~?|==|!=|<=|>='
    r"|[<>:(),\[\]=]|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*"
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "b": "\b", '"': '"', "\\": "\\"}
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,8})\}|u([0-9a-fA-F]{4})|(.))", re.DOTALL)


def words(text: str) -> list[str]:
    """The tokens of a query. Raises ``EqlError``."""
    found, place, end = [], 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None:
            raise EqlError(f"no EQL that is known here: {text[place : place + 40]!r}")
        found.append(match[1])
        place = match.end()
    return found


class Grammar:
    """Reads conditions from tokens. ``types``: the type of each field in the mapping; ``strict``: null, not false."""

    def __init__(self, tokens: list[str], types: Mapping[str, str], *, strict: bool) -> None:
        self.tokens, self.place, self.types, self.strict = tokens, 0, types, strict

    def peek(self) -> str:
        """The next token; '' at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, *expected: str) -> str:
        """The next token, which must be one of ``expected`` if any are given."""
        token = self.peek()
        if not token or (expected and token not in expected):
            raise EqlError(f"{token or 'the end'!r} where {' or '.join(expected) or 'something'!r} belongs")
        self.place += 1
        return token

    def condition(self) -> Test:
        """Alternatives."""
        tests = [self._conjunction()]
        while self.peek() == "or":
            self.take()
            tests.append(self._conjunction())
        return tests[0] if len(tests) == 1 else functools.partial(_decided, tests, True)

    def _conjunction(self) -> Test:
        tests = [self._negation()]
        while self.peek() == "and":
            self.take()
            tests.append(self._negation())
        return tests[0] if len(tests) == 1 else functools.partial(_decided, tests, False)

    def _negation(self) -> Test:
        if self.peek() == "not":
            self.take()
            if self.peek() in ("(", "not"):
                raise EqlError("a negation of more than one test")
            test = self._negation()
            return lambda document: None if (held := test(document)) is None else not held
        if self.peek() == "(":
            self.take()
            test = self.condition()
            self.take(")")
            return test
        if self.peek() in ("true", "false"):
            constant = self.take() == "true"
            return lambda _document: constant
        return self._comparison()

    def _comparison(self) -> Test:
        token = self.take()
        if token == "cidrMatch":  # noqa: S105 - a token of the grammar
            return self._networks()
        text = token == "string"  # noqa: S105
        if text:
            self.take("(")
            token = self.take()
            self.take(")")
        name, kind = self._field(token)
        if text and kind not in SHOWN:
            raise EqlError(f"string of {name}, a field of type {kind}")
        operator = self.take("==", "!=", "<", "<=", ">", ">=", ":", "in", "in~", "like", "like~", "regex", "regex~")
        if self.peek() == "null":
            self.take()
            if operator not in ("==", "!="):
                raise EqlError(f"{operator} null")
            return lambda document: (not _held(document, name)) is (operator == "==")
        wanted = self._values(operator)
        asked = "keyword" if text else kind
        for value in wanted:
            check(operator, asked, value, name)
        compare = comparison(operator, asked)
        test = self._each(name, wanted, (lambda held, want: compare(shown(held, kind), want)) if text else compare)
        if operator == "!=":
            return lambda document: None if (held := test(document)) is None else not held
        return test

    def _networks(self) -> Test:
        self.take("(")
        name, kind = self._field(self.take())
        networks = []
        while self.take(",", ")") == ",":
            networks.append(network(_constant(self.take())))
        if kind not in ("ip", "missing"):
            raise EqlError(f"cidrMatch of {name}, a field of type {kind}")
        return self._each(name, networks, within)

    def _values(self, operator: str) -> list[Any]:
        if self.peek() != "(":
            if operator in ("in", "in~"):
                raise EqlError(f"{operator} without a list")
            return [_constant(self.take())]
        if operator in ("==", "!=", "<", "<=", ">", ">="):
            raise EqlError(f"a list after {operator}")
        self.take("(")
        found = [_constant(self.take())]
        while self.take(",", ")") == ",":
            found.append(_constant(self.take()))
        return found

    def _field(self, token: str) -> tuple[str, str]:
        name = field_of(token)
        kind = self.types.get(name, "missing")
        if kind == "missing" and not token.startswith("?"):
            raise EqlError(f"Unknown column [{name}]")
        if kind in ("text", "match_only_text"):
            raise EqlError(f"[{name}] is of type {kind}, which EQL cannot ask")
        return name, kind

    def _each(self, name: str, wanted: list[Any], operator: Operator) -> Test:
        absent = None if self.strict else False

        def test(document: Document) -> bool | None:
            values = _held(document, name)
            return any(operator(one, want) for one in values for want in wanted) if values else absent

        return test


def _held(document: Document, name: str) -> list[Any]:
    """The values that are indexed: of an empty list there is none, nor of null."""
    held = document.get(name)
    return [one for one in (held if isinstance(held, list) else [held]) if one is not None]


def field_of(token: str) -> str:
    """The name of a field without ``?`` and backticks."""
    if not re.match(r"\??[A-Za-z_@`]", token):
        raise EqlError(f"{token!r} where a field belongs")
    bare = token.removeprefix("?")
    for word in re.sub(r"`(?:``|[^`])+`", "", bare).split("."):
        if word in _WORDS:
            raise EqlError(f"{word!r} in a field's name without backticks")
    return re.sub(r"`((?:``|[^`])+)`", lambda match: match[1].replace("``", "`"), bare)


def _decided(tests: list[Test], by: bool, document: Document) -> bool | None:
    unknown = False
    for test in tests:
        held = test(document)
        if held is by:
            return by
        unknown = unknown or held is None
    return None if unknown else not by


def _constant(token: str) -> Any:
    if token.startswith('"'):
        return _ESCAPE.sub(_unescaped, token[1:-1])
    if token in ("true", "false"):
        return token == "true"  # noqa: S105 - a token of the grammar
    try:
        return float(token) if re.search(r"[.eE]", token) else int(token)
    except ValueError:
        raise EqlError(f"{token!r} where a value belongs; fields cannot be compared with one another") from None


def _unescaped(match: re.Match[str]) -> str:
    if match[3] is None:
        return chr(int(match[1] or match[2], 16))
    if match[3] not in _ESCAPES:
        raise EqlError(f"no escape: \\{match[3]}")
    return _ESCAPES[match[3]]
