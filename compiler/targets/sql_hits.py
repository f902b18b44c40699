"""The events that a correlation counts, a row for each event and group, from a table or another correlation.

A row has ``us`` (microseconds since the epoch), ``key1`` and so on (the group, letter case folded), ``met1`` and so on
(which rules the event met, where that matters), ``value`` (what is counted or reckoned with; an event with several has
a row for each), ``event`` (the row of the table as JSON), and ``kept1`` and so on (fields that a correlation of this
correlation reads, as text).
"""

# ruff: noqa: S608 - what is put into queries is quoted by the dialect

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from compiler.content.model import Field
from compiler.targets.correlation import NUMERIC, Correlated, refused
from compiler.targets.sql_condition import Condition
from compiler.targets.sql_dialect import TEXT, TIME, Dialect, kind_of
from compiler.targets.sql_number import number_of

_ITEM = "tocsin_item"


@dataclasses.dataclass(frozen=True, slots=True)
class Value:
    """What a column holds: an expression, the type of its values, and whether it is a list of them."""

    text: str
    kind: str = TEXT
    many: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """Rows that rules of a correlation match. ``conditions``: by the place of a rule in the correlation.

    ``columns``: by the place of the rule, what each name of ``group-by`` and of ``field`` stands for there; ``kept``:
    the fields for a correlation of this one.
    """

    table: str
    time: str
    event: str
    conditions: Mapping[int, str]
    columns: Mapping[int, Mapping[str, Value]]
    kept: Sequence[Value]


def from_table(
    dialect: Dialect,
    wanted: Correlated,
    table: str,
    conditions: Mapping[int, tuple[Condition, str]],
    kept: Sequence[str],
) -> Origin:
    """A table of events; the text of each condition stands beside what wrote it, which knows the columns."""
    columns: dict[int, dict[str, Value]] = {}
    fields: dict[str, Field] = {}
    for place, (condition, _) in conditions.items():
        rule = wanted.rules[place]
        names = {name: wanted.field_of(name, rule) for name in (*wanted.groups, *wanted.fields)}
        columns[place] = {name: _value(dialect, condition.fields[field]) for name, field in names.items()}
        fields |= condition.fields
    event = dialect.row(table)
    texts = {place: text for place, (_, text) in conditions.items()}
    shown = [Value(_shown(dialect, _single(_value(dialect, fields[name]), name))) for name in kept]
    return Origin(dialect.quoted(table), dialect.micros(TIME), event, texts, columns, shown)


def _value(dialect: Dialect, field: Field) -> Value:
    return Value(dialect.quoted(field.name), *kind_of(field.type))


def _single(value: Value, name: str) -> Value:
    if value.many:
        raise refused(f"{name!r} is a list, which a correlation of a correlation cannot read", "group-by")
    return value


def hits(dialect: Dialect, wanted: Correlated, origin: Origin) -> str:
    """The rows of one origin. Events without a time or without a group are left out."""
    places = list(origin.conditions)
    plain = all(columns == origin.columns[places[0]] for columns in origin.columns.values()) and not any(
        value.many for columns in origin.columns.values() for value in columns.values()
    )
    return _plain(dialect, wanted, origin) if plain else _spread(dialect, wanted, origin)


def _plain(dialect: Dialect, wanted: Correlated, origin: Origin) -> str:
    """Every rule reads the same columns and no column is a list: a row for each event."""
    columns = origin.columns[next(iter(origin.conditions))]
    selected = [f"{origin.time} AS us"]
    selected += [
        f"{_folded(dialect, columns[name])} AS key{number}" for number, name in enumerate(wanted.groups, start=1)
    ]
    selected += _met(wanted, {place: f"coalesce({text}, FALSE)" for place, text in origin.conditions.items()})
    if wanted.fields:
        selected.append(f"{_counted(dialect, wanted, columns)} AS value")
    selected.append(f"{origin.event} AS event")
    selected += [f"{value.text} AS kept{number}" for number, value in enumerate(origin.kept, start=1)]
    where = [_any(origin), f"{origin.time} IS NOT NULL"]
    where += [f"{columns[name].text} IS NOT NULL" for name in wanted.groups]
    return f"SELECT {', '.join(selected)}\n    FROM {origin.table}\n    WHERE " + "\n        AND ".join(where)


def _any(origin: Origin) -> str:
    texts = list(dict.fromkeys(origin.conditions.values()))
    return f"({' OR '.join(f'({text})' for text in texts)})" if len(texts) > 1 else f"({texts[0]})"


def _met(wanted: Correlated, said: Mapping[int, str]) -> list[str]:
    if not wanted.kind.startswith("temporal"):
        return []
    return [f"{said.get(place, 'FALSE')} AS met{place + 1}" for place in range(len(wanted.rules))]


