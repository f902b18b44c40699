"""Converted queries on engines: whether each selects exactly the events that its rule means."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from compiler.content.model import Rule
from compiler.engines.engine import ID, Answer, Ask, Engine, Table
from compiler.meaning.errors import Keys, MeaningError
from compiler.meaning.predicates import Text
from compiler.meaning.rule import Detection
from compiler.meaning.tree import atoms
from compiler.meaning.witness import witnesses
from compiler.targets.pipeline import Shape, shapes_of
from compiler.targets.reading import logsource_of
from compiler.targets.target import Content, Query, Target
from compiler.verify.mapping import Unrepresentable, document


@dataclasses.dataclass(frozen=True, slots=True)
class Tried:
    """An event on which a query is tried, in Sigma's fields, what the reference says, and which part of the rule."""

    event: Mapping[str, Any]
    expected: bool
    keys: Keys | None


@dataclasses.dataclass(frozen=True, slots=True)
class Disagreement:
    """An event on which query and rule differ, in which shape, and what the engine answered."""

    tried: Tried
    shape: str
    got: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What one engine showed of one query.

    ``tried`` counts documents; ``fired``: the rule matches one of them at least, without which a query that matches
    nothing would do as well. ``left_out`` counts by reason the events that the store cannot hold. ``error``: the
    engine's words if it refused the query. ``events`` is the SHA-256 of what it was tried on.
    """

    rule: Rule
    query: Query
    engine: str
    kind: str
    tried: int
    fired: bool
    left_out: Mapping[str, int]
    disagreements: tuple[Disagreement, ...]
    error: str
    events: str

    @property
    def assurance(self) -> str:
        """How far the query can be trusted after this; ``converted`` if the engine refused it or differs."""
        if self.error or self.disagreements or (self.kind != "parsed" and not self.fired):
            return "converted"
        return self.kind

    @property
    def line(self) -> str:
        """The outcome in one line."""
        left = sum(self.left_out.values())
        said = f"refused: {self.error}" if self.error else f"{len(self.disagreements)} differ"
        said += "" if self.fired or self.error or self.kind == "parsed" else ", none of them one that the rule matches"
        words = f"{self.rule.name} {self.query.asked_of} {self.assurance} ({self.engine}): {self.tried} events, {said}"
        return words + (f", {left} that the store cannot hold" if left else "")

    @property
    def record(self) -> dict[str, Any]:
        """The outcome as one JSON object; ``differ`` has each event on which query and rule differ."""
        return {
            "rule": self.rule.id or self.rule.name,
            "name": self.rule.name,
            "target": self.query.asked_of,
            "engine": self.engine,
            "assurance": self.assurance,
            "tried": self.tried,
            "left_out": dict(self.left_out),
            "error": self.error,
            "query": self.query.text,
            "differ": [
                {
                    "event": dict(one.tried.event),
                    "expected": one.tried.expected,
                    "got": one.got,
                    "shape": one.shape,
                    "keys": list(one.tried.keys or ()),
                }
                for one in self.disagreements
            ],
        }


@dataclasses.dataclass(frozen=True, slots=True)
class Untried:
    """A query in a language that no engine which was asked speaks: no more is known of it than that it was made."""

    rule: Rule
    query: Query

    @property
    def record(self) -> dict[str, Any]:
        """The same JSON object as that of an outcome, with no engine."""
        return {
            "rule": self.rule.id or self.rule.name,
            "name": self.rule.name,
            "target": self.query.asked_of,
            "engine": "",
            "assurance": "converted",
            "tried": 0,
            "left_out": {},
            "error": "",
            "query": self.query.text,
            "differ": [],
        }


def events_of(
    detection: Detection, more: Iterable[Mapping[str, Any]] = (), keyword_field: str = "Message"
) -> list[Tried]:
    """The events on which a query of this detection is tried: its witnesses, and ``more`` (those of its cases).

    ``keyword_field`` holds what keywords look for.
    """
    made = witnesses(detection, keyword_field=keyword_field).events
    found = [Tried(one.event, one.expected, one.keys) for one in made]
    for event in more:
        try:
            found.append(Tried(event, detection.matches(event), None))
        except MeaningError:
            continue  # a regex over its bound: the reference has no verdict to compare with
    return found


def keyword_field(detection: Detection, content: Content) -> str:
    """A field of the rule's sources in which a keyword can stand, one that holds text if there is."""
    arrivals = [
        arrival
        for source in content.sources
        if any(detection.logsource.covers(known) for known in source.logsources)
        for arrival in source.arrives
    ]
    named = [name for arrival in arrivals for name in (*arrival.texts, *arrival.fields)]
    likely = [name for name in ("Message", "CommandLine", "ScriptBlockText", "cs-uri-query") if name in named]
    return next(iter([*(name for arrival in arrivals for name in arrival.texts), *likely, *named]), "Message")


@dataclasses.dataclass(frozen=True, slots=True)
class Subject:
    """A query to try: of which rule, what that means, and on which events."""

    rule: Rule
    query: Query
    detection: Detection
    events: Sequence[Tried]


TOGETHER = 64
"""Rules whose documents are loaded together: each query reads them all, so more would cost by the square."""


