"""A new rule and its samples folder, ready to fill in, and failing lint until that is done."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Mapping
from pathlib import PurePosixPath

from compiler.content.model import Behaviour, Catalogue, Logsource
from compiler.diagnostics import UsageError

FILL_IN = "FILL IN"
"""What stands where the author has to write; lint finds every one that is left."""

_NAME = re.compile(r"[a-z0-9_]{10,70}")
_EXTENSION = {"sigma": "yml", "yara": "yar"}


def scaffold(name: str, behaviour_id: str, catalogue: Catalogue, today: datetime.date) -> Mapping[PurePosixPath, str]:
    """The files of a new rule, by path below the root.

    A behaviour that YARA alone can see gives a YARA rule, any other a Sigma rule of its first log source. Raises
    ``UsageError`` for a name that is taken or no stem, and for a behaviour that is unknown or that nothing can show.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name for a rule: 10 to 70 of a-z, 0-9 and _")
    if any(rule.name == name for rule in catalogue.rules):
        raise UsageError(f"there is a rule {name} already")
    behaviour = next((item for item in catalogue.behaviours if item.id == behaviour_id), None)
    if behaviour is None:
        close = [item.id for item in catalogue.behaviours if behaviour_id.rpartition(".")[2] in item.id][:3]
        raise UsageError(
            f"no advisory has the behaviour {behaviour_id}" + (f"; is it {', '.join(close)}?" if close else "")
        )
    if not behaviour.observable:
        raise UsageError(f"nothing can show {behaviour_id}: {behaviour.unobservable}")
    if "sigma" in behaviour.observable:
        source = behaviour.logsources[0] if behaviour.logsources else Logsource()
        folder = source.category or source.service or "other"
        rule_path, rule = f"detections/sigma/{folder}/{name}.yml", _sigma(name, behaviour, source, today)
        cases = _cases(name, "      event:\n          FILL_IN: 'FILL IN'")
    else:
        rule_path, rule = f"detections/yara/webshell/{name}.yar", _yara(name, behaviour, today)
        cases = _cases(name, "      sample: FILL_IN.sealed")
    return {PurePosixPath(rule_path): rule, PurePosixPath(f"samples/rules/{name}/cases.yml"): cases}


def _sigma(name: str, behaviour: Behaviour, source: Logsource, today: datetime.date) -> str:
    words = [("category", source.category), ("product", source.product), ("service", source.service)]
    logsource = "\n".join(f"    {key}: {word}" for key, word in words if word) or "    category: FILL IN"
    tags = [f"attack.{tactic}" for tactic in behaviour.tactics] + [f"attack.{behaviour.technique.lower()}"]
    tags += [cve.lower().replace("cve-", "cve.", 1) for cve in behaviour.cve]
    return f"""\
# {behaviour.id}: {" ".join(behaviour.summary.split())}
title: FILL IN
id: {uuid.uuid4()}
name: {name}
status: experimental
description: Detects FILL IN
license: Apache-2.0
references:
    - https://FILL IN
author: FILL IN
date: {today.isoformat()}
tags:
{"".join(f"    - {tag}{chr(10)}" for tag in tags)}behaviours:
    - {behaviour.id}
logsource:
{logsource}
detection:
    selection:
        FILL_IN|contains: 'FILL IN'
    condition: selection
falsepositives:
    - FILL IN
level: medium
alert:
    title: 'FILL IN {{FILL_IN}}'
    entities:
        - {{host: FILL_IN}}
    group: [FILL_IN]
    suppress: {{fields: [FILL_IN], for: 4h}}
    kind: finding
triage:
    - 'FILL IN'
    - 'FILL IN'
"""


def _yara(name: str, behaviour: Behaviour, today: datetime.date) -> str:
    return f"""\
// {behaviour.id}: {" ".join(behaviour.summary.split())}
rule {name}
{{
    meta:
        id = "{uuid.uuid4()}"
        title = "FILL IN"
        description = "Detects FILL IN"
        author = "FILL IN"
        license = "Apache-2.0"
        date = "{today.isoformat()}"
        reference = "https://FILL IN"
        score = 50
        behaviour = "{behaviour.id}"
    strings:
        $fill_in = "FILL IN"
    condition:
        filesize < 512KB and $fill_in
}}
"""


def _cases(name: str, sample: str) -> str:
    case = "    - title: FILL IN {title}\n      expect: {expect}\n      origin: synthetic\n      because: FILL IN\n"
    kinds = [
        ("one procedure", "true_positive"),
        ("another procedure", "true_positive"),
        ("a near miss", "true_negative"),
        ("another near miss", "true_negative"),
        ("ordinary work that looks alike", "true_negative"),
    ]
    cases = "".join(case.format(title=title, expect=expect) + f"{sample}\n" for title, expect in kinds)
    return f"rule: {name}\ncases:\n{cases}"
