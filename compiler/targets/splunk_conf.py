"""The .conf files of Splunk: stanzas, keys and values out of which nothing in them can break.

Facts: Splunk Admin Manual 9.4, *Configuration file structure*: a backslash at the end of a line joins the next.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping


def conf(stanzas: Mapping[str, Mapping[str, str]]) -> str:
    """A .conf file. Raises ``ValueError`` for a stanza or a key that would not stand alone on its line."""
    lines: list[str] = []
    for stanza, settings in stanzas.items():
        if stanza != inside(stanza) or stanza == "default":
            raise ValueError(f"no stanza of ours: {stanza!r}")
        lines.append(f"[{stanza}]")
        for key, value in settings.items():
            if not re.fullmatch(r"[A-Za-z][\w.:]*", key):
                raise ValueError(f"no key: {key!r}")
            lines.append(f"{key} = {_value(value)}")
        lines.append("")
    return "\n".join(lines)


def inside(words: str) -> str:
    """Words on one line without anything that could open or close a stanza, or show them in another order."""
    kept = "".join(" " if letter in "[]\\" or unicodedata.category(letter) in _UNSEEN else letter for letter in words)
    return " ".join(kept.split())


_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Categories of characters that are controls, marks of direction, or no characters at all."""


def _value(value: str) -> str:
    """A value that stays one: a line that ends in a backslash goes on in the next, so a stray one gets a space."""
    printable = "".join(
        " " if letter != "\n" and unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") else letter
        for letter in value.strip()
    )
    lines = [line + " " if line.endswith("\\") else line for line in printable.split("\n")]
    return " \\\n".join(lines)
