r"""Regular expressions with ``\b``, or with lines in one of several values, as Java's in ``REPLACE`` of ES|QL.

``REPLACE(text, expression, mark)`` differs from the text if and only if the expression is found in it (*ES|QL
functions, REPLACE*: expressions of Java). As elsewhere the text holds all values of a field, so what is no part of one
is kept out of dots, classes and anchors. Look-around and back-references stay refused: they may run for ever.
"""

from __future__ import annotations

from re import _constants as op  # type: ignore[attr-defined]
from typing import Any

from sigma.types import SigmaRegularExpression, SigmaRegularExpressionFlag

from compiler.targets.elastic_esql_text import SEPARATOR, literal
from compiler.targets.elastic_regex import MAX_LENGTH, Writer, parsed, units, written
from compiler.targets.lucene_effort import too_complex

_MARK = "␟"
"""U+241F, the picture of a unit separator: no expression finds it alone in place of a value."""
_WORD = "[A-Za-z0-9_]"
_BOUNDARY = f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))"
_INSIDE = f"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))"


class _Java(Writer):
    """Writes a parsed expression for Java; an anchor may stand anywhere."""

    def __init__(self, flags: set[SigmaRegularExpressionFlag]) -> None:
        dotall = SigmaRegularExpressionFlag.DOTALL in flags
        super().__init__(dotall=dotall, folded=SigmaRegularExpressionFlag.IGNORECASE in flags, separator=SEPARATOR)
        edge = rf"\n{SEPARATOR}" if SigmaRegularExpressionFlag.MULTILINE in flags else SEPARATOR
        self.anchors = {
            op.AT_BEGINNING: rf"(?:\A|(?<=[{edge}]))",
            op.AT_BEGINNING_STRING: rf"(?:\A|(?<={SEPARATOR}))",
            op.AT_END: rf"(?:\z|(?=[{edge}]))",
            op.AT_END_STRING: rf"(?:\z|(?={SEPARATOR}))",
            op.AT_BOUNDARY: _BOUNDARY,
            op.AT_NON_BOUNDARY: _INSIDE,
        }

    def item(self, kind: Any, value: Any) -> str:
        """One item of a sequence."""
        return self.anchors[value] if kind is op.AT else super().item(kind, value)


def found(value: SigmaRegularExpression, column: str) -> str:
    """A test that ``value`` is found in a column, which is in lower case if it ignores that. Raises ``Refusal``."""
    items, flags = parsed(value)
    return f"REPLACE({column}, {literal(_Java(flags).sequence(items))}, {literal(_MARK)}) != {column}"


def ignores_case(value: SigmaRegularExpression) -> bool:
    """Whether letter case is ignored, by a flag of the rule or of the expression."""
    return SigmaRegularExpressionFlag.IGNORECASE in parsed(value)[1]


def needed(value: SigmaRegularExpression) -> bool:
    """Whether the expression asks for what Lucene has not and Java has: boundaries of words, lines, inner anchors.

    Or for more than Lucene takes on, which makes an automaton of an expression; Java tries its ways one by one.
    """
    items, flags = parsed(value)
    ats = [of for kind, of in _items(items) if kind is op.AT]
    lines = SigmaRegularExpressionFlag.MULTILINE in flags and any(at in (op.AT_BEGINNING, op.AT_END) for at in ats)
    if lines or any(at in (op.AT_BOUNDARY, op.AT_NON_BOUNDARY) for at in ats):
        return True
    text, folded = written(value, SEPARATOR)
    # What is too long is refused, however much work it would be.
    return units(text) <= MAX_LENGTH and too_complex(text, folded=folded)


def lowered_otherwise(value: SigmaRegularExpression) -> bool:
    """Whether an event with U+0130, which Java lowers to two code points, may be told another way than it is meant.

    So it is where letter case is ignored and the expression can take that letter, or one of the two that come of it.
    """
    return ignores_case(value) and any(_takes_dotted(*item) for item in _items(parsed(value)[0]))


def _takes_dotted(kind: Any, value: Any) -> bool:
    if kind is op.RANGE:
        return any(value[0] <= ord(letter) <= value[1] for letter in "iI")
    if kind is op.CATEGORY:
        return value not in (op.CATEGORY_DIGIT, op.CATEGORY_SPACE)
    return kind in (op.ANY, op.NOT_LITERAL, op.NEGATE) or (kind is op.LITERAL and chr(value) in "iI")


def _items(node: Any) -> Any:
    """Every item of a parsed expression, at any depth: what it is, and of what."""
    if isinstance(node, tuple) and len(node) == 2 and hasattr(node[0], "name"):
        yield node
        node = node[1]
    if isinstance(node, (tuple, list)) or hasattr(node, "data"):
        for inner in node:
            yield from _items(inner)
