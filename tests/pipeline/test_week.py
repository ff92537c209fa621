"""Weeks run Monday to Sunday in Shanghai."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import SHANGHAI, UserError
from pipeline.week import Week


def test_the_model_week() -> None:
    week = Week.parse("2024-W08")
    assert (week.monday, week.sunday) == (date(2024, 2, 19), date(2024, 2, 25))
    assert str(week) == "2024-W08"


def test_the_saturday_filing_belongs_in_and_the_sunday_before_does_not() -> None:
    assert Week.of(datetime(2024, 2, 24, tzinfo=SHANGHAI)) == Week.parse("2024-W08")
    assert Week.of(date(2024, 2, 18)) == Week.parse("2024-W07")


def test_the_week_is_decided_by_the_clock_in_shanghai() -> None:
    # 16:30 UTC on Sunday is already Monday in Shanghai.
    assert Week.of(datetime(2024, 2, 18, 16, 30, tzinfo=UTC)) == Week.parse("2024-W08")


@pytest.mark.parametrize("name", ["2024", "2024-8", "W08", "2023-W53", "2024-W00", "二〇二四"])
def test_a_bad_name_is_refused_by_name(name: str) -> None:
    with pytest.raises(UserError) as caught:
        Week.parse(name)
    assert name in str(caught.value)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Week.of(datetime(2024, 2, 19))  # noqa: DTZ001


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_every_moment_is_in_its_week_and_the_name_reads_back(moment: datetime) -> None:
    aware = moment.replace(tzinfo=SHANGHAI)
    week = Week.of(aware)
    assert week.start <= aware < week.end == week.start + timedelta(days=7)
    assert Week.parse(str(week)) == week
