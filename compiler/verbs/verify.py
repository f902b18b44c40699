"""``tocsin verify``: the converted queries on engines, against what the rules mean."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from compiler import call, told
from compiler.asked import as_in, content_at, engines_named, rules_below, targets_named, with_options, within
from compiler.content.environment import options_of
from compiler.content.load import need_root
from compiler.engines.engine import EngineUnavailable
from compiler.progress import shown
from compiler.report import visible
from compiler.verify.evidence import write_evidence
from compiler.verify.queries import Outcome, Untried
from compiler.verify.translation import findings, opened, verify
from compiler.verify.twice import twice

_ENGINES = (
    "An engine, duckdb, elasticsearch, eql, kusto, kusto_parser, loki, opensearch, spark or spl; may be repeated."
    "  [default: duckdb, eql, kusto, spl]"
)


@click.command("verify")
@call.paths()
@call.targets
@click.option("--engine", "chosen", multiple=True, metavar="NAME[=URL]", help=_ENGINES)
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
    found = [*within(loaded.diagnostics, only), *twice(rules)]
    outcomes: list[Outcome] = []
    untried: list[Untried] = []
    with opened(factories, urls) as (engines, missing):
        short = bool(missing)
        for reason in missing:
            click.echo(visible(f"not run: {reason}"), err=True)
        try:
            for result in shown(verify(catalogue, targets_named(names), engines, rules, options), "verifying"):
                if isinstance(result, Outcome):
                    outcomes.append(result)
                    found += findings(result)
                elif isinstance(result, EngineUnavailable):
                    short = True
                    click.echo(visible(f"not run to its end: {result}"), err=True)
                elif isinstance(result, Untried):
                    untried.append(result)
                else:
                    found += result
        finally:
            # What was shown before Ctrl-C holds.
            if only is not None and environment is None:
                try:
                    write_evidence(need_root(root), catalogue, outcomes)
                except OSError as error:
                    short = True
                    click.echo(f"evidence cannot be written: {error}", err=True)
    if style == "json":
        records = [*(one.record for one in outcomes), *(one.record for one in untried)]
        click.echo("".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records), nl=False)
    else:
        click.echo("".join(f"{visible(one.line)}\n" for one in outcomes), nl=False)
    silent = Counter((one.query.asked_of, one.query.language) for one in untried)
    for (target, language), count in sorted(silent.items()):
        click.echo(f"not tried: {count} of {target}, as no engine that was asked speaks {language}", err=True)
    told.complain(found)
    # Of an engine that cannot be had, or that died, nobody knows what it would have said.
    return told.verdict(found) or (told.COULD_NOT_RUN if short else told.CLEAN)
