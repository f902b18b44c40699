"""How the text of a content file is laid out: line ends, blanks, indentation, and what stands where in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from compiler.content.model import Rule
from compiler.diagnostics import Span
from compiler.lint.registry import Finding


def lines_with(words: Sequence[str], text: str, path: str) -> Iterator[Span]:
    """The place of the first of ``words`` in each line that holds one."""
    pattern = re.compile("|".join(re.escape(word) for word in words))
    for number, line in enumerate(text.split("\n"), 1):
        found = pattern.search(line)
        if found:
            yield Span(path, number, found.start() + 1)


def untidy(text: str, path: str) -> Iterator[Finding]:
    """Carriage returns, blanks at the end of lines, tabs, and a last line that does not end."""
    if "\r" in text:
        yield Finding(Span(path, text.count("\n", 0, text.index("\r")) + 1), "lines end with a carriage return")
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.rstrip("\r")
        if bare != bare.rstrip():
            yield Finding(Span(path, number, len(bare.rstrip()) + 1), "blanks at the end of the line")
        elif "\t" in bare:
            yield Finding(Span(path, number, bare.index("\t") + 1), "a tab", "write spaces")
    if not text.endswith("\n"):
        yield Finding(Span(path, text.count("\n") + 1), "the last line does not end", "add a line feed")


def meta_place(rule: Rule, key: str) -> Span:
    """The line of a key of a YARA rule's meta; the rule's own place where it has none."""
    key_and_value = re.compile(rf"^\s*{re.escape(key)}\s*=", re.MULTILINE)
    lines = rule.text.split("\n")
    for number, line in enumerate(lines[rule.span.line - 1 :], rule.span.line):
        if key_and_value.match(line):
            return Span(rule.span.path, number, len(line) - len(line.lstrip()) + 1)
    return rule.span
