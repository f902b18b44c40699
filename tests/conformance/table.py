"""The table of features by target: which conformance files a query agrees with, and stock pySigma beside it.

``python tests/conformance/table.py [--engine NAME]... [--write]`` prints the table as Markdown, or writes it to
``TABLE.md``. Without ``--engine`` the engines of the default installation are asked. A cell: ``=`` the query selected
exactly the events that the file says, of those that the store can hold; ``refused`` at conversion; ``differs``;
``deviates`` differs, and the query names a deviation of ``semantics.md``; ``-`` not run: no engine, or no event that
the store can hold.
"""

from __future__ import annotations

import argparse
import pathlib
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from sigma.rule import SigmaRule

from compiler.asked import engines_named
from compiler.content.model import Arrival, Field, Logsource, Source
from compiler.content.rules import read_sigma
from compiler.convert import convert
from compiler.diagnostics import Diagnostic, Span
from compiler.engines.engine import Engine
from compiler.meaning.rule import read_detection
from compiler.targets import load_targets
from compiler.targets.target import Content, Query, Target
from compiler.verify.queries import Outcome, Subject, Tried, try_queries
from compiler.verify.translation import opened

FOLDER = pathlib.Path(__file__).parent
SPAN = Span("detections/sources/made.yml")
TYPES = {
    "text": {"elastic": "keyword", "opensearch": "keyword", "duckdb": "STRING", "spark": "STRING"},
    "number": {
        "elastic": "long",
        "opensearch": "long",
        "sentinel": "long",
        "defender": "long",
        "duckdb": "BIGINT",
        "spark": "BIGINT",
    },
    "address": {"elastic": "ip", "opensearch": "ip", "duckdb": "STRING", "spark": "STRING"},
}
WHERE = {
    "splunk": {"macro": "tocsin_made", "default": "sourcetype=made"},
    "elastic": {"index": ["logs-made-*"]},
    "opensearch": {"index": ["made-*"]},
    "loki": {"stream": '{service_name="made"}', "parser": "json"},
}
STOCK = {"splunk": ("sigma.backends.splunk", "SplunkBackend"), "sentinel": ("sigma.backends.kusto", "KustoBackend")}


def kind_of(name: str, case: Mapping[str, Any]) -> str:
    """How a store would keep a field: by what the rule asks of it and what the events have in it."""
    modifiers = {word for key, _ in pairs(case["rule"]) if key.split("|")[0] == name for word in key.split("|")[1:]}
    values = [item["event"].get(name) for item in case["events"]]
    flat = [one for value in values for one in (value if isinstance(value, list) else [value]) if one is not None]
    if "cidr" in modifiers:
        return "address"
    if modifiers & {"lt", "lte", "gt", "gte"} or (flat and all(type(one) is int for one in flat)):
        return "number"
    return "text"


def pairs(node: Any) -> list[tuple[str, Any]]:
    """Every key of every map below a node, with its value."""
    if isinstance(node, dict):
        return [(str(key), value) for key, value in node.items()] + [p for v in node.values() for p in pairs(v)]
    return [pair for value in node for pair in pairs(value)] if isinstance(node, list) else []


def source_of(case: Mapping[str, Any], fields: Sequence[str]) -> Source:
    """A source whose events arrive at every target under their own names."""
    arrivals = []
    for target in load_targets():
        made = {
            name: Field(name, TYPES[kind_of(name, case)].get(target, "string"), "made for this table")
            for name in fields
        }
        where = WHERE.get(target, {"table": "Made"})
        arrivals.append(Arrival(target, "made", where, made, {}, {}, {}, {}, "made for this table", "", {}, SPAN))
    logsource = (Logsource("made", None, None),)
    return Source("made", "Made", "", logsource, "jsonl", {}, {}, tuple(arrivals), SPAN)


