"""R-END-1: the steps at the end of a period."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel.conclude import Difference, Memory, evaluate
from kernel.params import Reference
from schemas.assessments.held_v1 import AssessmentHeld
from schemas.outcomes.recorded_v1 import OutcomeRecorded
from schemas.placements.agreed_v1 import PlacementAgreed
from schemas.placements.ended_v1 import PlacementEnded
from schemas.placements.extended_v1 import PlacementExtended
from schemas.plans.signed_v1 import PlanSigned
from schemas.plans.terms import KttTerms
from schemas.reviews.held_v1 import ReviewHeld
from schemas.reviews.scheduled_v1 import ReviewScheduled
from services.placements.rules.period_end import rule
from tests.unit.given import AUTHORITY, COUNTY, SUBJECT, Story
from tests.unit.placements.story import END, OTHER, PLACEMENT, SITE, START, placed

REVIEW = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a04")
PLAN = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7a03")


def before(days: int) -> date:
    return END - timedelta(days=days)


def steps(told: Story, now: date) -> list[str]:
    return [key.partition(":")[2] for key in told.open(rule, now)]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (57, []),
        (56, ["notice"]),
        (29, ["notice"]),
        (28, ["notice", "assessment_booked"]),
        (14, ["notice", "assessment_booked", "assessment_held"]),
        (1, ["notice", "assessment_booked", "assessment_held"]),
        (0, ["notice", "assessment_booked", "assessment_held", "continuation_decided"]),
    ],
)
def test_each_step_has_its_day(days: int, expected: list[str]) -> None:
    assert steps(placed(), before(days)) == expected


def test_a_booked_assessment_is_the_second_step() -> None:
    starts_at = datetime(2026, 8, 10, 9, tzinfo=UTC)
    booked = ReviewScheduled(
        review_id=REVIEW, placement_id=PLACEMENT, kind="assessment_visit", starts_at=starts_at, place_mode="site_visit"
    )

    told = placed().told(booked, on=before(40), by=COUNTY)

    assert steps(told, before(20)) == ["notice"]
    assert steps(told, before(14)) == ["notice", "assessment_held"]


def test_an_interim_assessment_is_not_the_one_at_the_end_however_late_it_is() -> None:
    interim = ReviewHeld(review_id=REVIEW, placement_id=PLACEMENT, kind="interim_assessment", mode="site_visit")
    visit = interim.model_copy(update={"kind": "assessment_visit"})

    assert steps(placed().told(interim, on=before(60), by=COUNTY), before(28)) == ["notice", "assessment_booked"]
    assert steps(placed().told(visit, on=before(60), by=COUNTY), before(28)) == ["notice"]


def test_an_assessment_that_was_held_leaves_the_decision() -> None:
    told = placed().told(AssessmentHeld(placement_id=PLACEMENT), on=before(30), by=COUNTY)

    assert steps(told, before(14)) == ["notice"]
    assert steps(told, END) == ["notice", "continuation_decided"]


def test_an_assessment_in_the_middle_of_a_long_period_is_not_the_one_at_its_end() -> None:
    told = placed().told(AssessmentHeld(placement_id=PLACEMENT), on=before(85), by=COUNTY)

    assert "assessment_held" in steps(told, before(14))


def test_an_extension_while_the_alert_is_open_takes_it_away() -> None:
    told = placed()
    assert steps(told, before(10)) != []

    longer = PlacementExtended(placement_id=PLACEMENT, end_on=END + timedelta(days=90))
    told.told(longer, on=before(10), by=COUNTY)

    assert steps(told, before(10)) == []
    assert steps(told, END + timedelta(days=90 - 56)) == ["notice"]


def test_a_placement_that_ended_needs_no_alert() -> None:
    ended = PlacementEnded(placement_id=PLACEMENT, ended_on=before(20), end_reason="employed", planned=False)

    assert steps(placed().told(ended, on=before(20), by=COUNTY), END) == []


def test_an_outcome_is_a_decision() -> None:
    outcome = OutcomeRecorded(outcome_code="education", placement_id=PLACEMENT)

    assert steps(placed().told(outcome, on=before(20), by=COUNTY), END) == []


def test_the_outcome_of_an_earlier_period_is_none() -> None:
    outcome = OutcomeRecorded(outcome_code="new_ktt_period")

    assert "continuation_decided" in steps(placed().told(outcome, on=START, by=COUNTY), END)


@pytest.mark.parametrize(("same", "expected"), [(True, 0), (False, 4)])
def test_the_next_period_of_the_episode_is_a_decision(same: bool, expected: int) -> None:
    episode = UUID("0d8f6f0e-7c1b-4a53-9a0e-2f5d1c3b7b00")
    told = placed()
    told.facts[0] = _with_data(told, 0, {"episode_id": episode})
    following = PlacementAgreed(
        placement_id=OTHER,
        episode_id=episode if same else None,
        site_id=SITE,
        start_on=END + timedelta(days=1),
        end_on=END + timedelta(days=180),
    )

    told.told(following, on=before(20), by=COUNTY)

    assert len([k for k in told.open(rule, END) if k.startswith(str(PLACEMENT))]) == expected


def _with_data(told: Story, at: int, change: dict[str, Any]) -> Any:
    from dataclasses import replace

    return replace(told.facts[at], data=told.facts[at].data.model_copy(update=change))


def test_the_plans_latest_day_for_the_assessment_counts_when_it_comes_earlier() -> None:
    terms = KttTerms(
        site_id=SITE,
        days_per_week=4,
        minutes_per_day=300,
        start_on=START,
        end_on=END,
        latest_assessment_on=before(30),
    )
    plan = PlanSigned(plan_id=PLAN, plan_type="activation_plan", includes_ktt=True, ktt_terms=terms)

    told = placed().told(plan, on=START, by=AUTHORITY)

    assert steps(told, before(30 + 57)) == []
    assert steps(told, before(30 + 56)) == ["notice"]
    assert len(steps(told, before(30))) == 4


def test_a_period_that_becomes_known_late_is_told_at_once() -> None:
    assert steps(placed(start=before(20)), before(20)) == ["notice", "assessment_booked"]


def test_a_missing_booking_and_a_missing_assessment_are_told_under_names_of_their_own() -> None:
    seen = evaluate([rule], placed().state(), Reference(), [], datetime.combine(END, datetime.min.time(), UTC))
    told = Difference("placements", "1111111-1", SUBJECT, seen.findings[0][1].since, "c")  # type: ignore[arg-type]  # an instant by now

    assert {str(f.type).split(".v")[0] for f in told.facts({rule.id: rule}, seen, Memory())} == {
        "fi.polku.assessment.due",
        "fi.polku.assessment.missing",
        "fi.polku.period.end_approaching",
    }
