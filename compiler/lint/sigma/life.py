"""Checks of how a rule ages: its version, and what a deprecated one says."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.content.life import replaced_by
from compiler.content.model import Kind, Rule
from compiler.diagnostics import Severity
from compiler.lint.index import Index, near
from compiler.lint.registry import Finding, Subject, check


@check("SIG110", Severity.ERROR, Subject.SIGMA, house=True)
def version_is_a_number(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The version of the rule is no number that counts up.

    ``version`` is how often what the rule matches was published, from 1, and is what SIEMs are told. A rule that says
    nothing is in its first; one beyond that says in ``modified`` when it was changed.

    Bad:
        version: 1.0  # <--
    Good:
        modified: 2026-12-24
        version: 2
    """
    said = rule.body.get("version", 1)
    if not isinstance(said, int) or isinstance(said, bool) or said < 1:
        yield Finding(rule.place("version"), f"no version: {said!r}", "a whole number from 1 on, `version: 2`")
    elif said > 1 and "modified" not in rule.body:
        yield Finding(rule.place("version"), f"version {said} does not say when it was made", "add `modified:`")


@check("SIG111", Severity.ERROR, Subject.SIGMA, house=True)
def deprecation_is_explained(rule: Rule, index: Index) -> Iterator[Finding]:
    """A deprecated rule does not say why, or what replaces it.

    Who has it enabled must know whether he loses anything. ``deprecated`` has the reason and the id of the rule that
    takes over; that one says the same to other people's tools by ``related``, of type ``obsolete`` (specification
    2.1.0, Related Rules). A rule that nothing replaces is removed.

    Bad:
        status: deprecated  # <--
    Good:
        status: experimental
    """
    if rule.status != "deprecated":
        if "deprecated" in rule.body:
            yield Finding(rule.place("deprecated"), f"a rule of status {rule.status!r} is not deprecated")
        return
    said = replaced_by(rule)
    if said is None:
        hint = "`deprecated: {reason: ..., successor: <id>}`"
        yield Finding(
            rule.place("deprecated" if "deprecated" in rule.body else "status"), "no reason and successor", hint
        )
        return
    ids = {other.id: other for other in index.catalogue.rules if other.kind is not Kind.YARA and other.id}
    successor = ids.get(said["successor"])
    place = rule.place("deprecated", "successor")
    if successor is None:
        yield Finding(place, f"no rule has the id {said['successor']!r}", near(said["successor"], ids))
    elif successor.status == "deprecated":
        yield Finding(place, f"its successor {successor.name} is deprecated itself", "name the rule that is in use")
    elif {"id": rule.id, "type": "obsolete"} not in (successor.body.get("related") or ()):
        yield Finding(place, f"{successor.name} does not say so", f"there, `related:` has id {rule.id}, type obsolete")
