"""One value of a rule and its chain of modifiers, read into the predicates that it means."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from compiler.meaning import predicates
from compiler.meaning.encoding import CHARSETS, base64_anywhere, base64_of
from compiler.meaning.errors import Keys, MeaningError
from compiler.meaning.modifiers import COMPARISONS, FLAGS, SHAPES, Chain
from compiler.meaning.network import parse_network
from compiler.meaning.patterns import (
    Placeholder,
    Tokens,
    Wild,
    is_plain,
    merge,
    parse,
    plain,
    spell_dashes,
    vary_dashes,
)
from compiler.meaning.placeholders import Placeholders, expand_pattern, expand_text, values_of
from compiler.meaning.predicates import Predicate
from compiler.meaning.regex import Dialect, RegexError, compile_regex
from compiler.meaning.timestamps import PARTS
from compiler.meaning.tree import Value
from compiler.meaning.values import text_of

_MAX_SPELLED = 5**5
"""Spellings of one value's dashes that are encoded one by one."""


def read_value(source: Any, chain: Chain, keys: Keys, placeholders: Placeholders, *, keyword: bool = False) -> Value:
    """What a value means under its modifiers; ``keyword``: it is searched in all values rather than in a field.

    Raises ``MeaningError`` of kind ``value``, ``regex``, ``placeholder`` or ``structure`` at ``keys``.
    """
    if isinstance(source, (dict, list)):
        raise MeaningError(
            keys,
            f"a {'map' if isinstance(source, dict) else 'list'} stands where a value belongs",
            "values are strings, numbers, booleans or null",
        )
    if source is not None and not isinstance(source, (str, int, float)):
        raise _at(keys, f"YAML reads this as a {type(source).__name__}", "put it in quotes")
    found = _READERS[chain.state](source, chain, keys, placeholders)
    if keyword:
        found = tuple(_anywhere(item, chain, keys) for item in found)
    return Value(source, found, keys)


def _at(keys: Keys, message: str, hint: str = "") -> MeaningError:
    return MeaningError(keys, message, hint, kind="value")


_Found = tuple[Predicate, ...]


def _anywhere(item: Predicate, chain: Chain, keys: Keys) -> Predicate:
    if isinstance(item, predicates.Null):
        raise _at(keys, "null is no keyword", "name the field that is to be null")
    if isinstance(item, predicates.Number | predicates.Boolean):
        item = predicates.Text((str(text_of(item.value)),), chain.cased)
    if isinstance(item, predicates.Text) and not set(chain.steps) & set(SHAPES):
        return predicates.Text(merge((Wild.ANY, *item.tokens, Wild.ANY)), item.cased)
    return item


def _scalar(source: Any, chain: Chain, keys: Keys) -> Predicate | None:
    """What a value that is no string means without modifiers; None for a string."""
    if source is None:
        return predicates.Null()
    if isinstance(source, bool):
        return predicates.Boolean(source, chain.cased)
    if isinstance(source, (int, float)):
        return predicates.Number(_number(source, keys))
    return None


def _number(source: Any, keys: Keys, modifier: str = "") -> int | float:
    if isinstance(source, bool) or not isinstance(source, (int, float)):
        hint = "write the number without quotes" if isinstance(source, str) else ""
        raise _at(keys, f"`{modifier}` takes a number", hint)
    if math.isnan(source):
        raise _at(keys, "this is not a number, which nothing is equal to")
    return source


def _string(source: Any, keys: Keys, modifier: str) -> str:
    if not isinstance(source, str):
        raise _at(keys, f"`{modifier}` takes a string", "put the value in quotes" if source is not None else "")
    return source


def _text(source: Any, chain: Chain, keys: Keys, placeholders: Placeholders) -> _Found:
    scalar = _scalar(source, chain, keys)
    if scalar is not None and set(chain.steps) <= {"expand"}:
        return (scalar,)
    if source is not None and not isinstance(source, str) and set(chain.steps) <= {"expand", *SHAPES}:
        start: Tokens = (str(text_of(source)),)
    else:
        start = parse(_string(source, keys, chain.steps[0] if chain.steps else ""), expand="expand" in chain.steps)
    if chain.steps == ("expand",) and len(start) == 1 and isinstance(start[0], Placeholder):
        values = values_of(start[0].name, placeholders, keys)
        return tuple(_scalar(v, chain, keys) or predicates.Text(parse(str(v)), chain.cased) for v in values)
    variants: list[Tokens] = [start]
    raw: list[bytes] = []
    for step in chain.steps:
        if step == "expand":
            variants = [made for variant in variants for made in expand_pattern(variant, placeholders, keys)]
        elif step == "windash":
            variants = [vary_dashes(variant) for variant in variants]
        elif step in SHAPES:
            variants = [_shape(step, variant) for variant in variants]
        else:
            raw = raw or _bytes(variants, keys, step)
            variants, raw = _encode(step, variants, raw, keys)
    return tuple(predicates.Text(variant, chain.cased) for variant in variants)


