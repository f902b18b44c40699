"""The language of conditions: a small grammar, read into the tree by recursive descent with a bound on its depth."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from compiler.meaning.errors import Keys, MeaningError
from compiler.meaning.tree import And, Node, Not, Or, walk

MAX_DEPTH = 50
"""Parentheses and ``not`` that may stand in one another; a rule of SigmaHQ has three."""
MAX_REFERENCES = 100_000
"""Entries of selections that a condition may ask for once every mention is written out."""

_WORDS = ("and", "or", "not", "of", "them", "all")
_TOKEN = re.compile(r"[()]|[^\s()]+")


def read_condition(text: str, selections: Mapping[str, Node], keys: Keys) -> Node:
    """Read one condition over the selections of a rule; sigma-rules-specification.md 2.1.0, Condition.

    ``not`` binds before ``and``, ``and`` before ``or``. Raises ``MeaningError`` of kind ``condition`` at ``keys``.
    """
    return _Parser(text, selections, keys).read()


class _Parser:
    def __init__(self, text: str, selections: Mapping[str, Node], keys: Keys) -> None:
        self._tokens = _TOKEN.findall(text)
        self._selections = selections
        self._keys = keys
        self._at = 0
        self._depth = 0
        self._references = 0
        self._quantified: dict[tuple[str, str], Node] = {}
        self._weights: dict[tuple[str, str], int] = {}
        # What later walks the tree meets a selection again wherever it is named, so each mention weighs its size.
        self._sizes = {name: sum(1 for _ in walk(node)) for name, node in selections.items()}

    def read(self) -> Node:
        if not self._tokens:
            raise self._error("the condition is empty")
        for token in self._tokens:
            if "|" in token and token not in self._selections:
                raise self._error(
                    "an aggregation after `|` is no longer part of the language",
                    "write a correlation rule (event_count or value_count)",
                )
        node = self._any()
        if self._at < len(self._tokens):
            raise self._unexpected()
        return node

    def _error(self, message: str, hint: str = "") -> MeaningError:
        return MeaningError(self._keys, message, hint, kind="condition")

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else ""

    def _unexpected(self) -> MeaningError:
        word = self._peek()
        if word.lower() in _WORDS and word not in (*_WORDS, *self._selections):
            return self._case(word)
        if not word:
            return self._error("the condition ends where a selection is expected")
        if word == ")":
            return self._error("a parenthesis closes that was not opened")
        before = self._tokens[self._at - 1] if self._at else ""
        where = f" after `{_short(before)}`" if before else " at the beginning"
        return self._error(f"`{_short(word)}` cannot stand{where}", "join selections with and, or, not")

    def _case(self, token: str) -> MeaningError:
        return self._error(f"`{token}` is no word of a condition", f"write it in lower case: `{token.lower()}`")

    def _any(self) -> Node:
        parts = [self._every()]
        while self._peek() == "or":
            self._at += 1
            parts.append(self._every())
        return Or(tuple(parts), "or", self._keys) if len(parts) > 1 else parts[0]

    def _every(self) -> Node:
        parts = [self._maybe_not()]
        while self._peek() == "and":
            self._at += 1
            parts.append(self._maybe_not())
        return And(tuple(parts), "and", self._keys) if len(parts) > 1 else parts[0]

    def _maybe_not(self) -> Node:
        negations = 0
        while self._peek() == "not":
            self._at += 1
            negations += 1
            self._deeper()
        node = self._primary()
        for _ in range(negations):
            node = Not(node, self._keys)
        self._depth -= negations
        return node

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"the condition nests deeper than {MAX_DEPTH}")

    def _primary(self) -> Node:
        word = self._peek()
        if word == "(":
            self._at += 1
            self._deeper()
            node = self._any()
            if self._peek() != ")":
                raise self._unexpected() if self._peek() else self._error("a parenthesis is not closed")
            self._at += 1
            self._depth -= 1
            return node
        if self._peek(1).lower() == "of" and word not in ("", ")") and self._peek(1) not in self._selections:
            return self._quantifier()
        if word in self._selections and word not in ("and", "or", "not"):
            self._at += 1
            self._count(self._sizes[word])
            return self._selections[word]
        raise self._unknown(word)

    def _unknown(self, token: str) -> MeaningError:
        if token in ("", ")", "(") or token.lower() in _WORDS:
            return self._unexpected()
        if "*" in token:
            return self._error(f"`{_short(token)}` is a pattern", f"write `1 of {_short(token)}` or `all of ...`")
        near = difflib.get_close_matches(token[:100], [name[:100] for name in self._selections], 1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are: {_short(', '.join(self._selections))}"
        return self._error(f"no selection is named `{_short(token)}`", hint)

    def _quantifier(self) -> Node:
        quantifier, of, pattern = self._peek(), self._peek(1), self._peek(2)
        for word in (quantifier, of, pattern):
            if word.lower() in _WORDS and word not in (*_WORDS, *self._selections):
                raise self._case(word)
        if quantifier not in ("1", "all"):
            raise self._error(f"`{_short(quantifier)} of` is not part of the language", "write `1 of` or `all of`")
        if pattern in ("", "(", ")", "and", "or", "not", "of"):
            raise self._error(f"`{quantifier} of` needs `them` or a pattern", "for example `1 of selection_*`")
        self._at += 3
        if (quantifier, pattern) not in self._quantified:
            self._quantified[quantifier, pattern] = self._quantify(quantifier, pattern)
            self._weights[quantifier, pattern] = sum(1 for _ in walk(self._quantified[quantifier, pattern]))
        node = self._quantified[quantifier, pattern]
        self._count(self._weights[quantifier, pattern])
        return node

    def _quantify(self, quantifier: str, pattern: str) -> Node:
        # A name that begins with an underscore takes part only where the pattern asks for the underscore.
        wanted = "*" if pattern == "them" else pattern
        fits = re.compile(re.sub(r"(?:\\\*)+", ".*", re.escape(wanted)), re.DOTALL)
        named = [
            name
            for name in self._selections
            if fits.fullmatch(name) and (not name.startswith("_") or wanted.startswith("_"))
        ]
        if not named:
            raise self._error(
                f"`{quantifier} of {_short(pattern)}` names no selection",
                f"there are: {_short(', '.join(self._selections))}",
            )
        parts = tuple(self._selections[name] for name in named)
        kind = Or if quantifier == "1" else And
        return kind(parts, f"{quantifier} of {pattern}", self._keys)

    def _count(self, references: int) -> None:
        self._references += references
        if self._references > MAX_REFERENCES:
            raise self._error(f"the condition asks for more than {MAX_REFERENCES} entries of selections")


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."
