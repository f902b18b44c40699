"""``tocsin lint``: every fault of the content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from compiler import call, told
from compiler.asked import content_at, misfit, within
from compiler.content.load import need_root
from compiler.lint import lint
from compiler.lint.since import untold
from compiler.release.history import at_revision
from compiler.report import FORMATS, render


@click.command("lint")
@call.paths()
@click.option("--since", metavar="REV", help="Ask rules that changed since a release for a new date and version, too.")
@call.root
@call.format_(*FORMATS)
def verb(paths: Sequence[Path], since: str | None, root: Path | None, style: str) -> int:
    """Find every fault of the content, or of any rules at PATHS."""
    loaded, only = content_at(root, paths)
    found = {*loaded.diagnostics, *lint(loaded.catalogue)}
    if only is not None:
        found |= {*misfit(need_root(root), loaded.catalogue, only)}
    if since is not None:
        past = at_revision(need_root(root), since)
        found |= {*untold(loaded.catalogue.rules, past.loaded.catalogue.rules, past.name, past.day)}
    findings = sorted(within(found, only), key=told.order)
    click.echo(render(findings, style), nl=False)
    return told.verdict(findings)
