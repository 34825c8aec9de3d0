"""R-ABS-3: the share of expected days that were missed, for whatever reason."""

from datetime import date, timedelta

import pytest

from kernel.calendar import midnight
from services.placements.rules.absence_rate import rule
from tests.unit.given import keys
from tests.unit.placements.story import DOUBLE, KEY, came, day, march, missed, placed, story

EXCUSED = {"reason": "own_illness", "notified_by_client": True}
FIVE = tuple(march(d) for d in (3, 10, 17, 24, 26))


def test_five_of_sixteen_days_are_too_much_whatever_the_reason() -> None:
    told = missed(placed(), *FIVE, **EXCUSED)

    found = told.open(rule, march(27))[KEY]

    assert (found.facts["absent_days"], found.facts["scheduled_days"], found.facts["rate_pct"]) == (5, 16, 31)
    assert told.open(rule, march(26)) == {}


def test_four_of_sixteen_days_are_not() -> None:
    assert missed(placed(), *FIVE[1:], **EXCUSED).open(rule, march(27)) == {}


def test_exactly_thirty_per_cent_are_too_much() -> None:
    told = placed(("mon", "tue", "wed"), start=date(2026, 1, 5))
    for closed in (march(3), march(4)):  # ten of twelve days are left in the window to the eleventh
        told.told(day(closed, "service_not_provided"), on=closed)

    missed(told, march(2), march(9), march(11), **EXCUSED)

    assert told.open(rule, march(12))[KEY].facts["rate_pct"] == 30


def test_less_than_half_of_the_minutes_counts_as_missed() -> None:
    told = missed(placed(), *FIVE[:4], **EXCUSED)
    told.told(day(march(26), "partial", minutes_scheduled=300, minutes_present=150), on=march(26))
    assert told.open(rule, march(27)) == {}

    short = missed(placed(), *FIVE[:4], **EXCUSED)
    short.told(day(march(26), "partial", minutes_scheduled=300, minutes_present=149), on=march(26))
    assert keys(short.open(rule, march(27))) == [KEY]


def test_who_comes_once_a_week_is_looked_at_over_eight_weeks() -> None:
    told = missed(placed(("mon",)), march(2), march(9), **EXCUSED)
    assert told.open(rule, march(10)) == {}

    found = missed(told, march(16), **EXCUSED).open(rule, march(17))[KEY]
    assert (found.facts["scheduled_days"], found.facts["rate_pct"]) == (8, 38)


def test_fewer_than_six_expected_days_say_nothing() -> None:
    told = story()
    for n in range(5):
        told.told(day(date(2025, 12, 1) + timedelta(days=n), "present"), on=date(2025, 12, 1))

    missed(told, *(march(d) for d in (2, 3, 4, 5, 9)), **EXCUSED)
    assert told.open(rule, march(10)) == {}

    assert keys(missed(told, march(10), **EXCUSED).open(rule, march(11))) == [KEY, DOUBLE]


def test_the_first_five_expected_days_are_left_alone() -> None:
    told = missed(placed(start=march(2)), *(march(d) for d in (2, 3, 4, 5, 9)), **EXCUSED)
    assert told.open(rule, march(10)) == {}

    assert keys(missed(told, march(10), **EXCUSED).open(rule, march(11))) == [KEY, DOUBLE]


def test_it_stays_until_the_rate_has_been_below_for_two_weeks() -> None:
    told = missed(placed(), *FIVE, **EXCUSED)
    below = march(31)  # the third has left the window: four of sixteen
    over = below + timedelta(days=14)

    assert told.open(rule, march(27))[KEY].until == midnight(over)
    assert told.open(rule, over) == {}


def test_a_repeat_changes_it() -> None:
    told = missed(placed(), *FIVE, **EXCUSED)
    first = told.open(rule, march(27))[KEY]

    second = came(missed(told, march(30), march(31), **EXCUSED), date(2026, 4, 1)).open(rule, date(2026, 4, 2))[KEY]

    assert second.since == first.since
    assert second.facts["window_to"] == "2026-03-31"


def test_sixty_per_cent_are_a_matter_of_their_own() -> None:
    ten = [march(d) for d in (3, 4, 5, 10, 11, 12, 17, 18, 24, 26)]

    assert keys(missed(placed(), *ten[1:], **EXCUSED).open(rule, march(27))) == [KEY]
    assert keys(missed(placed(), *ten, **EXCUSED).open(rule, march(27))) == [KEY, DOUBLE]


@pytest.mark.parametrize("order", [FIVE, FIVE[::-1], (FIVE[2], *FIVE[:2], *FIVE[3:])])
def test_the_order_in_which_days_arrive_does_not_matter(order: tuple[date, ...]) -> None:
    told = placed().told(*(day(d, **EXCUSED) for d in order), on=date(2026, 4, 1))

    assert told.open(rule, date(2026, 4, 1)) == missed(placed(), *FIVE, **EXCUSED).open(rule, date(2026, 4, 1))
