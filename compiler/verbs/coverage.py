"""``tocsin coverage``: which behaviours the rules see."""

from __future__ import annotations

from pathlib import Path

import click

from compiler import call, told
from compiler.asked import as_in
from compiler.content.load import load_tree, need_root
from compiler.diagnostics import Severity
from compiler.release import coverage_text
from compiler.release.coverage import coverage


@click.command("coverage")
@call.environment
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Write files into a folder.")
@click.option("--write", "file", type=call.file, help="Write the totals into a file, between its two marks.")
@call.root
@call.format_(*coverage_text.FORMATS)
def verb(environment: Path | None, output: Path | None, file: Path | None, root: Path | None, style: str) -> int:
    """Tell which behaviours the rules see, from which sources; with an environment, which of them it sees today."""
    loaded, organisation = as_in(environment, load_tree(need_root(root)))
    covered = coverage(loaded.catalogue, organisation)
    if file is not None:
        text = coverage_text.written(file.read_text(encoding="utf-8"), covered)
        file.write_text(text, encoding="utf-8", newline="\n")
    if file is None or output is not None:
        told.hand_out(coverage_text.rendered(covered, style), output)
    wrong = [finding for finding in loaded.diagnostics if finding.severity is Severity.ERROR]
    told.complain(wrong)
    return told.verdict(wrong)
