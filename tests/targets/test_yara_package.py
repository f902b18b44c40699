"""YARA bundles: the source of all, by family, and compiled for each engine, the same in every process."""

import csv
import hashlib
import importlib.metadata
import io
import json
import os
import pathlib
import re
import subprocess
import sys

import yara
import yara_x

from compiler.content.rules import read_yara
from compiler.targets.target import Pack, Packed
from compiler.targets.yara import TARGET

TEXT = (
    'rule {name} {{\n    meta:\n        id = "x"\n    strings:\n        $a = "{text}"\n    condition:\n        $a\n}}\n'
)
ROOT = pathlib.Path(__file__).parents[2]


def rule(name, family="aspx", text="needle"):
    (found,) = read_yara(f"detections/yara/{family}/{name}.yar", TEXT.format(name=name, text=text).encode())
    return found


def package(*rules):
    return TARGET.package(Pack("1.2.3", tuple(Packed(one) for one in rules)))


def test_all_rules_and_each_family_have_a_bundle():
    """``tocsin.yar`` holds all; the name of a family is that of its folder."""
    made = package(rule("one"), rule("two", "php"))
    assert made.rules["tocsin.yar"] == ("one", "two")
    assert made.rules["aspx.yar"] == ("one",)
    assert made.rules["php.yar"] == ("two",)
    assert made.files["tocsin.yar"] == made.files["aspx.yar"] + b"\n" + made.files["php.yar"]


def test_compiled_rules_name_the_version_that_loads_them():
    """Each loads in its engine and finds what the source finds."""
    made = package(rule("one"), rule("two", text="other"))
    classic = made.files[f"tocsin-yara-{yara.YARA_VERSION}.yarc"]
    assert [match.rule for match in yara.load(file=io.BytesIO(classic)).match(data=b"a needle")] == ["one"]
    modern = made.files[f"tocsin-yara-x-{importlib.metadata.version('yara-x')}.yarx"]
    scanned = yara_x.Rules.deserialize_from(io.BytesIO(modern)).scan(b"another other")
    assert [match.identifier for match in scanned.matching_rules] == ["two"]


def test_each_family_is_compiled_too():
    """Who scans one kind of server loads the rules for it alone, and finds nothing of the others."""
    made = package(rule("one"), rule("two", "php", text="other"))
    path = f"php-yara-{yara.YARA_VERSION}.yarc"
    assert made.rules[path] == ("two",)
    found = yara.load(file=io.BytesIO(made.files[path])).match(data=b"a needle, another other")
    assert [match.rule for match in found] == ["two"]


def test_the_index_tells_score_and_hash():
    """One row for each rule, sorted; the hash is of the file that the rule came in."""
    made = package(rule("two", "php"), rule("one"))
    rows = json.loads(made.files["index.json"])["rules"]
    assert [(row["rule"], row["bundle"], row["score"]) for row in rows] == [
        ("one", "aspx.yar", 0),
        ("two", "php.yar", 0),
    ]
    assert rows[0]["sha256"] == hashlib.sha256(TEXT.format(name="one", text="needle").encode()).hexdigest()
    table = list(csv.DictReader(io.StringIO(made.files["index.csv"].decode())))
    assert [row["rule"] for row in table] == ["one", "two"]


def test_a_taken_identifier_is_a_finding():
    """The second rule of a name is left out and told."""
    made = package(rule("one"), rule("one", "php"))
    assert made.rules["tocsin.yar"] == ("one",)
    assert [finding.code for finding in made.diagnostics] == ["PKG010"]


def test_rules_that_do_not_compile_together_are_a_finding():
    """Two files with a private rule of the same name: there is the source, but nothing compiled."""
    private = 'private rule helper { strings: $h = "hhhh" condition: $h }\n'
    rules = []
    for name in ("one", "two"):
        text = private + f"rule {name} {{ condition: helper }}\n"
        rules += read_yara(f"detections/yara/aspx/{name}.yar", text.encode())
    made = package(*rules)
    assert sorted(made.files) == ["README.md", "aspx.yar", "index.csv", "index.json", "tocsin.yar"]
    assert [finding.code for finding in made.diagnostics] == ["PKG011"] * 4


def test_nothing_is_compiled_of_no_rules():
    """A tree without YARA rules still packs."""
    assert sorted(package().files) == ["README.md", "tocsin.yar"]


def test_the_readme_says_how_to_scan_with_what_is_there():
    """By the names that the files have, with a row for each rule."""
    made = package(*read_yara("detections/yara/aspx/one.yar", b"rule one { condition: true }"))
    text = made.files["README.md"].decode()
    named = set(re.findall(r"tocsin[-\w.]*\.(?:yarc|yarx|yar)\b", text))
    assert named == {path for path in made.files if path.startswith("tocsin")}
    assert "| `one` | aspx | 0 |  |" in text.splitlines()


SCRIPT = """
import hashlib, pathlib, sys
waste = [bytes(int(sys.argv[1])) for _ in range(int(sys.argv[1]))]
from compiler.content.rules import read_yara
from compiler.targets.target import Pack, Packed
from compiler.targets.yara import TARGET
rules = []
for path in sorted(pathlib.Path("detections/yara").rglob("*.yar")):
    rules += read_yara(path.as_posix(), path.read_bytes())
for path, body in sorted(TARGET.package(Pack("1", tuple(map(Packed, rules)))).files.items()):
    print(path, hashlib.sha256(body).hexdigest())
"""


def test_compiled_bytes_do_not_depend_on_the_process():
    """Other addresses, another hash seed: the same bytes."""
    runs = []
    for number in ("1", "977"):
        environment = {**os.environ, "PYTHONHASHSEED": number, "PYTHONPATH": str(ROOT)}
        runs.append(
            subprocess.run(
                [sys.executable, "-c", SCRIPT, number], cwd=ROOT, env=environment, capture_output=True, check=True
            ).stdout
        )
    assert runs[0] == runs[1]
    assert b".yarc" in runs[0]
