"""What Microsoft Sentinel and Defender XDR share: rules in KQL over the tables of either."""

from __future__ import annotations

from typing import Any

from compiler.content.model import Kind, Rule
from compiler.targets.kusto_correlation import correlate
from compiler.targets.kusto_query import Dialect, deviations, lets_of, query_of, refuse_empty, select, with_lets
from compiler.targets.kusto_shared import shared
from compiler.targets.pipeline import ask
from compiler.targets.reading import read_rule
from compiler.targets.target import Content, Query


def to_kql(rule: Rule, content: Content, dialect: Dialect) -> Query:
    """``rule`` in KQL. Raises ``Refusal`` for what KQL cannot say."""
    if rule.kind is Kind.CORRELATION:
        return correlate(rule, content, dialect)
    tree = read_rule(rule, content, parts=True)
    refuse_empty(tree)
    asked, left_out = ask(rule, tree, dialect.name, content, lists=True)
    selected = select(asked)
    settings: dict[str, Any] = {"left_out": [*left_out, *selected.left_out], "deviations": deviations([tree])}
    text, reads = selected.text, [(one, ()) for one in selected.asked]
    lets, most = lets_of(selected.asked, dialect), dialect.longest
    for dense in (False, True):
        if most is not None and len(with_lets(text, lets)) > most:
            shorter = shared(selected.asked, dense=dense)
            if shorter is not None:
                text, settings["made"] = shorter
    return query_of(rule, dialect, text, reads, settings)
