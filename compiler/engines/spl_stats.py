"""stats, eventstats and streamstats; Search Reference 9.4, under these names and *Statistical and charting functions*.

- A row that lacks a field of the ``by`` clause has no group: stats drops it, the others leave it as it is, which their
  pages do not say. Searches of ours mark such rows themselves and hold either way.
- Functions pass over missing values; over none at all they are null, and ``count`` and ``dc`` are 0.
- streamstats counts the current row in (``current=t``), over all rows before (``window=0``) or the last so many, by
  group only with ``global=f``. ``reset_before`` and ``reset_after`` begin anew, for all groups.
- What happens exactly at the end of ``time_window`` is not documented, so it is not known here.
"""

from __future__ import annotations

import collections
import dataclasses
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from compiler.engines.spl_eval import where
from compiler.engines.spl_text import ROW_ID, Row, SplError, number, shown, unquoted

Rows = list[Row]
Stage = Callable[[Rows], Rows]
Key = tuple[str, ...]

MAX_WINDOW = 10_000
"""``max_stream_window`` of limits.conf."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Term:
    """One aggregation: ``function(field) AS name``; no field for a bare ``count``."""

    function: Callable[[list[Any]], Any]
    field: str
    name: str

    def of(self, rows: Iterable[Row]) -> Any:
        if not self.field:
            return self.function(list(rows))
        found: list[Any] = []
        for row in rows:
            held = row.get(self.field)
            if isinstance(held, list):
                found += held
            elif held is not None:
                found.append(held)
        return self.function(found)


_TERM = re.compile(
    r"\s*(c|count|dc|distinct_count|sum|avg|mean|min|max|range|first|last|values|list)\b"
    r"(?:\(\s*([\w.]*)\s*\))?(?:\s+AS\s+(\"[^\"]+\"|\w+))?\s*,?",
    re.IGNORECASE,
)
_OPTION = re.compile(r"\s*(current|window|global|reset_before|reset_after|allnum|time_window)=(\(\".*?\"\)|\S+)\s*")


def stats(text: str) -> Stage:
    """One row for each group, or one for all."""
    terms, by = _clause(text)

    def stage(rows: Rows) -> Rows:
        groups = _grouped(rows, by)
        if not by and not groups:
            groups = {(): []}
        return [
            {
                **{name: members[0].get(name) for name in by if members},
                **{term.name: term.of(members) for term in terms},
                **({ROW_ID: members[0][ROW_ID]} if len(members) == 1 and ROW_ID in members[0] else {}),
            }
            for _, members in sorted(groups.items())
        ]

    return stage


def eventstats(text: str) -> Stage:
    """The aggregations of its group in every row."""
    terms, by = _clause(text)

    def stage(rows: Rows) -> Rows:
        made = {key: {term.name: term.of(members) for term in terms} for key, members in _grouped(rows, by).items()}
        return [row if (key := _key(row, by)) is None else {**row, **made[key]} for row in rows]

    return stage


def streamstats(text: str) -> Stage:
    """The aggregations up to each row."""
    options: dict[str, str] = {}
    while match := _OPTION.match(text):
        options[match[1]] = match[2]
        text = text[match.end() :]
    if unknown := options.keys() & {"time_window", "allnum"}:
        raise SplError(f"streamstats with {min(unknown)} is not known here")
    terms, by = _clause(text)
    window = int(options.get("window", "0"))
    if window > MAX_WINDOW:
        raise SplError(f"streamstats with a window of {window}, over {MAX_WINDOW}")
    together = window > 0 and options.get("global", "t")[0].lower() == "t"
    if together and by:
        raise SplError("streamstats with a window over all groups, and a by clause")
    current = options.get("current", "t")[0].lower() == "t"
    return _Streamed(terms, by, window, current, _reset(options, "reset_before"), _reset(options, "reset_after"))


def _reset(options: dict[str, str], name: str) -> Callable[[Row], bool] | None:
    said = options.get(name)
    if said is None:
        return None
    if not said.startswith('("'):
        raise SplError(f'{name} takes an expression as ("...")')
    return where(unquoted(said[1:-1]))


@dataclasses.dataclass(frozen=True, slots=True)
class _Streamed:
    terms: Sequence[_Term]
    by: Sequence[str]
    window: int
    current: bool
    before: Callable[[Row], bool] | None
    after: Callable[[Row], bool] | None

    def __call__(self, rows: Rows) -> Rows:
        histories: dict[Key, _History] = {}
        found = []
        for row in rows:
            if self.before is not None and self.before(row):
                histories.clear()
            key = _key(row, self.by)
            if key is None:
                found.append(row)
                continue
            history = histories.get(key)
            if history is None:
                history = histories[key] = _History(self.terms, self.window + (not self.current))
            made = dict(row)
            if self.current:
                history.add(row)
            made.update(history.aggregated(self.window))
            if not self.current:
                history.add(row)
            found.append(made)
            if self.after is not None and self.after(made):
                histories.clear()
        return found


class _History:
    """What a group has seen. Without a window the sums go on; with one its rows are kept."""

    def __init__(self, terms: Sequence[_Term], kept: int) -> None:
        self._terms = terms
        self._rows: collections.deque[Row] = collections.deque(maxlen=kept or None)
        self._running: dict[str, Any] = {}
        self._runs = all(term.function in _RUNNING for term in terms)

    def add(self, row: Row) -> None:
        self._rows.append(row)
        if self._runs:
            for term in self._terms:
                held = row.get(term.field) if term.field else 1
                if held is not None:
                    before = self._running.get(term.name)
                    self._running[term.name] = _RUNNING[term.function](before, held)

    def aggregated(self, window: int) -> dict[str, Any]:
        if self._runs and not window:
            self._rows.clear()
            return {
                term.name: self._running.get(term.name, 0 if term.function is len else None) for term in self._terms
            }
        rows = list(self._rows)[-window:] if window else list(self._rows)
        return {term.name: term.of(rows) for term in self._terms}


def _clause(text: str) -> tuple[list[_Term], list[str]]:
    said, *rest = re.split(r"\s+by\s+|^by\s+", text, maxsplit=1, flags=re.IGNORECASE)
    terms, place = [], 0
    while place < len(said.rstrip()):
        match = _TERM.match(said, place)
        if match is None:
            raise SplError(f"the aggregation {said[place:]!r} is not known here")
        name = match[1].lower()
        field = match[2] or ""
        if not field and name not in ("c", "count"):
            raise SplError(f"{name} of no field")
        shown_as = unquoted(match[3]) if match[3] else f"{name}({field})" if field else "count"
        terms.append(_Term(_FUNCTIONS[name], field, shown_as))
        place = match.end()
    if not terms:
        raise SplError("no aggregation")
    by = rest[0].replace(",", " ").split() if rest else []
    return terms, [unquoted(name) for name in by]


def _key(row: Row, by: Sequence[str]) -> Key | None:
    found = []
    for name in by:
        held = row.get(name)
        if held is None:
            return None
        if isinstance(held, list):
            raise SplError(f"a group by {name}, which has several values")
        found.append(shown(held))
    return tuple(found)


def _grouped(rows: Rows, by: Sequence[str]) -> dict[Key, Rows]:
    groups: dict[Key, Rows] = {}
    for row in rows:
        key = _key(row, by)
        if key is not None:
            groups.setdefault(key, []).append(row)
    return groups


def _numbers(values: list[Any]) -> list[float | int]:
    return [held for value in values if (held := number(value)) is not None]


def _sum(values: list[Any]) -> Any:
    found = _numbers(values)
    return sum(found) if found else None


def _avg(values: list[Any]) -> Any:
    found = _numbers(values)
    return sum(found) / len(found) if found else None


def _ordered(values: list[Any]) -> list[Any]:
    """*max*, *min*: as numbers if all are numbers, else by their characters."""
    found = _numbers(values)
    return sorted(found) if len(found) == len(values) else sorted(values, key=shown)


def _min(values: list[Any]) -> Any:
    return _ordered(values)[0] if values else None


def _max(values: list[Any]) -> Any:
    return _ordered(values)[-1] if values else None


def _range(values: list[Any]) -> Any:
    found = _numbers(values)
    return max(found) - min(found) if found else None


def _first(values: list[Any]) -> Any:
    return values[0] if values else None


def _last(values: list[Any]) -> Any:
    return values[-1] if values else None


def _distinct(values: list[Any]) -> int:
    return len({shown(value) for value in values})


def _listed(values: list[Any]) -> Any:
    """*list*: as they came, the first 100."""
    found = [shown(value) for value in values][:100]
    return found if len(found) > 1 else found[0] if found else None


def _values(values: list[Any]) -> Any:
    """*values*: each once, by its characters."""
    found = sorted({shown(value) for value in values})
    return found if len(found) > 1 else found[0] if found else None


_FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "c": len,
    "count": len,
    "dc": _distinct,
    "distinct_count": _distinct,
    "sum": _sum,
    "avg": _avg,
    "mean": _avg,
    "min": _min,
    "max": _max,
    "range": _range,
    "first": _first,
    "last": _last,
    "values": _values,
    "list": _listed,
}


def _run_sum(before: Any, held: Any) -> Any:
    value = number(held)
    return before if value is None else value if before is None else before + value


def _run_max(before: Any, held: Any) -> Any:
    return held if before is None else _max([before, held])


def _run_min(before: Any, held: Any) -> Any:
    return held if before is None else _min([before, held])


_RUNNING: dict[Callable[[list[Any]], Any], Callable[[Any, Any], Any]] = {
    len: lambda before, _held: (before or 0) + 1,
    _sum: _run_sum,
    _max: _run_max,
    _min: _run_min,
    _first: lambda before, held: held if before is None else before,
    _last: lambda _before, held: held,
}
"""Functions that go on from their value so far: so a stream of many rows costs what its rows cost."""
