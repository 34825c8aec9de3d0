"""R-ABS-1: days without a good reason within four weeks."""

from datetime import date, timedelta

import pytest

from kernel.calendar import midnight
from schemas.fields import Scope
from schemas.placements.resumed_v1 import PlacementResumed
from schemas.placements.suspended_v1 import PlacementSuspended
from schemas.rule_parameters.set_v1 import RuleParametersSet
from schemas.services.resumed_v1 import ServiceResumed
from schemas.services.suspended_v1 import ServiceSuspended
from services.placements.rules.absence_count import rule
from tests.unit.given import WORKSHOP, keys
from tests.unit.placements.story import (
    DOUBLE,
    FOUR_DAYS,
    KEY,
    OTHER,
    PLACEMENT,
    SITE,
    came,
    corrected,
    day,
    march,
    missed,
    place,
    placed,
    terms,
)

THREE = (march(2), march(10), march(18))


def test_three_within_four_weeks_are_found_when_the_third_day_is_over() -> None:
    told = missed(placed(), *THREE)

    assert told.open(rule, march(18)) == {}
    assert keys(told.open(rule, march(19))) == [KEY]


def test_two_are_not_enough_for_who_comes_often() -> None:
    assert missed(placed(), *THREE[:2]).open(rule, march(11)) == {}


def test_the_window_has_28_days_and_not_29() -> None:
    assert keys(missed(placed(), march(2), march(10), march(26)).open(rule, march(27))) == [KEY]
    assert missed(placed(), march(2), march(10), march(30)).open(rule, march(31)) == {}


def test_two_are_enough_for_who_was_expected_on_four_days_at_most() -> None:
    told = missed(placed(("mon",)), march(2), march(16))

    assert told.open(rule, march(17))[KEY].facts["scheduled_days"] == 4
    assert missed(placed(("mon", "tue")), march(2), march(16)).open(rule, march(17)) == {}


@pytest.mark.parametrize("reason", ["own_illness", "child_illness_u10", "job_interview", "public_trust_office"])
def test_a_good_reason_that_was_told_excuses(reason: str) -> None:
    assert missed(placed(), *THREE, reason=reason, notified_by_client=True).open(rule, march(19)) == {}
    assert keys(missed(placed(), *THREE, reason=reason).open(rule, march(19))) == [KEY]


@pytest.mark.parametrize("reason", ["agreed_leave", "other_service"])
def test_what_was_agreed_before_excuses(reason: str) -> None:
    assert missed(placed(), *THREE, reason=reason).open(rule, march(19)) == {}


@pytest.mark.parametrize("reason", ["unknown", "other", None])
def test_no_reason_does_not_excuse_even_when_she_called(reason: str | None) -> None:
    assert keys(missed(placed(), *THREE, reason=reason, notified_by_client=True).open(rule, march(19))) == [KEY]


def test_a_short_day_counts_in_no_count_of_unexcused_days() -> None:
    told = missed(placed(), *THREE[:2])
    told.told(day(march(18), "partial", minutes_scheduled=300, minutes_present=30), on=march(18))

    assert told.open(rule, march(19)) == {}


def test_a_childs_illness_excuses_four_working_days_at_a_time() -> None:
    ill = {"reason": "child_illness_u10", "notified_by_client": True}
    told = missed(placed(), *(march(d) for d in (2, 3, 4, 5)), **ill)
    assert told.open(rule, march(6)) == {}

    missed(told, march(9), march(10), march(11), **ill)
    assert told.open(rule, march(12))[KEY].facts["unexcused_days"] == 3


def test_a_childs_illness_begins_anew_after_a_day_on_which_she_came() -> None:
    ill = {"reason": "child_illness_u10", "notified_by_client": True}
    told = came(missed(placed(), *(march(d) for d in (2, 3, 4, 5)), **ill), march(9))

    assert missed(told, march(10), march(11), march(12), **ill).open(rule, march(13)) == {}


def test_the_first_five_expected_days_are_left_alone() -> None:
    start = march(2)
    told = missed(placed(start=start), march(2), march(4), march(9))
    assert told.open(rule, march(10)) == {}

    assert keys(missed(told, march(10)).open(rule, march(11))) == [KEY]


def test_a_day_outside_the_weekly_pattern_counts_only_when_the_site_expected_her() -> None:
    told = missed(placed(), *THREE[:2])

    assert missed(told, march(20)).open(rule, march(21)) == {}
    told.told(corrected(march(20), "absent", minutes_scheduled=300), on=march(21))
    assert keys(told.open(rule, march(21))) == [KEY]


