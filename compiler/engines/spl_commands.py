"""The commands between pipes, each from its page of Search Reference 9.4; every one takes all rows and gives all rows.

The commands that reckon over several rows and the statistical functions stand in ``spl_stats``.
"""

from __future__ import annotations

import fnmatch
import functools
import itertools
import re
import shlex
from collections.abc import Callable, Collection, Iterable

from compiler.engines.spl_eval import assignments, where
from compiler.engines.spl_functions import regex_of
from compiler.engines.spl_search import search
from compiler.engines.spl_stats import eventstats, stats, streamstats
from compiler.engines.spl_text import ROW_ID, Row, SplError, brackets, commands, number, shown, unquoted

_MACRO = re.compile(r"`\w+`", re.ASCII)
Rows = list[Row]
Stage = Callable[[Rows], Rows]
Command = Callable[[str, Collection[str]], Stage]

MAX_EXPANDED = 10_000
"""Values of one field that *mvexpand* is taken to expand here; Splunk bounds it by memory (limits.conf)."""


def compiled(spl: str, tables: Collection[str]) -> Stage:
    """A whole search: from the events of all tables to the rows that come out. Raises ``SplError``.

    A search begins with a search, or with a pipe and a generating command: *multisearch*, *makeresults*, or a macro
    that stands for one (*from* over a data model gives the events of a dataset, their fields by their own names).
    """
    first, *rest = commands(spl)
    appended: dict[int, Stage] = {}
    if first:
        test = search(first.removeprefix("search ").strip() if first.startswith("search ") else first, tables)
        stages: list[Stage] = [lambda rows: [row for row in rows if test(row)]]
    elif rest and rest[0].startswith("multisearch"):
        stages = [_multisearch(rest.pop(0).removeprefix("multisearch"), tables)]
    elif rest and rest[0].startswith("makeresults"):
        stages = [_makeresults(rest.pop(0).removeprefix("makeresults"))]
    elif rest and (match := _MACRO.fullmatch(rest[0])):
        test = search(match[0], tables)
        stages = [lambda rows: [row for row in rows if test(row)]]
        rest.pop(0)
    else:
        raise SplError("a search that begins with no search")
    for text in rest:
        name, _, argument = text.partition(" ")
        if name == "append":
            # *append*: the results of a subsearch, which reads the events anew, after those so far.
            appended[len(stages)] = _subsearches(argument, tables, 1)[0]
            stages.append(list)
        elif name in COMMANDS:
            stages.append(COMMANDS[name](argument.strip(), tables))
        else:
            raise SplError(f"the command {name!r} is not known here")

    def run(events: Rows) -> Rows:
        rows = events
        for place, stage in enumerate(stages):
            rows = rows + appended[place](events) if place in appended else stage(rows)
        return rows

    return run


def _makeresults(text: str) -> Stage:
    """*makeresults*: rows that hold nothing but a time, one or ``count`` of them; nothing is read."""
    match = re.fullmatch(r"\s*(?:count=(\d+))?", text)
    if match is None:
        raise SplError(f"makeresults {text!r}")
    return lambda _rows: [{"_time": 0} for _ in range(int(match[1] or 1))]


_STREAMING = frozenset({"search", "where", "eval", "regex", "rex", "fields", "rename", "fillnull"})
"""Commands that a subsearch of *multisearch* may have: "streaming commands" alone."""


def _multisearch(text: str, tables: Collection[str]) -> Stage:
    """*multisearch*: two streaming searches or more at once. An event that several select comes out several times."""
    for one in brackets(text):
        for command in commands(one)[1:]:
            if command.split(" ")[0] not in _STREAMING:
                raise SplError(f"multisearch over the command {command.split(' ')[0]!r}, which does not stream")
    subsearches = _subsearches(text, tables, 2)
    return lambda rows: [row for subsearch in subsearches for row in subsearch(rows)]


def _subsearches(text: str, tables: Collection[str], least: int) -> list[Stage]:
    said = brackets(text)
    if len(said) < least:
        raise SplError(f"a command over {len(said)} subsearches")
    return [compiled(one, tables) for one in said]


def _where(text: str, _tables: Collection[str]) -> Stage:
    test = where(text)
    return lambda rows: [row for row in rows if test(row)]


def _search(text: str, tables: Collection[str]) -> Stage:
    test = search(text, tables)
    return lambda rows: [row for row in rows if test(row)]


