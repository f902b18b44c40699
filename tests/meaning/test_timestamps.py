"""The parts of a timestamp as it is written."""

import pytest

from compiler.meaning.timestamps import PARTS, part_of


@pytest.mark.parametrize(
    "text",
    [
        "2021-03-04T05:06:07Z",
        "2021-03-04T05:06:07.1234567Z",
        "2021-03-04 05:06:07",
        "2021-03-04 05:06:07,123",
        "2021-03-04T05:06",
        "2021-03-04T05:06:07+05:30",
        "2021-03-04T05:06:07-0800",
        "2021-03-04 05:06:07 UTC",
        "2021-03-04t05:06:07z",
    ],
)
def test_every_spelling_has_the_same_parts(text):
    """T or a blank, fractions and zones change no part: what is written counts."""
    assert [part_of(text, part) for part in PARTS] == [6, 5, 4, 9, 3, 2021]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2021-13-01T00:00:00Z",
        "2021-02-29",
        "2021-03-04T24:00:00Z",
        "2021-03-04T05:60:00Z",
        "1614834367",
        "x",
        "20210304T050607Z",
        "2021-03-04T05:06:07Z!",
        "04/03/2021 05:06",
        "\u0662021-03-04",
    ],
)
def test_what_is_no_timestamp_has_no_parts(text):
    """Impossible dates, epoch numbers and other notations have no parts."""
    assert [part_of(text, part) for part in PARTS] == [None] * 6


def test_a_date_alone_has_no_hour():
    """A date has a day, week, month and year, and no time."""
    assert [part_of("2021-03-04", part) for part in PARTS] == [None, None, 4, 9, 3, 2021]


@pytest.mark.parametrize(
    ("date", "week"), [("2021-01-03", 53), ("2021-01-04", 1), ("2018-12-31", 1), ("2024-12-29", 52)]
)
def test_week_is_iso(date, week):
    """Weeks begin on Monday and belong to the year of their Thursday."""
    assert part_of(date, "week") == week