def test_it_ends_14_days_after_the_count_fell_below() -> None:
    told = missed(placed(), *THREE)
    last_in_window = march(2) + timedelta(days=27)

    over = last_in_window + timedelta(days=15)
    assert told.open(rule, over - timedelta(days=1))[KEY].until == midnight(over)
    assert told.open(rule, over) == {}


def test_six_are_a_matter_of_their_own() -> None:
    five = missed(placed(), *(march(d) for d in (2, 4, 9, 11, 16)))
    assert keys(five.open(rule, march(19))) == [KEY]

    assert keys(missed(five, march(18)).open(rule, march(19))) == [KEY, DOUBLE]


def test_a_day_corrected_from_absent_to_swapped_takes_it_away() -> None:
    told = missed(placed(), *THREE)

    told.told(corrected(march(10), "swapped"), on=march(20))

    assert told.open(rule, march(20)) == {}


def test_a_late_batch_removes_it() -> None:
    told = missed(placed(), *THREE)

    told.told(corrected(march(18), "absent", reason="job_interview", notified_by_client=True), on=march(25))

    assert told.open(rule, march(25)) == {}


def test_days_across_the_change_of_clocks_are_days() -> None:
    told = missed(placed(("sun",)), date(2026, 3, 22), date(2026, 3, 29))

    found = told.open(rule, date(2026, 3, 30))[KEY]

    assert found.since == midnight(date(2026, 3, 30))
    assert found.since.hour == 21  # midnight of the first day of summer time


@pytest.mark.parametrize("first", [march(9), march(10)])
def test_a_pause_inside_the_window_takes_its_days_out(first: date) -> None:
    pause = PlacementSuspended.model_validate(
        {"placement_id": PLACEMENT, "reason": "other", "from": first, "to": march(12)}
    )

    assert missed(placed(), *THREE).told(pause, on=march(9)).open(rule, march(19)) == {}


def test_an_open_pause_ends_the_day_before_it_is_resumed() -> None:
    told = missed(placed(), *THREE)
    told.told(
        PlacementSuspended.model_validate({"placement_id": PLACEMENT, "reason": "other", "from": march(11)}),
        on=march(9),
    )
    assert told.open(rule, march(19)) == {}

    told.told(PlacementResumed.model_validate({"placement_id": PLACEMENT, "from": march(18)}), on=march(18))
    assert keys(told.open(rule, march(19))) == [KEY]


def test_a_pause_of_the_site_is_a_pause_of_all_who_come_there() -> None:
    closed = ServiceSuspended.model_validate({"scope": Scope(site=str(SITE)), "reason": "epidemic", "from": march(9)})
    told = missed(placed(), *THREE).agreed(closed, on=march(9), by=WORKSHOP)
    assert told.open(rule, march(19)) == {}

    opened = ServiceResumed.model_validate({"scope": Scope(site=str(SITE)), "from": march(10)})
    assert keys(told.agreed(opened, on=march(10), by=WORKSHOP).open(rule, march(19))) == [KEY]


def test_a_pause_elsewhere_is_none() -> None:
    closed = ServiceSuspended.model_validate({"scope": Scope(site=str(OTHER)), "reason": "epidemic", "from": march(9)})

    assert keys(missed(placed(), *THREE).agreed(closed, on=march(9)).open(rule, march(19))) == [KEY]


def test_a_change_of_the_rule_within_the_window_counts_from_the_windows_last_day() -> None:
    two = RuleParametersSet(rule="R-ABS-1", params={"count": 2}, valid_from=march(11))

    told = missed(placed(), march(2), march(10)).agreed(two, on=march(1))

    assert told.open(rule, march(31)) == {}  # no window ends on or after the eleventh
    assert keys(missed(told, march(12)).open(rule, march(13))) == [KEY]


def test_two_placements_at_once_are_counted_apart() -> None:
    told = place(placed(("mon", "tue")), ("wed", "thu"), placement=OTHER)

    missed(told, march(2), march(9))
    missed(told, march(4), march(11), placement=OTHER)

    assert told.open(rule, march(12)) == {}


def test_a_changed_pattern_counts_from_its_day() -> None:
    told = placed(FOUR_DAYS).told(terms(march(9), ("mon",)), on=march(5))
    missed(told, march(2), march(9), march(10))

    assert told.open(rule, march(11)) == {}  # the tenth is not her day any more
