"""How fast tocsin loads, converts and matches, each beside a peer in the same run.

``python tests/bench/speed.py [--rounds N]``: the rules are SigmaHQ's 3,141 of ``rules/`` from ``../shared/corpora``,
the events one week of the baseline. Prints the best of N rounds of each and the ratio, in seconds of the clock and of
the processors (which say more on a machine that is busy with other things); asserts nothing.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from typing import Any

from sigma.collection import SigmaCollection

from compiler import baseline
from compiler.content.load import load_rules
from compiler.meaning.events import read_events
from compiler.meaning.ruleset import read_ruleset

ROOT = pathlib.Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpora" / "sigmahq-rules.tar.xz"


@dataclasses.dataclass(frozen=True, slots=True)
class Took:
    """Seconds of the clock, and of all processors together, those of ended child processes included."""

    wall: float
    cpu: float


def best(rounds: int, work: Callable[[], Any]) -> tuple[Took, Any]:
    """The shortest of some runs by each measure, and what the last one gave."""
    walls, cpus = [], []
    result: Any = None
    for _ in range(rounds):
        start, before = time.perf_counter(), sum(os.times()[:4])
        result = work()
        walls.append(time.perf_counter() - start)
        cpus.append(sum(os.times()[:4]) - before)
    return Took(min(walls), min(cpus)), result


def run(*words: str) -> str:
    """The standard output of a command of this environment; faults of content are told on standard error."""
    script = pathlib.Path(sys.executable).with_name(words[0])
    return subprocess.run([script, *words[1:]], capture_output=True, text=True, check=False).stdout


def converted(rules: pathlib.Path) -> list[str]:
    """The names of the rules for which tocsin has a query."""
    lines = run("tocsin", "convert", str(rules), "-t", "splunk", "--format", "json").splitlines()
    return [json.loads(line)["name"] for line in lines]


def say(what: str, ours: Took, theirs: Took, count: int, unit: str) -> None:
    """The lines of the report on one thing."""
    for measure in ("wall", "cpu"):
        mine, other = getattr(ours, measure), getattr(theirs, measure)
        print(
            f"{what:10} {measure:5} tocsin {mine:6.2f} s ({count / mine:8.0f} {unit}/s)   pySigma {other:6.2f} s "
            f"({count / other:8.0f} {unit}/s)   ratio {other / mine:4.1f}"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    if not CORPUS.is_file():
        sys.exit("needs ../shared/corpora/sigmahq-rules.tar.xz, which is not beside this clone")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(CORPUS) as archive:
            archive.extractall(folder, filter="data")
        rules = pathlib.Path(folder) / "rules"
        files = sorted(rules.rglob("*.yml"))
        texts = [path.read_text(encoding="utf-8") for path in files]
        print(f"{len(files)} files, best of {rounds} rounds\n")

        ours, loaded = best(rounds, lambda: load_rules([rules], pathlib.Path(folder)))
        theirs, _ = best(rounds, lambda: [SigmaCollection.from_yaml(text) for text in texts])
        say("load", ours, theirs, len(files), "rules")

        names = set(converted(rules))
        for rule in loaded.catalogue.rules:
            if rule.name not in names:
                (pathlib.Path(folder) / rule.span.path).unlink()
        ours, out = best(rounds, lambda: converted(rules))
        theirs, text = best(
            rounds, lambda: run("sigma", "convert", "-t", "splunk", "--without-pipeline", "-s", str(rules))
        )
        print(f"\nconvert for Splunk, whole commands, on the {len(names)} rules that a source of ours can place")
        print(f"(queries: tocsin {len(out)}, sigma {sum(bool(line.strip()) for line in text.splitlines())} lines)")
        say("convert", ours, theirs, len(names), "rules")

        ruleset, _ = read_ruleset(loaded.catalogue.rules)
        events = [event for source in baseline.SOURCES for event in read_events(baseline.generate(source))[0]]
        ours, hits = best(1, lambda: list(ruleset.match(events, [])))
        print(
            f"\nmatch: {len(ruleset.rules)} rules on {len(events)} events of the baseline ({len(hits)} hits): ", end=""
        )
        print(f"{ours.wall:.2f} s, {len(events) / ours.wall:.0f} events/s; pySigma evaluates no events")


if __name__ == "__main__":
    main()
