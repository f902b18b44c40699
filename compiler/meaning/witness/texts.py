"""Strings that fit patterns: a wildcard filled in this way and that, and one string for several patterns at once."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from compiler.meaning.network import parse_address
from compiler.meaning.patterns import Token, Tokens, Wild, is_plain, plain

FILLER = "zq7"
"""What stands for a run of any text, unless something else is tried; in no rule's value by likelihood."""

_V4_PREFIX = re.compile(r"(?:\d{1,3}\.){1,3}\d{0,3}")
_V6_PREFIX = re.compile(r"[0-9a-fA-F]{2,4}:(?:[0-9a-fA-F:]{0,30})")


def fill(tokens: Tokens, run: str = "", one: str = "7", dash: str = "-") -> str:
    """The pattern with ``run`` for each ``*``, ``one`` for each ``?`` and ``dash`` for each dash of ``windash``."""
    by: dict[Token, str] = {Wild.ANY: run, Wild.ONE: one, Wild.DASH: dash}
    return "".join(token if isinstance(token, str) else by.get(token, "") for token in tokens)


def strings_of(tokens: Tokens) -> Iterator[str]:
    """Strings that fit a pattern, the likeliest to be kept by a store first.

    A pattern that begins like an address is completed to one: a column of addresses holds nothing else.
    """
    if is_plain(tokens):
        yield plain(tokens)
        return
    address = _as_address(tokens)
    if address:
        yield address
    yield fill(tokens)
    yield fill(tokens, FILLER)


def _as_address(tokens: Tokens) -> str:
    match tokens:
        case (str(text), Wild.ANY) | (Wild.ANY, str(text), Wild.ANY):
            pass
        case _:
            return ""
    if _V4_PREFIX.fullmatch(text):
        parts = [part or "7" for part in text.split(".")]
        found = ".".join([*parts, *["7"] * (4 - len(parts))])
    elif _V6_PREFIX.fullmatch(text):
        found = text.rstrip(":") + "::7"
    else:
        return ""
    return found if found.startswith(text) and parse_address(found) else ""


def joined(patterns: Iterable[Tokens]) -> Iterator[str]:
    """Strings that may fit all patterns at once; the caller checks them.

    What begins the text comes from the pattern whose beginning is longest, likewise its end, and all that may stand
    anywhere stands between, in two orders and with and without something between.
    """
    given = list(dict.fromkeys(patterns))
    if len(given) == 1:
        yield from strings_of(given[0])
        return
    for tokens in given:
        if Wild.ANY not in tokens:
            yield fill(tokens)
    parts = [_taken_apart(tokens) for tokens in given]
    head = max((head for head, _, _ in parts), key=len)
    tail = max((tail for _, _, tail in parts), key=len)
    inner = list(dict.fromkeys(text for _, middle, _ in parts for text in middle if text))
    inner += [text for first, _, last in parts for text in (first, last) if text and text not in (head, tail)]
    longest = [text for text in inner if not any(text != other and text in other for other in inner)]
    needed = [text for text in longest if text not in head and text not in tail]
    for texts, gap in itertools.product((needed, needed[::-1], inner), (" ", "", FILLER)):
        yield gap.join(text for text in (head, *texts, tail) if text)
    # Head and tail may have to share a part of the text.
    for overlap in range(min(len(head), len(tail)), 0, -1):
        if head.lower().endswith(tail[:overlap].lower()):
            yield head + tail[overlap:]


def _taken_apart(tokens: Tokens) -> tuple[str, list[str], str]:
    runs: list[list[Token]] = [[]]
    for token in tokens:
        if token is Wild.ANY:
            runs.append([])
        else:
            runs[-1].append(token)
    texts = [fill(tuple(run)) for run in runs]
    return (texts[0], [], "") if len(texts) == 1 else (texts[0], texts[1:-1], texts[-1])
