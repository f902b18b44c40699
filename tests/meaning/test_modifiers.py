"""Which modifiers there are and how they combine."""

import itertools

import pytest

from compiler.meaning.errors import MeaningError
from compiler.meaning.modifiers import TRANSITIONS, read_chain

KEYS = ("detection", "selection", "Field|x")


@pytest.mark.parametrize(
    ("names", "state"),
    [
        ("", "text"),
        ("all", "text"),
        ("contains", "shaped"),
        ("contains all", "shaped"),
        ("contains windash", "shaped"),
        ("windash contains", "shaped"),
        ("contains all windash", "shaped"),
        ("endswith cased neq", "shaped"),
        ("expand contains", "shaped"),
        ("contains expand", "shaped"),
        ("base64", "encoded"),
        ("base64 contains", "sealed"),
        ("base64 base64", "encoded"),
        ("base64offset contains", "sealed"),
        ("wide base64offset contains", "sealed"),
        ("windash wide base64offset contains", "sealed"),
        ("utf16 base64 startswith", "sealed"),
        ("base64 wide base64 contains", "sealed"),
        ("re", "regex"),
        ("re i m s", "regex"),
        ("re all neq", "regex"),
        ("re cased", "regex"),
        ("cidr", "network"),
        ("cidr neq all", "network"),
        ("fieldref", "reference"),
        ("fieldref neq", "reference"),
        ("fieldref contains cased", "compared"),
        ("exists", "presence"),
        ("lt", "number"),
        ("gte all", "number"),
        ("hour", "time"),
        ("hour gte", "timed"),
        ("week neq", "time"),
    ],
)
def test_what_combines(names, state):
    """Chains that the specification gives a meaning to are read to the state they leave a value in."""
    assert read_chain(tuple(names.split()), KEYS).state == state


@pytest.mark.parametrize(
    ("names", "message", "hint"),
    [
        ("foo", "unknown modifier `foo`", "the specification (2.1.0, appendix modifiers) lists them"),
        ("Contains", "unknown modifier `Contains`", "did you mean `contains`?"),
        ("begins contain", "unknown modifier `begins`", "the specification (2.1.0, appendix modifiers) lists them"),
        ("contain", "unknown modifier `contain`", "did you mean `contains`?"),
        ("startwith", "unknown modifier `startwith`", "did you mean `startswith`?"),
        ("contains contains", "the modifier `contains` stands twice", ""),
        ("all all", "the modifier `all` stands twice", ""),
        (
            "contains startswith",
            "the modifier `startswith` cannot follow `contains`",
            "one of contains, startswith and endswith; write wildcards for anything else",
        ),
        (
            "re contains",
            "the modifier `contains` cannot follow `re`",
            "a regex is found anywhere in the value; anchor it with ^ and $",
        ),
        ("i", "the modifier `i` cannot stand first", "a sub-modifier of re: write `re|i`"),
        ("contains s", "the modifier `s` cannot follow `contains`", "a sub-modifier of re: write `re|s`"),
        ("contains base64", "the modifier `base64` cannot follow `contains`", "encode first: `base64|contains`"),
        (
            "contains base64offset",
            "the modifier `base64offset` cannot follow `contains`",
            "encode first: `base64offset|contains`",
        ),
        (
            "base64offset startswith",
            "the modifier `startswith` cannot follow `base64offset`",
            "only `contains` can follow `base64offset`",
        ),
        ("base64offset", "`base64offset` gives parts of a text", "write `base64offset|contains`"),
        ("wide", "the value is left as bytes, which no field holds", "follow with `base64` or `base64offset|contains`"),
        ("wide contains", "the modifier `contains` cannot follow `wide`", ""),
        (
            "contains wide",
            "the modifier `wide` cannot follow `contains`",
            "bytes come before base64: `wide|base64offset|contains`",
        ),
        (
            "wide utf16",
            "the modifier `utf16` cannot follow `wide`",
            "bytes come before base64: `wide|base64offset|contains`",
        ),
        ("base64 windash", "the modifier `windash` cannot follow `base64`", "vary the dashes first"),
        (
            "base64 expand",
            "the modifier `expand` cannot follow `base64`",
            "expand placeholders before the value is encoded",
        ),
        (
            "contains fieldref",
            "the modifier `fieldref` cannot follow `contains`",
            "name the reference first: `fieldref|contains`",
        ),
        ("exists contains", "the modifier `contains` cannot follow `exists`", "`exists` stands alone"),
        ("contains exists", "the modifier `exists` cannot follow `contains`", "`exists` stands alone"),
        ("gte hour", "the modifier `hour` cannot follow `gte`", "take the part first, then compare it: `hour|gte`"),
        ("lt gt", "the modifier `gt` cannot follow `lt`", ""),
        ("cidr contains", "the modifier `contains` cannot follow `cidr`", ""),
        ("re i cased", "`cased` has nothing to say here", "remove it"),
        ("cidr cased", "`cased` has nothing to say here", "remove it"),
        (
            "lt neq",
            "`neq` cannot be joined with a comparison or `exists`",
            "use the opposite, or `not` in the condition",
        ),
        ("exists all", "`exists` takes one boolean, so there is nothing for `all` to join", "remove `all`"),
    ],
)
def test_what_does_not_combine(names, message, hint):
    """Everything else is refused at the place of the entry, with the repair where there is one."""
    with pytest.raises(MeaningError) as caught:
        read_chain(tuple(names.split()), KEYS)
    assert (caught.value.message, caught.value.hint) == (message, hint)
    assert (caught.value.kind, caught.value.keys) == ("modifier", KEYS)


@pytest.mark.parametrize("name", ["cidr", "fieldref", "lt", "hour", "exists"])
def test_what_keywords_cannot_have(name):
    """A modifier that needs a field is refused on keywords."""
    with pytest.raises(MeaningError, match="needs a field"):
        read_chain((name,), KEYS, keyword=True)


def test_the_modifiers_are_those_of_the_specification():
    """The appendix (2.1.0) lists 31 modifiers, and no other is known."""
    listed = (
        "all startswith endswith contains exists cased neq windash re i m s base64 base64offset utf16le utf16be utf16 "
        "wide lt lte gt gte minute hour day week month year cidr expand fieldref"
    )
    assert sorted([*TRANSITIONS, "all", "cased", "neq"]) == sorted(listed.split())


def decided(names):
    try:
        return read_chain(names, KEYS).names
    except MeaningError as error:
        return error.kind


def test_every_pair_of_modifiers_is_decided():
    """Any two modifiers are either read or refused as modifiers, never anything else."""
    names = [*TRANSITIONS, "all", "cased", "neq"]
    pairs = list(itertools.product(names, repeat=2))
    assert [pair for pair in pairs if decided(pair) not in (pair, "modifier")] == []
