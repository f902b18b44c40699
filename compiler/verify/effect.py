"""What a change of a rule does: the events that it newly matches, and those that it no longer does."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from compiler.content.model import Casebook, Kind, Rule
from compiler.engines.yara import ScanError, compile_yara_x
from compiler.meaning.errors import MeaningError
from compiler.meaning.events import Event
from compiler.meaning.ruleset import Ruleset, read_filtered, read_ruleset
from compiler.meaning.sameness import same_rule
from compiler.meaning.witness import correlation_witnesses, witnesses
from compiler.verify.cases import case_events
from compiler.verify.verdict import Bench


@dataclasses.dataclass(frozen=True, slots=True)
class State:
    """A rule as it is before or after a change: its company (``Bench``), and its cases where they are known."""

    rule: Rule
    bench: Bench
    book: Casebook | None


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """An event on which two states of a rule differ.

    ``origin`` is ``case`` or ``witness``, ``title`` that of the case or what the witness is of. ``event`` has the
    fields that the event gives the rule; of a correlation those of the event that closes it; none for a file.
    """

    origin: str
    title: str
    event: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Effect:
    """What a change does. ``tried``: the events (for YARA: files) on which both states were evaluated.

    ``same``: it is proved that both match the same, so nothing was tried. ``fault``: why one of them could not be
    evaluated, else empty.
    """

    gained: tuple[Seen, ...] = ()
    lost: tuple[Seen, ...] = ()
    tried: int = 0
    same: bool = False
    fault: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class _Trial:
    origin: str
    title: str
    events: Sequence[Event]


def effect_of(before: State, after: State) -> Effect:
    """Evaluate both states on the cases of both and on what is made from both; each event is tried once."""
    if before.rule.kind is not after.rule.kind:
        return Effect(fault=f"it was of kind {before.rule.kind} and is now of kind {after.rule.kind}")
    if before.rule.kind is Kind.FILTER:
        return Effect(fault="a filter acts on the rules that it is joined to")
    if _proved(before, after):
        return Effect(same=True)
    return _of_files(before, after) if before.rule.kind is Kind.YARA else _of_events(before, after)


def _proved(before: State, after: State) -> bool:
    first, second = ({_key(one): one for one in state.bench.company(state.rule)} for state in (before, after))
    first[""], second[""] = first.pop(_key(before.rule)), second.pop(_key(after.rule))
    return first.keys() == second.keys() and all(same_rule(one, second[key]) for key, one in first.items())


def _key(rule: Rule) -> str:
    return rule.id or rule.name


def _of_events(before: State, after: State) -> Effect:
    books = [state.book for state in (before, after) if state.book is not None]
    known = {key: value for book in books for key, value in book.placeholders.items()}
    companies = [_told(state, known) for state in (before, after)]
    (first, faults), (second, more) = (read_ruleset(company) for company in companies)
    if faults or more:
        fault = [*faults, *more][0]
        return Effect(fault=f"{fault.rule.name} has no meaning: {fault.error.message}")
    asked = frozenset(field for company in companies for field in _fields(company))
    gained: dict[str, Seen] = {}
    lost: dict[str, Seen] = {}
    tried: set[str] = set()
    for trial in [*_cases(before, after), *(one for company in companies for one in _made(company))]:
        tried |= {_text(event) for event in trial.events}
        was, now = _hits(first, before.rule, trial), _hits(second, after.rule, trial)
        for found, places in ((gained, now - was), (lost, was - now)):
            for place in sorted(places):
                event = trial.events[place]
                found.setdefault(_text(event), Seen(trial.origin, trial.title, _shown(event, asked)))
    return Effect(tuple(gained.values()), tuple(lost.values()), len(tried))


def _told(state: State, known: Mapping[str, tuple[str | int, ...]]) -> list[Rule]:
    """The company of a rule, the rule first, with what the cases let placeholders stand for."""
    company = state.bench.company(state.rule)
    return [dataclasses.replace(one, placeholders={**one.placeholders, **known}) for one in company]


def _fields(company: Sequence[Rule]) -> frozenset[str]:
    """The fields at which a rule looks; none of a correlation and of keywords, which look at whole events."""
    try:
        return read_filtered(company[0], company).fields if company[0].kind is Kind.SIGMA else frozenset()
    except MeaningError:
        return frozenset()


def _shown(event: Event, asked: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in event.fields.items() if not asked or name in asked}


def _text(event: Event) -> str:
    return json.dumps([event.fields, event.time], sort_keys=True, ensure_ascii=False, default=str)


def _cases(before: State, after: State) -> Iterator[_Trial]:
    for state in (after, before):
        for case in state.book.cases if state.book is not None else ():
            events, _ = case_events(case, state.rule)
            yield _Trial("case", case.title, events)


def _made(company: Sequence[Rule]) -> Iterator[_Trial]:
    """What is made from a rule: an event at a time of one that looks at single events, else streams."""
    rule = company[0]
    try:
        if rule.kind is Kind.CORRELATION:
            for stream in correlation_witnesses(company, rule.name).streams:
                yield _Trial("witness", stream.kind, stream.events)
            return
        made = witnesses(read_filtered(rule, company)).events
    except (KeyError, MeaningError):
        return  # nothing can be made of it; its cases are tried
    for one in made:
        yield _Trial("witness", _of_part(one.kind, one.keys), [Event(one.event, (), None, 0)])


def _of_part(kind: str, keys: Iterable[str | int] | None) -> str:
    return kind if keys is None else f"{kind} of {'.'.join(str(key) for key in keys)}"


def _hits(ruleset: Ruleset, rule: Rule, trial: _Trial) -> Counter[int]:
    """How often the rule fires at each event; a regex over its bound is no hit."""
    return Counter(hit.event for hit in ruleset.match(trial.events, []) if hit.rule.name == rule.name)


def _of_files(before: State, after: State) -> Effect:
    scanners = []
    for state in (before, after):
        scanner, complaints = compile_yara_x({state.rule.span.path: state.rule.text})
        if broken := [complaint.message for complaint in complaints if complaint.error]:
            return Effect(fault=f"{state.rule.name} does not compile: {broken[0]}")
        scanners.append((state.rule.name, scanner))
    files = {
        case.sample.data: case.title
        for state in (before, after)
        for case in (state.book.cases if state.book is not None else ())
        if case.sample.data is not None
    }
    gained: list[Seen] = []
    lost: list[Seen] = []
    for data, title in files.items():
        try:
            was, now = (name in scanner.scan(data) for name, scanner in scanners)
        except ScanError as error:
            return Effect(fault=f"the file of the case {title!r} could not be scanned: {error}")
        if was is not now:
            (gained if now else lost).append(Seen("case", title, {}))
    return Effect(tuple(gained), tuple(lost), len(files))
