"""The nouns of content: frozen, without behaviour, shared by every later stage."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import re
from collections.abc import Mapping
from typing import Any

from compiler.content.document import Document
from compiler.diagnostics import Span


class Kind(enum.StrEnum):
    """What sort of rule a rule is."""

    SIGMA = "sigma"
    CORRELATION = "correlation"
    FILTER = "filter"
    YARA = "yara"


class Expect(enum.StrEnum):
    """What a case says must happen; ``design.md``, Evidence."""

    TRUE_POSITIVE = "true_positive"
    TRUE_NEGATIVE = "true_negative"
    BENIGN_POSITIVE = "benign_positive"
    FALSE_NEGATIVE = "false_negative"


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Logsource:
    """Where events come from, in Sigma's three words; None where a word is not given.

    The rule's logsource *covers* an event's if every word that the rule gives is the event's too.
    """

    category: str | None = None
    product: str | None = None
    service: str | None = None

    def covers(self, other: Logsource) -> bool:
        """True if an event of logsource ``other`` is one that a rule of this logsource asks about."""
        return (
            self.category in (None, other.category)
            and self.product in (None, other.product)
            and self.service in (None, other.service)
        )

    def __str__(self) -> str:
        words = {"category": self.category, "product": self.product, "service": self.service}
        return ",".join(f"{key}={word}" for key, word in words.items() if word) or "any"


@dataclasses.dataclass(frozen=True, slots=True)
class Behaviour:
    """One thing that an advisory reports an intruder to do.

    ``observable``: by what means of ours it can be seen, any of ``sigma`` and ``yara``; empty with a reason in
    ``unobservable``. ``unruled`` is why no rule looks for what could be seen, empty where one does or should.
    ``named`` are the observables that the advisory itself names, ``ours`` what we added to them.
    ``name`` is the technique's name today, ``tactics`` are today's short names.
    """

    id: str
    technique: str
    name: str
    tactics: tuple[str, ...]
    summary: str
    observable: tuple[str, ...]
    unobservable: str
    named: tuple[str, ...]
    ours: tuple[str, ...]
    logsources: tuple[Logsource, ...]
    cve: tuple[str, ...]
    span: Span
    unruled: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Advisory:
    """A published report and the behaviours in it.

    ``coverage_only``: of the report no more than its techniques is known, so no rule is written from it, and a
    behaviour of it counts as covered by the rules for the same technique in other advisories.
    """

    id: str
    title: str
    url: str
    published: str
    behaviours: tuple[Behaviour, ...]
    span: Span
    document: Document | None = None
    coverage_only: bool = False


class AlertKind(enum.StrEnum):
    """Whether a hit is work for an analyst, or only something for a correlation to join."""

    FINDING = "finding"
    BUILDING_BLOCK = "building_block"


@dataclasses.dataclass(frozen=True, slots=True)
class Entity:
    """What an alert is about: ``kind`` (``shapes/alert.json`` lists them) and the Sigma field that holds it."""

    kind: str
    field: str


@dataclasses.dataclass(frozen=True, slots=True)
class Alert:
    """How a rule tells its hits, in Sigma field names; of a correlation those of its groups.

    ``title`` has fields in braces where the event's own values go. Hits with the same values of ``group`` are one
    finding, which then keeps silent for ``silence`` seconds about the same values of ``suppress``.
    """

    title: str
    entities: tuple[Entity, ...]
    group: tuple[str, ...]
    suppress: tuple[str, ...]
    silence: int
    kind: AlertKind

    @property
    def in_title(self) -> tuple[str, ...]:
        """The fields in the title, in their order."""
        return tuple(re.findall(r"\{([^{}]+)\}", self.title))

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that is named, once, in the order of reading."""
        named = (*self.in_title, *(entity.field for entity in self.entities), *self.group, *self.suppress)
        return tuple(dict.fromkeys(named))


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """One rule as its author wrote it. Converters get a fresh object made from ``body`` each time: they change it.

    ``name`` is the rule's ``name:`` in Sigma where there is one, the identifier in YARA, else the stem of the file.
    ``behaviours`` are ids of the catalogue. ``document`` is None for YARA; ``body`` is then the rule's ``meta``.
    ``alert`` and ``triage`` (what to look at next, in order) are of ours: other people's rules have none.
    ``placeholders``: what those that are declared stand for, nothing where nobody has filled them in.
    """

    name: str
    kind: Kind
    id: str
    title: str
    status: str
    level: str
    tags: tuple[str, ...]
    behaviours: tuple[str, ...]
    text: str
    span: Span
    body: Mapping[str, Any]
    document: Document | None = None
    alert: Alert | None = None
    triage: tuple[str, ...] = ()
    placeholders: Mapping[str, tuple[str | int, ...]] = dataclasses.field(default_factory=dict)

    def place(self, *keys: str | int) -> Span:
        """The place of a key in the rule; the nearest one there is."""
        return self.document.span(*keys) if self.document is not None else self.span


@dataclasses.dataclass(frozen=True, slots=True)
class Sample:
    """What a case is run on.

    ``events`` are flat events written in the cases file itself, in the names of the Sigma taxonomy; else ``data`` is
    the content of the file ``name`` beside it (unsealed, for YARA).
    """

    name: str
    events: tuple[Mapping[str, Any], ...] = ()
    data: bytes | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """One expectation of one rule. ``hits`` is exact: how often the rule fires on the sample.

    ``through``: for a filter, the rule that is run with the filter applied; empty otherwise.
    """

    rule: str
    title: str
    sample: Sample
    expect: Expect
    hits: int
    origin: str
    because: str
    through: str
    span: Span


