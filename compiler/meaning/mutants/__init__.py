"""Mutants of a rule: what its cases must notice if they are worth anything."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.content.model import Kind, Rule
from compiler.meaning.mutants.condition import condition_mutants, logsource_mutants
from compiler.meaning.mutants.correlation import correlation_mutants
from compiler.meaning.mutants.detection import selection_mutants
from compiler.meaning.mutants.mutant import Mutant
from compiler.meaning.mutants.same import means_same
from compiler.meaning.mutants.yara import yara_mutants

__all__ = ["Mutant", "means_same", "mutants_of"]


def mutants_of(rule: Rule) -> Iterator[Mutant]:
    """Every mutant of a rule of any kind, in the order of its text; those without a meaning among them."""
    if rule.kind is Kind.YARA:
        yield from yara_mutants(rule.text, rule.name)
    elif rule.kind is Kind.CORRELATION:
        yield from correlation_mutants(rule.body)
    else:
        section = "filter" if rule.kind is Kind.FILTER else "detection"
        yield from selection_mutants(rule.body, section)
        yield from condition_mutants(rule.body, section)
        if rule.kind is Kind.SIGMA:
            yield from logsource_mutants(rule.body)
