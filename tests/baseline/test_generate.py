"""The week repeats byte for byte, and what is stored of it is true."""

import hashlib
import os
import subprocess
import sys

import pytest
import yaml

from compiler.baseline import DEFAULT_DAYS, DEFAULT_SEED, SOURCES, generate
from compiler.baseline.__main__ import EXCERPTS, LINES, files, main

HASH_ALL = """
import hashlib
from compiler.baseline import SOURCES, generate
print(hashlib.sha256(b"".join(generate(source, days=2) for source in sorted(SOURCES))).hexdigest())
"""


def test_hashes_of_the_index_are_those_of_the_logs(root, week):
    """baseline.yml names each source with the hash, the length and the seed of what the generators give today."""
    index = yaml.safe_load((root / "samples/baseline/baseline.yml").read_text(encoding="utf-8"))
    assert (index["seed"], index["days"]) == (DEFAULT_SEED, DEFAULT_DAYS)
    assert index["sources"] == {
        source: {
            "lines": len(week[source].splitlines()),
            "sha256": hashlib.sha256(week[source]).hexdigest(),
            "excerpt": f"{source}/{EXCERPTS[source][1]}",
            "excerpt_from": EXCERPTS[source][0],
        }
        for source in SOURCES
    }


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_the_excerpt_is_a_slice_of_the_log(root, week, source):
    """What is stored for reading are eighty lines of the log in a row, from the line that the index tells."""
    start, name = EXCERPTS[source]
    stored = (root / "samples/baseline" / source / name).read_bytes()
    assert stored.splitlines(keepends=True) == week[source].splitlines(keepends=True)[start : start + LINES]
    assert len(stored.splitlines()) == LINES


def test_writing_again_changes_nothing(root):
    """The index and the excerpts are what the script would write."""
    written = {name: (root / "samples/baseline" / name).read_bytes() for name in files()}
    assert written == files()


def test_a_wrong_word_writes_nothing(capsys):
    """The script writes on ``write`` alone and answers anything else with its usage."""
    assert main(["wirte"]) == 2
    assert capsys.readouterr().err == "usage: python -m compiler.baseline write\n"


@pytest.mark.parametrize(("hash_seed", "zone", "language"), [("0", "UTC", "C"), ("4711", "Asia/Tokyo", "de_DE.UTF-8")])
def test_the_environment_does_not_matter(root, hash_seed, zone, language):
    """Neither the hash seed nor the time zone nor the locale of the machine shows in the bytes."""
    expected = hashlib.sha256(b"".join(generate(source, days=2) for source in sorted(SOURCES))).hexdigest()
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": zone, "LC_ALL": language, "PYTHONPATH": str(root)}
    run = subprocess.run([sys.executable, "-c", HASH_ALL], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == expected


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_another_seed_is_another_week(week, source):
    """A second seed shares no long run of lines with the first, only what is fixed."""
    other = set(generate(source, seed=1).splitlines())
    shared = [line for line in week[source].splitlines() if line in other and not line.startswith(b"#")]
    assert shared == []


def test_fewer_days_are_refused_below_one():
    """A week of no days is an error, not an empty log that every rule passes."""
    with pytest.raises(ValueError, match="a baseline of 0 days is empty"):
        generate("iis", days=0)


def test_more_days_are_more_events():
    """A fortnight of the management log reaches into its second week."""
    assert b'"2026-09-25T' in generate("exchange", days=14)
