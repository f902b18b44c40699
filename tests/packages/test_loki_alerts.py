"""The alerts of Loki's package, each expression as the ruler reads it, on Loki's own parser and counting."""

import pytest

from compiler.content.load import load_tree
from compiler.content.model import Kind
from compiler.convert import convert
from compiler.engines.engine import ID, Ask, Table
from compiler.engines.loki import LokiEngine
from compiler.targets.loki import TARGET
from compiler.targets.loki_rules import alert
from compiler.targets.target import Content, Packed, Query
from compiler.verify.queries import asked_shapes, empty_tables
from compiler.verify.selftest import Bearings, trial_of
from compiler.verify.verdict import bench_of

pytestmark = pytest.mark.engines


@pytest.fixture(scope="module")
def engine(running):
    with running(LokiEngine()) as made:
        yield made


def test_each_alert_counts_what_it_must(root, engine):
    """The lines that an expression counts are those of the events that the rule matches, and no other."""
    catalogue = load_tree(root).catalogue
    content = Content.of(catalogue.sources, catalogue.rules, catalogue.values)
    given = Bearings(TARGET, content, bench_of(catalogue))
    found, wanted = {}, {}
    for rule in (one for one in catalogue.rules if one.kind is Kind.SIGMA):
        query = convert(rule, TARGET, content)
        trial = trial_of(rule, query, given) if isinstance(query, Query) else None
        if trial is None:
            continue
        types = empty_tables(asked_shapes(rule, query, TARGET, content))
        held = {name: [] for name in types}
        for number, row in enumerate(trial.rows):
            held[row.place].append({**row.fields, ID: f"{number:04}"})
        tables = [Table(name, types[name], tuple(documents)) for name, documents in held.items()]
        ask = Ask(query.language, alert(Packed(rule, query))["expr"], query.settings)
        (answer,) = engine.run(tables, [ask])
        found[rule.name] = answer.error or answer.hits
        wanted[rule.name] = tuple(f"{number:04}" for number, row in enumerate(trial.rows) if row.expected)
    assert len(wanted) > 50
    assert found == wanted