def try_queries(subjects: Sequence[Subject], target: Target, content: Content, engine: Engine) -> Iterator[Outcome]:
    """Run the queries of single-event rules for one target on one open engine, many in one loading of documents."""
    for start in range(0, len(subjects), TOGETHER):
        chosen = subjects[start : start + TOGETHER]
        trials = [_trial(f"{number}", subject, target, content) for number, subject in enumerate(chosen)]
        asks = [Ask(one.query.language, one.query.text, one.query.settings) for one in chosen]
        answers = engine.run(_tables(trials), asks)
        for subject, trial, answer in zip(chosen, trials, answers, strict=True):
            yield _outcome(subject, trial, answer, engine)


@dataclasses.dataclass(frozen=True, slots=True)
class _Trial:
    """The documents of one rule: by id the event, the shape and the document; and what was left out."""

    shapes: Sequence[Shape]
    documents: Mapping[str, tuple[Tried, Shape, Mapping[str, Any]]]
    left_out: Mapping[str, int]


def _trial(prefix: str, subject: Subject, target: Target, content: Content) -> _Trial:
    shapes = asked_shapes(subject.rule, subject.query, target, content)
    keywords = any(atom.field is None for atom in atoms(subject.detection.tree))
    blank = blank_of(subject.detection, subject.query, target)
    left_out: Counter[str] = Counter()
    documents = {}
    for place, tried in enumerate(subject.events):
        if turns(tried, blank, subject.detection):
            left_out["lacks a field that is to be empty, which the query declares not to tell from missing"] += 1
            continue
        for index, shape in enumerate(shapes):
            try:
                made = document(tried.event, shape, target.store, subject.detection.fields, keywords=keywords)
            except Unrepresentable as reason:
                left_out[str(reason)] += 1
                continue
            name = f"{prefix}/{place}/{index}"
            documents[name] = (tried, shape, {**made, ID: name})
    return _Trial(shapes, documents, left_out)


def turns(tried: Tried, blank: Iterable[str], detection: Detection) -> bool:
    """True if the verdict would be another one with some of the fields ``blank`` empty instead of missing."""
    missing = [field for field in blank if tried.event.get(field) is None]
    some = (chosen for size in range(1, len(missing) + 1) for chosen in itertools.combinations(missing, size))
    return any(detection.matches({**tried.event, **dict.fromkeys(chosen, "")}) is not tried.expected for chosen in some)


def blank_of(detection: Detection, query: Query, target: Target) -> frozenset[str]:
    """The fields that a rule wants to be the empty string, if the query declares not to tell that from missing."""
    if target.store.empty or "empty-is-missing" not in query.settings.get("deviations", ()):
        return frozenset()
    return frozenset(
        atom.field
        for atom in atoms(detection.tree)
        if atom.field is not None
        and any(isinstance(item, Text) and not item.tokens for value in atom.values for item in value.predicates)
    )


def place_of(shape: Shape) -> str:
    """The name of the table that holds the events of a shape: macro, table, stream, or first index pattern."""
    where = shape.arrival.where
    named = where.get("macro") or where.get("table") or where.get("stream")
    return str(named) if named else str(where["index"][0])


def empty_tables(shapes: Iterable[Shape]) -> dict[str, dict[str, str]]:
    """The types of each table that holds one of the shapes, by the table's name, then by field."""
    types: dict[str, dict[str, str]] = {}
    for shape in shapes:
        types.setdefault(place_of(shape), {}).update({field.name: field.type for field in shape.fields.values()})
    return types


def asked_shapes(rule: Rule, query: Query, target: Target, content: Content) -> list[Shape]:
    """The shapes in which a query asks for the events of a rule."""
    named = query.settings.get("shapes", ())
    return [one for one in shapes_of(logsource_of(rule), target.name, content) if one.name in named]


def _tables(trials: Iterable[_Trial]) -> list[Table]:
    types: dict[str, dict[str, str]] = {}
    documents: dict[str, list[Mapping[str, Any]]] = {}
    for trial in trials:
        for name, fields in empty_tables(trial.shapes).items():
            types.setdefault(name, {}).update(fields)
        for _, shape, made in trial.documents.values():
            documents.setdefault(place_of(shape), []).append(made)
    return [Table(name, types[name], tuple(documents.get(name, ()))) for name in sorted(types)]


def _outcome(subject: Subject, trial: _Trial, answer: Answer, engine: Engine) -> Outcome:
    hits = set(answer.hits or ())
    differ = []
    if answer.hits is not None:
        differ = [
            Disagreement(tried, shape.name, name in hits)
            for name, (tried, shape, _) in trial.documents.items()
            if (name in hits) is not tried.expected
        ]
    return Outcome(
        rule=subject.rule,
        query=subject.query,
        engine=engine.version,
        kind=engine.kind,
        tried=len(trial.documents),
        fired=any(tried.expected for tried, _, _ in trial.documents.values()),
        left_out=dict(sorted(trial.left_out.items())),
        disagreements=tuple(differ),
        error=answer.error,
        events=_digest(trial),
    )


def _digest(trial: _Trial) -> str:
    # Without the names of the documents: those tell which other rules were tried in the same run.
    told = [[{**made, ID: ""}, tried.expected] for tried, _, made in trial.documents.values()]
    return hashlib.sha256(
        json.dumps(told, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    ).hexdigest()
