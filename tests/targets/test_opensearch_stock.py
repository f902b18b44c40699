"""Where our searches differ from pySigma's for Lucene, which its OpenSearch backend inherits, and what that gets wrong.

Each defect is a conformance file. On a server (``TOCSIN_ENGINES``) the stock output is shown to select other events
than the file says; that ours selects the right ones is held by ``test_opensearch_conformance.py``.
"""

import importlib.util
import os
import pathlib

import pytest
from sigma.backends.elasticsearch.elasticsearch_lucene import LuceneBackend
from sigma.collection import SigmaCollection

from compiler.engines.engine import Ask, Table
from compiler.engines.opensearch import ENGINE

HERE = pathlib.Path(__file__).parent
DEFECTS = {
    # A term and a wildcard of a keyword field are compared letter for letter, in ASCII and beyond.
    "equals": r"Image:C\:\\Windows\\System32\\whoami.exe",
    "endswith": r"Image:*\\cmd.exe",
    "startswith": r"Image:C\:\\Temp\\*",
    "contains": "CommandLine:*Sekurlsa*",
    "case_unicode": 'User:"ÄRGER Ж"',
    # ... so that what is negated is found where it must not be.
    "neq": "NOT User:SYSTEM",
    "not_missing": "EventID:1 AND (NOT User:SYSTEM)",
    # A keyword is looked for in no field of type keyword but as the whole value.
    "keywords_negated": "EventID:1 AND (NOT *harmless*)",
    # A regular expression matches the whole value, and knows no anchor, flag, class or look-around.
    "re": "CommandLine:/who.mi/",
    "re_anchors": "CommandLine:/^abc$/",
    "re_i": "CommandLine:/(?i)who[a-f]mi/",
    "re_classes": r"CommandLine:/\bid=\d+\s\w$/",
    "re_neq": "NOT CommandLine:/^ab/",
    # < > @ # & ~ " are operators of Lucene's regular expressions.
    "re_special_of_lucene": 'CommandLine:/<a>@b#c&d~e"f/',
    # The dot of Lucene is a newline too.
    "re_dot": "CommandLine:/a.b/",
    # A minus sign is an operator, and the whole query is refused.
    "number_negative": "Code:-1",
    # A whole number beyond 2**53 is rounded to a float.
    "number_large": None,
    # A part of a timestamp is compared with the timestamp.
    "time_minute": "Time:(0 OR 59)",
    # AND, OR and NOT as values are operators.
    "values_that_are_words_of_queries": None,
}
"""File -> what stock makes of it, where that is short enough to show."""


def load():
    spec = importlib.util.spec_from_file_location("search_conformance", HERE / "search_conformance.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stock(rule):
    """What the stock backend makes of a rule; its several conditions joined as Sigma joins them."""
    queries = LuceneBackend().convert(SigmaCollection.from_dicts([rule]))
    return " OR ".join(f"({query})" for query in queries) if len(queries) > 1 else queries[0]


@pytest.mark.parametrize("name", [name for name, text in DEFECTS.items() if text])
def test_this_is_what_stock_makes_of_it(name):
    """The defect is that of the installed backend; a version that mends it fails here."""
    assert stock(load().cases()[name]["rule"]) == DEFECTS[name]


@pytest.mark.skipif("TOCSIN_ENGINES" not in os.environ, reason="TOCSIN_ENGINES is not set: starts a server")
def test_stock_selects_other_events(running):
    """Each stock query is refused by OpenSearch, or selects other events than its file says."""
    conformance = load()
    cases = conformance.cases()
    right = []
    with running(ENGINE()) as engine:
        for name in DEFECTS:
            case = cases[name]
            names = {field for item in case["events"] for field in item["event"]}
            rules = [case["rule"]]
            types = {one: conformance.type_of(one, [], "asked", rules) for one in sorted(names)}
            held = {
                f"{number:04}": item
                for number, item in enumerate(case["events"])
                if conformance.held(types, item["event"])
            }
            documents = tuple({**item["event"], "tocsin_id": id} for id, item in held.items())
            (answer,) = engine.run([Table("made", types, documents)], [Ask("lucene", stock(case["rule"]))])
            if answer.hits == tuple(id for id, item in held.items() if item["match"]):
                right.append(name)
    assert right == []
