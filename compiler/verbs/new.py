"""``tocsin new``: a rule and its samples, to be filled in."""

from __future__ import annotations

from pathlib import Path

import click

from compiler import call, told
from compiler.asked import today
from compiler.content.load import load_tree, need_root
from compiler.content.scaffold import scaffold
from compiler.diagnostics import UsageError


@click.command("new")
@click.argument("name")
@click.option("--behaviour", required=True, metavar="ID", help="A behaviour, as in aa21-200b.t1505.003.")
@call.root
def verb(name: str, behaviour: str, root: Path | None) -> int:
    """Make a rule NAME and its samples folder from a behaviour, ready to fill in."""
    top = need_root(root)
    files = scaffold(name, behaviour, load_tree(top).catalogue, today())
    if taken := [str(path) for path in files if (top / path).exists()]:
        raise UsageError(f"{', '.join(taken)} is there already")
    for path, text in files.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(text, encoding="utf-8", newline="\n")
        click.echo(str(path))
    return told.CLEAN
