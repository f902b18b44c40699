"""Splunk: SPL over the raw events of the add-ons, packed as an app."""

from __future__ import annotations

from compiler.content.model import Kind, Rule
from compiler.targets.pipeline import ask
from compiler.targets.reading import read_rule
from compiler.targets.splunk_app import package
from compiler.targets.splunk_correlation import correlate
from compiler.targets.splunk_query import NAME, names_of, searches, settings_of, united
from compiler.targets.store import Store
from compiler.targets.target import Content, Query, Target


def convert(rule: Rule, content: Content) -> Query:
    """``rule`` in SPL. Raises ``Refusal`` for what SPL cannot say."""
    if rule.kind is Kind.CORRELATION:
        return correlate(rule, content)
    tree = read_rule(rule, content, parts=True)
    asked, left_out = ask(rule, tree, NAME, content, lists=True)
    text = united(searches(asked))
    return Query(rule.name, NAME, "spl", text, names_of(asked), settings_of(asked, left_out, [tree]))


TARGET = Target(
    name=NAME,
    title="Splunk",
    kinds=frozenset({Kind.SIGMA, Kind.CORRELATION}),
    convert=convert,
    package=package,
    store=Store(empty=False, longest=10_000, unicode=False, raw=True),
    archive="tar.gz",
    checked="Splunk's own splunk-appinspect, ksconf over two releases, and each self-test on the model of SPL.",
    unchecked="that Splunk's scheduler runs the searches; the app's self-test shows what each finds on your Splunk.",
)
