"""Parts of a timestamp in eval, on the model of SPL."""

import datetime

import pytest
from sigma.types import SigmaTimestampPart, TimestampPart

from compiler.engines.spl_eval import where
from compiler.targets.splunk_time import part_of


@pytest.mark.parametrize("year", [2015, 2016, 2019, 2020, 2021, 2024, 2026])
def test_the_week_is_that_of_iso_8601(year):
    """Of every day around a new year, and of some in summer."""
    first = datetime.date(year, 1, 1)
    for day in [first + datetime.timedelta(days=away) for away in (*range(-10, 11), 180, 187)]:
        week = day.isocalendar().week
        holds = {
            number: where(part_of("Time", SigmaTimestampPart(TimestampPart.WEEK, number), "==", number))(
                {"Time": f"{day}T23:59:59Z"}
            )
            for number in (week - 1, week, week + 1)
        }
        assert holds == {week - 1: False, week: True, week + 1: False}