def ask(path: pathlib.Path, target: Target, engines: Mapping[str, Engine]) -> tuple[str, str]:
    """The cells of one file for one target: ours, and stock's (empty where there is none)."""
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    bodies = [case["rule"], *case.get("filters", ())]
    made = [{**body, "logsource": {"category": "made"}} for body in bodies]
    rules = []
    for number, body in enumerate(made):
        text = yaml.safe_dump({"title": f"rule {number}", **body}, allow_unicode=True)
        rules += [one for one in read_sigma(f"{path.stem}.yml", text.encode()) if not isinstance(one, Diagnostic)]
    placeholders = case.get("placeholders") or {}
    detection = read_detection(rules[0].body, placeholders=placeholders, filters=[one.body for one in rules[1:]])
    # Stores of SQL do not tell names of columns by their letter case, so the rule's own name is the one that is kept.
    named = [*sorted(detection.fields), *(name for item in case["events"] for name in item["event"])]
    names = {name.lower(): name for name in reversed(named)}.values()
    content = Content.of([source_of(case, list(names))], rules, placeholders)
    query = convert(rules[0], target, content)
    tried = [Tried(item["event"], item["match"], None) for item in case["events"]]
    if not isinstance(query, Query):
        return "refused", "-"
    trial = (detection, tried, target, content, engines.get(query.language))
    other = stock(made[0], query) if target.name in STOCK else None
    return cell(rules[0], query, *trial), cell(rules[0], other, *trial) if target.name in STOCK else ""


def stock(body: Mapping[str, Any], like: Query) -> Query | None:
    """What the stock backend makes of the rule, as a query of the same place; None if it raises."""
    import importlib  # noqa: PLC0415

    module, name = STOCK[like.target]
    try:
        backend = getattr(importlib.import_module(module), name)()
        (text,) = backend.convert_rule(SigmaRule.from_dict({"title": "t", **body}))
    except Exception:  # noqa: BLE001 - whatever stock raises, it has no query
        return None
    text = f"`tocsin_made` {text}" if like.target == "splunk" else f"Made | where {text}"
    return Query(like.rule, like.target, like.language, text, (), like.settings)


def cell(rule, query, detection, tried, target, content, engine) -> str:  # noqa: PLR0917
    """One cell."""
    if query is None:
        return "refused"
    if engine is None:
        return "-"
    (outcome,) = try_queries([Subject(rule, query, detection, tried)], target, content, engine)
    return shown(outcome)


def shown(outcome: Outcome) -> str:
    """What a cell says of an outcome."""
    if outcome.error:
        return "error"
    if outcome.disagreements:
        return "deviates" if outcome.query.settings.get("deviations") else "differs"
    return "=" if outcome.tried else "-"


def rows(engines: Sequence[Engine]) -> tuple[list[str], list[list[str]]]:
    """The head of the table and a row a file."""
    targets = [one for one in load_targets().values() if one.convert is not None]
    speaking = {
        target.name: {
            language: engine
            for engine in reversed(engines)
            if not target.engines or engine.name in target.engines
            for language in engine.languages
        }
        for target in targets
    }
    head = [
        "feature",
        *(name for one in targets for name in [one.name, *([f"stock {one.name}"] * (one.name in STOCK))]),
    ]
    found = []
    for path in sorted(FOLDER.glob("*.yml")):
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "rule" not in case or "error" in case:
            continue
        row = [f"{path.stem}: {case['feature']}".replace("|", "\\|")]
        for target in targets:
            ours, theirs = ask(path, target, speaking[target.name])
            row += [ours, *([theirs or "-"] * (target.name in STOCK))]
        found.append(row)
    return head, found


def main() -> None:
    """Print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", action="append", default=[])
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    factories, urls = engines_named(given.engine)
    with opened(factories, urls) as (engines, missing):
        head, found = rows(engines)
    sums = ["sum of ="] + [f"{sum(row[n] == '=' for row in found)} of {len(found)}" for n in range(1, len(head))]
    lines = [f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), sums, *found]]
    text = "\n".join([*(f"<!-- not run: {one} -->" for one in missing), *lines]) + "\n"
    if given.write:
        (FOLDER / "TABLE.md").write_text(f"# Features by target\n\n{text}", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
