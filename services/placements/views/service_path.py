"""One client's path from guidance to outcome: referrals, plans, periods, reviews, services, benefits, step by step."""

from __future__ import annotations

from datetime import date
from typing import Any

from kernel.calendar import day_of
from kernel.facts import Fact
from kernel.views import Column, Rows, View
from schemas.assessments.held_v1 import AssessmentHeld
from schemas.benefits.status_reported_v1 import BenefitStatusReported
from schemas.outcomes.recorded_v1 import OutcomeRecorded
from schemas.parallel_services.ended_v1 import ParallelServiceEnded
from schemas.parallel_services.started_v1 import ParallelServiceStarted
from schemas.paths.step_completed_v1 import PathStepCompleted
from schemas.placements.agreed_v2 import PlacementAgreed
from schemas.placements.ended_v1 import PlacementEnded
from schemas.placements.extended_v1 import PlacementExtended
from schemas.placements.started_v1 import PlacementStarted
from schemas.plans.ended_v1 import PlanEnded
from schemas.plans.signed_v2 import PlanSigned
from schemas.referrals.accepted_v1 import ReferralAccepted
from schemas.referrals.rejected_v1 import ReferralRejected
from schemas.referrals.submitted_v2 import ReferralSubmitted
from schemas.reviews.held_v1 import ReviewHeld

REFERRAL, PLAN, PERIOD, REVIEW, ASSESSMENT = "referral", "plan", "period", "review", "assessment"
SERVICE, BENEFIT, STEP, OUTCOME = "parallel_service", "benefit", "path_step", "outcome"

view = View(
    name="service_path",
    version=1,
    key=("kind", "item"),
    columns=(
        Column("kind", "text"),
        Column("item", "text"),
        Column("from_day", "date"),
        Column("to_day", "date"),
        Column("state", "text"),
        Column("code", "text", "sensitive"),
        Column("benefit", "text", "benefit"),
        Column("org", "text"),
        Column("site_id", "uuid"),
        Column("episode_id", "uuid"),
        Column("period_no", "integer"),
    ),
    title={"fi": "Palvelupolku", "sv": "Servicestig", "en": "Service path"},
    filters=("kind", "state", "org", "episode_id", "site_id"),
)


def _put(rows: Rows, kind: str, item: object, **columns: Any) -> None:
    """Add what a fact tells of a step; what it leaves open stays as it was told before."""
    known = rows.get(kind, str(item)) or {}
    told = {k: v for k, v in columns.items() if v is not None}
    rows.put(**{**known, **told, "kind": kind, "item": str(item)})


@view.on(ReferralSubmitted, ReferralAccepted, ReferralRejected)
def referral(rows: Rows, fact: Fact) -> None:
    """Who referred her, to which service, and how it was answered."""
    said: ReferralSubmitted | ReferralAccepted | ReferralRejected = fact.data
    if isinstance(said, ReferralSubmitted):
        known = (rows.get(REFERRAL, str(said.referral_id)) or {}).get("state")
        told = {"state": known or "submitted", "code": said.service_type, "org": fact.org}
        _put(rows, REFERRAL, said.referral_id, from_day=day_of(fact.time), **told)
        return
    state = "accepted" if isinstance(said, ReferralAccepted) else "rejected"
    _put(rows, REFERRAL, said.referral_id, to_day=day_of(fact.time), state=state)


@view.on(PlanSigned)
def signed(rows: Rows, fact: Fact) -> None:
    """A plan was signed."""
    said: PlanSigned = fact.data
    first = max((s.on for s in said.signed_by), default=day_of(fact.time))
    _put(rows, PLAN, said.plan_id, from_day=first, state="signed", code=said.plan_type, org=fact.org)


@view.on(PlanEnded)
def plan_ended(rows: Rows, fact: Fact) -> None:
    """A plan ended."""
    said: PlanEnded = fact.data
    _put(rows, PLAN, said.plan_id, to_day=said.ended_on, state="ended")


@view.on(PlacementAgreed)
def agreed(rows: Rows, fact: Fact) -> None:
    """A period of the chain."""
    said: PlacementAgreed = fact.data
    _put(
        rows,
        PERIOD,
        said.placement_id,
        from_day=said.start_on,
        to_day=said.end_on,
        state="agreed",
        org=said.provider_org or fact.org,
        site_id=said.site_id,
        episode_id=said.episode_id or said.placement_id,
        period_no=said.period_no,
    )


@view.on(PlacementStarted, PlacementExtended, PlacementEnded)
def period(rows: Rows, fact: Fact) -> None:
    """It begins, is made longer, and ends."""
    match fact.data:
        case PlacementStarted() as said:
            _put(rows, PERIOD, said.placement_id, from_day=said.started_on, state="running")
        case PlacementExtended() as said:
            known = rows.get(PERIOD, str(said.placement_id)) or {}
            number = max(said.period_no, known.get("period_no") or 1)
            _put(rows, PERIOD, said.placement_id, to_day=said.end_on, period_no=number, site_id=said.site_id)
        case PlacementEnded() as said:
            _put(rows, PERIOD, said.placement_id, to_day=said.ended_on, state="ended", code=said.end_reason)


@view.on(ReviewHeld)
def reviewed(rows: Rows, fact: Fact) -> None:
    """She and they met."""
    said: ReviewHeld = fact.data
    _point(rows, REVIEW, str(said.review_id), day_of(fact.time), said.kind, fact.org)


@view.on(AssessmentHeld)
def assessed(rows: Rows, fact: Fact) -> None:
    """The period was looked back at; the first recommendation stands for where it pointed."""
    said: AssessmentHeld = fact.data
    code = said.recommendation[0] if said.recommendation else None
    _point(rows, ASSESSMENT, f"{fact.org}:{fact.id}", day_of(fact.time), code, fact.org)


@view.on(PathStepCompleted)
def step(rows: Rows, fact: Fact) -> None:
    """A step towards work, perhaps in the same place."""
    said: PathStepCompleted = fact.data
    item = f"{said.template_id}:{said.step}"
    _put(rows, STEP, item, from_day=day_of(fact.time), state="done", code=said.step, org=fact.org, site_id=said.site_id)


@view.on(OutcomeRecorded)
def outcome(rows: Rows, fact: Fact) -> None:
    """Where the path led."""
    said: OutcomeRecorded = fact.data
    _point(rows, OUTCOME, f"{fact.org}:{fact.id}", said.confirmed_on or day_of(fact.time), said.outcome_code, fact.org)


@view.on(ParallelServiceStarted, ParallelServiceEnded)
def service(rows: Rows, fact: Fact) -> None:
    """What ran beside it; who gives it stays with those who may know which service it is."""
    match fact.data:
        case ParallelServiceStarted() as said:
            _put(rows, SERVICE, said.ps_id, from_day=said.started_on, state="running", code=said.service_type)
        case ParallelServiceEnded() as said:
            _put(rows, SERVICE, said.ps_id, to_day=said.ended_on, state="ended", code=said.service_type)


@view.on(BenefitStatusReported)
def benefit(rows: Rows, fact: Fact) -> None:
    """What she lived on."""
    said: BenefitStatusReported = fact.data
    item = f"{said.benefit_type}:{said.from_.isoformat()}"
    _put(rows, BENEFIT, item, from_day=said.from_, to_day=said.to, benefit=said.benefit_type, org=fact.org)


def _point(rows: Rows, kind: str, item: str, on: date, code: str | None, org: str) -> None:
    _put(rows, kind, item, from_day=on, to_day=on, state="held", code=code, org=org)
