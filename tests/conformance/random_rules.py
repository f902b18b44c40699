"""Random rules through witnesses: what neither hand-made conformance files nor anybody's rules contain.

``python tests/conformance/random_rules.py --seed 1 --count 500 [--target NAME]... [--engine NAME[=URL]]... [--only N]``
makes rules from the seed (``random_writing.py``), converts each for every target and runs the queries on the engines,
those of the default installation unless others are named, on events made from the rule and random neighbours of these.
It prints the table by target, what was refused and why, and each rule of which a query differs or is rejected.
"""

from __future__ import annotations

import argparse
import functools
import json
import pathlib
import random
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import random_values as values
from random_smaller import smaller
from random_writing import Made, made_rules, made_source
from sigmahq import DIFFERENT, NO_WORDS, REJECTED, UNTRIED, WHY, first, table, verdict

from compiler.asked import engines_named
from compiler.content.load import load_sources
from compiler.content.model import Kind, Rule, Source
from compiler.convert import convert
from compiler.cores import spread
from compiler.engines import DEFAULT
from compiler.engines.engine import Engine, EngineUnavailable
from compiler.meaning.ruleset import read_filtered
from compiler.targets import load_targets
from compiler.targets.target import Content, Query, Target
from compiler.verify.queries import Outcome, Subject, Tried, events_of, keyword_field, try_queries
from compiler.verify.streams import Recorded, streams_of, try_correlation
from compiler.verify.translation import opened

ROOT = pathlib.Path(__file__).parents[2]
AT_ONCE, TOGETHER = 40, 4
"""Rules for which the engines are opened once, and of those the ones whose events are together."""
NEIGHBOURS = 30
"""Random events that are tried beside those that are made from a rule."""
_NAMES = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|[\w.-]+/[\w-]+|\b\d+\b")


def sources() -> tuple[Source, ...]:
    """The sources of the tree, and one with fields of every type."""
    return (*load_sources(ROOT)[0], made_source())


def tried(rule: Rule, rules: Sequence[Rule], content: Content, seed: str) -> tuple[Any, list[Tried]]:
    """A rule's meaning, and the events on which its queries are tried."""
    detection = read_filtered(rule, rules)
    made = events_of(detection, keyword_field=keyword_field(detection, content))
    dice = random.Random(seed)  # noqa: S311 - no secret
    known = [one.event for one in made if one.event]
    more = [_neighbour(dice, dice.choice(known)) for _ in range(NEIGHBOURS if known else 0)]
    return detection, made + events_of(detection, more)[len(made) :]


def _neighbour(dice: random.Random, event: Mapping[str, Any]) -> dict[str, Any]:
    changed = dict(event)
    for _ in range(dice.choice((1, 1, 2))):
        name = dice.choice(list(changed))
        changed[name] = values.near(dice, changed[name]) if dice.random() < 0.8 else values.said(dice)
    return changed


def trials(
    chosen: Sequence[Made], targets: Sequence[Target], engines: Sequence[Engine], content: Content
) -> list[dict[str, Any]]:
    """What becomes of each rule on each target, on these engines; on what it differs."""
    records: dict[str, dict[str, Any]] = {}
    made: dict[str, Any] = {}
    for one in chosen:
        rule = one.rules[0]
        records[rule.name] = {"rule": rule.name, "targets": {}, "differ": {}, "refused": {}, "text": one.text}
        if rule.kind is Kind.CORRELATION:
            made[rule.name] = streams_of(one.rules, content.sources)
        else:
            made[rule.name] = tried(rule, one.rules, content, rule.name)
    for target in targets:
        asked: list[tuple[Rule, Query]] = []
        for rule in (one.rules[0] for one in chosen):
            result = convert(rule, target, content)
            word = UNTRIED if isinstance(result, Query) else WHY.get(result[0].code, NO_WORDS) if result else UNTRIED
            records[rule.name]["targets"][target.name] = word
            if isinstance(result, Query):
                asked.append((rule, result))
            elif word == NO_WORDS and result:
                records[rule.name]["refused"][target.name] = f"{result[0].code} {_NAMES.sub('_', result[0].message)}"
        for engine in (one for one in engines if not target.engines or one.name in target.engines):
            spoken = [(rule, query) for rule, query in asked if query.language in engine.languages]
            for outcome in _outcomes(spoken, made, target, content, engine):
                record = records[outcome.rule.name]
                record["targets"][target.name] = first(record["targets"][target.name], verdict(outcome))
                if outcome.error or outcome.disagreements:
                    record["differ"].setdefault(target.name, outcome.record)
    return list(records.values())


