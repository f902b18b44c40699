"""Why a rule has no meaning: one exception that names the place in the rule, the fault and the repair."""

from __future__ import annotations

from typing import Literal

Kind = Literal["condition", "modifier", "value", "regex", "placeholder", "structure"]
"""What part of the rule is at fault."""

Keys = tuple[str | int, ...]
"""A path into the parsed rule, as ``Document.span`` takes it: ``('detection', 'selection', 'Image|endswith', 0)``."""


class MeaningError(Exception):
    """A rule, correlation or filter that the specification gives no meaning to.

    ``keys`` leads to the fault in the parsed rule, ``message`` and ``hint`` are one line each, ``kind`` tells the part
    of the language. Reading raises it; matching raises it only for a regex that ran over its bound (``regex.py``).
    """

    def __init__(self, keys: Keys, message: str, hint: str = "", *, kind: Kind = "structure") -> None:
        super().__init__(message)
        self.keys, self.message, self.hint = keys, message, hint
        self.kind: Kind = kind

    def __str__(self) -> str:
        place = ".".join(str(key) for key in self.keys)
        return f"{place}: {self.message}" if place else self.message