def _folded(dialect: Dialect, value: Value) -> str:
    return dialect.folded(value.text) if value.kind == TEXT else dialect.text_of(value.text)


def _shown(dialect: Dialect, value: Value) -> str:
    return value.text if value.kind == TEXT else dialect.text_of(value.text)


def _counted(dialect: Dialect, wanted: Correlated, columns: Mapping[str, Value]) -> str:
    """What an event without lists adds: a number, a text, or a list of texts where several fields are told apart."""
    values = [columns[name] for name in wanted.fields]
    if wanted.kind in NUMERIC:
        return number_of(dialect, values[0].text, values[0].kind)
    texts = [_folded(dialect, value) for value in values]
    if len(texts) == 1:
        return texts[0]
    present = " AND ".join(f"{value.text} IS NOT NULL" for value in values)
    return f"CASE WHEN {present} THEN {dialect.array(texts)} END"


def _spread(dialect: Dialect, wanted: Correlated, origin: Origin) -> str:
    """Rules read different columns, or columns are lists: a row for each group that an event is in.

    An event is in a group for each rule that it met and for each element of a list; in one group it is one event,
    whatever rules put it there.
    """
    places = list(origin.conditions)
    first = [f"{origin.time} AS us", f"{origin.event} AS event"]
    first += [f"{value.text} AS kept{number}" for number, value in enumerate(origin.kept, start=1)]
    for place, text in origin.conditions.items():
        columns = origin.columns[place]
        keys = _tuples(dialect, [columns[name] for name in wanted.groups])
        first.append(f"CASE WHEN {text} THEN {keys} END AS keys{place}")
        if wanted.fields:
            first.append(f"{_list(dialect, wanted, columns)} AS values{place}")
    inner = f"SELECT {', '.join(first)}\n        FROM {origin.table}\n        WHERE {_any(origin)}"
    inner += f" AND {origin.time} IS NOT NULL"
    every = dialect.distinct(dialect.joined([f"keys{place}" for place in places]))
    middle = f"SELECT *, {dialect.spread(every)} AS tocsin_key\n        FROM ({inner})"
    within = {place: f"coalesce({dialect.holds(f'keys{place}', 'tocsin_key')}, FALSE)" for place in places}
    selected = ["us", *(f"{dialect.item('tocsin_key', n)} AS key{n}" for n, _ in enumerate(wanted.groups, start=1))]
    selected += _met(wanted, within)
    if wanted.fields:
        # Should an alias mean two columns of one event, it counts under the rule that is listed first.
        cases = " ".join(f"WHEN {within[place]} THEN values{place}" for place in places)
        values = f"CASE {cases} END"
        none = dialect.array([f"CAST(NULL AS {_type(dialect, wanted)})"])
        selected.append(
            f"{dialect.spread(f'CASE WHEN {dialect.length(values)} > 0 THEN {values} ELSE {none} END')} AS value"
        )
    selected += ["event", *(f"kept{number}" for number, _ in enumerate(origin.kept, start=1))]
    return f"SELECT {', '.join(selected)}\n    FROM ({middle})"


def _type(dialect: Dialect, wanted: Correlated) -> str:
    if wanted.kind in NUMERIC:
        return dialect.exact
    return dialect.type_of(TEXT if len(wanted.fields) == 1 else f"{TEXT}[]")


def _list(dialect: Dialect, wanted: Correlated, columns: Mapping[str, Value]) -> str:
    """What an event adds, as a list."""
    values = [columns[name] for name in wanted.fields]
    if wanted.kind in NUMERIC:
        value = values[0]
        if value.many:
            return dialect.mapped(value.text, _ITEM, number_of(dialect, _ITEM, value.kind))
        return dialect.array([number_of(dialect, value.text, value.kind)])
    return _texts(dialect, values[0]) if len(values) == 1 else _tuples(dialect, values)


def _texts(dialect: Dialect, value: Value) -> str:
    """The values of a column as folded texts, without null; null for a column that is."""
    if not value.many:
        return f"CASE WHEN {value.text} IS NOT NULL THEN {dialect.array([_folded(dialect, value)])} END"
    return dialect.distinct(
        dialect.present(dialect.mapped(value.text, _ITEM, _folded(dialect, Value(_ITEM, value.kind))))
    )


def _tuples(dialect: Dialect, values: Sequence[Value]) -> str:
    """Every choice of one value of each column, as a list of lists of folded texts; one of nothing for no columns."""
    if not values:
        return dialect.array([dialect.array(["''"])])
    names = [f"{_ITEM}{number}" for number, _ in enumerate(values)]
    text = dialect.array(names)
    for number in range(len(values) - 1, -1, -1):
        text = dialect.mapped(_texts(dialect, values[number]), names[number], text)
        if number < len(values) - 1:
            text = dialect.flat(text)
    return text
