"""``tocsin convert``: the queries of any rules."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from compiler import call, told
from compiler.asked import rules_asked, targets_named, with_options
from compiler.content.model import Kind
from compiler.convert import convert_all
from compiler.targets.kusto_query import with_lets
from compiler.targets.target import Content


@click.command("convert")
@call.paths(required=True)
@call.targets
@call.environment
@call.root
@call.format_("text", "json")
def verb(paths: Sequence[Path], names: Sequence[str], environment: Path | None, root: Path | None, style: str) -> int:
    """Print the queries of the rules at PATHS, ours or anybody's."""
    loaded, asked = rules_asked(root, paths, environment)
    targets = [target for target in targets_named(names) if target.convert is not None]
    rules = [rule for rule in asked if rule.kind is not Kind.YARA]
    catalogue = with_options(loaded.catalogue, names)
    content = Content.of(catalogue.sources, catalogue.rules, options=catalogue.options)
    queries, refused = convert_all(rules, targets, content)
    ids = {rule.name: rule.id or rule.name for rule in rules}
    for query in queries:
        # KQL stands alone only with the tables that it defines: of ours, and of lists that a SOC keeps.
        text = with_lets(query.text, query.settings.get("lets", {}))
        if style == "json":
            record = {"rule": ids[query.rule], "name": query.rule, "target": query.asked_of, "query": text}
            click.echo(json.dumps(record, ensure_ascii=False))
        else:
            click.echo(text)
    findings = [*loaded.diagnostics, *refused]
    told.complain(findings)
    return told.AT_FAULT if refused else told.verdict(findings)
