r"""Regular expressions of Sigma as Lucene's: which match the whole value and know neither anchors nor ``\d``.

Facts: *Regular expression syntax* and *EQL syntax reference, Pattern comparison keywords* of Elasticsearch 9;
``index.max_regex_length`` is 1,000 code units of UTF-16.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]  # the standard library has no public parser of its syntax
from typing import Any

from sigma.types import SigmaCasedString, SigmaRegularExpression, SigmaRegularExpressionFlag, SigmaString, SpecialChars

from compiler.targets.lucene_effort import STATES, too_complex
from compiler.targets.target import UNSAYABLE, Refusal

MAX_LENGTH = 1000
TOO_LONG = f"a regular expression of more than {MAX_LENGTH} characters in Lucene's syntax"
_HEAD = 1000
"""Characters before the first ``*``: so deep Lucene follows an automaton (``Operations.isFinite``), and no deeper."""
_LIGHT = 200
"""Characters of a pattern without ``?`` that are never too much work, whichever they are."""
_STAR, _ANY = SpecialChars.WILDCARD_MULTI, SpecialChars.WILDCARD_SINGLE
_RESERVED = re.compile(r"""[.?+*|{}\[\]()"\\#@&<>~^$-]""")
_CLASSES = {
    op.CATEGORY_DIGIT: "0-9",
    op.CATEGORY_WORD: "A-Za-z0-9_",
    op.CATEGORY_SPACE: " \t\n\r\f",
}
_OPPOSITES = {
    op.CATEGORY_NOT_DIGIT: op.CATEGORY_DIGIT,
    op.CATEGORY_NOT_WORD: op.CATEGORY_WORD,
    op.CATEGORY_NOT_SPACE: op.CATEGORY_SPACE,
}
_STARTS = {op.AT_BEGINNING, op.AT_BEGINNING_STRING}
_ENDS = {op.AT_END, op.AT_END_STRING}
_SINGLE = {op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN, op.SUBPATTERN}
_Items = list[tuple[Any, Any]]


def lucene(value: SigmaRegularExpression, separator: str = "", states: int = STATES) -> tuple[str, bool]:
    """``value`` as a Lucene expression over the whole value, and whether letter case is ignored.

    With a ``separator`` the expression is for a text of several values that this character keeps apart: it holds if it
    does for one of them; letters are then written in lower case where letter case is ignored. ``states``: how many
    Lucene may make of it. Raises ``Refusal`` for what has no counterpart (look-around, back-references, word
    boundaries, anchors within), and for what Lucene gives up on.
    """
    text, folded = written(value, separator)
    if units(text) > MAX_LENGTH:
        raise Refusal(UNSAYABLE, TOO_LONG)
    if too_complex(text, states, folded=folded):
        raise Refusal(UNSAYABLE, "a regular expression of so many overlapping parts that Lucene gives up on it")
    return text, folded


def written(value: SigmaRegularExpression, separator: str = "") -> tuple[str, bool]:
    """As ``lucene``, however long and complex."""
    items, flags = parsed(value)
    folded = SigmaRegularExpressionFlag.IGNORECASE in flags
    writer = Writer(dotall=SigmaRegularExpressionFlag.DOTALL in flags, folded=folded, separator=separator)
    multiline = SigmaRegularExpressionFlag.MULTILINE in flags
    said = [writer.anchored(items, multiline=multiline) for items in _alternatives(items)]
    return "|".join(said) if all(said) else _either(said), folded


def parsed(value: SigmaRegularExpression) -> tuple[_Items, set[SigmaRegularExpressionFlag]]:
    """The items of an expression, and its flags with those that stand in it."""
    tree = _parser.parse(str(value.regexp), sum(value.sigma_to_python_flags[flag] for flag in value.flags))
    found = {flag for flag, bit in value.sigma_to_python_flags.items() if tree.state.flags & bit}
    return list(tree), {*value.flags, *found}


def units(text: str) -> int:
    """How long Java takes a text for: in UTF-16, where a character beyond the first 65,536 is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def escape(text: str) -> str:
    """Literal text in Lucene's syntax."""
    return _RESERVED.sub(r"\\\g<0>", text)


def of_wildcards(value: SigmaString) -> str:
    """A text with its wildcards as an expression over the whole value.

    Raises ``Refusal`` for what Lucene gives up on, also where it is asked as a pattern or with letter case ignored.
    """
    said = "".join(escape(part) if isinstance(part, str) else (".*" if part == _STAR else ".") for part in value.s)
    before = value.s[: value.s.index(_STAR)] if _STAR in value.s else value.s
    if sum(len(part) if isinstance(part, str) else 1 for part in before) >= _HEAD:
        raise Refusal(UNSAYABLE, f"a text of {_HEAD} characters or more before the first wildcard")
    heavy = _STAR in value.s and (_ANY in value.s or len(said) > _LIGHT)
    if heavy and too_complex(said, folded=not isinstance(value, SigmaCasedString)):
        raise Refusal(UNSAYABLE, "a pattern of so many overlapping parts that Lucene gives up on it")
    return said


def edges(separator: str) -> tuple[str, str]:
    """What stands before and after a whole value in a text of several values."""
    return (f"(.*{separator})?", f"({separator}.*)?") if separator else ("", "")


def _alternatives(items: _Items) -> list[_Items]:
    """A sequence as alternatives in which anchors stand at the very start or end, as far as groups can be opened."""
    for index in {0, len(items) - 1} if items else ():
        kind, value = items[index]
        if kind is op.SUBPATTERN and not value[1] and not value[2] and _anchors(value[3]):
            return _alternatives([*items[:index], *value[3], *items[index + 1 :]])
        if kind is op.BRANCH and any(_anchors(branch) for branch in value[1]):
            opened = [[*items[:index], *branch, *items[index + 1 :]] for branch in value[1]]
            return [flat for one in opened for flat in _alternatives(one)]
    return [items]


