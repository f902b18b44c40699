"""``tocsin verify``: the converted queries on engines, against what the rules mean."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from compiler import call, told
from compiler.asked import as_in, content_at, engines_named, rules_below, targets_named, with_options, within
from compiler.content.environment import options_of
from compiler.content.load import need_root
from compiler.engines.engine import EngineUnavailable
from compiler.progress import shown
from compiler.verify.evidence import write_evidence
from compiler.verify.queries import Outcome
from compiler.verify.translation import findings, opened, verify


@click.command("verify")
@call.paths()
@call.targets
@click.option("--engine", "chosen", multiple=True, metavar="NAME[=URL]", help="An engine; may be repeated.")
@call.environment
@call.root
@call.format_("text", "json")
def verb(  # noqa: PLR0913, PLR0917 - one for each option of the verb
    paths: Sequence[Path],
    names: Sequence[str],
    chosen: Sequence[str],
    environment: Path | None,
    root: Path | None,
    style: str,
) -> int:
    """Run the queries of our rules, or of those at PATHS, on engines, and compare with what the rules mean.

    What it shows of our own rules, unless as an environment has them, is written to samples/rules/<name>/evidence.json,
    also when it is interrupted.
    """
    loaded, only = content_at(root, paths)
    loaded, _ = as_in(environment, loaded)
    catalogue = with_options(loaded.catalogue, names)
    # With none chosen each is tried, so that a build with any of them finds what was shown of its queries.
    options = () if catalogue.options or environment is not None else options_of(catalogue.sources)
    rules = rules_below(catalogue, only)
    factories, urls = engines_named(chosen)
    found = within(loaded.diagnostics, only)
    outcomes: list[Outcome] = []
    died = False
    with opened(factories, urls) as (engines, missing):
        for reason in missing:
            click.echo(f"not run: {reason}", err=True)
        try:
            for result in shown(verify(catalogue, targets_named(names), engines, rules, options), "verifying"):
                if isinstance(result, Outcome):
                    outcomes.append(result)
                    found += findings(result)
                elif isinstance(result, EngineUnavailable):
                    died = True
                    click.echo(f"not run to its end: {result}", err=True)
                else:
                    found += result
        finally:
            # What was shown before Ctrl-C holds.
            if only is not None and environment is None:
                write_evidence(need_root(root), catalogue, outcomes)
    for outcome in outcomes:
        click.echo(json.dumps(outcome.record, ensure_ascii=False) if style == "json" else outcome.line)
    told.complain(found)
    # An engine that cannot be had is said and left out; of one that died nobody knows what it would have said.
    return told.verdict(found) or (told.COULD_NOT_RUN if died else told.CLEAN)
