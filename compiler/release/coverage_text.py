"""Coverage as people and machines read it: text, Markdown, and JSON (``coverage.schema.json``)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from compiler.content.attack import load_attack
from compiler.content.model import Kind
from compiler.diagnostics import UsageError
from compiler.release.coverage import Coverage, Gain, State, Watched, Watching
from compiler.release.coverage_layers import layers

VERSION = "1.0.0"
"""Of the shape of the JSON, ``coverage.schema.json``; semantic versioning."""
BEGIN, END = "<!-- coverage: written by `tocsin coverage --write` -->", "<!-- end of coverage -->"
"""Between these lines of a file stands what ``tocsin coverage --write`` puts there."""
_MOST = 10


FORMATS = ("text", "json", "markdown", "navigator")


def rendered(coverage: Coverage, style: str) -> Mapping[str, bytes]:
    """Coverage in one of the ``FORMATS``: one file, or a layer of the Navigator each; their content by name."""
    if style == "navigator":
        return layers(coverage)
    if style == "json":
        return {"coverage.json": f"{json.dumps(as_record(coverage), indent=2, ensure_ascii=False)}\n".encode()}
    if style == "markdown":
        return {"coverage.md": as_markdown(coverage).encode()}
    return {"coverage.txt": as_text(coverage).encode()}


def as_text(coverage: Coverage) -> str:
    """A line for each behaviour: its state, the rules, and the sources that they fire from."""
    lines: list[str] = []
    for advisory, watched in coverage.advisories:
        lines += [f"{advisory.id}: {advisory.title}", f"    {_counted(watched)}"]
        for one in watched:
            rules = ", ".join(rule.rule.name for rule in one.rules) or _why(one)
            sources = f"  [{', '.join(_sources(one.rules))}]" if one.rules else ""
            lines.append(f"    {one.behaviour.id}  {one.state.value}: {rules}{sources}")
    if coverage.environment is not None:
        lines += ["", f"What would add most to {coverage.environment.name}:"]
        lines += [f"    {_change(gain)}: {len(gain.behaviours)} behaviours" for gain in coverage.gains[:_MOST]]
    return "\n".join(lines) + "\n"


def as_markdown(coverage: Coverage) -> str:
    """The same as a document: totals, what would add most, and a table for each advisory."""
    lines = ["# Coverage", "", *_totals(coverage), ""]
    if coverage.environment is not None:
        lines = [f"# Coverage of {coverage.environment.title}", "", *_totals(coverage), "", *_added(coverage.gains)]
    for advisory, watched in coverage.advisories:
        lines += [f"## {advisory.id}: [{_cell(advisory.title)}]({advisory.url})", ""]
        lines += ["| behaviour | technique | state | rules | data sources |", "|---|---|---|---|---|"]
        for one in watched:
            rules = ", ".join(f"`{rule.rule.name}`" for rule in one.rules) or _cell(_why(one))
            own = one.behaviour.id.removeprefix(f"{advisory.id}.")
            technique = f"{one.behaviour.technique} {_cell(one.behaviour.name)}"
            lines.append(f"| {own} | {technique} | {one.state.value} | {rules} | {', '.join(_sources(one.rules))} |")
        lines.append("")
    return "\n".join(lines)


def written(text: str, coverage: Coverage) -> str:
    """A file with the totals of coverage between its two marks. Raises ``UsageError`` where it has no such marks."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise UsageError(f"no place for coverage: it needs the lines {BEGIN} and {END}")
    return "".join([head, begin, "\n\n", "\n".join([*_totals(coverage), "", *_unruled(coverage)]), "\n", end, tail])


