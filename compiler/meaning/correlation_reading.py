"""Reading a correlation from its YAML: every key checked, and every fault with its place and its repair."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from compiler.meaning.condition import read_condition
from compiler.meaning.correlation import OPERATORS, Correlation, exact_number
from compiler.meaning.errors import Keys, MeaningError
from compiler.meaning.selection import read_selections
from compiler.meaning.tree import Node

TEMPORAL = ("temporal", "temporal_ordered")
NUMERIC = ("value_sum", "value_avg", "value_percentile")
TYPES = ("event_count", "value_count", *TEMPORAL, *NUMERIC)

_KEYS = ("type", "rules", "aliases", "group-by", "timespan", "condition", "generate")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_TIMESPAN = re.compile(r"([0-9]{1,9})([smhd])")
_AT: Keys = ("correlation",)


def read_correlation(body: Mapping[str, Any]) -> Correlation:
    """Read a correlation as its YAML was parsed; sigma-correlation-rules-specification.md 2.1.0.

    Raises ``MeaningError``. Extensions, as pySigma 1.5 reads them: a temporal condition may be a boolean expression
    over the rules' names (``a and not b``), and ``value_percentile`` needs a ``percentile`` beside ``field``.
    ``generate`` may stand in the correlation or beside it, where the specification's schema has it.
    """
    section = body.get("correlation") if isinstance(body, Mapping) else None
    if not isinstance(section, Mapping):
        raise MeaningError(_AT, "`correlation` must be a map of keys to values")
    for key in section:
        if key not in _KEYS:
            raise MeaningError((*_AT, str(key)), f"a correlation has no `{key}`", _near(str(key), _KEYS))
    kind = section.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        raise MeaningError(_place(section, "type"), f"{kind!r} is no type of correlation", _near(str(kind), TYPES))
    condition = section.get("condition")
    rules = _rules(section, condition)
    expression = _expression(condition, rules, kind) if isinstance(condition, str) else None
    criteria, fields, percentile = ((), (), Fraction(0)) if expression else _criteria(section, kind, len(rules))
    return Correlation(
        type=kind,
        rules=rules,
        group_by=_group_by(section),
        span=_timespan(section),
        criteria=criteria,
        fields=fields,
        percentile=percentile,
        expression=expression,
        aliases=_aliases(section, rules),
        generate=_generate(body, section),
    )


def _place(section: Mapping[str, Any], key: str) -> Keys:
    return (*_AT, key) if key in section else _AT


def _near(word: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word.lower().replace("_", "-"), known, 1) or difflib.get_close_matches(
        word, known, 1
    )
    return f"did you mean `{close[0]}`?" if close else f"there are: {', '.join(known)}"


def _names(section: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = section.get(key)
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list):
        raise MeaningError(_place(section, key), f"`{key}` must be a list of names")
    for index, name in enumerate(names):
        if not isinstance(name, str) or not name:
            raise MeaningError((*_AT, key, index), f"a name is expected, not {name!r}", "put it in quotes")
        if name in names[:index]:
            raise MeaningError((*_AT, key, index), f"`{name}` is listed twice")
    return tuple(names)


def _rules(section: Mapping[str, Any], condition: Any) -> tuple[str, ...]:
    if not section.get("rules") and isinstance(condition, str):
        words = re.findall(r"[A-Za-z_][A-Za-z0-9_]*", condition)
        return tuple(dict.fromkeys(word for word in words if word not in ("and", "or", "not")))
    rules = _names(section, "rules")
    if not rules:
        raise MeaningError(_place(section, "rules"), "a correlation is of at least one rule", "list its ids or names")
    return rules


def _group_by(section: Mapping[str, Any]) -> tuple[str, ...]:
    return _names(section, "group-by") if section.get("group-by") is not None else ()


def _timespan(section: Mapping[str, Any]) -> int:
    hint = "a number and one of s, m, h, d: `timespan: 90m`"
    text = section.get("timespan")
    if text is None:
        raise MeaningError(_place(section, "timespan"), "there is no `timespan`", hint)
    match = _TIMESPAN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        unit = str(text)[-1:]
        if unit in ("w", "M", "y"):
            hint = "write it in days: a month and a year have no fixed length" if unit != "w" else "write weeks in days"
        raise MeaningError((*_AT, "timespan"), f"{text!r} is no timespan", hint)
    if not int(match[1]):
        raise MeaningError((*_AT, "timespan"), "a timespan of nothing", hint)
    return int(match[1]) * _UNITS[match[2]] * 1_000_000


def _generate(body: Mapping[str, Any], section: Mapping[str, Any]) -> bool:
    inside = "generate" in section
    value = section["generate"] if inside else body.get("generate", False)
    if not isinstance(value, bool):
        raise MeaningError(
            (*_AT, "generate") if inside else ("generate",), f"`generate` is true or false, not {value!r}"
        )
    return value


def _aliases(section: Mapping[str, Any], rules: tuple[str, ...]) -> dict[str, dict[str, str]]:
    aliases = section.get("aliases")
    if aliases is None:
        return {}
    place = (*_AT, "aliases")
    if not isinstance(aliases, Mapping):
        raise MeaningError(place, "`aliases` must be a map of names to maps")
    for alias, fields in aliases.items():
        if not isinstance(alias, str) or not isinstance(fields, Mapping) or not fields:
            raise MeaningError((*place, str(alias)), "an alias is a map of rules to the field in their events")
        for rule, field in fields.items():
            if rule not in rules:
                raise MeaningError(
                    (*place, alias, str(rule)),
                    f"the correlation is not of the rule `{rule}`",
                    _near(str(rule), rules) + " An alias names a rule as `rules` does.",
                )
            if not isinstance(field, str) or not field:
                raise MeaningError((*place, alias, rule), f"a field's name is expected, not {field!r}")
    return {alias: dict(fields) for alias, fields in aliases.items()}


def _expression(condition: str, rules: tuple[str, ...], kind: str) -> Node:
    place = (*_AT, "condition")
    if kind not in TEMPORAL:
        raise MeaningError(
            place, f"a condition in words is for temporal correlations, not for {kind}", kind="condition"
        )
    presence = read_selections({rule: {f"{rule}|exists": True} for rule in rules}, place, {})
    expression = read_condition(condition, presence, place)
    words = set(re.findall(r"[^\s()]+", condition))
    for rule in rules:
        if rule not in words:
            raise MeaningError(place, f"the condition leaves out the rule `{rule}`", kind="condition")
    return expression


_Criteria = tuple[tuple[tuple[str, Fraction], ...], tuple[str, ...], Fraction]


def _criteria(section: Mapping[str, Any], kind: str, rules: int) -> _Criteria:
    condition = section.get("condition")
    place = _place(section, "condition")
    if condition is None and kind in TEMPORAL:
        return (("gte", Fraction(rules)),), (), Fraction(0)
    if not isinstance(condition, Mapping):
        raise MeaningError(
            place,
            f"{kind} needs a condition",
            "add `condition: {gte: 10}`, with `field` to count values",
            kind="condition",
        )
    known = (*OPERATORS, "field", "percentile")
    for key in condition:
        if key not in known:
            raise MeaningError(
                (*place, str(key)), f"a condition has no `{key}`", _near(str(key), known), kind="condition"
            )
    criteria = tuple((name, _number(condition, name)) for name in OPERATORS if name in condition)
    if not criteria:
        raise MeaningError(place, "the condition compares with nothing", "add `gte: 10`", kind="condition")
    return criteria, _fields(condition, kind), _percentile(condition, kind)


def _number(condition: Mapping[str, Any], key: str) -> Fraction:
    value = condition[key]
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    number = exact_number(value) if plain else None
    if number is None:
        hint = "write it without quotes" if isinstance(value, str) else ""
        raise MeaningError((*_AT, "condition", key), f"a number is expected, not {value!r}", hint, kind="condition")
    return number


def _fields(condition: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    place = (*_AT, "condition")
    counts_events = kind == "event_count" or kind in TEMPORAL
    if "field" not in condition:
        if counts_events:
            return ()
        raise MeaningError(place, f"{kind} needs the `field` whose values it takes", kind="condition")
    if counts_events:
        raise MeaningError((*place, "field"), f"{kind} has no use for a `field`", "use value_count", kind="condition")
    value = condition["field"]
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        raise MeaningError((*place, "field"), "`field` is the name of a field, or a list of names", kind="condition")
    if kind in NUMERIC and len(names) > 1:
        raise MeaningError((*place, "field"), f"{kind} takes the numbers of one field", kind="condition")
    return tuple(names)


def _percentile(condition: Mapping[str, Any], kind: str) -> Fraction:
    place = (*_AT, "condition")
    if kind != "value_percentile":
        if "percentile" in condition:
            raise MeaningError((*place, "percentile"), f"{kind} has no `percentile`", kind="condition")
        return Fraction(0)
    if "percentile" not in condition:
        hint = "the specification leaves open which percentile is compared: add `percentile: 50` for the median"
        raise MeaningError(place, "a value_percentile needs a `percentile`", hint, kind="condition")
    percentile = _number(condition, "percentile")
    if not 0 <= percentile <= 100:
        raise MeaningError((*place, "percentile"), "a percentile lies between 0 and 100", kind="condition")
    return percentile
