"""Conditions on fields whose values the store alters."""

import pytest

from compiler.convert import convert
from compiler.targets.splunk import TARGET


def asked(make, change, selection, **more):
    rule = make.rule({"selection": selection})
    fields = {"A": ("A", "string", change), "B": ("B", "string", "lower_case")}
    source = make.source(make.arrival("splunk", fields, **more))
    result = convert(rule, TARGET, make.content(rule, sources=[source]))
    return result[0].message if isinstance(result, list) else result.text.removeprefix("`tocsin_made` ")


@pytest.mark.parametrize(
    ("change", "selection", "expected"),
    [
        ("lower_case", {"A": "Ab"}, 'A="Ab"'),
        ("percent_decoded", {"A": "a b"}, 'A="a b"'),
        ("account_only", {"A": None}, "NOT A=*"),
        # A space is kept as a plus sign, so each one of the rule becomes one.
        ("plus_for_space", {"A|contains": "a b"}, 'A="*a+b*"'),
        (
            "plus_for_space",
            {"A|re": r"a b\s[ x]"},
            '`tocsin_made`\n| where isnotnull(mvfilter(match(A, "a\\\\+b[\\\\s+][+x]")))',
        ),
        # A log that does so has a dash where the field is missing.
        ("plus_for_space", {"A": None}, '(NOT A=* OR A="-")'),
        ("plus_for_space", {"A": "*"}, 'A="*" NOT A="-"'),
        # A missing field is kept as a dash: null means it too, and no pattern matches it by accident.
        ("dash_for_missing", {"A": None}, '(NOT A=* OR A="-")'),
        ("dash_for_missing", {"A": "x"}, 'A="x"'),
        ("dash_for_missing", {"A": "*"}, 'A="*" NOT A="-"'),
        ("dash_for_missing", {"A|exists": True}, 'A=* NOT A="-"'),
        # So is a word, or for a number a zero, which is less than others.
        ("unknown_for_missing", {"A": None}, '(NOT A=* OR A="unknown")'),
        ("unknown_for_missing", {"A|contains": "known"}, 'A="*known*" NOT A="unknown"'),
        ("unknown_for_missing", {"A": "x"}, 'A="x"'),
        ("zero_for_missing", {"A": None}, '(NOT A=* OR A="0")'),
        ("zero_for_missing", {"A|lt": 1024}, 'NOT A="0"\n| where isnotnull(mvfilter(tonumber(A)<1024))'),
        ("zero_for_missing", {"A": 80}, "A=80"),
    ],
)
def test_condition_follows_the_value(change, selection, expected, make):
    """What can still be asked is asked in the form in which the store has the value."""
    assert asked(make, change, selection) == expected


@pytest.mark.parametrize(
    ("change", "selection", "reason"),
    [
        ("lower_case", {"A|cased": "Ab"}, "kept in lower case: `cased`, and `re` with capitals, cannot be asked"),
        ("lower_case", {"A|re": "^A"}, "kept in lower case: `cased`, and `re` with capitals, cannot be asked"),
        ("lower_case", {"A|hour": 7}, "not kept as it is written, so no part of a timestamp is read off it"),
        ("plus_for_space", {"A|hour|gt": 7}, "not kept as it is written, so no part of a timestamp is read off it"),
        ("percent_decoded", {"A": "%2e"}, "kept percent-decoded: a value with `%` cannot be asked for"),
        ("url_decoded", {"A": "a+b"}, "kept URL-decoded: a value with `%` or `+` cannot be asked for"),
        ("account_only", {"A": "x"}, "kept without its domain: only `null` and `exists` can be asked"),
    ],
)
def test_what_the_store_lost_cannot_be_asked(change, selection, reason, make):
    """The rule is refused rather than asked in vain."""
    assert asked(make, change, selection) == f"'A': {reason}"


@pytest.mark.parametrize(
    ("change", "value"), [("dash_for_missing", "-"), ("unknown_for_missing", "Unknown"), ("zero_for_missing", 0)]
)
def test_the_mark_of_a_missing_field_cannot_be_asked_for(change, value, make):
    """A value that the store writes for none is no longer told from it; a query for it would match nothing."""
    told = f"'A' is not kept when it is {str(value).lower()!r}, which the rule asks for"
    assert asked(make, change, {"A": value}) == told


@pytest.mark.parametrize(("keyword", "refused"), [("%27", True), ("a+b", False), ("union", False)])
def test_a_keyword_is_held_against_every_field_that_is_decoded(keyword, refused, make):
    """It may be in any of them, as logged."""
    rule = make.rule({"detection": {"keywords": [keyword], "condition": "keywords"}})
    fields = {"A": ("A", "string", "percent_decoded"), "B": ("B", "string")}
    result = convert(rule, TARGET, make.content(rule, sources=[make.source(make.arrival("splunk", fields))]))
    said = "a keyword is looked for in every field, some of them kept percent-decoded: a value with `%` cannot be asked"
    assert isinstance(result, list) is refused
    assert not refused or result[0].message == f"{said} for"


def test_a_change_that_is_not_known_is_refused(make):
    """A source may say more than the converter knows; it does not guess."""
    assert asked(make, "rot13", {"A": "x"}) == "'A' is changed by the store in a way that is not known here: rot13"


def test_fields_kept_in_different_forms_are_not_compared(make):
    """Equal in the event need not be equal in the store."""
    reason = "'A' and 'B' are kept in different forms and cannot be compared"
    assert asked(make, "percent_decoded", {"A|fieldref": "B"}) == reason


def test_two_missing_fields_are_not_equal(make):
    """A comparison is false where a side is missing, also where the store writes the same for both."""
    rule = make.rule({"selection": {"A|fieldref": "B"}})
    fields = {name: (name, "string", "unknown_for_missing") for name in ("A", "B")}
    content = make.content(rule, sources=[make.source(make.arrival("splunk", fields))])
    assert convert(rule, TARGET, content).text.startswith('`tocsin_made` NOT A="unknown"\n')


def test_letter_case_does_not_count_between_fields(make):
    """A field kept in lower case still equals one that is not."""
    assert asked(make, "lower_case", {"A|fieldref": "B"}) == asked(make, "", {"A|fieldref": "B"})


def test_letter_case_that_is_lost_cannot_be_compared(make):
    """With ``cased`` a field that is kept in lower case has lost what the comparison is about."""
    reason = "'A' and 'B' are kept in different forms and cannot be compared"
    assert asked(make, "lower_case", {"A|fieldref|cased": "B"}) == reason


def test_a_dropped_value_cannot_be_asked_for(make):
    """The very value that the store leaves out is refused; a pattern and null are not."""
    drops = {"A": ("-", "")}
    assert asked(make, "", {"A": "-"}, drops=drops) == "'A' is not kept when it is '-', which the rule asks for"
    assert asked(make, "", {"A": "-*"}, drops=drops) == 'A="-*"'
    assert asked(make, "", {"A": None}, drops=drops) == "NOT A=*"
    assert asked(make, "", {"A": ""}, drops=drops) == 'A=""'
