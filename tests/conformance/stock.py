"""Named defects of stock pySigma's backends: what each makes of a conformance file, and which events that gets wrong.

``python tests/conformance/stock.py [--engine NAME[=URL]]... [--write]`` runs stock's queries on the engines, those of
the default installation unless others are named, and prints each defect as Markdown, or writes ``STOCK.md``, which
takes them all: Lucene's and ES|QL's are run on OpenSearch and Elasticsearch. ``TABLE.md`` has every file beside these.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import pathlib
import warnings
from collections.abc import Iterator, Mapping, Sequence

import yaml
from features import TYPINGS, Feature, features
from table import LUCENE, STOCK, outcome_of, stock

from compiler.asked import engines_named
from compiler.engines.engine import Engine
from compiler.targets import load_targets
from compiler.verify.translation import opened

FOLDER = pathlib.Path(__file__).parent
DEFECTS: Mapping[str, Mapping[str, str]] = {
    "splunk": {
        "wildcard_question": "`?` becomes `*`: for one character stands any number",
        "endswith_question_mark": "the same where a modifier adds a wildcard",
        "number_wildcard": "the same for numbers",
        "escape_star": "a backslash does not escape the star in a search, and stands for itself",
        "not_regex": "a regular expression is moved behind the search and loses its negation",
        "fieldref": "`where` compares letter case",
        "fieldref_neq": "NOT of a comparison with a missing field is no row",
        "cased_contains": "`cased` is lost",
        "equals_text_of_a_network": "a text that reads as a network finds its addresses, and itself no more",
        "cidr_v6": "the search command knows no networks of IPv6",
        "keywords": "a quoted word is found only between characters that break words",
        "keywords_re": "a regular expression over the event is written as a bare word",
        "number_large": "a whole number beyond 2^53 becomes a float",
        "time_minute": "the part of a timestamp is compared with the whole",
        "windash_negated": "the alternatives of a negated entry are in no parentheses",
        "compare_negated": "what is no number is compared as text",
    },
    "elastic eql": {
        "field_with_hyphen": "a name with a hyphen is a subtraction",
        "not_missing": "a number is compared with text, which EQL refuses, and NOT drops what lacks the field",
        "re": "`regex~` matches the whole value, and ignores letter case",
        "escape_star": "`\\*` is no escape of EQL",
        "keywords": "a keyword is no condition of EQL",
        "base64_letter_case": "`==` tells letter case apart, and knows no wildcard",
        "cased_endswith": "`cased` is lost",
        "time_minute": "the part of a timestamp is compared with the whole, as a number",
        "windash_negated": "NOT drops what lacks the field",
    },
    "elastic esql": {
        "equals": "`==` tells letter case apart",
        "contains": "`like` tells letter case apart",
        "not_map": "NOT of what is null drops the row",
        "re": "`rlike` matches the whole value",
        "re_i": "`(?i)` is no syntax of Lucene's expressions, but characters",
        "field_list_any": "of several values a comparison is null",
        "compare_gt": "a text is compared with a number, which ES|QL refuses",
        "fieldref": "fields are compared in their letter case",
    },
    "opensearch": {
        "equals": "a term of a keyword field is compared letter for letter",
        "not_missing": "so that what is negated is found where it must not be",
        "re": "a regular expression matches the whole value",
        "re_anchors": "`^` and `$` are characters",
        "re_classes": "the classes of a regular expression are unknown",
        "re_special_of_lucene": "`< > @ # & ~ \"` are operators of Lucene's expressions",
        "re_dot": "the dot is a newline too",
        "keywords_negated": "a keyword is looked for in no keyword field but as the whole value",
        "number_negative": "a minus sign is an operator, and the query is refused",
        "number_large": "a whole number beyond 2^53 becomes a float",
        "time_minute": "the part of a timestamp is compared with the whole",
        "cidr_within_text": "a network asks for text, of which `/` is an operator",
    },
    "sentinel": {
        "field_with_hyphen": "'cs-method' is a text, not a column: it never matches",
        "field_nested": "'user.name' is a text, not a column",
        "not_null": "a string is never null, so every event is kept",
        "cased_contains": "`cased` is lost",
        "cidr_neq": "null for what is no address, and NOT null is no row",
        "endswith_question_mark": "a wildcard makes a regular expression without anchors, which is case-sensitive",
        "wildcard_star": "the dot of that expression is no newline",
        "number_large": "a whole number beyond 2^53 becomes a float",
        "time_minute": "the part of a timestamp is compared with the whole",
        "windash_all_five_in_rule": "a dash of the rule other than the first is not expanded",
        "keywords_re": "a regular expression over the event is written with the name of a placeholder",
        "newline_in_value": "a newline stands bare in a literal",
    },
}
"""Backend (a column of ``TABLE.md``) -> conformance file -> what goes wrong."""
HEAD = """# What stock pySigma gets wrong

