"""Rules on a stranger's events and files: what matched, and why or why not."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.content.model import Catalogue, Kind, Logsource, Rule
from compiler.content.rules import YARA_BROKEN
from compiler.diagnostics import Diagnostic, Severity, Span, declare
from compiler.engines.yara import ScanError, compile_yara_x
from compiler.meaning.errors import MeaningError
from compiler.meaning.events import Event, read_events
from compiler.meaning.explain import MISSING, NOTHING, Explanation
from compiler.meaning.ruleset import Hit, read_filtered, read_ruleset
from compiler.progress import shown
from compiler.verify.verdict import NO_MEANING, Bench, bench_of

UNREAD = declare(
    "VER008",
    Severity.ERROR,
    """
    An event or a file cannot be read

    A line of the log is no event of its format, or a file could not be scanned. The other events are still evaluated.
    """,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Matched:
    """One match. ``where`` is the file; ``line`` the 0-based line of the event in it, None for YARA.

    ``group`` is that of a correlation, whose ``line`` is the event that closes it. ``why`` explains one condition by
    the next; ``holds`` is False only where an explanation of what did not match was asked for.
    """

    rule: Rule
    where: str
    line: int | None
    group: Mapping[str, Any] | None = None
    holds: bool = True
    why: Explanation | None = None

    @property
    def record(self) -> dict[str, Any]:
        """The match as one JSON object."""
        record: dict[str, Any] = {"rule": self.rule.id or self.rule.name, "name": self.rule.name}
        if self.line is None:
            return {**record, "file": self.where}
        record["event"] = self.line
        if self.group is not None:
            record["group"] = dict(self.group)
        if self.why is not None:
            record |= {"matched": self.holds, "why": told(self.why)}
        return record


def told(why: Explanation) -> dict[str, Any]:
    """An explanation as nested JSON objects."""
    found: dict[str, Any] = {"condition": why.label, "holds": why.holds}
    if why.parts:
        found["parts"] = [told(part) for part in why.parts]
    else:
        found["saw"] = None if why.saw is NOTHING or why.saw is MISSING else why.saw
        found["missing"] = why.saw is MISSING
    return found


def match_files(
    asked: Sequence[Rule],
    known: Sequence[Rule],
    files: Mapping[str, bytes],
    logsource: Logsource | None = None,
    *,
    why: bool = False,
) -> tuple[list[Matched], list[Diagnostic]]:
    """The matches of the rules that are asked for on files by name: Sigma on their events, YARA on their content.

    ``known`` are all rules that those may refer to, filters among them. ``why``: each Sigma rule on each event, with
    the reason.
    """
    yara = [rule for rule in asked if rule.kind is Kind.YARA]
    sigma = [rule for rule in asked if rule.kind is not Kind.YARA]
    company = bench_of(Catalogue(rules=tuple(known))).companies(sigma)
    wanted, places = {rule.span for rule in sigma}, {rule.span.path for rule in sigma}
    matched: list[Matched] = []
    findings: list[Diagnostic] = []
    for where, data in shown(sorted(files.items()), "matching") if sigma else ():
        hits, faults = (explain_events if why else match_events)(company, data, where, logsource)
        matched += [hit for hit in hits if hit.rule.span in wanted]
        findings += [one for one in faults if one.code != NO_MEANING.code or one.span.path in places]
    if yara:
        hits, faults = scan_files(yara, files)
        matched += hits
        findings += faults
    return matched, findings


def match_events(
    rules: Sequence[Rule], data: bytes, where: str, logsource: Logsource | None = None
) -> tuple[list[Matched], list[Diagnostic]]:
    """The matches of Sigma rules on a log, in the order of its events, and what could not be read or evaluated.

    ``where`` names the log in what is told; ``logsource`` is what every event of it is taken for.
    """
    events, found = _read(data, where, logsource)
    ruleset, faults = read_ruleset(rules)
    hits = [Matched(hit.rule, where, events[hit.event].line, hit.group) for hit in ruleset.match(events, faults)]
    return hits, [*found, *(NO_MEANING.at(f.rule.place(*f.error.keys), f.error.message, f.error.hint) for f in faults)]


def explain_events(
    rules: Sequence[Rule], data: bytes, where: str, logsource: Logsource | None = None
) -> tuple[list[Matched], list[Diagnostic]]:
    """Each rule on each event of its log source, matched or not, with the reason.

    Of a correlation each firing, or that there is none, with where its rules matched.
    """
    events, found = _read(data, where, logsource)
    explained: list[tuple[int, Matched]] = []
    bench = bench_of(Catalogue(rules=tuple(rules)))
    for rule in rules:
        if rule.kind is Kind.CORRELATION:
            explained += [(item.line or 0, item) for item in _explain_correlation(rule, bench, events, where)]
        if rule.kind is not Kind.SIGMA:
            continue
        try:
            detection = read_filtered(rule, rules)
            for event in events:
                if not event.logsources or any(detection.logsource.covers(one) for one in event.logsources):
                    why = detection.explain(event.fields)
                    explained.append((event.line, Matched(rule, where, event.line, None, why.holds, why)))
        except MeaningError as error:
            found.append(NO_MEANING.at(rule.place(*error.keys), error.message, error.hint))
    return [matched for _, matched in sorted(explained, key=lambda item: (item[0], item[1].rule.name))], found


def _explain_correlation(rule: Rule, bench: Bench, events: Sequence[Event], where: str) -> Iterator[Matched]:
    """Each firing, or the last event if there is none, and below it the lines at which each rule of it matched."""
    section = rule.body["correlation"]
    if not events or not isinstance(section, Mapping):
        return
    members = [bench.by_key[str(name)] for name in section.get("rules") or () if str(name) in bench.by_key]
    parts = []
    for member in members:
        lines = sorted({events[hit.event].line + 1 for hit in _hits(member, bench, events)})
        told = f"at {len(lines)} events, in the lines {', '.join(map(str, lines[:20]))}" if lines else "nowhere"
        parts.append(Explanation(f"{member.name} {told}{', ...' if len(lines) > 20 else ''}", bool(lines), ()))
    label = f"{section.get('type')} within {section.get('timespan')}"
    fired = _hits(rule, bench, events)
    why = Explanation(label, bool(fired), ("correlation",), parts=tuple(parts))
    for hit in fired:
        yield Matched(rule, where, events[hit.event].line, hit.group, True, why)
    if not fired:
        yield Matched(rule, where, events[-1].line, None, False, why)


def _hits(rule: Rule, bench: Bench, events: Sequence[Event]) -> list[Hit]:
    ruleset, _ = read_ruleset(bench.company(rule))
    return [hit for hit in ruleset.match(events) if hit.rule.span == rule.span]


def scan_files(rules: Sequence[Rule], files: Mapping[str, bytes]) -> tuple[list[Matched], list[Diagnostic]]:
    """The matches of YARA rules on files by name: by YARA-X."""
    sources: dict[str, str] = {rule.span.path: rule.text for rule in rules}
    by_name = {rule.name: rule for rule in rules}
    scanner, complaints = compile_yara_x(sources)
    found = [YARA_BROKEN.at(Span(c.origin, c.line, c.column), c.message) for c in complaints if c.error]
    matched: list[Matched] = []
    for where, content in sorted(files.items()):
        try:
            names = scanner.scan(content)
        except ScanError as error:
            found.append(UNREAD.at(Span(where), f"{scanner.version}: {error}"))
            continue
        matched += [Matched(by_name[name], where, None) for name in names if name in by_name]
    return matched, found


def _read(data: bytes, where: str, logsource: Logsource | None) -> tuple[list[Event], list[Diagnostic]]:
    events, faults = read_events(data, logsource=logsource)
    return events, [UNREAD.at(Span(where, fault.line + 1), fault.message) for fault in faults]


def tree_lines(why: Explanation, depth: int = 0) -> Iterator[str]:
    """An explanation as indented lines: ``+`` what holds, ``-`` what does not, and what the event had."""
    saw = "" if why.saw is NOTHING or why.parts else f"   (the event has {_shown(why.saw)})"
    yield f"{'  ' * depth}{'+' if why.holds else '-'} {why.label}{saw}"
    for part in why.parts:
        yield from tree_lines(part, depth + 1)


def _shown(value: Any) -> str:
    if value is MISSING:
        return "no such field"
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= 200 else f"{text[:160]}... ({len(text)} characters)"
