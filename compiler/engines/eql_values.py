"""What Elasticsearch holds an EQL condition's values to: the comparisons of single values, by the type of their field.

From elastic/elasticsearch: ``querytranslator_tests.txt`` says what query each comparison becomes (``:`` is ``term`` or
``wildcard``, ``regex`` is ``regexp``, ``cidrMatch`` is ``terms``, ``string()`` is a script), and
``tests/engines/test_eql_on_server.py`` runs these queries beside this model. Hence:

- Letter case is ignored for ASCII alone, and not of ranges of an expression (``[a-c]``); ``.`` and ``*`` take newlines.
- An IPv4 address is kept as the IPv6 address that it is mapped to, and ``::/0`` holds it.
- A script shows whole numbers, addresses and truth as JSON has them; how it shows a double is not known here.
- To a field of type ``wildcard`` any value fits ``?*`` (``WildcardFieldMapper.wildcardQuery``). Alternatives of nothing
  are not known here: such a field does not find them (``createUnionQuery``), and a bar before nothing is a letter.
- A field of type ``constant_keyword`` knows ``*`` alone, in a term too, and no escape (``ConstantFieldType.matches``).
- Expressions of more than 1,000 characters are refused, and texts of as many before a ``*`` (``Operations.isFinite``).
  How much work others are is not counted here.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Callable
from typing import Any

Operator = Callable[[Any, Any], bool]
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

TEXTS = frozenset({"keyword", "wildcard", "constant_keyword"})
NUMBERS = frozenset(
    {"long", "integer", "short", "byte", "unsigned_long", "double", "float", "half_float", "scaled_float"}
)
SHOWN = frozenset({"long", "integer", "short", "byte", "ip", "boolean", "missing"})
"""Types whose values ``string()`` shows as JSON has them."""
EXACT = ("==", "!=", "in", "<", "<=", ">", ">=")
LONGEST = 1000
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_CLASS = r"\[\^?(?:\\.|[^\]\\])*\]"
_MEMBER = re.compile(r"(?:\\.|[^\\])-(?:\\.|[^\\])|\\?([A-Za-z])|\\.|.", re.DOTALL)


class EqlError(Exception):
    """What this model does not know, or Elasticsearch would refuse; one line."""


def check(operator: str, kind: str, value: Any, name: str) -> None:
    """Raises ``EqlError`` for a value of another kind than the field, which Elasticsearch refuses, or its shards do."""
    fitting = TEXTS | ({"ip", "date"} if operator in EXACT else set()) if isinstance(value, str) else NUMBERS
    if isinstance(value, bool):
        fitting = frozenset({"boolean"})
    if kind not in (*fitting, "missing") or (operator not in EXACT and not isinstance(value, str)):
        raise EqlError(f"[{name}] of type {kind} {operator} {value!r}")
    if operator.startswith("regex"):
        _regex(str(value), ignore_case=operator.endswith("~"))
    elif kind == "constant_keyword" and isinstance(value, str):
        _fits_constant(value, patterns=operator in (":", "like", "like~"))
    elif operator not in EXACT:
        _fits_lucene(str(value), patterns=operator != "in~")


def _fits_lucene(pattern: str, *, patterns: bool) -> None:
    wild = patterns and not {"*", "?"}.isdisjoint(pattern)
    if len(pattern.partition("*")[0] if wild else pattern) >= LONGEST:
        raise EqlError(f"input automaton is too large: {LONGEST + 1}")
    if wild and "\1" in pattern:
        raise EqlError("U+0001 escapes in a pattern of EQL")


def _fits_constant(value: str, *, patterns: bool) -> None:
    wild = patterns and not {"*", "?"}.isdisjoint(value)
    if ("*" in value and not patterns) or (wild and not {"?", "\\"}.isdisjoint(value)):
        raise EqlError(f"a field of type constant_keyword knows * alone: {value!r}")


def comparison(operator: str, kind: str) -> Operator:
    """What an operator asks of one value of a field and one of the query."""
    if kind == "ip" and operator in ("==", "!=", "in"):
        return _same_address
    if kind == "wildcard" and operator in (":", "like", "like~"):
        return lambda held, want: _OPERATORS[operator](held, want) or set(want) == {"*", "?"}
    return _OPERATORS[operator]


def address(value: Any) -> _Address:
    """An address as a field of type ``ip`` keeps it. Raises ``EqlError``."""
    try:
        read = ipaddress.ip_address(str(value))
    except ValueError:
        raise EqlError(f"{value!r} in a field of type ip") from None
    return getattr(read, "ipv4_mapped", None) or read


def network(value: Any) -> Network:
    """A network of ``cidrMatch``. Raises ``EqlError`` for what is none, and for one of mapped addresses."""
    try:
        read = ipaddress.ip_network(str(value), strict=False)
    except ValueError:
        raise EqlError(f"{value!r} is no network") from None
    if read.version == 6 and read.network_address in _MAPPED:
        raise EqlError(f"CIDR notation is not allowed with IPv6-mapped IPv4 address: {value!r}")
    return read


def within(held: Any, wanted: Network) -> bool:
    """Whether an address is in a network, one of IPv4 also in those of IPv6 that have all the mapped."""
    read = address(held)
    if read.version == 4 and wanted.version == 6:
        return _MAPPED.subnet_of(wanted)
    return read in wanted


def shown(value: Any, kind: str) -> str:
    """A value as ``string()`` gives it."""
    return str(address(value)) if kind == "ip" else str(value).lower() if isinstance(value, bool) else str(value)


@functools.lru_cache(maxsize=4096)
def _wild(pattern: str, *, ignore_case: bool) -> re.Pattern[str]:
    said = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.compile(said, re.DOTALL | re.ASCII | (re.IGNORECASE if ignore_case else re.RegexFlag(0)))


@functools.lru_cache(maxsize=4096)
def _regex(pattern: str, *, ignore_case: bool) -> re.Pattern[str]:
    r"""Lucene's expression as Python's, in the part that both read alike.

    Lucene has no anchors (``^`` and ``$`` are letters), no look-around, no lazy repetition, and ``# @ & < > ~ "`` are
    operators (*Regular expression syntax*).
    """
    if len(pattern.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST:
        raise EqlError(f"the length of a regex has exceeded the allowed maximum of {LONGEST}")
    bare = re.sub(rf"\\.|{_CLASS}", "x", pattern, flags=re.DOTALL)
    if re.search(r'[#@&<>~"^$]|\(\?|[*+?}][?+]|(?:^|[(|])(?:\(\))?\||\|(?:\(\))?(?:[)|]|$)', bare):
        raise EqlError(f"a regular expression beyond what is known here: {pattern!r}")
    said = re.sub(rf"\\.|{_CLASS}", _cased, pattern, flags=re.DOTALL) if ignore_case else pattern
    try:
        return re.compile(said, re.DOTALL | re.ASCII | (re.IGNORECASE if ignore_case else re.RegexFlag(0)))
    except re.error as error:
        raise EqlError(f"{pattern!r} is no regular expression here: {error}") from None


def _cased(match: re.Match[str]) -> str:
    """A class with both cases of its single letters, and of its ranges as they are."""
    if not match[0].startswith("["):
        return match[0]
    start = 2 if match[0].startswith("[^") else 1
    body = _MEMBER.sub(lambda one: one[1].lower() + one[1].upper() if one[1] else one[0], match[0][start:-1])
    return f"(?-i:{match[0][:start]}{body}])"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _folded(text: str) -> str:
    """As ``_wild`` ignores letter case."""
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def _same_address(held: Any, want: Any) -> bool:
    return address(held) == address(want)


def _number(held: Any) -> float:
    """A number of a document, also one spelled as text; whole ones in full, as a field of type long compares them."""
    return held if isinstance(held, int) else float(held)


def _same(held: Any, want: Any) -> bool:
    if isinstance(want, (str, bool)):
        return _text(held) == _text(want)
    return bool(_number(held) == want)


_OPERATORS: dict[str, Operator] = {
    ":": lambda held, want: _wild(want, ignore_case=True).fullmatch(_text(held)) is not None,
    "in~": lambda held, want: _folded(_text(held)) == _folded(want),
    "in": _same,
    "==": _same,
    "!=": _same,
    "like": lambda held, want: _wild(want, ignore_case=False).fullmatch(_text(held)) is not None,
    "like~": lambda held, want: _wild(want, ignore_case=True).fullmatch(_text(held)) is not None,
    "regex": lambda held, want: _regex(want, ignore_case=False).fullmatch(_text(held)) is not None,
    "regex~": lambda held, want: _regex(want, ignore_case=True).fullmatch(_text(held)) is not None,
    "<": lambda held, want: _number(held) < want,
    "<=": lambda held, want: _number(held) <= want,
    ">": lambda held, want: _number(held) > want,
    ">=": lambda held, want: _number(held) >= want,
}
