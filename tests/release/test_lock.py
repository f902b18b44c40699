"""The lock: a key is kept for good, whatever becomes of the rule."""

import dataclasses
import datetime as dt

import pytest
import yaml

from compiler.content.rules import read_sigma
from compiler.diagnostics import UsageError
from compiler.release.build import build
from compiler.release.lock import PATH, read_lock, unlocked, updated, write_lock
from compiler.targets import load_targets
from compiler.targets.splunk_conf import inside

ONE, TWO = "8d7bf0a1-4f51-4f5e-9d0c-4c8f6f1b2a10", "0b9c7d10-4f51-4f5e-9d0c-4c8f6f1b2a11"
RULE = """\
title: {title}
id: {id}
name: {name}
logsource: {{category: process_creation, product: windows}}
detection:
    selection: {{Image|endswith: '\\\\cmd.exe'}}
    condition: selection
level: high
"""


def rule(title="First Title", id=ONE, name="first_rule"):
    (made,) = read_sigma("detections/sigma/x.yml", RULE.format(title=title, id=id, name=name).encode())
    return made


def locked(tmp_path, text):
    (tmp_path / "detections").mkdir(exist_ok=True)
    (tmp_path / PATH).write_text(text)
    return read_lock(tmp_path)


def test_a_new_rule_is_added_with_the_version(tmp_path):
    """Its stanza is that of its title today."""
    (entry,) = locked(tmp_path, updated([rule()], {}, "1.0.0")).values()
    assert dataclasses.asdict(entry) == {
        "id": ONE,
        "name": "first_rule",
        "stanza": "Tocsin - First Title - Rule",
        "since": "1.0.0",
        "removed": "",
    }


def test_a_new_title_and_name_change_nothing(tmp_path):
    """What a SOC set hangs on the stanza and the macro of the first."""
    first = updated([rule()], {}, "1.0.0")
    assert updated([rule("Second Title", name="second_rule")], locked(tmp_path, first), "2.0.0") == first


def test_a_removed_rule_stays_and_comes_back(tmp_path):
    """It is marked with the version that lacks it first, and no longer once it is there again."""
    first = locked(tmp_path, updated([rule()], {}, "1.0.0"))
    second = locked(tmp_path, updated([], first, "2.0.0"))
    assert second[ONE].removed == "2.0.0"
    assert locked(tmp_path, updated([], second, "3.0.0"))[ONE].removed == "2.0.0"
    assert locked(tmp_path, updated([rule()], second, "3.0.0")) == first


def test_a_stanza_is_never_used_twice(tmp_path):
    """A new rule with the title of another, removed ones too, gets no entry; the package tells of the clash."""
    first = locked(tmp_path, updated([rule()], {}, "1.0.0"))
    assert set(locked(tmp_path, updated([rule(id=TWO, name="other")], first, "2.0.0"))) == {ONE}


def test_a_rule_that_is_not_locked_is_a_warning(tmp_path):
    """Before a release the lock is brought up to date; in a tree without one nobody is asked."""
    lock = locked(tmp_path, updated([rule()], {}, "1.0.0"))
    assert list(unlocked([rule()], lock)) == []
    assert [finding.code for finding in unlocked([rule(id=TWO, name="other")], lock)] == ["PKG014"]
    assert list(unlocked([rule(id=TWO, name="other")], {})) == []


@pytest.mark.parametrize(
    "text",
    ["rules: 5", "[", "rules: [{id: x}]", "rules: [{id: x, name: y, stanza: z, since: '1', other: q}]", "\x00", "{}"],
)
def test_a_lock_that_cannot_be_read_is_a_plain_error(text, tmp_path):
    """Guessing at it would give rules new keys."""
    with pytest.raises(UsageError, match="cannot be read"):
        locked(tmp_path, text)


def test_a_key_that_is_there_twice_is_a_plain_error(tmp_path):
    """Of two rules with one stanza the second would replace the first."""
    entry = {"id": "a", "name": "n", "stanza": "s", "since": "1"}
    with pytest.raises(UsageError, match="stanza 's' twice"):
        locked(tmp_path, yaml.safe_dump({"rules": [entry, {**entry, "id": "b"}]}))


def test_the_app_keeps_stanza_macro_and_tombstone(tmp_path, small_catalogue):
    """A rule with a new title and name is packed under its old keys; a removed one leaves a disabled search."""
    (tmp_path / "detections").mkdir()
    gone = rule("Gone", id=TWO, name="gone_rule")
    write_lock(tmp_path, [rule("Old Title"), gone])
    write_lock(tmp_path, [rule()])
    catalogue = dataclasses.replace(small_catalogue, rules=(rule("New Title", name="new_name"),))
    built = build(tmp_path, catalogue, [load_targets()["splunk"]], {}, dt.date(2026, 11, 22))
    searches = built.files["splunk/tocsin/default/savedsearches.conf"].decode()
    assert "[Tocsin - Old Title - Rule]" in searches
    assert "New Title - Rule]" not in searches
    assert "[first_rule_filter]" in built.files["splunk/tocsin/default/macros.conf"].decode()
    assert "[Tocsin - Gone - Rule]\ndescription = Removed in 0.1.0." in searches
    tombstone = searches.split("[Tocsin - Gone - Rule]")[1].split("\n[")[0]
    assert "disabled = 1" in tombstone
    assert "| where false()" in tombstone


def test_a_rule_cannot_take_the_stanza_of_a_removed_one(tmp_path, small_catalogue):
    """What a SOC set for the old rule would apply to another."""
    (tmp_path / "detections").mkdir()
    write_lock(tmp_path, [rule("Gone", id=TWO, name="gone_rule")])
    catalogue = dataclasses.replace(small_catalogue, rules=(rule("Gone"),))
    built = build(tmp_path, catalogue, [load_targets()["splunk"]], {}, dt.date(2026, 11, 22))
    assert "PKG010" in {finding.code for finding in built.diagnostics}


def test_our_own_lock_is_one_that_splunk_takes(root):
    """It can be read, no stanza opens another, and the label of each fits Enterprise Security."""
    lock = read_lock(root)
    assert lock
    assert [entry.stanza for entry in lock.values() if inside(entry.stanza) != entry.stanza] == []
    assert [entry.stanza for entry in lock.values() if len(f"Endpoint - {entry.stanza} - Rule") > 99] == []
