"""``tocsin test``: cases, scenarios and the baseline on the reference."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from compiler import call, told
from compiler.asked import as_in, files_at, names_asked
from compiler.content.load import load_tree, need_root
from compiler.content.model import Catalogue
from compiler.progress import shown
from compiler.verify.alerts import loads, over_budget
from compiler.verify.baseline import run_baseline
from compiler.verify.cases import run_cases
from compiler.verify.junit import junit
from compiler.verify.mutants import run_mutants, score_lines, untried
from compiler.verify.scenarios import run_scenarios
from compiler.verify.silenced import silenced
from compiler.verify.verdict import Verdict


@click.command("test")
@click.argument("names", nargs=-1)
@click.option("--junit", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write JUnit XML to a file.")
@click.option("--mutants", is_flag=True, help="Change each rule in small ways, and tell which changes no case notices.")
@call.environment
@call.root
@call.format_("text", "json")
def verb(  # noqa: PLR0913, PLR0917 - one for each option of the verb
    names: Sequence[str], file: Path | None, mutants: bool, environment: Path | None, root: Path | None, style: str
) -> int:
    """Run cases, scenarios and the baseline on the reference; of the rules in NAMES (or paths) alone, if any."""
    top = need_root(root)
    loaded, organisation = as_in(environment, load_tree(top))
    names = names_asked(names, loaded.catalogue, top)
    if mutants:
        changed = list(shown(run_mutants(loaded.catalogue, names), "mutants"))
        lines = [json.dumps(one.record) for one in changed] if style == "json" else score_lines(changed)
        click.echo("".join(f"{line}\n" for line in lines), nl=False)
        findings = [*loaded.diagnostics, *untried(loaded.catalogue, names, changed)]
        told.complain(findings)
        return told.AT_FAULT if not changed else told.verdict(findings)
    verdicts = list(evaluated(loaded.catalogue, top, names))
    if file is not None:
        file.write_text(junit(verdicts), encoding="utf-8")
    findings = [*loaded.diagnostics, *(verdict.finding for verdict in verdicts if verdict.finding is not None)]
    findings += silenced(loaded.catalogue, organisation) if organisation else ()
    counted = loads(loaded.catalogue, verdicts) if not names else []
    findings += over_budget(loaded.catalogue, counted)
    if style == "json":
        records = [*(verdict.record for verdict in verdicts), *(load.record for load in counted)]
        click.echo("\n".join(json.dumps(record, ensure_ascii=False) for record in records))
    told.complain(findings)
    cases = sum(verdict.kind == "case" and verdict.tried > 0 for verdict in verdicts)
    if style == "text":
        for load in counted:
            click.echo(load.line)
        wrong = sum(verdict.finding is not None for verdict in verdicts)
        rules = len({verdict.rule for verdict in verdicts if verdict.rule})
        click.echo(f"{len(verdicts)} verdicts on {rules} rules ({cases} cases), {wrong} wrong")
    return told.AT_FAULT if cases == 0 else told.verdict(findings)


def evaluated(catalogue: Catalogue, top: Path, names: Sequence[str]) -> Iterable[Verdict]:
    """The verdicts of all cases, scenarios and of the baseline; of the rules in ``names`` alone, if any."""
    folder = top / "samples" / "baseline" / "pages"
    pages = files_at([folder]) if folder.is_dir() else {}
    yield from shown(run_cases(catalogue, names), "cases")
    if not names:
        yield from shown(run_scenarios(catalogue), "scenarios")
    yield from shown(run_baseline(catalogue, pages, names), "baseline")
