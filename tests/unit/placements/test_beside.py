"""R-PS-1, R-PS-2, R-OUT-2, R-COACH, R-DEBT-1, R-SCH-1: services, coaches and appointments beside the work activity."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from schemas.appointments.booked_v1 import AppointmentBooked
from schemas.appointments.cancelled_v1 import AppointmentCancelled
from schemas.assessments.held_v1 import AssessmentHeld
from schemas.caseworkers.assigned_v1 import CaseworkerAssigned
from schemas.caseworkers.ended_v1 import CaseworkerEnded
from schemas.clients.characteristics_recorded_v1 import ClientCharacteristicsRecorded
from schemas.outcomes.recorded_v1 import OutcomeRecorded
from schemas.parallel_services.agreed_v1 import ParallelServiceAgreed
from schemas.parallel_services.ended_v1 import ParallelServiceEnded
from schemas.parallel_services.held_v1 import ParallelServiceHeld
from schemas.parallel_services.started_v1 import ParallelServiceStarted
from schemas.placements.suspended_v1 import PlacementSuspended
from schemas.rule_parameters.set_v1 import RuleParametersSet
from schemas.supports.assigned_v1 import SupportAssigned
from services.placements.rules.clarification_not_started import rule as clarification
from services.placements.rules.debt_counselling_wanted import rule as debts
from services.placements.rules.job_coach_wanted import rule as coach
from services.placements.rules.schedule_conflict import rule as conflict
from services.placements.rules.service_not_started import rule as late
from services.placements.rules.service_too_seldom import rule as seldom
from tests.unit.given import COUNTY, Story, keys
from tests.unit.placements.story import KEY, PLACEMENT, corrected, march, missed, placed, story

SERVICE = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7c01")
APPOINTMENT = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7c02")
PS = str(SERVICE)


def agreed(on: date | None = None, **more: Any) -> Story:
    said = {"ps_id": SERVICE, "service_type": "substance_guidance", **more}
    return story().told(ParallelServiceAgreed.model_validate(said), on=on or march(2), by=COUNTY)


def started(told: Story, on: date) -> Story:
    return told.told(ParallelServiceStarted(ps_id=SERVICE, started_on=on), on=on, by=COUNTY)


def held(told: Story, *on: date) -> Story:
    for day in on:
        told.told(ParallelServiceHeld(ps_id=SERVICE, held_on=day), on=day, by=COUNTY)
    return told


def test_a_service_that_should_have_begun_is_told_the_day_after() -> None:
    told = agreed(start_by=march(20))

    assert told.open(late, march(20)) == {}
    assert keys(told.open(late, march(21))) == [PS]


def test_without_a_day_it_is_thirty_days_from_the_agreement() -> None:
    assert agreed().open(late, date(2026, 4, 1)) == {}
    assert keys(agreed().open(late, date(2026, 4, 2))) == [PS]


def test_which_service_it_is_is_not_told() -> None:
    (found,) = agreed(start_by=march(20)).open(late, march(21)).values()

    assert set(found.facts) == {"ps_id", "agreed_on", "start_by"}


def test_a_start_or_a_visit_told_late_takes_it_away_and_a_retraction_brings_it_again() -> None:
    assert started(agreed(start_by=march(20)), march(19)).open(late, march(25)) == {}
    told = held(agreed(start_by=march(20)), march(24))
    assert told.open(late, march(25)) == {}

    assert keys(told.retracted(told.last, march(26), by=COUNTY).open(late, march(26))) == [PS]


def test_a_service_that_ended_without_beginning_is_asked_for_no_more() -> None:
    told = agreed(start_by=march(20)).told(ParallelServiceEnded(ps_id=SERVICE, ended_on=march(22)), on=march(22))

    assert told.open(late, march(25)) == {}


def test_the_days_valid_at_the_agreement_decide() -> None:
    soon = RuleParametersSet(rule="R-PS-1", params={"days": 10}, valid_from=march(2))

    assert keys(agreed().agreed(soon, on=march(1)).open(late, march(13))) == [PS]
    assert agreed(march(1)).agreed(soon, on=march(1)).open(late, march(13)) == {}


WEEKLY: dict[str, Any] = {"frequency": {"n": 1, "per": "week"}}


def test_weekly_guidance_that_is_not_given_is_told_after_a_week_of_waiting_for_the_record() -> None:
    told = held(agreed(**WEEKLY), march(2), march(9))

    assert told.open(seldom, march(23)) == {}
    assert keys(told.open(seldom, march(24))) == [PS]
    assert held(told, march(16)).open(seldom, march(24)) == {}


def test_a_visit_taken_back_counts_no_more() -> None:
    told = held(agreed(**WEEKLY), march(2), march(9), march(16))

    assert keys(told.retracted(told.last, march(24), by=COUNTY).open(seldom, march(24))) == [PS]


def test_twice_a_month_is_two_visits_in_a_month_that_slides_on() -> None:
    told = started(agreed(frequency={"n": 2, "per": "month"}), march(2))
    assert told.open(seldom, date(2026, 4, 9)) == {}
    assert keys(told.open(seldom, date(2026, 4, 10))) == [PS]

    assert held(told, march(10), march(24)).open(seldom, date(2026, 4, 17)) == {}
    assert keys(told.open(seldom, date(2026, 4, 18))) == [PS]


@pytest.mark.parametrize("more", [{}, {"frequency": {"n": 3, "per": "period"}}])
def test_without_a_frequency_or_for_a_whole_period_nothing_is_seldom(more: dict[str, Any]) -> None:
    assert started(agreed(**more), march(2)).open(seldom, date(2026, 6, 1)) == {}


def test_patience_is_a_parameter() -> None:
    none = RuleParametersSet(rule="R-PS-2", params={"slack_days": 0}, valid_from=march(10))

    assert keys(held(agreed(**WEEKLY), march(2)).agreed(none, on=march(1)).open(seldom, march(10))) == [PS]


def cleared(on: date, code: Any = "work_ability_and_health_clarification") -> Story:
    return story().told(OutcomeRecorded(outcome_code=code, confirmed_on=on), on=on, by=COUNTY)


def test_a_clarification_that_has_not_begun_in_thirty_days_is_told() -> None:
    assert cleared(march(2)).open(clarification, date(2026, 4, 1)) == {}
    assert keys(cleared(march(2)).open(clarification, date(2026, 4, 2))) == ["outcome:2026-03-02"]


def test_another_outcome_asks_for_none() -> None:
    assert cleared(march(2), "education").open(clarification, date(2026, 5, 1)) == {}
    later = OutcomeRecorded(outcome_code="pension", confirmed_on=date(2026, 4, 20))
    assert cleared(march(2)).told(later, on=date(2026, 4, 20)).open(clarification, date(2026, 5, 1)) == {}


@pytest.mark.parametrize(("kind", "found"), [("health_clarification", False), ("debt_counselling", True)])
def test_only_a_service_that_clarifies_ends_it(kind: str, *, found: bool) -> None:
    begun = ParallelServiceStarted.model_validate({"ps_id": SERVICE, "service_type": kind, "started_on": march(9)})

    told = cleared(march(2)).told(begun, on=march(9), by=COUNTY)
    assert bool(told.open(clarification, date(2026, 4, 2))) is found


def advised(*codes: str, on: date | None = None) -> Story:
    said = AssessmentHeld.model_validate({"placement_id": PLACEMENT, "recommendation": codes})
    return placed().told(said, on=on or march(2), by=COUNTY)


def coached(told: Story, on: date) -> Story:
    said = CaseworkerAssigned.model_validate({"role_code": "job_coach", "person_ref": "jc-1", "from": on})
    return told.told(said, on=on, by=COUNTY)


def test_a_clear_direction_to_work_without_a_coach_is_told() -> None:
    told = advised("wage_subsidised_work")

    assert told.open(coach, march(2)) == {}
    assert keys(told.open(coach, march(3))) == [KEY]


def test_another_recommendation_or_a_newer_one_asks_for_none() -> None:
    assert advised("continue").open(coach, march(5)) == {}
    newer = AssessmentHeld(placement_id=PLACEMENT, recommendation=("rehab_work_activity",))
    assert advised("open_labour_market").told(newer, on=march(9), by=COUNTY).open(coach, march(10)) == {}


def test_a_coach_is_enough_until_she_leaves() -> None:
    told = coached(advised("work_trial"), march(1))
    assert told.open(coach, march(5)) == {}

    left = CaseworkerEnded.model_validate({"role_code": "job_coach", "person_ref": "jc-1", "to": date(2026, 2, 28)})
    assert keys(told.told(left, on=march(1), by=COUNTY).open(coach, march(5))) == [KEY]


def test_job_coaching_as_a_support_or_a_service_is_enough() -> None:
    support = SupportAssigned(type="job_coaching", phase="during")
    service = ParallelServiceAgreed(ps_id=SERVICE, service_type="job_coaching")

    assert advised("work_trial").told(support, on=march(4), by=COUNTY).open(coach, march(5)) == {}
    assert advised("work_trial").told(service, on=march(4), by=COUNTY).open(coach, march(5)) == {}


def test_which_recommendations_are_a_direction_is_a_parameter() -> None:
    fewer = RuleParametersSet(rule="R-COACH", params={"directions": ["open_labour_market"]}, valid_from=march(1))

    assert advised("work_trial").agreed(fewer, on=march(1)).open(coach, march(5)) == {}


def booked(day: date, told: Story | None = None, hour: int = 9) -> Story:
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    said = AppointmentBooked(appointment_id=APPOINTMENT, starts_at=at, minutes=45)
    return (told or placed()).told(said, on=march(2), by=COUNTY)


def indebted(*codes: Any, on: date | None = None) -> Story:
    said = ClientCharacteristicsRecorded(characteristics=codes or ("debts_in_enforcement",))
    return placed().told(said, on=on or march(2), by=COUNTY)


def test_debts_in_enforcement_without_counselling_are_a_task_that_tells_no_amount_and_no_place() -> None:
    (found,) = indebted().open(debts, march(3)).values()

    assert found.facts == {"since_on": "2026-03-02"}
    assert indebted().open(debts, march(2)) == {}
    assert indebted("deficient_education").open(debts, march(3)) == {}
    assert indebted().open(debts, date(2026, 9, 1)) == {}
    assert story().told(*[f.data for f in indebted().facts[-1:]], on=march(2), by=COUNTY).open(debts, march(3)) == {}


def test_counselling_that_was_agreed_is_enough_until_it_ends_and_a_newer_word_counts() -> None:
    agreed_ = ParallelServiceAgreed.model_validate({"ps_id": SERVICE, "service_type": "debt_counselling"})
    told = indebted().told(agreed_, on=march(9), by=COUNTY)
    assert told.open(debts, march(10)) == {}
    assert keys(told.retracted(told.last, march(11), by=COUNTY).open(debts, march(12))) == ["debts"]

    sorted_ = ClientCharacteristicsRecorded(characteristics=("long_term_unemployed",))
    assert indebted().told(sorted_, on=march(9), by=COUNTY).open(debts, march(10)) == {}


def test_which_signs_ask_for_counselling_is_a_parameter() -> None:
    other = RuleParametersSet(rule="R-DEBT-1", params={"signs": ["vulnerable_position"]}, valid_from=march(1))

    assert indebted().agreed(other, on=march(1)).open(debts, march(3)) == {}
    assert keys(indebted("vulnerable_position").agreed(other, on=march(1)).open(debts, march(3))) == ["debts"]


def test_an_appointment_on_a_day_of_participation_is_told_from_its_booking_until_the_day_is_over() -> None:
    told = booked(march(10))

    assert told.days_open(conflict, march(1), march(20)) == [march(d) for d in range(3, 11)]


def test_an_appointment_on_a_free_day_or_one_that_was_cancelled_is_none() -> None:
    cancelled = AppointmentCancelled(appointment_id=APPOINTMENT)

    assert booked(march(13)).open(conflict, march(5)) == {}
    assert booked(march(10)).told(cancelled, on=march(4), by=COUNTY).open(conflict, march(5)) == {}


def test_late_in_the_evening_it_is_already_the_next_day_in_helsinki_and_earlier_in_summer() -> None:
    assert booked(march(8), hour=22).open(conflict, march(5)) != {}
    assert booked(march(22), hour=21).open(conflict, march(5)) == {}  # Sunday, 23 o'clock
    assert booked(march(29), hour=21).open(conflict, march(5)) != {}  # Monday, midnight of summer time


def test_an_agreed_leave_settles_it_and_so_does_a_pause() -> None:
    leave = missed(booked(march(10)), march(10), reason="other_service")
    assert leave.open(conflict, march(10)) == {}
    pause = PlacementSuspended.model_validate(
        {"placement_id": PLACEMENT, "reason": "illness", "from": march(9), "to": march(12)}
    )
    assert booked(march(10)).told(pause, on=march(3), by=COUNTY).open(conflict, march(5)) == {}
    assert booked(march(10)).told(corrected(march(10), "swapped"), on=march(3)).open(conflict, march(5)) == {}


def test_only_the_time_is_told_and_not_what_it_is_for() -> None:
    (found,) = booked(march(10)).open(conflict, march(5)).values()

    assert set(found.facts) == {"on", "starts_at", "minutes"}
