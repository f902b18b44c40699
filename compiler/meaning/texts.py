"""Many patterns asked of one field at once: sorted by shape, so that a list of 500 costs about as much as one."""
# Loops that could be any() stay loops: a generator for each test halves the speed.
# ruff: noqa: SIM110

from __future__ import annotations

from collections.abc import Callable, Mapping

from compiler.meaning.patterns import Tokens, Wild, fold_tokens, matcher
from compiler.meaning.values import View

Test = Callable[[View], bool]
"""Whether something holds on an event."""


def text_tests(field: str | None, group: list[Tokens], *, cased: bool) -> list[Test]:
    """Tests of which one holds if any element of the field fits any of the patterns; None as field: any value."""
    sorts: dict[str, list[str]] = {"whole": [], "starts": [], "ends": [], "parts": []}
    fits: list[Callable[[str], bool]] = []
    for tokens in group if cased else map(fold_tokens, group):
        match tokens:
            case (str(text),):
                sorts["whole"].append(text)
            case (str(text), Wild.ANY):
                sorts["starts"].append(text)
            case (Wild.ANY, str(text)):
                sorts["ends"].append(text)
            case (Wild.ANY, str(text), Wild.ANY):
                sorts["parts"].append(text)
            case _:
                fits.append(matcher(tokens))
    read = View.texts if cased else View.folded
    return [maker(field, read, sorts[sort]) for sort, maker in _TEXT_MAKERS.items() if sorts[sort]] + (
        [_fitting(field, read, fits)] if fits else []
    )


_Read = Callable[[View, str | None], tuple[str, ...]]


def _whole(field: str | None, read: _Read, wanted: list[str]) -> Test:
    texts = frozenset(wanted)

    def holds(view: View) -> bool:
        for text in read(view, field):
            if text in texts:
                return True
        return False

    return holds


def _starting(field: str | None, read: _Read, wanted: list[str]) -> Test:
    prefixes = tuple(wanted)

    def holds(view: View) -> bool:
        for text in read(view, field):
            if text.startswith(prefixes):
                return True
        return False

    return holds


def _ending(field: str | None, read: _Read, wanted: list[str]) -> Test:
    suffixes = tuple(wanted)

    def holds(view: View) -> bool:
        for text in read(view, field):
            if text.endswith(suffixes):
                return True
        return False

    return holds


def _containing(field: str | None, read: _Read, wanted: list[str]) -> Test:
    def holds(view: View) -> bool:
        for text in read(view, field):
            for part in wanted:
                if part in text:
                    return True
        return False

    return holds


def _fitting(field: str | None, read: _Read, wanted: list[Callable[[str], bool]]) -> Test:
    def holds(view: View) -> bool:
        for text in read(view, field):
            for fits in wanted:
                if fits(text):
                    return True
        return False

    return holds


_TEXT_MAKERS: Mapping[str, Callable[[str | None, _Read, list[str]], Test]] = {
    "whole": _whole,
    "starts": _starting,
    "ends": _ending,
    "parts": _containing,
}
