"""What the person who installs the app reads: the macros to set, what must be switched on, the searches."""

from __future__ import annotations

from collections.abc import Mapping

from compiler.targets.labels import level_of
from compiler.targets.target import Pack, Packed


def readme(title: str, rules: Mapping[str, Packed], pack: Pack) -> str:
    """The README of the app. ``rules`` are by stanza."""
    queries = [packed.query for packed in rules.values() if packed.query is not None]
    macros = {name: text for query in queries for name, text in query.settings["macros"].items()}
    sources = {name for query in queries for name in query.settings["sources"]}
    lines = [
        f"# {title} {pack.version}",
        "",
        "Every search is disabled as delivered. Set the macros of the sources to your indexes, enable what you want,",
        "and tune a rule in its macro `<rule>_filter`, which an upgrade does not touch in your `local/`.",
        "",
        "## Macros of the sources",
        "| macro | as delivered |",
        "|---|---|",
        *(f"| `{name}` | `{_cell(text)}` |" for name, text in sorted(macros.items())),
        "",
        "## What must be switched on",
        "| source | needed |",
        "|---|---|",
        *(
            f"| {_cell(source.title)} | {_cell(source.definition)} |"
            for source in sorted(pack.sources, key=lambda source: source.name)
            if source.name in sources
        ),
        "",
        "## Searches",
        "| search | level | id | deviations |",
        "|---|---|---|---|",
        *(
            f"| {_cell(stanza)} | {level_of(packed.rule)} | {_cell(packed.rule.id)} | {_deviations(packed)} |"
            for stanza, packed in sorted(rules.items())
        ),
        "",
    ]
    return "\n".join(lines)


def _deviations(packed: Packed) -> str:
    return ", ".join(packed.query.settings["deviations"]) if packed.query is not None else ""


def _cell(text: str) -> str:
    """Text that stays in its cell of a table."""
    return " ".join(text.replace("|", "\\|").split())
