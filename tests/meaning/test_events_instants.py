"""The many ways in which logs write a time."""

import datetime

import pytest

from compiler.meaning.events.instants import instant, instant_of

NOON = 1_614_765_600_000_000
"""2021-03-03 10:00:00 UTC."""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2021-03-03T10:00:00Z", NOON),
        ("2021-03-03 10:00:00", NOON),
        ("2021/03/03 10:00:00", NOON),
        ("2021-03-03T10:00", NOON),
        ("2021-03-03T10:00:00.5Z", NOON + 500_000),
        ("2021-03-03T10:00:00,123Z", NOON + 123_000),
        ("2021-03-03T10:00:00.123456789Z", NOON + 123_456),
        ("2021-03-03T12:00:00+02:00", NOON),
        ("2021-03-03T04:30:00-0530", NOON),
        ("2021-03-03T11:00:00+01", NOON),
        ("2021-03-03 10:00:00 UTC", NOON),
        ("2021-03-03", NOON - 10 * 3_600_000_000),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
        ("1614765600", NOON),
        ("1614765600.25", NOON + 250_000),
        (1_614_765_600, NOON),
        (1_614_765_600.5, NOON + 500_000),
        (1_614_765_600_000, NOON),
        (NOON, NOON),
        (NOON * 1000, NOON),
        (datetime.datetime(2021, 3, 3, 10, tzinfo=datetime.UTC), NOON),
    ],
)
def test_time_as_written(written, expected):
    """A time is read in ISO 8601 with and without zone, and as a number since 1970 in four units."""
    assert instant(written) == expected


@pytest.mark.parametrize(
    "written",
    ["", "-", "yesterday", "2021-13-01", "2021-03-03T25:00:00", "20210303", "7", -1, True, None, float("nan"), 10**400],
)
def test_what_is_no_time(written):
    """What is no time has none: small numbers among them in text, for those are something else."""
    assert instant(written) is None


def test_collectors_time_comes_first():
    """The collector's @timestamp is before the event's own, Sysmon's UTC before NXLog's local time."""
    own = {"UtcTime": "2021-03-03 10:00:00.000", "EventTime": "2021-03-03 11:00:00"}
    assert instant_of(own) == NOON
    assert instant_of({**own, "@timestamp": "2021-03-03T10:00:01Z"}) == NOON + 1_000_000


def test_name_that_holds_no_time_is_passed_over():
    """A field with the name of a time and another content is passed over."""
    assert instant_of({"time": "soon", "ts": "2021-03-03T10:00:00Z"}) == NOON


def test_date_and_time_apart():
    """A web server's date and time are one instant."""
    assert instant_of({"date": "2021-03-03", "time": "10:00:00"}) == NOON
