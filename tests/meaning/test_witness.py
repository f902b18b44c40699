"""Witnesses: events from a rule itself, judged by the reference, that show each part of it at work."""

import os
import pathlib
import subprocess
import sys

import pytest
import yaml

from compiler.meaning.errors import MeaningError
from compiler.meaning.rule import read_detection
from compiler.meaning.tree import atoms
from compiler.meaning.witness import witnesses

CONFORMANCE = sorted((pathlib.Path(__file__).parents[1] / "conformance").glob("*.yml"))


def read(condition="selection", **selections):
    return read_detection(
        {"logsource": {"category": "test"}, "detection": {**selections, "condition": condition}},
        placeholders={"user": ["alice", "bob"]},
    )


def conformance():
    """Every rule of the conformance files that has a meaning, by the name of its file."""
    for path in CONFORMANCE:
        case = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "rule" in case:
            try:
                yield path.stem, read_detection(case["rule"], placeholders=case.get("placeholders", {}))
            except MeaningError:
                continue


def keys_of(found):
    return [keys[1:] for keys in found]


def test_a_pair_for_each_atom():
    """Each atom has two events that differ in its field alone and give different verdicts."""
    found = witnesses(
        read("selection and not filter", selection={"A": "x", "B|contains": "y"}, filter={"C|endswith": "z"})
    )
    assert keys_of(pair.keys for pair in found.pairs) == [
        ("selection", "A"),
        ("selection", "B|contains"),
        ("filter", "C|endswith"),
    ]
    for pair in found.pairs:
        one, other = found.events[pair.holding], found.events[pair.failing]
        field = pair.keys[-1].partition("|")[0]
        assert {**one.event, field: 0} == {**other.event, field: 0}
        assert one.expected is not other.expected
        assert pair.unique
    assert (found.atoms, found.unknown, found.dead) == (3, (), ())


def test_masking_where_atoms_imply_one_another():
    """What contains `ab` contains `a`, so that the narrower atom's pair has to change nothing that counts beside it."""
    found = witnesses(read("wide and (narrow or other)", wide={"A|contains": "a"}, narrow={"A": "ab"}, other={"B": 1}))
    assert found.unknown == ()
    assert [pair.unique for pair in found.pairs] == [False, True, True]


@pytest.mark.parametrize(
    ("condition", "selections", "dead"),
    [
        ("a or b", {"a": {"A|contains": "x"}, "b": {"A|contains": "xy"}}, [("b", "A|contains")]),
        ("a and b", {"a": {"A|contains": "x"}, "b": {"A": "axb"}}, [("a", "A|contains")]),
        ("a and not b", {"a": {"A": "x"}, "b": {"A|startswith": "y"}}, []),
        ("a and not b", {"a": {"A": 1}, "b": {"A": 2}}, []),
        ("a or b", {"a": {"A|cidr": "10.0.0.0/8"}, "b": {"A|cidr": "10.1.0.0/16"}}, [("b", "A|cidr")]),
        ("a or b", {"a": {"A|gt": 5}, "b": {"A|gte": 7}}, [("b", "A|gte")]),
        ("a or b", {"a": {"A|gte": 7}, "b": {"A|gt": 7}}, [("b", "A|gt")]),
        ("a and b", {"a": {"A|exists": True}, "b": {"A": "x"}}, [("a", "A|exists")]),
        ("a or b", {"a": {"A": None}, "b": {"A|exists": False}}, [("b", "A|exists")]),
        ("a or b", {"a": {"A|contains|cased": "X"}, "b": {"A|contains": "xy"}}, []),
        ("a or (a and b)", {"a": {"A": 1}, "b": {"B": 1}}, [("b", "B")]),
        ("(a and b) or (a and not b)", {"a": {"A": 1}, "b": {"B": 1}}, [("b", "B")]),
        ("not (a and not (b or not (c and (a or b))))", {name: {name: 1} for name in "abc"}, []),
    ],
)
def test_dead_is_proved(condition, selections, dead):
    """An atom is dead exactly where what must be so beside it settles it; every other one has a pair."""
    found = witnesses(read(condition, **selections))
    assert keys_of(found.dead) == dead
    assert found.unknown == ()
    assert len(found.pairs) == found.atoms - len(dead)


def test_contradiction_takes_a_list():
    """Two whole values of one field are met by no single value, only by a list in the field; the pair says so."""
    found = witnesses(read("a and b", a={"A": "x"}, b={"A": "y"}))
    assert [pair.listed for pair in found.pairs] == [True, True]
    assert not any(pair.listed for pair in witnesses(read(selection={"A": "x"})).pairs)


