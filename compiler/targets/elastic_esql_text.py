"""ES|QL: literals, names, and values of Sigma as patterns over the text of a field.

Facts from Elasticsearch 8.19 and 9, *ES|QL syntax reference* and *Operators*: ``LIKE`` and ``RLIKE`` take the whole
value and tell letter case apart, a comparison with several values is null. So a field is
asked as one text in which ``SEPARATOR`` keeps its values apart; a value that holds that very character counts as two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from sigma.types import SigmaCasedString, SigmaRegularExpression, SigmaString, SpecialChars

from compiler.targets.elastic_regex import edges, escape, lucene, of_wildcards
from compiler.targets.opensearch_text import fold
from compiler.targets.opensearch_text import joined as joined_patterns

SEPARATOR = "␞"
"""U+241E, the picture of a record separator."""
_PLAIN = re.compile(r"[A-Za-z_@][A-Za-z0-9_@]*")
_WORDS = frozenset({"and", "by", "false", "in", "is", "like", "not", "null", "or", "rlike", "true", "where"})
_SPECIAL = str.maketrans({letter: f"\\{letter}" for letter in "*?\\"})
_WILD: dict[object, str] = {
    SpecialChars.WILDCARD_MULTI: f"[^{SEPARATOR}]*",
    SpecialChars.WILDCARD_SINGLE: f"[^{SEPARATOR}]",
}
_STAR = SpecialChars.WILDCARD_MULTI


def literal(text: str) -> str:
    """``text`` as a string of ES|QL."""
    named = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(named.get(letter, letter) for letter in text) + '"'


def quoted_name(name: str) -> str:
    """A field as ES|QL reads it; in backticks where a part of its name is no plain name."""
    parts = name.split(".")
    if all(_PLAIN.fullmatch(part) and part.lower() not in _WORDS for part in parts):
        return name
    return "`" + name.replace("`", "``") + "`"


def folded(text: str) -> str:
    """``text`` in lower case, one code point for one."""
    return "".join(map(fold, text))


class Pattern(NamedTuple):
    """A pattern over the text of all values; for ``RLIKE`` with what may stand before and after a value.

    ``joinable``: of literal letters, so that alternatives of it make a small automaton.
    """

    operator: str
    said: str
    before: str = ""
    after: str = ""
    joinable: bool = False


def pattern_of(value: SigmaString) -> Pattern:
    """A value as a pattern: of ``LIKE`` where it is a plain part of one. Raises ``Refusal`` if it is too much work."""
    cased = isinstance(value, SigmaCasedString)
    said = [part if cased or not isinstance(part, str) else folded(part) for part in value.s]
    parts = [part for place, part in enumerate(said) if part != _STAR or place == 0 or said[place - 1] != _STAR]
    if _STAR in parts:
        of_wildcards(value)
    inner = [part for part in parts[1:-1] if isinstance(part, str)]
    if len(parts) == 3 and parts[0] == parts[2] == _STAR and inner:
        return Pattern("LIKE", f"*{inner[0].translate(_SPECIAL)}*")
    before, after = edges(SEPARATOR)
    if parts and parts[0] == _STAR:
        before, parts = ".*", parts[1:]
    if parts and parts[-1] == _STAR:
        after, parts = ".*", parts[:-1]
    middle = "".join(escape(part) if isinstance(part, str) else _WILD[part] for part in parts)
    return Pattern("RLIKE", middle, before, after, all(isinstance(part, str) for part in parts))


def whole(pattern: str) -> Pattern:
    """An expression of Lucene for one value as one over the text of all."""
    return Pattern("RLIKE", f"({pattern})", *edges(SEPARATOR))


def regex_of(value: SigmaRegularExpression) -> tuple[Pattern, bool]:
    """A regular expression over the text of all values, and whether that is asked in lower case. Raises ``Refusal``."""
    pattern, lower = lucene(value, SEPARATOR)
    return Pattern("RLIKE", pattern), lower


def tests(column: str, patterns: Iterable[Pattern]) -> list[str]:
    """Tests of a column, any of which must hold; whole values, beginnings and ends as alternatives of one ``RLIKE``.

    Parts are not put in one list: the automaton of all of them would have a state for each subset that was met, and
    Elasticsearch refuses one of more than 10,000 steps.
    """
    said: list[str] = []
    groups: dict[tuple[str, str], list[str]] = {}
    for one in dict.fromkeys(patterns):
        if one.operator == "RLIKE" and one.joinable:
            # Of an alternative of nothing there would be no trace.
            groups.setdefault((one.before, one.after), []).append(one.said or "()")
        else:
            said.append(f"{column} {one.operator} {literal(f'{one.before}{one.said}{one.after}')}")
    for (before, after), found in groups.items():
        for pattern in joined_patterns(found):
            middle = f"({pattern})" if "|" in pattern else pattern
            said.append(f"{column} RLIKE {literal(f'{before}{middle}{after}')}")
    return said
