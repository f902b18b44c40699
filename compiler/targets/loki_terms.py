"""Label filters put together: tests that know their opposite, and how AND and OR of them are written."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TypeAlias

from compiler.targets.loki_text import quoted


@dataclasses.dataclass(frozen=True, slots=True)
class Test:
    """One test of one label, and the test that holds where it does not."""

    __test__ = False  # not one of pytest's

    said: str
    denied: str

    @classmethod
    def equal(cls, label: str, value: str) -> Test:
        """The label is ``value``."""
        return cls(f"{label}={quoted(value)}", f"{label}!={quoted(value)}")

    @classmethod
    def matched(cls, label: str, regex: str) -> Test:
        """The whole label is matched by ``regex``."""
        return cls(f"{label}=~{quoted(regex)}", f"{label}!~{quoted(regex)}")

    def opposite(self) -> Term:
        """What holds where this does not."""
        return Test(self.denied, self.said)


@dataclasses.dataclass(frozen=True, slots=True)
class All:
    """All of the parts."""

    parts: tuple[Term, ...]

    def opposite(self) -> Term:
        """What holds where this does not."""
        return Either(tuple(part.opposite() for part in self.parts))


@dataclasses.dataclass(frozen=True, slots=True)
class Either:
    """Any of the parts, tried from left to right until one holds."""

    parts: tuple[Term, ...]

    def opposite(self) -> Term:
        """What holds where this does not."""
        return All(tuple(part.opposite() for part in self.parts))


Term: TypeAlias = Test | All | Either


def join(kind: type[All] | type[Either], terms: Iterable[Term]) -> Term:
    """Terms as one of ``kind``, those of that kind opened; the only one as it is. Raises ``ValueError`` for none."""
    flat: dict[Term, None] = {}
    for term in terms:
        flat.update(dict.fromkeys(term.parts if isinstance(term, kind) else [term]))
    if not flat:
        raise ValueError("a filter of nothing")
    return kind(tuple(flat)) if len(flat) > 1 else next(iter(flat))


def render(term: Term) -> str:
    """A term as a label filter; a group within a group in parentheses."""
    if isinstance(term, Test):
        return term.said
    word = " and " if isinstance(term, All) else " or "
    return word.join(render(part) if isinstance(part, Test) else f"({render(part)})" for part in term.parts)


def render_stages(term: Term) -> list[str]:
    """A term as filters one after another: each part of an ``All`` by itself."""
    return [render(part) for part in (term.parts if isinstance(term, All) else [term])]
