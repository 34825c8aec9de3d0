"""R-LIM-3: days of participation within twelve months, all placements together."""

from datetime import date, timedelta
from uuid import UUID

from kernel.calendar import midnight
from services.placements.rules.cap_approaching import rule as approaching
from services.placements.rules.cap_exceeded import rule as exceeded
from tests.unit.given import Story, keys
from tests.unit.placements.story import OTHER, PLACEMENT, corrected, day, story

FIRST = date(2025, 3, 3)
KEY = "12_months"


def took_part(count: int, first: date = FIRST, placement: UUID = PLACEMENT, told: Story | None = None) -> Story:
    """One day after another, told in one batch."""
    every = [day(first + timedelta(days=n), "present", placement) for n in range(count)]
    return (told or story()).told(*every, on=first + timedelta(days=count))


def nth(count: int) -> date:
    return FIRST + timedelta(days=count - 1)


def test_at_160_days_the_limit_comes_near() -> None:
    assert took_part(159).open(approaching, nth(200)) == {}

    found = took_part(160).open(approaching, nth(161))[KEY]
    assert (found.facts["days"], found.facts["cap"]) == (160, 178)
    assert found.since == midnight(nth(161))
    assert took_part(160).open(approaching, nth(160)) == {}


def test_at_178_days_the_limit_is_reached() -> None:
    assert took_part(177).open(exceeded, nth(200)) == {}
    assert keys(took_part(178).open(exceeded, nth(179))) == [KEY]


def test_a_day_on_which_she_was_absent_is_no_day_of_participation() -> None:
    told = took_part(160).told(corrected(nth(100), "absent"), on=nth(161))

    assert told.open(approaching, nth(170)) == {}


def test_part_of_a_day_is_a_day() -> None:
    told = took_part(159).told(day(nth(160), "partial", minutes_scheduled=300, minutes_present=20), on=nth(160))

    assert keys(told.open(approaching, nth(161))) == [KEY]


def test_two_placements_are_counted_together_and_a_day_at_both_once() -> None:
    told = took_part(80)
    together = took_part(80, nth(81), OTHER, told)
    assert keys(together.open(approaching, nth(161))) == [KEY]

    same = took_part(80, FIRST, OTHER, took_part(80))
    assert same.open(approaching, nth(170)) == {}


def test_days_leave_the_window_after_twelve_months() -> None:
    told = took_part(160)
    year_later = date(FIRST.year + 1, FIRST.month, FIRST.day)

    assert keys(told.open(approaching, year_later - timedelta(days=1))) == [KEY]
    assert told.open(approaching, year_later) == {}


def test_the_same_day_a_year_ago_is_outside_the_window() -> None:
    year_later = date(FIRST.year + 1, FIRST.month, FIRST.day)
    within = took_part(158, nth(2)).told(day(year_later, "present"), on=year_later)
    assert within.open(approaching, year_later + timedelta(days=1)) == {}

    within.told(day(FIRST, "present"), on=year_later)
    assert within.open(approaching, year_later + timedelta(days=1)) == {}


def test_who_goes_on_at_the_same_pace_stays_near_the_limit_without_a_new_alert() -> None:
    told = took_part(300)

    assert told.open(approaching, nth(301))[KEY].since == midnight(nth(161))


def test_until_2020_the_limit_was_230_days() -> None:
    old = date(2020, 1, 1)

    assert took_part(229, old).open(exceeded, old + timedelta(days=229)) == {}
    assert keys(took_part(230, old).open(exceeded, old + timedelta(days=230))) == [KEY]
