"""Mutants of rules: what is changed, and which changes change nothing."""

import copy
import pathlib

import pytest
import yaml

from compiler.content.rules import read_sigma, read_yara
from compiler.engines.yara import compile_yara_x
from compiler.meaning.errors import MeaningError
from compiler.meaning.mutants import means_same, mutants_of
from compiler.meaning.rule import View, read_detection
from compiler.meaning.tree import atoms
from compiler.meaning.witness import witnesses

CONFORMANCE = sorted((pathlib.Path(__file__).parents[1] / "conformance").glob("*.yml"))


def rule(detection, **rest):
    body = {"title": "T", "name": "t", "logsource": {"category": "c", "product": "p"}, "detection": detection, **rest}
    (found,) = read_sigma("t.yml", yaml.safe_dump(body, sort_keys=False).encode())
    return found


def told(found, *operators):
    return [
        (mutant.operator, mutant.description)
        for mutant in mutants_of(found)
        if not operators or mutant.operator in operators
    ]


def test_a_rule():
    """Every atom, modifier, value, field, word of the condition and of the log source is changed once."""
    found = rule({"a": {"F|endswith": "x", "G": 5}, "b": {"H|contains|all": ["y", "z"]}, "condition": "a and not b"})
    assert told(found) == [
        ("drop atom", "without F|endswith"),
        ("change field", "F|endswith -> F_|endswith"),
        ("drop modifier", "F|endswith -> F"),
        ("exchange modifier", "F|endswith -> F|contains"),
        ("exchange modifier", "F|endswith -> F|startswith"),
        ("change literal", "'x' -> 'x\\ue000no event has this'"),
        ("drop atom", "without G"),
        ("change field", "G -> G_"),
        ("change literal", "5 -> -1000008"),
        ("change field", "H|contains|all -> H_|contains|all"),
        ("drop modifier", "H|contains|all -> H|all"),
        ("exchange modifier", "H|contains|all -> H|startswith|all"),
        ("exchange modifier", "H|contains|all -> H|endswith|all"),
        ("all to any", "H|contains|all -> H|contains"),
        ("drop value of all", "without 'y'"),
        ("change literal", "'y' -> 'y\\ue000no event has this'"),
        ("drop value of all", "without 'z'"),
        ("change literal", "'z' -> 'z\\ue000no event has this'"),
        ("and to or", "a and not b -> a or not b"),
        ("remove not", "a and not b -> a and b"),
        ("drop selection", "a and not b -> not b"),
        ("drop selection", "a and not b -> a"),
        ("change log source", "c -> c_"),
        ("change log source", "p -> p_"),
    ]


def test_only_one_thing_changes():
    """The rule itself stays as it was, and a mutant differs from it at its keys."""
    found = rule({"a": [{"F": "x"}, {"G": None}], "k": ["one", "two"], "condition": "1 of them"})
    before = copy.deepcopy(found.body)
    made = list(mutants_of(found))
    assert found.body == before
    assert all(mutant.body != before for mutant in made)
    keys = {mutant.description: mutant.keys for mutant in made}
    assert keys["null -> ''"] == ("detection", "a", 1, "G")
    assert keys["without F"] == ("detection", "a", 0)


def test_values_of_a_list_are_not_counted():
    """A dropped value of a list is reported alone, but that no value of it matches any more counts."""
    found = rule({"a": {"F": ["x", "y"]}, "k": ["one", "two"], "condition": "a or k"})
    assert {mutant.operator for mutant in mutants_of(found) if not mutant.counted} == {"drop value of a list"}
    assert told(found, "change literal") == [
        ("change literal", "each of 2 values changed"),
        ("change literal", "each keyword changed"),
    ]


@pytest.mark.parametrize(
    ("entry", "operator", "expected"),
    [
        ({"F|gte": 5}, "shift comparison", ["F|gte -> F|gt", "5 -> 4", "5 -> 6"]),
        ({"F": ""}, "null and empty", ["'' -> null"]),
        ({"F": None}, "null and empty", ["null -> ''"]),
        ({"F|neq": "x"}, "remove not", ["F|neq -> F"]),
        ({"F|re|i": "x"}, "drop modifier", ["F|re|i -> F|i", "F|re|i -> F|re"]),
        ({"F|cidr": "192.0.2.0/24"}, "change literal", ["'192.0.2.0/24' -> 'fd00:0:0:ffff::/127'"]),
        ({"F|exists": True}, "change literal", ["True -> False"]),
    ],
)
def test_values(entry, operator, expected):
    """Comparisons move by one, null and the empty text are exchanged, and each kind of value has its counterpart."""
    assert [text for _, text in told(rule({"a": entry, "condition": "a"}), operator)] == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("1 of a*", [("1 of to all of", "all of a*")]),
        ("all of them", [("all of to 1 of", "1 of them")]),
        ("not (a or b)", [("remove not", "(a or b)"), ("or to and", "not (a and b)")]),
        ("(a and b) or a", [("drop selection", "a"), ("drop selection", "(a and b)")]),
    ],
)
def test_conditions(condition, expected):
    """Words of a condition are exchanged and its operands dropped, with their parentheses."""
    found = rule({"a": {"F": 1}, "b": {"G": 1}, "condition": condition})
    made = [(operator, text.partition(" -> ")[2]) for operator, text in told(found)]
    assert set(expected) <= set(made)


