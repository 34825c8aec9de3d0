"""Who is doing what for a person, or is about to: claims, intents, and the work that partners have told of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kernel.calendar import day_of, midnight
from kernel.facts import Fact
from kernel.rules import Fold
from schemas.need_assessments.completed_v1 import NeedAssessmentCompleted
from schemas.need_assessments.requested_v1 import NeedAssessmentRequested
from schemas.need_assessments.started_v1 import NeedAssessmentStarted
from schemas.parallel_services.agreed_v1 import ParallelServiceAgreed
from schemas.parallel_services.ended_v1 import ParallelServiceEnded
from schemas.parallel_services.started_v1 import ParallelServiceStarted
from schemas.placements.agreed_v1 import PlacementAgreed
from schemas.placements.ended_v1 import PlacementEnded
from schemas.plans.ended_v1 import PlanEnded
from schemas.plans.interrupted_v1 import PlanInterrupted
from schemas.plans.preparation_started_v1 import PlanPreparationStarted
from schemas.plans.signed_v1 import PlanSigned
from schemas.plans.superseded_v1 import PlanSuperseded
from schemas.records.requested_v1 import DocumentRequested
from schemas.referrals.accepted_v1 import ReferralAccepted
from schemas.referrals.rejected_v1 import ReferralRejected
from schemas.referrals.submitted_v1 import ReferralSubmitted
from schemas.referrals.withdrawn_v1 import ReferralWithdrawn
from schemas.reviews.cancelled_v1 import ReviewCancelled
from schemas.reviews.rescheduled_v1 import ReviewRescheduled
from schemas.reviews.scheduled_v1 import ReviewScheduled
from schemas.work.claimed_v1 import WorkClaimed
from schemas.work.intent_declared_v2 import WorkIntentDeclared
from schemas.work.released_v1 import WorkReleased
from schemas.work.renewed_v1 import WorkRenewed
from services.referrals.work_item import NUMBERS, Item, Wanted

FACTS = (
    DocumentRequested,
    NeedAssessmentCompleted,
    NeedAssessmentRequested,
    NeedAssessmentStarted,
    ParallelServiceAgreed,
    ParallelServiceEnded,
    ParallelServiceStarted,
    PlacementAgreed,
    PlacementEnded,
    PlanEnded,
    PlanInterrupted,
    PlanPreparationStarted,
    PlanSigned,
    PlanSuperseded,
    ReferralAccepted,
    ReferralRejected,
    ReferralSubmitted,
    ReferralWithdrawn,
    ReviewCancelled,
    ReviewRescheduled,
    ReviewScheduled,
    WorkClaimed,
    WorkIntentDeclared,
    WorkReleased,
    WorkRenewed,
)


@dataclass(slots=True)
class Works:
    """Everything that one person's facts tell, by id."""

    claims: dict[str, Item] = field(default_factory=dict)
    intents: dict[str, Item] = field(default_factory=dict)
    stated: dict[str, Item] = field(default_factory=dict)
    ends: dict[str, datetime] = field(default_factory=dict)

    def in_the_way(self, wanted: Wanted, now: datetime, *besides: str) -> Iterator[tuple[Item, str]]:
        """Live pieces of work of somebody else that are the wanted work or exclude it, those of `besides` left out."""
        for items in (self.claims, self.intents, self.stated):
            for item in items.values():
                own = item.org == wanted.org and item.holder == wanted.holder
                if item.id not in besides and not own and item.live(now) and (why := wanted.meets(item)):
                    yield item, why


def evolve(state: Works, fact: Fact) -> None:
    """Take one valid fact in."""
    match fact.data:
        case WorkClaimed() as said:
            state.claims[fact.id] = Item(
                *(fact.id, said.work, "claimed", said.holder_org, fact.time, said.holder),
                *(said.service_type, said.matter, said.expires_at),
                token=fact.seq,
            )
        case WorkRenewed() as said if (claim := state.claims.get(str(said.claim_id))) is not None:
            claim.until = said.expires_at
        case WorkReleased() as said if (claim := state.claims.get(str(said.claim_id))) is not None:
            claim.kind, claim.until = "done", min(fact.time, claim.until or fact.time)
        case WorkIntentDeclared() as said:
            org = said.holder_org if fact.own and said.holder_org else fact.org
            state.intents[fact.id] = Item(
                *(fact.id, said.work, "intended", org, fact.time, said.holder or ""),
                *(said.service_type, said.matter, midnight(said.planned_on + timedelta(NUMBERS.intent_days))),
                reason=said.reason,
            )
        case _:
            _stated(state, fact)


