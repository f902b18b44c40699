"""Reading an environment, and applying it: content as one organisation has it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from compiler.content.document import Document
from compiler.content.model import Arrival, Catalogue, Kind, Limit, Placeholder, Rule, Source
from compiler.content.shape import misshapen, plain
from compiler.diagnostics import Diagnostic, Severity, Span, declare

UNREADABLE = declare(
    "ENV001",
    Severity.ERROR,
    """
    The environment, the list of placeholders or the budget cannot be read as YAML

    As SIG001, for ``detections/environments/``, ``detections/placeholders.yml`` and ``detections/budget.yml``.
    """,
)
MISSHAPEN = declare(
    "ENV002",
    Severity.ERROR,
    """
    The environment, the list of placeholders or the budget does not have its shape

    An environment has a ``name`` and ``collects``, and may have ``title``, ``scans_files``, ``options``, ``where`` and
    ``placeholders``; ``detections/environments/README.md`` explains each. A placeholder has one line that says with
    what it is filled. The budget gives a number of alerts a day to each level.
    """,
)
UNKNOWN_SOURCE = declare(
    "ENV003",
    Severity.ERROR,
    """
    The environment names a data source, a shape, a target or an option that there is not

    Sources are the files of ``detections/sources/``; ``where`` names a target, and below it a source that arrives
    there, or ``source/shape`` where it does so in several. ``options`` names, by target, options of its arrivals.
    """,
)
UNKNOWN_FIELD = declare(
    "ENV004",
    Severity.ERROR,
    """
    The environment names a field that needs no switching on

    ``fields`` lists what is there of the source's ``prerequisites``; all other fields are there anyhow.
    """,
)
UNKNOWN_PLACE = declare(
    "ENV005",
    Severity.ERROR,
    """
    The environment overrides what the source does not say

    ``where`` gives other values to keys that the arrival has: ``default`` of a macro, ``index`` patterns, ``table``,
    ``stream``. Of shapes that lie in different places each is overridden by itself.
    """,
)
UNFILLED = declare(
    "ENV006",
    Severity.ERROR,
    """
    A placeholder has no value

    Rules and filters use it, and the environment does not say what it stands for. Write it under ``placeholders`` of
    the environment's file; ``[]`` if there is none of the kind, and it matches nothing. A placeholder must be declared
    in ``detections/placeholders.yml``.
    """,
)
FILTERS_NOTHING = declare(
    "ENV007",
    Severity.ERROR,
    """
    A filter of the environment matches no rule

    It names a rule that is not there, or one of another log source, so whoever wrote it believes in a silence that does
    not exist. What stands in the folder of an environment must be a Sigma filter.
    """,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Environment:
    """What one organisation collects, and what it calls its own (``detections/environments/``).

    ``collects`` maps a source to those of its fields with prerequisites that are there. ``where`` overrides, by target
    and by source or ``source/shape``, keys of an arrival's ``where``. ``placeholders`` gives values by name,
    ``filters`` are its Sigma filters. ``options`` are those that it chose, each as ``target:option``.
    """

    name: str
    title: str
    collects: Mapping[str, frozenset[str]]
    scans_files: bool
    where: Mapping[str, Mapping[str, Mapping[str, Any]]]
    placeholders: Mapping[str, tuple[str | int, ...]]
    filters: tuple[Rule, ...]
    span: Span
    document: Document | None = None
    options: frozenset[str] = frozenset()

    def place(self, *keys: str | int) -> Span:
        """Where its file says something; the file's beginning if it is not known."""
        return self.document.span(*keys) if self.document is not None else self.span


def read_placeholders(document: Document) -> tuple[tuple[Placeholder, ...], list[Diagnostic]]:
    """The placeholders that are declared; none, with the reasons, where the shape is at fault."""
    faults = list(misshapen(document, "placeholders", MISSHAPEN))
    if faults:
        return (), faults
    body = plain(document.body)
    return tuple(Placeholder(name, title, document.span(name)) for name, title in sorted(body.items())), []


def read_budget(document: Document) -> tuple[dict[str, Limit], list[Diagnostic]]:
    """The alerts a day that are taken, by level; none, with the reasons, where the shape is at fault."""
    faults = list(misshapen(document, "budget", MISSHAPEN))
    if faults:
        return {}, faults
    return {level: Limit(float(count), document.span(level)) for level, count in document.body.items()}, []


def read_environment(document: Document, filters: Sequence[Rule]) -> tuple[Environment | None, list[Diagnostic]]:
    """An environment with its filters; None with the reasons where its shape is at fault."""
    faults = list(misshapen(document, "environment", MISSHAPEN))
    if faults:
        return None, faults
    body = plain(document.body)
    return Environment(
        name=body["name"],
        title=body.get("title", body["name"]),
        collects={item["source"]: frozenset(item.get("fields", ())) for item in body["collects"]},
        scans_files=body.get("scans_files", False),
        where=body.get("where", {}),
        placeholders={name: tuple(values) for name, values in body.get("placeholders", {}).items()},
        filters=tuple(filters),
        span=document.span("name"),
        document=document,
        options=frozenset(f"{target}:{name}" for target, names in body.get("options", {}).items() for name in names),
    ), []