def _eval(text: str, _tables: Collection[str]) -> Stage:
    pairs = assignments(text)

    def stage(rows: Rows) -> Rows:
        found = []
        for row in rows:
            made = dict(row)
            for name, value in pairs:
                made[name] = value(made)
                if isinstance(made[name], bool):
                    raise SplError("the result of an eval cannot be a truth value")
            found.append(made)
        return found

    return stage


_REGEX = re.compile(r'(?:([\w.]+|"[^"]*")\s*(!?=)\s*)?("(?:\\.|[^"\\])*")', re.DOTALL)


def _regex(text: str, _tables: Collection[str]) -> Stage:
    r"""*regex*: keeps what matches anywhere, or not with ``!=``; ``_raw`` if no field is named."""
    match = _REGEX.fullmatch(text)
    if match is None:
        raise SplError(f"regex {text!r}")
    field, wanted, pattern = unquoted(match[1] or "_raw"), match[2] != "!=", regex_of(unquoted(match[3]))

    def test(row: Row) -> bool:
        held = row.get(field)
        values = held if isinstance(held, list) else [held]
        return any(one is not None and pattern.search(shown(one)) for one in values) is wanted

    return lambda rows: [row for row in rows if test(row)]


_REX = re.compile(r'(?:field=([\w.]+)\s+)?(?:max_match=(\d+)\s+)?("(?:\\.|[^"\\])*")', re.DOTALL)


def _rex(text: str, _tables: Collection[str]) -> Stage:
    """*rex*: fields from named groups; the first match, or ``max_match`` of them as a multivalue field."""
    match = _REX.fullmatch(text)
    if match is None:
        raise SplError(f"rex {text!r}")
    field, most, pattern = match[1] or "_raw", int(match[2] or 1), regex_of(unquoted(match[3]))

    def extracted(row: Row) -> Row:
        if row.get(field) is None:
            return row
        found: dict[str, list[str]] = {}
        for one in itertools.islice(pattern.finditer(shown(row[field])), most or None):
            for name, held in one.groupdict().items():
                if held is not None:
                    found.setdefault(name, []).append(held)
        return {**row, **{name: held if len(held) > 1 else held[0] for name, held in found.items()}}

    return lambda rows: [extracted(row) for row in rows]


