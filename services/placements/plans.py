"""One person's plans and the reviews around them: when each was last gone through, and what is booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kernel.calendar import day_of
from kernel.facts import Fact
from schemas.plans.ended_v1 import PlanEnded
from schemas.plans.interrupted_v1 import PlanInterrupted
from schemas.plans.preparation_started_v1 import PlanPreparationStarted
from schemas.plans.renewed_v1 import PlanRenewed
from schemas.plans.reviewed_v1 import PlanReviewed
from schemas.plans.signed_v1 import PlanSigned
from schemas.plans.superseded_v1 import PlanSuperseded
from schemas.reviews.cancelled_v1 import ReviewCancelled
from schemas.reviews.held_v1 import ReviewHeld
from schemas.reviews.no_show_v1 import ReviewNoShow
from schemas.reviews.rescheduled_v1 import ReviewRescheduled
from schemas.reviews.scheduled_v1 import ReviewScheduled

PLAN_FACTS = (
    PlanEnded,
    PlanInterrupted,
    PlanPreparationStarted,
    PlanRenewed,
    PlanReviewed,
    PlanSigned,
    PlanSuperseded,
)
REVIEW_FACTS = (ReviewCancelled, ReviewHeld, ReviewNoShow, ReviewRescheduled, ReviewScheduled)
PLAN_REVIEW = "plan_review"
VISIT = "assessment_visit"
ASSESSMENTS = frozenset({VISIT, "interim_assessment"})


@dataclass(slots=True)
class Plan:
    """A plan; `last_on` is the day of the last signing or review, `latest_assessment_on` a term of its activity.

    `with_activity`: it includes the work activity, of `content` and with `support`; `told`: when its signing was.
    """

    id: str
    type: str | None = None
    org: str = ""
    last_on: date | None = None
    next_review_on: date | None = None
    ended_on: date | None = None
    site: str | None = None
    start_on: date | None = None
    end_on: date | None = None
    latest_assessment_on: date | None = None
    signed_on: date | None = None
    with_activity: bool = False
    content: frozenset[str] = frozenset()
    support: frozenset[str] = frozenset()
    told: datetime | None = None


@dataclass(slots=True)
class Review:
    """A meeting that is booked (`booked_on`) until it is held or cancelled."""

    id: str
    kind: str | None = None
    plan: str | None = None
    placement: str | None = None
    booked_on: date | None = None
    held_on: date | None = None
    held_at: datetime | None = None
    recommendation: frozenset[str] = frozenset()


def learn_plan(plans: dict[str, Plan], fact: Fact) -> None:
    """Take in what was said of a plan."""
    data: Any = fact.data
    plan = plans.setdefault(str(data.plan_id), Plan(str(data.plan_id)))
    match fact.data:
        case PlanPreparationStarted() as said:
            plan.type = said.plan_type
        case PlanSigned() as said:
            plan.type, plan.org, plan.ended_on = said.plan_type or plan.type, fact.org, None
            on = max((s.on for s in said.signed_by), default=day_of(fact.time))
            plan.signed_on, plan.told = on, fact.time
            plan.with_activity = said.includes_ktt or said.ktt_terms is not None
            _gone_through(plan, on, said.next_review_on)
            _take_terms(plan, said)
        case PlanReviewed() as said:
            plan.type, plan.org = said.plan_type or plan.type, plan.org or fact.org
            _gone_through(plan, said.reviewed_on, said.next_review_on)
        case PlanRenewed() as said:
            plan.org = plan.org or fact.org
            _gone_through(plan, said.reviewed_on, said.next_review_on)
            plan.ended_on = said.reviewed_on if said.successor not in {None, said.plan_id} else plan.ended_on
        case PlanEnded() as said:
            plan.ended_on = said.ended_on
        case PlanInterrupted() as said:
            plan.ended_on = said.interrupted_on
        case PlanSuperseded() as said:
            plan.ended_on = said.superseded_on


def _gone_through(plan: Plan, on: date, again_on: date | None) -> None:
    if plan.last_on is None or on >= plan.last_on:
        plan.last_on, plan.next_review_on = on, again_on


def _take_terms(plan: Plan, said: PlanSigned) -> None:
    if said.ktt_terms is not None:
        terms = said.ktt_terms
        plan.site, plan.start_on, plan.end_on = str(terms.site_id), terms.start_on, terms.end_on
        plan.latest_assessment_on = terms.latest_assessment_on
        plan.content, plan.support = frozenset(terms.content), frozenset(terms.support)


def learn_review(reviews: dict[str, Review], fact: Fact) -> None:
    """Take in that a review was booked, held or cancelled."""
    data: Any = fact.data
    review = reviews.setdefault(str(data.review_id), Review(str(data.review_id)))
    review.kind = data.kind or review.kind
    review.plan = str(data.plan_id) if data.plan_id else review.plan
    match fact.data:
        case ReviewScheduled() | ReviewRescheduled() as said:
            review.placement = str(said.placement_id) if said.placement_id else review.placement
            review.booked_on = day_of(said.starts_at)
        case ReviewHeld() as said:
            review.placement = str(said.placement_id) if said.placement_id else review.placement
            review.booked_on, review.held_on = None, day_of(fact.time)
            review.held_at = fact.time
            review.recommendation = frozenset(said.recommendation)
        case ReviewCancelled() | ReviewNoShow():
            review.booked_on = None
