"""D03: an activation or multi-sector plan without social work."""

from datetime import date, timedelta
from typing import Any

import pytest

from kernel.calendar import midnight
from schemas.duplicates.dismissed_v1 import DuplicateWorkDismissed
from schemas.plans.participant_attended_v1 import PlanParticipantAttended
from schemas.plans.parties import Participant
from schemas.plans.reviewed_v1 import PlanReviewed
from services.referrals.rules.worker_bypassed import rule
from tests.unit.given import AUTHORITY, Story, keys
from tests.unit.referrals.story import PLAN, invited, prepared, signed, story

MONDAY = date(2026, 3, 2)
PREPARATION, SIGNED = f"{PLAN}:preparation", f"{PLAN}:signed"


def later(days: int) -> date:
    return MONDAY + timedelta(days=days)


def reviewed(told: Story, on: date, *roles: Any) -> Story:
    participants = tuple(Participant(role=r) for r in roles)
    return told.told(
        PlanReviewed(plan_id=PLAN, plan_type="activation_plan", reviewed_on=on, participants=participants),
        on=on,
        by=AUTHORITY,
    )


@pytest.mark.parametrize("kind", ["activation_plan", "multisector_employment_plan"])
def test_fourteen_days_of_preparation_without_an_invitation_are_told(kind: str) -> None:
    told = prepared(story(), MONDAY, kind)

    assert told.open(rule, later(13)) == {}
    found = told.open(rule, later(14))[PREPARATION]
    assert found.since == midnight(later(14))
    assert (found.facts["step"], found.facts["items"][0]["org"]) == ("preparation", AUTHORITY[0])


@pytest.mark.parametrize("kind", ["employment_plan", "integration_plan", "client_plan"])
def test_other_plans_need_no_social_work(kind: str) -> None:
    told = signed(prepared(story(), MONDAY, kind), later(20))

    assert told.open(rule, later(30)) == {}


def test_an_invitation_in_time_is_enough() -> None:
    told = invited(prepared(story(), MONDAY), later(10))

    assert told.open(rule, later(20)) == {}
    assert signed(told, later(21)).open(rule, later(22)) == {}


def test_inviting_only_the_officer_is_not() -> None:
    assert keys(invited(prepared(story(), MONDAY), later(1), "employment_officer").open(rule, later(14))) == [
        PREPARATION
    ]


def test_a_late_invitation_ends_it() -> None:
    told = invited(prepared(story(), MONDAY), later(16))

    assert keys(told.open(rule, later(16))) == [PREPARATION]
    assert told.open(rule, later(17)) == {}


def test_signing_without_social_work_is_told_at_once_under_a_key_of_its_own() -> None:
    told = signed(prepared(story(), MONDAY), later(3))

    assert keys(told.open(rule, later(4))) == [SIGNED]
    assert keys(told.open(rule, later(30))) == [SIGNED]


def test_signing_ends_what_was_said_of_the_preparation() -> None:
    told = signed(prepared(story(), MONDAY), later(20))

    assert keys(told.open(rule, later(20))) == [PREPARATION]
    assert keys(told.open(rule, later(21))) == [SIGNED]


@pytest.mark.parametrize("role", ["social_instructor", "social_worker", "own_worker"])
def test_social_work_signed_with_them(role: str) -> None:
    assert signed(prepared(story(), MONDAY), later(3), role).open(rule, later(4)) == {}


def test_attending_without_invitation_is_taking_part() -> None:
    told = prepared(story(), MONDAY)
    told.told(PlanParticipantAttended(plan_id=PLAN, role_code="social_instructor"), on=later(3), by=AUTHORITY)

    assert signed(told, later(3)).open(rule, later(4)) == {}


def test_an_invitation_after_the_signing_mends_nothing() -> None:
    told = invited(signed(prepared(story(), MONDAY), later(3)), later(4))

    assert keys(told.open(rule, later(5))) == [SIGNED]


def test_a_plan_with_work_activity_needs_social_work_even_when_its_kind_was_not_told() -> None:
    assert keys(signed(story(), MONDAY, includes_ktt=True).open(rule, later(1))) == [SIGNED]
    assert signed(story(), MONDAY).open(rule, later(1)) == {}


def test_a_review_without_social_work_is_told_until_one_with_it() -> None:
    told = reviewed(signed(invited(prepared(story(), MONDAY), MONDAY), later(3)), later(90), "employment_officer")
    assert keys(told.open(rule, later(91))) == [f"{PLAN}:reviewed:{later(90)}"]

    reviewed(told, later(120), "employment_officer", "social_instructor")
    assert told.open(rule, later(121)) == {}


def test_a_review_of_which_nobody_told_who_took_part_says_nothing() -> None:
    told = reviewed(signed(invited(prepared(story(), MONDAY), MONDAY), later(3)), later(90))

    assert told.open(rule, later(91)) == {}


def test_what_was_dismissed_for_the_preparation_is_told_again_at_the_signing() -> None:
    told = prepared(story(), MONDAY)
    told.told(DuplicateWorkDismissed(duplicate_id="r", key=PREPARATION, reason="agreed_division"), on=later(15))
    assert told.open(rule, later(16)) == {}

    assert keys(signed(told, later(17)).open(rule, later(18))) == [SIGNED]
