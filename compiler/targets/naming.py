"""Selections under names that pySigma can read.

To pySigma 1.5.1 a dot ends the name of a selection, a hyphen a pattern of names, and ``not_this`` is a negation. The
specification has none of that (*Search-Identifier*), so a detection with such names gets others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_MISREAD = re.compile(r"(?:and|or|not)(?=[_-])|.*[.-]", re.DOTALL)
_TOKEN = re.compile(r"[()|]|[^\s()|]+")
_QUANTIFIERS = {"1": " or ", "any": " or ", "all": " and "}


def renamed(detection: Any) -> Any:
    """A detection, or the part of a filter that is one, with new names for its selections if one would be misread.

    Quantifiers over patterns of names (``1 of selection.*``) are written out. One that fits nothing is left as it is.
    """
    if not isinstance(detection, Mapping) or not any(isinstance(n, str) and _MISREAD.match(n) for n in detection):
        return detection
    kept = {key: value for key, value in detection.items() if key in ("condition", "rules")}
    names = {name: f"s{number}" for number, name in enumerate(name for name in detection if name not in kept)}
    for key, condition in kept.items():
        if key == "condition":
            several = isinstance(condition, list)
            texts = [_written(one, names) for one in (condition if several else [condition])]
            kept[key] = texts if several else texts[0]
    return {**{new: detection[name] for name, new in names.items()}, **kept}


def _written(condition: Any, names: Mapping[Any, str]) -> Any:
    """One condition in the new names."""
    if not isinstance(condition, str):
        return condition
    tokens, found = _TOKEN.findall(condition), []
    while tokens:
        quantifier, *rest = tokens
        fitting = chosen(rest[1], names) if quantifier in _QUANTIFIERS and rest[:1] == ["of"] and rest[1:] else []
        if fitting:
            found.append(f"({_QUANTIFIERS[quantifier].join(names[name] for name in fitting)})")
            rest = rest[2:]
        else:
            found.append(names.get(quantifier, quantifier))
        tokens = rest
    return " ".join(found)


def chosen(pattern: str, names: Mapping[Any, Any]) -> list[Any]:
    """The names that a pattern, or ``them``, stands for; hidden ones only if it asks for them."""
    wanted = re.compile(".*" if pattern == "them" else re.escape(pattern).replace(r"\*", ".*"), re.DOTALL)
    hidden = pattern.startswith("_")
    return [name for name in names if wanted.fullmatch(str(name)) and (hidden or not str(name).startswith("_"))]
