"""``tocsin audit``: whether a build is what was built."""

from __future__ import annotations

from pathlib import Path

import click

from compiler import call, told
from compiler.release.audit import audit
from compiler.report import FORMATS, render


@click.command("audit")
@click.argument("place", metavar="DIST", type=click.Path(path_type=Path, exists=True))
@click.option("--public-key", "key", type=call.file, help="The public key of minisign that must have signed the sums.")
@call.format_(*FORMATS)
def verb(place: Path, key: Path | None, style: str) -> int:
    """Check, offline, that the build in DIST, or one archive beside its manifest, is byte for byte what was built."""
    findings = audit(place, key)
    click.echo(render(findings, style), nl=False)
    if style == "text" and not findings:
        click.echo(f"{place} is byte for byte what was built" + ("" if key is None else ", and signed with this key"))
    return told.verdict(findings)
