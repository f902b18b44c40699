"""A model of the SPL that the converter writes, to try queries on events: search, where, eval and the stats commands.

Written from Splunk's Search Reference 9.4. It knows what the converter writes and nothing more: anything else is an
error. Fields hold text, a number, or None; eval reads text that looks like a number as text, as the queries need.
"""

# ruff: noqa: D102 - the methods are the productions of a grammar

import datetime
import fnmatch
import ipaddress
import re
from collections.abc import Callable, Iterator
from typing import Any

Row = dict[str, Any]
TOKEN = re.compile(
    r"""\s*("(?:\\.|[^"\\])*"|'[^']*'|`\w+`|==|!=|<=|>=|=-\d+|[<>=(),+*-]|\[|\]|[\w.@:%*]+)""", re.DOTALL
)


def run(spl: str, rows: list[Row], macros: dict[str, Callable[[Row], bool]]) -> list[Row]:
    """The rows that come out. ``macros`` tell which rows a macro selects."""
    first, *commands = pipeline(spl)
    if not first:
        commands[0], first = "", commands[0]
        assert first.startswith("multisearch ")
        rows = [row for part in brackets(first) for row in run(part.removeprefix("search "), rows, macros)]
        commands = commands[1:]
    else:
        rows = [dict(row) for row in rows if Search(first, macros).matches(row)]
    for command in commands:
        rows = COMMANDS[command.split(" ", 1)[0]](command.partition(" ")[2], rows)
    return rows


def pipeline(spl: str) -> list[str]:
    """The commands of a search, split at pipes outside quotes and brackets."""
    parts, depth, quoted, escaped = [""], 0, False, False
    for letter in spl.replace("\n", " "):
        if quoted:
            quoted, escaped = (letter != '"' or escaped), letter == "\\" and not escaped
        elif letter == '"':
            quoted = True
        else:
            depth += {"[": 1, "]": -1}.get(letter, 0)
        if letter == "|" and not quoted and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def brackets(text: str) -> Iterator[str]:
    """The subsearches of a multisearch."""
    depth, start, quoted, escaped = 0, 0, False, False
    for place, letter in enumerate(text):
        if quoted:
            quoted, escaped = (letter != '"' or escaped), letter == "\\" and not escaped
        elif letter == '"':
            quoted = True
        elif letter == "[":
            depth, start = depth + 1, start if depth else place + 1
        elif letter == "]":
            depth -= 1
            if not depth:
                yield text[start:place].strip()


def tokens(text: str) -> list[str]:
    found, place = [], 0
    while place < len(text.rstrip()):
        match = TOKEN.match(text, place)
        assert match, f"no SPL: {text[place:]!r}"
        found.append(match[1])
        place = match.end()
    return found


def unquoted(text: str) -> str:
    return re.sub(r'\\([\\"])', r"\1", text[1:-1])


class Search:
    """The search command: NOT before OR before AND, which is the space."""

    def __init__(self, text: str, macros: dict[str, Callable[[Row], bool]]) -> None:
        self.tokens, self.place, self.macros = tokens(text), 0, macros
        self.test = self.conjunction()
        assert self.place == len(self.tokens), self.tokens[self.place :]

    def matches(self, row: Row) -> bool:
        return self.test(row)

    def peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1]

    def conjunction(self) -> Callable[[Row], bool]:
        tests = [self.disjunction()]
        while self.peek() not in ("", ")"):
            tests.append(self.disjunction())
        return lambda row: all(test(row) for test in tests)

    def disjunction(self) -> Callable[[Row], bool]:
        tests = [self.negation()]
        while self.peek() == "OR":
            self.take()
            tests.append(self.negation())
        return lambda row: any(test(row) for test in tests)

    def negation(self) -> Callable[[Row], bool]:
        if self.peek() == "NOT":
            self.take()
            test = self.negation()
            return lambda row: not test(row)
        if self.peek() == "(":
            self.take()
            test = self.conjunction()
            assert self.take() == ")"
            return test
        return self.term()

    def term(self) -> Callable[[Row], bool]:
        name = self.take()
        if name.startswith("`"):
            return self.macros[name.strip("`")]
        name = unquoted(name) if name.startswith('"') else name
        operator = self.take()
        if operator.startswith("=-"):
            return lambda row: equal(row.get(name), operator[1:])
        if operator == "IN":
            assert self.take() == "("
            values = [self.take()]
            while self.take() == ",":
                values.append(self.take())
            return lambda row: any(equal(row.get(name), value) for value in values)
        assert operator == "=", operator
        value = self.take()
        return lambda row: equal(row.get(name), value)


