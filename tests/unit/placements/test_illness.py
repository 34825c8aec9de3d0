"""R-ABS-5 and R-ABS-6: what is asked for when an illness, her own or a child's, goes on."""

from datetime import date, timedelta

import pytest

from kernel.calendar import is_working_day, midnight
from schemas.rule_parameters.set_v1 import RuleParametersSet
from services.placements.rules.certificate_missing import rule as missing
from services.placements.rules.certificate_overdue import rule as overdue
from services.placements.rules.child_illness_long import rule as child
from tests.unit.given import Story, keys
from tests.unit.placements.story import KEY, came, corrected, day, march, missed, placed

FIRST = f"{KEY}:2026-03-02"
FIVE_DAYS = ("mon", "tue", "wed", "thu", "fri")


def ill(told: Story, *days: date, reason: str = "own_illness", **more: object) -> Story:
    return missed(told, *days, reason=reason, notified_by_client=True, **more)


def march_days(*numbers: int) -> list[date]:
    return [march(n) for n in numbers]


def test_the_fourth_day_of_an_illness_needs_a_certificate() -> None:
    told = ill(placed(), *march_days(2, 3, 4, 5))

    assert told.open(missing, march(5)) == {}
    found = told.open(missing, march(6))[FIRST]
    assert (found.since, found.facts["days"]) == (midnight(march(6)), 4)
    assert "reason" not in found.facts
    assert "certificate" not in found.facts


def test_three_days_need_none() -> None:
    assert ill(placed(), *march_days(2, 3, 4)).open(missing, march(8)) == {}


@pytest.mark.parametrize("told_on", [2, 5])
def test_a_certificate_for_any_of_the_days_is_enough(told_on: int) -> None:
    told = ill(placed(), *march_days(2, 3, 4, 5))
    told.told(
        corrected(march(told_on), "absent", reason="own_illness", certificate="received", notified_by_client=True),
        on=march(9),
    )

    assert told.open(missing, march(9)) == {}
    assert told.open(overdue, march(9)) == {}


def test_that_none_is_needed_on_the_first_day_says_nothing_of_the_fourth() -> None:
    told = ill(placed(), march(2), certificate="not_needed")
    assert keys(ill(told, *march_days(3, 4, 5)).open(missing, march(6))) == [FIRST]

    told.told(corrected(march(5), "absent", reason="own_illness", certificate="not_needed"), on=march(6))
    assert told.open(missing, march(6)) == {}


def test_the_own_worker_is_told_after_a_week() -> None:
    told = ill(placed(), *march_days(2, 3, 4, 5))

    assert told.open(overdue, march(8)) == {}
    assert keys(told.open(overdue, march(9))) == [FIRST]


def test_another_reason_or_a_day_at_the_site_ends_the_row() -> None:
    other = ill(ill(placed(), *march_days(2, 3)), march(4), reason="job_interview")
    back = came(ill(placed(), *march_days(2, 3)), march(4))

    assert ill(other, march(5)).open(missing, march(10)) == {}
    assert ill(back, march(5)).open(missing, march(10)) == {}


def test_a_day_that_is_told_late_joins_the_row() -> None:
    told = ill(placed(), *march_days(2, 3, 5))
    assert told.open(missing, march(8)) == {}

    told.told(day(march(4), reason="own_illness", notified_by_client=True), on=march(8))
    assert keys(told.open(missing, march(8))) == [FIRST]


def test_a_correction_to_present_takes_it_away() -> None:
    told = ill(placed(), *march_days(2, 3, 4, 5))

    assert told.told(corrected(march(5), "present"), on=march(6)).open(missing, march(7)) == {}


def test_it_rests_two_weeks_after_she_has_come_back() -> None:
    told = came(ill(placed(), *march_days(2, 3, 4, 5)), march(9))

    assert told.days_open(missing, march(1), march(31)) == [march(d) for d in range(6, 23)]


def test_the_parameters_of_the_last_day_decide() -> None:
    longer = RuleParametersSet(rule="R-ABS-5", params={"days": 4}, valid_from=march(5))
    told = ill(placed(), *march_days(2, 3, 4, 5)).agreed(longer, on=march(1))
    later = ill(placed(), *march_days(2, 3, 4, 5)).agreed(
        longer.model_copy(update={"valid_from": march(6)}), on=march(1)
    )

    assert told.open(missing, march(6)) == {}
    assert told.open(overdue, march(9)) == {}
    assert keys(later.open(missing, march(6))) == [FIRST]


def test_the_first_days_do_not_count() -> None:
    assert ill(placed(start=march(2)), *march_days(2, 3, 4, 5)).open(missing, march(20)) == {}


def child_ill(told: Story, *days: date) -> Story:
    return ill(told, *days, reason="child_illness_u10")


def test_the_fifth_working_day_of_a_childs_illness_is_no_longer_excused() -> None:
    told = child_ill(placed(FIVE_DAYS), *march_days(2, 3, 4, 5, 6))

    assert told.open(child, march(6)) == {}
    found = told.open(child, march(7))[FIRST]
    assert (found.since, found.facts["working_days"], found.facts["days"]) == (midnight(march(7)), 5, 4)


def test_four_working_days_are_excused() -> None:
    assert child_ill(placed(), *march_days(2, 3, 4, 5)).open(child, march(20)) == {}


def test_working_days_between_scheduled_ones_count_and_weekends_do_not() -> None:
    monday_tuesday = placed(("mon", "tue"))
    thursday = placed(("thu",))

    assert keys(child_ill(monday_tuesday, *march_days(2, 3, 9)).open(child, march(10))) == [FIRST]
    assert child_ill(thursday, march(5)).open(child, march(20)) == {}


def test_a_day_at_the_site_begins_a_new_time() -> None:
    told = came(child_ill(placed(), *march_days(2, 3)), march(4))

    assert child_ill(told, *march_days(5, 9)).open(child, march(20)) == {}


def test_a_correction_to_swapped_takes_it_away() -> None:
    told = child_ill(placed(FIVE_DAYS), *march_days(2, 3, 4, 5, 6))

    assert told.told(corrected(march(6), "swapped"), on=march(9)).open(child, march(9)) == {}


def test_a_change_of_the_law_inside_the_illness_counts_from_its_last_day() -> None:
    three = RuleParametersSet(rule="R-ABS-6", params={"child_illness_days": 3}, valid_from=march(5))
    told = child_ill(placed(), *march_days(2, 3, 4, 5)).agreed(three, on=march(1))

    assert keys(told.open(child, march(6))) == [FIRST]
    assert child_ill(placed(), *march_days(2, 3, 4)).agreed(three, on=march(1)).open(child, march(6)) == {}


def test_it_rests_two_weeks_after_a_day_at_the_site() -> None:
    told = came(child_ill(placed(FIVE_DAYS), *march_days(2, 3, 4, 5, 6)), march(9))

    assert told.open(child, march(9) + timedelta(days=13)) != {}
    assert told.open(child, march(9) + timedelta(days=14)) == {}


def test_an_illness_of_more_than_a_year_is_told_of_from_its_first_day() -> None:
    told, on = placed(start=date(2024, 6, 3)), date(2024, 9, 2)
    while on < date(2026, 2, 2):
        if on.weekday() < 4 and is_working_day(on):
            ill(told, on)
        on += timedelta(days=1)

    (found,) = told.open(missing, on).values()
    assert found.facts["window_from"] == "2024-09-02"
