"""Mutants of conditions and log sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.meaning.errors import Keys
from compiler.meaning.mutants.mutant import Mutant, with_value

_TOKEN = re.compile(r"[()]|[^\s()]+")
_LINKS = {"and": "or", "or": "and"}
_QUANTIFIERS = {"1": "all", "all": "1"}


def condition_mutants(body: Mapping[str, Any], section: str) -> Iterator[Mutant]:
    """Mutants of the condition in ``section``, or of each of a list of conditions. Some may have no meaning."""
    condition = body[section].get("condition")
    keys: Keys = (section, "condition")
    places = [((*keys, index), text) for index, text in enumerate(condition)] if isinstance(condition, list) else []
    for place, text in places or [(keys, condition)]:
        if isinstance(text, str):
            for operator, tokens in _changed(_TOKEN.findall(text)):
                other = _written(tokens)
                yield Mutant(operator, f"{text} -> {other}", place, with_value(body, place, other))


def _written(tokens: Sequence[str]) -> str:
    return " ".join(tokens).replace("( ", "(").replace(" )", ")")


def _changed(tokens: list[str]) -> Iterator[tuple[str, list[str]]]:
    for index, word in enumerate(tokens):
        before, after = tokens[:index], tokens[index + 1 :]
        if word in _LINKS:
            yield f"{word} to {_LINKS[word]}", [*before, _LINKS[word], *after]
        elif word == "not":
            yield "remove not", [*before, *after]
        elif word in _QUANTIFIERS and after[:1] == ["of"]:
            other = _QUANTIFIERS[word]
            yield f"{word} of to {other} of", [*before, other, *after]
    for first, last in _operands(tokens):
        if tokens[first - 1 : first] in (["and"], ["or"]):
            yield "drop selection", [*tokens[: first - 1], *tokens[last:]]
        elif tokens[last : last + 1] in (["and"], ["or"]):
            yield "drop selection", [*tokens[:first], *tokens[last + 1 :]]


def _operands(tokens: list[str]) -> Iterator[tuple[int, int]]:
    """Where each operand of *and* and *or* begins, and what follows it: its ``not`` and its parentheses included."""
    opened: list[int] = []
    start = 0
    for index, word in enumerate(tokens):
        if word == "not":
            continue
        begins = index
        while begins > 0 and tokens[begins - 1] == "not":
            begins -= 1
        if word == "(":
            opened.append(begins)
        elif word == ")":
            if opened:
                yield opened.pop(), index + 1
        elif word in _LINKS or index < start:
            continue
        else:
            start = index + (3 if tokens[index + 1 : index + 2] == ["of"] else 1)
            yield begins, start


def logsource_mutants(body: Mapping[str, Any]) -> Iterator[Mutant]:
    """Mutants of each word of the log source."""
    for word, value in (body.get("logsource") or {}).items():
        if word in ("category", "product", "service") and isinstance(value, str):
            keys = ("logsource", word)
            yield Mutant("change log source", f"{value} -> {value}_", keys, with_value(body, keys, f"{value}_"))
