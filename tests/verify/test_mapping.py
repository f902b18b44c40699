"""Events as a store holds them, and those that it cannot hold."""

import dataclasses

import pytest

from compiler.content.model import Arrival, Field, Source
from compiler.diagnostics import Span
from compiler.targets.pipeline import Shape
from compiler.targets.store import Store
from compiler.verify.mapping import Unrepresentable, document

SPAN = Span("made.yml")


def shape(fields, *, restriction=None, only=None, drops=None, absent=()):
    """A shape whose fields are ``Sigma name: (name there, type, changed)``."""
    made = {name: Field(there, kind, "c", changed) for name, (there, kind, changed) in fields.items()}
    arrival = Arrival("siem", "made", {"table": "t"}, made, {}, {}, only or {}, drops or {}, "c", "", {}, SPAN)
    source = Source("made", "Made", "", (), "jsonl", {}, {}, (arrival,), SPAN, absent=absent)
    return Shape(source, arrival, made, restriction)


TEXT = shape({"Image": ("process.path", "keyword", "")})


def test_fields_take_their_names_there():
    """A field that the shape does not keep is not in the document."""
    assert document({"Image": "a", "Other": "b"}, TEXT, Store()) == {"process.path": "a"}


def test_what_marks_the_events_of_a_category_is_added():
    """An event that is silent on its number gets the one of its category; one that contradicts it is none of them."""
    marked = shape({"EventID": ("code", "long", "")}, restriction={"EventID": [1, 2]})
    assert document({}, marked, Store()) == {"code": 1}
    assert document({"EventID": 2}, marked, Store()) == {"code": 2}
    with pytest.raises(Unrepresentable, match="contradicts"):
        document({"EventID": 3}, marked, Store())


@pytest.mark.parametrize(
    ("changed", "value", "kept"),
    [
        ("lower_case", "GeT", "get"),
        ("percent_decoded", "a%2eb+c", "a.b+c"),
        ("url_decoded", "a%2eb+c", "a.b c"),
        ("plus_for_space", "a b", "a+b"),
        ("account_only", "EXAMPLE\\alice", "alice"),
        ("account_only", "alice@example.com", "alice"),
    ],
)
def test_values_are_changed_as_the_store_changes_them(changed, value, kept):
    """Each change of ``detections/sources/README.md`` is done to the event as well."""
    assert document({"F": value}, shape({"F": ("f", "keyword", changed)}), Store()) == {"f": kept}


@pytest.mark.parametrize(
    ("escapes", "raw"),
    [("", 'a "b"\nc\\d <e>'), ("json", 'a \\"b\\"\nc\\\\d <e>'), ("xml", 'a "b"\nc\\d &lt;e&gt;')],
)
def test_the_event_as_a_whole_writes_its_values_in_its_own_form(escapes, raw):
    """Where the store keeps it: a keyword is looked for there, and must meet what stands there."""
    written = dataclasses.replace(TEXT, arrival=dataclasses.replace(TEXT.arrival, escapes=escapes))
    made = document({"Image": 'a "b"', "Other": "c\\d <e>"}, written, Store(raw=True), keywords=True)
    assert made == {"process.path": 'a "b"', "_raw": raw}


@pytest.mark.parametrize(
    ("changed", "mark", "value"),
    [("dash_for_missing", "-", "-"), ("unknown_for_missing", "unknown", "Unknown"), ("zero_for_missing", "0", 0)],
)
def test_a_missing_field_is_a_mark_where_the_store_writes_one(changed, mark, value):
    """And a real value that reads as the mark cannot be told from it."""
    marked = shape({"F": ("f", "keyword", changed)})
    assert document({}, marked, Store()) == {"f": mark}
    with pytest.raises(Unrepresentable, match="marks a missing field"):
        document({"F": value}, marked, Store())


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("keyword", 80, "80"),
        ("keyword", True, "true"),
        ("long", 80, 80),
        ("long", "80", 80),
        ("long", 80.0, 80),
        ("number", 80.5, 80.5),
        ("ip", "192.0.2.1", "192.0.2.1"),
        ("ip", "2001:DB8::1", "2001:db8::1"),
        ("keyword", ["a", "b"], ["a", "b"]),
        ("VARCHAR[]", "a", ["a"]),
    ],
)
def test_values_are_of_the_type_of_their_field(kind, value, kept):
    """Numbers become text where text is kept, text of a number a number where that is, and an address itself."""
    found = document({"F": value}, shape({"F": ("f", kind, "")}), Store())
    assert {"f": found["f"].lower() if kind == "ip" else found["f"]} == {"f": kept}


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("long", "0080", "no number"),
        ("long", "http", "no number"),
        ("long", 80.5, "a number that the store cannot keep"),
        ("long", True, "no number"),
        ("boolean", "yes", "no truth value"),
        ("ip", "host", "text where the store keeps addresses"),
        ("ip", "2001:db8:0:0::1", "another form"),
        ("ip", "fe80::1%12", "zone"),
        ("ip", "::ffff:c000:207", "stands for one of IPv4"),
        ("keyword", None, "explicit null"),
        ("keyword", "", "empty string"),
        ("keyword", "é", "letters whose case"),
        ("keyword", "x" * 11, "longer than the store keeps"),
        ("keyword", ["a"], "has a list"),
        ("keyword", {"a": "b"}, "nested"),
    ],
)
def test_what_a_store_cannot_hold_is_told_with_the_reason(kind, value, reason):
    """Such an event is counted and not tried, so that nothing is claimed about it."""
    poor = Store(lists=False, empty=False, longest=10, unicode=False)
    with pytest.raises(Unrepresentable, match=reason):
        document({"F": value}, shape({"F": ("f", kind, "")}), poor)


