"""Placeholders (``%name%`` under ``expand``): every text that a value becomes in the environment it is read for."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence

from compiler.meaning.errors import Keys, MeaningError
from compiler.meaning.patterns import Placeholder, Tokens, merge, parse

Placeholders = Mapping[str, Sequence[str | int]]
"""What each placeholder stands for: a name without percent signs -> values, any of which is meant."""

MAX_VARIANTS = 10_000
"""Values that one value may become; a product of several placeholders grows fast."""


def values_of(name: str, placeholders: Placeholders, keys: Keys) -> Sequence[str | int]:
    """What a placeholder stands for: nothing, if it has no values, and what it stands in matches nothing.

    Raises ``MeaningError`` for one that nobody knows.
    """
    if name not in placeholders:
        raise MeaningError(
            keys,
            f"the placeholder %{name}% has no value",
            "give it one in the environment's placeholders, or write `\\%` for a plain percent sign",
            kind="placeholder",
        )
    values = placeholders[name]
    return (values,) if isinstance(values, (str, int)) else values


def expand_pattern(tokens: Tokens, placeholders: Placeholders, keys: Keys) -> list[Tokens]:
    """The pattern with its placeholders replaced by patterns: one result for each combination of their values."""
    choices: list[list[Tokens]] = [
        [parse(str(value)) for value in values_of(token.name, placeholders, keys)]
        if isinstance(token, Placeholder)
        else [(token,)]
        for token in tokens
    ]
    _bound(choices, keys)
    return [merge(itertools.chain.from_iterable(choice)) for choice in itertools.product(*choices)]


_PIECE = re.compile(r"\\(?P<sign>%)|\\.|%(?P<name>[^\W\d][\w.-]*)%", re.DOTALL)


def expand_text(text: str, placeholders: Placeholders, keys: Keys) -> list[str]:
    """The same for a value that is no pattern (a regex, a range, a field's name): values go in as they stand."""
    choices: list[Sequence[str]] = []
    at = 0
    for match in _PIECE.finditer(text):
        choices.append([text[at : match.start()]])
        at = match.end()
        if match["name"]:
            choices.append([str(value) for value in values_of(match["name"], placeholders, keys)])
        else:
            choices.append(["%" if match["sign"] else match[0]])
    choices.append([text[at:]])
    _bound(choices, keys)
    return ["".join(choice) for choice in itertools.product(*choices)]


def _bound(choices: Sequence[Sequence[object]], keys: Keys) -> None:
    if math.prod(map(len, choices)) > MAX_VARIANTS:
        raise MeaningError(keys, f"its placeholders make more than {MAX_VARIANTS} values of it", kind="placeholder")
