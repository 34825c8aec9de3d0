"""How a plan goes from its preparation through signing and reviews to its end, as it is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from kernel.calendar import day_of, midnight
from kernel.facts import Fact
from schemas.plans.ended_v1 import PlanEnded
from schemas.plans.interrupted_v1 import PlanInterrupted
from schemas.plans.participant_attended_v1 import PlanParticipantAttended
from schemas.plans.participant_declined_v1 import PlanParticipantDeclined
from schemas.plans.participant_invited_v1 import PlanParticipantInvited
from schemas.plans.preparation_started_v1 import PlanPreparationStarted
from schemas.plans.renewed_v1 import PlanRenewed
from schemas.plans.reviewed_v1 import PlanReviewed
from schemas.plans.signed_v1 import PlanSigned
from schemas.plans.superseded_v1 import PlanSuperseded
from services.referrals.items import WORKERS, Plan, Reviewed

PLANNING = (
    PlanEnded,
    PlanInterrupted,
    PlanParticipantAttended,
    PlanParticipantDeclined,
    PlanParticipantInvited,
    PlanPreparationStarted,
    PlanRenewed,
    PlanReviewed,
    PlanSigned,
    PlanSuperseded,
)


def learn(plans: dict[str, Plan], fact: Fact) -> None:
    """Take in what was said of a plan."""
    match fact.data:
        case PlanPreparationStarted() as said:
            plan = _begun(plans, said.plan_id, fact)
            plan.type, plan.lead = said.plan_type, said.lead_org
            plan.started = plan.started or fact.time
            if said.predecessor_plan_id:
                plan.predecessors.add(str(said.predecessor_plan_id))
        case PlanParticipantInvited() | PlanParticipantAttended() | PlanParticipantDeclined() as said:
            plan = _plan(plans, said.plan_id)
            if said.role_code in WORKERS:
                plan.asked.append(fact.time)
            if isinstance(said, PlanParticipantAttended):
                plan.joined |= {said.role_code}
        case PlanSigned() as said:
            plan = _begun(plans, said.plan_id, fact)
            plan.type, plan.includes_ktt = said.plan_type or plan.type, said.includes_ktt
            plan.signed, plan.signer, plan.ended = fact.time, fact.org, None
            plan.parties = frozenset(s.role for s in said.signed_by)
            plan.joined |= plan.parties
            plan.signed_by_worker = bool(plan.parties & WORKERS)
            on = max((s.on for s in said.signed_by), default=day_of(fact.time))
            _gone_through(plan, on, said.next_review_on)
        case _:
            _going_on(plans, fact)


def _going_on(plans: dict[str, Plan], fact: Fact) -> None:
    match fact.data:
        case PlanReviewed() as said:
            plan = _plan(plans, said.plan_id)
            plan.type = said.plan_type or plan.type
            roles = frozenset(p.role for p in said.participants)
            orgs = frozenset(p.org for p in said.participants if p.org)
            plan.reviews.append(Reviewed(fact.time, said.reviewed_on.isoformat(), fact.org, roles, orgs))
            plan.joined |= roles
            _gone_through(plan, said.reviewed_on, said.next_review_on)
        case PlanRenewed() as said:
            plan = _plan(plans, said.plan_id)
            plan.joined |= {p.role for p in said.participants}
            if said.successor in {None, said.plan_id}:
                _gone_through(plan, said.reviewed_on, said.next_review_on)
            elif said.successor is not None:
                _plan(plans, said.successor).predecessors.add(plan.id)
        case PlanSuperseded() as said:
            plan = _plan(plans, said.plan_id)
            _plan(plans, said.successor).predecessors.add(plan.id)
            plan.ended = midnight(said.superseded_on)
        case PlanEnded() as said:
            _plan(plans, said.plan_id).ended = _over(said.ended_on)
        case PlanInterrupted() as said:
            _plan(plans, said.plan_id).ended = _over(said.interrupted_on)


def _plan(plans: dict[str, Plan], id_: UUID) -> Plan:
    return plans.setdefault(str(id_), Plan(str(id_)))


def _begun(plans: dict[str, Plan], id_: UUID, fact: Fact) -> Plan:
    """It belongs to whoever spoke of it first."""
    plan = _plan(plans, id_)
    if not plan.org:
        plan.org, plan.org_type = fact.org, fact.org_type
    return plan


def _gone_through(plan: Plan, on: date, again_on: date | None) -> None:
    if plan.last_on is None or on >= plan.last_on:
        plan.last_on, plan.next_on = on, again_on


def _over(last: date) -> datetime:
    return midnight(last + timedelta(days=1))
