"""R-ABS-2: scheduled days in a row missed without notice."""

from datetime import date, timedelta

import pytest

from kernel.calendar import midnight
from schemas.placements.ended_v1 import PlacementEnded
from schemas.rule_parameters.set_v1 import RuleParametersSet
from services.placements.rules.no_show_row import rule
from tests.unit.given import COUNTY, keys
from tests.unit.placements.story import DOUBLE, KEY, PLACEMENT, came, corrected, day, march, missed, placed, story


def test_two_no_shows_in_a_row_are_found_when_the_second_day_is_over() -> None:
    told = missed(placed(), march(2), march(3))

    assert told.open(rule, march(3)) == {}
    assert told.open(rule, midnight(march(4)) - timedelta(seconds=1)) == {}
    assert keys(told.open(rule, march(4))) == [KEY]


def test_one_no_show_is_nothing() -> None:
    assert missed(placed(), march(2)).open(rule, march(10)) == {}


def test_it_tells_numbers_and_no_reason() -> None:
    found = missed(placed(), march(2), march(3), reason="own_illness").open(rule, march(4))[KEY]

    assert found.facts == {
        "placement_id": KEY,
        "site_id": "5b7a0001-0000-4000-8000-000000000001",
        "provider_org": "9000012-6",
        "window_from": "2026-03-02",
        "window_to": "2026-03-03",
        "scheduled_days": 2,
        "absent_days": 2,
        "unexcused_days": 2,
        "consecutive": 2,
        "rate_pct": 100,
    }


@pytest.mark.parametrize("between", ["present", "partial"])
def test_a_day_on_which_she_came_breaks_the_row(between: str) -> None:
    told = missed(placed(), march(2), march(4)).told(day(march(3), between), on=march(3))

    assert told.open(rule, march(5)) == {}


@pytest.mark.parametrize("between", ["service_not_provided", "swapped"])
def test_a_day_on_which_she_was_not_expected_does_not_break_the_row(between: str) -> None:
    told = missed(placed(), march(2), march(4)).told(day(march(3), between), on=march(3))

    assert keys(told.open(rule, march(5))) == [KEY]


def test_a_weekend_does_not_break_the_row() -> None:
    assert keys(missed(placed(), march(5), march(9)).open(rule, march(10))) == [KEY]


def test_a_public_holiday_does_not_break_the_row() -> None:
    told = missed(placed(("thu", "fri")), date(2026, 4, 2), date(2026, 4, 9))  # Good Friday between

    assert keys(told.open(rule, date(2026, 4, 10))) == [KEY]


def test_a_day_that_nobody_has_recorded_breaks_the_row_until_it_is_told() -> None:
    told = missed(placed(), march(2), march(4))

    assert told.open(rule, march(5)) == {}
    assert told.told(day(march(3)), on=march(12)).open(rule, march(12))[KEY].facts["consecutive"] == 3


def test_notice_given_is_no_no_show() -> None:
    told = missed(placed(), march(2)).told(day(march(3), notified_by_client=True), on=march(3))

    assert told.open(rule, march(4)) == {}


def test_agreed_leave_is_no_no_show_even_when_nobody_called() -> None:
    assert missed(placed(), march(2), march(3), reason="agreed_leave").open(rule, march(4)) == {}


def test_a_correction_takes_it_away_and_a_new_absence_brings_it_again() -> None:
    told = missed(placed(), march(2), march(3))
    wrong = told.last

    told.told(corrected(march(3), "present"), on=march(5), corrects=wrong)
    assert told.open(rule, march(5)) == {}

    missed(told, march(9), march(10))
    assert keys(told.open(rule, march(11))) == [KEY]


def test_a_retraction_takes_it_away() -> None:
    told = missed(placed(), march(2), march(3))

    assert told.retracted(told.last, march(5)).open(rule, march(6)) == {}


def test_a_late_batch_is_found_at_once_with_the_time_from_which_it_held() -> None:
    told = placed().told(day(march(3)), day(march(2)), on=march(16))

    assert told.open(rule, midnight(march(16)) + timedelta(hours=13))[KEY].since == midnight(march(4))


def test_a_late_batch_can_take_it_away() -> None:
    told = missed(placed(), march(2), march(4)).told(day(march(3), "service_not_provided"), on=march(4))
    assert keys(told.open(rule, march(5))) == [KEY]

    told.told(corrected(march(3), "present"), on=march(16))
    assert told.open(rule, march(16)) == {}


def test_it_stays_open_until_she_has_come_for_two_weeks() -> None:
    told = came(missed(placed(), march(2), march(3)), march(4), march(5), march(9))

    assert told.days_open(rule, march(1), march(31)) == [march(d) for d in range(4, 18)]


def test_a_repeat_within_two_weeks_changes_it_and_does_not_raise_it_again() -> None:
    told = came(missed(placed(), march(2), march(3)), march(4))
    first = told.open(rule, march(5))[KEY]
    missed(came(told, march(5)), march(10), march(11))
    second = told.open(rule, march(12))[KEY]

    assert (first.since, first.facts["window_to"]) == (second.since, "2026-03-03")
    assert second.facts["window_to"] == "2026-03-11"


def test_a_repeat_that_begins_when_the_two_weeks_end_is_still_the_same_matter() -> None:
    told = came(missed(placed(), march(2), march(3)), march(4), march(5), march(9), march(10), march(11), march(12))
    missed(told, march(16), march(17))

    assert told.open(rule, march(18))[KEY].since == midnight(march(4))


def test_twice_as_many_are_a_matter_of_their_own() -> None:
    told = missed(placed(), march(2), march(3), march(4))
    assert keys(told.open(rule, march(6))) == [KEY]

    assert keys(missed(told, march(5)).open(rule, march(6))) == [KEY, DOUBLE]


def test_it_goes_on_while_nobody_tells_that_she_came() -> None:
    assert keys(missed(placed(), march(2), march(3)).open(rule, date(2026, 7, 1))) == [KEY]


def test_two_weeks_after_the_placement_it_is_over() -> None:
    told = missed(placed(), march(2), march(3))
    told.told(
        PlacementEnded(placement_id=PLACEMENT, ended_on=march(6), end_reason="absences", planned=False), on=march(6)
    )

    assert told.days_open(rule, march(1), march(31)) == [march(d) for d in range(4, 21)]


def test_without_a_pattern_the_recorded_days_are_those_on_which_she_was_expected() -> None:
    assert keys(missed(story(), march(2), march(5)).open(rule, march(6))) == [KEY]


def test_the_parameters_of_the_windows_last_day_decide() -> None:
    three = RuleParametersSet(rule="R-ABS-2", params={"count": 3}, valid_from=march(3))
    before = missed(placed(), march(2), march(3)).agreed(three, on=march(1))
    later = missed(placed(), march(2), march(3)).agreed(three.model_copy(update={"valid_from": march(4)}), on=march(1))

    assert before.open(rule, march(4)) == {}
    assert keys(later.open(rule, march(4))) == [KEY]
    assert keys(later.open(rule, march(9))) == [KEY]


def test_a_parameter_of_her_own_comes_before_all_others() -> None:
    mine = RuleParametersSet(rule="R-ABS-2", params={"count": 3}, valid_from=march(1))

    assert missed(placed(), march(2), march(3)).told(mine, on=march(1), by=COUNTY).open(rule, march(4)) == {}
