"""The catalogues: complete, in step with ATT&CK, and true to the text of the advisory."""

import collections
import functools
import pathlib
import re
from typing import Any

import pytest

from compiler.content.advisories import read_advisory
from compiler.content.attack import load_attack
from compiler.content.document import Document, read_documents
from compiler.content.shape import plain

ROOT = pathlib.Path(__file__).parents[2]
ADVISORIES = {"aa21-200b": 68, "aa21-062a": 60}

MISPRINTS = {"ntds.dit": "NDST.DIT", "aspx": "apsx", "jspx": "japx", "schtasks": "schtask"}
"""The right name of an observable, and how AA21-200B prints it."""

SHARED_ROWS = {"t1590": "t1595", "t1608": "t1583"}
"""Techniques of AA21-200B without a row of their own: two techniques share one procedure cell."""


@functools.cache
def _document(advisory: str) -> Document:
    path = f"detections/advisories/{advisory}.yml"
    return read_documents(path, (ROOT / path).read_bytes())[0]


def _behaviours(advisory: str) -> list[dict[str, Any]]:
    behaviours: list[dict[str, Any]] = plain(_document(advisory).body)["behaviours"]
    return behaviours


EVERY = [pytest.param(a, b, id=f"{a}.{b['id']}") for a in ADVISORIES for b in _behaviours(a)]


def _appendix(shared: pathlib.Path) -> str:
    """Appendix A on one line in lower case, words that were broken at a hyphen joined and marks left out."""
    text = (shared / "advisories" / "aa21-200b.txt").read_text(encoding="utf-8")
    text = text.partition("APPENDIX A:")[2].partition("Appendix B: MITRE ATT&CK Framework1")[0]
    text = re.sub(r"-\s*\n\s*", "-", re.sub("[®™]", "", text))
    return " ".join(text.split()).lower()


def _rows(appendix: str) -> dict[str, str]:
    """The text of each row of Appendix A by the technique that heads it (``t1505``); sub-techniques share it."""
    techniques = {b["id"] for b in _behaviours("aa21-200b") if "." not in b["id"]}
    heads = sorted((appendix.index(f"[{id}]"), id) for id in techniques - set(SHARED_ROWS))
    ends = [start for start, _ in heads[1:]] + [len(appendix)]
    return {id: appendix[start:end] for (start, id), end in zip(heads, ends, strict=True)}


@pytest.mark.parametrize("advisory", ADVISORIES)
def test_advisory_has_its_shape_and_every_entry(advisory: str) -> None:
    """The loader takes the catalogue without a word, and every behaviour is there under an id of its own."""
    read, faults = read_advisory(_document(advisory))
    assert faults == []
    assert read is not None
    assert read.id == advisory
    assert len({behaviour.id for behaviour in read.behaviours}) == len(read.behaviours) == ADVISORIES[advisory]


@pytest.mark.parametrize(("advisory", "behaviour"), EVERY)
def test_behaviour_agrees_with_attack(advisory: str, behaviour: dict[str, Any]) -> None:
    """Technique, name and tactics are those of the ATT&CK in the tree, and the id begins with the technique."""
    technique = load_attack().technique(behaviour["technique"])
    assert technique is not None
    assert technique.current, advisory
    assert behaviour["name"] == load_attack().full_name(technique.id)
    assert tuple(behaviour["tactics"]) == technique.tactics
    assert re.match(rf"{re.escape(technique.id.lower())}(-|$)", behaviour["id"])


@pytest.mark.parametrize(("advisory", "behaviour"), EVERY)
def test_behaviour_can_be_observed_or_says_why_not(advisory: str, behaviour: dict[str, Any]) -> None:
    """What nothing can show has a reason and no log source; all else has log sources and no such reason."""
    seen = bool(behaviour["observable"])
    assert seen == bool(behaviour["logsources"]) == ("unobservable" not in behaviour), advisory


@pytest.mark.parametrize(("advisory", "behaviour"), EVERY)
def test_log_source_of_our_own_says_where_it_is(advisory: str, behaviour: dict[str, Any]) -> None:
    """A service that Sigma's taxonomy does not know is defined where it is used."""
    custom = {"msexchange-httpproxy", "msexchange-ecp", "msexchange-oabgenerator", "cli", "conn"}
    for source in behaviour["logsources"]:
        if source.get("service") in custom or source.get("product") == "email_gateway":
            assert source.get("definition"), advisory


@pytest.mark.parametrize(("advisory", "behaviour"), EVERY)
def test_behaviour_names_something_and_where_it_is_from(advisory: str, behaviour: dict[str, Any]) -> None:
    """Every behaviour has an observable, named or ours, none as both, and says where it is from."""
    named, ours = set(behaviour["named"]), set(behaviour["ours"])
    assert named | ours, advisory
    assert not named & ours
    assert len(named) == len(behaviour["named"])
    assert behaviour["evidence"]


