"""What a target is: how rules become queries of one SIEM, and how these are packed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal

from compiler.content.model import Kind, Rule, Source
from compiler.diagnostics import Code, Diagnostic, Severity, declare
from compiler.targets.store import Store

BROKEN = declare(
    "CNV001",
    Severity.ERROR,
    """
    The converter cannot read the rule

    pySigma reads the rule before it is written in the language of a SIEM. What pySigma refuses, or fails on, has no
    query; the message is pySigma's own. Other rules and targets are not affected.

    Bad:
        detection:
            selection:
                Image|endwith: '\\cmd.exe'
            condition: selection
    Good:
        detection:
            selection:
                Image|endswith: '\\cmd.exe'
            condition: selection
    """,
)
UNSOURCED = declare(
    "CNV002",
    Severity.ERROR,
    """
    No source tells how these events arrive at the target

    A query needs to know where the events of the rule's log source lie in a SIEM and what their fields are called
    there. That is written once, in ``detections/sources/``. A rule whose log source none of them gives cannot be
    converted: a query over everything, with field names that nobody checked, would match by accident or never.
    """,
)
ELSEWHERE = declare(
    "CNV008",
    Severity.NOTE,
    """
    The events of the rule do not arrive at this target

    A source describes them, but at other SIEMs: Defender's sensor reports no requests of web servers, for example. The
    rule has no place in the package of this target, which is no fault of either.
    """,
)
UNMAPPED = declare(
    "CNV003",
    Severity.ERROR,
    """
    A field of the rule does not exist at the target

    None of the shapes in which the events arrive has the field, so the query could never match, or, where the field
    is negated, would match too much. Fields are mapped in ``detections/sources/``; nothing is passed through.
    """,
)
UNSAYABLE = declare(
    "CNV004",
    Severity.ERROR,
    """
    The language of the target cannot say this

    The query would mean something else than the rule, so there is none. The message names the feature: refusals go
    by the feature of the Sigma language, never by the rule.
    """,
)
UNSAYABLE_CORRELATION = declare(
    "CNV005",
    Severity.ERROR,
    """
    The target cannot say this correlation

    Sigma counts over a window that slides with the events. A target that would count in fixed bins, or forget the
    order, would miss what the rule means to find: such a correlation is refused, by its kind and condition.
    """,
)
MISSING_RULE = declare(
    "CNV006",
    Severity.ERROR,
    """
    A rule that the correlation refers to is not there

    Rules are referred to by ``name`` or ``id``. The rule must be among those that are converted and without fault.
    """,
)
MISSING_PLACEHOLDER = declare(
    "CNV007",
    Severity.ERROR,
    """
    A placeholder has no value

    ``expand`` takes values from the environment; a placeholder without one cannot be left in a query.
    """,
)


class Refusal(Exception):  # noqa: N818 - the design calls it a refusal; it is a verdict on the rule, not a malfunction
    """A rule that a target cannot say. ``keys`` lead to the place in the rule's body; the rest is for a diagnostic."""

    def __init__(self, code: Code, message: str, hint: str = "", keys: Sequence[str | int] = ()) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.keys = code, message, hint, tuple(keys)

    def at(self, rule: Rule) -> Diagnostic:
        """The finding, at the place in ``rule`` that ``keys`` lead to."""
        return self.code.at(rule.place(*self.keys), self.message, self.hint)


@dataclasses.dataclass(frozen=True, slots=True)
class Query:
    """A rule in the language of one target.

    ``rule`` is the rule's name. ``fields`` are the fields at the target that the query reads, sorted. ``settings``:
    what a package or an engine must know beside the text (index patterns, macros and their definitions, the shapes
    that were left out and why, named deviations of ``semantics.md``). ``returned``: each Sigma field of the rule's
    alert, and its names among what the query returns; none where it has none there (``targets.returned``).
    """

    rule: str
    target: str
    language: str
    text: str
    fields: tuple[str, ...] = ()
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    returned: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)

    @property
    def asked_of(self) -> str:
        """The target, and the option of it that the query makes use of, if any: ``splunk:data_models``."""
        option = self.settings.get("option")
        return f"{self.target}:{option}" if option else self.target


