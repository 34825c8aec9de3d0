"""R-ABS-4: many scheduled days missed in a row, for whatever reason."""

from datetime import date, timedelta

import pytest

from kernel.calendar import midnight
from schemas.placements.suspended_v1 import PlacementSuspended
from schemas.rule_parameters.set_v1 import RuleParametersSet
from services.placements.rules.long_absence import rule
from tests.unit.given import COUNTY, Story, keys
from tests.unit.placements.story import (
    DOUBLE,
    KEY,
    OTHER,
    PLACEMENT,
    came,
    corrected,
    day,
    march,
    missed,
    place,
    placed,
)  # fmt: skip

TEN = [march(d) for d in (2, 3, 4, 5, 9, 10, 11, 12, 16, 17)]
MONDAYS = [march(d) for d in (2, 9, 16, 23)]


def ill(told: Story, *days: date) -> Story:
    return missed(told, *days, reason="own_illness", notified_by_client=True)


def test_ten_scheduled_days_in_a_row_are_found_whatever_the_reason() -> None:
    told = ill(placed(), *TEN)

    assert told.open(rule, march(17)) == {}
    found = told.open(rule, march(18))[KEY]
    assert found.since == midnight(march(18))
    assert (found.facts["window_from"], found.facts["window_to"]) == ("2026-03-02", "2026-03-17")
    assert found.facts["absent_days"] == 10
    assert "reason" not in found.facts


def test_nine_are_not() -> None:
    assert ill(placed(), *TEN[:9]).open(rule, march(20)) == {}


def test_who_comes_once_a_week_is_found_after_three_weeks() -> None:
    assert ill(placed(("mon",)), *MONDAYS[:3]).open(rule, march(20)) == {}
    assert keys(ill(placed(("mon",)), *MONDAYS).open(rule, march(24))) == [KEY]


def test_a_day_on_which_she_came_breaks_the_row_even_when_it_is_told_late() -> None:
    told = ill(placed(), *TEN[:4], *TEN[5:], march(18))
    assert told.open(rule, march(19)) == {}

    told.told(day(TEN[4]), on=march(19))
    assert keys(told.open(rule, march(19))) == [KEY]
    told.told(corrected(TEN[4], "present"), on=march(20), corrects=told.last)
    assert told.open(rule, march(20)) == {}


def test_a_day_that_was_swapped_neither_breaks_nor_counts() -> None:
    told = ill(placed(), *TEN)
    told.told(corrected(TEN[3], "swapped"), on=march(18))

    assert told.open(rule, march(18)) == {}
    assert keys(ill(told, march(18)).open(rule, march(19))) == [KEY]


def test_a_pause_inside_the_row_does_not_count() -> None:
    pause = {"placement_id": PLACEMENT, "reason": "illness", "from": march(9), "to": march(12)}
    told = ill(placed(), *TEN).told(PlacementSuspended.model_validate(pause), on=march(9), by=COUNTY)

    assert told.open(rule, march(20)) == {}


def test_it_rests_two_weeks_after_she_has_come_back() -> None:
    told = came(ill(placed(), *TEN), march(18), march(19))

    assert told.days_open(rule, march(1), date(2026, 4, 10)) == [march(18) + timedelta(days=n) for n in range(14)]


def test_twice_as_long_is_a_matter_of_its_own() -> None:
    more = [march(d) for d in (18, 19, 23, 24, 25, 26, 30, 31)] + [date(2026, 4, 1), date(2026, 4, 2)]

    assert keys(ill(placed(), *TEN, *more).open(rule, date(2026, 4, 5))) == [KEY, DOUBLE]


def test_the_first_days_do_not_count() -> None:
    told = placed(start=march(2))

    assert ill(told, *TEN[:5]).open(rule, march(30)) == {}


def test_two_placements_are_counted_apart() -> None:
    told = place(placed(("mon", "tue")), ("wed", "thu"), OTHER)
    for one in TEN:
        told.told(day(one, placement=PLACEMENT if one.weekday() < 2 else OTHER), on=one)

    assert told.open(rule, march(18)) == {}


@pytest.mark.parametrize(("first", "found"), [(march(17), 1), (march(18), 0)])
def test_the_parameters_of_the_rows_last_day_decide(first: date, found: int) -> None:
    stricter = RuleParametersSet(rule="R-ABS-4", params={"count": 9}, valid_from=first)

    assert len(ill(placed(), *TEN[1:]).agreed(stricter, on=march(1)).open(rule, march(18))) == found


def test_the_row_goes_on_over_the_day_on_which_clocks_change() -> None:
    week = [march(d) for d in (16, 17, 18, 19, 23, 24, 25, 26, 30, 31)]  # summer time begins on the 29th

    assert ill(placed(), *week).open(rule, date(2026, 4, 1))[KEY].since == midnight(date(2026, 4, 1))
