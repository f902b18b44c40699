"""Selections: maps, lists and keywords."""

import datetime

import pytest

from compiler.meaning.errors import MeaningError
from compiler.meaning.patterns import Wild
from compiler.meaning.predicates import Boolean, Null, Number, Text
from compiler.meaning.selection import read_selections
from compiler.meaning.tree import And, Or, atoms


def read(definition):
    return read_selections({"s": definition, "condition": "s"}, ("detection",), {})["s"]


def test_a_map_is_an_and_of_its_entries():
    """Each entry is an atom that knows its field, its modifiers and its place."""
    node = read({"Image|endswith|cased": "x", "User": ["a", "b"]})
    assert isinstance(node, And)
    assert node.label == "s"
    first, second = atoms(node)
    assert (first.field, first.modifiers) == ("Image", ("endswith", "cased"))
    assert first.keys == ("detection", "s", "Image|endswith|cased")
    assert first.values[0].keys == ("detection", "s", "Image|endswith|cased")
    assert [value.keys[-1] for value in second.values] == [0, 1]
    assert first.label == "Image|endswith|cased"


def test_a_list_of_maps_is_an_or():
    """Each map of a list is a part with the place of its item."""
    node = read([{"A": 1}, {"B": 2}])
    assert isinstance(node, Or)
    assert [part.label for part in node.parts] == ["s[0]", "s[1]"]
    assert [atom.keys for atom in atoms(node)] == [("detection", "s", 0, "A"), ("detection", "s", 1, "B")]


def test_keywords_are_one_atom_without_a_field():
    """Strings and numbers of a list are searched anywhere; maps beside them are parts of their own."""
    node = read(["a", {"B": 2}, 3])
    keywords, _ = atoms(node)
    assert keywords.field is None
    assert keywords.label == "keywords"
    assert [value.keys for value in keywords.values] == [("detection", "s", 0), ("detection", "s", 2)]
    assert keywords.values[1].predicates == (Text((Wild.ANY, "3", Wild.ANY)),)


def test_a_string_alone_is_a_keyword():
    """What pySigma and the field's rules write without a list is a list of one."""
    assert atoms(read("abc"))[0].values[0].predicates == (Text((Wild.ANY, "abc", Wild.ANY)),)


def test_values_by_type():
    """Each YAML type of a value is a predicate of its own."""
    found = [
        value.predicates
        for atom in atoms(read({"A": "x", "B": 1, "C": 1.5, "D": True, "E": None}))
        for value in atom.values
    ]
    assert found == [(Text(("x",)),), (Number(1),), (Number(1.5),), (Boolean(True),), (Null(),)]


def test_a_single_null_in_a_list_is_null():
    """A list of null alone mixes it with nothing."""
    assert atoms(read({"A": [None]}))[0].values[0].predicates == (Null(),)


@pytest.mark.parametrize(
    ("definition", "kind", "keys", "message"),
    [
        (None, "structure", ("s",), "the selection `s` is empty"),
        ({}, "structure", ("s",), "`s` is an empty map"),
        ([], "structure", ("s",), "`s` is an empty list"),
        ([{}], "structure", ("s", 0), "`s[0]` is an empty map"),
        ([["a"]], "structure", ("s", 0), "a list stands in a list"),
        ([None], "value", ("s", 0), "null is no keyword"),
        ({"A": []}, "structure", ("s", "A"), "the list of values is empty"),
        ({"A": ["x", None]}, "structure", ("s", "A", 1), "null cannot be part of a list of values"),
        ({"A": {"b": 1}}, "structure", ("s", "A"), "a map stands where a value belongs"),
        ({"A": [{"b": 1}]}, "structure", ("s", "A", 0), "a map stands where a value belongs"),
        ({"A": [["b"]]}, "structure", ("s", "A", 0), "a list stands where a value belongs"),
        ({"A": datetime.date(2021, 1, 1)}, "value", ("s", "A"), "YAML reads this as a date"),
        ({"A": b"x"}, "value", ("s", "A"), "YAML reads this as a bytes"),
        ({"A": float("nan")}, "value", ("s", "A"), "this is not a number, which nothing is equal to"),
        ({True: "x"}, "structure", ("s", "True"), "a field's name is a string, not True"),
        ({None: "x"}, "structure", ("s", "None"), "a field's name is a string, not None"),
        ({"a" + ".b" * 33: "x"}, "structure", ("s", "a" + ".b" * 33), "a field's name has more than 32 dots"),
        ({"A|": "x"}, "modifier", ("s", "A|"), "unknown modifier ``"),
        ({"A|contains": None}, "value", ("s", "A|contains"), "`contains` takes a string"),
        ({"A|base64": 5}, "value", ("s", "A|base64"), "`base64` takes a string"),
        ({"A|re": 5}, "value", ("s", "A|re"), "`re` takes a string"),
        ({"A|windash": ["-a", 5]}, "value", ("s", "A|windash", 1), "`windash` takes a string"),
        ({"A|base64": "a?"}, "value", ("s", "A|base64"), "a wildcard cannot be encoded by `base64`"),
        ({"A|base64": "\ud800"}, "value", ("s", "A|base64"), "holds half of a surrogate pair, which cannot be encoded"),
        (
            {"A|windash|base64": " -a" * 6},
            "value",
            ("s", "A|windash|base64"),
            "its dashes make more than 3125 values to encode",
        ),
        (
            {"A|base64offset|contains": "a"},
            "value",
            ("s", "A|base64offset|contains"),
            "too short for `base64offset`: fewer than two bytes leave no trace at every offset",
        ),
        ({"A|lt": "5"}, "value", ("s", "A|lt"), "`lt` takes a number"),
        ({"A|hour|gte": True}, "value", ("s", "A|hour|gte"), "`hour` takes a number"),
        ({"A|exists": 1}, "value", ("s", "A|exists"), "`exists` takes true or false"),
        ({"A|exists": [True, False]}, "value", ("s", "A|exists"), "`exists` takes one boolean"),
        ({"A|fieldref": ""}, "value", ("s", "A|fieldref"), "`fieldref` names no field"),
        ({"A|expand": "%x%"}, "placeholder", ("s", "A|expand"), "the placeholder %x% has no value"),
    ],
)
def test_faults(definition, kind, keys, message):
    """Each fault is told at the key or item where it stands."""
    with pytest.raises(MeaningError) as caught:
        read(definition)
    assert (caught.value.kind, caught.value.keys, caught.value.message) == (kind, ("detection", *keys), message)


def test_timeframe_is_refused():
    """The window of the aggregations of old would otherwise be read as a selection."""
    with pytest.raises(MeaningError) as caught:
        read_selections({"timeframe": "5m", "s": {"A": 1}}, ("detection",), {})
    assert caught.value.keys == ("detection", "timeframe")


def test_names_may_be_numbers():
    """YAML reads an unquoted number as one, and a selection or field may be called so."""
    selections = read_selections({1: {2: "x"}}, ("detection",), {})
    assert atoms(selections["1"])[0].field == "2"
