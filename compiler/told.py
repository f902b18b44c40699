"""What a verb says at its end: its findings, the exit code, and a line for each match."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from compiler.diagnostics import Diagnostic, Severity
from compiler.match import Matched, tree_lines
from compiler.report import render

CLEAN, AT_FAULT, COULD_NOT_RUN = 0, 1, 2
"""Exit codes."""


def order(finding: Diagnostic) -> tuple[str, int, int, str, str, str]:
    """By what findings are sorted."""
    return finding.order


def complain(findings: Iterable[Diagnostic]) -> None:
    """Print findings, each once, where errors go."""
    told = sorted(set(findings), key=order)
    if told:
        click.echo(render(told, "text"), nl=False, err=True)


def verdict(findings: Iterable[Diagnostic]) -> int:
    """The exit code that findings amount to."""
    return AT_FAULT if any(finding.severity is Severity.ERROR for finding in findings) else CLEAN


def match_line(item: Matched) -> str:
    """Where a rule matched, or did not, and why if that was asked."""
    place = item.where if item.line is None else f"{item.where}:{item.line + 1}"
    group = "" if item.group is None else f" {json.dumps(dict(item.group), ensure_ascii=False, default=str)}"
    head = f"{place}: {item.rule.name}{group}"
    if item.why is None:
        return head
    return "\n".join([f"{head}: {'match' if item.holds else 'no match'}", *tree_lines(item.why, 1)])


def hand_out(files: Mapping[str, bytes], output: Path | None) -> None:
    """Write files into a folder; without one print them, several JSON documents as one list."""
    if output is None:
        bodies = [body.decode().rstrip("\n") for body in files.values()]
        click.echo(bodies[0] if len(bodies) == 1 else f"[{','.join(bodies)}]")
        return
    output.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (output / name).write_bytes(body)
