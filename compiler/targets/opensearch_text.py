"""Values of Sigma as queries of a field of text: term, wildcard or regexp, whichever says the value exactly.

``case_insensitive`` of OpenSearch and Elasticsearch folds ASCII alone, so a value with other letters is a regular
expression that names each form of each letter. What an event may have in place of an ASCII letter (U+212A for a k,
U+0130 for an i) is not found then (``ascii-case``).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sigma.types import SigmaCasedString, SigmaString, SpecialChars

from compiler.targets.elastic_regex import MAX_LENGTH, escape, of_wildcards, units
from compiler.targets.target import UNSAYABLE, Refusal

MANY = 64
"""Values of one field above which they are asked for together."""
_WILD = {SpecialChars.WILDCARD_MULTI: "*", SpecialChars.WILDCARD_SINGLE: "?"}
_REGEX = {SpecialChars.WILDCARD_MULTI: ".*", SpecialChars.WILDCARD_SINGLE: "."}
_SPECIAL = str.maketrans({letter: f"\\{letter}" for letter in "*?\\"})


def said_as(name: str, value: SigmaString) -> dict[str, Any]:
    """One value asked of one field."""
    text = _plain(value)
    folded = not isinstance(value, SigmaCasedString) and text.lower() != text.upper()
    # Two braces would open a template where a monitor runs the search; escaped for a regular expression they do not.
    if (folded and not text.isascii()) or "{{" in text:
        return _regexp(name, unfolded(value))
    ignoring = {"case_insensitive": True} if folded else {}
    if folded or value.contains_special():
        of_wildcards(value)
    if not value.contains_special():
        return {"term": {name: {"value": text, **ignoring}}}
    pattern = "".join(part.translate(_SPECIAL) if isinstance(part, str) else _WILD[part] for part in _parts(value))
    return {"wildcard": {name: {"value": pattern, **ignoring}}}


def grouped(name: str, values: Sequence[SigmaString]) -> list[dict[str, Any]]:
    """Alternatives of one field: one by one, or where they are many, as few regular expressions.

    Whole values are put together, and parts of values: the automaton of these has a state for each of their letters.
    """
    if len(values) <= MANY:
        return [said_as(name, value) for value in values]
    clauses = []
    texts: dict[tuple[tuple[str, str], bool], dict[str, None]] = {}
    for value in values:
        if (around := _around(value)) is None:
            clauses.append(said_as(name, value))
        else:
            texts.setdefault((around, not isinstance(value, SigmaCasedString)), {})[escape(_plain(value))] = None
    for ((before, after), folded), found in texts.items():
        patterns = joined(found, MAX_LENGTH - len(before + after))
        clauses += [_regexp(name, f"{before}{pattern}{after}", folded=folded) for pattern in patterns]
    return clauses


def _around(value: SigmaString) -> tuple[str, str] | None:
    """What stands around alternatives of such values, whole ones or parts; None if it is none of several."""
    text = _plain(value)
    folds_beyond = not text.isascii() and text.lower() != text.upper()
    if not text or folds_beyond or "{{" in text or units(escape(text)) > MAX_LENGTH // 2:
        return None
    match value.s:
        case (str(),):
            return "", ""
        case (SpecialChars.WILDCARD_MULTI, str(), SpecialChars.WILDCARD_MULTI):
            return ".*(", ").*"
    return None


def check_constant(name: str, kind: str, value: Any) -> None:
    """Raises ``Refusal`` for what a field of type ``constant_keyword`` takes for something else.

    It knows ``*`` alone, also in a term, and no escape for it (``ConstantFieldType``, ``Regex.simpleMatch``).
    """
    if kind != "constant_keyword" or not isinstance(value, SigmaString):
        return
    plain, wild = _plain(value), value.contains_special()
    if "*" in plain or SpecialChars.WILDCARD_SINGLE in value.s or (wild and "\\" in plain):
        raise Refusal(UNSAYABLE, f"a field of type {kind} ({name}) has no pattern but *, and no escape for it")


def _folds(value: SigmaString) -> bool:
    return not isinstance(value, SigmaCasedString)


def joined(texts: Iterable[str], longest: int = MAX_LENGTH) -> Iterator[str]:
    """Alternatives as expressions of no more than the longest that is taken, but for one that is longer by itself."""
    pattern = ""
    for text in texts:
        if pattern and units(pattern) + 1 + units(text) > longest:
            yield pattern
            pattern = ""
        pattern = f"{pattern}|{text}" if pattern else text
    if pattern:
        yield pattern


def _regexp(name: str, pattern: str, *, folded: bool = False) -> dict[str, Any]:
    if units(pattern) > MAX_LENGTH:
        raise Refusal(UNSAYABLE, f"a value beyond ASCII of more than {MAX_LENGTH} characters as a regular expression")
    return {"regexp": {name: {"value": pattern, "flags": "NONE"} | ({"case_insensitive": True} if folded else {})}}


def _parts(value: SigmaString) -> list[Any]:
    return list(value.s)


def _plain(value: SigmaString) -> str:
    return "".join(part for part in value.s if isinstance(part, str))


def unfolded(value: SigmaString) -> str:
    """A text with its wildcards as an expression of the whole value that names each form of each letter."""
    return "".join(_unfolded(value))


def beyond(value: SigmaString) -> bool:
    """Whether letter case matters beyond ASCII: a letter of the text that is not ASCII has several forms."""
    return _folds(value) and any(
        not letter.isascii() and len(_forms().get(fold(letter), "")) > 1 for letter in _plain(value)
    )


def _unfolded(value: SigmaString) -> Iterator[str]:
    for part in _parts(value):
        if not isinstance(part, str):
            yield _REGEX[part]
            continue
        for letter in part:
            forms = (_forms().get(fold(letter), "") if _folds(value) else "") or letter
            yield f"[{''.join(map(escape, forms))}]" if len(forms) > 1 else escape(letter)


def fold(letter: str) -> str:
    """One code point in lower case: Unicode's simple mapping (``semantics.md``, letter case of values)."""
    return {"\u0130": "i", "\u03a3": "\u03c3"}.get(letter) or letter.lower()


@functools.cache
def _forms() -> dict[str, str]:
    """For each lower-case letter all code points that fold to it, itself first."""
    forms: dict[str, str] = {}
    for code in range(0x20000):
        letter = chr(code)
        if fold(letter) != letter:
            forms[fold(letter)] = forms.get(fold(letter), fold(letter)) + letter
    return forms
