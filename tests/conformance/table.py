"""The table of features by target: which conformance files a query agrees with, and stock pySigma beside it.

``python tests/conformance/table.py [--engine NAME[=URL]]... [--write]`` prints the table as Markdown, or writes it to
``TABLE.md``. Without ``--engine`` the engines of the default installation are asked. Every file is tried twice, with
fields typed as the rule asks for them and with all of them text. Stock is tried on files of one rule alone: what it
makes of a correlation gives counts, not the events at which it fires.
"""

from __future__ import annotations

import argparse
import importlib
import pathlib
import warnings
from collections.abc import Iterator, Mapping, Sequence

from features import TYPINGS, Feature, features
from sigma.collection import SigmaCollection

from compiler.asked import engines_named
from compiler.content.model import Kind
from compiler.convert import convert
from compiler.engines.engine import Engine
from compiler.meaning.rule import read_detection
from compiler.targets import load_targets
from compiler.targets.target import Content, Query, Target
from compiler.verify.queries import Outcome, Subject, try_queries
from compiler.verify.streams import Recorded, try_correlation
from compiler.verify.translation import opened

FOLDER = pathlib.Path(__file__).parent
RIGHT, REFUSED, DIFFERS, DEVIATES, ERROR, ACCEPTED = "=", "refused", "differs", "deviates", "error", "accepted"
UNHELD, UNASKED = "not held", "-"
UNLOADED = "the documents could not be loaded"
"""How an engine begins to say so: no index has a field beside a field of its own (``user`` and ``user.name``)."""
WORST_FIRST = (ERROR, DIFFERS, ACCEPTED, DEVIATES, RIGHT, REFUSED, UNHELD, UNASKED)
"""Of the two typings of a file the first of these counts: what either shows to be wrong, then what either can say."""
STOCK = {
    "splunk": ("sigma.backends.splunk.SplunkBackend", "splunk", "spl", "`tocsin_{place}` {text}"),
    "elastic eql": ("sigma.backends.elasticsearch.elasticsearch_eql.EqlBackend", "elastic", "eql", "{text}"),
    "elastic esql": ("sigma.backends.elasticsearch.elasticsearch_esql.ESQLBackend", "elastic", "esql", "{text}"),
    "elastic lucene": (
        "sigma.backends.elasticsearch.elasticsearch_lucene.LuceneBackend",
        "elastic",
        "lucene",
        "{text}",
    ),
    "opensearch": ("sigma.backends.opensearch.OpensearchLuceneBackend", "opensearch", "lucene", "{text}"),
    "sentinel": ("sigma.backends.kusto.KustoBackend", "sentinel", "kql", "{place} | where {text}"),
}
"""Column -> the stock backend, our target beside which it stands, its language, and its query as an engine takes it."""
LUCENE = {"elastic": "elasticsearch", "opensearch": "opensearch"}
"""The engine that is asked in Lucene's query strings for a target; both speak them."""
OR = {"spl": " OR ", "eql": " or ", "lucene": " OR ", "kql": " or "}
"""How a language joins the several queries that stock makes of a rule with several conditions."""
HEAD = """# Features by target

Written by `table.py`: each conformance file as a query of each target, run on an engine. Every file is tried with
fields typed as the rule asks for them, and with all of them text; what either shows to be wrong counts.

| cell | the query |
|---|---|
| = | selects exactly what the file says, of the events that the store can hold; or refuses a rule without meaning |
| refused | is refused at conversion, although the rule has a meaning |
| differs, error | selects others; is refused by the engine: a bug |
| deviates | selects others, and names a deviation of `compiler/meaning/semantics.md` |
| accepted | is made of a rule that has no meaning: a bug |
| not held | cannot be tried: the store can hold none of the file's events |
| - | was not run: no engine that can run it was asked; stock: a correlation |

*of all* is the share of `=` in all files, *of held* in those of which the store can hold events.

"""


def ours(found: Sequence[Feature], target: Target, engines: Mapping[str, Engine]) -> list[str]:
    """The cells of one target, one for each file."""
    cells: dict[str, list[str]] = {one.name: [] for one in found}
    content = Content.of([one.source for one in found], [rule for one in found for rule in one.rules])
    subjects: dict[str, list[Subject]] = {}
    for one in found:
        for rule in one.asked:
            query = convert(rule, target, one.content)
            if one.meaningless or not isinstance(query, Query):
                said = ACCEPTED if isinstance(query, Query) else RIGHT if one.meaningless else REFUSED
                cells[one.name].append(said)
            elif query.language not in engines:
                cells[one.name].append(UNASKED)
            elif rule.kind is Kind.CORRELATION:
                company = (rule, *(other for other in one.rules if other is not rule))
                trial = Recorded(company, (one.streams[rule.span],))
                cells[one.name] += map(shown, try_correlation(trial, query, target, content, engines[query.language]))
            else:
                detection = read_detection(
                    rule.body,
                    placeholders=one.placeholders,
                    filters=[other.body for other in one.rules if other.kind is Kind.FILTER],
                )
                subjects.setdefault(query.language, []).append(Subject(rule, query, detection, one.tried))
    for language, chosen in subjects.items():
        names = [subject.rule.span.path.rpartition("_")[0] for subject in chosen]
        for name, outcome in zip(names, loaded(chosen, target, content, engines[language]), strict=True):
            cells[name].append(shown(outcome))
    return [min(said, key=WORST_FIRST.index) if said else RIGHT for said in cells.values()]


