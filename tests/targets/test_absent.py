"""Fields that a source never has, and keywords where a language has none."""

import pytest
from sigma.conditions import ConditionValueExpression
from sigma.types import SigmaExists, SigmaFieldReference, SigmaNull, SigmaString

from compiler.targets.tree import equals, every, negation, some, spelled, without

KEPT = equals("Image", SigmaString("*\\cmd.exe"))
GONE = equals("OriginalFileName", SigmaString("Cmd.Exe"))
ABSENT = frozenset({"OriginalFileName"})


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (GONE, False),
        (negation(GONE), True),
        (equals("OriginalFileName", SigmaNull()), True),
        (equals("OriginalFileName", SigmaExists(True)), False),
        (equals("OriginalFileName", SigmaExists(False)), True),
        (equals("Image", SigmaFieldReference("OriginalFileName")), False),
        (every([KEPT, GONE]), False),
        (some([KEPT, negation(GONE)]), True),
    ],
    ids=["test", "negated", "null", "exists", "lacks", "reference", "and", "or"],
)
def test_a_condition_on_an_absent_field_is_decided(tree, expected):
    """A test of a field that no event has is false and null is true, and so is what hangs on it alone."""
    assert without(tree, ABSENT) is expected


@pytest.mark.parametrize("tree", [some([KEPT, GONE]), every([KEPT, negation(GONE)])], ids=["or", "and"])
def test_what_does_not_hang_on_an_absent_field_is_left(tree):
    """The rest of the condition is what is asked."""
    assert without(tree, ABSENT) is KEPT


def test_a_keyword_is_spelled_as_any_text_that_contains_it():
    """Each of the fields named is asked whether the keyword is somewhere in it."""
    tree = spelled(every([KEPT, ConditionValueExpression(SigmaString("Set-*Directory"))]), ["param1", "param2"])
    asked = [(leaf.field, str(leaf.value)) for leaf in tree.args[1].args]
    assert asked == [("param1", "*Set-*Directory*"), ("param2", "*Set-*Directory*")]
