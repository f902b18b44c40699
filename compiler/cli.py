"""The verbs: which stages, in which order, and the exit code."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from compiler import __version__
from compiler.asked import (
    as_in,
    content_at,
    engines_named,
    files_at,
    logsource_of,
    misfit,
    names_asked,
    rules_asked,
    rules_below,
    targets_named,
    today,
    within,
)
from compiler.call import environment as _environment
from compiler.call import file as _file
from compiler.call import format_ as _format
from compiler.call import paths as _paths
from compiler.call import root as _root
from compiler.call import targets as _targets
from compiler.content.load import load_tree, need_root
from compiler.content.model import Catalogue, Kind
from compiler.content.scaffold import scaffold
from compiler.content.sealed import seal, unseal
from compiler.convert import convert_all
from compiler.diagnostics import Severity, UsageError
from compiler.engines.engine import EngineUnavailable
from compiler.lint import lint as run_lint
from compiler.lint.since import untold
from compiler.match import match_files
from compiler.progress import shown
from compiler.release import coverage_text, diff_text
from compiler.release.audit import audit as audited
from compiler.release.build import build as run_build
from compiler.release.build import unsound_rules
from compiler.release.coverage import coverage as covered_by
from compiler.release.diff import diff as compared
from compiler.release.diff_alerts import alert_changes
from compiler.release.history import at_revision
from compiler.release.lock import write_lock
from compiler.release.output import write_whole
from compiler.release.sides import side_at
from compiler.release.sign import SIGNATURE, signed
from compiler.report import FORMATS, render
from compiler.report import explain as manual
from compiler.targets.target import Content
from compiler.told import AT_FAULT, CLEAN, COULD_NOT_RUN, hand_out, match_line
from compiler.told import complain as _complain
from compiler.told import order as _order
from compiler.told import verdict as _verdict
from compiler.verify.alerts import loads, over_budget
from compiler.verify.baseline import run_baseline
from compiler.verify.cases import run_cases
from compiler.verify.evidence import write_evidence
from compiler.verify.junit import junit
from compiler.verify.mutants import run_mutants, score_lines
from compiler.verify.queries import Outcome
from compiler.verify.scenarios import run_scenarios
from compiler.verify.silenced import silenced
from compiler.verify.translation import findings as translated
from compiler.verify.translation import opened
from compiler.verify.translation import verify as verified
from compiler.verify.verdict import Verdict


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="tocsin %(version)s")
def tocsin() -> None:
    """From an advisory to queries that mean what the Sigma rule means."""


@tocsin.command()
@_paths()
@click.option("--since", metavar="REV", help="Ask rules that changed since a release for a new date and version, too.")
@_root
@_format(*FORMATS)
def lint(paths: Sequence[Path], since: str | None, root: Path | None, style: str) -> int:
    """Find every fault of the content, or of any rules at PATHS."""
    loaded, only = content_at(root, paths)
    found = {*loaded.diagnostics, *run_lint(loaded.catalogue)}
    if only is not None:
        found |= {*misfit(need_root(root), loaded.catalogue, only)}
    if since is not None:
        past = at_revision(need_root(root), since)
        found |= {*untold(loaded.catalogue.rules, past.loaded.catalogue.rules, past.name, past.day)}
    findings = sorted(within(found, only), key=_order)
    click.echo(render(findings, style), nl=False)
    return _verdict(findings)


@tocsin.command()
@_paths(required=True)
@_targets
@_environment
@_root
@_format("text", "json")
def convert(
    paths: Sequence[Path], names: Sequence[str], environment: Path | None, root: Path | None, style: str
) -> int:
    """Print the queries of the rules at PATHS, ours or anybody's."""
    loaded, asked = rules_asked(root, paths, environment)
    targets = [target for target in targets_named(names) if target.convert is not None]
    rules = [rule for rule in asked if rule.kind is not Kind.YARA]
    queries, refused = convert_all(rules, targets, Content.of(loaded.catalogue.sources, loaded.catalogue.rules))
    ids = {rule.name: rule.id or rule.name for rule in rules}
    for query in queries:
        if style == "json":
            record = {"rule": ids[query.rule], "name": query.rule, "target": query.target, "query": query.text}
            click.echo(json.dumps(record, ensure_ascii=False))
        else:
            click.echo(query.text)
    findings = [*loaded.diagnostics, *refused]
    _complain(findings)
    return AT_FAULT if refused else _verdict(findings)


