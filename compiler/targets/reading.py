"""pySigma's reading of a rule, made into one plain condition tree, and refused where pySigma is known to misread."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.filters import SigmaFilter
from sigma.rule import SigmaDetection, SigmaDetectionItem, SigmaDetections, SigmaRule
from sigma.types import (
    SigmaCasedString,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaRegularExpression,
    SigmaString,
    SigmaType,
)

from compiler.content.model import Logsource, Rule
from compiler.targets.encoding import encoded
from compiler.targets.naming import chosen, renamed
from compiler.targets.reading_regex import has_negated_class, spelled
from compiler.targets.target import BROKEN, MISSING_PLACEHOLDER, UNSAYABLE, Content, Refusal
from compiler.targets.tree import CasedReference, Leaf, Tree, equals, negation, rebuilt, some

_SELECTOR = re.compile(r"\bof\s+([\w*]+)")
_BYTES = frozenset({"base64", "base64offset"})
_WIDE = frozenset({"wide", "utf16", "utf16be", "utf16le"})
_COMPARED = frozenset({"lt", "lte", "gt", "gte", "minute", "hour", "day", "week", "month", "year"})
_TIMES = frozenset({"minute", "hour", "day", "week", "month", "year"})
_SHAPES = frozenset({"contains", "startswith", "endswith"})
_LINKS = frozenset({"all", "cased", "neq"})
_LAST = _LINKS | {"expand"}
_PLACEHOLDER = re.compile("%[^%]+%")
_EXACT = 2**53
"""Beyond this a float does not hold every whole number."""
_CASED = "\ue000"
"""Before the name of a field: its value is compared letter by letter. A character that is nobody's."""
_BACKSLASH = "\ue001"
"""A backslash before a placeholder, which pySigma would take for the escape of its percent sign; nobody's either."""
_BEFORE = re.compile(r"(\\\\(?=%[^\W\d][\w.-]*%))|\\[\\*?%]", re.DOTALL)
_FLAG = re.compile("(?<!\\w)[–—―](?=\\w)")  # noqa: RUF001 - the dashes that ``windash`` stands for


def read_rule(rule: Rule, content: Content, *, parts: bool = False) -> Tree:
    """The whole condition of a rule, its filters joined with *and*, as a tree of AND, OR, NOT and plain leaves.

    ``parts``: the target can ask for parts of a timestamp; refused otherwise. The tree is the caller's own. It holds no
    expansions (``windash``, placeholders: they are ORs), no ``exists: false`` (a NOT) and no double negation. Raises
    ``Refusal``, and whatever pySigma raises on a rule that it cannot read.
    """
    check_modifiers(rule, parts=parts)
    sigma = SigmaRule.from_dict(
        {"title": "-", "logsource": rule.body.get("logsource"), "detection": _section(rule.body.get("detection"))}
    )
    for other in content.filters:
        if applies(other, rule):
            check_modifiers(other, parts=parts)
            _apply(other, sigma)
    for condition in sigma.detection.condition:
        _check_selectors(condition, sigma)
    roots = [condition.parsed for condition in sigma.detection.parsed_condition]
    placeholders = dict(content.placeholders)
    for other in (rule, *content.filters):
        placeholders |= other.placeholders
    return some(normal(root, placeholders) for root in roots)


def read_selection(selection: Mapping[str, Any]) -> Tree:
    """The tree of one selection that stands alone, such as the restriction of a source to a category."""
    detection = SigmaDetection.from_definition(dict(selection))
    return normal(detection.postprocess(SigmaDetections({"selection": detection}, ["selection"])), {})


def logsource_of(rule: Rule) -> Logsource:
    """The log source as the rule gives it. Raises ``Refusal`` if there is none."""
    given = rule.body.get("logsource")
    if not isinstance(given, Mapping):
        raise Refusal(BROKEN, "the rule has no logsource", "add `logsource:` with a category, product or service")
    return Logsource(*(given.get(word) for word in ("category", "product", "service")))


def applies(filter_rule: Rule, rule: Rule) -> bool:
    """True if a Sigma filter is meant for ``rule``: it names it, or any, and its log source covers the rule's."""
    body = filter_rule.body.get("filter", {})
    named = body.get("rules", ())
    names = [named] if isinstance(named, str) else list(named)
    if names and names != ["any"] and not {rule.name, rule.id} & set(names):
        return False
    return logsource_of(filter_rule).covers(logsource_of(rule))


def _apply(filter_rule: Rule, sigma: SigmaRule) -> None:
    body = filter_rule.body
    parsed = SigmaFilter.from_dict({"title": "-", "logsource": body["logsource"], "filter": _section(body["filter"])})
    # ``applies`` has decided; pySigma would compare names that the bare rule above does not carry.
    parsed.filter.rules = "any"
    parsed.logsource = sigma.logsource
    parsed.apply_on_rule(sigma)


def _section(given: Any) -> Any:
    """A detection, or the part of a filter that is one, in words that pySigma reads rightly."""
    return _spelled(encoded(renamed(given)))


