"""What the register of plans shows."""

from typing import Any

import pytest

from schemas.clients.informed_of_benefits_v1 import ClientInformedOfBenefits
from schemas.plans.ended_v1 import PlanEnded
from schemas.plans.participant_attended_v1 import PlanParticipantAttended
from schemas.plans.participant_declined_v1 import PlanParticipantDeclined
from schemas.plans.reviewed_v1 import PlanReviewed
from schemas.plans.signed_v2 import PlanSigned
from schemas.plans.superseded_v1 import PlanSuperseded
from schemas.plans.terms import KttTerms
from services.referrals.views.plan_register import view
from tests.unit.given import AUTHORITY, COUNTY, Story
from tests.unit.referrals.story import MONDAY, OTHER_PLAN, PLAN, SITE, later, planned, signed_by_all, story


def row(told: Story, plan: Any = PLAN) -> dict[str, Any]:
    return next(r for r in told.rows(view) if r["plan_id"] == plan)


def reviewed(told: Story, on: int, *roles: str) -> Story:
    said = {"plan_id": PLAN, "reviewed_on": later(on), "participants": tuple({"role": r} for r in roles)}
    return told.told(PlanReviewed.model_validate(said), on=later(on), by=AUTHORITY)


def test_a_plan_is_prepared_signed_reviewed_and_ended() -> None:
    told = planned(story(), PLAN, MONDAY, AUTHORITY)
    assert (row(told)["state"], row(told)["lead_org"], row(told)["started_on"]) == (
        "in_preparation",
        AUTHORITY[0],
        MONDAY,
    )
    assert row(told)["missing_roles"] == ["client", "employment_officer", "social_instructor"]

    signed_by_all(told, PLAN, later(3), next_review_on=later(80))
    assert (row(told)["state"], row(told)["missing_roles"], row(told)["social_work_present"]) == ("in_force", [], True)

    reviewed(told, 60, "client", "employment_officer")
    reviewed(told, 120, "client", "social_worker")
    assert (row(told)["reviews"], row(told)["reviews_with_social_work"]) == (2, 1)
    assert row(told)["last_reviewed_on"] == later(120)

    told.told(PlanEnded(plan_id=PLAN, ended_on=later(130), reason="goal_reached"), on=later(130), by=AUTHORITY)
    assert (row(told)["state"], row(told)["ended_on"]) == ("ended", later(130))


def test_participants_are_shown_with_their_latest_part() -> None:
    told = planned(story(), PLAN, MONDAY, AUTHORITY)
    came = PlanParticipantAttended(plan_id=PLAN, role_code="social_instructor", org=COUNTY[0])
    told.told(came, on=later(2), by=AUTHORITY)
    declined = PlanParticipantDeclined(plan_id=PLAN, role_code="job_coach")

    parts = {p["role"]: p["part"] for p in row(told.told(declined, on=later(3), by=AUTHORITY))["participants"]}
    assert parts == {"social_instructor": "attended", "job_coach": "declined"}


def test_how_many_reviews_had_social_work_is_told_in_words_by_the_number_of_her_plan() -> None:
    told = reviewed(signed_by_all(story(), PLAN, MONDAY), 60, "client", "social_instructor")
    signed_by_all(told, OTHER_PLAN, later(-30))
    assert (row(told)["social_work_in_reviews"], row(told)["plan_no"]) == ("all", 2)
    assert (row(told, OTHER_PLAN)["social_work_in_reviews"], row(told, OTHER_PLAN)["plan_no"]) == (None, 1)

    reviewed(told, 90, "client", "employment_officer")
    assert row(told)["social_work_in_reviews"] == "some"
    assert {"plan_no", "social_work_in_reviews", "client_wishes_recorded", "support_person_present"} <= set(
        view.filters
    )


@pytest.mark.parametrize(("support", "missing"), [((), True), (("individual_coaching",), False)])
def test_a_plan_with_work_activity_and_without_support_is_shown_as_lacking_it(
    support: tuple[Any, ...], missing: bool
) -> None:
    terms = KttTerms.model_validate(
        {
            **{"site_id": SITE, "days_per_week": 3, "minutes_per_day": 300, "support": support},
            **{"start_on": later(7), "end_on": later(180)},
        }
    )
    told = story().told(PlanSigned(plan_id=PLAN, includes_ktt=True, ktt_terms=terms), on=MONDAY, by=AUTHORITY)
    signed_by_all(told, OTHER_PLAN, MONDAY)

    assert (row(told)["support_missing"], row(told)["support"]) == (missing, list(support))
    assert row(told, OTHER_PLAN)["support_missing"] is False


def test_a_late_review_does_not_move_the_newest_back() -> None:
    told = reviewed(reviewed(signed_by_all(story(), PLAN, MONDAY), 60, "client"), 30, "client")

    assert (row(told)["last_reviewed_on"], row(told)["reviews"]) == (later(60), 2)


def test_a_corrected_review_and_a_retracted_end_are_gone() -> None:
    told = reviewed(signed_by_all(story(), PLAN, MONDAY), 60, "client")
    said: Any = {"plan_id": PLAN, "reviewed_on": later(50), "participants": ({"role": "social_instructor"},)}
    told.told(PlanReviewed.model_validate(said), on=later(61), by=AUTHORITY, corrects=told.last)
    assert (row(told)["reviews"], row(told)["last_reviewed_on"], row(told)["reviews_with_social_work"]) == (
        *(1, later(50)),
        1,
    )

    told.told(PlanEnded(plan_id=PLAN, ended_on=later(70), reason="moved"), on=later(70), by=AUTHORITY)
    assert row(told.retracted(told.last, later(71), by=AUTHORITY))["state"] == "in_force"


def test_one_plan_in_the_place_of_another_names_both() -> None:
    told = signed_by_all(story(), PLAN, MONDAY)
    told.told(PlanSuperseded(plan_id=PLAN, successor=OTHER_PLAN, superseded_on=later(5)), on=later(5), by=AUTHORITY)

    assert (row(told)["state"], row(told)["successor"]) == ("superseded", OTHER_PLAN)
    assert row(told, OTHER_PLAN)["predecessor"] == PLAN


def test_wishes_support_person_and_what_was_told_of_benefits_are_shown() -> None:
    said: Any = {"plan_id": PLAN, "client_wishes_recorded": True, "support_person_present": False}
    told = story().told(PlanSigned.model_validate(said), on=MONDAY, by=AUTHORITY)
    told.told(ClientInformedOfBenefits(plan_id=PLAN, on=MONDAY), on=MONDAY, by=AUTHORITY)

    assert (row(told)["client_wishes_recorded"], row(told)["support_person_present"]) == (True, False)
    assert row(told)["benefits_informed_on"] == MONDAY
