"""Coverage as layers of the ATT&CK Navigator, format 4.5.

Fact: *LAYERFORMATv4_5.md* (mitre-attack/attack-navigator, layers/): ``name`` and ``domain`` are required, the versions
are those of ATT&CK, of the Navigator (4.9.0 or later) and of the format; a score out of the gradient colours a cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from compiler.content.attack import load_attack
from compiler.release.coverage import Coverage, State, Watched

_VERSIONS = {"navigator": "5.1.0", "layer": "4.5"}
_COLOURS = ("#e8554e", "#f4c95d", "#5fa55a")
_LONGEST = 900
"""Characters of a comment; the Navigator shows it in a tooltip."""


def layers(coverage: Coverage) -> Mapping[str, bytes]:
    """A layer for each advisory, and with an environment one of all that it sees, by file name.

    The score of a technique is the share of its observable behaviours that are seen, in hundredths; one of which
    nothing can be seen has no score and is disabled.
    """
    found = {
        f"{advisory.id}.json": _layer(f"tocsin: {advisory.id}", advisory.title, watched)
        for advisory, watched in coverage.advisories
    }
    if coverage.environment is not None:
        everything = [one for _, watched in coverage.advisories for one in watched]
        name = coverage.environment.name
        found[f"environment-{name}.json"] = _layer(f"tocsin: {name}", coverage.environment.title, everything)
    return found


def _layer(name: str, description: str, watched: Iterable[Watched]) -> bytes:
    by_technique: dict[str, list[Watched]] = {}
    for one in watched:
        by_technique.setdefault(one.behaviour.technique, []).append(one)
    attack = load_attack()
    layer = {
        "name": name,
        "versions": {"attack": attack.version.partition(".")[0], **_VERSIONS},
        "domain": "enterprise-attack",
        "description": description,
        "layout": {"layout": "side", "showID": True, "showName": True, "expandedSubtechniques": "annotated"},
        "hideDisabled": False,
        "techniques": [_technique(id, behaviours) for id, behaviours in sorted(by_technique.items())],
        "gradient": {"colors": list(_COLOURS), "minValue": 0, "maxValue": 100},
        "legendItems": [
            {"label": "no behaviour seen", "color": _COLOURS[0]},
            {"label": "some seen", "color": _COLOURS[1]},
            {"label": "all seen", "color": _COLOURS[2]},
        ],
    }
    return (json.dumps(layer, indent=2, ensure_ascii=False) + "\n").encode()


def _technique(id: str, watched: list[Watched]) -> dict[str, Any]:
    counted = [one for one in watched if one.state is not State.UNOBSERVABLE]
    comment = "\n".join(f"{one.behaviour.id}: {one.state.value}" for one in watched)
    rules = sorted({rule.rule.name for one in watched for rule in one.rules})
    technique: dict[str, Any] = {
        "techniqueID": id,
        "comment": comment if len(comment) <= _LONGEST else f"{comment[:_LONGEST]}...",
        "enabled": bool(counted),
        "metadata": [{"name": "rule", "value": name} for name in rules],
    }
    if counted:
        seen = sum(one.state is State.SEEN for one in counted)
        technique["score"] = round(100 * seen / len(counted))
    return technique
