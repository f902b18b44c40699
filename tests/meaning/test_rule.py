"""Rules and filters as wholes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.content.model import Logsource
from compiler.meaning.errors import MeaningError
from compiler.meaning.rule import read_detection, read_filter

WINDOWS = {"category": "process_creation", "product": "windows"}


def rule(condition="selection", logsource=WINDOWS, **selections):
    selections = selections or {"selection": {"A": 1}}
    return {"logsource": logsource, "detection": {**selections, "condition": condition}}


def filter_body(condition="not selection", logsource=WINDOWS, rules="any", **selections):
    selections = selections or {"selection": {"User": "adm"}}
    return {"logsource": logsource, "filter": {"rules": rules, **selections, "condition": condition}}


def test_what_a_detection_knows():
    """Its log source and every field it reads, that of a reference and of a filter included."""
    body = rule("1 of them", s={"A": 1, "B|fieldref": "C"}, t=["keyword", {"D.e|exists": True}])
    detection = read_detection(body, filters=[filter_body()])
    assert detection.logsource == Logsource("process_creation", "windows", None)
    assert detection.fields == {"A", "B", "C", "D.e", "User"}
    assert list(detection.selections) == ["s", "t"]


def test_reading_changes_nothing():
    """The rule given is left as it was, so that it can be read again."""
    body = rule("1 of s*", s={"A|contains|windash": ["-a"]})
    before = repr(body)
    assert read_detection(body).matches({"A": "/a"})
    assert repr(body) == before


def test_a_condition_list_names_the_item_at_fault():
    """A fault in one of several conditions is told at that one."""
    with pytest.raises(MeaningError) as caught:
        read_detection(rule(["selection", "selction"]))
    assert caught.value.keys == ("detection", "condition", 1)
    assert str(caught.value) == "detection.condition.1: no selection is named `selction`"


@pytest.mark.parametrize(
    ("body", "kind", "keys", "message"),
    [
        ([], "structure", (), "a rule must be a map"),
        ({}, "structure", (), "`logsource` is missing"),
        ({"logsource": "x"}, "structure", ("logsource",), "`logsource` must be a map of keys to values"),
        ({"logsource": {}}, "structure", ("logsource",), "the log source names no category, product or service"),
        (
            {"logsource": {"service": 389}},
            "structure",
            ("logsource", "service"),
            "`service` must be a word, not 389",
        ),
        ({"logsource": WINDOWS}, "structure", (), "`detection` is missing"),
        (
            {"logsource": WINDOWS, "detection": []},
            "structure",
            ("detection",),
            "`detection` must be a map of keys to values",
        ),
        ({"logsource": WINDOWS, "detection": {"s": {"A": 1}}}, "condition", ("detection",), "there is no condition"),
        (
            {"logsource": WINDOWS, "detection": {"condition": "s"}},
            "structure",
            ("detection",),
            "there is no selection for the condition to name",
        ),
        (rule(None), "condition", ("detection", "condition"), "a condition is a string, or a list of strings"),
        (rule([]), "condition", ("detection", "condition"), "a condition is a string, or a list of strings"),
        (rule([1]), "condition", ("detection", "condition", 0), "a condition is a string"),
    ],
)
def test_faults_of_structure(body, kind, keys, message):
    """What a rule lacks is told at the nearest place there is."""
    with pytest.raises(MeaningError) as caught:
        read_detection(body)
    assert (caught.value.kind, caught.value.keys, caught.value.message) == (kind, keys, message)


def test_a_filter_is_joined_with_and():
    """A filter's condition is taken as written: here its not drops what it names."""
    detection = read_detection(rule(), filters=[filter_body()])
    assert detection.matches({"A": 1, "User": "eve"})
    assert detection.matches({"A": 1})
    assert not detection.matches({"A": 1, "User": "ADM"})
    assert not detection.matches({"A": 2, "User": "eve"})