def test_values_that_others_cover():
    """A value that another of its list covers is idle; under `all` it is the one that the other includes."""
    assert keys_of(witnesses(read(selection={"A|contains": ["ab", "a", "c"]})).idle) == [("selection", "A|contains", 0)]
    assert keys_of(witnesses(read(selection={"A|contains|all": ["ab", "a", "c"]})).idle) == [
        ("selection", "A|contains|all", 1)
    ]
    assert witnesses(read(selection={"A": ["a", "A"]})).idle == (("detection", "selection", "A", 1),)


def test_each_value_of_a_list_is_tried():
    """Of 500 values each is met by an event of its own, however many events that takes."""
    found = witnesses(read(selection={"A|endswith": [f"\\tool{number}." for number in range(500)]}))
    ends = {event.event["A"] for event in found.events if event.kind in ("pair", "value") and event.expected}
    assert len(ends) == 500
    assert (found.untried, found.unshown) == (0, ())


def test_values_beyond_the_limit_are_told():
    """What is not tried is counted."""
    found = witnesses(read(selection={"A": [f"x{number}" for number in range(1100)]}))
    assert found.untried == 100


def test_limit():
    """The limit holds for everything but the values of lists."""
    full = witnesses(read(selection={"A|contains": "a.b", "B|re": "x+", "C|cidr": "192.0.2.0/24"}))
    cut = witnesses(read(selection={"A|contains": "a.b", "B|re": "x+", "C|cidr": "192.0.2.0/24"}), limit=20)
    assert 100 < len(full.events) <= 400
    assert len(cut.events) == 20
    assert cut.events == full.events[:20]
    assert len(witnesses(read(selection={"A": "x"}), limit=0).events) == 2


@pytest.mark.parametrize(
    ("entry", "kind", "value", "expected"),
    [
        ({"A": "Abc"}, "case:upper", "ABC", True),
        ({"A|cased": "Abc"}, "case:upper", "ABC", False),
        ({"A": "ask"}, "case:U+212A", "as\u212a", True),
        ({"A": "isp"}, "case:U+0130", "\u0130sp", True),
        ({"A": "isp"}, "case:U+017F", "i\u017fp", False),
        ({"A": "x"}, "missing", ..., False),
        ({"A": None}, "missing", ..., True),
        ({"A": "x"}, "null", None, False),
        ({"A": None}, "empty", "", False),
        ({"A|contains": "ab"}, "embedded:both", "zq7abzq7", True),
        ({"A": "ab"}, "embedded:before", "zq7ab", False),
        ({"A": "a\\*b"}, "replaced:*", "axb", False),
        ({"A": "a\\*b"}, "literal:*", "a*b", True),
        ({"A": "a_b"}, "replaced:_", "axb", False),
        ({"A": "50%"}, "run:%", "50xyz", False),
        ({"A": "a.exe"}, "replaced:.", "axexe", False),
        ({"A": "a\\b"}, "doubled:\\", "a\\\\b", False),
        ({"A": "a*c"}, "run:newline", "aa\nbc", True),
        ({"A": "a*c"}, "run:quotes", "aa\"b'c`dc", True),
        ({"A": "a?c"}, "one:astral", "a\U0001d11ec", True),
        ({"A": "a?c"}, "one:none", "ac", False),
        ({"A|windash": "-x"}, "dash:'\\u2012'", "\u2012x", False),
        ({"A|windash": "-x"}, "dash:'\\u2015'", "\u2015x", True),
        ({"A": 4624}, "as string", "4624", True),
        ({"A": 4624}, "number:zero in front", "04624", False),
        ({"A": 4624}, "number:float", 4624.0, True),
        ({"A": "4624"}, "as number", 4624, True),
        ({"A|gte": 5}, "boundary:-1", 4, False),
        ({"A|gte": 5}, "boundary:-0.5", 4.5, False),
        ({"A|gte": 5}, "boundary:+0", 5, True),
        ({"A|gte": 5}, "boundary:+0 as string", "5", True),
        ({"A|cidr": "192.0.2.0/28"}, "network:last", "192.0.2.15", True),
        ({"A|cidr": "192.0.2.0/28"}, "network:outside 2", "192.0.2.16", False),
        ({"A|cidr": "192.0.2.0/28"}, "network:mapped", "::ffff:192.0.2.8", False),
        ({"A|cidr": "192.0.2.0/28"}, "network:no address", "zq7", False),
        ({"A|cidr": "2001:db8::/126"}, "network:written out", "2001:0db8:0000:0000:0000:0000:0000:0003", True),
        ({"A|re": "^ab$"}, "newline:after", "ab\n", False),
        ({"A|re": "ab"}, "embedded:both", "zq7abzq7", True),
        ({"A": "ab"}, "list:first", ["ab", "zq7"], True),
        ({"A": "ab"}, "list:none", ["zq7", "zq7zq7"], False),
        ({"A|startswith": "ab"}, "long:after", "ab" + "x" * 1104, True),
        ({"A|hour": 7}, "time:+1", "2026-03-02T08:04:00Z", False),
        ({"A|hour": 7}, "time:zone", "2026-03-02T07:04:00+09:00", True),
        ({"A|exists": True}, "null", None, True),
        ({"A": True}, "as string", "true", True),
    ],
)
def test_neighbours(entry, kind, value, expected):
    """Each kind of neighbour is there, with the verdict of the reference."""
    wanted = repr({} if value is ... else {"A": value})
    (found,) = [event for event in witnesses(read(selection=entry)).events if repr(event.event) == wanted]
    assert found.kind in (kind, "pair")
    assert found.expected is expected


