"""rsigma, somebody else's reading of the specification: it and the reference differ where the list says, and why."""

import json
import os
import pathlib
import shutil
import subprocess

import platformdirs
import pytest
import yaml

FOLDER = pathlib.Path(__file__).parent
CRATE = FOLDER / "rsigma"
FILES = {path.stem: path for path in sorted(FOLDER.glob("*.yml"))}


def asked(case):
    """The rules and events of a file as rsigma takes them; None for what it reads from pipelines or over time."""
    if "rule" not in case or "placeholders" in case or "|expand" in str(case["rule"]):
        return None
    bodies = [case["rule"], *case.get("filters", ())]
    made = [{"title": f"rule {number}", "logsource": {"category": "made"}, **one} for number, one in enumerate(bodies)]
    rules = yaml.safe_dump_all(made, allow_unicode=True, sort_keys=False)
    return {"rules": rules, "events": [item["event"] for item in case.get("events", ())]}


def same(case, told):
    """Whether rsigma says of each event what the file says, or refuses as it does."""
    if "error" in case:
        return "error" in told
    return told.get("matched") == [item["match"] for item in case["events"]]


@pytest.fixture(scope="module")
def program():
    """The program that asks rsigma, built into the user's cache."""
    cargo = shutil.which("cargo")
    if cargo is None:
        pytest.skip("rsigma is built with cargo, which is not here")
    target = pathlib.Path(platformdirs.user_cache_dir("tocsin"), "rsigma")
    command = [cargo, "build", "--release", "--locked", "--quiet", "--target-dir", str(target)]
    done = subprocess.run(command, cwd=CRATE, capture_output=True, text=True, check=False, env=dict(os.environ))
    if done.returncode:
        pytest.skip(f"rsigma could not be built: {done.stderr.strip()[-300:]}")
    return target / "release" / "tocsin-rsigma"


def listed():
    return yaml.safe_load((CRATE / "differences.yml").read_text(encoding="utf-8"))


@pytest.mark.engines
def test_rsigma_differs_where_the_list_says(program):
    """Every other file means the same to both."""
    cases = {name: yaml.safe_load(path.read_text(encoding="utf-8")) for name, path in FILES.items()}
    # A date that YAML reads in a rule is none to JSON, which the events travel in.
    questions = {name: question for name, case in cases.items() if (question := asked(case)) is not None}
    lines = "".join(json.dumps(question, default=str) + "\n" for question in questions.values())
    said = subprocess.run([program], input=lines, capture_output=True, text=True, check=True).stdout.splitlines()
    answers = dict(zip(questions, map(json.loads, said), strict=True))
    differing = {name for name, told in answers.items() if not same(cases[name], told)}
    assert differing == {name for entry in listed() for name in entry["files"]}
    assert len(answers) - len(differing) >= 150


def test_each_difference_says_who_is_right_and_why():
    """The list names each file once, and each that it names is there."""
    names = [name for entry in listed() for name in entry["files"]]
    assert sorted(names) == sorted(set(names) & set(FILES))
    assert {entry["right"] for entry in listed()} == {"reference", "rsigma", "open"}
    assert all(len(entry["because"]) > 40 for entry in listed())
