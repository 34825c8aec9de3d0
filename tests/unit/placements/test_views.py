"""What the views of placements show."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from kernel.conclude import evaluate
from kernel.params import Reference
from kernel.views import Rows
from schemas.placements.ended_v1 import PlacementEnded
from schemas.placements.extended_v1 import PlacementExtended
from schemas.placements.resumed_v1 import PlacementResumed
from schemas.placements.suspended_v1 import PlacementSuspended
from schemas.plans.signed_v1 import PlanSigned
from schemas.reviews.cancelled_v1 import ReviewCancelled
from schemas.reviews.held_v1 import ReviewHeld
from schemas.reviews.scheduled_v1 import ReviewScheduled
from services.placements.rules.period_end import rule as period_end
from services.placements.rules.review_overdue import rule as overdue
from services.placements.views import attendance_calendar, placement_register, review_calendar
from tests.unit.given import AUTHORITY, COUNTY, OFFICE, WORKSHOP
from tests.unit.placements.story import END, PLACEMENT, SITE, START, came, corrected, day, march, missed, placed, story

REVIEW = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a04")
PLAN = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a03")


def test_a_day_shows_as_it_was_recorded() -> None:
    (row,) = missed(story(), march(2), reason="own_illness", notified_by_client=True).rows(attendance_calendar.view)

    assert (row["date"], row["status"], row["reason"], row["corrected"]) == (march(2), "absent", "own_illness", False)
    assert row["recorded_by"] == WORKSHOP[0]


def test_a_correction_takes_the_place_of_what_was_wrong() -> None:
    told = missed(story(), march(2))
    told.told(corrected(march(2), "present"), on=march(5), corrects=told.last)

    (row,) = told.rows(attendance_calendar.view)

    assert (row["status"], row["corrected"]) == ("present", True)


def test_the_sites_word_counts_before_the_offices_whoever_speaks_last() -> None:
    told = missed(story(), march(2)).told(day(march(2), "present"), on=march(9), by=OFFICE)

    (row,) = told.rows(attendance_calendar.view)

    assert row["status"] == "absent"


def test_reasons_and_certificates_are_sensitive() -> None:
    classes = {c.name: c.data_class for c in attendance_calendar.view.columns}

    assert {n for n, c in classes.items() if c == "sensitive"} == {"reason", "certificate"}


def test_a_placement_shows_its_period_its_weekdays_and_who_runs_it() -> None:
    (row,) = placed().rows(placement_register.view)

    assert (row["state"], row["start_on"], row["end_on"], row["started_on"]) == ("running", START, END, START)
    assert (row["days_per_week"], row["weekdays"]) == (4, ["mon", "tue", "wed", "thu"])
    assert (row["organiser_org"], row["provider_org"], row["site_id"]) == (COUNTY[0], WORKSHOP[0], SITE)


def test_a_placement_pauses_goes_on_gets_longer_and_ends() -> None:
    told = placed()

    def state() -> object:
        (row,) = told.rows(placement_register.view)
        return row["state"]

    pause = {"placement_id": PLACEMENT, "reason": "illness", "from": march(9)}
    told.told(PlacementSuspended.model_validate(pause), on=march(9), by=COUNTY)
    assert state() == "suspended"

    told.told(PlacementResumed.model_validate({"placement_id": PLACEMENT, "from": march(16)}), on=march(16), by=COUNTY)
    assert state() == "running"

    longer = END + timedelta(days=30)
    told.told(PlacementExtended(placement_id=PLACEMENT, period_no=2, end_on=longer), on=march(17), by=COUNTY)
    ended = PlacementEnded(placement_id=PLACEMENT, ended_on=march(20), end_reason="employed", planned=False)
    told.told(ended, on=march(20), by=COUNTY)
    (row,) = told.rows(placement_register.view)
    assert (row["state"], row["end_on"], row["period_no"], row["ended_on"]) == ("ended", longer, 2, march(20))


def test_days_recorded_after_a_pause_with_a_known_end_show_that_it_is_over() -> None:
    pause = {"placement_id": PLACEMENT, "reason": "illness", "from": march(9), "to": march(12)}
    told = placed().told(PlacementSuspended.model_validate(pause), on=march(9), by=COUNTY)

    (row,) = came(told, march(16)).rows(placement_register.view)

    assert (row["state"], row["last_recorded_on"]) == ("running", march(16))


def test_a_review_is_booked_cancelled_and_held() -> None:
    starts_at = datetime(2026, 5, 19, 22, 30, tzinfo=UTC)
    booked = ReviewScheduled(
        review_id=REVIEW, plan_id=PLAN, kind="plan_review", starts_at=starts_at, place_mode="office_visit"
    )
    told = story().told(booked, on=march(2), by=AUTHORITY)
    (row,) = told.rows(review_calendar.view)
    assert (row["state"], row["on_day"], row["rule"]) == ("booked", date(2026, 5, 20), "meeting")

    told.told(ReviewCancelled(review_id=REVIEW), on=march(3), by=AUTHORITY)
    assert [r["state"] for r in told.rows(review_calendar.view)] == ["cancelled"]

    told.told(ReviewHeld(review_id=REVIEW, mode="phone"), on=march(4), by=AUTHORITY)
    (row,) = told.rows(review_calendar.view)
    assert (row["state"], row["on_day"], row["kind"], row["plan_id"]) == ("held", march(4), "plan_review", PLAN)


def test_what_falls_due_later_is_in_the_calendar_before_it_begins() -> None:
    told = placed().told(PlanSigned(plan_id=PLAN, plan_type="activation_plan"), on=march(2), by=AUTHORITY)
    rows = Rows(review_calendar.view.key)
    seen = evaluate([overdue, period_end], told.state(), Reference(), [], datetime(2026, 3, 3, tzinfo=UTC))
    for rule, finding in seen.findings:
        review_calendar.view.forecasts[rule](rows, rule, finding)

    shown = {(r["kind"], r["on_day"]) for r in rows}

    assert seen.wanted == {}
    assert shown == {
        ("plan_review", date(2026, 6, 2)),
        ("notice", END - timedelta(days=56)),
        ("assessment_booked", END - timedelta(days=28)),
        ("assessment_held", END - timedelta(days=14)),
        ("continuation_decided", END),
    }