_SPAN = re.compile(r"(?:span=(\d+)([smhd]?)\s+(\w+)|(\w+)\s+span=(\d+)([smhd]?))(?:\s+as\s+(\w+))?", re.IGNORECASE)
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def _bin(text: str, _tables: Collection[str]) -> Stage:
    """*bin*, *bucket*: numbers into sets of one size, each named by its least; days begin in UTC here."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise SplError(f"bin {text!r}")
    field = match[3] or match[4]
    size = int(match[1] or match[5]) * _SECONDS[(match[2] or match[6] or "").lower()]
    name = match[7] or field

    def put(row: Row) -> Row:
        held = number(row.get(field))
        return row if held is None else {**row, name: held // size * size}

    return lambda rows: [put(row) for row in rows]


def _names(text: str) -> list[str]:
    try:
        return [name for name in shlex.split(text.replace(",", " ")) if name]
    except ValueError as error:
        raise SplError(str(error)) from None


def _named(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _fields(text: str, _tables: Collection[str]) -> Stage:
    """*fields*: keeps the fields named, and the internal ones that begin with an underscore, or takes them away."""
    taken = text.startswith("-")
    patterns = _names(text.lstrip("+- "))

    def kept(name: str) -> bool:
        if name == ROW_ID or (not taken and name.startswith("_")):
            return True
        return _named(name, patterns) is not taken

    return lambda rows: [{name: value for name, value in row.items() if kept(name)} for row in rows]


def _table(text: str, _tables: Collection[str]) -> Stage:
    """*table*: the fields named and no other."""
    patterns = _names(text)
    return lambda rows: [
        {name: value for name, value in row.items() if name == ROW_ID or _named(name, patterns)} for row in rows
    ]


def _rename(text: str, _tables: Collection[str]) -> Stage:
    """*rename*: one name after another; a field that is there already is replaced, also by one that is missing."""
    pairs = re.findall(r'("[^"]*"|[^\s,]+)\s+as\s+("[^"]*"|[^\s,]+)', text, re.IGNORECASE)
    if not pairs or "*" in text:
        raise SplError(f"rename {text!r}")

    def renamed(row: Row) -> Row:
        made = dict(row)
        for old, new in pairs:
            made[unquoted(new)] = made.pop(unquoted(old), None)
        return made

    return lambda rows: [renamed(row) for row in rows]


def _fillnull(text: str, _tables: Collection[str]) -> Stage:
    """*fillnull*: a value, or 0, where a field is missing; of all fields of all rows if none is named."""
    match = re.match(r'value=("[^"]*"|\S+)\s*', text)
    value = unquoted(match[1]) if match else "0"
    names = _names(text[match.end() :] if match else text)

    def stage(rows: Rows) -> Rows:
        wanted = names or list(dict.fromkeys(name for row in rows for name in row))
        return [{**row, **{name: value for name in wanted if row.get(name) is None}} for row in rows]

    return stage


def _mvexpand(text: str, _tables: Collection[str]) -> Stage:
    """*mvexpand*: a row for each value of a multivalue field, but no internal one.

    A row without the field stays, which its page does not say; correlations of ours hold either way.
    """
    (name,) = _names(text)
    if name.startswith("_"):
        raise SplError(f"mvexpand of the internal field {name}")

    def expanded(row: Row) -> Iterable[Row]:
        held = row.get(name)
        if not isinstance(held, list):
            return (row,)
        if len(held) > MAX_EXPANDED:
            raise SplError(f"mvexpand over {len(held)} values")
        return ({**row, name: one} for one in held)

    return lambda rows: [made for row in rows for made in expanded(row)]


_KEY = re.compile(r"([+-]?)\s*(?:(auto|num|str|ip)\(([\w.]+)\)|([\w.]+))\s*(?:,\s*|$)")


def _sort(text: str, _tables: Collection[str]) -> Stage:
    """*sort*: by keys, each ascending unless ``-`` stands before it or before one further left; missing values last.

    Commas stand between the keys. The number of rows is 10,000 unless it is given, and 0 is all of them.
    """
    count = re.match(r"(\d+)\s+", text)
    most, place, keys, sign = int(count[1]) if count else 10_000, count.end() if count else 0, [], ""
    while place < len(text):
        match = _KEY.match(text, place)
        if match is None or match[2] == "ip":
            raise SplError(f"sort {text!r}")
        sign = match[1] or sign
        keys.append((match[3] or match[4], match[2] or "auto", sign == "-"))
        place = match.end()
    if not keys:
        raise SplError("sort by nothing")

    def stage(rows: Rows) -> Rows:
        for name, kind, down in reversed(keys):
            there = [row for row in rows if row.get(name) is not None]
            absent = [row for row in rows if row.get(name) is None]
            there.sort(key=functools.partial(_sort_key, name, kind), reverse=down)
            rows = there + absent
        return rows[:most] if most else rows

    return stage


def _sort_key(name: str, kind: str, row: Row) -> tuple[int, float, str]:
    held = number(row[name]) if kind != "str" else None
    if kind == "num" and held is None:
        raise SplError(f"sort by num({name}) over {row[name]!r}")
    return (1, 0.0, shown(row[name])) if held is None else (0, held, "")


def _dedup(text: str, _tables: Collection[str]) -> Stage:
    """*dedup*: the first row, or so many, of each combination of values; rows that lack a field are dropped."""
    count = re.match(r"(\d+)\s+", text)
    most, rest = int(count[1]) if count else 1, text[count.end() :] if count else text
    if re.search(r"=|\bsortby\b", rest):
        raise SplError(f"dedup {text!r}")
    names = _names(rest)

    def stage(rows: Rows) -> Rows:
        seen: dict[tuple[str, ...], int] = {}
        kept = []
        for row in rows:
            key = tuple(shown(row.get(name)) for name in names)
            if all(row.get(name) is not None for name in names) and seen.setdefault(key, 0) < most:
                seen[key] += 1
                kept.append(row)
        return kept

    return stage


def _head(text: str, _tables: Collection[str]) -> Stage:
    """*head*: the first so many rows, 10 unless it is said."""
    if not re.fullmatch(r"\d*", text):
        raise SplError(f"head {text!r}")
    return lambda rows: rows[: int(text or 10)]


def _plain(make: Callable[[str], Stage]) -> Command:
    return lambda text, _tables: make(text)


COMMANDS: dict[str, Command] = {
    "where": _where,
    "search": _search,
    "eval": _eval,
    "regex": _regex,
    "rex": _rex,
    "bin": _bin,
    "bucket": _bin,
    "fields": _fields,
    "table": _table,
    "rename": _rename,
    "fillnull": _fillnull,
    "mvexpand": _mvexpand,
    "sort": _sort,
    "dedup": _dedup,
    "head": _head,
    "stats": _plain(stats),
    "eventstats": _plain(eventstats),
    "streamstats": _plain(streamstats),
}
