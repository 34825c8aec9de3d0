"""What the rules on work done twice need to know of one person: her referrals, her plans, and what was settled."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from kernel.facts import Fact
from kernel.rules import Fold
from schemas.duplicates.dismissed_v1 import DuplicateWorkDismissed
from schemas.duplicates.resolved_v1 import DuplicateWorkResolved
from schemas.plans.participant_attended_v1 import PlanParticipantAttended
from schemas.plans.participant_declined_v1 import PlanParticipantDeclined
from schemas.plans.participant_invited_v1 import PlanParticipantInvited
from schemas.plans.preparation_started_v1 import PlanPreparationStarted
from schemas.plans.reviewed_v1 import PlanReviewed
from schemas.plans.signed_v1 import PlanSigned
from schemas.referrals.accepted_v1 import ReferralAccepted
from schemas.referrals.redirected_v1 import ReferralRedirected
from schemas.referrals.rejected_v1 import ReferralRejected
from schemas.referrals.submitted_v1 import ReferralSubmitted
from schemas.referrals.withdrawn_v1 import ReferralWithdrawn
from services.referrals.items import WORKERS, Plan, Referral, Reviewed

FACTS = (
    DuplicateWorkDismissed,
    DuplicateWorkResolved,
    PlanParticipantAttended,
    PlanParticipantDeclined,
    PlanParticipantInvited,
    PlanPreparationStarted,
    PlanReviewed,
    PlanSigned,
    ReferralAccepted,
    ReferralRedirected,
    ReferralRejected,
    ReferralSubmitted,
    ReferralWithdrawn,
)


@dataclass(slots=True)
class State:
    """One person; referrals and plans by id, `settled` the keys of findings that people have put aside for good."""

    referrals: dict[str, Referral] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)

    def referral(self, id_: UUID) -> Referral:
        """The referral of this id, known from now on."""
        return self.referrals.setdefault(str(id_), Referral(str(id_)))

    def plan(self, id_: UUID) -> Plan:
        """The plan of this id, known from now on."""
        return self.plans.setdefault(str(id_), Plan(str(id_)))


def evolve(state: State, fact: Fact) -> None:
    """Take one valid fact in."""
    match fact.data:
        case ReferralSubmitted() as said:
            _submitted(state.referral(said.referral_id), fact, said)
        case ReferralRedirected() as said:
            state.referral(said.referral_id).sent_on.add(said.next_org)
        case ReferralAccepted() as said:
            _closed(state.referral(said.referral_id), fact, "accepted")
        case ReferralRejected() as said:
            _closed(state.referral(said.referral_id), fact, "rejected")
        case ReferralWithdrawn() as said:
            _closed(state.referral(said.referral_id), fact, "withdrawn")
        case DuplicateWorkDismissed() | DuplicateWorkResolved() as said:
            state.settled.add(said.key)
        case _:
            _plan(state, fact)


def _submitted(referral: Referral, fact: Fact, said: ReferralSubmitted) -> None:
    """Stated again (a revision, or by another system), it stays one referral, opened when it was first stated."""
    if referral.opened is None:
        referral.org, referral.opened = fact.org, fact.time
    referral.service, referral.target, referral.external = said.service_type, said.target_org, said.external_ref


def _closed(referral: Referral, fact: Fact, outcome: str) -> None:
    """The last word counts: what was accepted may still be withdrawn."""
    referral.outcome, referral.closed = outcome, fact.time


def _plan(state: State, fact: Fact) -> None:
    match fact.data:
        case PlanPreparationStarted() as said:
            plan = state.plan(said.plan_id)
            plan.type, plan.lead = said.plan_type, said.lead_org
            plan.started = plan.started or fact.time
        case PlanParticipantInvited() | PlanParticipantAttended() | PlanParticipantDeclined() as said:
            if said.role_code in WORKERS:
                state.plan(said.plan_id).asked.append(fact.time)
        case PlanSigned() as said:
            plan = state.plan(said.plan_id)
            plan.type, plan.includes_ktt = said.plan_type or plan.type, said.includes_ktt
            plan.signed, plan.signer = fact.time, fact.org
            plan.signed_by_worker = any(s.role in WORKERS for s in said.signed_by)
        case PlanReviewed() as said:
            plan = state.plan(said.plan_id)
            plan.type = said.plan_type or plan.type
            roles = frozenset(p.role for p in said.participants)
            plan.reviews.append(Reviewed(fact.time, said.reviewed_on.isoformat(), fact.org, roles))


fold = Fold(initial=State, evolve=evolve, listens=frozenset(c.meta.name for c in FACTS))
