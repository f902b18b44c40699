"""Checks that each part of a detection changes what the rule finds, by the events that witnesses are made of."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.content.model import Rule
from compiler.diagnostics import Severity
from compiler.lint.index import Index
from compiler.lint.registry import Finding, Subject, check


@check("SIG065", Severity.WARNING, Subject.DETECTION, house=True)
def entries_have_an_effect(rule: Rule, index: Index) -> Iterator[Finding]:
    """An entry of a selection never changes what the rule finds.

    It is proved from the rest of the condition: wherever the entry counts, the others leave it no choice. Whoever reads
    the rule takes it for a limit or for a further way in, and it is neither. Of two entries that imply one another
    each is told: leave one of them.

    Bad:
        detection:
            selection:
                cs-uri-stem|endswith: '/aspnet_client/shell.aspx'
                cs-uri-stem|contains: '/aspnet_client/'  # <--
            condition: selection
    Good:
        detection:
            selection:
                cs-uri-stem|endswith: '.aspx'
                cs-uri-stem|contains: '/aspnet_client/'
            condition: selection
    """
    for keys in index.witnesses(rule).dead:
        if "|expand" in str(keys[-1]):
            continue  # a list that a SOC fills in
        yield Finding(rule.place(*keys), "the rule finds the same without this entry", "leave it out, or mend the rest")


@check("SIG066", Severity.WARNING, Subject.DETECTION, house=True)
def values_have_an_effect(rule: Rule, index: Index) -> Iterator[Finding]:
    """A value of a list is covered by another one.

    Whatever it matches the other one matches too, so it adds nothing, and the list looks longer than it is. Under
    ``all`` it is the other way round: what the narrower value asks for includes what the wider one does.

    Bad:
        detection:
            selection:
                cs-uri-query|contains:
                    - 'cmd='
                    - '&cmd='  # <--
            condition: selection
    Good:
        detection:
            selection:
                cs-uri-query|contains:
                    - 'cmd='
                    - 'exec='
            condition: selection
    """
    for keys in index.witnesses(rule).idle:
        yield Finding(rule.place(*keys), "another value of the list covers this one", "leave out one of the two")


@check("SIG067", Severity.NOTE, Subject.DETECTION, house=True)
def effects_are_shown(rule: Rule, index: Index) -> Iterator[Finding]:
    r"""No event was found that shows an entry, or one value of its list, at work.

    For every other part of the rule there are two events that differ in it alone and of which the rule finds one. For
    this there are none among those that were tried, which proves nothing; often the value can never be met.

    Bad:
        detection:
            selection:
                cs-uri-query|re: 'cmd^=whoami'  # <--
            condition: selection
    Good:
        detection:
            selection:
                cs-uri-query|re: 'cmd\^=whoami'
            condition: selection
    """
    found = index.witnesses(rule)
    for keys in dict.fromkeys((*found.unknown, *found.unshown)):
        yield Finding(rule.place(*keys), "no event was found on which the verdict hangs on this")
