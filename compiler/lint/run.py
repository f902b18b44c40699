"""Asking every check of everything it is about, and leaving out what is suppressed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.content.model import Catalogue, Kind
from compiler.diagnostics import Diagnostic
from compiler.lint import behaviours, cases, catalogue, samples, sources, yara, yara_strings
from compiler.lint.index import Index, is_house
from compiler.lint.registry import CHECKS, Check, Subject
from compiler.lint.sigma import alert, effect, head, identity, joined, layout, life, logsource, meaning, tags, values
from compiler.lint.suppression import suppress

MODULES = (
    *(meaning, head, identity, tags, behaviours, logsource, effect, values, joined, alert, life, layout),
    *(yara, yara_strings, cases, samples, catalogue, sources),
)
"""The modules with checks in them: importing them fills the registry."""

MOST = 100
"""Findings of one check in one rule, file of cases and so on, beyond which a longer list helps nobody."""
_SUBJECTS = {
    Kind.SIGMA: (Subject.RULE, Subject.SIGMA, Subject.DETECTION),
    Kind.CORRELATION: (Subject.RULE, Subject.SIGMA, Subject.CORRELATION),
    Kind.FILTER: (Subject.RULE, Subject.SIGMA, Subject.FILTER),
    Kind.YARA: (Subject.RULE, Subject.YARA),
}


def lint(catalogue: Catalogue) -> list[Diagnostic]:
    """What the checks find in a catalogue, sorted by place.

    Rules outside ``detections/`` are other people's: the checks of our own style are not asked of them.
    """
    index = Index(catalogue)
    found = set(_findings(index))
    return sorted(suppress(found, _texts(catalogue)), key=lambda item: (item.order, item.hint))


def _findings(index: Index) -> Iterator[Diagnostic]:
    by_subject: dict[Subject, list[Check]] = {subject: [] for subject in Subject}
    for check in CHECKS.values():
        by_subject[check.subject].append(check)
    for subject, item in _everything(index.catalogue):
        for check in by_subject[subject]:
            if check.house and not is_house(item.span) and subject in _OF_RULES:
                continue
            found = list(itertools.islice(check.run(item, index), MOST + 1))
            for number, finding in enumerate(found[:MOST], 1):
                more = " (and more of the kind below)" if number == MOST < len(found) else ""
                yield check.code.at(finding.span, finding.message + more, finding.hint)


_OF_RULES = frozenset(subject for subjects in _SUBJECTS.values() for subject in subjects)


def _everything(catalogue: Catalogue) -> Iterator[tuple[Subject, Any]]:
    for rule in catalogue.rules:
        for subject in _SUBJECTS[rule.kind]:
            yield subject, rule
    yield from ((Subject.CASES, book) for book in catalogue.casebooks)
    yield from ((Subject.SCENARIO, scenario) for scenario in catalogue.scenarios)
    yield from ((Subject.ADVISORY, advisory) for advisory in catalogue.advisories)
    yield from ((Subject.SOURCE, source) for source in catalogue.sources)


def _texts(catalogue: Catalogue) -> Mapping[tuple[str, str], str]:
    texts = {("YAR" if rule.kind is Kind.YARA else "SIG", rule.span.path): rule.text for rule in catalogue.rules}
    groups: dict[str, Sequence[Any]] = {
        "SMP": (*catalogue.casebooks, *catalogue.scenarios),
        "CAT": catalogue.advisories,
        "SRC": catalogue.sources,
    }
    for prefix, items in groups.items():
        texts |= {(prefix, item.document.path): item.document.text for item in items if item.document is not None}
    return texts