Written by `stock.py`: {count} defects of the stock backends, each a conformance file. The rule's detection, what stock
makes of it, and the first events of the file on which that differs: *misses* one that the rule matches, *finds* one
that it does not; *refused* are the engine's words. Ours is right on these files, or refuses them (`TABLE.md`).
"""
SHOWN = 2
"""Events of one defect."""


@dataclasses.dataclass(frozen=True, slots=True)
class Defect:
    """One defect, shown: stock's query without its place, and on what it differs; ``refused``: the engine's words."""

    backend: str
    file: str
    words: str
    detection: Mapping[str, object]
    query: str
    misses: tuple[Mapping[str, object], ...]
    finds: tuple[Mapping[str, object], ...]
    refused: str

    @property
    def markdown(self) -> str:
        """The defect as it stands in ``STOCK.md``."""
        lines = [f"### {self.file}", f"{self.words[0].upper()}{self.words[1:]}.", ""]
        lines += ["```yaml", yaml.safe_dump(self.detection, allow_unicode=True, width=200).rstrip(), "```"]
        lines += ["```", self.query, "```"]
        for verb, events in (("misses", self.misses), ("finds", self.finds)):
            lines += [f"- {verb} `{json.dumps(event, ensure_ascii=False)}`" for event in events[:SHOWN]]
        if self.refused:
            lines.append(f"- refused: {' '.join(self.refused.split())[:200]}")
        return "\n".join(lines) + "\n"


def defects(engines: Sequence[Engine]) -> Iterator[Defect]:
    """Every defect that one of the engines can show, in order; each in the first typing of its fields that shows it."""
    tried = [{one.name: one for one in features(list(load_targets()), typing)} for typing in TYPINGS]
    for backend, files in DEFECTS.items():
        _, name, language, _ = STOCK[backend]
        speaking = [one for one in engines if language in one.languages]
        if language == "lucene":
            speaking = [one for one in speaking if one.name == LUCENE[name]]
        for file, words in files.items() if speaking else ():
            found = [_shown(backend, by_name[file], words, speaking[0]) for by_name in tried]
            yield next((one for one in found if one.misses or one.finds or one.refused), found[0])


def _shown(backend: str, one: Feature, words: str, engine: Engine) -> Defect:
    query = stock(one, backend)
    if query is None:
        raise ValueError(f"stock {backend} refuses {one.name}")
    outcome = outcome_of(one, query, engine)
    differ = [(dict(item.tried.event), item.got) for item in outcome.disagreements]
    before = STOCK[backend][-1].partition("{text}")[0].format(place=one.source.name)
    return Defect(
        backend,
        one.name,
        words,
        dict(one.asked[0].body["detection"]),
        query.text.removeprefix(before).replace(one.source.name, "made"),
        tuple(event for event, got in differ if not got),
        tuple(event for event, got in differ if got),
        outcome.error.replace(one.source.name, "the index"),
    )


def main() -> None:
    """Print or write the defects."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", action="append", default=[])
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    with opened(*engines_named(given.engine)) as (engines, _):
        found = list(defects(engines))
    text = HEAD.format(count=len(found))
    for backend in DEFECTS:
        own = [one.markdown for one in found if one.backend == backend]
        text += "\n".join([f"\n## {backend}\n", *own]) if own else ""
    if given.write:
        (FOLDER / "STOCK.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
