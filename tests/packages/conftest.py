"""Builds whose packages are read back: one of plain rules, and one of the same rules with hostile words."""

import dataclasses
import datetime as dt
import json

import pytest

from compiler.content.load import load_sources
from compiler.content.model import Catalogue, Rule
from compiler.content.rules import read_sigma, read_yara
from compiler.release.build import build
from compiler.targets import load_targets
from tests.packages.hostile_words import HOSTILE


def sigma(number, words, value):
    """A rule whose texts are ``words`` and that looks for ``value``."""
    body = {
        "title": words,
        "id": f"8d7bf0a1-4f51-4f5e-9d0c-{number:012x}",
        "name": f"rule_{number:02}",
        "status": "experimental",
        "description": words,
        "references": [words],
        "author": words,
        "date": "2026-11-22",
        "tags": ["attack.persistence", "attack.t1505.003"],
        "logsource": {"category": "process_creation", "product": "windows"},
        "detection": {
            "selection": {"Image|endswith": "\\cmd.exe", "CommandLine|contains": value},
            "condition": "selection",
        },
        "falsepositives": [words],
        "level": "high",
        "alert": {
            "title": f"{words[:60].translate({ord(brace): '(' for brace in '{}'})} by {{User}}",
            "entities": [{"host": "Computer"}, {"user": "User"}],
            "group": ["Computer"],
            "suppress": {"fields": ["Computer"], "for": "1h"},
            "kind": "finding",
        },
        "triage": [words, words],
    }
    # JSON is YAML, and has an escape for every character here.
    return read_sigma(f"detections/sigma/process_creation/rule_{number:02}.yml", json.dumps(body).encode())


def yara(number, words):
    """A YARA rule whose meta is ``words``."""
    said = "".join(
        f"\\x{byte:02x}" if byte < 32 or byte in b'"\\' else chr(byte) for byte in words.encode() if byte < 127
    )
    text = (
        f'rule yara_{number:02} {{ meta: description = "{said}" author = "{said}" id = "0a1b2c3d-0000-4000-8000-'
        f'{number:012x}" score = 80 behaviour = "aa21-200b.t1505.003" strings: $a = "needle {number}" condition: $a }}'
    )
    return read_yara(f"detections/yara/php/yara_{number:02}.yar", text.encode())


def rules_of(texts):
    """A Sigma and a YARA rule for each text, with the text in every place where words stand."""
    made = []
    for number, words in enumerate(texts):
        made += [*sigma(number, words, words[:300]), *yara(number, words[:300])]
    return made


@pytest.fixture(scope="session")
def small(root):
    """A catalogue without rules, with the sources of the tree."""
    return dataclasses.replace(Catalogue(), sources=load_sources(root)[0])


@pytest.fixture(scope="session")
def built(small, tmp_path_factory):
    """A build of rules with the given texts, for every target."""

    def made(texts):
        rules = rules_of(texts)
        assert [rule for rule in rules if not isinstance(rule, Rule)] == []
        catalogue = dataclasses.replace(small, rules=tuple(rules))
        top = tmp_path_factory.mktemp("tree")
        return build(top, catalogue, list(load_targets().values()), {}, dt.date(2026, 11, 22))

    return made


@pytest.fixture(scope="session")
def hostile(built):
    """The build of the hostile texts."""
    return built(HOSTILE)


@pytest.fixture(scope="session")
def harmless(built):
    """The build of as many harmless texts."""
    return built([f"Harmless words {number}" for number in range(len(HOSTILE))])
