"""Words for telling who refers whom, and who makes plans with whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from schemas.plans.participant_invited_v1 import PlanParticipantInvited
from schemas.plans.parties import Signature
from schemas.plans.preparation_started_v1 import PlanPreparationStarted
from schemas.plans.signed_v1 import PlanSigned
from schemas.referrals.submitted_v1 import ReferralSubmitted
from services.referrals.state import fold
from tests.unit.given import AUTHORITY, COUNTY, By, Story

ONE = UUID("0d8f6f0e-0000-4000-8000-000000000001")
TWO = UUID("0d8f6f0e-0000-4000-8000-000000000002")
THREE = UUID("0d8f6f0e-0000-4000-8000-000000000003")
PLAN = UUID("0d8f6f0e-0000-4000-8000-00000000000a")
PAIR = f"D01:{ONE}:{TWO}"


def story() -> Story:
    """Nothing has happened yet."""
    return Story(fold)


def referred(told: Story, referral: UUID, on: date | datetime, by: By, **more: Any) -> Story:
    """Somebody refers her to work activity."""
    given = {
        "referral_id": referral,
        "service_type": "rehab_work_activity",
        "referrer_type": by[1],
        "basis_of_entry": "client_need",
        "target_org": COUNTY[0],
    }
    return told.told(ReferralSubmitted.model_validate({**given, **more}), on=on, by=by)


def prepared(told: Story, on: date, kind: Any = "activation_plan") -> Story:
    """The employment authority begins to prepare a plan."""
    return told.told(PlanPreparationStarted(plan_id=PLAN, plan_type=kind, lead_org=AUTHORITY[0]), on=on, by=AUTHORITY)


def invited(told: Story, on: date, role: Any = "social_instructor") -> Story:
    """Somebody is asked to take part."""
    return told.told(PlanParticipantInvited(plan_id=PLAN, role_code=role, org=COUNTY[0]), on=on, by=AUTHORITY)


def signed(told: Story, on: date, *roles: Any, **more: Any) -> Story:
    """The plan is signed by the client, the officer and these roles."""
    parties = tuple(Signature(role=r, on=on) for r in ("client", "employment_officer", *roles))
    return told.told(PlanSigned(plan_id=PLAN, signed_by=parties, **more), on=on, by=AUTHORITY)
