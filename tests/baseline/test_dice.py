"""Chance that repeats."""

import pytest

from compiler.baseline.dice import Dice


def test_equal_parts_give_equal_draws():
    """Two dice of one name agree, and those of another name do not."""
    assert [Dice(1, "a").below(1000) for _ in range(2)] == [Dice(1, "a").below(1000)] * 2
    assert Dice(1, "a").hexa(32) != Dice(1, "b").hexa(32)


def test_the_sequence_is_the_documented_one():
    """The draws are those of random.Random.random() seeded with a string, which every Python promises to keep."""
    assert Dice("tocsin").below(1_000_000) == 634_353
    dice = Dice("tocsin")
    assert [dice.between(1, 6) for _ in range(10)] == [4, 5, 4, 6, 1, 4, 2, 3, 2, 3]


def test_a_guid_is_of_version_four():
    """A GUID has the version and the variant of a random UUID."""
    guid = Dice("guid").guid()
    assert (len(guid), guid[14], guid[19] in "89ab") == (36, "4", True)


def test_some_never_repeats():
    """Drawn items are different ones, and no more than there are."""
    assert sorted(Dice("some").some("abcd", 9)) == ["a", "b", "c", "d"]


def test_a_weight_of_nothing_is_never_drawn():
    """An item of weight 0 does not come up in a thousand draws."""
    dice = Dice("weigh")
    assert {dice.weigh((("never", 0), ("always", 1))) for _ in range(1000)} == {"always"}


def test_gaps_keep_their_mean():
    """Waiting times average what was asked, within a twentieth, and stay within three times of it."""
    dice = Dice("gap")
    gaps = [dice.gap(1000) for _ in range(20_000)]
    assert sum(gaps) / len(gaps) == pytest.approx(1000, rel=0.05)
    assert max(gaps) <= 3000
