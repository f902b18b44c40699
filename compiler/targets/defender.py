"""Microsoft Defender XDR: KQL over the tables of advanced hunting, packed as custom detections."""

from __future__ import annotations

from compiler.content.model import Kind, Rule
from compiler.targets.defender_rules import package
from compiler.targets.kusto import to_kql
from compiler.targets.kusto_query import Dialect
from compiler.targets.store import Store
from compiler.targets.target import Content, Query, Target

DIALECT = Dialect(
    "defender",
    "Timestamp",
    None,
    listed='// Your own values, in quotes with commas between: ["one", "two"]\ndatatable(SearchKey: string) []',
)


def convert(rule: Rule, content: Content) -> Query:
    """``rule`` in KQL over the tables of advanced hunting. Raises ``Refusal`` for what cannot be said."""
    return to_kql(rule, content, DIALECT)


TARGET = Target(
    name=DIALECT.name,
    title="Microsoft Defender XDR",
    kinds=frozenset({Kind.SIGMA, Kind.CORRELATION}),
    convert=convert,
    package=package,
    store=Store(lists=False, empty=False, unicode=False),
    checked="each detection by a schema written from Microsoft Graph's; each query by Microsoft's own parser.",
    unchecked="that Defender takes the detections and runs them.",
)
