"""Checks of advisories: that behaviours agree with ATT&CK and with themselves, and which of them no rule shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from compiler.content.attack import load_attack
from compiler.content.model import Advisory, Behaviour
from compiler.diagnostics import Severity, Span
from compiler.lint.index import Index
from compiler.lint.registry import Finding, Subject, check
from compiler.lint.text import date_of

_WORD = re.compile(r"[a-z0-9][a-z0-9_.-]*")


def _place(advisory: Advisory, number: int, key: str) -> Span:
    behaviour = advisory.behaviours[number]
    return advisory.document.span("behaviours", number, key) if advisory.document else behaviour.span


def _numbered(advisory: Advisory) -> Iterator[tuple[int, Behaviour]]:
    return enumerate(advisory.behaviours)


@check("CAT010", Severity.ERROR, Subject.ADVISORY)
def behaviour_ids_are_unique(advisory: Advisory, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """Two behaviours have the same id, or an id does not begin with its technique.

    Rules refer to a behaviour by its id: ``t1505.003``, or ``t1190-ssrf-cookie`` where a technique has several.

    Bad:
        - id: t1190-web-shell  # <--
          technique: T1505.003
    Good:
        - id: t1505.003-web-shell
          technique: T1505.003
    """
    for number, behaviour in _numbered(advisory):
        place, own = _place(advisory, number, "id"), behaviour.id.removeprefix(f"{advisory.id}.")
        if any(behaviour.id == other.id for other in advisory.behaviours[:number]):
            yield Finding(place, f"the id {own} stands twice")
        if own.partition("-")[0] != behaviour.technique.lower():
            yield Finding(place, f"the id {own} does not begin with {behaviour.technique.lower()}")


@check("CAT011", Severity.ERROR, Subject.ADVISORY)
def techniques_exist(advisory: Advisory, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """ATT&CK does not have the technique, or no longer.

    Bad:
        - technique: T1505.303  # <--
    Good:
        - technique: T1505.003
    """
    attack = load_attack()
    for number, behaviour in _numbered(advisory):
        technique = attack.technique(behaviour.technique)
        place = _place(advisory, number, "technique")
        if technique is None:
            yield Finding(place, f"ATT&CK v{attack.version} has no {behaviour.technique}")
        elif not technique.current:
            hint = f"its successor is {technique.successor}" if technique.successor else ""
            yield Finding(place, f"ATT&CK v{attack.version} no longer has {technique.id}", hint)


@check("CAT012", Severity.ERROR, Subject.ADVISORY)
def names_are_those_of_attack(advisory: Advisory, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The name of a behaviour's technique is not the one that ATT&CK has today.

    ``name_v9`` keeps the one that the advisory was written with.

    Bad:
        - name: 'Server Software Component: Webshell'  # <--
    Good:
        - name: 'Server Software Component: Web Shell'
    """
    attack = load_attack()
    for number, behaviour in _numbered(advisory):
        if attack.technique(behaviour.technique) is not None:
            name = attack.full_name(behaviour.technique)
            if behaviour.name != name:
                yield Finding(_place(advisory, number, "name"), f"{behaviour.technique} is {name!r}", f"`'{name}'`")