def _shape(step: str, tokens: Tokens) -> Tokens:
    before = () if step == "startswith" else (Wild.ANY,)
    after = () if step == "endswith" else (Wild.ANY,)
    return merge((*before, *tokens, *after))


def _spelled(variants: list[Tokens], keys: Keys, step: str) -> list[str]:
    texts: list[str] = []
    for variant in variants:
        if not is_plain(tuple(token for token in variant if token is not Wild.DASH)):
            raise _at(keys, f"a wildcard cannot be encoded by `{step}`", "write `\\*` and `\\?` for the characters")
        if 5 ** variant.count(Wild.DASH) > _MAX_SPELLED:
            raise _at(keys, f"its dashes make more than {_MAX_SPELLED} values to encode")
        texts += [plain(spelling) for spelling in spell_dashes(variant)]
    return texts


def _bytes(variants: list[Tokens], keys: Keys, step: str) -> list[bytes]:
    charset = CHARSETS.get(step, str.encode)
    try:
        return [charset(text) for text in _spelled(variants, keys, step)]
    except UnicodeEncodeError:
        raise _at(keys, "holds half of a surrogate pair, which cannot be encoded") from None


def _encode(step: str, variants: list[Tokens], raw: list[bytes], keys: Keys) -> tuple[list[Tokens], list[bytes]]:
    if step in CHARSETS:
        return variants, raw
    if step == "base64":
        return [merge((base64_of(item),)) for item in raw], []
    try:
        return [(part,) for item in raw for part in base64_anywhere(item)], []
    except ValueError as error:
        raise _at(keys, f"too short for `base64offset`: {error}") from None


def _sources(source: Any, chain: Chain, keys: Keys, placeholders: Placeholders) -> list[str]:
    text = _string(source, keys, next(step for step in chain.steps if step != "expand"))
    return expand_text(text, placeholders, keys) if "expand" in chain.steps else [text]


def _regex(source: Any, chain: Chain, keys: Keys, placeholders: Placeholders) -> _Found:
    dialect = Dialect(*(flag in chain.steps for flag in FLAGS))
    found = []
    for text in _sources(source, chain, keys, placeholders):
        try:
            compile_regex(text, dialect)
        except RegexError as error:
            raise MeaningError(keys, f"the regex cannot be evaluated: {error}", kind="regex") from None
        found.append(predicates.Regex(text, dialect))
    return tuple(found)


def _network(source: Any, chain: Chain, keys: Keys, placeholders: Placeholders) -> _Found:
    try:
        return tuple(predicates.InNetwork(parse_network(text)) for text in _sources(source, chain, keys, placeholders))
    except ValueError as error:
        raise _at(keys, f"not a range of addresses: {error}", "write address/prefix, as in 192.0.2.0/24") from None


def _reference(source: Any, chain: Chain, keys: Keys, placeholders: Placeholders) -> _Found:
    shape = next((step for step in chain.steps if step in SHAPES), "")
    texts = _sources(source, chain, keys, placeholders)
    if "" in texts:
        raise _at(keys, "`fieldref` names no field")
    return tuple(predicates.Reference(text, shape, chain.cased) for text in texts)


def _comparison(source: Any, chain: Chain, keys: Keys, _: Placeholders) -> _Found:
    part = next((step for step in chain.steps if step in PARTS), "")
    operator = next((step for step in chain.steps if step in COMPARISONS), "eq")
    return (predicates.Comparison(operator, _number(source, keys, chain.steps[0]), part),)


def _presence(source: Any, _: Chain, keys: Keys, __: Placeholders) -> _Found:
    if not isinstance(source, bool):
        raise _at(keys, "`exists` takes true or false", "write it without quotes")
    return (predicates.Presence(source),)


_READERS: dict[str, Callable[[Any, Chain, Keys, Placeholders], _Found]] = {
    "text": _text,
    "shaped": _text,
    "encoded": _text,
    "sealed": _text,
    "regex": _regex,
    "network": _network,
    "reference": _reference,
    "compared": _reference,
    "number": _comparison,
    "time": _comparison,
    "timed": _comparison,
    "presence": _presence,
}
