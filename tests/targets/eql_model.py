"""A model of the EQL that the converter writes, to try conditions on events; from *EQL syntax reference*, 9.

Lists hold if any element does. ``strict``: a comparison with a missing field is null, and so is its negation, as a
script would have it; else it is false, as the query DSL has it. What the converter writes must not depend on that.
"""

# ruff: noqa: D102 - the methods are the productions of a grammar

import ipaddress
import re
from collections.abc import Callable
from typing import Any

TOKEN = re.compile(
    r'\s*("(?:\\.|[^"\\])*"|\?(?:[\w@]+|`[^`]+`)(?:\.(?:[\w@]+|`[^`]+`))*|==|!=|<=|>=|[<>:(),]|-?[\d.]+|\w+~?)'
)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}
Value = Callable[[dict[str, Any]], Any]


def matches(query: str, event: dict[str, Any], *, strict: bool) -> bool:
    """Whether ``any where ...`` selects the event, whose fields are flat."""
    return Condition(query.removeprefix("any where "), strict=strict).test(event) is True


def text_of(token: str) -> str:
    return re.sub(
        r"\\(u\{([0-9a-f]+)\}|.)",
        lambda m: chr(int(m[2], 16)) if m[2] else ESCAPES.get(m[1], m[1]),
        token[1:-1],
    )


class Condition:
    """``not`` before ``and`` before ``or``."""

    def __init__(self, text: str, *, strict: bool) -> None:
        self.tokens, self.place, self.strict = [], 0, strict
        while self.place < len(text.rstrip()):
            match = TOKEN.match(text, self.place)
            assert match, f"no EQL: {text[self.place :]!r}"
            self.tokens.append(match[1])
            self.place = match.end()
        self.place = 0
        self.test = self.disjunction()
        assert self.place == len(self.tokens), self.tokens[self.place :]

    def peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        self.place += 1
        token = self.tokens[self.place - 1]
        assert expected in ("", token), f"{token!r} where {expected!r} belongs"
        return token

    def disjunction(self) -> Value:
        tests = [self.conjunction()]
        while self.peek() == "or":
            self.take()
            tests.append(self.conjunction())
        return lambda event: _either([test(event) for test in tests])

    def conjunction(self) -> Value:
        tests = [self.negation()]
        while self.peek() == "and":
            self.take()
            tests.append(self.negation())
        return lambda event: _both([test(event) for test in tests])

    def negation(self) -> Value:
        if self.peek() == "not":
            self.take()
            test = self.negation()
            return lambda event: None if test(event) is None else not test(event)
        if self.peek() == "(":
            self.take()
            test = self.disjunction()
            self.take(")")
            return test
        if self.peek() in ("true", "false"):
            constant = self.take() == "true"
            return lambda _: constant
        return self.comparison()

    def comparison(self) -> Value:
        token = self.take()
        if token == "cidrMatch":  # noqa: S105 - a token of the grammar
            field, *networks = self.listed()
            return self.each(field, [text_of(network) for network in networks], _within)
        field = token
        if token == "string":  # noqa: S105
            (field,) = self.listed()
        operator = self.take()
        if self.peek() == "null":
            self.take()
            name = _name(field)
            return lambda event: (event.get(name) is None) is (operator == "==")
        wanted = self.listed() if self.peek() == "(" else [self.take()]
        return self.each(field, [_constant(one) for one in wanted], OPERATORS[operator])

    def listed(self) -> list[str]:
        self.take("(")
        found = [self.take()]
        while self.take() == ",":
            found.append(self.take())
        return found

    def each(self, field: str, wanted: list[Any], operator: Callable[[Any, Any], bool]) -> Value:
        name = _name(field)

        def test(event: dict[str, Any]) -> bool | None:
            held = event.get(name)
            if held is None:
                return None if self.strict else False
            return any(operator(one, want) for one in (held if isinstance(held, list) else [held]) for want in wanted)

        return test


def _name(token: str) -> str:
    return token.removeprefix("?").replace("`", "")


def _constant(token: str) -> Any:
    if token.startswith('"'):
        return text_of(token)
    return {"true": True, "false": False}.get(token) if token in ("true", "false") else float(token)


def _both(values: list[Any]) -> Any:
    return False if False in values else None if None in values else True


def _either(values: list[Any]) -> Any:
    return True if True in values else None if None in values else False


def _wild(pattern: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)


def _matcher(*, wild: bool, flags: re.RegexFlag) -> Callable[[Any, Any], bool]:
    return lambda held, want: bool(
        re.fullmatch(_wild(want) if wild else re.escape(want), _shown(held), flags | re.DOTALL)
    )


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _within(address: Any, network: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network)
    except ValueError:
        return False


def _same(held: Any, want: Any) -> bool:
    return _shown(held) == want if isinstance(want, str) else held == want


NONE = re.RegexFlag(0)
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ":": _matcher(wild=True, flags=re.IGNORECASE),
    "in~": _matcher(wild=False, flags=re.IGNORECASE),
    "like": _matcher(wild=True, flags=NONE),
    "regex": lambda held, want: bool(re.fullmatch(want, _shown(held), re.DOTALL)),
    "regex~": lambda held, want: bool(re.fullmatch(want, _shown(held), re.DOTALL | re.IGNORECASE)),
    "in": _same,
    "==": _same,
    "<": lambda held, want: float(held) < want,
    "<=": lambda held, want: float(held) <= want,
    ">": lambda held, want: float(held) > want,
    ">=": lambda held, want: float(held) >= want,
}
