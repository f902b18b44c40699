"""The neighbours of an element at which translations break, by kind: what a query must tell apart from it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from compiler.meaning import predicates
from compiler.meaning.network import Network, parse_address
from compiler.meaning.patterns import DASHES, Tokens, Wild
from compiler.meaning.predicates import Predicate
from compiler.meaning.values import MISSING
from compiler.meaning.witness.elements import moment, outside
from compiler.meaning.witness.regexes import strings_for
from compiler.meaning.witness.texts import FILLER, fill

Neighbour = tuple[str, Any]
"""A kind and an element."""

SPECIAL = "*?%_\"'\\$^.+([{|`)]}-/#&@<>~=:;,! \n\t"
"""Characters that mean something in the languages of queries, and so must be escaped there."""
_RUNS = {
    "run:wildcards": "a*b?c",
    "run:like": "a%b_c",
    "run:quotes": "a\"b'c`d",
    "run:backslash": "a\\b\\\\c\\",
    "run:regex": "$^.+([{|",
    "run:newline": "a\nb",
    "run:carriage return": "a\r\nb",
    "run:unicode": "é\U0001d11e\u202e日",
    "run:blanks": "  a\t ",
}
_ONES = {
    "one:wildcard": "*",
    "one:like": "_",
    "one:newline": "\n",
    "one:astral": "\U0001d11e",
    "one:quote": '"',
}
_FOLDS = {
    "k": "\u212a",
    "s": "\u017f",
    "i": "\u0130",
    "I": "\u0131",
    "K": "\u212a",
    "S": "\u017f",
    "\u00df": "\u1e9e",
    "\u03c3": "\u03c2",
}
LONG, LONGER = 1_024, 10_000


def shape_of(item: Predicate) -> str:
    """What sort of question a predicate is: neighbours are tried once for each sort in a rule.

    Each limit is a sort of its own, since it has an edge of its own.
    """
    if isinstance(item, predicates.Comparison):
        return f"Comparison {item.operator} {item.limit} {item.part}"
    if not isinstance(item, predicates.Text):
        return type(item).__name__
    match item.tokens:
        case (str(),) | ():
            sort = "whole"
        case (str(), Wild.ANY):
            sort = "start"
        case (Wild.ANY, str()):
            sort = "end"
        case (Wild.ANY, str(), Wild.ANY):
            sort = "part"
        case _:
            sort = "wild"
    return f"{sort}{' cased' * item.cased}"


def neighbours(item: Predicate, element: Any, seed: int) -> Iterator[Neighbour]:
    """The neighbours of an element that meets a predicate."""
    yield from _OF[type(item)](item, element, seed)


def common(element: Any) -> Iterator[Neighbour]:
    """What is tried on every field that a rule asks for: nothing there, in the three ways, and another letter case."""
    yield "missing", MISSING
    yield "null", None
    yield "empty", ""
    if isinstance(element, str):
        yield from letter_case(element)


def anchors(item: Predicate, text: str) -> Iterator[Neighbour]:
    """What is tried on every atom: whether its text may stand within another, other letters, another dash."""
    if not isinstance(item, predicates.Text | predicates.Regex | predicates.Reference):
        return
    yield from itertools.islice(embedded(text), 3)
    if getattr(item, "cased", False):
        yield from letter_case(text)
    if isinstance(item, predicates.Text) and Wild.DASH in item.tokens:
        yield from itertools.islice(_dashes(item.tokens, text), 2)


def letter_case(text: str) -> Iterator[Neighbour]:
    """The text in other letters of the same reading, those beyond ASCII that fold to a letter of it among them."""
    for kind, changed in (("upper", text.upper()), ("lower", text.lower()), ("mixed", text.swapcase())):
        if changed != text:
            yield f"case:{kind}", changed
    for char in dict.fromkeys(text):
        if char in _FOLDS:
            yield f"case:U+{ord(_FOLDS[char]):04X}", text.replace(char, _FOLDS[char], 1)


def lists(element: Any, other: Any) -> Iterator[Neighbour]:
    """Lists in the field: one element meets the value, all do, none does; and a list of nothing."""
    yield "list:first", [element, other]
    yield "list:last", [other, element]
    yield "list:all", [element, element]
    yield "list:none", [other, f"{other}{FILLER}"]
    yield "list:one", [element]
    yield "list:null", [None, element]
    yield "list:empty", []


def embedded(text: str) -> Iterator[Neighbour]:
    """The text with something before and after it, which anchors must see."""
    yield "embedded:before", FILLER + text
    yield "embedded:after", text + FILLER
    yield "embedded:both", FILLER + text + FILLER
    yield "blank:before", " " + text
    yield "blank:after", text + " "
    yield "newline:before", "\n" + text
    yield "newline:after", text + "\n"
    yield "newline:lines", f"{FILLER}\n{text}\n{FILLER}"
    yield "long:before", "x" * (LONG + 80) + text
    yield "long:after", text + "x" * (LONG + 80)
    yield "long:much", "x" * (LONGER + 80) + text + "x" * 80
    yield "shorter:first", text[1:]
    yield "shorter:last", text[:-1]
    yield "backslash:after", text + "\\"
    yield "twice", text + text


def special(tokens: Tokens, text: str, wanted: Iterable[str]) -> Iterator[Neighbour]:
    """For each special character in the pattern's literals, texts that only a wrong escape takes for a match.

    ``text`` is one that fits the pattern, perhaps among others of the field.
    """
    literal = "".join(token for token in tokens if isinstance(token, str))
    for char in wanted:
        if char not in literal:
            continue
        name = {"\n": "newline", "\t": "tab", " ": "blank"}.get(char, char)
        for kind, swap in (
            ("literal", char),
            ("replaced", "x"),
            ("dropped", ""),
            ("doubled", char * 2),
            ("run", "xyz"),
        ):
            changed = tuple(token.replace(char, swap) if isinstance(token, str) else token for token in tokens)
            yield f"{kind}:{name}", _in_place(text, tokens, fill(changed))


def _text(item: predicates.Text, element: Any, _: int) -> Iterator[Neighbour]:
    text = str(element)
    yield from letter_case(text)
    yield from embedded(text)
    tokens = item.tokens
    if Wild.ANY in tokens:
        yield "run:empty", _in_place(text, tokens, fill(tokens))
        yield "run:text", _in_place(text, tokens, fill(tokens, FILLER))
        for kind, run in _RUNS.items():
            yield kind, _in_place(text, tokens, fill(tokens, run))
        yield "long:run", _in_place(text, tokens, fill(tokens, "x" * (LONG + 80)))
    if Wild.ONE in tokens:
        for kind, one in _ONES.items():
            yield kind, _in_place(text, tokens, fill(tokens, one=one))
        yield "one:none", _in_place(text, tokens, fill(tokens, one=""))
        yield "one:two", _in_place(text, tokens, fill(tokens, one="77"))
    if Wild.DASH in tokens:
        yield from _dashes(tokens, text)
    if text:
        at = len(text) // 2
        for kind, char in (("star", "*"), ("question", "?"), ("percent", "%"), ("underscore", "_"), ("dot", ".")):
            yield f"in place:{kind}", text[:at] + char + text[at + 1 :]
        yield "in place:all", "*"
        yield "newline:inside", f"{text[:at]}\n{text[at:]}"
    yield from _spelled(text)


def _dashes(tokens: Tokens, text: str) -> Iterator[Neighbour]:
    for dash in (*DASHES[::-1], "\u2012", "--", ""):
        yield f"dash:{dash!a}", _in_place(text, tokens, fill(tokens, dash=dash))


def _in_place(text: str, tokens: Tokens, other: str) -> str:
    """``text`` with what of it fits the pattern replaced, since the rest may be there for other atoms of the field."""
    core = fill(tokens)
    return text.replace(core, other, 1) if core and core in text else other


def _spelled(text: str) -> Iterator[Neighbour]:
    """A text that reads as a number or boolean, as the number or boolean, and spelled otherwise."""
    if text.isascii() and text.isdigit() and len(text) < 19:
        yield "as number", int(text)
        yield "number:zero in front", f"0{text}"
        yield "number:with point", f"{text}.0"
        yield "number:sign", f"+{text}"
    if text.lower() in ("true", "false"):
        yield "as boolean", text.lower() == "true"


def _number(item: predicates.Number, element: Any, _: int) -> Iterator[Neighbour]:
    value = item.value
    yield "as string", str(element)
    yield "number:zero in front", f"0{value}"
    yield "number:with point", f"{value}.0" if isinstance(value, int) else f"{value}0"
    yield "number:float", float(value) if abs(value) < 2**53 else value
    yield "number:sign", f"+{value}"
    yield "number:exponent", f"{value}e0"
    yield "number:blank", f" {value}"
    yield from (("number:above", value + 1), ("number:below", value - 1), ("number:negative", -value - 1))
    yield "number:fraction", value + 0.5
    yield "number:more digits", f"{value}1"
    yield "number:above as string", str(value + 1)
    yield "number:hexadecimal", hex(value) if isinstance(value, int) else str(value)
    yield "number:boolean", value == 1


def _boolean(item: predicates.Boolean, _: Any, __: int) -> Iterator[Neighbour]:
    name = "true" if item.value else "false"
    yield "as string", name
    yield "case:upper", name.upper()
    yield "case:title", name.title()
    yield "boolean:number", int(item.value)
    yield "boolean:digit", str(int(item.value))
    yield "boolean:other", not item.value
    yield "boolean:other as string", "false" if item.value else "true"


def _null(_: Any, __: Any, ___: int) -> Iterator[Neighbour]:
    yield from (("null", None), ("missing", MISSING), ("empty", ""), ("blank", " "), ("zero", 0), ("false", False))
    yield from (("text:null", "null"), ("text:dash", "-"), ("text:word", FILLER), ("number", 7))
    yield from (("list:empty", []), ("list:null", [None]), ("list:null and text", [None, FILLER]))


def _regex(item: predicates.Regex, element: Any, seed: int) -> Iterator[Neighbour]:
    text = str(element)
    for number, other in enumerate(strings_for(item, 6, seed + 1)):
        yield f"regex:{number}", other
    yield from letter_case(text)
    yield from embedded(text)
    if text:
        at = len(text) // 2
        yield "newline:inside", f"{text[:at]}\n{text[at:]}"
        yield "newline:in place", f"{text[:at]}\n{text[at + 1 :]}"
        yield "regex:letter in place", f"{text[:at]}x{text[at + 1 :]}"
        yield "regex:own source", item.source
    for kind, before, after in (("letter", "é", "é"), ("digit", "٣", "٣"), ("blank", "\u00a0", "\u00a0")):
        yield f"regex:{kind} beyond ASCII", f"{before}{text}{after}"
        yield f"regex:{kind} beyond ASCII inside", text.replace("a", before, 1).replace("0", before, 1)


def _network(item: predicates.InNetwork, element: Any, _: int) -> Iterator[Neighbour]:
    network: Network = item.network
    first, last = str(network[0]), str(network[-1])
    yield "network:first", first
    yield "network:last", last
    for number, other in enumerate(outside(network)):
        yield f"network:outside {number}", other
    if network.version == 4:
        yield "network:mapped", f"::ffff:{element}"
        yield "network:other version", "2001:db8::7"
        yield "network:zeros in front", ".".join(part.zfill(3) for part in first.split("."))
    else:
        yield "network:other version", "198.51.100.7"
        yield "network:written out", network[-1].exploded
        yield "case:upper", last.upper()
        yield "network:zone", f"{first}%eth0"
    yield "network:port", f"{first}:443"
    yield "network:itself", str(network)
    yield "network:no address", FILLER
    yield "network:text around", f"x{element}"
    yield "network:blank", f"{element} "
    yield "empty", ""
    yield "number", int(parse_address(first) or 0) % 2**31


def _comparison(item: predicates.Comparison, _: Any, __: int) -> Iterator[Neighbour]:
    limit = item.limit
    if item.part:
        for step in (-1, 0, 1):
            if text := moment(item.part, limit + step):
                yield f"time:{step:+d}", text
        text = moment(item.part, limit)
        if text:
            yield "time:zone", text.replace("Z", "+09:00")
            yield "time:no zone", text.removesuffix("Z")
            yield "time:blank", text.replace("T", " ").removesuffix("Z")
            yield "time:fraction", text.replace("Z", ".999Z")
            yield "time:date alone", text[:10]
        edges = {"hour": ("00:00:00", "23:59:59"), "minute": ("10:00:00", "10:59:59")}.get(item.part, ())
        yield from ((f"time:edge {edge}", f"2026-03-02T{edge}Z") for edge in edges)
        yield from (("time:no time", FILLER), ("time:epoch", 1772445840))
        return
    for offset in (-1, -0.5, 0, 0.5, 1):
        number: float = limit + offset
        yield f"boundary:{offset:+g}", int(number) if number == int(number) else number
        yield f"boundary:{offset:+g} as string", str(limit + offset)
    yield "boundary:digits", f"{'9' if str(limit)[:1] != '9' else '10'}"
    yield from (("number:zero in front", f"0{limit}"), ("number:negative", -abs(limit) - 1), ("number:zero", 0))
    yield from (("text:word", FILLER), ("empty", ""), ("number:large", 2**53 + 1), ("boolean", True))


def _presence(_: Any, __: Any, ___: int) -> Iterator[Neighbour]:
    yield from (("missing", MISSING), ("null", None), ("empty", ""), ("text:word", FILLER), ("zero", 0))
    yield from (("false", False), ("list:empty", []), ("text:dash", "-"))


def _reference(_: Any, element: Any, __: int) -> Iterator[Neighbour]:
    text = str(element)
    yield from letter_case(text)
    yield from itertools.islice(embedded(text), 5)
    yield from (("reference:other", f"x{FILLER}"), ("number", 7), ("as string", "7"))


_OF: dict[type, Any] = {
    predicates.Text: _text,
    predicates.Number: _number,
    predicates.Boolean: _boolean,
    predicates.Null: _null,
    predicates.Presence: _presence,
    predicates.Regex: _regex,
    predicates.InNetwork: _network,
    predicates.Comparison: _comparison,
    predicates.Reference: _reference,
}
