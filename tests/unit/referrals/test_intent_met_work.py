"""Who leads work hears of another organisation that is about to begin the same (R-INT-1)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from schemas.plans.ended_v1 import PlanEnded
from schemas.plans.preparation_started_v1 import PlanPreparationStarted
from schemas.work.claimed_v1 import WorkClaimed
from schemas.work.intent_declared_v2 import WorkIntentDeclared
from schemas.work.released_v1 import WorkReleased
from services.referrals.rules.intent_met_work import rule
from tests.unit.given import AUTHORITY, COUNTY, Story
from tests.unit.referrals.story import PLAN, story

MONDAY = date(2026, 3, 2)


def planning(told: Story, on: date = MONDAY) -> Story:
    plan = PlanPreparationStarted(plan_id=PLAN, plan_type="activation_plan", lead_org=COUNTY[0])
    return told.told(plan, on=on, by=COUNTY)


def intended(told: Story, on: date, work: Any = "activation_plan", by: Any = AUTHORITY, **more: Any) -> Story:
    said = WorkIntentDeclared(work=work, planned_on=on, holder="eva", holder_org=by[0], **more)
    return told.told(said, on=on, by=by)


def test_an_intent_to_do_what_another_does_is_told() -> None:
    told = intended(planning(story()), date(2026, 3, 3))
    (found,) = told.open(rule, date(2026, 3, 4)).values()

    assert found.facts == {
        "work": "activation_plan",
        "told_by": AUTHORITY[0],
        "from_on": "2026-03-03",
        "items": [
            {
                "id": str(PLAN),
                "org": COUNTY[0],
                "work": "activation_plan",
                "opened_on": "2026-03-02",
                "state": "being_done",
            }
        ],
    }


def test_it_is_told_for_as_long_as_the_intent_counts() -> None:
    told = intended(planning(story()), date(2026, 3, 3))

    assert told.days_open(rule, MONDAY, date(2026, 3, 31)) == [date(2026, 3, d) for d in range(4, 17)]


def test_it_ends_with_the_work() -> None:
    told = intended(planning(story()), date(2026, 3, 3))
    told.told(
        PlanEnded(plan_id=PLAN, ended_on=date(2026, 3, 6), reason="no_longer_needed"), on=date(2026, 3, 6), by=COUNTY
    )

    assert told.days_open(rule, MONDAY, date(2026, 3, 31)) == [date(2026, 3, d) for d in (4, 5, 6)]


def test_work_begun_after_the_intent_was_not_met() -> None:
    told = planning(intended(story(), date(2026, 3, 3)), date(2026, 3, 4))

    assert told.open(rule, date(2026, 3, 5)) == {}


def test_an_intent_that_came_late_is_told_when_it_comes() -> None:
    told = intended(story(), date(2026, 3, 3))
    planning(told, MONDAY)

    assert len(told.open(rule, date(2026, 3, 4))) == 1


def test_one_s_own_work_a_legal_reason_and_other_work_are_silent() -> None:
    own = intended(planning(story()), date(2026, 3, 3), by=COUNTY)
    reason = intended(planning(story()), date(2026, 3, 3), reason="joint_work")
    other = intended(planning(story()), date(2026, 3, 3), work="need_assessment")

    assert [told.open(rule, date(2026, 3, 4)) for told in (own, reason, other)] == [{}, {}, {}]


def test_work_that_excludes_the_other_is_told_too() -> None:
    told = intended(planning(story()), date(2026, 3, 3), work="multisector_employment_plan")

    assert len(told.open(rule, date(2026, 3, 4))) == 1


def test_a_corrected_intent_is_silent() -> None:
    told = intended(planning(story()), date(2026, 3, 3))
    told.retracted(told.last, on=date(2026, 3, 4), by=AUTHORITY)

    assert told.open(rule, date(2026, 3, 5)) == {}


def test_a_claim_counts_until_it_is_let_go() -> None:
    told = story()
    claim = WorkClaimed(
        work="activation_plan", holder="anna", holder_org=COUNTY[0], expires_at=datetime(2026, 3, 9, tzinfo=UTC)
    )
    told.told(claim, on=MONDAY, by=COUNTY, id=str(UUID(int=5)), own=True)
    intended(told, date(2026, 3, 3))

    assert len(told.open(rule, date(2026, 3, 6))) == 1
    told.told(WorkReleased(claim_id=UUID(int=5)), on=date(2026, 3, 5), by=COUNTY, own=True)
    assert told.open(rule, date(2026, 3, 6)) == {}