@dataclasses.dataclass(frozen=True, slots=True)
class Content:
    """What a conversion may look at beside the rule itself.

    ``rules`` by name and by id, for correlations; ``filters`` are the Sigma filters that may apply to a rule;
    ``placeholders`` gives the values of ``expand``. Of arrivals with an option the sources have those that were chosen.
    ``known``: what was worked out of the sources, for all rules.
    """

    sources: tuple[Source, ...] = ()
    rules: Mapping[str, Rule] = dataclasses.field(default_factory=dict)
    filters: tuple[Rule, ...] = ()
    placeholders: Mapping[str, Sequence[str | int]] = dataclasses.field(default_factory=dict)
    known: dict[Any, Any] = dataclasses.field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(
        cls,
        sources: Sequence[Source],
        rules: Sequence[Rule],
        placeholders: Mapping[str, Sequence[str | int]] | None = None,
        options: Collection[str] = (),
    ) -> Content:
        """Content with ``rules`` indexed. Where two rules share a name or id the first keeps it (lint reports it).

        ``options`` are those that are chosen, each as ``target:option``; arrivals with others are left out.
        """
        index: dict[str, Rule] = {}
        for rule in rules:
            for key in (rule.id, rule.name):
                if key:
                    index.setdefault(key, rule)
        filters = tuple(rule for rule in rules if rule.kind is Kind.FILTER)
        return cls(_with(sources, options), index, filters, placeholders or {})

    def plain(self) -> Content:
        """The same without the arrivals of any option; itself if it has none."""
        sources = _with(self.sources, ())
        return self if sources == self.sources else dataclasses.replace(self, sources=sources, known={})


def _with(sources: Sequence[Source], options: Collection[str]) -> tuple[Source, ...]:
    """The sources with the arrivals of these options alone; without those that then arrive nowhere."""
    found = []
    for source in sources:
        arrives = tuple(one for one in source.arrives if not one.option or f"{one.target}:{one.option}" in options)
        if arrives == source.arrives:
            found.append(source)
        elif arrives:
            found.append(dataclasses.replace(source, arrives=arrives))
    return tuple(found)


@dataclasses.dataclass(frozen=True, slots=True)
class Packed:
    """A rule together with its query, as a package needs them. ``query`` is None for YARA, which has no query."""

    rule: Rule
    query: Query | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class TrialRow:
    """An event as the target holds it: in which ``place`` (macro, table, index), its fields there, its time.

    ``time``: seconds since the epoch, if it has one. ``expected``: whether the query must select it; of a correlation,
    whether it is the event that closes it.
    """

    place: str
    fields: Mapping[str, Any]
    time: float | None
    expected: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Trial:
    """Events on which a SOC can try a query on its own SIEM, the most telling first; ``whole``: of how many."""

    rows: tuple[TrialRow, ...]
    whole: int


@dataclasses.dataclass(frozen=True, slots=True)
class Locked:
    """What a rule was first published as, which what a SOC sets for it hangs on; kept for good.

    ``stanza`` is its key in Splunk, ``since`` the first version with it. ``removed``: the version that no longer has
    the rule, empty while it has.
    """

    id: str
    name: str
    stanza: str
    since: str
    removed: str = ""


def _no_trial(_packed: Packed) -> Trial | None:
    return None


@dataclasses.dataclass(frozen=True, slots=True)
class Pack:
    """Everything that goes into the package of one target: ``rules`` sorted by name, and the release's ``version``.

    ``sources`` are those that the queries name in their settings; ``advisories`` maps a behaviour id to the title and
    address of its advisory. ``lock``: by rule id what rules were first published as, removed ones among them.
    ``trial`` makes the events on which a SOC can try a rule's query; ``placeholders`` are those of the environment.
    ``previous``: the files of the target's package in the release before, by their paths in it; none without one.
    """

    version: str
    rules: tuple[Packed, ...]
    sources: tuple[Source, ...] = ()
    advisories: Mapping[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    lock: Mapping[str, Locked] = dataclasses.field(default_factory=dict)
    trial: Callable[[Packed], Trial | None] = _no_trial
    placeholders: Mapping[str, Sequence[str | int]] = dataclasses.field(default_factory=dict)
    previous: Mapping[str, bytes] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Package:
    """What ``package`` gives: files by relative POSIX path, and what could not be packed.

    ``rules`` tells for each path the names of the rules in it; a path that holds none (a README) is left out.
    """

    files: Mapping[str, bytes]
    rules: Mapping[str, tuple[str, ...]]
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """One SIEM (or scanner). ``kinds`` are the kinds of rule it takes.

    ``convert`` writes a rule in the target's language and raises ``Refusal`` for what it cannot say; None for a target
    whose rules need no converting. ``package`` makes files of what was converted and touches nothing. ``store`` is what
    the target's events can tell apart; ``engines`` are those that speak for the target, any if empty. ``archive`` is
    the form in which its users take a package. ``checked`` says who looks at the package itself (``nox -s packages``),
    ``unchecked`` what of it nobody could look at there.
    """

    name: str
    title: str
    kinds: frozenset[Kind]
    convert: Callable[[Rule, Content], Query] | None
    package: Callable[[Pack], Package]
    store: Store = dataclasses.field(default_factory=Store)
    engines: frozenset[str] = frozenset()
    archive: Literal["tar.gz", "zip"] = "zip"
    checked: str = ""
    unchecked: str = ""
