"""One row per person: who is responsible, what runs, what comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from kernel.discover import events
from kernel.facts import Event
from kernel.views import Rows
from schemas.benefits.eligibility_reported_v1 import EligibilityReported
from schemas.caseworkers.ended_v1 import CaseworkerEnded
from schemas.contacts.logged_v1 import ContactLogged
from schemas.education.need_recorded_v1 import EducationNeedRecorded
from schemas.need_assessments.completed_v1 import NeedAssessmentCompleted
from schemas.need_assessments.requested_v1 import NeedAssessmentRequested
from schemas.need_assessments.started_v1 import NeedAssessmentStarted
from schemas.plans.signed_v1 import PlanSigned
from schemas.referrals.accepted_v1 import ReferralAccepted
from schemas.referrals.submitted_v1 import ReferralSubmitted
from schemas.reviews.cancelled_v1 import ReviewCancelled
from schemas.reviews.scheduled_v1 import ReviewScheduled
from services.notifications.views.client_situation import view
from tests.unit.notifications.story import ABSENCE, ANNA, COUNTY, PLACEMENT, WORKSHOP, Story

STATED = [e for e in events("schemas").values() if e.meta.name in view.handlers and e.meta.stated_by]


def situation(story: Story) -> dict[str, object]:
    (row,) = story.rows("client_situation")
    return row


@pytest.mark.parametrize("event", STATED, ids=lambda e: e.meta.name)
def test_every_fact_that_it_reads_can_be_read(event: type[Event]) -> None:
    story = Story()

    story.stated(event.example())

    assert COUNTY in situation(story)["involved"]  # type: ignore[operator]  # jsonb column


def test_the_own_worker_is_the_one_who_has_not_ended() -> None:
    story = Story()
    story.own_worker("anna")
    story.own_worker("bo", first=date(2026, 1, 1))
    story.stated(
        CaseworkerEnded.model_validate({"role_code": "own_worker", "person_ref": "bo", "to": date(2026, 2, 1)})
    )

    assert situation(story)["own_worker_ref"] == "anna"


def test_an_assessment_of_need_shows_the_day_of_each_step_and_what_it_recommends() -> None:
    story = Story()
    for step in (NeedAssessmentRequested, NeedAssessmentStarted, NeedAssessmentCompleted):
        example = step.example()
        more = {"recommendation": ("rehab_work_activity",)} if step is NeedAssessmentCompleted else {}
        story.stated(example.model_copy(update=more))
    accepted = ReferralAccepted.example()

    (shown,) = situation(story)["assessments"].values()  # type: ignore[attr-defined]  # jsonb column
    assert {"requested", "started", "completed"} <= shown.keys()
    assert (shown["kind"], shown["recommendation"]) == ("social", ["rehab_work_activity"])
    story.stated(accepted)
    assert str(accepted.referral_id) in situation(story)["referrals_elsewhere"]  # type: ignore[operator]  # jsonb column
    assert {c.name: c.data_class for c in view.columns}["assessments"] == "sensitive"


def test_a_referral_elsewhere_stands_apart_from_those_to_work_activity_itself() -> None:
    """Whoever might read of her situation read there to which service she was referred, and who had taken it up."""
    story, sent = Story(), ReferralSubmitted.example()
    other = UUID("0d8f6f0e-0000-4000-8000-000000000009")
    accepted = ReferralAccepted.example().model_copy(update={"referral_id": sent.referral_id})

    def where() -> dict[str, set[str]]:
        row: Any = situation(story)
        return {name: set(row[name]) for name in ("referrals", "referrals_elsewhere")}

    story.stated(accepted)
    assert where() == {"referrals": set(), "referrals_elsewhere": {str(sent.referral_id)}}
    story.stated(sent.model_copy(update={"service_type": "rehab_work_activity"}))
    story.stated(sent.model_copy(update={"referral_id": other, "service_type": "psychiatry"}))
    story.stated(accepted)
    story.stated(accepted.model_copy(update={"referral_id": other}))
    assert where() == {"referrals": {str(sent.referral_id)}, "referrals_elsewhere": {str(other)}}
    row: Any = situation(story)
    assert row["referrals"][str(sent.referral_id)]["state"] == row["referrals_elsewhere"][str(other)]["state"]
    assert {c.name: c.data_class for c in view.columns}["referrals_elsewhere"] == "service"


def test_a_booked_review_comes_before_what_the_plan_says_until_it_is_cancelled() -> None:
    story = Story()
    story.stated(PlanSigned.example().model_copy(update={"next_review_on": date(2026, 5, 4)}))
    booked = ReviewScheduled.example()
    story.stated(booked)
    before = situation(story)["next_review_on"]

    story.stated(ReviewCancelled.example().model_copy(update={"review_id": booked.review_id}))

    assert (before, situation(story)["next_review_on"]) == (booked.starts_at.date(), date(2026, 5, 4))


def test_an_older_contact_that_arrives_late_does_not_hide_the_newer() -> None:
    story = Story()
    logged = ContactLogged.example()
    story.stated(logged.model_copy(update={"on": date(2026, 2, 20)}))

    story.stated(logged.model_copy(update={"on": date(2026, 2, 2)}), WORKSHOP, "workshop")

    assert (situation(story)["last_contact_on"], situation(story)["last_contact_org"]) == (date(2026, 2, 20), COUNTY)


def test_open_alerts_are_counted_from_the_list_of_them() -> None:
    story = Story()
    first = story.raised(ABSENCE, placement_id=PLACEMENT)
    before = situation(story)["open_alerts"]
    story.withdrawn(first)
    withdrawn = situation(story)["open_alerts"]
    story.raised(ABSENCE, placement_id=PLACEMENT)
    story.closes(ANNA)

    assert (before, withdrawn, situation(story)["open_alerts"]) == (1, 0, 0)


def test_an_alert_about_an_organisations_places_makes_it_no_client() -> None:
    story = Story()
    raised = story.raised(("R-CAP-1", "capacity.low"), municipality="743", places=4, free=0)
    told = next(f for f in story.facts if f.name == "alert.raised")
    rows = Rows(view.key)

    for fact in (raised, told):
        for handler in view.handlers.get(fact.name, ()):
            handler(rows, replace(fact, lane=0))

    assert (told.data.facts["to"]["org"], told.data.facts["to"]["role"]) == (COUNTY, "team_lead")
    assert list(rows) == []


def test_what_education_she_needs_and_what_kela_told_are_shown() -> None:
    story = Story()
    for codes in (("interrupted_education",), ("language",)):
        story.stated(EducationNeedRecorded.model_validate({"codes": codes}))
    kela = EligibilityReported.example()
    story.stated(kela)
    shown = situation(story)

    assert shown["education_needs"]["codes"] == ["language"]  # type: ignore[index]  # jsonb column
    assert shown["eligibility"] == {
        kela.ground: {"fulfilled_on": kela.fulfilled_on.isoformat(), "reported_on": kela.reported_on.isoformat()}
    }
