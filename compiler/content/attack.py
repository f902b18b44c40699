"""MITRE ATT&CK as content refers to it: tactics, techniques, groups and software, from the compact copy in the tree."""

from __future__ import annotations

import dataclasses
import functools
import json
import re
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any

_SITE = "https://attack.mitre.org"
_PAGES = {"TA": "tactics", "T": "techniques", "G": "groups", "S": "software"}
_ID = re.compile(r"(TA|T|G|S)(\d{4})(?:\.(\d{3}))?")


@dataclasses.dataclass(frozen=True, slots=True)
class Tactic:
    """A tactic: its id (``TA0005``), the short name that Sigma tags carry (``stealth``) and its name."""

    id: str
    short_name: str
    name: str


@dataclasses.dataclass(frozen=True, slots=True)
class Technique:
    """A technique or sub-technique. ``tactics`` are short names, sorted.

    ``revoked`` and ``deprecated`` ones are no longer part of ATT&CK and are kept so that a finding can say so;
    ``successor`` is the id that took the place of a revoked one, empty where none is known.
    """

    id: str
    name: str
    tactics: tuple[str, ...]
    revoked: bool = False
    deprecated: bool = False
    successor: str = ""

    @property
    def current(self) -> bool:
        """True if the technique is part of today's ATT&CK."""
        return not (self.revoked or self.deprecated)


@dataclasses.dataclass(frozen=True, slots=True)
class Attack:
    """One version of ATT&CK Enterprise. Every map is by id but for ``tactics``, which is by short name."""

    version: str
    notice: str
    tactics: Mapping[str, Tactic]
    techniques: Mapping[str, Technique]
    groups: Mapping[str, str]
    malware: Mapping[str, str]
    tools: Mapping[str, str]

    def technique(self, id: str) -> Technique | None:
        """The technique of this id in any letter case (``T1505.003``), revoked ones too; None if there is none."""
        return self.techniques.get(id.upper())

    def tactic(self, short_name: str) -> Tactic | None:
        """The tactic of this short name (``initial-access``); None if today's ATT&CK has no such tactic."""
        return self.tactics.get(short_name)

    def full_name(self, id: str) -> str:
        """The name as reports print it, ``Server Software Component: Web Shell``. Raises ``KeyError`` if unknown."""
        technique = self.techniques[id.upper()]
        parent = self.techniques.get(technique.id.partition(".")[0])
        return technique.name if parent in (None, technique) else f"{parent.name}: {technique.name}"


def url(id: str) -> str:
    """The ATT&CK page of a tactic, technique, group or software, with the trailing slash of its canonical address.

    Raises ``ValueError`` for what is no ATT&CK id.
    """
    match = _ID.fullmatch(id.upper())
    if match is None or (match[3] and match[1] != "T"):
        raise ValueError(f"{id!r} is no ATT&CK id of a tactic, technique, group or software")
    page = f"{_SITE}/{_PAGES[match[1]]}/{match[1]}{match[2]}/"
    return f"{page}{match[3]}/" if match[3] else page


@functools.cache
def load_attack() -> Attack:
    """The version of ATT&CK in the tree (``attack.json`` beside this module; ``attack_refresh`` writes it)."""
    raw = json.loads(resources.files(__package__).joinpath("attack.json").read_text(encoding="utf-8"))
    tactics = {short: Tactic(id, short, name) for id, (short, name) in raw["tactics"].items()}
    techniques = {
        id: Technique(id, **{**entry, "tactics": tuple(entry["tactics"])}) for id, entry in raw["techniques"].items()
    }
    return Attack(
        version=raw["version"],
        notice=raw["notice"],
        tactics=MappingProxyType(tactics),
        techniques=MappingProxyType(techniques),
        groups=MappingProxyType(raw["groups"]),
        malware=MappingProxyType(raw["malware"]),
        tools=MappingProxyType(raw["tools"]),
    )


def attack_stix() -> dict[str, Any]:
    """The same data as the smallest STIX bundle that pySigma reads, so that it need not download ATT&CK.

    pySigma 1.5.1 (``sigma.data.mitre_attack``) fetches the full bundle on first use unless ``set_url`` names a local
    file. ``set_url`` also clears its cache on disk, which is the user's own unless ``set_cache_dir`` came first.
    """
    attack = load_attack()
    objects: list[dict[str, Any]] = [{"type": "x-mitre-collection", "x_mitre_version": attack.version}]
    objects += [
        {**_stix("x-mitre-tactic", tactic.id, tactic.name), "x_mitre_shortname": tactic.short_name}
        for tactic in attack.tactics.values()
    ]
    objects += [_stix_technique(technique) for technique in attack.techniques.values()]
    named = {"intrusion-set": attack.groups, "malware": attack.malware, "tool": attack.tools}
    objects += [_stix(kind, id, name) for kind, names in named.items() for id, name in names.items()]
    return {"type": "bundle", "objects": objects}


def _stix(kind: str, id: str, name: str) -> dict[str, Any]:
    return {"type": kind, "name": name, "external_references": [{"source_name": "mitre-attack", "external_id": id}]}


def _stix_technique(technique: Technique) -> dict[str, Any]:
    phases = [{"kill_chain_name": "mitre-attack", "phase_name": tactic} for tactic in technique.tactics]
    return {
        **_stix("attack-pattern", technique.id, technique.name),
        "kill_chain_phases": phases,
        "revoked": technique.revoked,
        "x_mitre_deprecated": technique.deprecated,
    }
