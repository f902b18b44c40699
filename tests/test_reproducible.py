"""Two builds of one commit are the same bytes, whatever the machine looks like."""

import json
import os
import shutil
import subprocess
import sys

import jsonschema
import pytest

from compiler.release.manifest import sha256

PLACES = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "LANG": "tr_TR.UTF-8"},
]


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def builds(tmp_path_factory, root):
    """Two builds of the content, each from a folder, with a hash seed, time zone and locale of its own."""
    made = []
    for number, settings in enumerate(PLACES):
        top = tmp_path_factory.mktemp(f"a folder {number}")
        for folder in ("detections", "samples"):
            shutil.copytree(root / folder, top / folder)
        command = [sys.executable, "-m", "compiler", "build", "--root", str(top), "--output", str(top / "dist")]
        environment = {**os.environ, **settings, "PYTHONPATH": str(root)}
        done = subprocess.run(command, cwd=top, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        made.append(top / "dist")
    return made


def test_hash_seed_time_zone_locale_and_folder_change_nothing(builds):
    """Every file is there in both and has the same bytes."""
    first, second = (files(folder) for folder in builds)
    assert first.keys() == second.keys()
    assert [path for path in first if first[path] != second[path]] == []


def test_the_files_that_others_rely_on_are_there(builds):
    """The paths that README and the issues promise."""
    present = files(builds[0])
    assert {"elastic/rules.ndjson", "yara/tocsin.yar", "manifest.json", "sha256sums.txt"} <= present.keys()
    assert any(path.startswith("splunk/") and path.endswith("/default/savedsearches.conf") for path in present)


def test_the_manifest_is_of_its_schema_and_agrees_with_the_files(builds, root):
    """Each package that it names is there with its size and hash, and nothing is there that it does not name."""
    present = files(builds[0])
    manifest = json.loads(present["manifest.json"])
    schema = json.loads((root / "compiler" / "release" / "manifest.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(manifest)
    named = {item["path"]: (item["sha256"], item["bytes"]) for item in manifest["packages"]}
    named |= {item[key]: (item["sha256"], item["bytes"]) for item in manifest["archives"] for key in ("path", "latest")}
    assert named == {path: (sha256(content), len(content)) for path, content in present.items() if "/" in path}
    rules = {rule["name"] for rule in manifest["rules"]}
    assert {query["rule"] for query in manifest["queries"]} <= rules
    assert {name for item in manifest["packages"] for name in item["rules"]} <= rules


def test_no_query_claims_more_than_was_shown(builds):
    """A query that no engine ran is `converted`; one that names an engine was tried on events."""
    manifest = json.loads((builds[0] / "manifest.json").read_text(encoding="utf-8"))
    for query in manifest["queries"]:
        shown = query["assurance"] in {"executed", "modelled"}
        assert (query["engine"] is not None and query["tried"] > 0) is shown, query


def test_the_checksums_are_what_sha256sum_checks(builds):
    """``sha256sum --check`` finds every file but its own."""
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "sha256sums.txt"],  # noqa: S607
        cwd=builds[0],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.count(": OK\n") == len(files(builds[0])) - 1
