"""What a rule says about itself, in the forms that packages of every SIEM need."""

from __future__ import annotations

import re
from typing import Any

from compiler.content.attack import Attack, Technique
from compiler.content.model import Rule
from compiler.diagnostics import Severity, declare

CLASH = declare(
    "PKG010",
    Severity.ERROR,
    """
    Two rules have the same key in a package

    A SIEM knows a rule by one key (Splunk: the stanza of its title; Kibana: the id; YARA: the identifier), and what a
    SOC sets for it hangs on that. Of two rules with one key the second would replace the first, so it is left out.
    """,
)
UNPACKABLE = declare(
    "PKG011",
    Severity.ERROR,
    """
    The YARA rules do not compile together

    Each rule compiles on its own, but the bundle of all does not: two files declare the same name, or one engine does
    not take what the other does. There is no bundle until they do.
    """,
)
LEVELS = ("informational", "low", "medium", "high", "critical")
_TECHNIQUE = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?)", re.IGNORECASE)


def level_of(rule: Rule) -> str:
    """The level of a rule; ``medium`` where it says none that Sigma knows."""
    return rule.level if rule.level in LEVELS else "medium"


def techniques_of(rule: Rule, attack: Attack) -> list[Technique]:
    """The ATT&CK techniques among the tags, by id; those that today's ATT&CK does not have are left out."""
    found = {match[1].upper() for tag in rule.tags if (match := _TECHNIQUE.fullmatch(tag))}
    return [technique for id in sorted(found) if (technique := attack.technique(id)) is not None]


def tactics_of(rule: Rule, attack: Attack) -> list[str]:
    """The short names of the ATT&CK tactics among the tags, sorted."""
    tags = {tag.removeprefix("attack.") for tag in rule.tags if tag.startswith("attack.")}
    return sorted(tag for tag in tags if attack.tactic(tag) is not None)


def cves_of(rule: Rule) -> list[str]:
    """The CVE identifiers among the tags (``cve.2021-26855``), as the world writes them, sorted."""
    return sorted(f"CVE-{tag.removeprefix('cve.')}" for tag in rule.tags if tag.startswith("cve."))


def texts(rule: Rule, key: str) -> list[str]:
    """A text or list of texts of the rule, each on one line; empty where there is none."""
    value: Any = rule.body.get(key)
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [" ".join(str(item).split()) for item in values]


def text(rule: Rule, key: str) -> str:
    """A text of the rule on one line; empty where there is none."""
    return " ".join(texts(rule, key))
