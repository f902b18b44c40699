"""What tests of targets share: rules and sources made of plain data, and models of the languages."""

import pytest
import yaml

from compiler.content.model import Arrival, Field, Logsource, Source
from compiler.content.rules import read_sigma
from compiler.diagnostics import Span
from compiler.engines.engine import ID
from compiler.engines.eql import selected
from compiler.engines.spl import expanded
from compiler.engines.spl_commands import compiled
from compiler.engines.spl_search import TABLE
from compiler.engines.spl_text import ROW_ID
from compiler.targets.target import Content

LOGSOURCES = (Logsource("made", None, None),)
SPAN = Span("detections/sources/made.yml")


class Spl:
    """The engine of SPL over plain rows."""

    @staticmethod
    def run(query, rows, macros, lists=None):
        """The rows that come out. ``macros`` tell which rows are theirs; the first that claims a row has it.

        ``lists``: the definitions of macros that test one field.
        """
        query = expanded(query, lists or {})
        made = []
        for number, row in enumerate(rows):
            table = next((name for name, claims in macros.items() if claims(row)), "")
            made.append({**row, TABLE: table, ROW_ID: number})
        return [rows[row[ROW_ID]] for row in compiled(query, macros)(made)]


@pytest.fixture(scope="session")
def spl():
    """The engine of SPL: ``run(query, rows, macros)``."""
    return Spl()


class Eql:
    """The engine of EQL over one event."""

    @staticmethod
    def matches(query, event, *, strict, types):
        """Whether the query selects the event."""
        return selected(query, types, [{**event, ID: "it"}], strict=strict) == ["it"]


@pytest.fixture(scope="session")
def eql():
    """The engine of EQL: ``matches(query, event, strict=..., types=...)``."""
    return Eql()


class Make:
    """Rules, sources and contents out of plain data."""

    @staticmethod
    def rule(body):
        """A rule as it is read from a file; ``body`` may be a bare detection."""
        if "selection" in body:
            body = {"detection": {"condition": "selection", **body}}
        if "detection" in body or "filter" in body:
            body = {"logsource": {"category": "made"}, **body}
        (rule,) = read_sigma("detections/sigma/made.yml", yaml.safe_dump({"title": "Made", **body}).encode())
        return rule

    @staticmethod
    def arrival(target, fields, shape="made", **more):
        """A shape at a target. ``fields``: Sigma name to ``(name, type)`` or ``(name, type, changed)`` there."""
        where = {"macro": f"tocsin_{shape}", "default": f"sourcetype={shape}", "index": [f"logs-{shape}-*"]}
        made = {name: Field(said[0], said[1], "c", *said[2:]) for name, said in fields.items()}
        given = {"overrides": {}, "unmapped": {}, "only": {}, "drops": {}, "where": where, **more}
        return Arrival(target=target, shape=shape, fields=made, citation="c", raw="", documented={}, span=SPAN, **given)

    @staticmethod
    def source(*arrivals, name="made", logsources=LOGSOURCES, select=None):
        """A source whose events arrive in the given shapes."""
        return Source(
            name=name,
            title=name.title(),
            definition=f"switch {name} on",
            logsources=logsources,
            format="jsonl",
            select=select or {},
            prerequisites={},
            arrives=arrivals,
            span=SPAN,
        )

    def content(self, *rules, sources=None, placeholders=None, **fields):
        """Content with one source; ``fields``: Sigma name to its type at both targets, kept under its own name."""
        if sources is None:
            said = {name: (name, kind) for name, kind in fields.items()}
            sources = [self.source(self.arrival("splunk", said), self.arrival("elastic", said))]
        return Content.of(sources, rules, placeholders)


@pytest.fixture(scope="session")
def make():
    """The factory of rules, sources and contents."""
    return Make()