def _spelled(node: Any) -> Any:
    """A detection in the words that pySigma 1.5.1 knows and reads rightly; the given one is left as it is.

    ``utf16le`` is ``wide``; a network loses its host bits; every dash of a flag is the one that ``windash`` expands; a
    number becomes text where only text is taken, and where pySigma would round it to a float; ``cased`` beside
    ``fieldref`` is a sign in front of the value; a regex is spelled as all read it; a
    backslash before a placeholder is another character until that is filled.
    """
    if isinstance(node, Mapping):
        return {
            _key(key) if isinstance(key, str) else key: _value(str(key).split("|")[1:], value)
            for key, value in node.items()
        }
    return [_spelled(value) for value in node] if isinstance(node, list) else _value([], node)


def _key(key: str) -> str:
    """A field and its modifiers, those last that may stand anywhere: pySigma wants others first, or forgets ``cased``.

    ``cased`` beside ``fieldref`` is said by the value, and beside ``re`` it says nothing.
    """
    field, *modifiers = key.replace("|utf16le", "|wide").split("|")
    last = _LAST if "re" in modifiers else _LINKS
    cased = ["cased"] if "cased" in modifiers and not {"re", "fieldref"} & set(modifiers) else []
    moved = [name for name in modifiers if name in last and name != "cased"]
    return "|".join([field, *(name for name in modifiers if name not in last), *moved, *cased])


def _value(modifiers: Sequence[str], value: Any) -> Any:
    if isinstance(value, list):
        return [_value(modifiers, item) for item in value]
    if isinstance(value, Mapping):
        return _spelled(value)
    if isinstance(value, (int, float)):
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        return shown if _SHAPES & set(modifiers) or abs(value) > _EXACT else value
    return _string(modifiers, value) if isinstance(value, str) else value


def _string(modifiers: Sequence[str], value: str) -> str:
    if "cidr" in modifiers:
        return _network(value)
    if "re" in modifiers:
        return spelled(value)
    if "expand" in modifiers:
        value = _BEFORE.sub(lambda found: _BACKSLASH if found[1] else found[0], value)
    if {"cased", "fieldref"} <= set(modifiers):
        return _CASED + value
    return _FLAG.sub("-", value) if "windash" in modifiers else value


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        return text


def _check_selectors(condition: str, sigma: SigmaRule) -> None:
    """A selector that names nothing is dropped by pySigma without a word, and the rule then matches more."""
    for match in _SELECTOR.finditer(condition):
        wanted = match[1]
        if not chosen(wanted, sigma.detection.detections):
            raise Refusal(BROKEN, f"`of {wanted}` names no selection", keys=("detection", "condition"))


def normal(node: Any, placeholders: Mapping[str, Sequence[str | int]]) -> Tree:
    """``node`` with expansions as ORs and without double negation. Raises ``Refusal`` for an unknown placeholder.

    A test of a placeholder that stands for nothing stays as it is: ``tree.without`` takes it for false.
    """
    kind = type(node)
    if kind in (ConditionFieldEqualsValueExpression, ConditionValueExpression):
        values = list(_values(node.value, placeholders)) or [node.value]
        return _leaf(node, values[0]) if len(values) == 1 else some(_leaf(node, value) for value in values)
    if kind is ConditionNOT:
        return negation(normal(node.args[0], placeholders))
    if kind in (ConditionAND, ConditionOR):
        return rebuilt(node, [normal(arg, placeholders) for arg in node.args])
    raise Refusal(BROKEN, "the condition is empty", keys=("detection", "condition"))


def _leaf(node: Leaf, value: SigmaType) -> Tree:
    if isinstance(node, ConditionValueExpression):
        return ConditionValueExpression(value)
    if isinstance(value, SigmaExists) and not value.exists:
        return negation(equals(node.field, SigmaExists(True)))
    if isinstance(value, SigmaFieldReference) and value.field.startswith(_CASED):
        return equals(node.field, CasedReference(value.field[1:], value.starts_with, value.ends_with))
    return equals(node.field, value)


def _values(value: SigmaType, placeholders: Mapping[str, Sequence[str | int]]) -> Iterator[SigmaType]:
    if type(value) is SigmaExpansion:
        for inner in value.values:
            yield from _values(inner, placeholders)
    elif isinstance(value, (SigmaString, SigmaRegularExpression)):
        if value.contains_placeholder():
            filled = value.replace_placeholders(_filler(placeholders))
            # pySigma forgets whether letter case counts.
            cased = isinstance(value, SigmaCasedString)
            for one in filled:
                if isinstance(one, SigmaString):
                    one.s = [part.replace(_BACKSLASH, "\\") if isinstance(part, str) else part for part in one.s]
                yield SigmaCasedString.from_sigma_string(one) if cased and isinstance(one, SigmaString) else one
        else:
            yield value
    else:
        yield value


