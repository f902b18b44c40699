"""Which names may become file names, on every system where a package may be unpacked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from compiler.content.model import Rule
from compiler.diagnostics import Diagnostic, Severity, declare

UNPORTABLE = declare(
    "PKG012",
    Severity.ERROR,
    """
    The name of the rule cannot be the name of a file

    Packages name files, macros and alerts after the rule. Other letters than ``a-z``, ``A-Z``, ``0-9``, ``_``, ``-``
    and ``.``, more than 100 of them, a dot at either end, and the names of devices on Windows (``con``, ``nul``,
    ``com1``) would climb out of a folder, or be another file on another system. Such a rule is in no package.
    """,
)
TAKEN = declare(
    "PKG013",
    Severity.ERROR,
    """
    Two rules have one name

    On some file systems letter case does not tell two names apart, so the file of the second rule would replace that
    of the first. The second is in no package.
    """,
)
LONGEST = 100
_PLAIN = re.compile(r"(?![.-])[A-Za-z0-9_.-]+(?<!\.)", re.ASCII)
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def portable(name: str) -> bool:
    """True if a file may have this name on Linux, macOS and Windows, and in a URL (*Naming Files*, Win32)."""
    return len(name) <= LONGEST and _PLAIN.fullmatch(name) is not None and _DEVICE.fullmatch(name) is None


def misnamed(rules: Iterable[Rule]) -> dict[str, Diagnostic]:
    """The rules that no package can name a file after, by name, each with its finding."""
    found: dict[str, Diagnostic] = {}
    taken: dict[str, Rule] = {}
    for rule in rules:
        if not portable(rule.name):
            said = f"{rule.name[:LONGEST]!r} cannot be the name of a file"
            found[rule.name] = UNPORTABLE.at(rule.place("name"), said, f"letters, digits, _ - . and {LONGEST} at most")
        elif (first := taken.setdefault(rule.name.lower(), rule)).name != rule.name:
            said = f"{rule.name} and {first.name} differ in letter case alone"
            found[rule.name] = TAKEN.at(rule.place("name"), said, f"{first.span} has the name already")
    return found
