"""``tocsin explain``: the manual of a diagnostic."""

from __future__ import annotations

import click

from compiler import told, verbs
from compiler.report import explain
from compiler.targets import load_targets


@click.command("explain")
@click.argument("code")
def verb(code: str) -> int:
    """Print the manual of a diagnostic."""
    for name in verbs.names():
        verbs.load(name)  # a code is known once the module that declares it has been read
    load_targets()
    click.echo(explain(code), nl=False)
    return told.CLEAN
