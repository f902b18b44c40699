"""SigmaHQ's rules through witnesses: for each target the share of queries that say exactly what their rule says.

``python tests/conformance/sigmahq.py [--rules FOLDER] [--every N] [--record FILE] [--write]`` reads the 3,141 rules of
``rules/`` in ``../shared/corpora`` (or those of a folder; with ``--every 10`` each tenth), converts each for every
target, runs the queries on the engines of the default installation, on events made from the rules, and prints the table
as Markdown, or writes it to ``SIGMAHQ.md``. ``--record`` adds each rule's verdicts to a file as one line of JSON, and
leaves out what stands there already: a long run can be stopped and taken up again.
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
from compiler.content.load import load_rules, load_sources
from compiler.content.model import Kind, Rule
from compiler.convert import convert
from compiler.cores import spread
from compiler.meaning.errors import MeaningError
from compiler.meaning.rule import read_detection
from compiler.targets import load_targets
from compiler.targets.target import ELSEWHERE, UNMAPPED, UNSOURCED, Content, Query
from compiler.verify.queries import Outcome, Subject, events_of, try_queries
from compiler.verify.translation import opened

ROOT = pathlib.Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpora" / "sigmahq-rules.tar.xz"
TOGETHER = 4
"""Rules of one part of the work: each query reads the events of all of them."""
EQUAL, DIFFERENT, REJECTED, UNTRIED = "equal", "different", "rejected", "not run"
"""Verdicts of one query: ``rejected`` by the engine; ``not run`` for want of an engine or of an event."""
NO_SOURCE, NO_FIELD, NO_WORDS = "no source", "no field", "no words"
"""Why there is no query: nothing tells where the events are, or the field; or the language cannot say it."""
WHY = {UNSOURCED.code: NO_SOURCE, ELSEWHERE.code: NO_SOURCE, UNMAPPED.code: NO_FIELD}
COLUMNS = (EQUAL, DIFFERENT, REJECTED, UNTRIED, NO_WORDS, NO_FIELD, NO_SOURCE)

HEAD = """# SigmaHQ's rules by target

Written by `sigmahq.py`. Each rule is converted for each target, and the query is run on an engine of the default
installation on events made from the rule. *equal*: it selects exactly the events that the rule means, of those that the
store can hold. *different* and *rejected* are bugs. *not run*: the target's engine is none of the default installation,
or the store can hold none of the events. No query: *no words* (the language cannot say it), *no field* (nothing tells
where a field is kept), *no source* (nothing tells where the events are). *placed*: there is a source.

"""


def verdicts(rules: Sequence[Rule], content: Content) -> list[dict[str, Any]]:
    """What becomes of each rule on each target, and on what it differs."""
    warnings.simplefilter("ignore")
    targets = [target for target in load_targets().values() if target.convert is not None]
    records = {rule.span: {"rule": rule.span.path, "targets": {}, "differ": {}} for rule in rules}
    subjects: dict[str, list[Subject]] = {target.name: [] for target in targets}
    for rule in rules:
        try:
            detection = read_detection(rule.body)
        except MeaningError as error:
            records[rule.span]["error"] = str(error)
            continue
        tried = events_of(detection)
        for target in targets:
            made = convert(rule, target, content)
            if isinstance(made, Query):
                records[rule.span]["targets"][target.name] = UNTRIED
                subjects[target.name].append(Subject(rule, made, detection, tried))
            else:
                records[rule.span]["targets"][target.name] = WHY.get(made[0].code, NO_WORDS)
                records[rule.span]["differ"][target.name] = [str(one) for one in made]
    with opened(*engines_named([])) as (engines, _):
        for target in targets:
            for engine in (one for one in engines if not target.engines or one.name in target.engines):
                spoken = [one for one in subjects[target.name] if one.query.language in engine.languages]
                for outcome in try_queries(spoken, target, content, engine):
                    record = records[outcome.rule.span]
                    record["targets"][target.name] = verdict(outcome)
                    if outcome.error or outcome.disagreements:
                        told = outcome.record
                        record["differ"][target.name] = {**told, "differ": told["differ"][:4]}
    return list(records.values())


def verdict(outcome: Outcome) -> str:
    """The word for what an engine showed of one query."""
    if outcome.error:
        return REJECTED
    if outcome.disagreements:
        return DIFFERENT
    return EQUAL if outcome.tried else UNTRIED


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


def table(records: Sequence[Mapping[str, Any]]) -> str:
    """The figures by target."""
    lines = [
        "| target | " + " | ".join(COLUMNS) + " | equal of all | equal of placed | converted of placed |",
        "|---" * (len(COLUMNS) + 4) + "|",
    ]
    for target in sorted({name for record in records for name in record["targets"]}):
        found = Counter(record["targets"].get(target, NO_SOURCE) for record in records)
        converted = sum(found[word] for word in (EQUAL, DIFFERENT, REJECTED, UNTRIED))
        placed = len(records) - found[NO_SOURCE]
        shares = [(found[EQUAL], len(records)), (found[EQUAL], placed), (converted, placed)]
        counts = [str(found[word]) for word in COLUMNS]
        told = [f"{100 * part / whole:.1f} %" if whole else "" for part, whole in shares]
        lines.append("| " + " | ".join([target, *counts, *told]) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run what is asked for, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=pathlib.Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--record", type=pathlib.Path)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    known: list[dict[str, Any]] = []
    if given.record and given.record.is_file():
        known = [json.loads(line) for line in given.record.read_text(encoding="utf-8").splitlines()]
    done = {record["rule"] for record in known}
    with corpus(given.rules) as folder:
        loaded = load_rules([folder], folder).catalogue.rules
        rules = [rule for rule in loaded if rule.kind is Kind.SIGMA][:: given.every]
        left = [rule for rule in rules if rule.span.path not in done]
        content = Content.of(load_sources(ROOT)[0], rules)
        chunks = [left[start : start + TOGETHER] for start in range(0, len(left), TOGETHER)]
        for found in spread([functools.partial(verdicts, chunk, content) for chunk in chunks]):
            known += found
            if given.record:
                with given.record.open("a", encoding="utf-8") as file:
                    file.writelines(json.dumps(record, ensure_ascii=False, default=str) + "\n" for record in found)
    text = f"{len(known)} of {len(loaded)} rules were run.\n\n{table(known)}"
    if given.write:
        (ROOT / "tests" / "conformance" / "SIGMAHQ.md").write_text(HEAD + text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
