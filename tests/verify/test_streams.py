"""Converted correlations on an engine: each event of a stream is held as its own category has it."""

import dataclasses

from compiler.content.load import load_rules, load_sources
from compiler.engines import load_engines
from compiler.targets import load_targets
from compiler.verify.queries import Outcome
from compiler.verify.translation import opened, verify

WRITE = """\
title: Page Written
id: 0b0f6c6c-7d3c-4b8d-9d3f-6c1d8c1f7a01
name: page_written
logsource: {category: file_event, product: windows}
detection:
    selection: {TargetFilename|endswith: '.aspx'}
    condition: selection
"""
START = """\
title: Shell Started
id: 0b0f6c6c-7d3c-4b8d-9d3f-6c1d8c1f7a02
name: shell_started
logsource: {category: process_creation, product: windows}
detection:
    selection: {Image|endswith: '\\cmd.exe'}
    condition: selection
"""
BOTH = """\
title: Page Then Shell
id: 0b0f6c6c-7d3c-4b8d-9d3f-6c1d8c1f7a03
name: page_then_shell
correlation:
    type: temporal_ordered
    rules: [page_written, shell_started]
    group-by: [Computer]
    timespan: 1h
    generate: true
"""


def test_a_correlation_over_two_categories_of_one_source_is_tried_on_events_of_both(tmp_path, root):
    """A file event is marked as Sysmon marks file events, not as it marks processes, so the query finds it."""
    for name, text in {"write": WRITE, "start": START, "both": BOTH}.items():
        (tmp_path / f"{name}.yml").write_text(text)
    catalogue = dataclasses.replace(load_rules([tmp_path], tmp_path).catalogue, sources=load_sources(root)[0])
    with opened({"duckdb": load_engines()["duckdb"]}, {}) as (engines, missing):
        told = list(verify(catalogue, [load_targets()["duckdb"]], engines))
    (outcome,) = [one for one in told if isinstance(one, Outcome) and one.rule.name == "page_then_shell"]
    assert (missing, outcome.assurance, outcome.disagreements, outcome.error) == ([], "executed", (), "")
    assert outcome.tried > 10
