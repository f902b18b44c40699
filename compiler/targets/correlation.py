"""What a correlation asks for, read from its body for every target alike."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from compiler.content.model import Kind, Rule
from compiler.targets.target import MISSING_RULE, UNSAYABLE_CORRELATION, Content, Refusal

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_OPERATORS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "eq": "==", "neq": "!="}


@dataclasses.dataclass(frozen=True, slots=True)
class Correlated:
    """A correlation over rules that are there.

    ``seconds`` is the timespan, both ends included. ``groups`` are the names of ``group-by``. ``conditions`` are
    comparisons of the count, all of which must hold, each an operator as most languages write it and a number.
    ``fields`` are the Sigma fields whose values are counted (``value_count``).
    """

    kind: str
    rules: tuple[Rule, ...]
    groups: tuple[str, ...]
    seconds: int
    conditions: tuple[tuple[str, int], ...]
    fields: tuple[str, ...]
    aliases: Mapping[str, Mapping[str, str]]

    @property
    def least(self) -> int | None:
        """The number that must be reached, where the condition is only that; None for any other condition."""
        if len(self.conditions) != 1 or self.conditions[0][0] not in (">", ">="):
            return None
        operator, number = self.conditions[0]
        return number + (operator == ">")

    def group_fields(self, rule: Rule) -> list[str]:
        """The Sigma field of ``rule`` that each group name stands for."""
        found = []
        for group in self.groups:
            named = self.aliases.get(group, {})
            found.append(named.get(rule.name) or named.get(rule.id) or group)
        return found


def read_correlation(rule: Rule, content: Content) -> Correlated:
    """What ``rule`` asks for. Raises ``Refusal`` for what no target says, and for a rule that is not there."""
    body = rule.body["correlation"]
    kind = body.get("type")
    if kind not in ("event_count", "value_count", "temporal", "temporal_ordered"):
        raise refused(f"a correlation of type {kind!r} is not converted", "type")
    named = body.get("rules", [])
    rules = tuple(_resolve(name, number, content) for number, name in enumerate(_listed(named)))
    if not rules:
        raise refused("the correlation names no rules", "rules")
    condition = body.get("condition")
    if condition is None and kind.startswith("temporal"):
        condition = {"gte": len(rules)}
    if not isinstance(condition, Mapping):
        raise refused("a condition that is no comparison of a count is not converted", "condition")
    if kind == "temporal_ordered" and condition != {"gte": len(rules)}:
        raise refused("an ordered correlation of only some of its rules is not converted", "condition")
    return Correlated(
        kind=kind,
        rules=rules,
        groups=tuple(_listed(body.get("group-by", ()))),
        seconds=_seconds(body.get("timespan")),
        conditions=tuple(_comparison(op, value) for op, value in condition.items() if op in _OPERATORS),
        fields=tuple(_listed(condition.get("field", ()))),
        aliases=body.get("aliases") or {},
    )


def _resolve(name: Any, number: int, content: Content) -> Rule:
    rule = content.rules.get(str(name))
    if rule is None:
        raise Refusal(
            MISSING_RULE,
            f"rule {name!r} is not there, or is at fault",
            "name a rule by its `name` or `id`",
            ("correlation", "rules", number),
        )
    if rule.kind is not Kind.SIGMA:
        raise Refusal(
            UNSAYABLE_CORRELATION,
            f"{name!r} is a correlation itself; chains are not converted",
            keys=("correlation", "rules", number),
        )
    return rule


def _comparison(operator: str, value: Any) -> tuple[str, int]:
    if not isinstance(value, int) or isinstance(value, bool):
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