@pytest.mark.parametrize("advisory", ADVISORIES)
def test_how_many_behaviours_nothing_can_show(advisory: str) -> None:
    """Four techniques of the one advisory and two of the other happen out of the victim's sight."""
    unseen = {b["id"] for b in _behaviours(advisory) if not b["observable"]}
    expected = {
        "aa21-200b": {"t1590", "t1583", "t1608", "t1588"},
        "aa21-062a": {"t1590-recon-fqdn", "t1583.003-vps"},
    }
    assert unseen == expected[advisory]


def test_parents_are_the_techniques_whose_sub_techniques_are_listed() -> None:
    """The 15 rows of AA21-200B that only head sub-techniques are marked, and no other."""
    entries = _behaviours("aa21-200b")
    heads = {b["id"].partition(".")[0] for b in entries if "." in b["id"]}
    assert {b["id"] for b in entries if b.get("parent")} == heads
    assert len(heads) == 15


def test_named_of_the_exchange_catalogue_is_confirmed() -> None:
    """What is only recalled or second-hand stands in ``ours``; what has no confirmed source names nothing."""
    for behaviour in _behaviours("aa21-062a"):
        assert not [n for n in behaviour["named"] if re.search(r"\((recalled|second-hand|analyst)", n)], behaviour["id"]
        assert behaviour["evidence"].startswith(("confirmed: ", "recalled: ", "second-hand: "))
        assert bool(behaviour["named"]) == behaviour["evidence"].startswith("confirmed: "), behaviour["id"]


def test_every_flaw_of_the_exchange_chain_has_behaviours() -> None:
    """Each of the four CVEs of the Exchange intrusions is shown by at least one behaviour."""
    count = collections.Counter(cve for b in _behaviours("aa21-062a") for cve in b.get("cve", ()))
    assert set(count) == {"CVE-2021-26855", "CVE-2021-26857", "CVE-2021-26858", "CVE-2021-27065"}


def test_every_technique_of_the_appendix_is_there(shared: pathlib.Path) -> None:
    """The techniques of the catalogue are exactly those that Appendix A of AA21-200B lists."""
    listed = set(re.findall(r"\[(t\d{4}(?:\.\d{3})?)\]", _appendix(shared)))
    assert {b["id"] for b in _behaviours("aa21-200b")} == listed


def test_what_is_named_stands_in_the_row_of_the_advisory(shared: pathlib.Path) -> None:
    """Every ``named`` of AA21-200B is in the text of its own row, as a whole word, but for the known misprints."""
    rows = _rows(_appendix(shared))
    missing = []
    for behaviour in _behaviours("aa21-200b"):
        head = behaviour["id"].partition(".")[0]
        for name in behaviour["named"]:
            printed = MISPRINTS.get(name, name).lower()
            if not re.search(rf"(?<!\w){re.escape(printed)}(?!\w)", rows[SHARED_ROWS.get(head, head)]):
                missing.append((behaviour["id"], name))
    assert missing == []


def test_misprints_are_told_in_notes() -> None:
    """Where the advisory misprints a name, the right one is named and the note tells what is printed."""
    misprinted = [
        (behaviour, name) for behaviour in _behaviours("aa21-200b") for name in behaviour["named"] if name in MISPRINTS
    ]
    assert {name for _, name in misprinted} == set(MISPRINTS)
    for behaviour, name in misprinted:
        assert f'"{MISPRINTS[name]}"' in behaviour["note"], behaviour["id"]
        assert MISPRINTS[name] not in behaviour["named"]


@pytest.mark.parametrize("advisory", ADVISORIES)
def test_no_other_rule_set_is_named(advisory: str) -> None:
    """The catalogue points to reports and never to a public rule: rules are written from what was observed."""
    text = _document(advisory).text.lower()
    assert not re.findall(r"sigmahq|signature-base|proc_creation_|file_event_win|\.yar\b", text)


def test_what_is_known_by_its_techniques_alone_is_marked() -> None:
    """AA21-200A is there for coverage alone, in step with ATT&CK and with nothing named as if quoted."""
    read, faults = read_advisory(_document("aa21-200a"))
    assert faults == []
    assert read is not None
    assert read.coverage_only
    assert len(read.behaviours) == 24
    for behaviour in read.behaviours:
        technique = load_attack().technique(behaviour.technique)
        assert technique is not None
        assert (behaviour.name, behaviour.tactics) == (load_attack().full_name(technique.id), technique.tactics)
        assert behaviour.named == behaviour.ours == ()


def test_reason_for_having_no_rule_is_read() -> None:
    """``unruled`` of a behaviour is on it, and empty where there is none."""
    read, _ = read_advisory(_document("aa21-200a"))
    assert read is not None
    told = {behaviour.id for behaviour in read.behaviours if behaviour.unruled}
    assert told == {"aa21-200a.t1074.002", "aa21-200a.t1203", "aa21-200a.t1534"}
