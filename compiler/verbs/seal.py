"""``tocsin seal``: a sample into the form in which it is stored."""

from __future__ import annotations

from pathlib import Path

import click

from compiler import told
from compiler.content.sealed import seal
from compiler.diagnostics import UsageError


@click.command("seal")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def verb(file: Path) -> int:
    """Print FILE in the form in which samples are stored, so that an antivirus leaves a clone alone."""
    try:
        click.echo(seal(file.name, file.read_bytes()), nl=False)
    except ValueError as error:
        raise UsageError(str(error)) from None
    return told.CLEAN
