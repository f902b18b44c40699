"""A model of EQL as the converter writes it, since Elastic's own is not on Maven Central: conditions and sequences.

Written from Elasticsearch 9, *EQL syntax reference*; what it does not know is refused. Limits:

- A list holds if any of its values does. What a comparison with a missing field gives is left open by the
  documentation: each query is run both ways, and refused if that makes a difference.
- Letter case folds as Unicode does (deviation ``ascii-case``); no value is too long (``long-values``).
- Of sequences it knows ``by``, ``maxspan`` and ``with runs``, not ``until`` or missing events.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from compiler.engines.engine import ID, TIME, Answer, Ask, EngineUnavailable, Kind, Table
from compiler.engines.eql_condition import NUMBERS, TEXTS, Document, EqlError, Grammar, Test, field_of, words

MAX_RUNS = 100
_SPAN = re.compile(r"\s*sequence((?:\s+by\s+[^\[]*?)?)\s+with\s+maxspan\s*=\s*(\d+)(ms|[smhd])\b")
_UNITS = {"ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}


class Eql:
    """Queries over documents in memory."""

    name = "eql"
    kind: Kind = "modelled"
    languages = frozenset({"eql"})
    version = "tocsin-eql 1"

    def __init__(self, url: str = "") -> None:
        """There is no server, so no ``url`` either."""
        self._url = url

    def open(self) -> None:
        """Nothing to start. Raises ``EngineUnavailable`` for a ``url``."""
        if self._url:
            raise EngineUnavailable("the model of EQL runs in this process; it has no URL")

    def run(self, tables: Sequence[Table], asks: Sequence[Ask]) -> list[Answer]:
        """Each query over the tables that fit the index patterns of its settings; all tables if it has none."""
        return [_answer(ask, [table for table in tables if _asked(table, ask)]) for ask in asks]

    def close(self) -> None:
        """Nothing is left of a run."""


ENGINE = Eql


def _asked(table: Table, ask: Ask) -> bool:
    patterns = ask.settings.get("index", ("*",))
    return any(table.name == pattern or fnmatch.fnmatchcase(table.name, pattern) for pattern in patterns)


def _answer(ask: Ask, tables: Sequence[Table]) -> Answer:
    try:
        types = _types(tables)
        documents = [document for table in tables for document in table.documents]
        loose, strict = (selected(ask.text, types, documents, strict=strict) for strict in (False, True))
    except EqlError as error:
        return Answer(None, str(error))
    except RecursionError:
        return Answer(None, "the query is nested too deeply")
    if loose != strict:
        return Answer(None, "what the query selects hangs on what a comparison with a missing field gives")
    return Answer(tuple(loose))


def _types(tables: Sequence[Table]) -> dict[str, str]:
    """The type of each field. Elasticsearch refuses to ask one that two indices hold in two ways."""
    types: dict[str, str] = {}
    for table in tables:
        for name, kind in table.types.items():
            if _family(types.setdefault(name, kind)) != _family(kind):
                types[name] = f"ambiguous ({types[name]}, {kind})"
    return types


def _family(kind: str) -> str:
    return "keyword" if kind in TEXTS else "number" if kind in NUMBERS else kind


def selected(text: str, types: Mapping[str, str], documents: Iterable[Document], *, strict: bool) -> list[str]:
    """The ids that a query selects, sorted; of a sequence that of the event that closes it. Raises ``EqlError``."""
    if text.startswith("sequence"):
        return sorted(_Sequence.read(text, types, strict=strict).closing(documents))
    grammar = Grammar(words(text), types, strict=strict)
    test = _event(grammar)
    if grammar.peek():
        raise EqlError(f"{grammar.peek()!r} after the end of a query")
    return sorted(str(document[ID]) for document in documents if test(document) is True)


def _event(grammar: Grammar) -> Test:
    grammar.take("any")
    grammar.take("where")
    return grammar.condition()


@dataclasses.dataclass(frozen=True, slots=True)
class _Step:
    test: Test
    keys: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class _Sequence:
    """*Sequences*: steps, each with the fields whose values join it to the others. ``span`` is in microseconds."""

    steps: tuple[_Step, ...]
    span: int

    @classmethod
    def read(cls, text: str, types: Mapping[str, str], *, strict: bool) -> _Sequence:
        """``sequence [by ...] with maxspan=... [...] by ... [with runs=n]``."""
        head = _SPAN.match(text)
        if head is None:
            raise EqlError("a sequence without maxspan")
        shared = [field_of(name) for name in re.split(r"\s*,\s*", head[1].strip().removeprefix("by").strip()) if name]
        grammar = Grammar(words(text[head.end() :]), types, strict=strict)
        steps: list[_Step] = []
        while grammar.peek():
            steps += _steps(grammar, shared)
        if len(steps) < 2:
            raise EqlError("a sequence of fewer than two steps")
        if len({len(step.keys) for step in steps}) != 1:
            raise EqlError("steps joined by different numbers of keys")
        if missing := sorted({key for step in steps for key in step.keys} - set(types)):
            raise EqlError(f"Unknown column [{missing[0]}]")
        return cls(tuple(steps), int(head[2]) * _UNITS[head[3]])

    def closing(self, documents: Iterable[Document]) -> list[str]:
        """*How sequence queries handle matches*: of each key one sequence waits at each step, and a newer replaces it.

        Events come in the order of their time; of one time in the order of the tiebreaker, here that of the documents.
        """
        waiting: dict[Any, dict[int, int]] = {}
        found = []
        for document in sorted((one for one in documents if TIME in one), key=lambda one: int(one[TIME])):
            time = int(document[TIME])
            for place in range(len(self.steps) - 1, -1, -1):
                step = self.steps[place]
                if step.test(document) is not True:
                    continue
                key = tuple(document.get(name) for name in step.keys)
                if any(value is None for value in key):
                    continue
                if any(isinstance(value, list) for value in key):
                    raise EqlError("a key with several values")  # the documentation does not say which is taken
                begun = waiting.setdefault(key, {})
                start = time if place == 0 else begun.pop(place - 1, None)
                if start is None or time - start > self.span:
                    continue
                if place == len(self.steps) - 1:
                    found.append(str(document[ID]))
                else:
                    begun[place] = start
        return found


def _steps(grammar: Grammar, shared: list[str]) -> list[_Step]:
    grammar.take("[")
    test = _event(grammar)
    grammar.take("]")
    keys = list(shared)
    if grammar.peek() == "by":
        grammar.take()
        keys.append(field_of(grammar.take()))
        while grammar.peek() == ",":
            grammar.take()
            keys.append(field_of(grammar.take()))
    runs = 1
    if grammar.peek() == "with":
        grammar.take()
        grammar.take("runs")
        grammar.take("=")
        runs = int(grammar.take())
        if not 1 <= runs <= MAX_RUNS:
            raise EqlError(f"runs={runs} is not between 1 and {MAX_RUNS}")
    return [_Step(test, tuple(keys))] * runs
