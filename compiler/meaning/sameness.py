"""Whether two rules mean the same, as far as that can be proved; what they say about themselves has no part in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.content.model import Kind, Rule
from compiler.meaning.correlation import Correlation
from compiler.meaning.correlation_reading import read_correlation
from compiler.meaning.errors import MeaningError
from compiler.meaning.mutants.same import means_same
from compiler.meaning.mutants.yara import OPAQUE
from compiler.meaning.placeholders import Placeholders
from compiler.meaning.rule import Detection, Filter, read_detection, read_filter

Meaning = Correlation | Detection | Filter

_SECTIONS = ("logsource", "detection", "correlation", "filter")
"""The keys of a Sigma rule that decide what it matches."""
_HEAD = re.compile(r"(?P<words>(?:\b(?:private|global)\s+)*)\brule\s+(?P<name>\w+)")
_META = re.compile(r"\bmeta\s*:.*?(?=\b(?:strings|condition)\s*:)", re.DOTALL)


def same_rule(one: Rule, other: Rule) -> bool:
    """True only if two rules are proved to match the same; a correlation as far as it says so itself.

    Two Sigma rules that the reference gives no meaning are the same if they are written the same.
    """
    if one.kind is not other.kind:
        return False
    if one.kind is Kind.YARA:
        return essence(one.text, one.name) == essence(other.text, other.name)
    if all(one.body.get(key) == other.body.get(key) for key in _SECTIONS) and one.placeholders == other.placeholders:
        return True
    return same_meaning(
        meaning_of(one.kind, one.body, one.placeholders), meaning_of(other.kind, other.body, other.placeholders)
    )


def meaning_of(kind: Kind, body: Mapping[str, Any], known: Placeholders) -> Meaning | None:
    """What a Sigma rule of a kind says, as the reference reads it; None if it has no meaning."""
    try:
        if kind is Kind.CORRELATION:
            return read_correlation(body)
        reads = read_filter if kind is Kind.FILTER else read_detection
        return reads(body, placeholders=known)
    except MeaningError:
        return None


def same_meaning(one: Meaning | None, other: Meaning | None) -> bool:
    """True only if it is proved that two readings hold on the same events; False of one that has no meaning."""
    if isinstance(one, Detection) and isinstance(other, Detection):
        return one.logsource == other.logsource and means_same(one.tree, other.tree)
    if isinstance(one, Filter) and isinstance(other, Filter):
        return one.logsource == other.logsource and one.rules == other.rules and means_same(one.tree, other.tree)
    return one is not None and one == other


def essence(text: str, name: str) -> tuple[str, ...]:
    """What a YARA file says of the rule ``name``: its strings and condition, and those of the rules that it leans on.

    Without ``meta``, comments and white space. Global rules count for every rule.
    """
    parts = {head: (private, body) for head, private, body in _parts(text)}
    wanted = [name, *(head for head, (words, _) in parts.items() if "global" in words)]
    found: dict[str, str] = {}
    while wanted:
        head = wanted.pop()
        if head not in found and head in parts:
            found[head] = parts[head][1]
            wanted += [other for other in re.findall(r"\w+", found[head]) if other in parts]
    own = found.pop(name, "")
    return (own, *sorted(found.values()))


def _parts(text: str) -> Iterator[tuple[str, str, str]]:
    """The rules of a file: identifier, words before ``rule``, and what follows without all that has no effect."""
    text = OPAQUE.sub(lambda found: found[0] if found[0][:2] not in {"//", "/*"} else " " * len(found[0]), text)
    opaque = [found.span() for found in OPAQUE.finditer(text)]
    blank = OPAQUE.sub(lambda found: re.sub(r"\S", " ", found[0]), text)
    heads = list(_HEAD.finditer(blank))
    for place, head in enumerate(heads):
        end = heads[place + 1].start() if place + 1 < len(heads) else len(text)
        meta = _META.search(blank, head.end(), end)
        kept = [(head.end(), meta.start()), (meta.end(), end)] if meta else [(head.end(), end)]
        yield head["name"], head["words"], " ".join(_folded(text, opaque, *span) for span in kept)


def _folded(text: str, opaque: list[tuple[int, int]], start: int, end: int) -> str:
    """A stretch of a file with its white space folded, but none within strings and regexes."""
    pieces = []
    at = start
    for first, last in [span for span in opaque if start <= span[0] < end]:
        pieces += [" ".join(text[at:first].split()), text[first:last]]
        at = last
    return " ".join([*pieces, " ".join(text[at:end].split())])
