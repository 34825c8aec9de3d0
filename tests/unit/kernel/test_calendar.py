"""Days and months as Finland counts them."""

from datetime import UTC, date, datetime

import pytest

from kernel.calendar import add_months, day_of, is_working_day, midnight, working_days_after

FREE_WEEKDAYS = {
    2025: ["01-01", "01-06", "04-18", "04-21", "05-01", "05-29", "06-20", "12-24", "12-25", "12-26"],
    2026: ["01-01", "01-06", "04-03", "04-06", "05-01", "05-14", "06-19", "12-24", "12-25"],
    2027: ["01-01", "01-06", "03-26", "03-29", "05-06", "06-25", "12-06", "12-24"],
}


@pytest.mark.parametrize("year", FREE_WEEKDAYS)
def test_the_free_weekdays_of_a_year_are_exactly_these(year: int) -> None:
    days = [date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())]

    free = [f"{d:%m-%d}" for d in days if d.weekday() < 5 and not is_working_day(d)]

    assert free == FREE_WEEKDAYS[year]


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 1, 1, 21, 59, 59, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 1, 1, 22, tzinfo=UTC), date(2026, 1, 2)),
        (datetime(2026, 7, 1, 20, 59, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 21, tzinfo=UTC), date(2026, 7, 2)),
    ],
)
def test_a_day_begins_at_midnight_in_helsinki(instant: datetime, day: date) -> None:
    assert day_of(instant) == day


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 28), 24),
        (date(2026, 3, 29), 23),
        (date(2026, 10, 24), 24),
        (date(2026, 10, 25), 25),
    ],
)
def test_a_day_is_as_long_as_summer_time_makes_it(day: date, hours: int) -> None:
    tomorrow = date.fromordinal(day.toordinal() + 1)

    assert (midnight(tomorrow) - midnight(day)).total_seconds() == hours * 3600
    assert midnight(day).tzinfo is UTC
    assert day_of(midnight(day)) == day


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
    ],
)
def test_months_keep_the_day_number_or_end_with_the_month(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        (date(2026, 3, 5), 1, date(2026, 3, 6)),
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (date(2026, 3, 7), 1, date(2026, 3, 9)),
        (date(2026, 4, 2), 1, date(2026, 4, 7)),
        (date(2026, 12, 23), 2, date(2026, 12, 29)),
        (date(2026, 3, 7), 0, date(2026, 3, 7)),
    ],
)
def test_working_days_pass_over_weekends_and_holidays(day: date, count: int, then: date) -> None:
    assert working_days_after(day, count) == then


def test_working_days_pass_over_the_organisers_own_closing_days() -> None:
    closed = frozenset({date(2026, 3, 6), date(2026, 3, 9)})

    assert working_days_after(date(2026, 3, 5), 1, closed) == date(2026, 3, 10)
    assert not is_working_day(date(2026, 3, 6), closed)
