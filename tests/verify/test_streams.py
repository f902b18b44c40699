"""Converted correlations on an engine: each event of a stream is held as its own category has it."""

import dataclasses

from compiler.content.load import load_rules, load_sources
from compiler.content.model import Arrival, Field, Kind, Logsource, Source
from compiler.content.rules import read_sigma
from compiler.convert import convert
from compiler.diagnostics import Span
from compiler.engines import load_engines
from compiler.meaning.events import Event
from compiler.targets import load_targets
from compiler.targets.pipeline import Shape
from compiler.targets.target import Content
from compiler.verify.queries import Outcome
from compiler.verify.streams import held, shapes_asked, streams_of, try_correlation
from compiler.verify.translation import opened, verify

LOGON = "win_security_logon_failed"
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


REFUSED = """\
title: Connection Refused
id: 0b0f6c6c-7d3c-4b8d-9d3f-6c1d8c1f7a04
name: refused
logsource: {product: zeek, service: conn}
detection:
    selection: {conn_state: REJ}
    local: {id.orig_h: '127.0.0.1'}
    condition: selection and not local
"""
MANY = """\
title: Many Ports
id: 0b0f6c6c-7d3c-4b8d-9d3f-6c1d8c1f7a05
name: many_ports
correlation:
    type: value_count
    rules: [refused]
    group-by: [id.orig_h]
    timespan: 1m
    condition: {field: id.resp_p, gte: 3}
"""


def many_ports():
    (rule,) = read_sigma("refused.yml", REFUSED.encode())
    (many,) = read_sigma("many.yml", MANY.encode())
    return [many, rule]


def test_fields_that_a_store_keeps_as_addresses_and_numbers_hold_such(root):
    """Ports are numbers and hosts addresses in every stream, so that a typed store can hold them."""
    recorded = streams_of(many_ports(), load_sources(root)[0])
    fields = [event.fields for stream in recorded.streams for event in stream.events if stream.kind == "exact"]
    assert [sorted(one.items()) for one in fields] == [
        [("conn_state", "REJ"), ("id.orig_h", "198.51.100.7"), ("id.resp_p", 4000 + number)] for number in range(3)
    ]


def test_a_case_of_a_correlation_is_a_stream_of_its_own(root):
    """Its events are of the log source of the rule that they match, and the reference says where it closes."""
    events = [
        Event({"conn_state": "REJ", "id.orig_h": "192.0.2.1", "id.resp_p": port}, (), port * 1_000_000, line)
        for line, port in enumerate((21, 22, 23))
    ]
    recorded = streams_of(many_ports(), load_sources(root)[0], [("three ports", events)])
    last = recorded.streams[-1]
    assert (last.kind, last.expected) == ("three ports", ((2, {"id.orig_h": "192.0.2.1"}),))
    assert [event.logsources for event in last.events] == [(Logsource(None, "zeek", "conn"),)] * 3


def test_a_query_that_was_never_to_match_is_merely_converted(root):
    """Without one event that the rule matches, a query that finds nothing would do as well."""
    recorded = dataclasses.replace(
        quiet := streams_of(many_ports(), load_sources(root)[0]),
        streams=tuple(stream for stream in quiet.streams if not stream.expected),
    )
    content = Content.of(load_sources(root)[0], many_ports())
    target = load_targets()["duckdb"]
    query = convert(many_ports()[0], target, content)
    with opened({"duckdb": load_engines()["duckdb"]}, {}) as ((engine,), _):
        (silent,) = try_correlation(recorded, query, target, content, engine)
        (whole,) = try_correlation(quiet, query, target, content, engine)
    assert (silent.disagreements, silent.fired, silent.assurance) == ((), False, "converted")
    assert (whole.disagreements, whole.fired, whole.assurance) == ((), True, "executed")


def test_an_event_is_held_in_a_shape_that_has_what_the_rules_read():
    """Of two places for one log source the one is asked of a rule that the other cannot be, so its events lie there."""
    logsource = Logsource("made", None, None)
    shapes = []
    for number, names in enumerate((("Code",), ("Code", "Path"))):
        fields = {name: Field(name.lower(), "keyword", "c") for name in names}
        where = {"index": [f"logs-{number}-*"]}
        arrival = Arrival("elastic", f"shape{number}", where, fields, {}, {}, {}, {}, "c", "", {}, Span("made.yml"))
        source = Source("made", "Made", "", (logsource,), "jsonl", {}, {}, (arrival,), Span("made.yml"))
        shapes.append((logsource, Shape(source, arrival, fields, None)))
    target = load_targets()["elastic"]

    def names(fields):
        event = Event(fields, (logsource,), 0, 0)
        read = frozenset({"Code", "Path"})
        return [held(event, number, shapes, target, read)[0].arrival.shape for number in range(2)]

    assert names({"Code": "404"}) == ["shape0", "shape1"]
    assert names({"Code": "200", "Path": "/x"}) == ["shape1", "shape1"]
    assert names({"Code": "200", "Other": "/x"}) == ["shape0", "shape1"]


def test_a_correlation_asks_where_its_groups_are_kept(root):
    """A place that has what the rule reads, and lacks what the correlation groups by, is not where it is tried."""
    (failed,) = [one for one in load_rules([root / "detections" / "sigma"], root).catalogue.rules if one.name == LOGON]
    body = {"type": "event_count", "rules": [LOGON], "group-by": ["IpAddress"], "timespan": "5m"}
    many = dataclasses.replace(
        failed,
        name="many",
        id="",
        kind=Kind.CORRELATION,
        span=Span("many.yml"),
        body={"title": "Many", "name": "many", "correlation": {**body, "condition": {"gte": 3}}},
    )
    content, target = Content.of(load_sources(root)[0], [failed, many]), load_targets()["elastic"]
    query = convert(many, target, content)
    asked = {
        f"{shape.source.name}/{shape.arrival.shape}"
        for _, shape in shapes_asked([many, failed], query, target, content)
    }
    assert asked == set(query.settings["shapes"])
    assert convert(failed, target, content).settings["shapes"] != query.settings["shapes"]
