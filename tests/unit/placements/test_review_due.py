"""R-REV-1 and R-REV-4: the statutory review of a plan, noticed, booked, late."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel.calendar import midnight
from schemas.plans.ended_v1 import PlanEnded
from schemas.plans.parties import Signature
from schemas.plans.preparation_started_v1 import PlanPreparationStarted
from schemas.plans.reviewed_v1 import PlanReviewed
from schemas.plans.signed_v1 import PlanSigned
from schemas.reviews.cancelled_v1 import ReviewCancelled
from schemas.reviews.held_v1 import ReviewHeld
from schemas.reviews.scheduled_v1 import ReviewScheduled
from schemas.rule_parameters.set_v1 import RuleParametersSet
from services.placements.rules.review_due import rule as due
from services.placements.rules.review_overdue import rule as overdue
from tests.unit.given import AUTHORITY, Story, keys
from tests.unit.placements.story import story

PLAN = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a03")
REVIEW = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a04")
KEY = str(PLAN)
SIGNED = date(2026, 1, 31)
DUE = date(2026, 4, 30)  # three months later, on the last day of the month
NOTICE = DUE - timedelta(days=21)


def signed(on: date = SIGNED, told: Story | None = None, **more: Any) -> Story:
    signature = Signature(role="client", on=on)
    plan = PlanSigned(plan_id=PLAN, plan_type="activation_plan", signed_by=(signature,))
    return (told or story()).told(plan.model_copy(update=more), on=on, by=AUTHORITY)


def booked(told: Story, on: date, kind: Any = "plan_review") -> Story:
    starts_at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    review = ReviewScheduled(review_id=REVIEW, plan_id=PLAN, kind=kind, starts_at=starts_at, place_mode="site_visit")
    return told.told(review, on=SIGNED, by=AUTHORITY)


def test_the_notice_comes_21_days_before_the_due_day() -> None:
    assert signed().open(due, NOTICE - timedelta(days=1)) == {}

    found = signed().open(due, NOTICE)[KEY]
    assert found.since == midnight(NOTICE)
    assert found.facts["due_on"] == "2026-04-30"


def test_it_is_late_from_the_day_after_the_due_day_and_the_notice_is_over() -> None:
    assert keys(signed().open(due, DUE)) == [KEY]
    assert signed().open(overdue, DUE) == {}

    assert signed().open(due, DUE + timedelta(days=1)) == {}
    assert keys(signed().open(overdue, DUE + timedelta(days=1))) == [KEY]


def test_a_month_that_is_shorter_ends_on_its_last_day() -> None:
    assert signed(date(2025, 11, 30)).open(due, date(2026, 2, 28))[KEY].facts["due_on"] == "2026-02-28"


def test_a_review_of_the_plan_counts_from_its_day() -> None:
    told = signed().told(PlanReviewed(plan_id=PLAN, reviewed_on=date(2026, 4, 20)), on=date(2026, 4, 20), by=AUTHORITY)

    assert told.open(overdue, date(2026, 7, 20)) == {}
    assert keys(told.open(overdue, date(2026, 7, 21))) == [KEY]


def test_a_review_meeting_counts_but_a_mere_contact_does_not() -> None:
    held = ReviewHeld(review_id=REVIEW, plan_id=PLAN, kind="plan_review", mode="phone")
    told = signed().told(held, on=date(2026, 4, 20), by=AUTHORITY)
    contact = signed().told(held.model_copy(update={"kind": "contact"}), on=date(2026, 4, 20), by=AUTHORITY)

    assert told.open(overdue, DUE + timedelta(days=1)) == {}
    assert told.open(due, date(2026, 7, 1))[KEY].facts["last_reviewed_on"] == "2026-04-20"
    assert keys(contact.open(overdue, DUE + timedelta(days=1))) == [KEY]


def test_a_booked_review_is_enough_up_to_14_days_after_the_due_day() -> None:
    told = booked(signed(), DUE + timedelta(days=14))

    assert told.open(due, DUE) == {}
    assert told.open(overdue, DUE + timedelta(days=14)) == {}
    assert keys(told.open(overdue, DUE + timedelta(days=15))) == [KEY]


def test_a_review_booked_later_than_that_is_not() -> None:
    told = booked(signed(), DUE + timedelta(days=15))

    assert keys(told.open(due, DUE)) == [KEY]
    assert keys(told.open(overdue, DUE + timedelta(days=1))) == [KEY]


def test_a_booked_day_that_passed_without_a_review_is_forgotten() -> None:
    told = booked(signed(), NOTICE + timedelta(days=5))

    assert told.open(due, NOTICE + timedelta(days=5)) == {}
    assert keys(told.open(due, NOTICE + timedelta(days=6))) == [KEY]


def test_a_cancelled_booking_is_none() -> None:
    told = booked(signed(), DUE).told(ReviewCancelled(review_id=REVIEW), on=NOTICE, by=AUTHORITY)

    assert keys(told.open(due, DUE)) == [KEY]


def test_a_plan_that_ended_is_not_reviewed() -> None:
    ended = PlanEnded(plan_id=PLAN, ended_on=date(2026, 3, 1), reason="employed")

    assert signed().told(ended, on=date(2026, 3, 1), by=AUTHORITY).open(overdue, date(2026, 9, 1)) == {}


@pytest.mark.parametrize("kind", ["employment_plan", "integration_plan", "client_plan"])
def test_other_plans_have_other_deadlines(kind: Any) -> None:
    assert signed(plan_type=kind).open(overdue, date(2026, 9, 1)) == {}


def test_the_kind_may_be_known_from_the_preparation_only() -> None:
    started = PlanPreparationStarted(plan_id=PLAN, plan_type="client_plan", lead_org=AUTHORITY[0])
    told = story().told(started, on=date(2026, 1, 1), by=AUTHORITY)

    assert signed(told=told, plan_type=None).open(overdue, date(2026, 9, 1)) == {}


def test_before_may_2022_only_multi_sector_plans_were_due_and_after_six_months() -> None:
    typ = signed(date(2021, 6, 1), plan_type="multisector_employment_plan")
    assert typ.open(overdue, date(2021, 12, 1)) == {}
    assert keys(typ.open(overdue, date(2021, 12, 2))) == [KEY]

    activation = signed(date(2021, 6, 1))
    assert activation.open(overdue, date(2022, 5, 1)) == {}
    assert activation.open(due, date(2022, 5, 2))[KEY].facts["due_on"] == "2022-05-02"


def test_an_area_may_want_to_know_earlier() -> None:
    earlier = RuleParametersSet(rule="R-REV-1", params={"notice_days": 28}, valid_from=date(2026, 1, 1))

    told = signed().agreed(earlier, on=date(2026, 1, 1))

    assert keys(told.open(due, DUE - timedelta(days=28))) == [KEY]


def test_a_correction_of_the_day_moves_the_due_day() -> None:
    told = signed()

    signed(SIGNED - timedelta(days=10), told=told)
    corrected = told.facts.pop()
    told.told(corrected.data, on=SIGNED, by=AUTHORITY, corrects="f1")

    assert told.open(overdue, date(2026, 4, 22))[KEY].facts["due_on"] == "2026-04-21"
