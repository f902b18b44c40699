"""Checks that a rule has a meaning at all, and one that its author can have meant."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.content.model import Kind, Rule
from compiler.diagnostics import Severity
from compiler.lint.index import Index
from compiler.lint.registry import Finding, Subject, check
from compiler.meaning.rule import Detection
from compiler.meaning.values import View


def _faults(rule: Rule, index: Index, kind: str) -> Iterator[Finding]:
    for fault in index.faults(rule):
        if fault.kind == kind:
            value = rule.document is not None and kind in {"value", "regex", "placeholder"}
            place = rule.document.value_span(*fault.keys) if rule.document and value else rule.place(*fault.keys)
            yield Finding(place, fault.message, fault.hint)


@check("SIG010", Severity.ERROR, Subject.SIGMA)
def has_structure(rule: Rule, index: Index) -> Iterator[Finding]:
    """The rule does not have the structure that the specification gives it.

    A selection is a map, a list of maps or a list of keywords, a log source names at least one of ``category``,
    ``product`` and ``service``. What is built otherwise means nothing, and converters guess.

    Bad:
        detection:
            selection: {}  # <--
            condition: selection
    Good:
        detection:
            selection:
                cs-method: 'POST'
            condition: selection
    """
    yield from _faults(rule, index, "structure")


@check("SIG011", Severity.ERROR, Subject.SIGMA)
def condition_can_be_read(rule: Rule, index: Index) -> Iterator[Finding]:
    """The condition cannot be read.

    A condition joins the names of selections with ``and``, ``or``, ``not``, ``1 of`` and ``all of``, in lower case.
    A name or a pattern that no selection has is a mistake: converters differ in what they make of it.

    Bad:
        detection:
            selection:
                cs-method: 'POST'
            filter_main_known:
                c-ip: '192.0.2.1'
            condition: selection AND NOT filter_main_known  # <--
    Good:
        detection:
            selection:
                cs-method: 'POST'
            filter_main_known:
                c-ip: '192.0.2.1'
            condition: selection and not filter_main_known
    """
    yield from _faults(rule, index, "condition")


@check("SIG012", Severity.ERROR, Subject.SIGMA)
def modifiers_are_known(rule: Rule, index: Index) -> Iterator[Finding]:
    """A modifier is unknown, or cannot stand where it does.

    The specification (2.1.0, appendix modifiers) lists them; each is applied to what those before it left, so their
    order counts: bytes come before an encoding, an encoding before ``contains``.

    Bad:
        detection:
            selection:
                cs-uri-query|contain: 'cmd='  # <--
            condition: selection
    Good:
        detection:
            selection:
                cs-uri-query|contains: 'cmd='
            condition: selection
    """
    yield from _faults(rule, index, "modifier")


@check("SIG013", Severity.ERROR, Subject.SIGMA)
def values_fit_their_modifiers(rule: Rule, index: Index) -> Iterator[Finding]:
    """A value is not of the kind that its modifiers take.

    Comparisons take numbers, ``exists`` takes true or false, ``cidr`` a range of addresses. A date without quotes is
    a date to YAML, and no field of an event is one.

    Bad:
        detection:
            selection:
                c-ip|cidr: '192.0.2.0/33'  # <--
            condition: selection
    Good:
        detection:
            selection:
                c-ip|cidr: '192.0.2.0/24'
            condition: selection
    """
    yield from _faults(rule, index, "value")


@check("SIG014", Severity.ERROR, Subject.SIGMA)
def regexes_compile(rule: Rule, index: Index) -> Iterator[Finding]:
    """A regular expression does not compile.

    Some SIEMs take such a query and find nothing, without a word.

    Bad:
        detection:
            selection:
                cs-uri-query|re: 'cmd=(whoami'  # <--
            condition: selection
    Good:
        detection:
            selection:
                cs-uri-query|re: 'cmd=(whoami|id)'
            condition: selection
    """
    yield from _faults(rule, index, "regex")


@check("SIG015", Severity.WARNING, Subject.SIGMA)
def placeholders_have_values(rule: Rule, index: Index) -> Iterator[Finding]:
    """A placeholder has no value here.

    Under ``expand`` a ``%name%`` stands for values of the environment. Where there are none the rule cannot be
    converted; a rule for everybody therefore does without, or says in ``falsepositives`` what must be filled in.

    Bad:
        detection:
            selection:
                cs-username|expand: '%administrators%'  # <--
            condition: selection
    Good:
        detection:
            selection:
                cs-username: 'administrator'
            condition: selection
    """
    yield from _faults(rule, index, "placeholder")


@check("SIG016", Severity.WARNING, Subject.SIGMA)
def selections_are_used(rule: Rule, index: Index) -> Iterator[Finding]:
    """A selection is defined but the condition does not name it.

    It has no effect, which is hardly what it was written for: most often a filter that is meant to keep noise away.

    Bad:
        detection:
            selection:
                cs-method: 'POST'
            filter_main_known:  # <--
                c-ip: '192.0.2.1'
            condition: selection
    Good:
        detection:
            selection:
                cs-method: 'POST'
            filter_main_known:
                c-ip: '192.0.2.1'
            condition: selection and not 1 of filter_main_*
    """
    used = {node.label for node in index.nodes(rule)}
    section = "detection" if rule.kind is Kind.SIGMA else "filter"
    for name in rule.body[section] if used else ():
        if name not in ("condition", "rules") and str(name) not in used:
            yield Finding(rule.place(section, name), f"the condition does not name `{name}`", "name it or remove it")


@check("SIG017", Severity.WARNING, Subject.DETECTION)
def does_not_match_nothing(rule: Rule, index: Index) -> Iterator[Finding]:
    """The rule matches an event that has none of its fields.

    A condition made of negations alone holds for everything that the log source has, including events of which the
    rule knows nothing. Give it something positive to ask for.

    Bad:
        detection:
            filter_main_known:
                c-ip: '192.0.2.1'
            condition: not filter_main_known  # <--
    Good:
        detection:
            selection:
                cs-method: 'POST'
            filter_main_known:
                c-ip: '192.0.2.1'
            condition: selection and not filter_main_known
    """
    meaning = index.meaning(rule)
    if isinstance(meaning, Detection) and meaning.matches(View({})):
        yield Finding(rule.place("detection", "condition"), "an event without any field matches this rule")
