r"""The functions of eval that are known here, each from its section of Search Reference 9.4, *Evaluation functions*.

Regular expressions are PCRE (*About Splunk regular expressions*), run by Python's ``re``; a construct that ``re`` lacks
or reads in another way is an error. Letter case beyond ASCII folds as in Python, which Splunk does not promise: queries
declare ``ascii-case`` where that matters.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import ipaddress
import re
import urllib.parse
from collections.abc import Callable, Sequence
from typing import Any

from compiler.engines.spl_text import Row, SplError, folded, number, shown

Value = Callable[[Row], Any]

_UNREAD = re.compile(r"\\[zGKRXhHvVQECuULlN]|\[\[[:.=]|\(\?(?:R|\d|&|\||\+\d|-\d|[auL])|\(\*|\\[pPgk]|(?<!\\)\{,")
_NAMED = re.compile(r"\(\?<(?=[A-Za-z_])")
_WIDE = re.compile(r"\\x\{([0-9A-Fa-f]+)\}")
_ESCAPED = re.compile(r"\\.", re.DOTALL)


@functools.lru_cache(maxsize=4096)
def regex_of(text: str) -> re.Pattern[str]:
    """A PCRE as Python runs it. Raises ``SplError`` for what Python cannot."""
    rest = _WIDE.sub("", text)
    if _UNREAD.search(rest.replace("\\\\", "")):
        raise SplError(f"a regular expression beyond what is known here: {text!r}")
    said = _WIDE.sub(lambda match: re.escape(chr(int(match[1], 16))), _NAMED.sub("(?P<", text))
    said = _ESCAPED.sub(lambda match: r"(?=\n?\Z)" if match[0] == r"\Z" else match[0], said)
    try:
        # PCRE's classes are ASCII's, unless it is told otherwise.
        return re.compile(said, re.ASCII if re.search(r"\\[bdswBDSW]", said) else 0)
    except (re.error, OverflowError) as error:
        raise SplError(f"{text!r} is no regular expression here: {error}") from None


@dataclasses.dataclass(frozen=True, slots=True)
class Function:
    """A function of values, null if one of them is. ``literal``: the place of a text from which more is made once."""

    apply: Callable[..., Any]
    least: int
    most: int
    literal: int = -1
    prepare: Callable[[str], Any] = str

    def make(self, arguments: Sequence[Value], literals: Sequence[str | None]) -> Value:
        """The function over arguments. Raises ``SplError`` for too few or too many."""
        if not self.least <= len(arguments) <= self.most:
            raise SplError(f"a function of {self.least} to {self.most} arguments with {len(arguments)}")
        given = list(arguments)
        text = literals[self.literal] if 0 <= self.literal < len(literals) else None
        if text is not None:
            prepared = self.prepare(text)
            given[self.literal] = lambda _row: prepared
        return _applied(self.apply, given)


def _applied(function: Callable[..., Any], arguments: Sequence[Value]) -> Value:
    def applied(row: Row) -> Any:
        values = []
        for argument in arguments:
            value = argument(row)
            if value is None:
                return None
            if isinstance(value, list):
                raise SplError("a function of one value over a field with several")
            values.append(value)
        return function(*values)

    return applied


def _match(text: Any, pattern: Any) -> bool:
    return (regex_of(pattern) if isinstance(pattern, str) else pattern).search(shown(text)) is not None


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise SplError(f"{text!r} is no network") from None


def _cidrmatch(network: Any, address: Any) -> bool:
    try:
        return ipaddress.ip_address(shown(address)) in (_network(network) if isinstance(network, str) else network)
    except ValueError:
        return False


def _like(text: Any, pattern: Any) -> bool:
    """*like*: ``%`` is any run, ``_`` one character; letter case counts."""
    wild = {"%": ".*", "_": "."}
    said = "".join(wild.get(letter, re.escape(letter)) for letter in shown(pattern))
    return re.fullmatch(said, shown(text), re.DOTALL) is not None


def _substr(text: Any, start: Any, length: Any = None) -> str:
    """*substr*: counts from 1, and from the end if negative."""
    said, first = shown(text), int(start)
    begin = first - 1 if first > 0 else max(len(said) + first, 0) if first else 0
    return said[begin:] if length is None else said[begin : begin + max(int(length), 0)]


def _split(text: Any, by: Any) -> list[str]:
    return shown(text).split(by) if by else list(shown(text))


def _replace(text: Any, pattern: Any, new: Any) -> str:
    regex = regex_of(pattern) if isinstance(pattern, str) else pattern
    return str(regex.sub(lambda found: re.sub(r"\\(\d)", lambda digit: found[int(digit[1])] or "", new), shown(text)))


def _round(value: Any, places: Any = 0) -> float | int | None:
    held = number(value)
    return None if held is None else round(held, int(places)) if places else round(held)


class Exact(float):
    """A number within *exact()*, to all of its digits."""


def _exact(value: Any) -> Exact | None:
    held = number(value)
    return None if held is None else Exact(held)


def _tonumber(text: Any, base: Any = 10) -> Any:
    """*tonumber*: null for what is no number, blanks around one included.

    A text without a point is said to be read as a whole number; what becomes of ``1e5`` is not, which is a number here.
    """
    if base == 10:
        return number(text)
    try:
        return int(shown(text), int(base))
    except ValueError:
        return None


def _tostring(value: Any) -> str:
    return str(value).capitalize() if isinstance(value, bool) else shown(value)


_CODES = frozenset("YmdHMSjw")
"""Variables of *Date and time format variables* that are known here; which week ``%V`` counts is not said there."""


def _format(text: str) -> str:
    if unknown := {code for code in re.findall("%(.)", text) if code not in _CODES}:
        raise SplError(f"the time format %{min(unknown)} is not known here")
    return text


def _strftime(time: Any, form: Any) -> str | None:
    held = number(time)
    return None if held is None else datetime.datetime.fromtimestamp(held, datetime.UTC).strftime(_format(form))


def _strptime(text: Any, form: Any) -> float | None:
    try:
        said = datetime.datetime.strptime(shown(text), _format(form))  # noqa: DTZ007 - the next line gives the zone
    except ValueError:
        return None
    return said.replace(tzinfo=datetime.UTC).timestamp()


FUNCTIONS: dict[str, Function] = {
    # Comparison and Conditional functions
    "match": Function(_match, 2, 2, literal=1, prepare=regex_of),
    "cidrmatch": Function(_cidrmatch, 2, 2, literal=0, prepare=_network),
    "like": Function(_like, 2, 2),
    "in": Function(lambda held, *wanted: any(shown(held) == shown(one) for one in wanted), 2, 10_000),
    # Text functions
    "len": Function(lambda text: len(shown(text)), 1, 1),
    "lower": Function(lambda text: folded(shown(text)), 1, 1),
    "upper": Function(lambda text: shown(text).upper(), 1, 1),
    "substr": Function(_substr, 2, 3),
    "replace": Function(_replace, 3, 3, literal=1, prepare=regex_of),
    "trim": Function(lambda text, letters=" \t": shown(text).strip(letters), 1, 2),
    "urldecode": Function(lambda text: urllib.parse.unquote(shown(text)), 1, 1),
    # Conversion functions
    "tonumber": Function(_tonumber, 1, 2),
    "tostring": Function(_tostring, 1, 1),
    # Mathematical functions
    "exact": Function(_exact, 1, 1),
    "round": Function(_round, 1, 2),
    "floor": Function(lambda value: None if (held := number(value)) is None else int(held // 1), 1, 1),
    "abs": Function(lambda value: None if (held := number(value)) is None else abs(held), 1, 1),
    # Multivalue eval functions that make a field of several values out of one
    "split": Function(_split, 2, 2),
    # Date and Time functions; the time zone of the model is UTC
    "strftime": Function(_strftime, 2, 2),
    "strptime": Function(_strptime, 2, 2),
}


def _need(arguments: Sequence[Value], least: int, most: int) -> None:
    if not least <= len(arguments) <= most:
        raise SplError(f"a function of {least} to {most} arguments with {len(arguments)}")


def _isnull(arguments: Sequence[Value]) -> Value:
    _need(arguments, 1, 1)
    (value,) = arguments
    return lambda row: value(row) is None


def _isnotnull(arguments: Sequence[Value]) -> Value:
    _need(arguments, 1, 1)
    (value,) = arguments
    return lambda row: value(row) is not None


def _if(arguments: Sequence[Value]) -> Value:
    _need(arguments, 3, 3)
    test, yes, no = arguments
    return lambda row: yes(row) if test(row) is True else no(row)


def _case(arguments: Sequence[Value]) -> Value:
    _need(arguments, 2, 10_000)
    if len(arguments) % 2:
        raise SplError("case() takes a condition and a value, as often as wanted")
    pairs = list(zip(arguments[::2], arguments[1::2], strict=True))
    return lambda row: next((value(row) for test, value in pairs if test(row) is True), None)


def _coalesce(arguments: Sequence[Value]) -> Value:
    _need(arguments, 1, 10_000)
    return lambda row: next((held for value in arguments if (held := value(row)) is not None), None)


def _constant(constant: Any) -> Callable[[Sequence[Value]], Value]:
    def make(arguments: Sequence[Value]) -> Value:
        _need(arguments, 0, 0)
        return lambda _row: constant

    return make


def _mvcount(arguments: Sequence[Value]) -> Value:
    """*mvcount*: null for a field without values, 1 for one value."""
    _need(arguments, 1, 1)
    (value,) = arguments

    def counted(row: Row) -> int | None:
        held = value(row)
        return None if held is None else len(held) if isinstance(held, list) else 1

    return counted


def _mvjoin(arguments: Sequence[Value]) -> Value:
    """*mvjoin*: the values in one text, with another between them; null for a field without values."""
    _need(arguments, 2, 2)
    value, between = arguments

    def joined(row: Row) -> str | None:
        held = value(row)
        if held is None:
            return None
        return shown(between(row)).join(shown(one) for one in (held if isinstance(held, list) else [held]))

    return joined


def _mvindex(arguments: Sequence[Value]) -> Value:
    """*mvindex*: one value, or those from one to another; counts from 0, from the end if negative; null outside."""
    _need(arguments, 2, 3)
    value, *places = arguments

    def indexed(row: Row) -> Any:
        held, *found = value(row), *(place(row) for place in places)
        if held is None or None in found:
            return None
        values = held if isinstance(held, list) else [held]
        if not all(-len(values) <= place < len(values) for place in found):
            return None
        first, last = int(found[0]) % len(values), int(found[-1]) % len(values)
        chosen = values[first : last + 1]
        return (chosen if len(chosen) > 1 else chosen[0]) if chosen else None

    return indexed


class _Watched(dict[str, Any]):
    """A row that remembers which fields an expression read."""

    def __init__(self, row: Row) -> None:
        super().__init__(row)
        self.read: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add(name)
        return super().get(name, default)


def _mvfilter(arguments: Sequence[Value]) -> Value:
    """*mvfilter*: the values of the one field of an expression for which it is true; null if there are none."""
    _need(arguments, 1, 1)
    (test,) = arguments
    watched = _Watched({})
    test(watched)
    if len(watched.read) != 1:
        raise SplError("the expression of mvfilter() reads exactly one field")
    (name,) = watched.read

    def filtered(row: Row) -> Any:
        held = row.get(name)
        if not isinstance(held, list):
            return held if held is not None and test({name: held}) is True else None
        kept = [one for one in held if test({name: one}) is True]
        return (kept if len(kept) > 1 else kept[0]) if kept else None

    return filtered


def _mvmap(arguments: Sequence[Value]) -> Value:
    """*mvmap*: an expression for each value of a field, or of some of them, and of what it gives all that is not null.

    That one may stand within another, each with a field of its own, is not documented; it is taken to be so.
    """
    _need(arguments, 2, 2)
    value, mapped = arguments
    watched = _Watched({})
    value(watched)
    if len(watched.read) != 1:
        raise SplError("mvmap() takes a field and an expression")
    (name,) = watched.read

    def made(row: Row) -> Any:
        held = value(row)
        found: list[Any] = []
        for one in held if isinstance(held, list) else [] if held is None else [held]:
            result = mapped({**row, name: one})
            found += result if isinstance(result, list) else [] if result is None else [result]
        return (found if len(found) > 1 else found[0]) if found else None

    return made


def _mvdedup(arguments: Sequence[Value]) -> Value:
    """*mvdedup*: each value once, where it stands first."""
    _need(arguments, 1, 1)
    (value,) = arguments

    def made(row: Row) -> Any:
        held = value(row)
        if not isinstance(held, list):
            return held
        found = list({shown(one): one for one in held}.values())
        return found if len(found) > 1 else found[0]

    return made


SPECIAL: dict[str, Callable[[Sequence[Value]], Value]] = {
    "isnull": _isnull,
    "isnotnull": _isnotnull,
    "if": _if,
    "case": _case,
    "coalesce": _coalesce,
    "null": _constant(None),
    "true": _constant(True),
    "false": _constant(False),
    "mvcount": _mvcount,
    "mvindex": _mvindex,
    "mvjoin": _mvjoin,
    "mvfilter": _mvfilter,
    "mvmap": _mvmap,
    "mvdedup": _mvdedup,
}
"""Functions that take null, or a field with several values, in a way of their own."""
