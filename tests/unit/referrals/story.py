"""Words for telling who refers whom, and who makes plans with whom."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from schemas.benefits.eligibility_reported_v1 import EligibilityReported
from schemas.benefits.status_reported_v1 import BenefitStatusReported
from schemas.caseworkers.assigned_v1 import CaseworkerAssigned
from schemas.placements.agreed_v1 import PlacementAgreed
from schemas.placements.terms_changed_v1 import PlacementTermsChanged
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


TEAM: By = ("9000021-4", "multisector_model")
KELA: By = ("9000017-7", "kela")
COACHING: By = ("9000013-4", "association")
MONDAY = date(2026, 3, 2)
OTHER_PLAN = UUID("0d8f6f0e-0000-4000-8000-00000000000b")
PLACE = UUID("0d8f6f0e-0000-4000-8000-00000000000c")
OTHER_PLACE = UUID("0d8f6f0e-0000-4000-8000-00000000000d")
SITE = UUID("5b7a0001-0000-4000-8000-000000000001")


def later(days: int) -> date:
    """So many days after the Monday on which stories begin."""
    return MONDAY + timedelta(days=days)


def planned(told: Story, plan: UUID, on: date, by: By, kind: str = "activation_plan", **more: Any) -> Story:
    """Somebody begins to prepare a plan, with social work called to it."""
    begun = PlanPreparationStarted.model_validate({"plan_id": plan, "plan_type": kind, "lead_org": by[0], **more})
    asked = PlanParticipantInvited(plan_id=plan, role_code="social_instructor", org=COUNTY[0])
    return told.told(begun, asked, on=on, by=by)


def signed_by_all(told: Story, plan: UUID, on: date, by: By = AUTHORITY, **more: Any) -> Story:
    """Everybody whom the law wants signs."""
    roles = ("client", "employment_officer", "social_instructor")
    parties = tuple(Signature.model_validate({"role": r, "on": on}) for r in roles)
    return told.told(PlanSigned(plan_id=plan, signed_by=parties, **more), on=on, by=by)


def eligible(told: Story, on: date, ground: Any = "o25_sa12m") -> Story:
    """Kela tells that an activation plan is due, by a ground that calls for one under every law."""
    return told.told(EligibilityReported(ground=ground, fulfilled_on=on, reported_on=on), on=on, by=KELA)


def lives_on(told: Story, benefit: str, first: date) -> Story:
    """Kela pays a benefit."""
    said = {"benefit_type": benefit, "from": first, "paid_days": 10, "payer": "kela"}
    return told.told(BenefitStatusReported.model_validate(said), on=first, by=KELA)


def named(
    told: Story, first: date, by: By = COUNTY, ref: str = "so-aalto", role: str = "own_worker", **m: Any
) -> Story:
    """Somebody is named for her."""
    said = {"role_code": role, "person_ref": ref, "from": first, **m}
    return told.told(CaseworkerAssigned.model_validate(said), on=first, by=by)


def placed(
    told: Story, place: UUID, agreed: date, first: date, weekdays: tuple[str, ...], by: By, provider: str | None
) -> Story:
    """A place is agreed for half a year, with its weekdays."""
    said = PlacementAgreed(
        placement_id=place, site_id=SITE, start_on=first, end_on=first + timedelta(days=180), provider_org=provider
    )
    week = {"placement_id": place, "days_per_week": len(weekdays), "weekdays": weekdays, "minutes_per_day": 300}
    return told.told(said, PlacementTermsChanged.model_validate({**week, "from": first}), on=agreed, by=by)
