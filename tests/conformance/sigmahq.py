"""SigmaHQ's rules through witnesses: for each target the share of queries that say exactly what their rule says.

``python tests/conformance/sigmahq.py [--rules FOLDER] [--engine NAME[=URL]]... [--record FILE] [--write]`` reads the
3,141 rules of ``rules/`` in ``../shared/corpora`` (or those of a folder), converts each for every target, runs the
queries on the engines, those of the default installation unless others are named, on events made from the rules, and
prints the table as Markdown, or writes it to ``SIGMAHQ.md``. ``--record`` adds each rule's verdicts to a file as one
line of JSON, and leaves out what was run on these engines already: a long run can be stopped and taken up again. Rules
are taken in strides, so that what was done until then is a sample of all of them.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import pathlib
import tarfile
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.asked import engines_named
from compiler.content.environment import options_of
from compiler.content.load import load_rules, load_sources
from compiler.content.model import Kind, Rule
from compiler.convert import convert
from compiler.cores import spread
from compiler.engines.engine import Engine, EngineUnavailable
from compiler.meaning.errors import MeaningError
from compiler.meaning.rule import read_detection
from compiler.targets import load_targets
from compiler.targets.pipeline import shapes_of
from compiler.targets.reading import logsource_of
from compiler.targets.target import ELSEWHERE, UNMAPPED, UNSOURCED, Content, Query, Target
from compiler.verify.queries import Outcome, Subject, events_of, try_queries
from compiler.verify.translation import opened

ROOT = pathlib.Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpora" / "sigmahq-rules.tar.xz"
TOGETHER = 4
"""Rules whose events are together: each query reads those of all of them."""
AT_ONCE = 32
"""Rules of one part of the work, for which the engines are opened once; what is recorded is whole parts."""
STRIDE = 32
"""How far apart in the order of paths the rules of one pass over the corpus are."""
EQUAL, DIFFERENT, REJECTED, UNTRIED = "equal", "different", "rejected", "not run"
"""Verdicts of one query: ``rejected`` by the engine; ``not run`` for want of an engine or of an event."""
LACKING = ("script_lang not supported", "beyond what is known here")
"""By these words our own Elasticsearch says that it has no Painless, and a model that it does not know a regex."""
NO_SOURCE, NO_FIELD, NO_WORDS = "no source", "no field", "no words"
"""Why there is no query: nothing tells where the events are, or the field; or the language cannot say it."""
WHY = {UNSOURCED.code: NO_SOURCE, ELSEWHERE.code: NO_SOURCE, UNMAPPED.code: NO_FIELD}
TOLD_FIRST = (DIFFERENT, REJECTED, EQUAL, UNTRIED, NO_WORDS, NO_FIELD, NO_SOURCE)
"""Of what several engines showed of one query the first of these counts."""
COLUMNS = (EQUAL, DIFFERENT, REJECTED, UNTRIED, NO_WORDS, NO_FIELD, NO_SOURCE)

HEAD = """# SigmaHQ's rules by target

Written by `sigmahq.py`. Each rule is converted for each target, and the query is run on an engine on events made from
the rule. *equal*: it selects exactly the events that the rule means, of those that the store can hold. *different* and
*rejected* are bugs. *not run*: no engine of its language was asked, or the store can hold none of the events. No query:
*no words* (the language cannot say it), *no field* (nothing tells where a field is kept), *no source* (nothing tells
where the events are). *placed*: there is a source. A target with an option (`splunk:data_models`) counts the queries
that make use of it; *no field* and *no source* are those that go to the raw events instead.

