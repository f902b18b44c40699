"""The grammar of modifiers: which there are, which may follow which, and what a chain of them says of its values."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping

from compiler.meaning.encoding import CHARSETS
from compiler.meaning.errors import Keys, MeaningError
from compiler.meaning.timestamps import PARTS

SHAPES = ("contains", "startswith", "endswith")
COMPARISONS = ("lt", "lte", "gt", "gte")
FLAGS = ("i", "m", "s")
_LINKS = ("all", "cased", "neq")

_ENCODINGS = {name: {"text": "bytes", "encoded": "bytes"} for name in CHARSETS}
_SHAPED = {"text": "shaped", "encoded": "sealed", "reference": "compared"}

TRANSITIONS: Mapping[str, Mapping[str, str]] = {
    "expand": {state: state for state in ("text", "shaped", "regex", "network", "reference", "compared")},
    "windash": {"text": "text", "shaped": "shaped"},
    **_ENCODINGS,
    "base64": {"text": "encoded", "bytes": "encoded", "encoded": "encoded"},
    "base64offset": {"text": "offsets", "bytes": "offsets", "encoded": "offsets"},
    "contains": {**_SHAPED, "offsets": "sealed"},
    "startswith": _SHAPED,
    "endswith": _SHAPED,
    "re": {"text": "regex"},
    **{flag: {"regex": "regex"} for flag in FLAGS},
    "cidr": {"text": "network"},
    "fieldref": {"text": "reference"},
    **{part: {"text": "time"} for part in PARTS},
    **{name: {"text": "number", "time": "timed"} for name in COMPARISONS},
    "exists": {"text": "presence"},
}
"""What each modifier makes of what the modifiers before it left: state before -> state after; refused where none is.

``text`` is a value as written; ``bytes`` and ``offsets`` are no end, since no field holds them as such. ``all``,
``cased`` and ``neq`` say how values are joined and compared: they may stand anywhere and change no state.
"""

_NAMES = frozenset((*TRANSITIONS, *_LINKS))
_REPEATABLE = frozenset((*CHARSETS, "base64"))
_CASELESS = frozenset(("network", "time", "number", "timed", "presence"))
_UNNEGATABLE = frozenset(("number", "timed", "presence"))
_NEEDS_FIELD = frozenset(("network", "reference", "compared", "time", "number", "timed", "presence"))
_HINTS = {
    "i": "a sub-modifier of re: write `re|i`",
    "m": "a sub-modifier of re: write `re|m`",
    "s": "a sub-modifier of re: write `re|s`",
    "expand": "expand placeholders before the value is encoded",
    "re": "a regex is found anywhere in the value; anchor it with ^ and $",
    "base64": "encode first: `base64|contains`",
    "base64offset": "encode first: `base64offset|contains`",
    "fieldref": "name the reference first: `fieldref|contains`",
    "exists": "`exists` stands alone",
    "windash": "vary the dashes first",
    **dict.fromkeys(CHARSETS, "bytes come before base64: `wide|base64offset|contains`"),
    **dict.fromkeys(PARTS, "take the part first, then compare it: `hour|gte`"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Chain:
    """The modifiers of one entry, checked: ``steps`` are those that change a value, in order; ``state`` results."""

    names: tuple[str, ...]
    steps: tuple[str, ...]
    state: str

    @property
    def cased(self) -> bool:
        """Letter case counts."""
        return "cased" in self.names


def read_chain(names: tuple[str, ...], keys: Keys, *, keyword: bool = False) -> Chain:
    """Check the modifiers of an entry, in the order given; ``keyword``: the entry names no field.

    Raises ``MeaningError`` of kind ``modifier`` at ``keys``.
    """
    state, previous = "text", ""
    steps = []
    for name in names:
        if name not in _NAMES:
            near = difflib.get_close_matches(name.strip().lower(), sorted(_NAMES), 1)
            raise MeaningError(
                keys,
                f"unknown modifier `{name}`",
                f"did you mean `{near[0]}`?" if near else "the specification (2.1.0, appendix modifiers) lists them",
                kind="modifier",
            )
        if name not in _REPEATABLE and names.count(name) > 1:
            raise MeaningError(keys, f"the modifier `{name}` stands twice", kind="modifier")
        if name in _LINKS:
            continue
        if state not in TRANSITIONS[name]:
            after = f"cannot follow `{previous}`" if previous else "cannot stand first"
            raise MeaningError(keys, f"the modifier `{name}` {after}", _hint(name, state), kind="modifier")
        state, previous = TRANSITIONS[name][state], name
        steps.append(name)
    _check_end(state, names, keys, keyword=keyword)
    return Chain(names, tuple(steps), state)


def _hint(name: str, state: str) -> str:
    if state == "presence":
        return _HINTS["exists"]
    if state == "regex" and name in SHAPES:
        return _HINTS["re"]
    if state == "offsets":
        return "only `contains` can follow `base64offset`"
    if state in ("shaped", "sealed", "compared") and name in SHAPES:
        return "one of contains, startswith and endswith; write wildcards for anything else"
    return _HINTS.get(name, "")


def _check_end(state: str, names: tuple[str, ...], keys: Keys, *, keyword: bool) -> None:
    def refuse(message: str, hint: str = "") -> MeaningError:
        return MeaningError(keys, message, hint, kind="modifier")

    if state == "bytes":
        raise refuse(
            "the value is left as bytes, which no field holds", "follow with `base64` or `base64offset|contains`"
        )
    if state == "offsets":
        raise refuse("`base64offset` gives parts of a text", "write `base64offset|contains`")
    if "cased" in names and (state in _CASELESS or (state == "regex" and "i" in names)):
        raise refuse("`cased` has nothing to say here", "remove it")
    if "neq" in names and state in _UNNEGATABLE:
        raise refuse(
            "`neq` cannot be joined with a comparison or `exists`", "use the opposite, or `not` in the condition"
        )
    if "all" in names and state == "presence":
        raise refuse("`exists` takes one boolean, so there is nothing for `all` to join", "remove `all`")
    if keyword and state in _NEEDS_FIELD:
        raise refuse("this modifier needs a field, and keywords have none", "write the field before the modifier")
