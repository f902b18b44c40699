"""Checks of values: what is written is not what was meant, or could be written more simply."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Iterator

import yaml

from compiler.content.model import Kind, Rule
from compiler.diagnostics import Severity, Span
from compiler.lint.index import Index
from compiler.lint.registry import Finding, Subject, check
from compiler.meaning.predicates import Regex
from compiler.meaning.regex import is_linear
from compiler.meaning.tree import Atom, Not, Value

_SHAPES = ("contains", "startswith", "endswith")


def _place(rule: Rule, value: Value) -> Span:
    return rule.document.value_span(*value.keys) if rule.document else rule.span


def _values(rule: Rule, index: Index) -> Iterator[tuple[Atom, Value]]:
    for atom in index.atoms(rule):
        for value in atom.values:
            yield atom, value


@check("SIG070", Severity.WARNING, Subject.SIGMA)
def regexes_are_linear(rule: Rule, index: Index) -> Iterator[Finding]:
    r"""A regular expression needs look-around or back-references.

    Engines that match in linear time refuse them (Lucene in Elasticsearch, RE2 in Kusto), and those that take them can
    be made to run for ever. Say what must not be there in a filter of its own.

    Bad:
        detection:
            selection:
                cs-uri-stem|re: '/(?!owa/)[a-z]+\.aspx$'  # <--
            condition: selection
    Good:
        detection:
            selection:
                cs-uri-stem|re: '/[a-z]+\.aspx$'
            filter_main_owa:
                cs-uri-stem|startswith: '/owa/'
            condition: selection and not filter_main_owa
    """
    for _, value in _values(rule, index):
        if any(isinstance(item, Regex) and not is_linear(item.source) for item in value.predicates):
            yield Finding(_place(rule, value), "this regex needs look-around, back-references or the like")


@check("SIG071", Severity.WARNING, Subject.SIGMA)
def all_joins_several(rule: Rule, index: Index) -> Iterator[Finding]:
    """``all`` is asked of a single value.

    It joins the values of a list with *and*. Either values are missing or ``all`` is too much.

    Bad:
        detection:
            selection:
                cs-uri-query|contains|all: 'cmd='  # <--
            condition: selection
    Good:
        detection:
            selection:
                cs-uri-query|contains|all:
                    - 'cmd='
                    - 'whoami'
            condition: selection
    """
    for atom in index.atoms(rule):
        if atom.every and len(atom.values) == 1:
            yield Finding(rule.place(*atom.keys), "`all` has only one value to join", "remove it")


@check("SIG072", Severity.WARNING, Subject.SIGMA)
def wildcards_are_not_alone(rule: Rule, index: Index) -> Iterator[Finding]:
    """A value consists of wildcards alone.

    Stores differ in whether ``*`` is found in an empty or a missing field. ``exists: true`` says that the field is
    there, ``null`` in a filter that it has a value.

    Bad:
        detection:
            selection:
                cs-cookie: '*'  # <--
            condition: selection
    Good:
        detection:
            selection:
                cs-cookie|exists: true
            condition: selection
    """
    for atom, value in _values(rule, index):
        plain = isinstance(value.source, str) and "re" not in atom.modifiers
        if plain and value.source and not value.source.strip("*?"):
            hint = f"`{atom.field}|exists: true`" if atom.field and value.source == "*" else ""
            yield Finding(_place(rule, value), f"{value.source!r} matches anything", hint)


@check("SIG073", Severity.WARNING, Subject.SIGMA)
def wildcards_say_something(rule: Rule, index: Index) -> Iterator[Finding]:
    """A wildcard stands where the modifier has put one already.

    ``contains`` looks on both sides, ``endswith`` before, ``startswith`` after the value.

    Bad:
        detection:
            selection:
                cs-uri-query|contains: '*cmd='  # <--
            condition: selection
    Good:
        detection:
            selection:
                cs-uri-query|contains: 'cmd='
            condition: selection
    """
    for atom, value in _values(rule, index):
        source, shape = value.source, next((name for name in _SHAPES if name in atom.modifiers), "")
        if not isinstance(source, str) or not shape or len(source) < 2 or "fieldref" in atom.modifiers:
            continue
        before = shape != "startswith" and source.startswith("*")
        after = shape != "endswith" and source.endswith("*") and not source.endswith("\\*")
        if before or after:
            yield Finding(_place(rule, value), f"`{shape}` already looks {'before' if before else 'after'} the value")


_QUOTED = ("'", '"', "|", ">")
_MEANT_AS_TEXT = re.compile(r"(?i:y|n|yes|no|on|off)|[-+]?0[0-7_]+|[-+]?\d+(?::[0-5]?\d)+|[-+]?\d[\d_]*_[\d_]*")


@check("SIG074", Severity.WARNING, Subject.SIGMA)
def plain_words_stay_words(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """YAML reads a value as something else than what is written.

    Without quotes ``no`` is a boolean, ``0123`` is 83 and ``1:30`` is 90 (YAML 1.1, which every Sigma converter
    reads). Put quotes around what is meant as text, and write numbers plainly.

    Bad:
        detection:
            selection:
                cs-username: off  # <--
            condition: selection
    Good:
        detection:
            selection:
                cs-username: 'off'
            condition: selection
    """
    section = "detection" if rule.kind is Kind.SIGMA else "filter"
    for node in _scalars(rule.document.node if rule.document else None, section):
        odd = node.style not in _QUOTED and not node.tag.endswith(":str") and _MEANT_AS_TEXT.fullmatch(node.value)
        if odd and node.start_mark is not None:
            place = Span(rule.span.path, node.start_mark.line + 1, node.start_mark.column + 1)
            yield Finding(place, f"YAML does not read {node.value!r} as text", f"`'{node.value}'`")


def _scalars(node: yaml.Node | None, section: str = "") -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if not section or key.value == section:
                yield from _scalars(value)


@check("SIG075", Severity.WARNING, Subject.SIGMA)
def values_stand_once(rule: Rule, index: Index) -> Iterator[Finding]:
    """A value stands twice in one list.

    Values differ by letter case only under ``cased`` and ``re``, so ``'CMD'`` and ``'cmd'`` are one.

    Bad:
        detection:
            selection:
                cs-uri-query|contains:
                    - 'cmd='
                    - 'CMD='  # <--
            condition: selection
    Good:
        detection:
            selection:
                cs-uri-query|contains:
                    - 'cmd='
                    - 'exec='
            condition: selection
    """
    for atom in index.atoms(rule):
        exact = {"cased", "re", "base64", "base64offset"} & set(atom.modifiers)
        seen: Counter[str] = Counter()
        for value in atom.values:
            text = str(value.source) if exact else str(value.source).lower()
            seen[text] += 1
            if seen[text] == 2:
                yield Finding(_place(rule, value), f"{value.source!r} stands twice in this list")


@check("SIG076", Severity.WARNING, Subject.SIGMA)
def ranges_begin_at_their_address(rule: Rule, index: Index) -> Iterator[Finding]:
    """A range of addresses has bits of a host set.

    ``192.0.2.1/24`` is the whole of ``192.0.2.0/24``: the author may have meant the one address.

    Bad:
        detection:
            selection:
                c-ip|cidr: '192.0.2.1/24'  # <--
            condition: selection
    Good:
        detection:
            selection:
                c-ip|cidr: '192.0.2.0/24'
            condition: selection
    """
    for atom, value in _values(rule, index):
        if "cidr" in atom.modifiers and "expand" not in atom.modifiers and isinstance(value.source, str):
            network = ipaddress.ip_network(value.source, strict=False)
            if str(network.network_address) != str(ipaddress.ip_address(value.source.partition("/")[0])):
                yield Finding(_place(rule, value), f"{value.source} is the whole of {network}", f"`{network}`")


@check("SIG077", Severity.WARNING, Subject.SIGMA, house=True)
def single_values_are_no_list(rule: Rule, index: Index) -> Iterator[Finding]:
    """A list has a single value.

    SigmaHQ's convention, and ours: a single value stands on the line of its field.

    Bad:
        detection:
            selection:
                cs-method:  # <--
                    - 'POST'
            condition: selection
    Good:
        detection:
            selection:
                cs-method: 'POST'
            condition: selection
    """
    for atom in index.atoms(rule):
        if atom.field and len(atom.values) == 1 and atom.values[0].keys != atom.keys:
            yield Finding(rule.place(*atom.keys), "a list of one value", "write it on the line of its field")


@check("SIG078", Severity.WARNING, Subject.SIGMA)
def backslash_before_wildcard_is_meant(rule: Rule, index: Index) -> Iterator[Finding]:
    r"""A backslash makes the wildcard behind it an ordinary character.

    ``C:\Temp\*`` asks for a literal asterisk. A backslash and then anything is written ``C:\Temp\\*``; for a folder
    that ends a value use ``startswith`` or ``contains``.

    Bad:
        detection:
            selection:
                cs-uri-query: 'C:\inetpub\*'  # <--
            condition: selection
    Good:
        detection:
            selection:
                cs-uri-query|startswith: 'C:\inetpub\'
            condition: selection
    """
    for atom, value in _values(rule, index):
        source = value.source
        if isinstance(source, str) and "re" not in atom.modifiers and re.search(r"[:\\][^\\*?]+\\[*?](?:$|\\)", source):
            yield Finding(_place(rule, value), "this asks for a literal asterisk or question mark", r"`\\*`, `\\?`")


@check("SIG079", Severity.WARNING, Subject.DETECTION, house=True)
def filters_are_called_so(rule: Rule, index: Index) -> Iterator[Finding]:
    """A selection that the condition negates is not named as a filter.

    ``filter_main_*`` is part of what the rule means, ``filter_optional_*`` leaves out what only some sites have; so
    SigmaHQ's convention, and tools that tune rules look for the names.

    Bad:
        detection:
            selection:
                cs-method: 'POST'
            known:
                c-ip: '192.0.2.1'
            condition: selection and not known  # <--
    Good:
        detection:
            selection:
                cs-method: 'POST'
            filter_main_known:
                c-ip: '192.0.2.1'
            condition: selection and not filter_main_known
    """
    for node in index.nodes(rule):
        if isinstance(node, Not) and "of " not in node.part.label:
            label = node.part.label
            if label in rule.body["detection"] and not label.startswith(("filter_main_", "filter_optional_")):
                place = rule.place("detection", "condition")
                yield Finding(place, f"`{label}` is negated", "name it filter_main_... or filter_optional_...")


@check("SIG080", Severity.WARNING, Subject.DETECTION, house=True)
def severe_rules_name_fields(rule: Rule, index: Index) -> Iterator[Finding]:
    """A severe rule looks for words anywhere in an event.

    A word is found wherever it stands, in a search of the analyst himself too. A rule of level high or critical names
    the field that it means.

    Bad:
        detection:
            keywords:
                - 'whoami /priv'
            condition: keywords
        level: critical  # <--
    Good:
        detection:
            selection:
                cs-uri-query|contains: 'whoami /priv'
            condition: selection
        level: critical
    """
    read = index.atoms(rule)
    if rule.level in ("high", "critical") and read and all(atom.field is None for atom in read):
        yield Finding(rule.place("level"), f"level {rule.level}, but no field is named")
