"""Rules as SQL queries: the rows of one table that a condition selects, or those of several tables put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from compiler.content.model import Field, Rule
from compiler.targets.pipeline import Asked, ask
from compiler.targets.reading import read_rule
from compiler.targets.sql_condition import Condition
from compiler.targets.sql_dialect import TIME, Dialect
from compiler.targets.target import UNSAYABLE, Content, Query, Refusal
from compiler.targets.tree import Tree, some


def convert_rule(dialect: Dialect, rule: Rule, content: Content) -> Query:
    """A rule as a query for the rows that it matches. Raises ``Refusal`` for what the SQL cannot say.

    Of one table the rows are whole. Of several the columns differ, so each row is the table's name, the time and the
    row as JSON in the column ``event``.
    """
    asked, left_out = ask(rule, read_rule(rule, content, parts=True), dialect.name, content)
    tables = by_table(asked)
    wheres: dict[str, str] = {}
    for name, group in tables.items():
        condition, tree = condition_of(dialect, group)
        wheres[name] = "\n    AND ".join(condition.conjuncts(tree))
    if len(wheres) == 1:
        ((name, where),) = wheres.items()
        text = f"SELECT *\nFROM {dialect.quoted(name)}\nWHERE {where}"
    else:
        text = "\nUNION ALL\n".join(
            f"SELECT {dialect.literal(name)} AS source_table, {TIME}, {dialect.row(name)} AS event\n"
            f"FROM {dialect.quoted(name)}\nWHERE {where}"
            for name, where in wheres.items()
        )
    return query_of(dialect, rule, text, asked, left_out)


def by_table(asked: Iterable[Asked]) -> dict[str, list[Asked]]:
    """What is asked of each table, by its name, in order."""
    tables: dict[str, list[Asked]] = {}
    for one in asked:
        tables.setdefault(str(one.shape.arrival.where["table"]), []).append(one)
    return dict(sorted(tables.items()))


def condition_of(dialect: Dialect, group: Sequence[Asked]) -> tuple[Condition, Tree]:
    """The one condition of all that is asked of a table, and what writes it."""
    fields: dict[str, Field] = {}
    for one in group:
        for name, field in one.shape.fields.items():
            if fields.setdefault(name, field).name != field.name:
                raise Refusal(UNSAYABLE, f"{name!r} has two columns in the table of {one.shape.name}")
    return Condition(dialect, fields), some(one.tree for one in group)


def query_of(
    dialect: Dialect, rule: Rule, text: str, asked: Sequence[Asked], left_out: Sequence[str], **more: Any
) -> Query:
    """The query with what a package and an engine have to know: tables, columns, sources, deviations."""
    columns: dict[str, Mapping[str, str]] = {
        name: dict(sorted((field.name, field.type) for one in group for field in one.shape.fields.values()))
        for name, group in by_table(asked).items()
    }
    settings = {
        "tables": columns,
        "sources": sorted({one.shape.source.name for one in asked}),
        "shapes": sorted({one.shape.name for one in asked}),
        "left_out": list(dict.fromkeys(left_out)),
        "deviations": [],
        **more,
    }
    fields = sorted(set[str]().union(*(one.names() for one in asked)))
    return Query(rule.name, dialect.name, dialect.name, text, tuple(fields), settings)