def loaded(chosen: Sequence[Subject], target: Target, content: Content, engine: Engine) -> list[Outcome]:
    """The outcomes of queries together, or in halves where the documents of one keep those of all from being loaded."""
    outcomes = list(try_queries(chosen, target, content, engine))
    if len(chosen) == 1 or not any(one.error.startswith(UNLOADED) for one in outcomes):
        return outcomes
    half = len(chosen) // 2
    return [one for part in (chosen[:half], chosen[half:]) for one in loaded(part, target, content, engine)]


def theirs(found: Sequence[Feature], column: str, engines: Mapping[str, Engine]) -> list[str]:
    """The cells of one stock backend, one for each file."""
    _, _, language, _ = STOCK[column]
    engine = engines.get(language)
    cells = []
    for one in found:
        rule = one.asked[0] if one.asked and not one.streams else None
        query = stock(one, column) if rule is not None else None
        if rule is None and not one.meaningless:
            cells.append(UNASKED)
        elif query is None or rule is None:
            cells.append(RIGHT if one.meaningless else REFUSED)
        elif one.meaningless:
            cells.append(ACCEPTED)
        elif engine is None:
            cells.append(UNASKED)
        else:
            cells.append(shown(outcome_of(one, query, engine)))
    return cells


def outcome_of(one: Feature, query: Query, engine: Engine) -> Outcome:
    """What an engine shows of a query for the one rule of a file."""
    (rule,) = one.asked
    subject = Subject(rule, query, read_detection(rule.body, placeholders=one.placeholders), one.tried)
    (outcome,) = try_queries([subject], load_targets()[query.target], one.content, engine)
    return outcome


def stock(one: Feature, column: str) -> Query | None:
    """What the stock backend makes of a file's rule, as a query of where its events are; None if it raises."""
    path, name, language, form = STOCK[column]
    module, _, backend = path.rpartition(".")
    maker = getattr(importlib.import_module(module), backend)
    place = one.source.name
    try:
        texts = maker().convert(SigmaCollection.from_dicts([dict(body) for body in one.bodies]))
    except Exception:  # noqa: BLE001 - whatever stock raises, it has no query
        return None
    texts = [text.removeprefix("any where ") for text in texts]
    if len(texts) > 1 and language not in OR:
        return None
    text = texts[0] if len(texts) == 1 else OR[language].join(f"({text})" for text in texts)
    if language == "eql":
        text = f"any where {text}"
    (where,) = (arrival.where for arrival in one.source.arrives if arrival.target == name)
    settings = {"shapes": [f"{place}/{place}"], "index": list(where.get("index", ()))}
    for index in settings["index"] if language == "esql" else ():
        text = text.replace("from *", f"FROM {index}").replace(" metadata ", " METADATA ")
    return Query(one.name, name, language, form.format(place=place, text=text), (), settings)


def shown(outcome: Outcome) -> str:
    """What a cell says of an outcome; our own Elasticsearch has no Painless (``elasticsearch.py``)."""
    if outcome.error.startswith(UNLOADED):
        return UNHELD
    if "script_lang not supported" in outcome.error:
        return UNASKED
    if outcome.error:
        return ERROR
    if outcome.disagreements:
        return DEVIATES if outcome.query.settings.get("deviations") else DIFFERS
    return RIGHT if outcome.tried else UNHELD


def columns(engines: Sequence[Engine]) -> Iterator[tuple[str, list[str]]]:
    """Each column: its head, and a cell for each file."""
    targets = {name: target for name, target in load_targets().items() if target.convert is not None}
    tried = [features(list(targets), typing) for typing in TYPINGS]
    for name, target in targets.items():
        speaking = {
            language: engine
            for engine in engines
            if not target.engines or engine.name in target.engines
            for language in engine.languages
            if language != "lucene" or engine.name == LUCENE.get(name)
        }
        yield name, worst([ours(found, target, speaking) for found in tried])
        for column, (_, beside, _, _) in STOCK.items():
            if beside == name:
                yield f"stock {column}", worst([theirs(found, column, speaking) for found in tried])


def worst(typings: Sequence[Sequence[str]]) -> list[str]:
    """Of the cells of each file in several typings the one that counts."""
    return [min(said, key=WORST_FIRST.index) for said in zip(*typings, strict=True)]


def share(cells: Sequence[str]) -> tuple[str, str]:
    """The share of files that are right: of all, and of those whose events the store can hold."""
    right, held = cells.count(RIGHT), len(cells) - cells.count(UNHELD)
    return tuple(f"{right} of {whole} ({100 * right / whole:.1f} %)" for whole in (len(cells), held))


def main() -> None:
    """Print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", action="append", default=[])
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    with opened(*engines_named(given.engine)) as (engines, missing):
        asked = "".join(f"Run on {engine.version}.\n" for engine in engines)
        found = dict(columns(engines))
    files = features([], TYPINGS[0])
    shares = [share(cells) for cells in found.values()]
    rows = [
        ["feature", *found],
        ["---"] * (len(found) + 1),
        ["*of all*", *(one for one, _ in shares)],
        ["*of held*", *(one for _, one in shares)],
        *(
            [f"{one.name}: {one.words}".replace("|", "\\|"), *cells]
            for one, *cells in zip(files, *found.values(), strict=True)
        ),
    ]
    lines = [*(f"<!-- not run: {one} -->" for one in missing), *(f"| {' | '.join(row)} |" for row in rows)]
    text = f"{asked}\n" + "\n".join(lines) + "\n"
    if given.write:
        (FOLDER / "TABLE.md").write_text(HEAD + text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
