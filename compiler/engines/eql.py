"""A model of EQL as the converter writes it, since Elastic's own is not on Maven Central: conditions of single events.

Written from Elasticsearch 9, *EQL syntax reference*, and from the tests and the grammar of elastic/elasticsearch; what
it does not know is refused. Limits:

- A list holds if any of its values does (``must_not`` and scripts too: ``multiValueDocValuesRewrite``). A comparison is
  false where the field is missing, and null where no index has it: each query is run both ways, and refused if that
  makes a difference.
- No value is too long (``long-values``), and of an automaton's size only what ``eql_values`` says is known.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping, Sequence

from compiler.engines.engine import ID, Answer, Ask, EngineUnavailable, Kind, Table
from compiler.engines.eql_condition import Document, Grammar, Test, words
from compiler.engines.eql_values import TEXTS, EqlError


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
    """What field capabilities call a type (*Field capabilities API*): ``integer`` and ``long`` are two."""
    return "keyword" if kind in TEXTS else kind


def selected(text: str, types: Mapping[str, str], documents: Iterable[Document], *, strict: bool) -> list[str]:
    """The ids that a query selects, sorted. Raises ``EqlError``."""
    grammar = Grammar(words(text), types, strict=strict)
    test = _event(grammar)
    if grammar.peek():
        raise EqlError(f"{grammar.peek()!r} after the end of a query")
    return sorted(str(document[ID]) for document in documents if test(document) is True)


def _event(grammar: Grammar) -> Test:
    grammar.take("any")
    grammar.take("where")
    return grammar.condition()