"""


def verdicts(rules: Sequence[Rule], content: Content, named: Sequence[str]) -> list[dict[str, Any]]:
    """What becomes of each rule on each target, on the engines that are named, and on what it differs."""
    warnings.simplefilter("ignore")
    with opened(*engines_named(named)) as (engines, missing):
        for reason in missing:
            raise EngineUnavailable(reason)
        parts = [rules[start : start + TOGETHER] for start in range(0, len(rules), TOGETHER)]
        return [record for part in parts for record in _verdicts(part, content, engines)]


def _verdicts(rules: Sequence[Rule], content: Content, engines: Sequence[Engine]) -> list[dict[str, Any]]:
    asked = [engine.name for engine in engines]
    ways = _ways(content)
    records = {rule.span: {"rule": rule.span.path, "engines": asked, "targets": {}, "differ": {}} for rule in rules}
    subjects: dict[str, list[Subject]] = {name: [] for name in ways}
    for rule in rules:
        try:
            detection = read_detection(rule.body)
        except MeaningError as error:
            records[rule.span]["error"] = str(error)
            continue
        tried = events_of(detection)
        for name, (target, chosen) in ways.items():
            made = convert(rule, target, chosen)
            if not isinstance(made, Query):
                records[rule.span]["targets"][name] = WHY.get(made[0].code, NO_WORDS)
                records[rule.span]["differ"][name] = [str(one) for one in made]
            elif made.asked_of == name:
                records[rule.span]["targets"][name] = UNTRIED
                subjects[name].append(Subject(rule, made, detection, tried))
            else:
                offered = [one.arrival.option for one in shapes_of(logsource_of(rule), target.name, chosen)]
                records[rule.span]["targets"][name] = NO_FIELD if any(offered) else NO_SOURCE
    for name, (target, chosen) in ways.items():
        for engine in (one for one in engines if not target.engines or one.name in target.engines):
            spoken = [one for one in subjects[name] if one.query.language in engine.languages]
            for outcome in try_queries(spoken, target, chosen, engine):
                record = records[outcome.rule.span]
                record["targets"][name] = first(record["targets"][name], verdict(outcome))
                if outcome.error or outcome.disagreements:
                    told = outcome.record
                    record["differ"][name] = {**told, "differ": told["differ"][:4]}
    return list(records.values())


def _ways(content: Content) -> dict[str, tuple[Target, Content]]:
    """Each target with what its queries are made from; and with each option of its own, by both names."""
    ways = {target.name: (target, content) for target in load_targets().values() if target.convert is not None}
    for option in options_of(load_sources(ROOT)[0]):
        target, _ = ways[option.partition(":")[0]]
        chosen = content.known.get(option)
        if chosen is None:
            rules = list(content.rules.values())
            chosen = content.known[option] = Content.of(load_sources(ROOT)[0], rules, options=[option])
        ways[option] = (target, chosen)
    return ways


def verdict(outcome: Outcome) -> str:
    """The word for what an engine showed of one query; what our own engines lack is nothing about it (``LACKING``)."""
    if any(words in outcome.error for words in LACKING):
        return UNTRIED
    if outcome.error:
        return REJECTED
    if outcome.disagreements:
        return DIFFERENT
    return EQUAL if outcome.tried else UNTRIED


def first(*words: str) -> str:
    """Of several verdicts on one query the one that counts."""
    return min(words, key=TOLD_FIRST.index)


def together(records: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The verdicts of each rule by target, whatever engines showed them."""
    rules: dict[str, dict[str, str]] = {}
    for record in records:
        targets = rules.setdefault(record["rule"], {})
        for target, word in record["targets"].items():
            targets[target] = first(word, targets.get(target, word))
    return list(rules.values())


def in_strides(rules: Sequence[Rule]) -> list[Rule]:
    """Every rule, each pass over the corpus beginning one rule later than the one before."""
    return [rule for start in range(STRIDE) for rule in rules[start::STRIDE]]


@contextlib.contextmanager
def corpus(folder: pathlib.Path | None) -> Iterator[pathlib.Path]:
    """The folder of the rules, unpacked unless there is one."""
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory() as work:
        with tarfile.open(CORPUS) as archive:
            archive.extractall(work, filter="data")
        yield pathlib.Path(work, "rules")


def table(rules: Sequence[Mapping[str, str]]) -> str:
    """The figures by target, of the verdicts of each rule."""
    lines = [
        "| target | " + " | ".join(COLUMNS) + " | equal of all | equal of placed | converted of placed |",
        "|---" * (len(COLUMNS) + 4) + "|",
    ]
    for target in sorted({name for targets in rules for name in targets}):
        found = Counter(targets.get(target, NO_SOURCE) for targets in rules)
        converted = sum(found[word] for word in (EQUAL, DIFFERENT, REJECTED, UNTRIED))
        placed = len(rules) - found[NO_SOURCE]
        shares = [(found[EQUAL], len(rules)), (found[EQUAL], placed), (converted, placed)]
        counts = [str(found[word]) for word in COLUMNS]
        told = [f"{100 * part / whole:.1f} %" if whole else "" for part, whole in shares]
        lines.append("| " + " | ".join([target, *counts, *told]) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run what is asked for, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=pathlib.Path)
    parser.add_argument("--engine", action="append", default=[])
    parser.add_argument("--record", type=pathlib.Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    known: list[dict[str, Any]] = []
    if given.record and given.record.is_file():
        known = [json.loads(line) for line in given.record.read_text(encoding="utf-8").splitlines()]
    named = given.engine or list(engines_named([])[0])
    asked = {name.partition("=")[0] for name in named}
    done = {record["rule"] for record in known if asked <= set(record["engines"])}
    with corpus(given.rules) as folder:
        loaded = load_rules([folder], folder).catalogue.rules
        rules = in_strides([rule for rule in loaded if rule.kind is Kind.SIGMA])
        left = [rule for rule in rules if rule.span.path not in done]
        content = Content.of(load_sources(ROOT)[0], rules)
        chunks = [left[start : start + AT_ONCE] for start in range(0, len(left), AT_ONCE)]
        for found in spread([functools.partial(verdicts, chunk, content, named) for chunk in chunks]):
            known += found
            if given.record:
                with given.record.open("a", encoding="utf-8") as file:
                    file.writelines(json.dumps(record, ensure_ascii=False, default=str) + "\n" for record in found)
    counts = Counter(name for name, _ in {(name, record["rule"]) for record in known for name in record["engines"]})
    told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    text = f"Of {len(loaded)} rules were run: {told}.\n\n{table(together(known))}"
    if given.write:
        (ROOT / "tests" / "conformance" / "SIGMAHQ.md").write_text(HEAD + text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