def test_a_correlation():
    """Count, span, group, order, type and rules."""
    body = {
        "title": "T",
        "correlation": {
            "type": "temporal_ordered",
            "rules": ["a", "b"],
            "group-by": ["User"],
            "timespan": "5m",
            "condition": {"gte": 2},
        },
    }
    (found,) = read_sigma("t.yml", yaml.safe_dump(body).encode())
    assert told(found) == [
        ("shift count", "gte 2 -> 1"),
        ("shift count", "gte 2 -> 3"),
        ("exchange comparison", "gte -> gt"),
        ("halve span", "5m -> 150s"),
        ("double span", "5m -> 600s"),
        ("drop group-by field", "without User"),
        ("drop rule", "without a"),
        ("drop rule", "without b"),
        ("change type", "temporal_ordered -> temporal"),
        ("reverse order", "the rules in reverse"),
    ]


YARA = """
rule one
{
    meta:
        note = "$a at 0 // not filesize < 1KB"
    strings:
        $a = "MZ"
        $b = /x\\/y/ nocase // 2 of them
        $c1 = { 01 02 }
        $c2 = "}"
    condition:
        filesize < 10KB and $a at 0 and (2 of ($c*) or not $b) and #b > 3
        and uint16(0) == 0x5a4d
}
"""


def test_a_yara_rule():
    """Strings, counts, sizes, magics and negations of the condition; not what stands in strings and comments."""
    (found,) = read_yara("one.yar", YARA.encode())
    assert told(found) == [
        ("drop string", "2 of ($c*) -> false"),
        ("loosen count", "2 of ($c*) -> 1 of"),
        ("drop filesize", "filesize < 10KB -> true"),
        ("drop magic", "uint16(0) == 0x5a4d -> true"),
        ("drop magic", "$a at 0 -> $a"),
        ("loosen count", "#b > 3 -> 2"),
        ("drop string", "not $b -> false"),
        ("remove not", "without `not` before $b) and #b > 3 and ui"),
    ]


def test_yara_mutants_compile():
    """A string that is named no more gets the underscore with which it may stay, so that every mutant compiles."""
    (found,) = read_yara("one.yar", YARA.encode())
    for mutant in mutants_of(found):
        _, complaints = compile_yara_x({"mutant": mutant.text})
        assert [complaint for complaint in complaints if complaint.error] == [], mutant.description
    dropped = next(mutant for mutant in mutants_of(found) if mutant.description == "2 of ($c*) -> false")
    assert "$_c1 = {" in dropped.text
    assert "$b = /x" in dropped.text


def test_strings_of_any_are_not_counted():
    """One of `any of` is like a value of a list; one of `all of` is not."""
    text = 'rule r { strings: $a = "aa" $b = "bb" condition: any of ($a, $b) or all of ($a, $b) }'
    (found,) = read_yara("r.yar", text.encode())
    made = [(mutant.operator, mutant.counted) for mutant in mutants_of(found)]
    assert made.count(("drop string of any", False)) == 2
    assert made.count(("drop string", True)) == 4


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a and b", "b and a", True),
        ("a and (b and c)", "(a and b) and c", True),
        ("not not a", "a", True),
        ("a or (a and b)", "a", True),
        ("not (a or b)", "not a and not b", True),
        ("1 of them", "a or b or c", True),
        ("wide or narrow", "wide", True),
        ("wide and narrow", "narrow", True),
        ("wide and narrow", "wide", False),
        ("(a and b) or (a and not b)", "a", True),
        ("a and not b", "a", False),
        ("a", "b", False),
    ],
)
def test_means_same(one, other, same):
    """Two conditions are the same where that follows from logic or from what implies what, and only there."""
    named = {name: {name: 1} for name in "abc"}
    if "wide" in one:
        named = {"wide": {"F|contains": "x"}, "narrow": {"F|startswith": "XY"}}
    trees = [
        read_detection({"logsource": {"product": "p"}, "detection": {**named, "condition": text}}).tree
        for text in (one, other)
    ]
    assert means_same(*trees) is same


NEVER = {"exists_false_and_value", "expand_unset", "expand_unset_negated"}
"""Conformance files of which a part holds for no event: nothing matches it, or nobody has filled in its list."""


def test_witnesses_tell_mutants_apart():
    """No witness tells a mutant apart that is proved the same, and some witness tells every other one apart.

    The exception is what holds for no event, of which many mutants hold for none of those tried either.
    """
    told_apart = 0
    for path in CONFORMANCE:
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "rule" not in case or "error" in case or path.stem in NEVER:
            continue
        placeholders = case.get("placeholders", {})
        (original,) = read_sigma(path.name, yaml.safe_dump(case["rule"], sort_keys=False).encode())
        detection = read_detection(original.body, placeholders=placeholders)
        if max(len(atom.values) for atom in atoms(detection.tree)) > 100:
            continue  # hundreds of mutants alike
        events = [(View(event.event), event.expected) for event in witnesses(detection).events]
        for mutant in mutants_of(original):
            if mutant.operator == "change log source":
                continue
            try:
                changed = read_detection(mutant.body, placeholders=placeholders)
            except MeaningError:
                continue
            differs = any(changed.matches(view) is not expected for view, expected in events)
            assert differs is not means_same(detection.tree, changed.tree), (path.stem, mutant.description)
            told_apart += differs
    assert told_apart > 1000
