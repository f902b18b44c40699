"""Checks of tags: ATT&CK as it is today, CVE numbers, the namespaces of the specification."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.content.attack import Technique, load_attack
from compiler.content.model import Rule
from compiler.diagnostics import Severity
from compiler.lint.index import Index, near
from compiler.lint.registry import Finding, Subject, check

NAMESPACES = ("attack", "car", "cve", "d3fend", "detection", "stp", "tlp")
"""sigma-appendix-tags.md 2.1.0, Namespaces."""
_KINDS_OF_RULE = ("detection.dfir", "detection.emerging-threats", "detection.threat-hunting")
_OBJECT = re.compile(r"attack\.([tgs]\d{4}(?:\.\d{3})?)")
_NAMELESS = re.compile(r"attack\.(?:ds|m|a)\d{4}")
_CVE = re.compile(r"cve\.(?:19|20)\d{2}-\d{4,7}")
_MOVED = {"defense-evasion": "v19 divided it into `attack.stealth` and `attack.defense-impairment`"}


@check("SIG040", Severity.ERROR, Subject.SIGMA)
def tags_have_a_namespace(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A tag is not of the form that the specification gives, or of a namespace that it does not know.

    A tag is ``namespace.name`` without blanks; the namespaces are attack, car, cve, d3fend, detection, stp and tlp
    (appendix tags 2.1.0). Converters sort and rate rules by them.

    Bad:
        tags:
            - atack.t1505.003  # <--
    Good:
        tags:
            - attack.persistence
            - attack.t1505.003
    """
    for number, tag in enumerate(rule.tags):
        namespace, dot, name = tag.partition(".")
        if namespace not in NAMESPACES or not dot or not name or tag.split() != [tag]:
            hint = near(namespace, NAMESPACES) or f"the namespaces are {', '.join(NAMESPACES)}"
            yield Finding(rule.place("tags", number), f"no tag of the specification: {tag!r}", hint)
        elif namespace == "detection" and tag not in _KINDS_OF_RULE:
            yield Finding(rule.place("tags", number), f"no kind of rule: {tag!r}", near(tag, _KINDS_OF_RULE))


@check("SIG041", Severity.ERROR, Subject.SIGMA)
def attack_tags_exist(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A tag names something that ATT&CK does not have.

    Coverage is counted by these tags, so a slip of the pen claims a technique that does not exist.

    Bad:
        tags:
            - attack.persistence
            - attack.t1505.303  # <--
    Good:
        tags:
            - attack.persistence
            - attack.t1505.003
    """
    attack = load_attack()
    known = {*attack.techniques, *attack.groups, *attack.malware, *attack.tools}
    for number, tag in enumerate(rule.tags):
        if not tag.startswith("attack.") or _NAMELESS.fullmatch(tag):
            continue
        found, name = _OBJECT.fullmatch(tag), tag.removeprefix("attack.")
        if found and found[1].upper() not in known:
            yield Finding(rule.place("tags", number), f"ATT&CK v{attack.version} has no {found[1].upper()}")
        elif not found and attack.tactic(name) is None and name not in _MOVED:
            hint = near(name, attack.tactics)
            yield Finding(rule.place("tags", number), f"ATT&CK v{attack.version} has no tactic {name!r}", hint)


@check("SIG042", Severity.WARNING, Subject.SIGMA)
def attack_tags_are_current(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A tag names something that ATT&CK no longer has.

    Techniques are revoked in favour of others, and v19 divided Defense Evasion into Stealth and Defense Impairment.

    Bad:
        tags:
            - attack.defense-evasion  # <--
    Good:
        tags:
            - attack.stealth
    """
    attack = load_attack()
    for number, tag in enumerate(rule.tags):
        name = tag.removeprefix("attack.")
        technique = attack.technique(name)
        if tag.startswith("attack.") and technique is not None and not technique.current:
            hint = f"its successor is {technique.successor}" if technique.successor else ""
            yield Finding(rule.place("tags", number), f"ATT&CK v{attack.version} no longer has {technique.id}", hint)
        elif tag.startswith("attack.") and name in _MOVED:
            yield Finding(rule.place("tags", number), f"ATT&CK v{attack.version} no longer has {name!r}", _MOVED[name])


def _techniques(rule: Rule) -> Iterator[tuple[int, Technique]]:
    for number, tag in enumerate(rule.tags):
        technique = load_attack().technique(tag.removeprefix("attack.")) if tag.startswith("attack.t") else None
        if technique is not None and technique.current:
            yield number, technique


def _tactics(rule: Rule) -> set[str]:
    return {tag.removeprefix("attack.") for tag in rule.tags} & set(load_attack().tactics)


@check("SIG043", Severity.WARNING, Subject.SIGMA)
def techniques_have_a_tactic(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A technique is tagged, but none of its tactics.

    SIEMs draw their matrices by tactic; a technique without one falls off them.

    Bad:
        tags:
            - attack.t1505.003  # <--
    Good:
        tags:
            - attack.persistence
            - attack.t1505.003
    """
    tactics = _tactics(rule)
    for number, technique in _techniques(rule):
        if not tactics & set(technique.tactics):
            hint = "add " + " or ".join(f"`attack.{tactic}`" for tactic in technique.tactics)
            yield Finding(rule.place("tags", number), f"no tactic of {technique.id} is tagged", hint)


@check("SIG044", Severity.WARNING, Subject.SIGMA, house=True)
def tactics_have_a_technique(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A tactic is tagged that no tagged technique belongs to.

    It claims more than the rule shows. A rule for the tactic alone, without any technique, is free to do so.

    Bad:
        tags:
            - attack.persistence
            - attack.t1505.003
            - attack.impact  # <--
    Good:
        tags:
            - attack.persistence
            - attack.t1505.003
    """
    belonging = {tactic for _, technique in _techniques(rule) for tactic in technique.tactics}
    strays = _tactics(rule) - belonging if belonging else set()
    for number, tag in enumerate(rule.tags):
        if tag.removeprefix("attack.") in strays:
            yield Finding(rule.place("tags", number), f"no tagged technique belongs to {tag!r}")


@check("SIG045", Severity.ERROR, Subject.SIGMA)
def cve_tags_are_numbers(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A CVE tag is no CVE number.

    Written ``cve.2021-26855``: lower case, a dot, the year and the number (appendix tags 2.1.0).

    Bad:
        tags:
            - cve.2021.26855  # <--
    Good:
        tags:
            - cve.2021-26855
    """
    for number, tag in enumerate(rule.tags):
        if tag.startswith("cve.") and not _CVE.fullmatch(tag):
            yield Finding(rule.place("tags", number), f"no CVE number: {tag!r}", "write it as cve.2021-26855")


@check("SIG046", Severity.WARNING, Subject.SIGMA)
def tags_stand_once(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A tag stands twice.

    Bad:
        tags:
            - attack.persistence
            - attack.persistence  # <--
    Good:
        tags:
            - attack.persistence
            - attack.t1505.003
    """
    seen = set()
    for number, tag in enumerate(rule.tags):
        if tag in seen:
            yield Finding(rule.place("tags", number), f"{tag!r} stands twice")
        seen.add(tag)
