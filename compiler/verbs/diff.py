"""``tocsin diff``: what changed between two builds, trees or commits."""

from __future__ import annotations

from pathlib import Path

import click

from compiler import call, told
from compiler.release import diff_text
from compiler.release.diff import diff
from compiler.release.diff_alerts import alert_changes
from compiler.release.sides import side_at


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--alerts", "counting", is_flag=True, help="Count the alerts a day of both; not of builds.")
@call.root
@call.format_(*diff_text.FORMATS)
def verb(old: str, new: str, counting: bool, root: Path | None, style: str) -> int:
    """Tell what changed from OLD to NEW, each a build, a tree or a commit: rules, queries, and what they match."""
    before, after = side_at(old, root), side_at(new, root)
    alerts = alert_changes(before, after) if counting else None
    click.echo(diff_text.rendered(diff(before, after), alerts, style), nl=False)
    return told.CLEAN
