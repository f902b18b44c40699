"""What a verb says at its end: its findings, files, and the exit code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from compiler.diagnostics import Diagnostic, Severity
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


def hand_out(files: Mapping[str, bytes], output: Path | None) -> None:
    """Write files into a folder; without one print them, several JSON documents as one list."""
    if output is None:
        bodies = [body.decode().rstrip("\n") for body in files.values()]
        click.echo(bodies[0] if len(bodies) == 1 else f"[{','.join(bodies)}]")
        return
    output.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (output / name).write_bytes(body)