def as_record(coverage: Coverage) -> dict[str, Any]:
    """The same as JSON has it."""
    environment = coverage.environment
    return {
        "coverage_version": VERSION,
        "attack": load_attack().version,
        "environment": None if environment is None else {"name": environment.name, "title": environment.title},
        "advisories": [
            {
                "id": advisory.id,
                "title": advisory.title,
                "url": advisory.url,
                "totals": {state.value: count for state, count in _tally(watched)},
                "behaviours": [_record(one) for one in watched],
            }
            for advisory, watched in coverage.advisories
        ],
        "gains": [
            {"source": gain.source, "field": gain.field, "switch": gain.switch, "behaviours": list(gain.behaviours)}
            for gain in coverage.gains
        ],
    }


def _record(one: Watched) -> dict[str, Any]:
    fed = {rule.rule.name for rule in one.fed}
    return {
        "id": one.behaviour.id,
        "technique": one.behaviour.technique,
        "name": one.behaviour.name,
        "state": one.state.value,
        "why": "" if one.rules else _why(one),
        "rules": [
            {
                "name": rule.rule.name,
                "kind": rule.rule.kind.value,
                "level": rule.rule.level,
                "sources": list(rule.sources),
                "fires": rule.rule.name in fed,
            }
            for rule in one.rules
        ],
    }


def _tally(watched: Iterable[Watched]) -> Iterator[tuple[State, int]]:
    counted = Counter(one.state for one in watched)
    yield from ((state, counted[state]) for state in State)


def _counted(watched: Sequence[Watched]) -> str:
    return f"{len(watched)} behaviours: " + ", ".join(f"{count} {state.value}" for state, count in _tally(watched))


def _totals(coverage: Coverage) -> list[str]:
    states = [state for state in State if coverage.environment is not None or state is not State.UNFED]
    head = "a rule sees it" if coverage.environment is None else "seen today"
    names = {State.SEEN: head, State.UNFED: "its data is not collected", State.UNRULED: "no rule yet"}
    columns = [names.get(state, "nothing shows it") for state in states]
    lines = [f"| advisory | behaviours | {' | '.join(columns)} | Sigma rules | YARA rules |"]
    lines.append("|---|---|" + "---|" * (len(columns) + 2))
    for advisory, watched in coverage.advisories:
        tally = dict(_tally(watched))
        kinds = Counter(
            kind is Kind.YARA for kind in {rule.rule.name: rule.rule.kind for rule in _rules(watched)}.values()
        )
        cells = [f"[{advisory.id}]({advisory.url})", len(watched), *(tally[state] for state in states)]
        lines.append(f"| {' | '.join(map(str, [*cells, kinds[False], kinds[True]]))} |")
    return lines


def _rules(watched: Iterable[Watched]) -> Iterator[Watching]:
    yield from (rule for one in watched for rule in one.rules)


def _unruled(coverage: Coverage) -> Iterator[str]:
    """What has no rule although something shows it, with the reason where there is one."""
    missing = [one for _, watched in coverage.advisories for one in watched if one.state is State.UNRULED]
    if missing:
        yield "Without a rule although something could show it:"
        yield ""
        for one in missing:
            yield f"- `{one.behaviour.id}` {_cell(one.behaviour.name)}: {_cell(_why(one))}"
        yield ""


def _added(gains: Sequence[Gain]) -> list[str]:
    if not gains:
        return []
    lines = ["What would add most:", "", "| to collect | behaviours | which |", "|---|---|---|"]
    lines += [
        f"| {_cell(_change(gain))} | {len(gain.behaviours)} | {', '.join(gain.behaviours)} |" for gain in gains[:_MOST]
    ]
    return [*lines, ""]


def _change(gain: Gain) -> str:
    return f"{gain.source} with {gain.field} ({gain.switch})" if gain.field else f"{gain.source} ({gain.switch})"


def _why(one: Watched) -> str:
    said = one.behaviour.unobservable if one.state is State.UNOBSERVABLE else one.behaviour.unruled
    return " ".join(said.split()) or "not written yet"


def _sources(rules: Iterable[Watching]) -> list[str]:
    return sorted({source for rule in rules for source in rule.sources})


def _cell(words: str) -> str:
    return " ".join(words.replace("|", "\\|").split())
