"""``tocsin unseal``: a stored sample back into what it was."""

from __future__ import annotations

from pathlib import Path

import click

from compiler import told
from compiler.content.sealed import unseal
from compiler.diagnostics import UsageError


@click.command("unseal")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def verb(file: Path) -> int:
    """Print the content of the sealed sample FILE."""
    try:
        click.echo(unseal(file.read_text(encoding="ascii"))[1], nl=False)
    except ValueError as error:
        raise UsageError(f"{file}: {error}") from None
    return told.CLEAN
