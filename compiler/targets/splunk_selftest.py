"""A test of each search that a SOC runs on its own Splunk: the rule's cases and witnesses as events out of nothing.

``<rule>_events`` is a macro that makes the events; the test searches them with the terms and stages of the rule, its
filter among them, where each event says by ``selftest_source`` which macro would have found it. Facts: *makeresults*,
*streamstats*, *append*, *stats* and *Evaluation functions* of Search Reference 9.4.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.targets.target import Query, Trial, TrialRow

MAX_TEXT = 60_000
"""Characters of the macro that makes them."""
PREFIX = "Tocsin Self-test"
_FIRST = 101
"""The number of the first event, so that all have three digits and sort as text."""
_PIECE = re.compile(r'"(?:\\.|[^"\\])*"|[\[\]]|[^"\[\]]+', re.DOTALL)
_MACRO = re.compile(r"`(\w+)`")
_PLAIN = re.compile(r"[^\x00-\x1f`$+\x7f]*")


@dataclasses.dataclass(frozen=True, slots=True)
class SelfTest:
    """``events`` defines the macro that makes the events, ``search`` tells ``pass`` or ``FAIL`` in one row.

    ``tried`` of ``whole`` events are in it.
    """

    events: str
    search: str
    tried: int
    whole: int


def selftest(rule: str, query: Query, trial: Trial, filter_macro: str) -> SelfTest:
    """The test of a search. ``rule`` is the name of the rule, ``filter_macro`` the macro in which a SOC tunes it."""
    raw = "token-keywords" in query.settings.get("deviations", ())
    rows = list(trial.rows)
    while len(events := _events(rows, raw=raw)) > MAX_TEXT and not any(row.time for row in rows):
        rows.pop()
    expected = ",".join(str(_FIRST + place) for place, row in enumerate(rows) if row.expected)
    search = "\n".join(
        [
            _over(query.text, f"| `{events_macro(rule)}`"),
            f"| `{filter_macro}`",
            "| stats count AS selftest_count values(selftest_row) AS selftest_found",
            '| eval found=coalesce(mvjoin(selftest_found, ","), "")',
            f'| eval expected="{expected}", rule="{rule}", events={len(rows)}',
            '| eval result=if(found==expected, "pass", "FAIL")',
            "| table rule result events expected found",
        ]
    )
    return SelfTest(events, search, len(rows), trial.whole)


def events_macro(rule: str) -> str:
    """The macro that makes the events of a rule."""
    return re.sub(r"\W", "_", rule, flags=re.ASCII) + "_events"


def together(searches: Sequence[str]) -> str:
    """One search that runs several saved ones after another."""
    first, *rest = searches
    # Without `nosubstitution` what stands between two dollar signs of a regex would be taken for an argument.
    said = '| savedsearch "{}" nosubstitution=true'
    return "\n".join([said.format(first), *(f"| append [{said.format(one)} ]" for one in rest)])


def _over(text: str, events: str) -> str:
    """The query over made events: what stood for a source is now a field of the event."""
    marked = _MACRO.sub(r'selftest_source="\1"', text)
    if not marked.startswith("| multisearch"):
        # A macro that generates events stands behind a pipe.
        return f"{events}\n| search {marked.removeprefix('| ').removeprefix('search ')}"
    parts, rest = _subsearches(marked.removeprefix("| multisearch"))
    # A subsearch of multisearch may not make events, so the same are made for each in turn.
    first, *others = [part.strip().removeprefix("search ") for part in parts]
    appended = "".join(f"\n| append [{events} | search {other} ]" for other in others)
    return f"{events}\n| search {first}{appended}{rest}"


def _subsearches(text: str) -> tuple[list[str], str]:
    """What stands in the brackets at the beginning of ``text``, and what follows them."""
    parts: list[str] = []
    depth = place = 0
    for match in _PIECE.finditer(text):
        piece = match[0]
        if not depth and piece not in ("[", "]") and piece.strip():
            break
        depth -= piece == "]"
        if depth:
            parts[-1] += piece
        elif piece == "[":
            parts.append("")
        depth += piece == "["
        place = match.end()
    return parts, text[place:]


def _events(rows: Sequence[TrialRow], *, raw: bool) -> str:
    """The definition of the macro: so many rows, and each field by the number of the row."""
    columns: dict[str, list[tuple[int, Any]]] = {}
    for number, row in enumerate(rows, start=_FIRST):
        given: Mapping[str, Any] = {**row.fields, "selftest_source": row.place}
        for name, value in given.items():
            if name != "_raw" or raw:
                columns.setdefault(name, []).append((number, value))
        if row.time is not None:
            columns.setdefault("_time", []).append((number, row.time))
    names = {name: name if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) else "" for name in sorted(columns)}
    renamed: list[str] = []
    lines = [
        f"makeresults count={len(rows)}",
        "| streamstats count AS selftest_row",
        f"| eval selftest_row=selftest_row+{_FIRST - 1}",
    ]
    for place, name in enumerate(names):
        ours = names[name] or f"selftest_field{place}"
        if not names[name]:
            renamed.append(f'{ours} AS "{name}"')
        lines.append(f"| eval {ours}=case({', '.join(_cases(columns[name]))})")
    return "\n".join([*lines, *([f"| rename {', '.join(renamed)}"] if renamed else [])])


def _cases(values: Sequence[tuple[int, Any]]) -> Iterator[str]:
    """Which rows have which value; equal ones together. A row that is not named has none."""
    rows: dict[str, list[int]] = {}
    for number, value in values:
        rows.setdefault(_said(value), []).append(number)
    for said, numbers in rows.items():
        yield f"{' OR '.join(_runs(numbers))}, {said}"


def _runs(numbers: Sequence[int]) -> Iterator[str]:
    """A test for each run of numbers that follow one another."""
    # What a number and its place among them differ by is the same throughout a run.
    for _, run in itertools.groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        first, *rest = (number for _, number in run)
        yield f"(selftest_row>={first} AND selftest_row<={rest[-1]})" if rest else f"selftest_row=={first}"


def _said(value: Any) -> str:
    if isinstance(value, list):
        joined = "\x1f".join(_text(one) for one in value)
        return f'split({_quoted(joined)}, urldecode("%1F"))' if len(value) > 1 else _quoted(_text(value[0]))
    if isinstance(value, float):
        return f"{value:.6f}"
    return _quoted(_text(value))


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _quoted(text: str) -> str:
    """Text in eval. What a macro, a token or a line would be read out of goes in percent signs."""
    if _PLAIN.fullmatch(text):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return f'urldecode("{urllib.parse.quote(text, safe=" /:.,;=()-_")}")'
