"""Rule and target to query, or a diagnostic: the border to somebody else's converter."""

from __future__ import annotations

import dataclasses
import functools
import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from sigma.exceptions import SigmaError

from compiler.content.model import Kind, Rule
from compiler.cores import spread
from compiler.diagnostics import Diagnostic
from compiler.targets.reading import locate_fault
from compiler.targets.returned import returned
from compiler.targets.target import BROKEN, Content, Query, Refusal, Target


def convert(rule: Rule, target: Target, content: Content) -> Query | list[Diagnostic]:
    """The query of ``rule`` in the language of ``target``, or why there is none. Never raises for faulty content.

    A rule of a kind that the target does not take, and a target without queries (YARA), give an empty list.
    """
    if target.convert is None or rule.kind not in target.kinds:
        return []
    try:
        query = target.convert(rule, content)
    except Refusal as refusal:
        return [refusal.at(rule)]
    except Exception as error:  # noqa: BLE001 - pySigma also lets NotImplementedError, AttributeError and others out
        said = "it nests too deep" if isinstance(error, RecursionError) else str(error) or type(error).__name__
        # What is no error of its own words the library did not foresee; the reference mostly did.
        hint = "" if isinstance(error, SigmaError) else "`tocsin lint` tells what is wrong with the rule"
        return [BROKEN.at(rule.place(*locate_fault(rule)), f"{target.title}: {said}", hint)]
    return dataclasses.replace(query, returned=returned(rule, query, content)) if rule.alert else query


TOGETHER = 24
"""Rules that are converted in one go: enough that sending them costs little, few enough that the cores end together."""


def convert_all(
    rules: Iterable[Rule], targets: Sequence[Target], content: Content
) -> tuple[list[Query], list[Diagnostic]]:
    """Every rule for every target, in that order: the queries, and the diagnostics of those that failed."""
    queries: list[Query] = []
    diagnostics: list[Diagnostic] = []
    for result in convert_each([(rule, target) for rule in rules for target in targets], content):
        if isinstance(result, Query):
            queries.append(result)
        else:
            diagnostics += result
    return queries, diagnostics


def convert_each(pairs: Sequence[tuple[Rule, Target]], content: Content) -> Iterator[Query | list[Diagnostic]]:
    """What ``convert`` gives for each pair, in order, worked out on every core."""
    chunks = [pairs[start : start + TOGETHER] for start in range(0, len(pairs), TOGETHER)]
    for results in spread([functools.partial(_converted, chunk, content) for chunk in chunks]):
        yield from results


def _converted(pairs: Sequence[tuple[Rule, Target]], content: Content) -> list[Query | list[Diagnostic]]:
    with _undisturbed():
        return [convert(rule, target, content) for rule, target in pairs]


def converts(rule: Rule, target: Target) -> bool:
    """True if ``target`` has a query for rules of this kind; a filter is applied to others and has none of its own."""
    return target.convert is not None and rule.kind in target.kinds and rule.kind is not Kind.FILTER


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No cyclic garbage collection meanwhile: it takes 30 to 45 % of a conversion and finds little to free."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