def equal(held: Any, value: str) -> bool:
    """``field=value``: any letter case, ``*`` the only wildcard, a network contains its addresses."""
    wanted = unquoted(value) if value.startswith('"') else value
    if held is None:
        return False
    if isinstance(held, list):
        return any(equal(one, value) for one in held)
    if re.fullmatch(r"[\d.]+/\d+", wanted):
        return cidrmatch(wanted, held)
    pattern = ".*".join(re.escape(part) for part in wanted.split("*"))
    return re.fullmatch(pattern, shown(held), re.IGNORECASE | re.DOTALL) is not None


def shown(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def cidrmatch(network: str, address: Any) -> bool:
    try:
        return ipaddress.ip_address(str(address)) in ipaddress.ip_network(network)
    except ValueError:
        return False


def tonumber(value: Any) -> float | None:
    try:
        return None if value is None or isinstance(value, bool) else float(value)
    except ValueError:
        return None


def pcre(regex: str) -> re.Pattern[str]:
    """Python's classes know all of Unicode, PCRE's only ASCII."""
    return re.compile(regex, re.ASCII if re.search(r"\\[bdsw]", regex) else 0)


def null_safe(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: None if any(arg is None for arg in args) else function(*args)


def case(*args: Any) -> Any:
    return next((value for test, value in zip(args[::2], args[1::2], strict=True) if test is True), None)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "match": null_safe(lambda text, regex: pcre(regex).search(shown(text)) is not None),
    "isnull": lambda value: value is None,
    "isnotnull": lambda value: value is not None,
    "lower": null_safe(lambda text: shown(text).lower()),
    "len": null_safe(len),
    "substr": null_safe(
        lambda text, start, length=None: text[int(start) - 1 :][: None if length is None else int(length)]
    ),
    "split": null_safe(lambda text, by: text.split(by) if by else list(text)),
    "mvcount": null_safe(len),
    "cidrmatch": null_safe(cidrmatch),
    "tonumber": tonumber,
    "null": lambda: None,
    "true": lambda: True,
    "if": lambda test, yes, no: yes if test is True else no,
    "case": case,
}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class Eval:
    """An eval expression. Null goes through comparisons and NOT, and a where keeps a row only if the result is true."""

    def __init__(self, text: str) -> None:
        self.tokens, self.place = tokens(text), 0
        self.value = self.disjunction()
        assert self.place == len(self.tokens), self.tokens[self.place :]

    peek, take = Search.peek, Search.take

    def disjunction(self) -> Callable[[Row], Any]:
        tests = [self.conjunction()]
        while self.peek() == "OR":
            self.take()
            tests.append(self.conjunction())
        return tests[0] if len(tests) == 1 else lambda row: either([test(row) for test in tests])

    def conjunction(self) -> Callable[[Row], Any]:
        tests = [self.negation()]
        while self.peek() == "AND":
            self.take()
            tests.append(self.negation())
        return tests[0] if len(tests) == 1 else lambda row: both([test(row) for test in tests])

    def negation(self) -> Callable[[Row], Any]:
        if self.peek() != "NOT":
            return self.comparison()
        self.take()
        test = self.negation()
        return lambda row: None if test(row) is None else not test(row)

    def comparison(self) -> Callable[[Row], Any]:
        left = self.sum()
        if self.peek() not in COMPARE:
            return left
        compare, right = null_safe(COMPARE[self.take()]), self.sum()
        return lambda row: compare(left(row), right(row))

    def sum(self) -> Callable[[Row], Any]:
        value = self.operand()
        while self.peek() in ("+", "-"):
            sign, more, so_far = (1 if self.take() == "+" else -1), self.operand(), value
            value = lambda row, a=so_far, b=more, s=sign: null_safe(lambda x, y: x + s * y)(a(row), b(row))  # noqa: E731
        return value

    def operand(self) -> Callable[[Row], Any]:
        token = self.take()
        if token == "-":  # noqa: S105 - a token of the grammar
            value = self.operand()
            return lambda row: -value(row)
        if token == "(":  # noqa: S105
            value = self.disjunction()
            assert self.take() == ")"
            return value
        if token.startswith('"'):
            return lambda _: unquoted(token)
        if re.fullmatch(r"\d+(\.\d+)?", token):
            return lambda _: float(token)
        if self.peek() == "(":
            return self.call(FUNCTIONS[token])
        return lambda row: row.get(token.strip("'"))

    def call(self, function: Callable[..., Any]) -> Callable[[Row], Any]:
        self.take()
        args: list[Callable[[Row], Any]] = []
        while self.peek() != ")":
            args.append(self.disjunction())
            if self.peek() == ",":
                self.take()
        self.take()
        return lambda row: function(*(arg(row) for arg in args))


def both(values: list[Any]) -> Any:
    return False if False in values else None if None in values else True


def either(values: list[Any]) -> Any:
    return True if True in values else None if None in values else False


def where(text: str, rows: list[Row]) -> list[Row]:
    value = Eval(text).value
    return [row for row in rows if value(row) is True]


def evaluate(text: str, rows: list[Row]) -> list[Row]:
    """``eval a=x, b=y``, from left to right."""
    depth, parts, quoted = 0, [""], False
    for letter in text:
        quoted ^= letter == '"'
        depth += 0 if quoted else {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    for part in parts:
        name, _, expression = part.strip().partition("=")
        value = Eval(expression).value
        rows = [{**row, name: value(row)} for row in rows]
    return rows


def sort(text: str, rows: list[Row]) -> list[Row]:
    keys = re.findall(r"num\((\w+)\)", text)
    assert re.fullmatch(r"0( - num\(\w+\)|( num\(\w+\))+)", text), text
    return sorted(rows, key=lambda row: [tonumber(row[key]) for key in keys], reverse=text.startswith("0 -"))


def mvexpand(text: str, rows: list[Row]) -> list[Row]:
    return [{**row, text: one} for row in rows for one in row[text]]


def key_of(row: Row, by: list[str]) -> tuple[Any, ...] | None:
    values = tuple(row.get(name) for name in by)
    return None if None in values else values


AGGREGATES: dict[str, Callable[[list[Any]], Any]] = {
    "max": lambda values: max(values, default=None),
    "min": lambda values: min(values, default=None),
    "sum": lambda values: sum(values) if values else None,
    "last": lambda values: values[-1] if values else None,
    "count": len,
}


def terms(text: str) -> tuple[list[tuple[str, str, str]], list[str]]:
    said, _, by = text.partition(" by ")
    found = re.findall(r"(\w+)(?:\((\w+)\))? AS (\w+)", said)
    return found, by.split()


def streamstats(text: str, rows: list[Row]) -> list[Row]:
    options = dict(re.findall(r"(current|window|global)=(\w+) ", text))
    found, by = terms(re.sub(r"(current|window|global)=\w+ ", "", text))
    assert "window" not in options or options["global"] == "f"
    history: dict[Any, list[Row]] = {}
    out = []
    for row in rows:
        key = key_of(row, by)
        seen = history.setdefault(key, []) if key is not None else []
        window = [*seen, row] if options.get("current") != "f" else list(seen)
        window = window[-int(options["window"]) :] if "window" in options else window
        seen.append(row)
        out.append({**row, **(aggregated(found, window) if key is not None else {})})
    return out


def aggregated(found: list[tuple[str, str, str]], rows: list[Row]) -> Row:
    return {
        name: AGGREGATES[function]([row[field] for row in rows if row.get(field) is not None] if field else rows)
        for function, field, name in found
    }


def eventstats(text: str, rows: list[Row]) -> list[Row]:
    found, by = terms(text)
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(key_of(row, by), []).append(row)
    return [{**row, **aggregated(found, groups[key_of(row, by)])} if key_of(row, by) else row for row in rows]


def fields(text: str, rows: list[Row]) -> list[Row]:
    pattern = text.removeprefix("- ")
    return [{name: value for name, value in row.items() if not fnmatch.fnmatchcase(name, pattern)} for row in rows]


COMMANDS: dict[str, Callable[[str, list[Row]], list[Row]]] = {
    "where": where,
    "eval": evaluate,
    "sort": sort,
    "mvexpand": mvexpand,
    "streamstats": streamstats,
    "eventstats": eventstats,
    "fields": fields,
}


def seconds(timestamp: Any) -> float:
    """The time of an event as Splunk keeps it."""
    return datetime.datetime.fromisoformat(str(timestamp)).timestamp()