def applied(catalogue: Catalogue, environment: Environment) -> tuple[Catalogue, list[Diagnostic]]:
    """The content as the environment has it, and what of the environment fits nothing there.

    Its places stand in the sources, its values in the placeholders, and its filters among the rules, those left out
    that match no rule.
    """
    faults = [
        *_unknown(catalogue, environment),
        *_unoffered(catalogue, environment),
        *_unplaced(catalogue, environment),
        *_unfilled(catalogue, environment),
    ]
    filters = []
    for rule in environment.filters:
        if rule.kind is Kind.FILTER and any(meant(rule, other) for other in catalogue.rules):
            filters.append(rule)
        else:
            said = "matches no rule" if rule.kind is Kind.FILTER else "is no filter"
            faults.append(FILTERS_NOTHING.at(rule.span, f"{rule.name} {said}", "see its `rules` and its `logsource`"))
    placeholders = tuple(
        dataclasses.replace(one, values=environment.placeholders.get(one.name, ())) for one in catalogue.placeholders
    )
    values = {placeholder.name: placeholder.values for placeholder in placeholders}
    return dataclasses.replace(
        catalogue,
        sources=tuple(_moved(source, environment) for source in catalogue.sources),
        rules=filled(sorted((*catalogue.rules, *filters), key=lambda rule: rule.name), values),
        placeholders=placeholders,
        options=environment.options,
    ), faults


def filled(rules: Iterable[Rule], values: Mapping[str, tuple[str | int, ...]]) -> tuple[Rule, ...]:
    """The rules, those that use placeholders with what these stand for."""
    return tuple(
        dataclasses.replace(rule, placeholders={**rule.placeholders, **values}) if "expand" in rule.text else rule
        for rule in rules
    )


def meant(filter_rule: Rule, rule: Rule) -> bool:
    """True if a Sigma filter is for this rule: it names it, or any, and its log source covers the rule's."""
    if rule.kind is not Kind.SIGMA:
        return False
    named = filter_rule.body["filter"].get("rules") or ()
    names = {named} if isinstance(named, str) else {str(name) for name in named}
    if names and names != {"any"} and not {rule.name, rule.id} & names:
        return False
    own, other = filter_rule.body.get("logsource") or {}, rule.body.get("logsource") or {}
    return all(own.get(word) in (None, other.get(word)) for word in ("category", "product", "service"))


def _unknown(catalogue: Catalogue, environment: Environment) -> Iterator[Diagnostic]:
    sources = {source.name: source for source in catalogue.sources}
    for number, (name, fields) in enumerate(environment.collects.items()):
        if name not in sources:
            place = environment.place("collects", number, "source")
            yield UNKNOWN_SOURCE.at(place, f"there is no data source {name!r}", "see detections/sources/")
            continue
        for field in sorted(fields - set(sources[name].prerequisites)):
            known = ", ".join(sorted(sources[name].prerequisites)) or "none"
            place = environment.place("collects", number, "fields")
            yield UNKNOWN_FIELD.at(place, f"{name} has no prerequisite for {field!r}", f"it has some for: {known}")


def options_of(sources: Iterable[Source]) -> list[str]:
    """The options that there are, each as ``target:option``, sorted."""
    arrivals = (arrival for source in sources for arrival in source.arrives)
    return sorted({f"{arrival.target}:{arrival.option}" for arrival in arrivals if arrival.option})


def _unoffered(catalogue: Catalogue, environment: Environment) -> Iterator[Diagnostic]:
    known = options_of(catalogue.sources)
    for given in sorted(environment.options - set(known)):
        target, _, option = given.partition(":")
        place = environment.place("options", target)
        yield UNKNOWN_SOURCE.at(
            place, f"{target!r} has no option {option!r}", f"there are {', '.join(known) or 'none'}"
        )


def _unplaced(catalogue: Catalogue, environment: Environment) -> Iterator[Diagnostic]:
    for target, places in environment.where.items():
        for name, given in places.items():
            place = environment.place("where", target, name)
            arrivals = [
                arrival
                for source in catalogue.sources
                for arrival in source.arrives
                if arrival.target == target and name in (source.name, f"{source.name}/{arrival.shape}")
            ]
            if not arrivals:
                yield UNKNOWN_SOURCE.at(place, f"no events of {name!r} arrive at {target!r}")
            for key in given if arrivals else ():
                yield from _overridden(arrivals, name, key, place)


def _overridden(arrivals: Sequence[Arrival], name: str, key: str, place: Span) -> Iterator[Diagnostic]:
    if any(key not in arrival.where for arrival in arrivals):
        known = ", ".join(sorted(set.intersection(*(set(arrival.where) for arrival in arrivals))))
        yield UNKNOWN_PLACE.at(place, f"{name} has no {key!r} to override", f"it has {known}")
    elif any(arrival.where[key] != arrivals[0].where[key] for arrival in arrivals):
        shapes = ", ".join(f"{name}/{arrival.shape}" for arrival in arrivals)
        yield UNKNOWN_PLACE.at(place, f"the shapes of {name} differ in {key!r}", f"say which is meant: {shapes}")


def _unfilled(catalogue: Catalogue, environment: Environment) -> Iterator[Diagnostic]:
    declared = {placeholder.name for placeholder in catalogue.placeholders}
    for name in sorted(set(environment.placeholders) - declared):
        place = environment.place("placeholders", name)
        yield UNFILLED.at(place, f"%{name}% is not declared", "declare it in detections/placeholders.yml")
    for placeholder in catalogue.placeholders:
        if placeholder.name not in environment.placeholders:
            message = f"%{placeholder.name}% has no value: {placeholder.title}"
            hint = f"write `{placeholder.name}: [...]` under `placeholders:` of {environment.span.path}"
            yield UNFILLED.at(environment.place("placeholders"), message, hint)


def _moved(source: Source, environment: Environment) -> Source:
    arrives = []
    for arrival in source.arrives:
        places: Mapping[str, Any] = environment.where.get(arrival.target, {})
        given = {**places.get(source.name, {}), **places.get(f"{source.name}/{arrival.shape}", {})}
        known = {key: value for key, value in given.items() if key in arrival.where}
        arrives.append(dataclasses.replace(arrival, where={**arrival.where, **known}) if known else arrival)
    return dataclasses.replace(source, arrives=tuple(arrives))
