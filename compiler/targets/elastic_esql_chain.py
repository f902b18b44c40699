"""Correlations of correlations in ES|QL: one query, level by level, the innermost first.

Each correlation is a level, the outermost 0, and each row is a hit of one level: ``hit_level``, the place of its rule,
when, its id, its group (``hit_key``), what is counted (``hit_value``) and what the level above asks of its event
(``hit_kept``). A level is judged as a correlation alone is (``elastic_esql_correlation``), while each row of another
is a group of its own that always holds, and so passes through. Where the level fires, the row becomes a hit of the
level above, under the names that this one has for its columns. Each firing counts by itself, so its id has its group.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from compiler.content.model import Field, Kind, Rule
from compiler.targets.changes import marks_by_name
from compiler.targets.correlation import NUMERIC, Correlated, reach, read_correlation, refused
from compiler.targets.elastic_esql_correlation import (
    CLOSING,
    END,
    FRACTIONS,
    Branch,
    branches_of,
    by_branch,
    correlate_alone,
    found,
    fractions,
    held,
    judged,
    keyed,
    told,
    turns,
    value_of,
    valued,
)
from compiler.targets.elastic_esql_query import deviations_of, origin
from compiler.targets.elastic_esql_text import literal, quoted_name
from compiler.targets.elastic_query import NAME, query_of
from compiler.targets.pipeline import ask
from compiler.targets.reading import read_rule
from compiler.targets.target import Content, Query
from compiler.targets.tree import Tree

MAX_LEVELS = 10
"""Correlations in one query; more, and one most likely refers to itself."""
_PART, _COLUMN, _VALUE = "␝", "␜", "\x1f"
"""U+241D between the parts of a hit, U+241C between columns, U+001F between the values of one, by which ``SPLIT``,
which takes a single byte alone, parts them, and within an id."""
_HIT = f"%{{hit_time}} %{{hit_rule}} %{{hit_id}}{_PART}%{{hit_kept}}{_PART}%{{hit_value}}"
_GROUP = _PART.join(f"%{{{name}}}" for name in ("mark", "hit_level", "hit_rule", "hit_key", "hit_value", "hit_kept"))


@dataclasses.dataclass(slots=True)
class _Level:
    """One correlation: the events of its own rules, and the levels below it by the place of their correlation.

    ``kept``: fields of its events that the level above asks for beside its groups; ``place``: its own place there.
    """

    number: int
    wanted: Correlated
    kept: tuple[str, ...]
    place: int
    branches: list[tuple[Branch, tuple[Field, ...]]] = dataclasses.field(default_factory=list)
    below: list[tuple[Rule, _Level]] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(slots=True)
class _Search:
    """What is asked for a chain: its levels, the outermost first, and what could not be asked."""

    content: Content
    levels: list[_Level] = dataclasses.field(default_factory=list)
    types: dict[str, str] = dataclasses.field(default_factory=dict)
    trees: list[Tree] = dataclasses.field(default_factory=list)
    left_out: list[str] = dataclasses.field(default_factory=list)


def correlate(rule: Rule, content: Content) -> Query:
    """A correlation in ES|QL, of rules or of correlations. Raises ``Refusal`` for percentiles."""
    wanted = read_correlation(rule, content, extended=True)
    if all(other.kind is Kind.SIGMA for other in wanted.rules):
        return correlate_alone(rule, content)
    search = _Search(content)
    outermost = _read(search, wanted, (), 0)
    branches = [one for level in search.levels for one, _ in level.branches]
    asked = [one.asked for one in branches]
    made = query_of(rule, "", asked, search.left_out, search.trees)
    commands = _hits(search.levels)
    for level in reversed(search.levels):
        commands += _judged(level)
        commands += _handed_on(level, search.levels) if level.number else []
    names = [_name(outermost, group) for group in wanted.groups]
    text = "\n| ".join([origin(made.settings["index"], "_id"), *commands, *_shown(names)])
    numeric = any(fractions(level.wanted, [one for one, _ in level.branches]) for level in search.levels)
    deviations = {name for tree in search.trees for name in deviations_of(tree, asked)}
    settings = {
        **made.settings,
        "timespan": reach(wanted, content),
        "closing": CLOSING,
        "groups": names,
        "deviations": sorted({*made.settings["deviations"], *deviations, *({FRACTIONS} if numeric else ())}),
    }
    return dataclasses.replace(made, language="esql", text=text, settings=settings)


def _read(search: _Search, wanted: Correlated, kept: Sequence[str], place: int) -> _Level:
    """The level of one correlation, and those of the correlations that it is of."""
    if len(search.levels) == MAX_LEVELS:
        raise refused("the correlation refers to itself, or to more correlations than one query can hold", "rules")
    if wanted.kind == "value_percentile":
        raise refused("ES|QL has no exact percentile over a window that slides")
    level = _Level(len(search.levels), wanted, tuple(kept), place)
    search.levels.append(level)
    for number, rule in enumerate(wanted.rules, start=1):
        needed = [wanted.field_of(name, rule) for name in (*wanted.groups, *wanted.fields)]
        if rule.kind is Kind.CORRELATION:
            inner = read_correlation(rule, search.content, extended=True)
            more = dict.fromkeys(name for name in (*needed, *kept) if name not in inner.groups)
            level.below.append((rule, _read(search, inner, tuple(more), number)))
            continue
        tree = read_rule(rule, search.content, parts=True)
        shapes, without = ask(rule, tree, NAME, search.content, [*needed, *kept])
        branches, others = branches_of(wanted, number, shapes, search.types)
        level.branches += [(one, tuple(keyed(one.asked.shape.fields[name]) for name in kept)) for one in branches]
        search.trees.append(tree)
        search.left_out += [*without, *others]
    return level


def _numbered(stem: str, count: int) -> list[str]:
    return [f"{stem}{number}" for number in range(1, count + 1)]


def _hits(levels: Sequence[_Level]) -> list[str]:
    """A row for each hit of a rule, at its level."""
    keys = _numbered("key", max(len(level.wanted.groups) for level in levels))
    values = _numbered("value", max(len(level.wanted.fields) for level in levels))
    branches = [one for level in levels for one, _ in level.branches]
    texts = []
    marks = marks_by_name(
        field for level in levels for one, kept in level.branches for field in (*one.groups, *one.values, *kept)
    )
    for level in levels:
        for one, kept in level.branches:
            groups = [held(field, marks) for field in one.groups]
            counted = [value_of(level.wanted, field, marks) for field in one.values]
            more = _columns([_kept(field, marks) for field in kept])
            said = [literal(str(level.number)), literal(str(one.place)), more]
            texts.append((*said, *_padded(groups, len(keys)), *_padded(counted, len(values))))
    commands, numbers = found(branches, texts)
    names = ["hit_level", "hit_rule", "hit_kept", *keys, *values]
    assigned = [f"{name} = {by_branch(numbers, [said[at] for said in texts])}" for at, name in enumerate(names)]
    there = " AND ".join(f"{name} IS NOT NULL" for name in ("hit_time", *keys))
    return [
        *commands,
        f"EVAL {', '.join(assigned)}",
        f"STATS hits = COUNT(*) BY {', '.join(['hit_time = @timestamp', 'hit_id = _id', *names])}",
        f"WHERE {there}",
        f'EVAL hit_id = CONCAT(hit_id, "{_VALUE}"), {_by_level(levels, keys, values)}',
    ]


def _padded(texts: Sequence[str], count: int) -> list[str]:
    return [*texts, *['""'] * (count - len(texts))]


def _kept(field: Field, marks: Mapping[str, Sequence[str]]) -> str:
    return f'COALESCE(CONCAT("=", MV_CONCAT({held(field, marks)}, "{_VALUE}")), "")'


def _columns(texts: Sequence[str]) -> str:
    """Texts as one, an end mark after each."""
    return f"CONCAT({', '.join(part for text in texts for part in (text, literal(_COLUMN)))})" if texts else '""'


def _by_level(levels: Sequence[_Level], keys: Sequence[str], values: Sequence[str]) -> str:
    """The group and what is counted as one text each, by the level of a row."""
    groups, counted = [], []
    for level in levels:
        own = f'hit_level == "{level.number}"'
        groups.append(f"{own}, {_columns(keys[: len(level.wanted.groups)])}")
        counted.append(f"{own}, {valued(level.wanted, values[: len(level.wanted.fields)])}")
    return f"hit_key = CASE({', '.join(groups)}), hit_value = CASE({', '.join(counted)})"


def _judged(level: _Level) -> list[str]:
    """A row for each onset of a level, and for each hit of another: its parts, and of its event what is kept."""
    others = ", ".join(f'"{_PART}", {name}' for name in ("hit_level", "hit_rule", "hit_key", "hit_value", "hit_kept"))
    own = f'CONCAT("+{_PART * 3}", hit_key, "{_PART * 3}")'
    counts, condition = judged(level.wanted)
    group = f'CASE(hit_level == "{level.number}", {own}, CONCAT("-", {others}, "{_PART}", hit_id))'
    hit = f'CONCAT(TO_STRING(hit_time), " ", hit_rule, " ", hit_id, "{_PART}", hit_kept, "{_PART}", hit_value)'
    holds = f'CASE(STARTS_WITH(hit_group, "-") OR ({condition}), " + ", " - ")'
    closing = f'closing = MIN(CASE(hit_time == instant, CONCAT(hit_id, "{_PART}", hit_kept), null))'
    return [
        f"EVAL hit_group = {group}, hit = {hit}",
        "STATS hit = VALUES(hit), instant = VALUES(hit_time) BY hit_group",
        "MV_EXPAND instant",
        "MV_EXPAND hit",
        f'DISSECT hit "{_HIT}"',
        told(level.wanted),
        f"WHERE hit_time <= instant AND hit_time >= instant - {level.wanted.seconds} seconds",
        f"STATS {', '.join([*counts, closing])} BY hit_group, instant",
        f"EVAL state = CONCAT(TO_STRING(instant), {holds}, closing)",
        "STATS state = VALUES(state) BY hit_group",
        *turns(),
        f'DISSECT hit_group "{_GROUP}{_PART}%{{?id}}"',
        f'DISSECT closing "%{{hit_id}}{_PART}%{{closed}}"',
    ]


def _handed_on(level: _Level, levels: Sequence[_Level]) -> list[str]:
    """Where a level has fired, the row is a hit of the level above; the rows of others stay as they are."""
    above, rule = next((one, rule) for one in levels for rule, below in one.below if below is level)
    groups, kept = _numbered("group", len(level.wanted.groups)), _numbered("closed", len(level.kept))
    held = {**dict(zip(level.kept, kept, strict=True)), **dict(zip(level.wanted.groups, groups, strict=True))}
    wanted = above.wanted
    keys, values = _numbered("key", len(wanted.groups)), _numbered("value", len(wanted.fields))
    columns = [held[wanted.field_of(name, rule)] for name in (*wanted.groups, *wanted.fields)]
    joined = [name in values and wanted.kind in NUMERIC for name in (*keys, *values)]
    spread = [
        f"{name} = {_fired(_values(column, groups, joined=together))}"
        for name, column, together in zip((*keys, *values), columns, joined, strict=True)
    ]
    passed = [name if name not in groups else f'CONCAT("=", {name})' for name in map(held.__getitem__, above.kept)]
    names = ["hit_time", "hit_id", "mark", "hit_level", "hit_rule", "hit_key", "hit_value", "hit_kept"]
    there = [f"WHERE {' AND '.join(f'{name} IS NOT NULL' for name in keys)}"] if keys else []
    moved = {
        "hit_level": literal(str(above.number)),
        "hit_rule": literal(str(level.place)),
        "hit_key": _columns(keys),
        "hit_value": valued(wanted, values),
        "hit_kept": "next_kept",
    }
    told_apart = f'CONCAT(hit_id, "{level.number} ", hit_key)'
    handed = [f'{name} = CASE(mark == "+", {text}, {name})' for name, text in moved.items()]
    return [
        *_taken("hit_key", groups),
        *_taken("closed", kept),
        f"EVAL {', '.join(['hit_time = TO_DATETIME(end)', f'next_kept = {_fired(_columns(passed))}', *spread])}",
        f'EVAL hit_id = CASE(mark == "+", {told_apart}, hit_id)',
        f"STATS hits = COUNT(*) BY {', '.join([*names, 'next_kept', *keys, *values])}",
        *there,
        f"EVAL {', '.join(handed)}",
    ]


def _taken(column: str, names: Sequence[str]) -> list[str]:
    """The command that takes columns out of the text that holds them; none if it holds none."""
    return [f'DISSECT {column} "{"".join(f"%{{{name}}}{_COLUMN}" for name in names)}"'] if names else []


def _fired(text: str) -> str:
    return f'CASE(mark == "+", {text}, "")'


def _values(column: str, groups: Sequence[str], *, joined: bool) -> str:
    """What a column holds: a group's text, or the values of a field that was kept, null if it was missing."""
    if column in groups:
        return column
    text = f"SUBSTRING({column}, 2)"
    said = f'REPLACE({text}, "{_VALUE}", " ")' if joined else f'SPLIT({text}, "{_VALUE}")'
    return f'CASE({column} == "", null, {said})'


def _name(level: _Level, group: str) -> str:
    """The field in which an alert shows a group: that of the first rule whose events have it."""
    if level.branches:
        branch, _ = level.branches[0]
        rule = level.wanted.rules[branch.place - 1]
        return branch.asked.shape.fields[level.wanted.field_of(group, rule)].name
    rule, below = level.below[0]
    name = level.wanted.field_of(group, rule)
    if name in below.wanted.groups:
        return _name(below, name)
    innermost = below
    while not innermost.branches:
        _, innermost = innermost.below[0]
    return innermost.branches[0][0].asked.shape.fields[name].name


def _shown(names: Sequence[str]) -> list[str]:
    groups = _numbered("group", len(names))
    pairs = [f"{quoted_name(name)} = {group}" for name, group in zip(names, groups, strict=True)]
    return [
        *_taken("hit_key", groups),
        f'DISSECT hit_id "%{{closing}}{_VALUE}%{{?rest}}"',
        f"EVAL {', '.join([f'{END} = TO_DATETIME(end)', f'{CLOSING} = closing', *pairs])}",
        f"KEEP {', '.join(dict.fromkeys([END, CLOSING, *map(quoted_name, names)]))}",
    ]
