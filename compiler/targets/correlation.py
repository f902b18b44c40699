"""What a correlation asks for, read from its body for every target alike."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sigma.rule import SigmaDetections

from compiler.content.model import Kind, Rule
from compiler.targets.reading import normal
from compiler.targets.target import MISSING_RULE, UNSAYABLE_CORRELATION, Content, Refusal
from compiler.targets.tree import Tree

NUMERIC = ("value_sum", "value_avg", "value_percentile")
_KINDS = ("event_count", "value_count", "temporal", "temporal_ordered")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_OPERATORS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "eq": "==", "neq": "!="}


@dataclasses.dataclass(frozen=True, slots=True)
class Correlated:
    """A correlation over rules that are there.

    ``seconds`` is the timespan, both ends included. ``groups`` are the names of ``group-by``. ``conditions`` are
    comparisons of the count, all of which must hold, each an operator as most languages write it and a number.
    ``fields`` are the Sigma fields whose values are counted (``value_count``), or reckoned with. ``expression`` is a
    boolean condition over the rules, each a field of its name that ``exists``; ``percentile`` is in percent. These two,
    numbers with a fraction and rules that are correlations themselves come only where they are asked for.
    """

    kind: str
    rules: tuple[Rule, ...]
    groups: tuple[str, ...]
    seconds: int
    conditions: tuple[tuple[str, float], ...]
    fields: tuple[str, ...]
    aliases: Mapping[str, Mapping[str, str]]
    expression: Tree | None = None
    percentile: float = 0

    @property
    def least(self) -> int | None:
        """The number that must be reached, where the condition is only that; None for any other condition."""
        if len(self.conditions) != 1 or self.conditions[0][0] not in (">", ">="):
            return None
        operator, number = self.conditions[0]
        return math.floor(number) + 1 if operator == ">" else math.ceil(number)

    def group_fields(self, rule: Rule) -> list[str]:
        """The Sigma field of ``rule`` that each group name stands for."""
        return [self.field_of(group, rule) for group in self.groups]

    def field_of(self, name: str, rule: Rule) -> str:
        """The Sigma field of ``rule`` that a name stands for, which may be an alias."""
        named = self.aliases.get(name, {})
        return named.get(rule.name) or named.get(rule.id) or name


def read_correlation(rule: Rule, content: Content, *, extended: bool = False) -> Correlated:
    """What ``rule`` asks for. Raises ``Refusal`` for what the target cannot say, and for a rule that is not there.

    ``extended``: the target has numbers (``NUMERIC``), boolean conditions, ordered correlations of some of their rules
    only, and correlations of correlations; refused otherwise.
    """
    body = rule.body["correlation"]
    kind = body.get("type")
    if kind not in (*_KINDS, *(NUMERIC if extended else ())):
        raise refused(f"a correlation of type {kind!r} is not converted", "type")
    condition = body.get("condition")
    named = body.get("rules") or (_named(condition) if extended and isinstance(condition, str) else [])
    rules = tuple(_resolve(name, number, content, extended) for number, name in enumerate(_listed(named)))
    if not rules:
        raise refused("the correlation names no rules", "rules")
    if condition is None and kind.startswith("temporal"):
        condition = {"gte": len(rules)}
    expression = None
    if extended and isinstance(condition, str) and kind.startswith("temporal"):
        expression, condition = _expression(condition, _listed(named)), {}
    if not isinstance(condition, Mapping):
        raise refused("a condition that is no comparison of a count is not converted", "condition")
    _check_condition(kind, condition)
    _check_aliases(body.get("aliases") or {}, [key for rule in rules for key in (rule.name, rule.id)])
    if not extended and kind == "temporal_ordered" and condition != {"gte": len(rules)}:
        raise refused("an ordered correlation of only some of its rules is not converted", "condition")
    return Correlated(
        kind=kind,
        rules=rules,
        groups=tuple(_listed(body.get("group-by", ()))),
        seconds=_seconds(body.get("timespan")),
        conditions=tuple(_comparison(op, value, extended) for op, value in condition.items() if op in _OPERATORS),
        fields=tuple(_listed(condition.get("field", ()))),
        aliases=body.get("aliases") or {},
        expression=expression,
        percentile=condition.get("percentile", 0),
    )


def _check_condition(kind: str, condition: Mapping[str, Any]) -> None:
    if unknown := [word for word in condition if word not in (*_OPERATORS, "field", "percentile")]:
        raise refused(f"{unknown[0]!r} is no comparison", "condition")
    if kind.startswith("value_") and not condition.get("field"):
        raise refused(f"a correlation of type {kind!r} needs a `field`", "condition")
    if kind == "value_percentile" and "percentile" not in condition:
        raise refused("a percentile needs `percentile`, the share that it is of", "condition")


def _check_aliases(aliases: Any, names: Sequence[str]) -> None:
    for fields in aliases.values() if isinstance(aliases, Mapping) else ():
        if others := [name for name in fields if name not in names]:
            raise refused(f"an alias for {others[0]!r}, which is none of the rules", "aliases")


def reach(wanted: Correlated, content: Content) -> int:
    """The seconds before the event at which a correlation fires that its events lie in, those of its chain included."""
    inner = (read_correlation(one, content, extended=True) for one in wanted.rules if one.kind is Kind.CORRELATION)
    return wanted.seconds + max((reach(one, content) for one in inner), default=0)


def _named(condition: str) -> list[str]:
    words = re.findall(r"[A-Za-z_][A-Za-z0-9_]*", condition)
    return list(dict.fromkeys(word for word in words if word not in ("and", "or", "not")))


def _expression(condition: str, names: list[str]) -> Tree:
    presence = {name: {f"{name}|exists": True} for name in names}
    return normal(SigmaDetections.from_dict({**presence, "condition": condition}).parsed_condition[0].parsed, {})


def _resolve(name: Any, number: int, content: Content, chained: bool) -> Rule:
    rule = content.rules.get(str(name))
    if rule is None:
        raise Refusal(
            MISSING_RULE,
            f"rule {name!r} is not there, or is at fault",
            "name a rule by its `name` or `id`",
            ("correlation", "rules", number),
        )
    if rule.kind is not Kind.SIGMA and not (chained and rule.kind is Kind.CORRELATION):
        raise Refusal(
            UNSAYABLE_CORRELATION,
            f"{name!r} is a correlation itself; chains are not converted",
            keys=("correlation", "rules", number),
        )
    return rule


def _comparison(operator: str, value: Any, fractions: bool) -> tuple[str, float]:
    if not isinstance(value, (int, float) if fractions else int) or isinstance(value, bool):
        raise refused(f"`{operator}` needs a whole number, not {value!r}", "condition")
    return _OPERATORS[operator], value


def _seconds(timespan: Any) -> int:
    match = re.fullmatch(r"([1-9]\d{0,6})([smhd])", str(timespan))
    if match is None:
        raise refused(f"timespan {timespan!r} is not a number and one of s, m, h, d", "timespan")
    return int(match[1]) * _UNITS[match[2]]


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def refused(message: str, key: str = "type") -> Refusal:
    """The refusal of one part of a correlation."""
    return Refusal(UNSAYABLE_CORRELATION, message, keys=("correlation", key))