def _anchors(items: Iterable[tuple[Any, Any]]) -> bool:
    """True if an anchor stands at any depth of groups and branches."""
    for kind, value in items:
        if kind is op.AT:
            return True
        if kind is op.SUBPATTERN and _anchors(value[3]):
            return True
        if kind is op.BRANCH and any(_anchors(branch) for branch in value[1]):
            return True
    return False


class Writer:
    """Writes a parsed expression; ``dotall``: a dot is a newline too; ``folded``: letter case is ignored.

    ``separator`` is no part of a value, so neither a dot nor a negated class takes it.
    """

    def __init__(self, *, dotall: bool, folded: bool = False, separator: str = "") -> None:
        outside = separator if dotall else f"\n{separator}"
        self.dot = f"[^{outside}]" if outside else "."
        self.folded = folded
        self.separator = separator

    def anchored(self, items: _Items, *, multiline: bool) -> str:
        """One alternative over the whole value."""
        start, end = ".*", ".*"
        while items and items[0][0] is op.AT and items[0][1] in _STARTS:
            lines = multiline and items[0][1] is op.AT_BEGINNING
            # Of two anchors the stricter holds: the beginning of the text is that of a line.
            start, items = start if start in edges(self.separator) else self._edges(lines)[0], items[1:]
        while items and items[-1][0] is op.AT and items[-1][1] in _ENDS:
            lines = multiline and items[-1][1] is op.AT_END
            end, items = end if end in edges(self.separator) else self._edges(lines)[1], items[:-1]
        return start + self.sequence(items) + end

    def _edges(self, lines: bool) -> tuple[str, str]:
        """What stands before and after a value, or one of its ``lines``."""
        return edges(f"[\n{self.separator}]" if lines else self.separator)

    def sequence(self, items: Iterable[tuple[Any, Any]]) -> str:
        """Items one after another."""
        return "".join(self.item(kind, value) for kind, value in items)

    def item(self, kind: Any, value: Any) -> str:
        """One item of a sequence."""
        if kind is op.SUBPATTERN and not value[1] and not value[2]:
            return f"({self.sequence(value[3])})"
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            return self._repeated(*value)
        if kind is op.BRANCH:
            return _either([self.sequence(branch) for branch in value[1]])
        if kind is op.ANY:
            return self.dot
        if kind is op.LITERAL:
            return escape(chr(value).lower()) if self.folded and self.separator else _member(value)
        if kind in (op.IN, op.NOT_LITERAL):
            members = value if kind is op.IN else [(op.NEGATE, None), (op.LITERAL, value)]
            return _class(members, folded=self.folded, separator=self.separator)
        raise _unknown(kind, value)

    def _repeated(self, least: int, most: Any, items: _Items) -> str:
        inner = self.sequence(items)
        if len(items) != 1 or items[0][0] not in _SINGLE:
            inner = f"({inner})"
        if most is op.MAXREPEAT:
            return inner + {0: "*", 1: "+"}.get(least, f"{{{least},}}")
        if (least, most) == (0, 1):
            return f"{inner}?"
        return inner + (f"{{{least}}}" if least == most else f"{{{least},{most}}}")


def _either(branches: Sequence[str]) -> str:
    """Alternatives in parentheses, which are optional if one of them is nothing.

    Lucene takes a bar with nothing before it for a letter; and of ``(abc|())`` a field of type ``wildcard`` asks its
    index for ``abc`` (``WildcardFieldMapper.createUnionQuery``), which an optional group it does not.
    """
    said = "|".join(branch for branch in branches if branch)
    return f"({said}){'' if all(branches) else '?'}" if said else "()"


def _unknown(kind: Any, value: Any) -> Refusal:
    names = {op.ASSERT: "look-around", op.ASSERT_NOT: "look-around", op.GROUPREF: "a back-reference"}
    name = names.get(kind, f"`{kind}`".lower())
    if kind is op.AT:
        name = "an anchor in the middle" if value in _STARTS | _ENDS else "a word boundary"
    return Refusal(UNSAYABLE, f"{name} of a regular expression has no counterpart in Lucene's syntax")


def _class(members: _Items, *, folded: bool, separator: str) -> str:
    negated = bool(members) and members[0][0] is op.NEGATE
    listed = members[1:] if negated else members
    if any(kind is op.CATEGORY and value in _OPPOSITES for kind, value in listed):
        if len(listed) != 1:
            raise Refusal(UNSAYABLE, "a negated class within a class has no counterpart in Lucene's syntax")
        said, negated = _CLASSES[_OPPOSITES[listed[0][1]]], not negated
    else:
        said = "".join(_listed(kind, value, folded=folded) for kind, value in listed)
    return f"[^{said}{separator}]" if negated else f"[{said}]"


def _listed(kind: Any, value: Any, *, folded: bool) -> str:
    """One member of a class. Lucene ignores letter case outside of classes alone, so both cases are named."""
    if kind is op.CATEGORY:
        return _CLASSES[value]
    first, last = value if kind is op.RANGE else (value, value)
    spans = [(first, last)]
    if folded:
        for start, end, other in ((65, 90, 32), (97, 122, -32)):
            low, high = max(first, start), min(last, end)
            if low <= high:
                spans.append((low + other, high + other))
    return "".join(_member(low) if low == high else f"{_member(low)}-{_member(high)}" for low, high in spans)


def _member(code: int) -> str:
    return escape(chr(code))
