"""The analytic stories of Enterprise Security: one an advisory, and what each search finds of it.

Facts: *analyticstories.conf.spec* of the Use Case Library, Enterprise Security 7.3.
"""

from __future__ import annotations

from collections.abc import Mapping

from compiler.content.model import Rule
from compiler.targets.labels import level_of, text, texts
from compiler.targets.splunk_alert import plain
from compiler.targets.splunk_conf import inside
from compiler.targets.splunk_savedsearch import annotations_of, as_json, domain_of, stories_of
from compiler.targets.target import Pack, Packed

_ASSETS = {"endpoint": "Endpoint", "network": "Web Server", "threat": "Web Server"}
_CONFIDENCE = {"informational": "low", "low": "low", "medium": "medium", "high": "high", "critical": "high"}


def stories(rules: Mapping[str, Packed], pack: Pack) -> dict[str, dict[str, str]]:
    """The stanzas of analyticstories.conf; ``rules`` are by the stanza of their search."""
    found = {f"savedsearch://{stanza}": _search(packed, pack) for stanza, packed in sorted(rules.items())}
    titles: dict[str, list[str]] = {}
    for stanza, packed in sorted(rules.items()):
        for title in stories_of(packed.rule, pack):
            titles.setdefault(title, []).append(stanza)
    addresses = {inside(title): address for title, address in pack.advisories.values()}
    for title, stanzas in sorted(titles.items()):
        members = [rules[stanza].rule for stanza in stanzas]
        found[f"analytic_story://{title}"] = _story(title, addresses[title], stanzas, members)
    return found


def _search(packed: Packed, pack: Pack) -> dict[str, str]:
    rule, query = packed.rule, packed.query
    if query is None:
        raise ValueError(f"{rule.name} has no query")
    needed = [source.definition for source in pack.sources if source.name in query.settings["sources"]]
    return {
        "type": "detection",
        "asset_type": _ASSETS[domain_of(rule)],
        "confidence": _CONFIDENCE[level_of(rule)],
        "explanation": plain(text(rule, "description")),
        "how_to_implement": plain(" ".join(needed)),
        "annotations": as_json(annotations_of(rule, query, pack)),
        "known_false_positives": plain("; ".join(texts(rule, "falsepositives"))) or "none known",
        "providing_technologies": "null",
    }


def _story(title: str, address: str, stanzas: list[str], rules: list[Rule]) -> dict[str, str]:
    latest = max(str(rule.body.get("modified") or rule.body.get("date") or "") for rule in rules)
    return {
        "category": "Adversary Tactics",
        "last_updated": latest,
        "version": "1",
        "references": as_json([address]),
        "maintainers": as_json([{"company": "", "email": "", "name": "tocsin"}]),
        "spec_version": "3",
        "searches": as_json(stanzas),
        "description": plain(f"What the advisory {title} says that intruders did."),
        "narrative": plain(f"{len(rules)} searches, each for behaviours that the advisory reports: {address}"),
    }