@tocsin.command()
@_paths(required=True)
@click.option("--events", "logs", multiple=True, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--logsource", "words", help="category=...,product=...,service=... of every event.")
@click.option("--why", is_flag=True, help="Explain, condition by condition, what did and did not match.")
@_root
@_format("text", "json")
def match(  # noqa: PLR0913, PLR0917 - one for each option of the verb
    paths: Sequence[Path], logs: Sequence[Path], words: str | None, why: bool, root: Path | None, style: str
) -> int:
    """Evaluate the rules at PATHS on events (Sigma) and files (YARA)."""
    loaded, asked = rules_asked(root, paths, None)
    matched, faults = match_files(asked, loaded.catalogue.rules, files_at(logs), logsource_of(words), why=why)
    findings = [*within(loaded.diagnostics, None), *faults]
    for item in matched:
        click.echo(json.dumps(item.record, ensure_ascii=False, default=str) if style == "json" else match_line(item))
    _complain(findings)
    return _verdict(findings)


@tocsin.command()
@click.argument("names", nargs=-1)
@click.option("--junit", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write JUnit XML to a file.")
@click.option("--mutants", is_flag=True, help="Change each rule in small ways, and tell which changes no case notices.")
@_environment
@_root
@_format("text", "json")
def test(  # noqa: PLR0913, PLR0917 - one for each option of the verb
    names: Sequence[str], file: Path | None, mutants: bool, environment: Path | None, root: Path | None, style: str
) -> int:
    """Run cases, scenarios and the baseline on the reference; of the rules in NAMES (or paths) alone, if any."""
    top = need_root(root)
    loaded, organisation = as_in(environment, load_tree(top))
    names = names_asked(names, loaded.catalogue, top)
    if mutants:
        changed = list(shown(run_mutants(loaded.catalogue, names), "mutants"))
        lines = [json.dumps(one.record) for one in changed] if style == "json" else score_lines(changed)
        click.echo("\n".join(lines))
        _complain(loaded.diagnostics)
        return AT_FAULT if not changed else _verdict(loaded.diagnostics)
    verdicts = list(_evaluated(loaded.catalogue, top, names))
    if file is not None:
        file.write_text(junit(verdicts), encoding="utf-8")
    findings = [*loaded.diagnostics, *(verdict.finding for verdict in verdicts if verdict.finding is not None)]
    findings += silenced(loaded.catalogue, organisation) if organisation else ()
    counted = loads(loaded.catalogue, verdicts) if not names else []
    findings += over_budget(loaded.catalogue, counted)
    if style == "json":
        records = [*(verdict.record for verdict in verdicts), *(load.record for load in counted)]
        click.echo("\n".join(json.dumps(record, ensure_ascii=False) for record in records))
    _complain(findings)
    cases = sum(verdict.kind == "case" and verdict.tried > 0 for verdict in verdicts)
    if style == "text":
        for load in counted:
            click.echo(load.line)
        wrong = sum(verdict.finding is not None for verdict in verdicts)
        rules = len({verdict.rule for verdict in verdicts if verdict.rule})
        click.echo(f"{len(verdicts)} verdicts on {rules} rules ({cases} cases), {wrong} wrong")
    return AT_FAULT if cases == 0 else _verdict(findings)


@tocsin.command()
@_paths()
@_targets
@click.option("--engine", "chosen", multiple=True, metavar="NAME[=URL]", help="An engine; may be repeated.")
@_environment
@_root
@_format("text", "json")
def verify(  # noqa: PLR0913, PLR0917 - one for each option of the verb
    paths: Sequence[Path],
    names: Sequence[str],
    chosen: Sequence[str],
    environment: Path | None,
    root: Path | None,
    style: str,
) -> int:
    """Run the queries of our rules, or of those at PATHS, on engines, and compare with what the rules mean.

    What it shows of our own rules, unless as an environment has them, is written to samples/rules/<name>/evidence.json.
    """
    loaded, only = content_at(root, paths)
    loaded, _ = as_in(environment, loaded)
    rules = rules_below(loaded.catalogue, only)
    factories, urls = engines_named(chosen)
    found = within(loaded.diagnostics, only)
    outcomes: list[Outcome] = []
    with opened(factories, urls) as (engines, missing):
        for reason in missing:
            click.echo(f"not run: {reason}", err=True)
        for result in shown(verified(loaded.catalogue, targets_named(names), engines, rules), "verifying"):
            if isinstance(result, Outcome):
                outcomes.append(result)
                found += translated(result)
            elif isinstance(result, EngineUnavailable):
                click.echo(f"not run to its end: {result}", err=True)
            else:
                found += result
    for outcome in outcomes:
        click.echo(json.dumps(outcome.record, ensure_ascii=False) if style == "json" else outcome.line)
    if only is not None and environment is None:
        write_evidence(need_root(root), loaded.catalogue, outcomes)
    _complain(found)
    return _verdict(found)


@tocsin.command()
@click.option("--output", type=click.Path(path_type=Path), default=Path("dist"), show_default=True)
@click.option("--sign-key", "key", type=_file, help="Sign sha256sums.txt with this secret key of minisign.")
@click.option("--previous", type=click.Path(path_type=Path, exists=True), help="The release before: pack upgrades.")
@click.option("--update-lock", "locking", is_flag=True, help="Bring detections/lock.yml up to the rules.")
@_environment
@_targets
@_root
def build(  # noqa: PLR0913, PLR0917 - one for each option of the verb
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
    misfits = [*here.diagnostics, *(silenced(here.catalogue, organisation) if organisation else ())]
    faults = sorted({*misfits, *run_lint(loaded.catalogue)}, key=_order)
    verdicts = list(_evaluated(loaded.catalogue, top, ()))
    unsound = unsound_rules(here.catalogue, faults, verdicts)
    if locking:
        write_lock(top, loaded.catalogue.rules)
    built = run_build(top, here.catalogue, targets, unsound, today(), previous=previous)
    signature = {SIGNATURE: signed(built.files["sha256sums.txt"], key)} if key is not None else {}
    write_whole(output, {**built.files, **signature})
    wrong = [verdict.finding for verdict in verdicts if verdict.finding is not None]
    findings = sorted({*faults, *wrong, *built.diagnostics}, key=_order)
    _complain(findings)
    packed = len(here.catalogue.rules) - len({rule.name for rule, target, _ in built.left_out if not target})
    click.echo(f"{output}: {packed} rules, {len(built.queries)} queries, {len(built.files)} files")
    for rule, target, why in built.left_out:
        click.echo(f"left out of {target or 'every package'}: {rule.name} ({why.code} at {why.span})", err=True)
    return _verdict(findings)


@tocsin.command()
@click.argument("place", metavar="DIST", type=click.Path(path_type=Path, exists=True))
@click.option("--public-key", "key", type=_file, help="The public key of minisign that must have signed the sums.")
@_format(*FORMATS)
def audit(place: Path, key: Path | None, style: str) -> int:
    """Check, offline, that the build in DIST, or one archive beside its manifest, is byte for byte what was built."""
    findings = audited(place, key)
    click.echo(render(findings, style), nl=False)
    return _verdict(findings)


@tocsin.command()
@click.argument("old")
@click.argument("new")
@click.option("--alerts", "counting", is_flag=True, help="Count the alerts a day of both; not of builds.")
@_root
@_format(*diff_text.FORMATS)
def diff(old: str, new: str, counting: bool, root: Path | None, style: str) -> int:
    """Tell what changed from OLD to NEW, each a build, a tree or a commit: rules, queries, and what they match."""
    before, after = side_at(old, root), side_at(new, root)
    alerts = alert_changes(before, after) if counting else None
    click.echo(diff_text.rendered(compared(before, after), alerts, style), nl=False)
    return CLEAN


@tocsin.command()
@_environment
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Write files into a folder.")
@click.option("--write", "file", type=_file, help="Write the totals into a file, between its two marks.")
@_root
@_format(*coverage_text.FORMATS)
def coverage(environment: Path | None, output: Path | None, file: Path | None, root: Path | None, style: str) -> int:
    """Tell which behaviours the rules see, from which sources; with an environment, which of them it sees today."""
    loaded, organisation = as_in(environment, load_tree(need_root(root)))
    covered = covered_by(loaded.catalogue, organisation)
    if file is not None:
        text = coverage_text.written(file.read_text(encoding="utf-8"), covered)
        file.write_text(text, encoding="utf-8", newline="\n")
    if file is None or output is not None:
        hand_out(coverage_text.rendered(covered, style), output)
    wrong = [finding for finding in loaded.diagnostics if finding.severity is Severity.ERROR]
    _complain(wrong)
    return _verdict(wrong)


@tocsin.command()
@click.argument("name")
@click.option("--behaviour", required=True, metavar="ID", help="A behaviour, as in aa21-200b.t1505.003.")
@_root
def new(name: str, behaviour: str, root: Path | None) -> int:
    """Make a rule NAME and its samples folder from a behaviour, ready to fill in."""
    top = need_root(root)
    files = scaffold(name, behaviour, load_tree(top).catalogue, today())
    if taken := [str(path) for path in files if (top / path).exists()]:
        raise UsageError(f"{', '.join(taken)} is there already")
    for path, text in files.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(text, encoding="utf-8", newline="\n")
        click.echo(str(path))
    return CLEAN


@tocsin.command(name="seal")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def seal_(file: Path) -> int:
    """Print FILE in the form in which samples are stored, so that an antivirus leaves a clone alone."""
    try:
        click.echo(seal(file.name, file.read_bytes()), nl=False)
    except ValueError as error:
        raise UsageError(str(error)) from None
    return CLEAN


@tocsin.command(name="unseal")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def unseal_(file: Path) -> int:
    """Print the content of the sealed sample FILE."""
    try:
        click.echo(unseal(file.read_text(encoding="ascii"))[1], nl=False)
    except ValueError as error:
        raise UsageError(f"{file}: {error}") from None
    return CLEAN


@tocsin.command()
@click.argument("code")
def explain(code: str) -> int:
    """Print the manual of a diagnostic."""
    click.echo(manual(code), nl=False)
    return CLEAN


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command, with the words of the process unless ``argv`` gives them.

    Exit: 0 clean, 1 content at fault, 2 could not run.
    """
    if argv is None:
        # A run keeps what it reads until it ends: looking for cycles meanwhile takes a third of the time and frees
        # next to nothing.
        gc.disable()
    try:
        sys.exit(tocsin(args=argv, prog_name="tocsin", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(COULD_NOT_RUN)
    except UsageError as error:
        click.echo(f"tocsin: {error}", err=True)
        sys.exit(COULD_NOT_RUN)
    except (KeyboardInterrupt, click.Abort):
        click.echo("tocsin: interrupted", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


def _evaluated(catalogue: Catalogue, top: Path, names: Sequence[str]) -> Iterable[Verdict]:
    folder = top / "samples" / "baseline" / "pages"
    pages = files_at([folder]) if folder.is_dir() else {}
    yield from shown(run_cases(catalogue, names), "cases")
    if not names:
        yield from shown(run_scenarios(catalogue), "scenarios")
    yield from shown(run_baseline(catalogue, pages, names), "baseline")
