"""Microsoft Sentinel: KQL over the tables of a Log Analytics workspace, packed as scheduled analytics rules."""

from __future__ import annotations

from compiler.content.model import Kind, Rule
from compiler.targets.kusto import to_kql
from compiler.targets.kusto_query import Dialect
from compiler.targets.sentinel_arm import WATCHLIST
from compiler.targets.sentinel_rules import LONGEST, LONGEST_SPAN, package
from compiler.targets.store import Store
from compiler.targets.target import UNSAYABLE_CORRELATION, Content, Query, Refusal, Target

DIALECT = Dialect("sentinel", "TimeGenerated", LONGEST, listed=f"_GetWatchlist('{WATCHLIST}')")


def convert(rule: Rule, content: Content) -> Query:
    """``rule`` in KQL over the tables of Sentinel. Raises ``Refusal`` for what cannot be said."""
    query = to_kql(rule, content, DIALECT)
    if query.settings.get("timespan", 0) > LONGEST_SPAN:
        raise Refusal(
            UNSAYABLE_CORRELATION,
            "a scheduled rule looks back fourteen days at most: a timespan of more than 13 days is refused",
            keys=("correlation", "timespan"),
        )
    return query


TARGET = Target(
    name=DIALECT.name,
    title="Microsoft Sentinel",
    kinds=frozenset({Kind.SIGMA, Kind.CORRELATION}),
    convert=convert,
    package=package,
    store=Store(lists=False, empty=False, unicode=False),
    checked="each rule and the template by schemas written from Microsoft's; each query by Microsoft's own parser.",
    unchecked="that Sentinel deploys the template and runs the rules.",
)
