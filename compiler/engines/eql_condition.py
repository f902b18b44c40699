"""Conditions of EQL; Elasticsearch 9, *EQL syntax reference* and *EQL function reference*.

- ``not`` binds before ``and``, that before ``or`` (*Logical operators*); ``:``, ``in~``, ``like~`` and ``regex~``
  ignore letter case; ``:`` and ``like`` know ``*`` and ``?``; ``regex`` is Lucene's and matches the whole value
  (*Comparison operators*, *Pattern comparison keywords*). All of these take text alone.
- A field without ``?`` must be in the mapping (*Optional fields*), fields of type text cannot be asked (*Limitations*),
  two fields cannot be compared (*Comparison operators*), and a value must be of the field's kind.
- A comparison with a missing field is null or false: what the documentation leaves open is a parameter here.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Any

Document = Mapping[str, Any]
Test = Callable[[Document], bool | None]
Operator = Callable[[Any, Any], bool]

TEXTS = frozenset({"keyword", "wildcard", "constant_keyword"})
NUMBERS = frozenset(
    {"long", "integer", "short", "byte", "unsigned_long", "double", "float", "half_float", "scaled_float"}
)
EQUAL = ("==", "in")
_TOKEN = re.compile(
    r'\s*("(?:\\.|[^"\\])*"|\??(?:[A-Za-z_@][\w@]*|`(?:``|[^`])+`)(?:\.(?:[\w@]+|`(?:``|[^`])+`))*~?|==|!=|<=|>='
    r"|[<>:(),\[\]=]|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*"
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "b": "\b", '"': '"', "\\": "\\"}
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,8})\}|u([0-9a-fA-F]{4})|(.))", re.DOTALL)


class EqlError(Exception):
    """What this model does not know, or Elasticsearch would refuse; one line."""


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
        shown = token == "string"  # noqa: S105
        if shown:
            self.take("(")
            token = self.take()
            self.take(")")
        name, kind = self._field(token)
        operator = self.take("==", "!=", "<", "<=", ">", ">=", ":", "in", "in~", "like", "like~", "regex", "regex~")
        if self.peek() == "null":
            self.take()
            if operator not in ("==", "!="):
                raise EqlError(f"{operator} null")
            return lambda document: (document.get(name) is None) is (operator == "==")
        wanted = self._values(operator)
        kind = "keyword" if shown else kind
        for value in wanted:
            _check(operator, kind, value, name)
        if operator == "!=":
            test = self._each(name, wanted, _same_address if kind == "ip" else _SAME)
            return lambda document: None if (held := test(document)) is None else not held
        return self._each(name, wanted, _same_address if kind == "ip" and operator in EQUAL else _OPERATORS[operator])

    def _networks(self) -> Test:
        self.take("(")
        name, kind = self._field(self.take())
        networks = []
        while self.take(",", ")") == ",":
            networks.append(_network(self.take()))
        if kind not in ("ip", "missing"):
            raise EqlError(f"cidrMatch of {name}, a field of type {kind}")
        return self._each(name, networks, _within)

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
            held = document.get(name)
            if held is None:
                return absent
            values = held if isinstance(held, list) else [held]
            return any(operator(one, want) for one in values for want in wanted)

        return test


def field_of(token: str) -> str:
    """The name of a field without ``?`` and backticks."""
    if not re.match(r"\??[A-Za-z_@`]", token):
        raise EqlError(f"{token!r} where a field belongs")
    bare = token.removeprefix("?")
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


def _network(token: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(str(_constant(token)), strict=False)
    except ValueError:
        raise EqlError(f"{token} is no network") from None


def _within(address: Any, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        return ipaddress.ip_address(str(address)) in network
    except ValueError:
        raise EqlError(f"{address!r} in a field of type ip") from None


def _check(operator: str, kind: str, value: Any, name: str) -> None:
    """Refuses what Elasticsearch's verifier does: a value of another kind than the field."""
    patterns = operator in (":", "in~") or operator.rstrip("~") in ("like", "regex")
    if patterns and not isinstance(value, str):
        raise EqlError(f"[{name}] of type {kind} {operator} {value!r}")
    wanted = TEXTS | ({"ip", "date"} if not patterns else set()) if isinstance(value, str) else NUMBERS
    if isinstance(value, bool):
        wanted = frozenset({"boolean"})
    if kind not in (*wanted, "missing"):
        raise EqlError(f"[{name}] of type {kind} {operator} {value!r}")
    if operator.startswith("regex"):
        _regex(str(value), ignore_case=operator.endswith("~"))


@functools.lru_cache(maxsize=4096)
def _wild(pattern: str, *, ignore_case: bool) -> re.Pattern[str]:
    said = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    # Lucene ignores the letter case of ASCII alone (AutomatonQueries.toCaseInsensitiveChar of Elasticsearch).
    return re.compile(said, re.DOTALL | re.ASCII | (re.IGNORECASE if ignore_case else re.RegexFlag(0)))


@functools.lru_cache(maxsize=4096)
def _regex(pattern: str, *, ignore_case: bool) -> re.Pattern[str]:
    r"""Lucene's expression as Python's, in the part that both read alike.

    Lucene has no anchors (``^`` and ``$`` are letters), no look-around, no lazy repetition, and ``# @ & < > ~ "`` are
    operators (*Regular expression syntax*).
    """
    bare = re.sub(r"\\.|\[\^?(?:\\.|[^\]\\])*\]", "x", pattern, flags=re.DOTALL)
    if re.search(r'[#@&<>~"^$]|\(\?|[*+?}][?+]', bare):
        raise EqlError(f"a regular expression beyond what is known here: {pattern!r}")
    try:
        return re.compile(pattern, re.DOTALL | re.ASCII | (re.IGNORECASE if ignore_case else re.RegexFlag(0)))
    except re.error as error:
        raise EqlError(f"{pattern!r} is no regular expression here: {error}") from None


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _folded(text: str) -> str:
    """As ``_wild`` ignores letter case."""
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def _same_address(held: Any, want: Any) -> bool:
    """Addresses are kept as their bits, so their spelling does not count."""
    try:
        return ipaddress.ip_address(str(held)) == ipaddress.ip_address(str(want))
    except ValueError:
        raise EqlError(f"{held!r} or {want!r} in a field of type ip") from None


def _same(held: Any, want: Any) -> bool:
    if isinstance(want, str):
        return _shown(held) == want
    return bool(held is want if isinstance(want, bool) else float(held) == want)


_SAME: Operator = _same
_OPERATORS: dict[str, Operator] = {
    ":": lambda held, want: _wild(want, ignore_case=True).fullmatch(_shown(held)) is not None,
    "in~": lambda held, want: _folded(_shown(held)) == _folded(want),
    "in": _same,
    "==": _same,
    "like": lambda held, want: _wild(want, ignore_case=False).fullmatch(_shown(held)) is not None,
    "like~": lambda held, want: _wild(want, ignore_case=True).fullmatch(_shown(held)) is not None,
    "regex": lambda held, want: _regex(want, ignore_case=False).fullmatch(_shown(held)) is not None,
    "regex~": lambda held, want: _regex(want, ignore_case=True).fullmatch(_shown(held)) is not None,
    "<": lambda held, want: float(held) < want,
    "<=": lambda held, want: float(held) <= want,
    ">": lambda held, want: float(held) > want,
    ">=": lambda held, want: float(held) >= want,
}
