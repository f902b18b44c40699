"""What the person who installs the app reads: how to import, tune and remove it, and what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.targets.labels import level_of
from compiler.targets.readme import readme as rendered
from compiler.targets.splunk_savedsearch import DELAY
from compiler.targets.splunk_selftest import SelfTest
from compiler.targets.splunk_views import sources_of
from compiler.targets.target import Pack, Packed


def readme(title: str, rules: Mapping[str, Packed], pack: Pack, tests: Mapping[str, SelfTest]) -> bytes:
    """The README of the app. ``rules`` are by stanza, ``tests`` by the name of their rule."""
    queries = [packed.query for packed in rules.values() if packed.query is not None]
    used = {name for query in queries for name in query.settings["sources"]}
    present = {packed.rule.id for packed in pack.rules}
    return rendered(
        "splunk",
        title=title,
        version=pack.version,
        delay=DELAY,
        lists=sorted({f"{name}(1)" for query in queries for name in query.settings["lists"]}),
        macros=sources_of(list(rules.values())),
        generating=sorted({name for query in queries for name in query.settings["generating"]}),
        sources=[one for one in sorted(pack.sources, key=lambda source: source.name) if one.name in used],
        searches=[_row(stanza, packed, tests) for stanza, packed in sorted(rules.items())],
        removed=[one for one in pack.lock.values() if one.removed and one.id not in present],
    )


def _row(stanza: str, packed: Packed, tests: Mapping[str, SelfTest]) -> dict[str, Any]:
    test = tests.get(packed.rule.name)
    return {
        "stanza": stanza,
        "name": packed.rule.name,
        "level": level_of(packed.rule),
        "id": packed.rule.id,
        "test": f"{test.tried} of {test.whole}" if test else "none",
        "deviations": ", ".join(packed.query.settings["deviations"]) if packed.query is not None else "",
    }