@dataclasses.dataclass(frozen=True, slots=True)
class Casebook:
    """The evidence of one rule as its folder holds it.

    ``budget``: hits allowed in 100,000 events of the baseline, for levels below medium. ``accepted``: the places of the
    baseline (``source:line``, 0-based) at which the rule may and must fire, declared noise. ``files``: names of the
    files in the folder, ``cases.yml`` and ``evidence.json`` left out. ``evidence`` is what ``tocsin verify`` wrote
    to the latter (``verify.evidence``), empty without it. ``placeholders``: what they stand for in the cases.
    """

    rule: str
    budget: int
    accepted: tuple[str, ...]
    cases: tuple[Case, ...]
    files: tuple[str, ...]
    span: Span
    document: Document | None = None
    evidence: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    placeholders: Mapping[str, tuple[str | int, ...]] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Recording:
    """The raw log of one source within a scenario; ``format`` is a name of ``meaning.events``."""

    name: str
    source: str
    data: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Expected:
    """That a scenario sets off ``rule`` exactly at the events ``at``, each as ``recording:line`` (0-based)."""

    rule: str
    at: tuple[str, ...]
    span: Span


@dataclasses.dataclass(frozen=True, slots=True)
class Scenario:
    """One intrusion over several sources, and exactly which rules it sets off: no more and no fewer."""

    name: str
    title: str
    recordings: tuple[Recording, ...]
    fires: tuple[Expected, ...]
    span: Span
    document: Document | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """A field of a source at one SIEM: the name there, its type, and the document that says so.

    ``changed`` names what the store does to the value on its way (``detections/sources/README.md``), several in their
    order; empty: nothing.
    ``upto``: how many fields hold the values of a list, one each, with 1, 2 and on after ``name``; 0: all in one field.
    """

    name: str
    type: str
    citation: str
    changed: str | tuple[str, ...] = ""
    upto: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Arrival:
    """How events of a source arrive at one SIEM, in one shape.

    ``where``: what selects them there (Splunk: ``macro`` and its ``default``; Elastic: ``index`` patterns and the
    integration's ``package`` and ``version``). ``fields`` maps a Sigma field name to the field there; ``overrides``
    does so by category, None for a field that is not kept; ``unmapped`` maps a Sigma field to why it cannot be asked
    for. ``only``: Sigma-named condition that every event of the source meets there. ``drops``: by Sigma field the
    values that the store leaves out. ``texts``: Sigma fields of which a keyword is asked where the language cannot
    search the whole event. ``raw`` is an event as the agent writes it, ``documented`` the same as the
    citation shows it. ``fallback``: asked only of a rule that no other shape of the source at this SIEM can be asked.
    ``escapes``: the syntax in which the event as a whole, where keywords are looked for, writes some characters
    otherwise (``json``, ``xml``); empty: none.
    ``option``: asked only where the user chose this option of the SIEM, and then before the shapes without one.
    """

    target: str
    shape: str
    where: Mapping[str, Any]
    fields: Mapping[str, Field]
    overrides: Mapping[str, Mapping[str, Field | None]]
    unmapped: Mapping[str, str]
    only: Mapping[str, Any]
    drops: Mapping[str, tuple[Any, ...]]
    citation: str
    raw: str
    documented: Mapping[str, Any]
    span: Span
    texts: tuple[str, ...] = ()
    fallback: bool = False
    option: str = ""
    escapes: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """One data source: its log sources, and where and in which shape it arrives at each SIEM.

    ``absent``: Sigma fields of its log sources that its events never have, so that a condition on one is false.
    ``format`` is a reader of ``meaning.events``. ``select`` maps a category to the Sigma-named condition that its
    events meet (``{"process_creation": {"EventID": 1}}``; a list: any of its values). ``prerequisites`` maps a field
    that is off by default to what must be switched on to have it.
    """

    name: str
    title: str
    definition: str
    logsources: tuple[Logsource, ...]
    format: str
    select: Mapping[str, Mapping[str, Any]]
    prerequisites: Mapping[str, str]
    arrives: tuple[Arrival, ...]
    span: Span
    document: Document | None = None
    absent: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Waiver:
    """Leave for a build to go without the query of one rule for one target, until ``expires`` (the last day it holds).

    ``code`` is that of the finding which it answers.
    """

    rule: str
    target: str
    code: str
    reason: str
    expires: dt.date
    span: Span


@dataclasses.dataclass(frozen=True, slots=True)
class Placeholder:
    """A list that each organisation fills with its own: ``title`` says with what. ``values`` is empty until it does."""

    name: str
    title: str
    span: Span
    values: tuple[str | int, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Limit:
    """How many alerts a day of one level the organisation of the baseline takes."""

    a_day: float
    span: Span


@dataclasses.dataclass(frozen=True, slots=True)
class Catalogue:
    """All that was read, without what was broken. Every tuple is sorted by name or id.

    ``options`` are those that the environment chose, each as ``target:option``.
    """

    advisories: tuple[Advisory, ...] = ()
    sources: tuple[Source, ...] = ()
    rules: tuple[Rule, ...] = ()
    casebooks: tuple[Casebook, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    placeholders: tuple[Placeholder, ...] = ()
    budget: Mapping[str, Limit] = dataclasses.field(default_factory=dict)
    options: frozenset[str] = frozenset()

    @property
    def values(self) -> Mapping[str, tuple[str | int, ...]]:
        """What each placeholder stands for; one that nobody has filled in stands for nothing."""
        return {placeholder.name: placeholder.values for placeholder in self.placeholders}

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases of every rule, in the order of their rules."""
        return tuple(case for book in self.casebooks for case in book.cases)

    @property
    def behaviours(self) -> tuple[Behaviour, ...]:
        """The behaviours of every advisory, in the order in which the advisories report them."""
        return tuple(behaviour for advisory in self.advisories for behaviour in advisory.behaviours)
