"""The queries of the packages for Elastic and OpenSearch, exactly as they are in them, on the servers themselves.

Neither Kibana nor OpenSearch's alerting plugin can be had from Maven Central, so what they would run is run for them.
Events are those of the rules' cases, moved to when the run looks. EQL is not there either: the server has ES|QL and the
query DSL.
"""

import dataclasses
import json
import time

import pytest

from compiler.content.load import load_tree
from compiler.content.model import Kind
from compiler.convert import convert
from compiler.engines import elasticsearch, opensearch
from compiler.engines.engine import ID, TIME, Ask, Table
from compiler.targets import load_targets
from compiler.targets.elastic_rules import kibana_rule
from compiler.targets.opensearch_monitor import monitor
from compiler.targets.target import Content, Pack, Packed, Query
from compiler.verify.queries import asked_shapes, empty_tables
from compiler.verify.selftest import Bearings, trial_of
from compiler.verify.verdict import bench_of

pytestmark = pytest.mark.engines
RUN = 9 * 60
"""Seconds that one run looks at."""
SAMPLE = 6
"""Of the rules that are no correlation every sixth is tried on OpenSearch."""


@dataclasses.dataclass(frozen=True)
class Tried:
    """A packed rule with the tables of its cases, and the ids that a run at ``now`` must find."""

    packed: Packed
    tables: list[Table]
    expected: tuple[str, ...]


class Trials:
    """The rules of the tree as one target has them."""

    def __init__(self, root, name):
        self.target = load_targets()[name]
        catalogue = load_tree(root).catalogue
        self.rules = sorted(catalogue.rules, key=lambda rule: rule.name)
        self.content = Content.of(catalogue.sources, catalogue.rules, catalogue.values)
        self.bearings = Bearings(self.target, self.content, bench_of(catalogue))
        self.pack = Pack("1.2.3", (), catalogue.sources)

    def asked(self, query):
        """The query by which events are chosen: OpenSearch 3 reads past the end of several addresses in one field.

        That is its issue 17628; so no group of a correlation is a list there.
        """
        if self.target.name != "opensearch":
            return query
        declared = [*query.settings["deviations"], "group-lists"]
        return dataclasses.replace(query, settings={**query.settings, "deviations": declared})

    def of(self, rule, now):
        """The trial of a rule; None where it has no query, or no case that the target can hold."""
        query = convert(rule, self.target, self.content)
        # Where a rule asks when something happened its events cannot be moved.
        if not isinstance(query, Query) or "@timestamp" in query.fields:
            return None
        trial = trial_of(rule, self.asked(query), self.bearings)
        if trial is None or not any(row.expected for row in trial.rows):
            return None
        counted = rule.kind is Kind.CORRELATION
        last = max((row.time or 0 for row in trial.rows if row.expected), default=0)
        times = [(row.time or 0) + now - 60 - last if counted else now - 60 for row in trial.rows]
        company = [one for one in self.bearings.bench.company(rule) if one.kind is Kind.SIGMA]
        shapes = [shape for one in company for shape in asked_shapes(one, query, self.target, self.content)]
        held = {name: [] for name in empty_tables(shapes)}
        expected = []
        for number, (row, moment) in enumerate(zip(trial.rows, times, strict=True)):
            held[row.place].append({**row.fields, ID: f"{number:04}", TIME: int(moment * 1_000_000)})
            if row.expected and now - RUN < moment <= now:
                expected.append(f"{number:04}")
        tables = [Table(name, types, tuple(held[name])) for name, types in empty_tables(shapes).items()]
        return Tried(Packed(rule, query), tables, tuple(expected))


def test_rules_of_kibana_find_what_they_must_on_elasticsearch(root, running):
    """Every query in ES|QL and the query DSL, as the line of the NDJSON has it, finds its events and no other."""
    trials, found, wanted = Trials(root, "elastic"), {}, {}
    with running(elasticsearch.ENGINE()) as engine:
        for rule in trials.rules:
            now = time.time()
            tried = trials.of(rule, now) if rule.kind in trials.target.kinds else None
            if tried is None or tried.packed.query.language == "eql":
                continue
            line = kibana_rule(tried.packed, trials.pack)
            ask = Ask("esql", line["query"], tried.packed.query.settings)
            if line["type"] == "query":
                ask = Ask("dsl", json.dumps({"query": line["filters"][0]["query"]}), {"index": line["index"]})
            (answer,) = engine.run(tried.tables, [ask])
            found[rule.name], wanted[rule.name] = answer.error or answer.hits, tried.expected
    assert len(wanted) > 20
    assert found == wanted


def test_monitors_find_what_they_must_on_opensearch(root, running):
    """The search of each monitor, with the period that the plugin would fill in, finds its events and no other."""
    trials, found, wanted = Trials(root, "opensearch"), {}, {}
    rules = [rule for rule in trials.rules if rule.kind in trials.target.kinds]
    counted = [rule for rule in rules if rule.kind is Kind.CORRELATION]
    with running(opensearch.ENGINE()) as engine:
        for rule in [*counted, *[rule for rule in rules if rule not in counted][::SAMPLE]]:
            now = time.time()
            tried = trials.of(rule, now)
            if tried is None:
                continue
            search = monitor(tried.packed)["inputs"][0]["search"]
            period = {"{{period_start}}": now - 300, "{{period_end}}": now}
            text = json.dumps(search["query"])
            for name, moment in period.items():
                text = text.replace(name, str(int(moment * 1000)))
            settings = {"index": search["indices"], "fires": tried.packed.query.settings.get("fires")}
            (answer,) = engine.run(tried.tables, [Ask("dsl", text, settings)])
            found[rule.name], wanted[rule.name] = answer.error or answer.hits, tried.expected
    assert len(wanted) > 15
    assert found == wanted
