"""Checks of what a YARA rule looks for: strings that are slow, that are chance, or that name one known sample."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.content.model import Rule
from compiler.diagnostics import Severity
from compiler.lint.index import Index
from compiler.lint.registry import Finding, Subject, check
from compiler.lint.yara_text import Pattern, read_rule

MARKER = "tocsin inert sample"
"""What every sealed sample says of itself; no rule may look for it."""

_ESCAPED = re.compile(r"\\(?:x[0-9a-fA-F]{2}|.)")
_UNBOUNDED = re.compile(r"(?:\.|\[\^[^\]]{1,200}\])(?:[*+]|\{\d{0,9},\})")
_DIGEST = re.compile(r"\b(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})\b")


def _patterns(rule: Rule) -> tuple[Pattern, ...]:
    return read_rule(rule.text, rule.span.path, rule.name).patterns


def _condition(rule: Rule) -> str:
    return read_rule(rule.text, rule.span.path, rule.name).condition


@check("YAR025", Severity.WARNING, Subject.YARA)
def size_is_bounded(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The condition does not bound the size of the file.

    Web pages are small; ``filesize < 512KB`` first spares the scanner every disk image and keeps chance out.

    Bad:
        condition:
            $command
    Good:
        condition:
            filesize < 10KB and $command
    """
    if "filesize" not in _condition(rule):
        yield Finding(rule.span, "the condition has no `filesize`", "begin with `filesize < ...`")


@check("YAR026", Severity.WARNING, Subject.YARA)
def strings_are_long_enough(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A string has fewer than four bytes.

    A scanner looks for atoms of four bytes; a shorter one is found in every file by chance, and is looked for at
    each of its places.

    Bad:
        strings:
            $command = "<%"  // <--
    Good:
        strings:
            $command = "<%@ Page"
    """
    for pattern in _patterns(rule):
        length = len(_ESCAPED.sub(".", pattern.value))
        if pattern.kind == "text" and length < 4:
            yield Finding(pattern.span, f"{pattern.name} has {length} bytes", "take more of what stands around it")


@check("YAR027", Severity.WARNING, Subject.YARA)
def repetition_is_bounded(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    r"""A regular expression repeats anything without a bound.

    From each place where it begins the scanner reads on to the end of the line or the file, and what stands a page
    apart belongs together by chance. Say how far apart: ``.{0,80}``.

    Bad:
        strings:
            $command = /eval\(.*Request/  // <--
    Good:
        strings:
            $command = /eval\(.{0,80}Request/
    """
    for pattern in _patterns(rule):
        found = _UNBOUNDED.search(_ESCAPED.sub("x", pattern.value)) if pattern.kind == "regex" else None
        if found:
            yield Finding(pattern.span, f"{pattern.name} has {found[0]} in it", "give it a bound: `{0,80}`")


@check("YAR028", Severity.WARNING, Subject.YARA, house=True)
def looks_for_more_than_a_hash(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The rule compares a hash.

    It finds one file that is known already and no other; a list of hashes is the better place for it. Rules say how a
    thing works.

    Bad:
        strings:
            $command = "d41d8cd98f00b204e9800998ecf8427e"  // <--
    Good:
        strings:
            $command = "eval(Request"
    """
    for pattern in _patterns(rule):
        if pattern.kind == "text" and _DIGEST.search(pattern.value):
            yield Finding(pattern.span, f"{pattern.name} looks like a hash")
    if re.search(r"\bhash\s*\.", _condition(rule)):
        yield Finding(rule.span, "the condition computes a hash")


@check("YAR029", Severity.ERROR, Subject.YARA, house=True)
def marker_is_not_looked_for(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The rule looks for the marker of our own samples.

    Samples say of themselves that they are inert. A rule that finds those words finds our samples and nothing else.

    Bad:
        strings:
            $command = "tocsin inert sample"  // <--
    Good:
        strings:
            $command = "eval(Request"
    """
    for pattern in _patterns(rule):
        words = pattern.value.lower().replace(r"\s+", " ").replace(r"\s", " ")
        if MARKER in words or "tocsin" in words:
            yield Finding(pattern.span, f"{pattern.name} matches the marker of our samples")