def test_a_filter_without_not_keeps_what_it_names():
    """The specification's own example lacks the not; it means what it says."""
    detection = read_detection(rule(), filters=[filter_body("selection")])
    assert detection.matches({"A": 1, "User": "adm"})
    assert not detection.matches({"A": 1, "User": "eve"})


def test_a_filter_has_names_of_its_own():
    """Neither the rule's ``them`` counts the filter's selections, nor the reverse, though they share a name."""
    body = rule("all of them", selection={"A": 1}, other={"B": 2})
    detection = read_detection(body, filters=[filter_body("not 1 of them", selection={"User": "adm"})])
    assert detection.matches({"A": 1, "B": 2})
    assert not detection.matches({"A": 1, "B": 2, "User": "adm"})


def test_several_filters_all_apply():
    """Each filter drops its share."""
    filters = [filter_body(), filter_body(selection={"Image": "x"})]
    detection = read_detection(rule("selection or selection"), filters=filters)
    assert [detection.matches({"A": 1, **more}) for more in ({}, {"User": "adm"}, {"Image": "x"}, {"Image": "y"})] == [
        True,
        False,
        False,
        True,
    ]


def test_a_filter_binds_to_the_whole_condition():
    """An or in the rule's condition is not torn apart."""
    detection = read_detection(rule("a or b", a={"A": 1}, b={"B": 1}), filters=[filter_body()])
    assert not detection.matches({"A": 1, "User": "adm"})
    assert not detection.matches({"B": 1, "User": "adm"})


def test_a_filter_for_a_wider_log_source_applies():
    """A filter for a product is for every category of it."""
    filters = [filter_body(logsource={"product": "windows"})]
    assert not read_detection(rule(), filters=filters).matches({"A": 1, "User": "adm"})


@pytest.mark.parametrize("logsource", [{"product": "linux"}, {**WINDOWS, "service": "sysmon"}])
def test_a_filter_for_another_log_source_is_refused(logsource):
    """A filter that its rule's events do not come from is a mistake, not a silent nothing."""
    with pytest.raises(MeaningError) as caught:
        read_detection(rule(), filters=[filter_body(logsource=logsource)])
    assert caught.value.keys == ("logsource",)


def test_which_rules_a_filter_refers_to():
    """By id or by name; ``any`` is every rule."""
    named = read_filter(filter_body(rules=["6f3e2987-db24-4c78-a860-b4f4095a7095", "my_rule"]))
    assert named.refers_to("6f3e2987-db24-4c78-a860-b4f4095a7095", "x")
    assert named.refers_to("x", "my_rule")
    assert not named.refers_to("x", "")
    assert read_filter(filter_body()).refers_to("x")


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ({"logsource": WINDOWS}, ()),
        (filter_body(rules=[]), ("filter", "rules")),
        (filter_body(rules="x"), ("filter", "rules")),
        (filter_body(rules=[1]), ("filter", "rules")),
        ({"logsource": WINDOWS, "filter": {"selection": {"A": 1}, "condition": "selection"}}, ("filter",)),
        (filter_body("selction"), ("filter", "condition")),
        (filter_body(selection={"A|foo": 1}), ("filter", "selection", "A|foo")),
    ],
)
def test_faults_of_filters(body, keys):
    """A filter's faults are told at their place in the filter."""
    with pytest.raises(MeaningError) as caught:
        read_filter(body)
    assert caught.value.keys == keys


KEYS = st.sampled_from(
    ["selection", "condition", "A", "A|contains", "A|re", "|all", "A|exists|x", "timeframe", "rules", 1]
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just("selection"))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)


def outcome(reader, body):
    try:
        reader(body)
    except MeaningError as error:
        return error.kind
    return "read"


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=4), VALUES)
def test_any_body_is_read_or_refused(section, logsource):
    """Whatever a stranger's YAML holds, there is a meaning or a fault with a kind."""
    kinds = {"read", "condition", "modifier", "value", "regex", "placeholder", "structure"}
    for source in (logsource, {"product": "x"}):
        body = {"logsource": source, "detection": section, "filter": section}
        assert outcome(read_detection, body) in kinds
        assert outcome(read_filter, body) in kinds
