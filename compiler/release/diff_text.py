"""What changed as people and machines read it: text, Markdown for release notes, and JSON (``diff.schema.json``)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from compiler.release.diff import STATES, Change, Diff
from compiler.release.diff_alerts import AlertChange
from compiler.verify.effect import Effect, Seen

VERSION = "1.0.0"
"""Of the shape of the JSON, ``diff.schema.json``; semantic versioning."""
FORMATS = ("text", "json", "markdown")
MOST = 3
"""Events that are shown of those gained and of those lost; the JSON has all."""
_LONGEST = 300
Alerts = Sequence[AlertChange] | None


def rendered(changed: Diff, alerts: Alerts, style: str) -> str:
    """What changed, and how the alerts a day did if they were counted, in one of the ``FORMATS``."""
    if style == "json":
        return json.dumps(as_record(changed, alerts), indent=2, ensure_ascii=False, default=str) + "\n"
    return as_markdown(changed, alerts) if style == "markdown" else as_text(changed, alerts)


def as_record(changed: Diff, alerts: Alerts = None) -> dict[str, Any]:
    """What changed as JSON has it."""
    return {
        "diff_version": VERSION,
        "old": changed.old,
        "new": changed.new,
        "targets": list(changed.targets),
        "unchanged": changed.unchanged,
        "rules": [_record(change) for change in changed.changes],
        "alerts": None if alerts is None else [_load(one) for one in alerts],
    }


def _record(change: Change) -> dict[str, Any]:
    effect = change.effect
    return {
        "id": change.entry["id"],
        "name": change.name,
        "kind": change.entry["kind"],
        "title": change.entry["title"],
        "level": change.entry["level"],
        "state": change.state,
        "renamed": "name" in change.words,
        "deprecated": change.entry.get("deprecated"),
        "words": {word: {"before": before, "now": now} for word, (before, now) in change.words.items()},
        "keys": list(change.keys),
        "queries": dict(change.queries),
        "effect": None
        if effect is None
        else {
            "same": effect.same,
            "tried": effect.tried,
            "fault": effect.fault or None,
            "gained": [_seen(one) for one in effect.gained],
            "lost": [_seen(one) for one in effect.lost],
        },
    }


def _seen(one: Seen) -> dict[str, Any]:
    return {"origin": one.origin, "title": one.title, "event": dict(one.event)}


def _load(one: AlertChange) -> dict[str, Any]:
    return {
        "level": one.level,
        "before": round(one.before, 2),
        "now": round(one.now, 2),
        "limit_before": one.limits[0],
        "limit_now": one.limits[1],
        "rules": {name: {"before": round(was, 2), "now": round(now, 2)} for name, (was, now) in one.rules.items()},
    }


def as_text(changed: Diff, alerts: Alerts = None) -> str:
    """A block for each rule: what it says of itself, its queries, and events that it newly or no longer matches."""
    lines = [f"{_plain(changed.old)} -> {_plain(changed.new)}: {_totals(changed)}"]
    for change in changed.changes:
        lines.append(f"{change.state}: {_plain(change.name)} ({_plain(change.entry['title'])}, {_level(change)})")
        lines += [f"    {line}" for line in _told(change, _plain, _plain)]
    lines += [_alerts_line(one) for one in alerts or ()]
    return "\n".join(lines) + "\n"


def as_markdown(changed: Diff, alerts: Alerts = None) -> str:
    """The same as a document. What rules say stands in code or is escaped, so that it stays words."""
    lines = [f"## What changed from {_code(changed.old)} to {_code(changed.new)}", "", f"{_totals(changed)}.", ""]
    for state in STATES:
        if changes := changed.of(state):
            lines += [f"### {state.capitalize()}", ""]
        for change in changes:
            lines.append(f"- {_code(change.name)}: {_escaped(change.entry['title'])} ({_escaped(_level(change))})")
            lines += [f"    - {line}" for line in _told(change, _code, _escaped)]
        lines += [""] if changes else []
    if alerts is not None:
        lines += ["### Alerts a day on ordinary activity", "", "| level | before | now | taken | because of |"]
        lines += ["|---|---|---|---|---|", *(_row(one) for one in alerts), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _totals(changed: Diff) -> str:
    counts = [f"{len(changed.of(state))} {state}" for state in ("new", "removed", "changed")]
    renamed = sum("name" in change.words for change in changed.changes)
    more = [f"{renamed} renamed"] if renamed else []
    return ", ".join([*counts, *more, f"{changed.unchanged} unchanged"]) + " rules"


def _level(change: Change) -> str:
    return str(change.entry["level"] or change.entry["kind"])


def _told(change: Change, code: Any, words: Any) -> Iterator[str]:
    """What is told of one change, a line each; ``code`` shows what a rule has literally, ``words`` its prose."""
    replaced = change.entry.get("deprecated")
    if replaced is not None and change.state != "new":
        yield f"deprecated, replaced by {code(replaced['successor'])}: {words(replaced['reason'])}"
    for word, (before, now) in change.words.items():
        yield f"{'renamed' if word == 'name' else word}: {code(str(before))} -> {code(str(now))}"
    if rest := [key for key in change.keys if key not in change.words]:
        yield f"rewritten: {', '.join(code(key) for key in rest)}"
    by_kind: dict[str, list[str]] = {}
    for target, what in change.queries.items():
        by_kind.setdefault(what, []).append(target)
    for what, targets in by_kind.items():
        yield f"queries {what}: {', '.join(targets)}"
    if change.effect is not None:
        yield from _effect(change.effect, code, words)


def _effect(effect: Effect, code: Any, words: Any) -> Iterator[str]:
    if effect.fault:
        yield f"what it matches could not be compared: {words(effect.fault)}"
    elif effect.same:
        yield "matches the same, which is proved"
    elif not effect.gained and not effect.lost:
        yield f"matches the same of all {effect.tried} events that were tried"
    for verb, found in (("now matches", effect.gained), ("no longer matches", effect.lost)):
        for one in found[:MOST]:
            event = f": {code(_event(one))}" if one.event else ""
            yield f"{verb} ({one.origin}: {words(one.title)}){event}"
        if len(found) > MOST:
            yield f"{verb} {len(found) - MOST} more of the {effect.tried} events that were tried"


def _event(one: Seen) -> str:
    text = json.dumps(dict(one.event), ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _alerts_line(one: AlertChange) -> str:
    taken = "" if one.limits[1] is None else f" of {one.limits[1]:g}"
    rules = ", ".join(_loud(one))
    said = f"{one.before:.1f} -> {one.now:.1f}{taken}{', over the budget' if one.over else ''}"
    return f"alerts a day, {_plain(one.level)}: {said}{f' ({rules})' if rules else ''}"


def _row(one: AlertChange) -> str:
    before, now = ("" if limit is None else f"{limit:g}" for limit in one.limits)
    taken = now if before == now else f"{before or 'any'} -> {now or 'any'}"
    shown = f"**{one.now:.1f}**" if one.over else f"{one.now:.1f}"
    return f"| {_escaped(one.level)} | {one.before:.1f} | {shown} | {taken} | {_escaped(', '.join(_loud(one)))} |"


def _loud(one: AlertChange) -> Iterable[str]:
    by_weight = sorted(one.rules.items(), key=lambda item: (-abs(item[1][1] - item[1][0]), item[0]))
    return [f"{_plain(name)} {was:.1f} -> {now:.1f}" for name, (was, now) in by_weight]


def _plain(text: str) -> str:
    """One line without characters that steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in str(text))


def _code(text: str) -> str:
    """A span of code (CommonMark 0.31.2, section 6.1) whose fence no run of backticks in the text can close."""
    plain = _plain(text)
    fence = "`" * (max((len(run) for run in re.findall("`+", plain)), default=0) + 1)
    return f"{fence} {plain} {fence}" if plain.startswith("`") or plain.endswith("`") else f"{fence}{plain}{fence}"


def _escaped(text: str) -> str:
    """Prose without Markdown, HTML, links or mentions: every mark of ASCII is escaped (CommonMark, section 2.4)."""
    return re.sub(r"@", "@<!-- -->", re.sub(r"([!-/:-?\[-`{-~])", r"\\\1", _plain(text)))
