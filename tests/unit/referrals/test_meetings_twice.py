"""D07, D08 and D12: reviews booked or held twice, appointments that stand in each other's way."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.appointments.booked_v1 import AppointmentBooked
from schemas.appointments.cancelled_v1 import AppointmentCancelled
from schemas.plans.reviewed_v1 import PlanReviewed
from schemas.reviews.cancelled_v1 import ReviewCancelled
from schemas.reviews.held_v1 import ReviewHeld
from schemas.reviews.rescheduled_v1 import ReviewRescheduled
from schemas.reviews.scheduled_v1 import ReviewScheduled
from services.referrals.rules.appointments_overlap import rule as appointments
from services.referrals.rules.review_booked_twice import rule as booked
from services.referrals.rules.reviewed_already import rule as reviewed
from tests.unit.given import AUTHORITY, COUNTY, WORKSHOP, By, Story
from tests.unit.referrals.story import MONDAY, ONE, PLACE, PLAN, TWO, later, placed, planned, signed_by_all, story


def at(day: date, hour: int = 8, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def people(*orgs: By) -> list[dict[str, str]]:
    roles = {AUTHORITY: "employment_officer", COUNTY: "social_instructor", WORKSHOP: "workshop_supervisor"}
    return [{"role": "client"}, *({"role": roles[o], "org": o[0]} for o in orgs)]


def book(told: Story, id_: UUID, on: date, by: By, held: date, *with_: By, kind: str = "plan_review") -> Story:
    said = {
        "review_id": id_,
        "plan_id": PLAN,
        "kind": kind,
        "starts_at": at(held),
        "place_mode": "office_visit",
        "participants": tuple(people(by, *with_)),
    }
    return told.told(ReviewScheduled.model_validate(said), on=on, by=by)


def twice(apart: int, *with_: By, kind: str = "plan_review") -> Story:
    told = book(story(), ONE, MONDAY, COUNTY, later(20), *with_)
    return book(told, TWO, later(2), AUTHORITY, later(20 + apart), kind=kind)


@pytest.mark.parametrize(("apart", "found"), [(21, 1), (22, 0), (-15, 1)])
def test_one_review_booked_by_two_within_21_days_is_found(apart: int, found: int) -> None:
    assert len(twice(apart).open(booked, later(3))) == found


def test_the_authority_leads_reviews_and_the_meeting_with_more_people_is_kept() -> None:
    told = book(story(), ONE, MONDAY, COUNTY, later(20))
    (found,) = book(told, TWO, later(2), AUTHORITY, later(18), WORKSHOP).open(booked, later(3)).values()

    assert found.facts["lead"] == {"role": "employment_officer", "org": AUTHORITY[0], "why": "statute"}
    assert found.facts["keep"] == str(TWO)


def test_the_legitimate_pair_of_a_joint_review_written_down_by_both_is_silent() -> None:
    assert twice(1, AUTHORITY).open(booked, later(3)) == {}


def test_the_legitimate_pair_of_a_job_search_talk_and_a_plan_review_in_one_meeting_is_silent() -> None:
    assert twice(0, kind="contact").open(booked, later(3)) == {}


@pytest.mark.parametrize("dropped", [ONE, TWO])
def test_cancelling_either_one_or_moving_it_far_away_ends_it(dropped: UUID) -> None:
    told = twice(5).told(ReviewCancelled(review_id=dropped, reason_code="merged_with_other"), on=later(4), by=COUNTY)
    assert len(told.open(booked, later(4))) == 1
    assert told.open(booked, later(5)) == {}

    moved = ReviewRescheduled(review_id=TWO, kind="plan_review", starts_at=at(later(60)))
    assert twice(5).told(moved, on=later(4), by=AUTHORITY).open(booked, later(5)) == {}


def held(told: Story, on: date, by: By, *with_: By) -> Story:
    said = {
        "review_id": UUID(int=7),
        "plan_id": PLAN,
        "kind": "plan_review",
        "mode": "office_visit",
        "participants": tuple(people(by, *with_)),
    }
    return told.told(ReviewHeld.model_validate(said), on=on, by=by)


def in_force() -> Story:
    return signed_by_all(planned(story(), PLAN, later(-34), AUTHORITY), PLAN, later(-30))


@pytest.mark.parametrize(("ahead", "found"), [(30, 1), (31, 0)])
def test_a_review_held_while_another_has_booked_the_same_within_30_days_is_found(ahead: int, found: int) -> None:
    told = book(in_force(), ONE, MONDAY, AUTHORITY, later(4 + ahead))

    assert len(held(told, later(4), COUNTY).open(reviewed, later(5))) == found


def test_who_was_there_has_nothing_left_to_do() -> None:
    told = book(in_force(), ONE, MONDAY, AUTHORITY, later(20))

    assert held(told, later(4), COUNTY, AUTHORITY).open(reviewed, later(5)) == {}


def test_the_review_of_whoever_signed_the_plan_is_found_when_it_is_due_within_30_days() -> None:
    told = signed_by_all(planned(story(), PLAN, later(-80), AUTHORITY), PLAN, later(-75))
    (found,) = held(told, MONDAY, COUNTY).open(reviewed, later(1)).values()

    assert (found.facts["due_on"], found.facts["plan_type"]) == ("2026-03-17", "activation_plan")
    assert [i["org"] for i in found.facts["items"]] == [COUNTY[0], AUTHORITY[0]]
    assert found.facts["items"][1]["state"] == "due"


def test_it_ends_with_the_due_day_or_the_authoritys_own_review() -> None:
    told = held(signed_by_all(planned(story(), PLAN, later(-80), AUTHORITY), PLAN, later(-75)), MONDAY, COUNTY)
    assert len(told.open(reviewed, later(15))) == 1
    assert told.open(reviewed, later(16)) == {}

    told.told(PlanReviewed(plan_id=PLAN, reviewed_on=later(3)), on=later(3), by=AUTHORITY)
    assert told.open(reviewed, later(4)) == {}


def appointment(told: Story, id_: UUID, by: By, starts: datetime, minutes: int = 45, on: date = MONDAY) -> Story:
    return told.told(AppointmentBooked(appointment_id=id_, starts_at=starts, minutes=minutes), on=on, by=by)


@pytest.mark.parametrize(("minute", "found"), [(44, 1), (45, 0)])
def test_appointments_by_two_that_overlap_by_a_minute_are_found(minute: int, found: int) -> None:
    told = appointment(story(), ONE, AUTHORITY, at(later(12)))

    assert len(appointment(told, TWO, COUNTY, at(later(12), 8, minute)).open(appointments, later(1))) == found


def test_an_overlap_is_over_once_it_has_passed_or_one_is_cancelled() -> None:
    told = appointment(appointment(story(), ONE, AUTHORITY, at(later(12))), TWO, COUNTY, at(later(12), 8, 20))
    assert len(told.open(appointments, later(12))) == 1
    assert told.open(appointments, later(13)) == {}

    told.told(AppointmentCancelled(appointment_id=TWO, reason_code="client_request"), on=later(3), by=COUNTY)
    assert told.open(appointments, later(4)) == {}


def test_an_appointment_on_a_day_at_the_place_is_found_and_the_site_is_not_told_what_it_is() -> None:
    told = placed(story(), PLACE, later(-20), later(-14), ("mon", "wed"), COUNTY, WORKSHOP[0])
    appointment(told, ONE, AUTHORITY, at(later(7)))
    (found,) = told.open(appointments, later(1)).values()

    assert (found.facts["with"], found.facts["severity"]) == ("attendance_day", "low")
    assert "service_type" not in found.facts
    assert appointment(story(), ONE, AUTHORITY, at(later(8))).open(appointments, later(1)) == {}


def test_an_appointment_on_a_free_day_or_by_the_place_itself_is_none() -> None:
    told = placed(story(), PLACE, later(-20), later(-14), ("mon", "wed"), COUNTY, WORKSHOP[0])
    appointment(told, ONE, AUTHORITY, at(later(8)))
    appointment(told, TWO, WORKSHOP, at(later(7)))

    assert told.open(appointments, later(1)) == {}


def test_one_organisations_own_appointments_are_its_own_matter() -> None:
    told: Any = appointment(appointment(story(), ONE, COUNTY, at(later(12))), TWO, COUNTY, at(later(12)))

    assert told.open(appointments, MONDAY + timedelta(days=1)) == {}
