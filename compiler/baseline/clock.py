"""The week in which everything happens, and when in it people, phones and visitors are awake.

A moment is a whole number of milliseconds since 1970 in UTC; the office keeps UTC+2, without a change of clocks.
"""

from __future__ import annotations

import dataclasses
import datetime

from compiler.baseline.dice import Dice

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
OFFSET = 2 * HOUR
# The names that logs write; those of strftime follow the locale.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
# Monday, 14 September 2026, midnight in the office.
START = (datetime.datetime(2026, 9, 14, tzinfo=datetime.UTC) - EPOCH) // datetime.timedelta(milliseconds=1) - OFFSET


@dataclasses.dataclass(frozen=True, slots=True)
class Rhythm:
    """How likely each hour of an office day and of a day off is, and how much of an office day a day off amounts to."""

    office: tuple[int, ...]
    off: tuple[int, ...]
    off_share: float


OFFICE = Rhythm(
    (0, 0, 0, 0, 0, 1, 6, 25, 60, 70, 65, 50, 35, 60, 65, 60, 45, 25, 10, 5, 3, 2, 1, 0),
    (0, 0, 0, 0, 0, 0, 1, 2, 4, 6, 6, 5, 3, 4, 5, 4, 4, 3, 3, 3, 4, 3, 1, 0),
    0.08,
)
MOBILE = Rhythm(
    (3, 2, 1, 1, 2, 6, 20, 35, 35, 30, 28, 28, 32, 30, 28, 28, 30, 34, 30, 28, 26, 22, 14, 7),
    (4, 2, 1, 1, 1, 2, 5, 12, 22, 28, 30, 30, 28, 26, 26, 26, 26, 26, 26, 26, 26, 24, 16, 8),
    0.55,
)
PUBLIC = Rhythm(
    (8, 5, 4, 3, 4, 7, 14, 26, 40, 48, 50, 46, 44, 46, 46, 44, 42, 40, 40, 42, 44, 36, 24, 14),
    (10, 7, 5, 4, 4, 5, 8, 14, 24, 32, 36, 36, 34, 34, 34, 34, 34, 36, 38, 42, 44, 36, 26, 16),
    0.7,
)
ALWAYS = Rhythm((1,) * 24, (1,) * 24, 1.0)
NIGHT = Rhythm((30, 40, 40, 30, 10) + (0,) * 17 + (5, 20), (30, 40, 40, 30, 10) + (0,) * 17 + (5, 20), 1.0)


def is_office_day(day: int) -> bool:
    """Whether the day, counted from 0 on the first Monday, is one of Monday to Friday."""
    return day % 7 < 5


def moment(day: int, hour: int, minute: int = 0, second: int = 0) -> int:
    """The moment of an office wall-clock time on a day counted from 0."""
    return START + day * DAY + hour * HOUR + minute * MINUTE + second * SECOND


def moments(dice: Dice, rhythm: Rhythm, per_day: float, days: int) -> list[int]:
    """Moments spread over the days as the rhythm says, about ``per_day`` on an office day, in order."""
    found: list[int] = []
    for day in range(days):
        office = is_office_day(day)
        wanted = per_day * (1.0 if office else rhythm.off_share) * (0.8 + 0.4 * dice.below(1000) / 1000)
        count = int(wanted) + dice.chance(wanted % 1)
        hours = list(enumerate(rhythm.office if office else rhythm.off))
        found += [moment(day, dice.weigh(hours)) + dice.below(HOUR) for _ in range(count)]
    return sorted(found)


def every(dice: Dice, period: int, days: int, jitter: int = 2 * SECOND) -> list[int]:
    """Moments of a machine that acts once a period, off by up to ``jitter``."""
    return [at + dice.below(jitter) for at in range(START + dice.below(period), START + days * DAY, period)]


def utc(at: int) -> datetime.datetime:
    """The moment as a date and time in UTC."""
    return EPOCH + datetime.timedelta(milliseconds=at)


def wall(at: int) -> datetime.datetime:
    """The moment as the clock on the office wall shows it (without a zone of its own: it is UTC+2)."""
    return EPOCH + datetime.timedelta(milliseconds=at + OFFSET)
