"""Checks of what rules of both languages claim to detect: the behaviours that they name."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.content.model import Kind, Rule
from compiler.diagnostics import Severity, Span
from compiler.lint.index import Index, near
from compiler.lint.layout import meta_place
from compiler.lint.registry import Finding, Subject, check


def _place(rule: Rule, number: int) -> Span:
    return rule.place("behaviours", number) if rule.document else meta_place(rule, "behaviour")


def _unknown(rule: Rule, index: Index) -> Iterator[Finding]:
    if not rule.behaviours and rule.kind is not Kind.FILTER:
        yield Finding(rule.place("behaviours"), "no behaviour is named", "name one of detections/advisories/")
    seen = set()
    for number, id in enumerate(rule.behaviours):
        if id not in index.behaviours:
            yield Finding(_place(rule, number), f"no advisory has the behaviour {id!r}", near(id, index.behaviours))
        elif id in seen:
            yield Finding(_place(rule, number), f"the behaviour {id!r} stands twice")
        seen.add(id)


def _hearsay(rule: Rule, index: Index) -> Iterator[Finding]:
    if rule.behaviours and all(id in index.second_hand for id in rule.behaviours):
        yield Finding(_place(rule, 0), "all that this rule rests on is known second-hand")


def _unseen(rule: Rule, index: Index) -> Iterator[Finding]:
    means = "yara" if rule.kind is Kind.YARA else "sigma"
    for number, id in enumerate(rule.behaviours):
        behaviour = index.behaviours.get(id)
        if behaviour is not None and means not in behaviour.observable:
            why = f": {behaviour.unobservable}" if behaviour.unobservable else ""
            yield Finding(_place(rule, number), f"the advisory says that {means} cannot show {id}{why}")


@check("SIG050", Severity.ERROR, Subject.SIGMA, house=True)
def behaviours_exist(rule: Rule, index: Index) -> Iterator[Finding]:
    """The rule names no behaviour of an advisory, or one that there is not.

    ``behaviours`` is the link from a rule to what somebody was seen to do; coverage is computed from it. A filter
    needs none.

    Bad:
        behaviours:
            - aa00-001a.t1505.004  # <--
    Good:
        behaviours:
            - aa00-001a.t1505.003
    """
    yield from _unknown(rule, index)


@check("SIG051", Severity.WARNING, Subject.SIGMA, house=True)
def behaviours_are_tagged(rule: Rule, index: Index) -> Iterator[Finding]:
    """The technique of a behaviour is not tagged.

    The rule says that it detects the behaviour, so it detects the technique, and outside our catalogue the tag is all
    that tells so. A sub-technique may stand for its parent.

    Bad:
        tags:
            - attack.initial-access
            - attack.t1190
    Good:
        tags:
            - attack.persistence
            - attack.t1505.003
    """
    if rule.kind is Kind.FILTER:
        return
    tagged = {tag.removeprefix("attack.").upper() for tag in rule.tags}
    tagged |= {tag.partition(".")[0] for tag in tagged}
    for number, id in enumerate(rule.behaviours):
        behaviour = index.behaviours.get(id)
        if behaviour is not None and behaviour.technique not in tagged:
            place, technique = _place(rule, number), behaviour.technique
            yield Finding(place, f"{id} is {technique}, which is not tagged", f"`attack.{technique.lower()}`")


@check("SIG052", Severity.WARNING, Subject.SIGMA, house=True)
def does_not_rest_on_hearsay(rule: Rule, index: Index) -> Iterator[Finding]:
    """All behaviours of the rule are known second-hand only.

    ``second-hand`` means known by way of somebody's detection rule. Rules come from what was observed and from how
    the attacked software works; name the observation, or leave the rule unwritten.

    Bad:
        behaviours:
            - aa00-001a.t1505.003-hearsay  # <--
    Good:
        behaviours:
            - aa00-001a.t1505.003
            - aa00-001a.t1505.003-hearsay
    """
    yield from _hearsay(rule, index)


@check("SIG053", Severity.WARNING, Subject.SIGMA, house=True)
def behaviours_can_be_seen(rule: Rule, index: Index) -> Iterator[Finding]:
    """The advisory says that no log shows a behaviour which the rule claims to detect.

    One of the two is wrong: correct ``observable`` of the behaviour, or drop the claim.

    Bad:
        behaviours:
            - aa00-001a.t1505.003
            - aa00-001a.t1587.001  # <--
    Good:
        behaviours:
            - aa00-001a.t1505.003
    """
    yield from _unseen(rule, index)


@check("YAR020", Severity.ERROR, Subject.YARA, house=True)
def yara_behaviours_exist(rule: Rule, index: Index) -> Iterator[Finding]:
    """The rule names no behaviour of an advisory, or one that there is not.

    As SIG050; ``behaviour`` in ``meta`` has the ids, separated by commas.

    Bad:
        meta:
            behaviour = "aa00-001a.t1505.004"
    Good:
        meta:
            behaviour = "aa00-001a.t1505.003"
    """
    yield from _unknown(rule, index)


@check("YAR021", Severity.WARNING, Subject.YARA, house=True)
def yara_does_not_rest_on_hearsay(rule: Rule, index: Index) -> Iterator[Finding]:
    """All behaviours of the rule are known second-hand only.

    As SIG052.

    Bad:
        meta:
            behaviour = "aa00-001a.t1505.003-hearsay"
    Good:
        meta:
            behaviour = "aa00-001a.t1505.003"
    """
    yield from _hearsay(rule, index)


@check("YAR022", Severity.WARNING, Subject.YARA, house=True)
def yara_behaviours_can_be_seen(rule: Rule, index: Index) -> Iterator[Finding]:
    """The advisory says that no file shows a behaviour which the rule claims to detect.

    As SIG053.

    Bad:
        meta:
            behaviour = "aa00-001a.t1587.001"
    Good:
        meta:
            behaviour = "aa00-001a.t1505.003"
    """
    yield from _unseen(rule, index)
