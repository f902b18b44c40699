r"""KQL on DuckDB by way of ``duckdb-kql``: a model of Kusto, not Kusto.

What the package lacks or has otherwise than Microsoft's documentation is added to its registry of functions here
(MicrosoftDocs/dataexplorer-docs, data-explorer/kusto/query): the operators that ignore letter case do so for ASCII
alone (*String operators*), *ipv4_is_in_range()*, *ipv6_is_in_range()*, *format_ipv4()*, *tohex()*, *url_decode()*,
*prev()*, *count_distinct()*.

Limits: no ``scan``, ``search``, ``where *``, ``parse_xml`` and ``mv-apply``; names of columns that differ in letter
case alone are one to DuckDB; ``in~`` folds all of Unicode; regular expressions are RE2's, where Kusto's ``\d`` and
``\b`` are Unicode. A missing text is stored as an empty one. The page of *parse_xml()* shows the text ``118.0`` as a
number; how *tostring()* then spells it is not said.
"""

from __future__ import annotations

import datetime as dt
import functools
import importlib
import importlib.metadata
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from compiler.engines.engine import ID, LIST, TIME, Answer, Ask, EngineUnavailable, Kind, Table

_TYPES = {"int": "INTEGER", "long": "BIGINT", "real": "DOUBLE", "bool": "BOOLEAN", "datetime": "TIMESTAMP"}
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - as the column: UTC without saying so
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MACROS = r"""
CREATE MACRO tocsin_prefix(t, most) AS coalesce(try_cast(nullif(split_part(t, '/', 2), '') AS INTEGER), most);
CREATE MACRO tocsin_quad(t) AS list_transform([str_split(t, '.')], lambda parts: CASE
    WHEN len(parts) = 4 AND list_bool_and(list_transform(parts, lambda part:
        regexp_full_match(part, '[0-9]{1,3}') AND try_cast(part AS INTEGER) < 256))
    THEN array_to_string(list_transform(parts, lambda part: lpad(bin(try_cast(part AS INTEGER)), 8, '0')), '') END)[1];
CREATE MACRO tocsin_groups(t) AS list_filter(str_split(t, ':'), lambda part: part <> '');
CREATE MACRO tocsin_filled(halves) AS list_concat(
    tocsin_groups(halves[1]),
    list_transform(range(8 - len(tocsin_groups(halves[1])) - len(tocsin_groups(halves[2]))), lambda place: '0'),
    tocsin_groups(halves[2]));
CREATE MACRO tocsin_six(t) AS list_transform(
    [CASE len(str_split(replace(t, ':::', '::::'), '::'))
        WHEN 1 THEN str_split(t, ':') WHEN 2 THEN tocsin_filled(str_split(t, '::')) END],
    lambda parts: CASE
        WHEN len(parts) = 8 AND list_bool_and(list_transform(parts, lambda part:
            regexp_full_match(part, '[0-9A-Fa-f]{1,4}')))
        THEN array_to_string(
            list_transform(parts, lambda part: lpad(bin(try_cast('0x' || part AS INTEGER)), 16, '0')), '') END)[1];
CREATE MACRO tocsin_hex(bits) AS list_reduce(
    list_transform(range(16), lambda place: bits[place + 1]::INTEGER), lambda sum_, bit_: sum_ * 2 + bit_);
CREATE MACRO tocsin_plain6(t) AS list_transform([tocsin_quad(regexp_extract(t, '[0-9.]*$'))], lambda quad: CASE
    WHEN contains(t, '.') AND contains(t, ':')
    THEN regexp_replace(t, '[0-9.]*$', '') || format('{:x}:{:x}', tocsin_hex(quad), tocsin_hex(quad[17:]))
    ELSE t END)[1];
CREATE MACRO tocsin_bits6(t) AS CASE WHEN contains(t, ':') THEN tocsin_six(tocsin_plain6(t))
    ELSE repeat('0', 80) || repeat('1', 16) || tocsin_quad(t) END;
CREATE MACRO tocsin_in4(t, net) AS list_transform([least(tocsin_prefix(t, 32), tocsin_prefix(net, 32))], lambda kept:
    tocsin_quad(split_part(t, '/', 1))[:kept] = tocsin_quad(split_part(net, '/', 1))[:kept])[1];
CREATE MACRO tocsin_in6(t, net) AS list_transform([least(tocsin_prefix(t, 128), tocsin_prefix(net, 128))], lambda kept:
    tocsin_bits6(split_part(t, '/', 1))[:kept] = tocsin_bits6(split_part(net, '/', 1))[:kept])[1];
CREATE MACRO tocsin_any4(texts) AS list_bool_or(list_transform(texts[2:], lambda net: tocsin_in4(texts[1], net)));
CREATE MACRO tocsin_any6(texts) AS list_bool_or(list_transform(texts[2:], lambda net: tocsin_in6(texts[1], net)));
CREATE MACRO tocsin_tohex(numbers) AS lpad(
    format('{:x}', numbers[1]), greatest(len(format('{:x}', numbers[1])), coalesce(numbers[2], 0))::INTEGER, '0');
CREATE MACRO tocsin_format4(t) AS coalesce(list_transform(
    [rpad(tocsin_quad(split_part(t, '/', 1))[:tocsin_prefix(t, 32)], 32, '0')], lambda bits: array_to_string(
        list_transform(range(4), lambda part: ('0b' || bits[part * 8 + 1:part * 8 + 8])::INTEGER), '.'))[1], '');
"""


