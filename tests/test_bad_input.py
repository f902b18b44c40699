"""A pull request's worth of bad content: each fault is told at its line, the rest goes on, nothing else is touched."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import zlib

import pytest

from compiler.cli import main

SOUND = "web_exchange_post_static"
"""A rule of ours that must come through whatever stands beside it."""

RULE = """\
title: Shell of a Web Server
id: {id}
name: {name}
status: experimental
description: Detects a shell that a web server starts.
license: Apache-2.0
references:
    - https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-200b
author: tocsin
date: 2026-11-21
tags:
    - attack.persistence
    - attack.t1505.003
behaviours:
    - aa21-200b.t1505.003
logsource:
    category: process_creation
    product: windows
detection:
    selection:
        ParentImage|endswith: '\\w3wp.exe'
    condition: selection
falsepositives:
    - Health checks of a hosting panel
level: high
"""


def rule(name, old="", new=""):
    identity = f"0a1b2c3d-0000-4000-8000-{zlib.crc32(name.encode()):012d}"
    text = RULE.format(id=identity, name=name)
    assert old in text
    return text.replace(old, new, 1)


BOMB = "title: a\na0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
IMAGE = "ParentImage|endswith: '\\w3wp.exe'"
FOLDER = "detections/sigma/process_creation"

ADVISORY = "id: zz\ntitle: t\nurl: https://example.com\npublished: 2021-01-01\nbehaviours:\n    - id: a\n"
INCLUDE = 'include "/etc/passwd"\nrule with_include { condition: true }\n'
CASES = """\
rule: absent_sample
cases:
    - title: t
      expect: true_positive
      origin: synthetic
      because: b
      sample: not_there.log
"""


def altered(name, line, old, new):
    """A Sigma rule with one thing changed, and the line where the fault must be told."""
    return f"{FOLDER}/{name}.yml", (rule(name, old, new), line, None)


BAD = {
    # file: (content, line or None for any, code or None for any)
    f"{FOLDER}/bomb_of_aliases.yml": (BOMB, None, "SIG001"),
    f"{FOLDER}/key_stands_twice.yml": (rule("key_stands_twice") + "title: again\n", 26, "SIG001"),
    f"{FOLDER}/list_not_map.yml": ("- title: a\n- title: b\n", 1, "SIG002"),
    f"{FOLDER}/empty_file.yml": ("", 1, "SIG001"),
    f"{FOLDER}/not_utf8.yml": (b"title: caf\xe9\n", 1, "SIG001"),
    f"{FOLDER}/one_long_line.yml": (b"title: " + b"x" * 5_000_000, 1, "SIG001"),
    f"{FOLDER}/climbing_name.yml": (rule("climbing_name", "name: climbing_name", "name: ../../x"), 3, "SIG003"),
    f"{FOLDER}/absent_sample.yml": (rule("absent_sample"), None, None),
    "samples/rules/absent_sample/cases.yml": (CASES, 7, "SMP003"),
    "detections/yara/php/with_include.yar": (INCLUDE, 1, "YAR001"),
    "detections/yara/php/with_error.yar": ("rule with_error {\n  condition:\n    $undeclared\n}\n", 3, "YAR001"),
    "detections/advisories/zz.yml": (ADVISORY, 6, "CAT002"),
    "detections/sources/zz.yml": ("name: zz\ntitle: t\n", 1, "SRC002"),
    **dict(
        (
            altered("newline_in_title", 1, "title: Shell of a Web Server", 'title: "Shell\\n[default]\\ndisabled = 1"'),
            altered("unknown_modifier", 21, "|endswith", "|endwith"),
            altered("broken_regex", 21, IMAGE, "ParentImage|re: '(w3wp'"),
            altered("unknown_selection", 22, "condition: selection", "condition: selektion"),
            altered("unknown_behaviour", 15, "- aa21-200b.t1505.003", "- aa21-200b.t9999"),
        )
    ),
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory, root):
    """A copy of our content with bad files in it, and a link that leads out."""
    top = tmp_path_factory.mktemp("tree")
    for folder in ("detections", "samples"):
        shutil.copytree(root / folder, top / folder)
    for path, (content, _, _) in BAD.items():
        target = top / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.yml").write_text(rule("a_secret_rule"))
    (top / FOLDER / "link_out_of_tree.yml").symlink_to(outside / "secret.yml")
    return top


def run(*words):
    with pytest.raises(SystemExit) as caught:
        main([str(word) for word in words])
    return caught.value.code


def errors(text):
    """The errors of GitHub's format: file, line and code of each."""
    found = re.findall(r"^::error file=([^,]+),line=(\d+),.*?title=([A-Z]{3}\d{3})", text, re.MULTILINE)
    return {(file, int(line), code) for file, line, code in found}


def test_each_fault_of_a_pull_request_is_shown_at_its_line(tree, capsys):
    """What GitHub shows in place: one command for each fault, with the file, the line and the code."""
    code = run("lint", "--root", tree, "--format", "github")
    found = errors(capsys.readouterr().out)
    for path, (_, line, kind) in BAD.items():
        at = {(at_line, at_code) for file, at_line, at_code in found if file == path}
        if line is not None:
            assert line in {at_line for at_line, _ in at}, (path, at)
        if kind is not None:
            assert kind in {at_code for _, at_code in at}, (path, at)
    assert (f"{FOLDER}/link_out_of_tree.yml", 1, "SIG004") in found
    assert code == 1


def test_the_faults_are_all_there_is(tree, capsys):
    """Our own files beside the bad ones stay without an error."""
    run("lint", "--root", tree, "--format", "github")
    blamed = {file for file, _, _ in errors(capsys.readouterr().out)}
    known = {*BAD, f"{FOLDER}/link_out_of_tree.yml"}
    assert {file for file in blamed - known if not file.startswith("samples/rules/")} == set()


def test_a_build_packs_the_rest_and_writes_nowhere_else(tree, tmp_path, capsys):
    """Exit 1 and the reasons; the sound rules are in the packages; no bad rule is; the tree is as it was."""
    before = {path: path.stat().st_mtime_ns for path in tree.rglob("*")}
    code = run("build", "--root", tree, "--output", tmp_path / "out" / "dist")
    shown = capsys.readouterr()
    assert code == 1
    assert {path: path.stat().st_mtime_ns for path in tree.rglob("*")} == before
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_dir() and path.parent == tmp_path) == ["out"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["dist"]
    packed = b"".join(path.read_bytes() for path in (tmp_path / "out" / "dist").rglob("*") if path.is_file())
    assert SOUND.encode() in packed
    conf = (tmp_path / "out" / "dist" / "splunk" / "tocsin" / "default" / "savedsearches.conf").read_text()
    assert "\n[default]" not in conf
    for name in (path.rpartition("/")[2].partition(".")[0] for path in [*BAD, "a_secret_rule.yml"]):
        assert f"`{name}_filter`" not in conf
    assert "left out of every package: unknown_modifier" in shown.err


def test_an_interrupted_build_leaves_the_old_one_whole(root, tmp_path):
    """A build that is killed at any moment leaves the earlier output as it was."""
    out = tmp_path / "dist"
    command = [sys.executable, "-m", "compiler", "build", "--root", str(root), "--output", str(out), "-t", "yara"]
    environment = {**os.environ, "PYTHONPATH": str(root), "CI": "1"}
    subprocess.run(command, cwd=tmp_path, env=environment, check=False, capture_output=True)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert pathlib.Path(out / "manifest.json") in before
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        process.wait(timeout=1.5)
    except subprocess.TimeoutExpired:
        process.kill()
    process.wait()
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
