"""Every fault of a rule in one run."""

from compiler.meaning.errors import MeaningError
from compiler.meaning.faults import faults_of
from compiler.meaning.rule import read_detection


def shown(body):
    return [(fault.kind, ".".join(map(str, fault.keys))) for fault in faults_of(body)]


def test_a_sound_rule_has_none():
    """What can be read has no fault."""
    assert faults_of({"logsource": {"product": "x"}, "detection": {"s": {"A": 1}, "condition": "s"}}) == ()


def test_faults_of_several_places_are_all_told():
    """The log source, each entry, each list of keywords and the condition are judged by themselves."""
    body = {
        "logsource": {},
        "detection": {
            "selection": {"A|foo": 1, "B": 2, "C|re": "("},
            "keywords": ["a", ["b"]],
            "empty": None,
            "condition": ["selection AND keywords", "nothing"],
        },
    }
    assert shown(body) == [
        ("structure", "logsource"),
        ("modifier", "detection.selection.A|foo"),
        ("regex", "detection.selection.C|re"),
        ("structure", "detection.keywords.1"),
        ("structure", "detection.empty"),
        ("condition", "detection.condition.0"),
    ]


def test_a_condition_may_name_a_broken_selection():
    """A selection at fault has a name all the same, so the condition is not blamed for it."""
    body = {"logsource": {"product": "x"}, "detection": {"selection": {}, "condition": "selection"}}
    assert shown(body) == [("structure", "detection.selection")]


def test_faults_of_a_filter():
    """A filter's list of rules is told beside the faults of its selections."""
    body = {"logsource": {"product": "x"}, "filter": {"rules": [], "s": {"A|foo": 1}, "condition": "not t"}}
    assert shown(body) == [
        ("structure", "filter.rules"),
        ("modifier", "filter.s.A|foo"),
        ("condition", "filter.condition"),
    ]


def test_what_is_no_rule_has_one_fault():
    """Where there is no detection, that is the fault."""
    assert shown({"logsource": {"product": "x"}}) == [("structure", "")]
    assert shown([]) == [("structure", "")]


def test_the_first_fault_of_reading_is_among_them():
    """What reading stops at is always told."""
    body = {"logsource": {"product": "x"}, "detection": {"timeframe": "5m", "s": {"A": 1}, "condition": "s"}}
    try:
        read_detection(body)
    except MeaningError as error:
        first = error.message
    assert [fault.message for fault in faults_of(body)] == [first]