def _filler(placeholders: Mapping[str, Sequence[str | int]]) -> Callable[[Any], Iterator[Any]]:
    def fill(placeholder: Any) -> Iterator[Any]:
        if placeholder.name not in placeholders:
            raise Refusal(
                MISSING_PLACEHOLDER, f"placeholder %{placeholder.name}% has no value", "give the placeholder values"
            )
        for value in placeholders[placeholder.name]:
            yield SigmaString(str(value))

    return fill


def locate(rule: Rule, field: str) -> tuple[str | int, ...]:
    """The keys of the first place in the rule's detection where ``field`` is asked about."""
    for keys, key, _ in _items(rule.body.get("detection"), ("detection",)):
        if key.split("|")[0] == field:
            return (*keys, key)
    return ("detection",)


def locate_fault(rule: Rule) -> tuple[str | int, ...]:
    """The keys of the first entry of the rule's detection that pySigma cannot read by itself; else of the detection."""
    for keys, key, value in _items(rule.body.get("detection"), ("detection",)):
        if isinstance(value, Mapping) or len(keys) < 2:
            continue
        try:
            SigmaDetectionItem.from_mapping(key, value)
        except Exception:  # noqa: BLE001 - whatever it raises, this entry is what it cannot read
            return (*keys, key)
    return ("detection",)


def _items(node: Any, keys: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str, Any]]:
    """Every key of the maps below ``node`` that is text, with the keys that lead to its map, and its value."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if isinstance(key, str):
                yield keys, key, value
                yield from _items(value, (*keys, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _items(value, (*keys, number))


def check_modifiers(rule: Rule, *, parts: bool = False) -> None:
    """Refuse what pySigma 1.5.1 accepts and reads as something else than the specification says.

    Also parts of a timestamp, unless the target has them.
    """
    section = "filter" if "filter" in rule.body else "detection"
    given = encoded(rule.body.get(section))
    for name, selection in given.items() if isinstance(given, Mapping) else ():
        if selection is None:
            raise Refusal(BROKEN, f"the selection {name!r} asks for nothing", "", (section, str(name)))
    for keys, key, value in _items(given, (section,)):
        field, *modifiers = key.split("|")
        texts = [text for text in _listed(value) if isinstance(text, str)]
        if value == [] and keys != (section,):
            raise Refusal(BROKEN, "an empty list of values", "give a value, or null", (*keys, key))
        if isinstance(value, list) and None in value and len(value) > 1 and keys != (section,):
            raise Refusal(BROKEN, "null among other values", "a selection of its own, joined with `or`", (*keys, key))
        reason = _misread(modifiers, texts) if modifiers else ""
        if not _COMPARED & set(modifiers) and any(_whole(one) for one in _listed(value)):
            # As text it is `5.0`, and pySigma has made `5` of it.
            reason = "pySigma forgets the fraction of a whole number that is written with one"
        if not field and {"startswith", "endswith"} & set(modifiers):
            reason = "pySigma forgets that a keyword is to stand at the beginning or the end of a value"
        if not parts and _TIMES & set(modifiers):
            reason = "a part of a timestamp (`minute` to `year`) is not converted for this target"
        if reason:
            raise Refusal(UNSAYABLE, reason, keys=(*keys, key))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()


def _misread(modifiers: list[str], texts: list[str]) -> str:
    """Why pySigma would misread values under these modifiers; empty if it would not."""
    names = set(modifiers)
    encoder = next((number for number, name in enumerate(modifiers) if name in _BYTES), None)
    before = set(modifiers[:encoder])
    after = set(modifiers[modifiers.index("re") :]) if "re" in names else set()
    faults = {
        "a regular expression is looked for anywhere, so `contains` and its like mean nothing after it": after
        & _SHAPES,
        "a negated class such as `[:^digit:]` within a set is read in many ways": "re" in names
        and any(has_negated_class(text) for text in texts),
        "`utf16`: pySigma encodes the byte order mark as UTF-8": "utf16" in names,
        "`wide` and the other UTF-16 modifiers make bytes, so they belong before `base64` or `base64offset`": names
        & _WIDE
        and (encoder is None or not before & _WIDE),
        "pySigma varies dashes before it knows what a placeholder stands for: `windash` belongs before `expand`": {
            "expand",
            "windash",
        }
        <= names
        and modifiers.index("expand") < modifiers.index("windash")
        and any(_PLACEHOLDER.search(text) for text in texts),
        "`expand` before an encoding is lost in it": encoder is not None and "expand" in before,
        "pySigma keeps escapes of a value that it encodes: a backslash under `base64` is not converted": encoder
        is not None
        and any("\\" in text for text in texts),
        "`base64offset` finds a part of a value, so it needs `contains`": "base64offset" in names
        and "contains" not in names,
        "pySigma counts characters, not bytes: `base64offset` of a value beyond ASCII is not converted": "base64offset"
        in names
        and not all(text.isascii() for text in texts),
    }
    return next((reason for reason, holds in faults.items() if holds), "")