def test_two_fields_compared():
    """A reference to another field is tried equal, in other letters, and with a side missing or null."""
    found = {event.kind: event for event in witnesses(read(selection={"A|fieldref": "B"})).events}
    assert found["reference:missing side"].event == {"A": "zq7"}
    assert [found[f"reference:{kind}"].expected for kind in ("missing side", "both null", "both empty")] == [
        False,
        False,
        True,
    ]
    assert found["case:upper"].event == {"A": "ZQ7", "B": "zq7"}
    assert found["case:upper"].expected


def test_keywords_are_tried_where_they_may_stand():
    """A keyword is found in any field, in a list and within a word, but not in a field's name nor across fields."""
    found = {event.kind: event.expected for event in witnesses(read(selection=["evil"])).events}
    kinds = ("another field", "in a list", "in a word", "as a field name", "across fields")
    assert [found[f"keyword:{kind}"] for kind in kinds] == [True, True, True, False, False]


def test_the_field_of_keywords():
    """A store that searches one field gets the keyword in that field."""
    pair = witnesses(read(selection=["evil"]), keyword_field="message").events[:2]
    assert [event.event for event in pair] == [{"message": "evil"}, {"message": "zq7"}]


def test_addresses_for_what_begins_like_one():
    """A column of addresses keeps nothing else, so a beginning of one is completed to one."""
    found = witnesses(read(selection={"A|startswith": ["10.", "192.168.", "fe80:"]}))
    assert [event.event["A"] for event in found.events if event.kind in ("pair", "value") and event.expected] == [
        "10.7.7.7",
        "192.168.7.7",
        "fe80::7",
    ]


def test_several_conditions_on_one_field():
    """One text is composed for all that a rule asks of a field."""
    found = witnesses(
        read(
            selection={"A|startswith": "C:\\", "A|endswith": ".exe", "A|contains|all": ["one", "two"], "A|re": "t[vx]o"}
        )
    )
    assert found.unknown == ()
    assert not any(pair.listed for pair in found.pairs)


def test_every_conformance_rule_has_pairs():
    """In the conformance files each atom has a pair, or is proved dead; never both, and never neither."""
    seen = 0
    for name, detection in conformance():
        found = witnesses(detection)
        assert found.unknown == (), name
        assert not {pair.keys for pair in found.pairs} & set(found.dead), name
        assert len(found.pairs) + len(found.dead) == found.atoms == len(atoms(detection.tree)), name
        seen += 1
    assert seen > 150


def test_the_reference_says_what_is_expected():
    """Every witness carries the verdict of the reference, and each pair flips it."""
    for name, detection in conformance():
        found = witnesses(detection)
        assert all(detection.matches(event.event) is event.expected for event in found.events), name
        for pair in found.pairs:
            assert found.events[pair.holding].expected is not found.events[pair.failing].expected, name


def test_the_same_on_every_run():
    """The witnesses do not depend on how a run orders its sets; another seed gives other strings for a regex."""
    program = (
        "from compiler.meaning.rule import read_detection; from compiler.meaning.witness import witnesses\n"
        "detection = {'a': {'A|re': '[^a-c]x{2,5}(y|z)+', 'B': ['ask', 'b*']}, 'k': ['one'], 'condition': 'a or k'}\n"
        "print(witnesses(read_detection({'logsource': {'category': 'test'}, 'detection': detection})))"
    )
    root = pathlib.Path(__file__).parents[2]
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            check=True,
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    rule = read(selection={"A|re": "[a-z]{3}[0-9]+"})
    assert witnesses(rule, seed=1) != witnesses(rule, seed=2)


def test_a_rule_of_more_entries_than_can_be_tried_has_none():
    """Events would hold a field for each entry and there would be two an entry: the work would be the square."""
    body = {"logsource": {"category": "test"}, "detection": {"s": {f"f{n}": 1 for n in range(501)}, "condition": "s"}}
    found = witnesses(read_detection(body))
    assert (found.events, found.untried, found.atoms) == ((), 501, 501)