def _stated(state: Works, fact: Fact) -> None:
    match fact.data:
        case ReferralSubmitted() as said:
            _opened(state, said.referral_id, "referral", fact, service=said.service_type)
        case ReferralAccepted() as said:
            _over(state, said.referral_id, fact.time + timedelta(NUMBERS.referral_days))
        case ReferralRejected() | ReferralWithdrawn() as said:
            _over(state, said.referral_id, fact.time)
        case NeedAssessmentRequested() | NeedAssessmentStarted() as said:
            _opened(state, said.assessment_id, "need_assessment", fact)
        case NeedAssessmentCompleted() as said:
            _opened(state, said.assessment_id, "need_assessment", fact)
            _over(state, said.assessment_id, fact.time + timedelta(NUMBERS.assessment_days))
        case _:
            _service(state, fact)
            _plan(state, fact)


def _service(state: Works, fact: Fact) -> None:
    match fact.data:
        case ReviewScheduled() | ReviewRescheduled() as said:
            matter = said.plan_id or said.placement_id
            item = _opened(state, said.review_id, "review", fact, matter=str(matter) if matter else None)
            item.around = day_of(said.starts_at)
            item.until = state.ends.get(item.id, said.starts_at + timedelta(NUMBERS.review_days))
        case ReviewCancelled() as said:
            _over(state, said.review_id, fact.time)
        case ParallelServiceAgreed() | ParallelServiceStarted() as said:
            _opened(state, said.ps_id, "parallel_service", fact, service=said.service_type)
        case ParallelServiceEnded() as said:
            _over(state, said.ps_id, midnight(said.ended_on + timedelta(NUMBERS.service_days)))
        case PlacementAgreed() as said:
            _opened(state, said.placement_id, "placement", fact)
        case PlacementEnded() as said:
            _over(state, said.placement_id, midnight(said.ended_on + timedelta(1)))
        case DocumentRequested() as said:
            _opened(state, said.request_id, "document_request", fact, matter=said.document_type)
            _over(state, said.request_id, midnight(said.requested_on + timedelta(NUMBERS.document_days)))


def _plan(state: Works, fact: Fact) -> None:
    match fact.data:
        case PlanPreparationStarted() as said:
            _opened(state, said.plan_id, said.plan_type, fact).org = said.lead_org
        case PlanSigned() as said:
            item = _opened(state, said.plan_id, said.plan_type or "plan", fact)
            item.kind = "done"
        case PlanEnded() as said:
            _over(state, said.plan_id, midnight(said.ended_on + timedelta(1)))
        case PlanInterrupted() as said:
            _over(state, said.plan_id, midnight(said.interrupted_on + timedelta(1)))
        case PlanSuperseded() as said:
            _over(state, said.plan_id, midnight(said.superseded_on + timedelta(1)))


def _opened(
    state: Works, id_: object, work: str, fact: Fact, service: str | None = None, matter: str | None = None
) -> Item:
    """Told again, it stays one piece of work, of whoever told of it first; its end may have been told before it."""
    item = state.stated.setdefault(str(id_), Item(str(id_), work, "being_done", fact.org, fact.time))
    item.work = item.work if work == "plan" else work
    item.service, item.matter = service or item.service, matter or item.matter
    if str(id_) in state.ends:
        item.kind, item.until = "done", state.ends[str(id_)]
    return item


def _over(state: Works, id_: object, until: datetime) -> None:
    state.ends[str(id_)] = until
    if (item := state.stated.get(str(id_))) is not None:
        item.kind, item.until = "done", until


fold = Fold(initial=Works, evolve=evolve, listens=frozenset(c.meta.name for c in FACTS))
