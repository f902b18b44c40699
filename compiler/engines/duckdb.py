"""DuckDB, in this process and in memory: SQL as the vendor's own engine runs it.

A table is made with the types that it says (``STRING`` is DuckDB's VARCHAR, ``T[]`` a list), and with two columns more:
``tocsin_id``, and ``event_time`` for the documents' ``tocsin_time``. A query gives whole rows, so with their
``tocsin_id``; or rows as JSON in a column ``event``, where several tables are put together. Queries are input from
strangers: they run without access to files, network or extensions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from compiler.engines.engine import ID, TIME, Answer, Ask, EngineUnavailable, Kind, Table

EVENT_TIME = "event_time"
EVENT = "event"
_RUN = "tocsin_run"


class DuckDBEngine:
    """One database in memory for each run, all of one process of DuckDB: to start that costs more than most runs."""

    name = "duckdb"
    kind: Kind = "executed"
    languages = frozenset({"duckdb"})
    version = ""

    def __init__(self, url: str = "") -> None:
        """There is no server, so no ``url`` either."""
        self._url = url
        self._connection: Any = None

    def open(self) -> None:
        """Find the library. Raises ``EngineUnavailable`` if it is not installed."""
        if self._url:
            raise EngineUnavailable("DuckDB runs in this process; it has no URL")
        try:
            import duckdb  # noqa: PLC0415 - an engine that is not asked for need not be installed
        except ImportError:
            raise EngineUnavailable("the Python package duckdb is not installed (pip install duckdb)") from None
        self.version = f"duckdb {duckdb.__version__}"
        self._connection = duckdb.connect(":memory:", config={"threads": 1})
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def run(self, tables: Sequence[Table], asks: Sequence[Ask]) -> list[Answer]:
        """Load the tables into a fresh database and run each query there."""
        self._connection.execute(f"ATTACH ':memory:' AS {_RUN}")
        try:
            with self._connection.cursor() as database:
                database.execute(f"USE {_RUN}")
                for table in tables:
                    _load(database, table)
                return [_answer(database, ask.text) for ask in asks]
        finally:
            self._connection.execute(f"DETACH {_RUN}")

    def close(self) -> None:
        """Let go of the database, which is in memory."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


ENGINE = DuckDBEngine


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _load(database: Any, table: Table) -> None:
    columns = {name: type_ for name, type_ in table.types.items() if name not in (ID, TIME)}
    declared = ", ".join(f"{_quoted(name)} {type_}" for name, type_ in columns.items())
    database.execute(
        f"CREATE TABLE {_quoted(table.name)} ({ID} VARCHAR, {EVENT_TIME} TIMESTAMP{', ' if declared else ''}{declared})"
    )
    if not table.documents:
        return
    # Column by column as lists: a statement for each row costs a hundred times as much.
    values = [[document.get(name) for document in table.documents] for name in (ID, TIME, *columns)]
    selected = [f"unnest(CAST(? AS {type_}[]))" for type_ in ("VARCHAR", "BIGINT", *columns.values())]
    shown = ", ".join(f"{value} AS c{number}" for number, value in enumerate(selected))
    given = ", ".join(f"make_timestamp(c{n})" if n == 1 else f"c{n}" for n in range(len(selected)))
    database.execute(
        f"INSERT INTO {_quoted(table.name)} SELECT {given} FROM (SELECT {shown})",  # noqa: S608 - names are quoted
        [_listed(column, type_) for column, type_ in zip(values, ("", "", *columns.values()), strict=True)],
    )


def _listed(column: list[Any], type_: str) -> list[Any]:
    """The values of a column; in one of lists, a single value is a list of one."""
    if not type_.endswith("[]"):
        return column
    return [value if value is None or isinstance(value, list) else [value] for value in column]


def _answer(database: Any, text: str) -> Answer:
    import duckdb  # noqa: PLC0415

    try:
        result = database.execute(text)
        names = [str(column[0]) for column in result.description]
        rows = result.fetchall()
    except duckdb.Error as error:
        return Answer(None, str(error))
    return Answer(tuple(sorted(_id(dict(zip(names, row, strict=True))) for row in rows)))


def _id(row: Mapping[str, Any]) -> str:
    if ID in row:
        return str(row[ID])
    return str(json.loads(row[EVENT])[ID])