def _outcomes(
    spoken: Sequence[tuple[Rule, Query]], made: Mapping[str, Any], target: Target, content: Content, engine: Engine
) -> Iterator[Outcome]:
    single = [(rule, query) for rule, query in spoken if rule.kind is Kind.SIGMA]
    for start in range(0, len(single), TOGETHER):
        subjects = [Subject(rule, query, *made[rule.name]) for rule, query in single[start : start + TOGETHER]]
        yield from try_queries(subjects, target, content, engine)
    for rule, query in spoken:
        if isinstance(recorded := made[rule.name], Recorded) and not recorded.error:
            yield from try_correlation(recorded, query, target, content, engine)


def records_of(
    chosen: Sequence[Made], names: Sequence[str], engines: Sequence[str], size: int = AT_ONCE
) -> Iterator[list[dict[str, Any]]]:
    """``trials`` of so many rules at a time for the targets of these names, on engines that are opened for them."""
    warnings.simplefilter("ignore")
    base = sources()
    targets = [one for name, one in load_targets().items() if one.convert is not None and (not names or name in names)]
    with opened(*engines_named(engines)) as (running, missing):
        for reason in missing:
            raise EngineUnavailable(reason)
        for start in range(0, len(chosen), size):
            part = chosen[start : start + size]
            content = Content.of(base, [rule for one in part for rule in one.rules], values.PLACEHOLDERS)
            yield trials(part, targets, running, content)


def spread_out(chosen: Sequence[Made], names: Sequence[str], engines: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
    """``records_of`` on every core, or one after the other where a server is asked, of which one is enough."""
    if {name.partition("=")[0] for name in engines} - DEFAULT:
        yield from records_of(chosen, names, engines)
        return
    chunks = [chosen[start : start + AT_ONCE] for start in range(0, len(chosen), AT_ONCE)]
    for found in spread([functools.partial(_listed, chunk, names, engines) for chunk in chunks]):
        yield from found


def _listed(chosen: Sequence[Made], names: Sequence[str], engines: Sequence[str]) -> list[list[dict[str, Any]]]:
    return list(records_of(chosen, names, engines))


def least(one: Made, target: str, engines: Sequence[str]) -> str:
    """The smallest rule that shows at a target what this one does, told as ``told`` does."""
    warnings.simplefilter("ignore")
    targets, base = [load_targets()[target]], sources()
    with opened(*engines_named(engines)) as (running, _):

        def trial(rules: Sequence[Rule]) -> list[dict[str, Any]]:
            content = Content.of(base, rules, values.PLACEHOLDERS)
            return trials([Made(tuple(rules))], targets, running, content)

        word = trial(one.rules)[0]["targets"][target]
        found = smaller(one.rules, lambda rules: trial(rules)[0]["targets"][target] == word)
        return told(trial(found)).partition("\n== ")[2]


def told(records: Sequence[Mapping[str, Any]]) -> str:
    """The table, the refusals by target and kind, and every difference with its rule and query."""
    lines = [table([record["targets"] for record in records]), "Refused:"]
    refused = Counter((target, why) for record in records for target, why in record["refused"].items())
    lines += [f"{count:6} {target}: {why}" for (target, why), count in refused.most_common(60)]
    for record in records:
        for target, shown in record["differ"].items():
            word = REJECTED if shown["error"] else DIFFERENT
            lines += ["", f"== {record['rule']} {target} {word} ({shown['engine']})", record["text"].rstrip()]
            lines += [f"query: {shown['query']}", *([f"error: {shown['error']}"] if shown["error"] else [])]
            lines += [f"  {json.dumps(one, ensure_ascii=False, default=str)}" for one in shown["differ"][:3]]
    return "\n".join(lines)


def main() -> None:
    """Run what is asked for and print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--only", type=int, action="append", help="the rule of this number alone")
    parser.add_argument("--target", action="append", default=[])
    parser.add_argument("--engine", action="append", default=[])
    parser.add_argument(
        "--small", action="store_true", help="make each rule that shows something as small as it can be"
    )
    parser.add_argument("--record", type=pathlib.Path, help="a file to which each rule's verdicts are added as JSON")
    given = parser.parse_args()
    count = max(given.only) + 1 if given.only else given.count
    made = list(made_rules(given.seed, count, sources()))
    chosen = [made[number] for number in given.only] if given.only else made
    named = given.engine or list(engines_named([])[0])
    found: list[dict[str, Any]] = []
    for records in spread_out(chosen, given.target, named):
        found += records
        if given.record:
            with given.record.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(one, ensure_ascii=False, default=str) + "\n" for one in records)
    print(told(found))
    if given.small:
        by_name = {one.rules[0].name: one for one in chosen}
        for record in found:
            for name in record["differ"]:
                print("\n" + least(by_name[record["rule"]], name, named))


if __name__ == "__main__":
    main()
