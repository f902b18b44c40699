"""Whatever is written in KQL is right to Microsoft's own parser, against the tables that Microsoft publishes."""

import json

import pytest
import yaml

from compiler.content.load import load_tree
from compiler.convert import convert
from compiler.engines.engine import Answer, Ask, Table
from compiler.engines.kusto_parser import ENGINE
from compiler.targets.defender import TARGET as DEFENDER
from compiler.targets.kusto_schema import tables
from compiler.targets.sentinel import TARGET as SENTINEL
from compiler.targets.target import Content, Pack, Packed, Query
from tests.conftest import ROOT
from tests.targets import kusto_cases as cases

pytestmark = pytest.mark.engines
WATCHLISTS = "let _GetWatchlist = (alias: string) { datatable(SearchKey: string, value: string) [] };\n"
"""The function of a workspace that the parser does not know."""


@pytest.fixture(scope="module")
def parser(running):
    with running(ENGINE()) as engine:
        yield engine


def test_every_conformance_file_is_kql(parser, make):
    """Whatever is not refused parses, with the types of the table it asks."""
    given, asks, names = [], [], []
    for path in cases.FILES:
        results, types, _ = cases.queries(make, SENTINEL, cases.read(path), typed=True)
        for query in results:
            if isinstance(query, Query):
                table = f"{cases.TABLE}{len(asks)}"
                given.append(Table(table, {**types, "TimeGenerated": "datetime"}, ()))
                lists = {"lists": query.settings["lists"]}
                asks.append(Ask("kql", query.text.replace(f"{cases.TABLE}\n", f"{table}\n"), lists))
                names.append(path.stem)
    answers = parser.run(given, asks)
    assert {name: answer for name, answer in zip(names, answers, strict=True) if answer != Answer(None)} == {}


@pytest.mark.parametrize("target", [SENTINEL, DEFENDER], ids=lambda target: target.name)
def test_our_packages_read_the_columns_that_microsoft_publishes(parser, target):
    """Every query as it is packed parses against the whole of the vendor's tables: definitions, columns of alerts."""
    catalogue = load_tree(ROOT).catalogue
    content = Content.of(catalogue.sources, catalogue.rules)
    results = [(rule, convert(rule, target, content)) for rule in catalogue.rules if rule.kind in target.kinds]
    packed = tuple(Packed(rule, query) for rule, query in results if isinstance(query, Query))
    package = target.package(Pack("1.0.0", packed, catalogue.sources))
    texts = [_text(path, content.decode()) for path, content in package.files.items() if path in package.rules]
    queries = [text for text in texts if text]
    given = [Table(name, columns, ()) for name, columns in tables(target.name).items()]
    answers = parser.run(given, [Ask("kql", WATCHLISTS + text) for text in queries])
    assert len(queries) == len(packed)
    assert {text: answer.error for text, answer in zip(queries, answers, strict=True) if answer.error} == {}


def _text(path, content):
    """The query in a file of a package; empty for a file that holds none, or those of others again."""
    if path.endswith(".yaml"):
        return yaml.safe_load(content)["query"]
    if path.startswith("detections/"):
        return json.loads(content)["queryCondition"]["queryText"]
    return ""
