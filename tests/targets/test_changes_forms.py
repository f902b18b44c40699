"""Values that a store keeps in a form of its own: asked in that form, or refused."""

import re

import pytest
from sigma.types import SigmaCasedString, SigmaNumber, SigmaRegularExpression, SigmaString

from compiler.convert import convert
from compiler.targets.changes_forms import FORMS
from compiler.targets.splunk import TARGET


def asked(make, change, selection):
    """The query for a selection on a field that is kept so, or why there is none."""
    rule = make.rule({"selection": selection})
    source = make.source(make.arrival("splunk", {"A": ("A", "string", change)}))
    result = convert(rule, TARGET, make.content(rule, sources=[source]))
    return result[0].message if isinstance(result, list) else result.text.removeprefix("`tocsin_made` ")


@pytest.mark.parametrize(
    ("change", "selection", "expected"),
    [
        ("last_part", {"A|endswith": "/bash"}, 'A="bash"'),
        ("last_part", {"A": None}, "NOT A=*"),
        ("direction", {"A": "true"}, 'A="egress"'),
        ("direction", {"A": False}, 'A="ingress"'),
        ("hex_unless_plain", {"A": "chmod"}, 'A="chmod"'),
        ("hex_unless_plain", {"A": 777}, "A=777"),
        ("xml_data", {"A|contains": "a b"}, 'A="*a b*" NOT A="*<Data Name=*"'),
    ],
)
def test_condition_is_asked_in_the_form(change, selection, expected, make):
    """What the form can tell is asked in it."""
    assert asked(make, change, selection) == expected


@pytest.mark.parametrize(
    ("change", "selection"),
    [
        ("last_part", {"A": "/bin/bash"}),
        ("last_part", {"A|endswith": "bash"}),
        ("last_part", {"A|endswith": "/bin/bash"}),
        ("last_part", {"A|contains": "/bash"}),
        ("last_part", {"A|endswith": "/b*sh"}),
        ("direction", {"A": "yes"}),
        ("direction", {"A": "t*"}),
        ("hex_unless_plain", {"A": "c3a4"}),
        ("hex_unless_plain", {"A": "a?"}),
        ("hex_unless_plain", {"A|contains": "ä"}),
        ("hex_unless_plain", {"A|re": "a"}),
        ("xml_data", {"A": "a"}),
        ("xml_data", {"A|contains": "a<b"}),
        ("xml_data", {"A|contains": "a*b"}),
        ("xml_data", {"A|contains": "Data"}),
        ("xml_data", {"A|contains": "cafe"}),
        ("xml_data", {"A": None}),
    ],
)
def test_what_the_form_lost_is_refused(change, selection, make):
    """A condition that the form would answer otherwise is refused, with what can be asked."""
    assert asked(make, change, selection) == f"'A': {FORMS[change].lost} can be asked"


@pytest.mark.parametrize("change", sorted(FORMS))
def test_no_form_can_be_asked_for_a_pattern_of_characters(change):
    """Regular expressions are refused by all, cased text where letters could be lost."""
    assert FORMS[change].asked(SigmaRegularExpression("a.c")) is None
    assert FORMS["direction"].asked(SigmaCasedString("TRUE")) is None
    assert FORMS["xml_data"].asked(SigmaNumber(4)) is None


@pytest.mark.parametrize(
    ("change", "value", "kept"),
    [
        ("last_part", "/usr/bin/bash", "bash"),
        ("last_part", "bash", None),
        ("direction", "True", "egress"),
        ("direction", "maybe", None),
        ("hex_unless_plain", "a b", "612062"),
        ("hex_unless_plain", "ä", "C3A4"),
        ("hex_unless_plain", "chmod", "chmod"),
        ("hex_unless_plain", "0777", "0777"),
        # What would be read as the encoding of "a b", and what cannot be told from a plain 0777.
        ("hex_unless_plain", "612062", None),
        ("hex_unless_plain", "\x07w", None),
        ("xml_data", "a & b", "<Data>a &amp; b</Data>"),
    ],
)
def test_what_a_form_makes_of_a_value(change, value, kept):
    """The store's text, or none where two values would have the same."""
    assert FORMS[change].kept(value) == kept


@pytest.mark.parametrize(
    ("pattern", "value", "holds"),
    [
        ("*ab*", "xABy", True),
        ("*ab*", "x aB y", True),
        # Digits of an encoding are no letters of the value, and a pair of them is no half of two.
        ("*ab*", "« x", False),
        ("*b*", "+ 2", False),
        ("a b", "A B", True),
        ("a b", "a bc", False),
        ("*.sh", "/srv/x y.sh", True),
        ("/srv/*", "/srv/x", True),
        ("/srv/*", " /srv/x", False),
    ],
)
def test_a_pattern_is_asked_of_both_forms(pattern, value, holds):
    """Whether the value is kept plain or encoded, the pattern finds what it would find in the value itself."""
    form = FORMS["hex_unless_plain"]
    found = form.asked(SigmaString(pattern))
    assert (re.search(str(found.regexp), form.kept(value), re.IGNORECASE) is not None) is holds


def test_letter_case_of_an_encoded_value():
    """A cased pattern asks for the very letters."""
    found = FORMS["hex_unless_plain"].asked(SigmaCasedString("*aB*"))
    assert [re.search(str(found.regexp), text) is not None for text in ("206142", "204162", "xaB", "xab")] == [
        True, False, True, False,
    ]  # fmt: skip


def test_a_condition_holds_of_what_is_kept():
    """Asked and kept agree: the form of a value is what the condition on that value asks for."""
    asked_for = FORMS["last_part"].asked(SigmaString("*/bash"))
    assert str(asked_for) == FORMS["last_part"].kept("/bin/bash")


@pytest.mark.parametrize(
    ("pattern", "holds"),
    [("*b C*", True), ("*a*c*", True), ("*a?b*", True), ("*c*d*", False), ("*a*d*", False)],
)
def test_what_is_asked_of_joined_values_stays_within_one(pattern, holds):
    """``a B c`` and ``d`` are two values: a wildcard reaches from one end of its value to the other."""
    found = FORMS["joined"].asked(SigmaString(pattern))
    asked_for = str(found.regexp) if isinstance(found, SigmaRegularExpression) else re.escape(str(found).strip("*"))
    assert (re.search(asked_for, "a B c\nd", re.IGNORECASE) is not None) is holds


@pytest.mark.parametrize("value", ["a", "a*", "*a", "*a\nb*"])
def test_where_a_joined_value_begins_or_ends_cannot_be_asked(value):
    """The text begins and ends with other values."""
    assert FORMS["joined"].asked(SigmaString(value)) is None
    assert FORMS["joined"].kept("a\nb") is None
