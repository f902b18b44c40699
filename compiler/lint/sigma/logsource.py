"""Checks that a rule asks of a log source that we know, and for fields that it has."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.content.model import Rule
from compiler.diagnostics import Severity
from compiler.lint.index import Index, near
from compiler.lint.registry import Finding, Subject, check
from compiler.lint.sigma.identity import logsource_of
from compiler.meaning.rule import Detection, Filter
from compiler.meaning.tree import fields


@check("SIG060", Severity.ERROR, Subject.SIGMA, house=True)
def logsource_is_known(rule: Rule, index: Index) -> Iterator[Finding]:
    """No data source is of the log source of the rule.

    ``detections/sources/`` says how each source arrives at a SIEM; without one no query can be written. Most often a
    word is misspelt, or a service is named that the category does not have.

    Bad:
        logsource:
            category: websever  # <--
    Good:
        logsource:
            category: webserver
    """
    asked = logsource_of(rule)
    if "logsource" not in rule.body or index.sources(asked):
        return
    known = [source for item in index.catalogue.sources for source in item.logsources]
    for key in ("category", "product", "service"):
        word, words = getattr(asked, key), {getattr(source, key) or "" for source in known} - {""}
        if word is not None and word not in words:
            yield Finding(rule.place("logsource", key), f"no data source has the {key} {word!r}", near(word, words))
            return
    if asked != type(asked)():
        yield Finding(rule.place("logsource"), f"no data source is of {asked}", "see detections/sources/")


def _unknown(rule: Rule, names: frozenset[str], index: Index) -> Iterator[tuple[str, str]]:
    source = logsource_of(rule)
    known = index.fields(source)
    if not known:
        return  # SIG060 has told
    for name in sorted(names - known):
        same = [field for field in known if field.lower() == name.lower()]
        yield name, f"is it `{same[0]}`? letter case counts" if same else near(name, known)


@check("SIG061", Severity.ERROR, Subject.SIGMA, house=True)
def fields_are_known(rule: Rule, index: Index) -> Iterator[Finding]:
    """The rule asks for a field that no data source of its log source has.

    Such a query finds nothing, without a word. A field that a source does have is added to its file in
    ``detections/sources/`` with the document that says so.

    Bad:
        detection:
            selection:
                cs-uri-steam|endswith: '/shell.aspx'  # <--
            condition: selection
    Good:
        detection:
            selection:
                cs-uri-stem|endswith: '/shell.aspx'
            condition: selection
    """
    meaning = index.meaning(rule)
    if not isinstance(meaning, Detection | Filter):
        return
    for name, hint in _unknown(rule, fields(meaning.tree), index):
        places = [atom.keys for atom in index.atoms(rule) if atom.field == name]
        place = rule.place(*places[0]) if places else rule.place("detection")
        yield Finding(place, f"no data source of {logsource_of(rule)} has the field {name!r}", hint)


@check("SIG062", Severity.WARNING, Subject.DETECTION, house=True)
def fields_of_interest_are_known(rule: Rule, index: Index) -> Iterator[Finding]:
    """``fields`` lists a field that no data source of the log source has.

    It names the columns that are shown with an alert; an unknown one stays empty.

    Bad:
        fields:
            - c-ip
            - cs-user-agnet  # <--
    Good:
        fields:
            - c-ip
            - cs-user-agent
    """
    listed = rule.body.get("fields")
    names = [str(name) for name in listed] if isinstance(listed, list) else []
    for name, hint in _unknown(rule, frozenset(names), index):
        yield Finding(rule.place("fields", names.index(name)), f"no data source has the field {name!r}", hint)
