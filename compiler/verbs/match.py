"""``tocsin match``: rules on events and files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from compiler import call, told
from compiler.asked import files_at, logsource_of, rules_asked, within
from compiler.match import Matched, match_files, tree_lines


@click.command("match")
@call.paths(required=True)
@click.option("--events", "logs", multiple=True, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--logsource", "words", help="category=...,product=...,service=... of every event.")
@click.option("--why", is_flag=True, help="Explain, condition by condition, what did and did not match.")
@call.root
@call.format_("text", "json")
def verb(  # noqa: PLR0913, PLR0917 - one for each option of the verb
    paths: Sequence[Path], logs: Sequence[Path], words: str | None, why: bool, root: Path | None, style: str
) -> int:
    """Evaluate the rules at PATHS on events (Sigma) and files (YARA)."""
    loaded, asked = rules_asked(root, paths, None)
    matched, faults = match_files(asked, loaded.catalogue.rules, files_at(logs), logsource_of(words), why=why)
    findings = [*within(loaded.diagnostics, None), *faults]
    for item in matched:
        click.echo(json.dumps(item.record, ensure_ascii=False, default=str) if style == "json" else _line(item))
    told.complain(findings)
    return told.verdict(findings)


def _line(item: Matched) -> str:
    """Where a rule matched, or did not, and why if that was asked."""
    place = item.where if item.line is None else f"{item.where}:{item.line + 1}"
    group = "" if item.group is None else f" {json.dumps(dict(item.group), ensure_ascii=False, default=str)}"
    head = f"{place}: {item.rule.name}{group}"
    if item.why is None:
        return head
    return "\n".join([f"{head}: {'match' if item.holds else 'no match'}", *tree_lines(item.why, 1)])