class Kusto:
    """An in-memory DuckDB; a table of Kusto is a table there, as long as a run lasts."""

    name = "kusto"
    kind: Kind = "modelled"
    languages = frozenset({"kql"})

    def __init__(self, url: str = "") -> None:
        """There is no server, so no ``url`` either."""
        self.version = ""
        self._url = url
        self._connection: Any = None

    def open(self) -> None:
        """Find the packages. Raises ``EngineUnavailable`` if they are not installed."""
        if self._url:
            raise EngineUnavailable("the model of Kusto runs in this process; it has no URL")
        try:
            for package in ("duckdb", "duckdb_kql"):
                importlib.import_module(package)
        except ImportError as error:
            raise EngineUnavailable(f"{error.name} is not installed") from None
        versions = [f"{name} {importlib.metadata.version(name)}" for name in ("duckdb-kql", "duckdb")]
        self.version = ", ".join(versions)
        _register()
        self._connection = importlib.import_module("duckdb_kql").connect()
        self._connection.execute(_MACROS)
        # The model of prev() reads rows in the order in which the sort before it left them.
        self._connection.execute("SET threads = 1")

    def run(self, tables: Sequence[Table], asks: Sequence[Ask]) -> list[Answer]:
        """Answer each query on a database that holds ``tables`` alone; tables and lists it names beside are empty."""
        import duckdb  # noqa: PLC0415 - optional, and found by ``open``

        known = _types(tables, asks)
        times = {str(ask.settings.get("time", "TimeGenerated")) for ask in asks}
        columns = {name: _columns(types, times) for name, types in known.items()}
        schema = tuple((name, tuple(columns[name])) for name in sorted(columns))
        try:
            for name, types in known.items():
                documents = [document for table in tables if table.name == name for document in table.documents]
                _fill(self._connection, name, types, columns[name], documents)
            return [_answer(self._connection, ask.text, schema) for ask in asks]
        except duckdb.Error as error:
            return [Answer(None, " ".join(str(error).split()))] * len(asks)
        finally:
            for name in known:
                self._connection.execute(f"DROP TABLE IF EXISTS {_quoted(name)}")

    def close(self) -> None:
        """Let go of the database, which is in memory."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _fill(
    connection: Any,
    name: str,
    types: Mapping[str, str],
    columns: Mapping[str, str],
    documents: Sequence[Mapping[str, Any]],
) -> None:
    """Make a table and put the documents into it."""
    spelled = ", ".join(f"{_quoted(column)} {kind}" for column, kind in columns.items())
    connection.execute(f"CREATE TABLE {_quoted(name)} ({spelled})")
    if not documents:
        return
    # Column by column as lists: a statement for each row costs a hundred times as much.
    values = [[_value(document, column, types, kind) for document in documents] for column, kind in columns.items()]
    given = ", ".join(f"unnest(CAST(? AS {kind}[]))" for kind in columns.values())
    connection.execute(f"INSERT INTO {_quoted(name)} SELECT {given}", values)


_LITERAL = re.compile(r'@"[^"]*"|@\'[^\']*\'|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'', re.DOTALL)
_AGAIN = {'"': '\\"', "'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)


def _unescaped(literal: re.Match[str]) -> str:
    r"""A literal with the character for each ``\uXXXX`` (*The string data type*), unknown to ``duckdb-kql``."""
    if literal[0][0] == "@":
        return literal[0]
    return _ESCAPE.sub(_character, literal[0])


def _character(escape: re.Match[str]) -> str:
    if not escape[1]:
        return escape[0]
    character = chr(int(escape[1], 16))
    return _AGAIN.get(character, character)


@functools.lru_cache(maxsize=16)
def _read(connection: Any, text: str, schema: tuple[tuple[str, tuple[str, ...]], ...]) -> Any:
    """A query as DuckDB has parsed it, worked out once: a correlation is run on many streams of the same tables.

    Raises ``duckdb_kql.KqlError`` and ``duckdb.Error``.
    """
    import duckdb_kql  # noqa: PLC0415 - optional, and found by ``open``

    sql = duckdb_kql.to_sql(_LITERAL.sub(_unescaped, text), schema={name: list(columns) for name, columns in schema})
    (statement,) = connection.extract_statements(str(sql))
    return statement


def _answer(connection: Any, text: str, schema: tuple[tuple[str, tuple[str, ...]], ...]) -> Answer:
    import duckdb  # noqa: PLC0415 - optional, and found by ``open``
    import duckdb_kql  # noqa: PLC0415

    try:
        result = connection.execute(_read(connection, text, schema))
        at = [column[0] for column in result.description].index(ID)
        return Answer(tuple(sorted(row[at] for row in result.fetchall())))
    except (duckdb_kql.KqlError, duckdb.Error) as error:
        return Answer(None, " ".join(str(error).split()))


def _types(tables: Sequence[Table], asks: Sequence[Ask]) -> dict[str, dict[str, str]]:
    """The columns of every table that is given or asked, and their types."""
    found: dict[str, dict[str, str]] = {}
    for ask in asks:
        for name, types in ask.settings.get("tables", {}).items():
            found.setdefault(name, {}).update(types)
        for name in ask.settings.get("lists", ()):
            found.setdefault(name, {}).update(LIST)
    for table in tables:
        found.setdefault(table.name, {}).update(table.types)
    return found


def _columns(types: Mapping[str, str], times: set[str]) -> dict[str, str]:
    columns = {ID: "VARCHAR", **dict.fromkeys(sorted(times), "TIMESTAMP")}
    for name, kind in types.items():
        if kind == "dynamic":
            columns[name.partition(".")[0].partition("[")[0]] = "JSON"
        else:
            columns[name] = _TYPES.get(kind, "VARCHAR")
    return columns


def _value(document: Mapping[str, Any], column: str, types: Mapping[str, str], kind: str) -> Any:
    if kind == "JSON":
        return json.dumps(_tree(document, column, [name for name, type_ in types.items() if type_ == "dynamic"]))
    value = document.get(column)
    if kind == "TIMESTAMP" and value is None and TIME in document:
        return _EPOCH + dt.timedelta(microseconds=document[TIME])
    if kind == "VARCHAR":
        return "" if value is None else _text(value)
    return _number(value, kind) if kind in ("INTEGER", "BIGINT", "DOUBLE") else value


def _number(value: Any, kind: str) -> int | float | None:
    """A number as the column takes it; null for anything else, as ingestion has it."""
    try:
        return float(value) if kind == "DOUBLE" else int(value)
    except (TypeError, ValueError):
        return None


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tree(document: Mapping[str, Any], column: str, names: Sequence[str]) -> Any:
    """The value of a dynamic column out of the flat names that lead into it."""
    root: dict[str, Any] = {}
    for name in names:
        first, *rest = name.split(".")
        if first != column or name not in document:
            continue
        if not rest:
            return document[name]
        node = root
        for step in rest[:-1]:
            node = node.setdefault(step, {})
        node[rest[-1]] = document[name]
    return root or None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _register() -> None:
    """Add to the registry of ``duckdb-kql`` what the queries need, and correct how letter case is ignored."""
    from duckdb_kql.translate import functions  # noqa: PLC0415 - optional, and found by ``open``

    for name, template, arities in (
        ("prev", "lag({}) OVER ()", ()),
        ("todecimal", "try_cast({0} AS DECIMAL(38, 15))", (1,)),
        ("format_ipv4", "tocsin_format4({0})", (1,)),
        ("tohex", "tocsin_tohex([{}])", ()),
        ("url_decode", "url_decode({0})", (1,)),
        ("ipv4_is_in_range", "tocsin_in4({0}, {1})", (2,)),
        ("ipv6_is_in_range", "tocsin_in6({0}, {1})", (2,)),
        ("ipv4_is_in_any_range", "tocsin_any4([{}])", ()),
        ("ipv6_is_in_any_range", "tocsin_any6([{}])", ()),
    ):
        functions.SCALAR_FUNCTIONS[name] = functions.FunctionSpec(name, "template", template, arities)
    for name, template, count in (
        ("count_distinct", "count(DISTINCT {0})", 1),
        ("count_distinctif", "count(DISTINCT {0}) FILTER (WHERE {1})", 2),
        ("minif", "min({0}) FILTER (WHERE {1})", 2),
    ):
        functions.AGGREGATE_FUNCTIONS[name] = functions.AggregateSpec(name, template, (count,))
    left, right = (f"translate({{{place}}}, '{_UPPER}', '{_UPPER.lower()}')" for place in (0, 1))
    said = {
        "=~": f"({left} = {right})",
        "contains": f"contains({left}, {right})",
        "startswith": f"starts_with({left}, {right})",
        "endswith": f"ends_with({left}, {right})",
    }
    for operator, template in said.items():
        known = functions.BINARY_OPERATORS[operator]
        functions.BINARY_OPERATORS[operator] = functions.BinarySpec(
            operator, template, known.rules, known.note, null_result="FALSE"
        )
        opposite = "!~" if operator == "=~" else f"!{operator}"
        functions.BINARY_OPERATORS[opposite] = functions.BinarySpec(
            opposite, f"NOT {template}", known.rules, known.note, null_result="TRUE"
        )


ENGINE = Kusto
"""The factory."""
