"""Spark as an engine and a target: every conformance file, run by Spark itself.

It takes minutes, so it runs only where ``TOCSIN_ENGINES`` names ``spark`` (the session ``engines``).
"""

import importlib.util
import os
import pathlib
import sys
import unicodedata

import pytest

from compiler.engines.engine import Ask, EngineUnavailable, Table
from compiler.engines.spark import ENGINE
from compiler.targets.spark import TARGET
from compiler.targets.spark_dialect import Spark
from compiler.targets.spark_regex import java
from compiler.targets.sql_dialect import fold

ROOT = pathlib.Path(__file__).parents[1]
asked = pytest.mark.skipif(
    "spark" not in os.environ.get("TOCSIN_ENGINES", "").split(","), reason="TOCSIN_ENGINES does not name spark"
)


def load(name):
    spec = importlib.util.spec_from_file_location(f"{name}_for_spark", ROOT / "targets" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def engine(running):
    """Spark, open; skipped where it cannot be had."""
    with running(ENGINE()) as engine:
        yield engine


def test_it_has_no_url():
    """A session of ours does not touch a cluster."""
    with pytest.raises(EngineUnavailable, match="no URL"):
        ENGINE(url="spark://spark.example.com").open()


@asked
def test_a_table_holds_what_its_documents_say(engine):
    """Text, numbers, lists, missing fields, and the time."""
    types = {"text": "STRING", "number": "BIGINT", "list": "STRING[]", "odd `name`": "STRING"}
    documents = (
        {"tocsin_id": "one", "tocsin_time": 1_500_000, "text": "x", "number": 5, "odd `name`": "o"},
        {"tocsin_id": "two", "list": ["a", "b"]},
    )
    asks = [
        Ask("spark", f"SELECT * FROM made WHERE {where}")  # noqa: S608
        for where in (
            "text = 'x' AND number = 5 AND `odd ``name``` = 'o'",
            "unix_micros(event_time) = 1500000",
            "array_contains(list, 'b') AND text IS NULL",
            "SELEC",
        )
    ]
    answers = engine.run([Table("made", types, documents)], asks)
    assert [answer.hits for answer in answers] == [("one",), ("one",), ("two",), None]


@asked
def test_lower_case_is_folded_as_in_rules(engine):
    """Of every character that this Python's Unicode knows, whatever stands around it."""
    known = [chr(n) for n in range(1, 0x110000) if unicodedata.category(chr(n)) not in ("Cn", "Cs", "Co")]
    lower = [letter for letter in known if fold(letter) != letter]
    documents = tuple(
        {"tocsin_id": str(number), "text": f"a{letter}", "meant": f"a{fold(letter)}"}
        for number, letter in enumerate(lower)
    )
    query = f"SELECT * FROM made WHERE {Spark().folded('text')} <> meant"  # noqa: S608 - of ours
    (answer,) = engine.run([Table("made", {"text": "STRING", "meant": "STRING"}, documents)], [Ask("spark", query)])
    assert [lower[int(hit)] for hit in answer.hits] == []


@asked
def test_a_class_of_letters_of_either_case_reads_a_long_value(engine):
    """As one class it is repeated without a place on Java's stack for each character, which ended Spark's process."""
    texts = {"long": "x" + "A" * 8000 + "!", "kelvin": "x\u212a!", "dotted": "x\u0130!", "other": "x?!"}
    documents = tuple({"tocsin_id": name, "a": text} for name, text in texts.items())
    condition = f"RLIKE r'{java('x[a-z]+!', 'i')}'"
    ask = Ask("spark", "SELECT tocsin_id FROM t WHERE a " + condition)  # noqa: S608 - of our own making
    (answer,) = engine.run([Table("t", {"a": "STRING"}, documents)], [ask])
    assert (answer.hits, answer.error) == (("kelvin", "long"), "")


@asked
@pytest.mark.parametrize("kind", ["singles", "correlations"])
def test_rules_mean_what_they_say(kind, engine):
    """Each query selects exactly the events that its file says; no feature is refused but what pySigma cannot read."""
    conformance, make = load("sql_conformance"), load("conftest").Make()
    trials = getattr(conformance, kind)(make, TARGET)
    assert conformance.differences(conformance.run(engine, trials)) == []
    said = {trial.name for trial in trials if not trial.refused}
    unread = {trial.name for trial in trials if trial.refused and "pySigma" in trial.result[0].message}
    assert {trial.name for trial in trials} - said == unread - said
    assert unread <= {"keywords_startswith"}
