"""``tocsin build``: from the content to everything that is handed out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from compiler import call, told
from compiler.asked import as_in, targets_named, today, with_options
from compiler.content.load import load_tree, need_root
from compiler.lint import lint
from compiler.release.build import build, unsound_rules
from compiler.release.lock import write_lock
from compiler.release.output import write_whole
from compiler.release.sign import SIGNATURE, signed
from compiler.verbs.test import evaluated
from compiler.verify.silenced import silenced


@click.command("build")
@click.option("--output", type=click.Path(path_type=Path), default=Path("dist"), show_default=True)
@click.option("--sign-key", "key", type=call.file, help="Sign sha256sums.txt with this secret key of minisign.")
@click.option("--previous", type=click.Path(path_type=Path, exists=True), help="The release before: pack upgrades.")
@click.option("--update-lock", "locking", is_flag=True, help="Bring detections/lock.yml up to the rules.")
@call.environment
@call.targets
@call.root
def verb(  # noqa: PLR0913, PLR0917 - one for each option of the verb
    output: Path,
    key: Path | None,
    previous: Path | None,
    locking: bool,
    environment: Path | None,
    names: Sequence[str],
    root: Path | None,
) -> int:
    """Lint, convert, evaluate and pack everything; leave out what is wrong, and say so."""
    top = need_root(root)
    targets = targets_named(names)
    loaded = load_tree(top)
    here, organisation = as_in(environment, loaded)
    catalogue = with_options(here.catalogue, names)
    misfits = [*here.diagnostics, *(silenced(catalogue, organisation) if organisation else ())]
    faults = sorted({*misfits, *lint(loaded.catalogue)}, key=told.order)
    verdicts = list(evaluated(loaded.catalogue, top, ()))
    unsound = unsound_rules(catalogue, faults, verdicts)
    if locking:
        write_lock(top, loaded.catalogue.rules)
    built = build(top, catalogue, targets, unsound, today(), previous=previous)
    signature = {SIGNATURE: signed(built.files["sha256sums.txt"], key)} if key is not None else {}
    write_whole(output, {**built.files, **signature})
    wrong = [verdict.finding for verdict in verdicts if verdict.finding is not None]
    findings = sorted({*faults, *wrong, *built.diagnostics}, key=told.order)
    told.complain(findings)
    packed = len(catalogue.rules) - len({rule.name for rule, target, _ in built.left_out if not target})
    click.echo(f"{output}: {packed} rules, {len(built.queries)} queries, {len(built.files)} files")
    for rule, target, why in built.left_out:
        click.echo(f"left out of {target or 'every package'}: {rule.name} ({why.code} at {why.span})", err=True)
    return told.verdict(findings)
