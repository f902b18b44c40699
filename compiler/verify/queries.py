"""Converted queries on engines: does each select exactly the events that its rule means?"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from compiler.content.model import Rule
from compiler.engines.engine import ID, Answer, Ask, Engine, Table
from compiler.meaning.errors import Keys, MeaningError
from compiler.meaning.rule import Detection
from compiler.meaning.tree import atoms
from compiler.meaning.witness import witnesses
from compiler.targets.pipeline import Shape, shapes_of
from compiler.targets.reading import logsource_of
from compiler.targets.target import Content, Query, Target
from compiler.verify.mapping import Unrepresentable, document


@dataclasses.dataclass(frozen=True, slots=True)
class Tried:
    """An event on which a query was tried, in Sigma's fields; what the reference says; the part of the rule it is for."""

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

    ``tried`` counts documents, ``left_out`` by reason the events that the store cannot hold. ``error``: the engine's
    words if it refused the query. ``events`` is the SHA-256 of what it was tried on.
    """

    rule: Rule
    query: Query
    engine: str
    kind: str
    tried: int
    left_out: Mapping[str, int]
    disagreements: tuple[Disagreement, ...]
    error: str
    events: str

    @property
    def assurance(self) -> str:
        """How far the query can be trusted after this; ``converted`` if the engine refused it or differs."""
        if self.error or self.disagreements or (self.kind != "parsed" and not self.tried):
            return "converted"
        return self.kind


def events_of(detection: Detection, more: Iterable[Mapping[str, Any]] = ()) -> list[Tried]:
    """The events on which a query of this detection is tried: its witnesses, and ``more`` (those of its cases)."""
    found = [Tried(one.event, one.expected, one.keys) for one in witnesses(detection).events]
    for event in more:
        try:
            found.append(Tried(event, detection.matches(event), None))
        except MeaningError:
            continue  # a regex over its bound: the reference has no verdict to compare with
    return found


def try_queries(
    queries: Sequence[tuple[Rule, Query, Detection]],
    target: Target,
    content: Content,
    engine: Engine,
    cases: Mapping[str, Sequence[Mapping[str, Any]]],
) -> Iterator[Outcome]:
    """Run the queries of single-event rules for one target on one open engine, all in one loading of documents.

    ``cases``: by the rule's name, events that were written for it.
    """
    trials = [_trial(number, *item, target, content, cases) for number, item in enumerate(queries)]
    tables = _tables(trial for trial in trials)
    answers = engine.run(tables, [Ask(query.language, query.text, query.settings) for _, query, _ in queries])
    for (rule, query, _), trial, answer in zip(queries, trials, answers, strict=True):
        yield _outcome(rule, query, trial, answer, engine)


@dataclasses.dataclass(frozen=True, slots=True)
class _Trial:
    """The documents of one rule: by id the event, the shape and the document; and what was left out."""

    documents: Mapping[str, tuple[Tried, Shape, Mapping[str, Any]]]
    left_out: Mapping[str, int]


def _trial(
    number: int,
    rule: Rule,
    query: Query,
    detection: Detection,
    target: Target,
    content: Content,
    cases: Mapping[str, Sequence[Mapping[str, Any]]],
) -> _Trial:
    shapes = [shape for shape in shapes_of(logsource_of(rule), target.name, content) if _asked(shape, query)]
    keywords = any(atom.field is None for atom in atoms(detection.tree))
    left_out: Counter[str] = Counter()
    documents = {}
    for place, tried in enumerate(events_of(detection, cases.get(rule.name, ()))):
        for index, shape in enumerate(shapes):
            try:
                made = document(tried.event, shape, target.store, detection.fields, keywords=keywords)
            except Unrepresentable as reason:
                left_out[str(reason)] += 1
                continue
            name = f"{number}/{place}/{index}"
            documents[name] = (tried, shape, {**made, ID: name})
    return _Trial(documents, left_out)


def _asked(shape: Shape, query: Query) -> bool:
    return shape.name in query.settings.get("shapes", ())


def place_of(shape: Shape) -> str:
    """The name of the table that holds the events of a shape: macro, table, stream, or first index pattern."""
    where = shape.arrival.where
    named = where.get("macro") or where.get("table") or where.get("stream")
    return str(named) if named else str(where["index"][0])


def _tables(trials: Iterable[_Trial]) -> list[Table]:
    types: dict[str, dict[str, str]] = {}
    documents: dict[str, list[Mapping[str, Any]]] = {}
    for trial in trials:
        for _, shape, made in trial.documents.values():
            name = place_of(shape)
            types.setdefault(name, {}).update({field.name: field.type for field in shape.fields.values()})
            documents.setdefault(name, []).append(made)
    return [Table(name, types[name], tuple(documents[name])) for name in sorted(types)]


def _outcome(rule: Rule, query: Query, trial: _Trial, answer: Answer, engine: Engine) -> Outcome:
    hits = set(answer.hits or ())
    differ = []
    if answer.hits is not None:
        differ = [
            Disagreement(tried, shape.name, name in hits)
            for name, (tried, shape, _) in trial.documents.items()
            if (name in hits) is not tried.expected
        ]
    return Outcome(
        rule=rule,
        query=query,
        engine=engine.version,
        kind=engine.kind,
        tried=len(trial.documents),
        left_out=dict(sorted(trial.left_out.items())),
        disagreements=tuple(differ),
        error=answer.error,
        events=_digest(trial),
    )


def _digest(trial: _Trial) -> str:
    told = [[made, tried.expected] for tried, _, made in trial.documents.values()]
    return hashlib.sha256(
        json.dumps(told, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    ).hexdigest()