def test_characters_that_have_no_case_are_held_as_they_are():
    """A store that folds ASCII alone can tell them apart as well as any."""
    assert document({"F": "\U0001f4c4 \u6f22"}, shape({"F": ("f", "keyword", "")}), Store(unicode=False)) == {
        "f": "\U0001f4c4 \u6f22"
    }


def test_letters_whose_case_is_lost_are_not_tried_in_another_form_either():
    """A log that writes them as hexadecimal digits is ASCII, and the query cannot tell which of them is an i or a k."""
    ascii_only = Store(unicode=False)
    form = shape({"F": ("f", "keyword", "hex_unless_plain")})
    assert document({"F": "a b"}, form, ascii_only) == {"f": "612062"}
    assert document({"F": "café"}, form, ascii_only) == {"f": "636166C3A9"}
    for letter in ("\u0130", "\u212a"):
        with pytest.raises(Unrepresentable, match="letters whose case"):
            document({"F": f"xcl{letter}p"}, form, ascii_only)


def test_an_event_with_a_field_that_its_source_never_has_is_none_of_it():
    """The converter asks nothing about such a field, so the event must not have it."""
    without = shape({"Image": ("path", "keyword", "")}, absent=("OriginalFileName",))
    assert document({"Image": "a", "OriginalFileName": "b"}, without, Store()) == {"path": "a"}
    with pytest.raises(Unrepresentable, match="never have"):
        document({"Image": "a", "OriginalFileName": "b"}, without, Store(), asked=["Image", "OriginalFileName"])


def test_a_value_that_the_store_drops_is_not_tried():
    """``drops`` of the arrival names values that are left out on the way."""
    dropping = shape({"F": ("f", "keyword", "")}, drops={"F": ("-",)})
    with pytest.raises(Unrepresentable, match="leaves out"):
        document({"F": "-"}, dropping, Store())


def test_a_keyword_may_stand_in_a_field_that_is_not_kept():
    """A rule that looks into every field cannot be tried on an event of which the store keeps a part."""
    with pytest.raises(Unrepresentable, match="where a keyword is looked for"):
        document({"Image": "a", "Other": "b"}, TEXT, Store(), keywords=True)


def test_a_store_that_joins_values_has_all_of_them_in_one_text():
    """Values without names, and those to which other shapes give names, stand a line each."""
    joined = shape({"Data": ("Data", "string", "joined"), "EventID": ("EventID", "int", "")})
    arrival = dataclasses.replace(joined.arrival, texts=("Data",), unmapped={"param1": "no name"})
    joined = dataclasses.replace(joined, arrival=arrival)
    store = Store(lists=False)
    assert document({"EventID": 1, "": ["a", "b"]}, joined, store, keywords=True) == {"EventID": 1, "Data": "a\nb"}
    assert document({"param1": "c", "Data": "d"}, joined, store, keywords=True) == {"Data": "c\nd"}
    with pytest.raises(Unrepresentable, match="cannot tell"):
        document({"Data": "a\nb"}, joined, store, keywords=True)


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("long", 2**63 - 1, 2**63 - 1),
        ("long", 2**63, None),
        ("long", str(2**63), None),
        ("BIGINT", -(2**63), -(2**63)),
        ("int", 2**31, None),
        ("double", 2**63, 2**63),
    ],
)
def test_a_number_beyond_its_type_is_not_tried(kind, value, kept):
    """A store refuses it, and all that was sent with it."""
    numbers = shape({"F": ("f", kind, "")})
    if kept is not None:
        assert document({"F": value}, numbers, Store()) == {"f": kept}
        return
    with pytest.raises(Unrepresentable, match="cannot keep"):
        document({"F": value}, numbers, Store())


def test_a_field_that_is_missing_from_a_log_with_plus_signs_is_a_dash_there():
    """A W3C log writes a hyphen, so an event whose value is one cannot be told from it."""
    logged = shape({"F": ("f", "keyword", "plus_for_space")})
    assert document({}, logged, Store()) == {"f": "-"}
    assert document({"F": "a b"}, logged, Store()) == {"f": "a+b"}
    with pytest.raises(Unrepresentable, match="marks a missing field"):
        document({"F": "-"}, logged, Store())


def test_a_list_is_kept_one_value_a_field_where_the_store_has_several():
    """In their order; more values than the shape asks for, and one that the store leaves out, cannot be held."""
    parts = {f"Data {number}": Field(f"param{number}", "keyword", "c") for number in (1, 2)}
    spread = dataclasses.replace(shape({}, drops={"Data": ("",)}), fields=parts, lists={"Data": tuple(parts)})
    assert document({"Data": ["b", "a"]}, spread, Store()) == {"param1": "b", "param2": "a"}
    assert document({"Data": "b"}, spread, Store()) == {"param1": "b"}
    for event, words in (
        ({"Data": ["a", "b", "c"]}, "more texts"),
        ({"Data": ["a", ""]}, "leaves out"),
        ({"Data": []}, "has a list"),
        ({"Data": [["a"]]}, "nested"),
        ({"Data": [None]}, "null"),
    ):
        with pytest.raises(Unrepresentable, match=words):
            document(event, spread, Store())


def test_fields_of_a_record_are_kept_in_it():
    """One text holds them all; a list cannot stand in it, nor what the record would say of something else."""
    kept = shape(dict.fromkeys(("type", "a0", "op"), ("message", "match_only_text", "audit_record")))
    assert document({"a0": "x y", "type": "EXECVE"}, kept, Store()) == {
        "message": "type=EXECVE msg=audit(0.000:0): a0=782079"
    }
    for event, words in (({"a0": ["x"]}, "list"), ({"op": "x y"}, "tell from another"), ({"a0": None}, "null")):
        with pytest.raises(Unrepresentable, match=words):
            document(event, kept, Store())
