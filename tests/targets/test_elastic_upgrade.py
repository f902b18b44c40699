"""Two releases of Kibana rules: what is new, changed, of another type, and gone."""

import json

import pytest

from compiler.diagnostics import UsageError
from compiler.targets.elastic_upgrade import ndjson, upgrade


def rule(id, **more):
    return {"rule_id": id, "type": "eql", "name": id, "query": "any where true", "enabled": False, **more}


def listed(name):
    return {"id": name, "list_id": name, "namespace_type": "single", "type": "detection"}


def upgraded(old, new):
    return upgrade(ndjson(old), new)


def test_each_rule_is_in_the_file_of_what_became_of_it():
    """New, changed, of another type, gone; and one that is as it was in none."""
    old = [rule("same"), rule("changed"), rule("retyped"), rule("gone")]
    new = [rule("same"), rule("changed", query="any where false"), rule("retyped", type="esql"), rule("added")]
    files = upgraded(old, new)
    assert {path: [line["rule_id"] for line in lines] for path, lines in files.items()} == {
        "upgrade/new.ndjson": ["added"],
        "upgrade/changes.ndjson": ["changed"],
        "upgrade/before.ndjson": ["changed"],
        "upgrade/retyped.ndjson": ["retyped"],
        "upgrade/linked.ndjson": [],
        "upgrade/removed.ndjson": ["gone"],
    }


def test_a_patch_has_the_fields_that_changed_and_no_other():
    """What was is told beside it, null for a field that was not there."""
    files = upgraded([rule("a", setup="x")], [rule("a", setup="x", query="q", note="n")])
    assert files["upgrade/changes.ndjson"] == [{"rule_id": "a", "query": "q", "note": "n"}]
    assert files["upgrade/before.ndjson"] == [{"rule_id": "a", "query": "any where true", "note": None}]


@pytest.mark.parametrize("key", ["enabled", "exceptions_list", "actions", "tags", "interval", "alert_suppression"])
def test_no_patch_has_what_is_the_socs(key):
    """Even where what is delivered changed."""
    old, new = (rule("a", **{key: [listed(name)]}) for name in ("one", "two"))
    assert upgraded([old], [new])["upgrade/changes.ndjson"] == []


def test_an_exception_list_that_a_rule_did_not_name_is_told_by_itself():
    """One that it named before is the SOC's, who may have taken it off."""
    old = rule("a", exceptions_list=[listed("one")])
    new = rule("a", exceptions_list=[listed("one"), listed("two")], type="esql")
    files = upgraded([old, rule("b")], [new, rule("b", exceptions_list=[listed("one")])])
    assert files["upgrade/linked.ndjson"] == [
        {"rule_id": "a", "exceptions_list": [listed("two")]},
        {"rule_id": "b", "exceptions_list": [listed("one")]},
    ]


def test_an_exception_list_is_imported_once():
    """With the new rules; a list that was there, and its exception, are the SOC's."""
    held = {"list_id": "one", "name": "one", "type": "detection"}
    item = {**held, "item_id": "values", "type": "simple"}
    assert upgraded([rule("a"), held], [rule("a"), held, item])["upgrade/new.ndjson"] == [item]
    assert upgraded([rule("a"), held, item], [rule("a"), held, item])["upgrade/new.ndjson"] == []


def test_a_rule_that_is_gone_can_be_disabled():
    """Its line is a whole body of PATCH."""
    assert upgraded([rule("a")], [])["upgrade/removed.ndjson"] == [{"enabled": False, "rule_id": "a"}]


def test_lines_that_are_no_rules_are_refused():
    """A file of something else would call every rule new."""
    with pytest.raises(UsageError, match="no rule of Kibana"):
        upgrade(b'{"a": 1}\n', [])
    with pytest.raises(UsageError, match="cannot be read"):
        upgrade(b"PK", [])


def test_a_line_holds_no_newline():
    """Whatever a rule says, it is one line of ASCII."""
    assert ndjson([{"b": "x\n\u2028", "a": 1}]) == b'{"a": 1, "b": "x\\n\\u2028"}\n'
    assert json.loads(ndjson([{"b": "\n"}])) == {"b": "\n"}
