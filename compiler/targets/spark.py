"""Spark: SQL over the tables of a data lake, packed as a schema and one query a rule."""

from __future__ import annotations

from compiler.content.model import Kind, Rule
from compiler.targets.spark_dialect import Spark
from compiler.targets.sql import convert as convert_sql
from compiler.targets.sql_package import package as package_sql
from compiler.targets.store import Store
from compiler.targets.target import Content, Pack, Package, Query, Target

_DIALECT = Spark()


def convert(rule: Rule, content: Content) -> Query:
    """``rule`` in Spark's SQL. Raises ``Refusal`` for what it cannot say."""
    return convert_sql(_DIALECT, rule, content)


def package(pack: Pack) -> Package:
    """The schema, a query a rule, and a README."""
    return package_sql(_DIALECT, pack)


TARGET = Target(
    name=_DIALECT.name,
    title=_DIALECT.title,
    kinds=frozenset({Kind.SIGMA, Kind.CORRELATION}),
    convert=convert,
    package=package,
    store=Store(lists=False),
    archive="tar.gz",
    checked="Spark made the tables of `schema.sql` and planned each file of `rules/` on them.",
    unchecked="your own tables; `schema.sql` is what the queries were run on.",
)
