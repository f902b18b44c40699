"""Microsoft Defender XDR: KQL over the tables of advanced hunting, packed as custom detections."""

from __future__ import annotations

from compiler.content.model import Kind, Rule
from compiler.targets.defender_rules import LONGEST_SPAN, package
from compiler.targets.kusto import to_kql
from compiler.targets.kusto_query import Dialect
from compiler.targets.store import Store
from compiler.targets.target import UNSAYABLE_CORRELATION, Content, Query, Refusal, Target

DIALECT = Dialect(
    "defender",
    "Timestamp",
    None,
    listed='// Your own values, in quotes with commas between: ["one", "two"]\ndatatable(SearchKey: string) []',
)


def convert(rule: Rule, content: Content) -> Query:
    """``rule`` in KQL over the tables of advanced hunting. Raises ``Refusal`` for what cannot be said."""
    query = to_kql(rule, content, DIALECT)
    if query.settings.get("timespan", 0) > LONGEST_SPAN:
        raise Refusal(
            UNSAYABLE_CORRELATION,
            "a custom detection looks back thirty days at most: a timespan of more than 29 days is refused",
            keys=("correlation", "timespan"),
        )
    return query


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