@check("CAT013", Severity.ERROR, Subject.ADVISORY)
def tactics_are_those_of_the_technique(advisory: Advisory, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A behaviour is filed under a tactic that its technique does not have.

    ``tactic_v9`` keeps where the advisory files it, and ``note`` says where the two disagree.

    Bad:
        - tactics: [impact]  # <--
    Good:
        - tactics: [persistence]
    """
    attack = load_attack()
    for number, behaviour in _numbered(advisory):
        technique = attack.technique(behaviour.technique)
        for tactic in behaviour.tactics if technique else ():
            if technique is not None and tactic not in technique.tactics:
                hint = f"it has {', '.join(technique.tactics)}"
                yield Finding(_place(advisory, number, "tactics"), f"{technique.id} is not of {tactic!r}", hint)


@check("CAT014", Severity.ERROR, Subject.ADVISORY)
def unobservable_has_a_reason(advisory: Advisory, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A behaviour that nothing shows has no reason, or one that something shows has one; or its log source is missing.

    Known gaps are better than unknown ones: ``observable: []`` needs ``unobservable``, ``sigma`` needs a log source.

    Bad:
        - observable: []  # <--
          logsources: []
    Good:
        - observable: []
          logsources: []
          unobservable: 'happens on infrastructure of the intruder'
    """
    for number, behaviour in _numbered(advisory):
        place = _place(advisory, number, "observable")
        if not behaviour.observable and not behaviour.unobservable:
            yield Finding(place, f"nothing shows {behaviour.id}, and no reason is given", "add `unobservable:`")
        elif behaviour.observable and behaviour.unobservable:
            yield Finding(place, f"{behaviour.id} is both observable and not", "remove one of the two")
        elif "sigma" in behaviour.observable and not behaviour.logsources:
            yield Finding(place, f"sigma shows {behaviour.id}, but in no log source", "add `logsources:`")


@check("CAT015", Severity.ERROR, Subject.ADVISORY)
def logsources_are_words(advisory: Advisory, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A log source is not written in the words of Sigma.

    Lower case, ``_`` for a blank (specification 2.1.0, LogSource). What Sigma has no words for stands in
    ``definition``.

    Bad:
        - logsources: [{category: 'Process Creation'}]  # <--
    Good:
        - logsources: [{category: process_creation}]
    """
    for number, behaviour in _numbered(advisory):
        for source in behaviour.logsources:
            for word in (source.category, source.product, source.service):
                if word is not None and not _WORD.fullmatch(word):
                    yield Finding(_place(advisory, number, "logsources"), f"no word of a log source: {word!r}")


@check("CAT016", Severity.ERROR, Subject.ADVISORY)
def advisory_is_named_by_its_file(advisory: Advisory, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The id of the advisory is not the name of its file, or its date is none.

    Bad:
        id: aa00-002a  # <--
    Good:
        id: aa00-001a
    """
    stem = PurePosixPath(advisory.span.path).stem
    document = advisory.document
    if advisory.id != stem:
        yield Finding(document.span("id") if document else advisory.span, f"the id is {advisory.id}, the file's {stem}")
    if date_of(advisory.published) is None:
        place = document.span("published") if document else advisory.span
        yield Finding(place, f"no date: {advisory.published!r}", "write it as 2021-07-19")


@check("CAT017", Severity.NOTE, Subject.ADVISORY)
def behaviours_have_rules(advisory: Advisory, index: Index) -> Iterator[Finding]:
    """Some behaviours could be seen, and no rule looks for them.

    A note of what is left to write, not a fault. Where no honest rule can be written, ``unruled`` says why. In an
    advisory that is there for coverage alone (``coverage_only: true``) a rule for the same technique is enough.

    Bad:
        - id: t1505.003-unwatched
    Good:
        - id: t1505.003-unwatched
          unruled: 'every installation of the product does the same each day'
    """
    techniques = {index.behaviours[id].technique for id in index.behaviours_with_rules if id in index.behaviours}
    observable = [item for item in advisory.behaviours if item.observable]
    missing = [
        item.id.removeprefix(f"{advisory.id}.")
        for item in observable
        if item.id not in index.behaviours_with_rules
        and not item.unruled
        and not (advisory.coverage_only and item.technique in techniques)
    ]
    if missing:
        some = ", ".join(missing[:5]) + (", ..." if len(missing) > 5 else "")
        message = f"no rule for {len(missing)} of {len(observable)} behaviours that can be seen: {some}"
        yield Finding(advisory.span, message, "`tocsin new NAME --behaviour ID`")


@check("CAT018", Severity.ERROR, Subject.ADVISORY)
def unruled_has_no_rule(advisory: Advisory, index: Index) -> Iterator[Finding]:
    """A behaviour says why no rule looks for it, although one does, or although nothing could show it.

    The reason has outlived itself: remove ``unruled``. What nothing shows has ``unobservable`` instead.

    Bad:
        - id: t1505.003
          unruled: 'nobody would look at it'  # <--
    Good:
        - id: t1505.003
    """
    for number, behaviour in _numbered(advisory):
        place = _place(advisory, number, "unruled")
        if behaviour.unruled and behaviour.id in index.behaviours_with_rules:
            yield Finding(place, f"a rule looks for {behaviour.id}", "remove `unruled:`")
        elif behaviour.unruled and not behaviour.observable:
            yield Finding(place, f"nothing could show {behaviour.id}", "`unobservable:` is the key for that")
