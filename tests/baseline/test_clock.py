"""The week and its rhythms."""

import collections
import itertools

from compiler.baseline.clock import HOUR, MINUTE, NIGHT, OFFICE, every, is_office_day, moment, moments, utc, wall
from compiler.baseline.dice import Dice


def test_the_office_is_two_hours_ahead():
    """Nine o'clock on the first Monday is seven in UTC."""
    at = moment(0, 9)
    assert f"{utc(at):%a %Y-%m-%d %H:%M}" == "Mon 2026-09-14 07:00"
    assert f"{wall(at):%a %H:%M}" == "Mon 09:00"


def test_five_days_of_seven_are_office_days():
    """Saturday and Sunday are off, in every week."""
    assert [is_office_day(day) for day in range(5, 8)] == [False, False, True]


def test_moments_follow_the_rhythm():
    """Night work happens between ten in the evening and five, office work hardly ever at night."""
    night = collections.Counter(wall(at).hour for at in moments(Dice("n"), NIGHT, 50, 7))
    assert set(night) <= {22, 23, 0, 1, 2, 3, 4}
    office = moments(Dice("o"), OFFICE, 200, 7)
    assert sum(wall(at).hour < 5 for at in office) * 100 < len(office)
    assert office == sorted(office)


def test_a_machine_keeps_its_period():
    """A period of an hour gives one moment an hour, each off by no more than the jitter."""
    found = every(Dice("e"), HOUR, 1, MINUTE)
    assert len(found) == 24
    assert all(abs(later - earlier - HOUR) < MINUTE for earlier, later in itertools.pairwise(found))
