"""What Microsoft Sentinel and Defender XDR share: rules in KQL over the tables of either."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compiler.content.model import Kind, Rule
from compiler.targets.kusto_correlation import correlate
from compiler.targets.kusto_query import (
    Dialect,
    deviations,
    lets_of,
    query_of,
    refuse_empty,
    select,
    table_of,
    with_lets,
)
from compiler.targets.kusto_shared import shared
from compiler.targets.pipeline import Asked, ask
from compiler.targets.reading import read_rule
from compiler.targets.target import Content, Query

_TOLD = 1_500
"""Characters that the columns of an alert may take, which a package adds."""


def to_kql(rule: Rule, content: Content, dialect: Dialect) -> Query:
    """``rule`` in KQL. Raises ``Refusal`` for what KQL cannot say."""
    if rule.kind is Kind.CORRELATION:
        return correlate(rule, content, dialect)
    tree = read_rule(rule, content, parts=True)
    asked, left_out = ask(rule, tree, dialect.name, content, lists=True)
    refuse_empty(tree)
    selected = select(asked)
    left_out += selected.left_out
    kept, (text, made) = selected.asked, _said(selected.asked, dialect)
    others = tuple(one for one in kept if not _normalized(one))
    if 0 < len(others) < len(kept) and _too_long(text, kept, dialect, _TOLD):
        left_out += [f"{one.shape.name}: with it the query is too long" for one in kept if one not in others]
        kept, (text, made) = others, _said(others, dialect)
    settings: dict[str, Any] = {"left_out": left_out, "deviations": deviations([tree]), **made}
    return query_of(rule, dialect, text, [(one, ()) for one in kept], settings)


def _said(asked: Sequence[Asked], dialect: Dialect) -> tuple[str, dict[str, Any]]:
    """The query over these shapes, in fewer characters where it would be too long, and the columns it then makes."""
    text, made = select(asked).text, {}
    for dense in (False, True):
        if _too_long(text, asked, dialect) and (shorter := shared(asked, dense=dense)) is not None:
            text, made = shorter[0], {"made": shorter[1]}
    return text, made


def _too_long(text: str, asked: Sequence[Asked], dialect: Dialect, room: int = 0) -> bool:
    return dialect.longest is not None and len(with_lets(text, lets_of(asked, dialect))) > dialect.longest - room


def _normalized(one: Asked) -> bool:
    """True for a table of events that other tables may hold as their source wrote them."""
    return table_of(one).startswith("ASim")
