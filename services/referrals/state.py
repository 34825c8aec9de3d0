"""What the rules on work done twice or by nobody need to know of one person, and what was settled about her."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from kernel.facts import Fact
from kernel.rules import Fold
from schemas.duplicates.dismissed_v1 import DuplicateWorkDismissed
from schemas.duplicates.resolved_v1 import DuplicateWorkResolved
from schemas.partners.heard_v1 import PartnerHeard
from schemas.referrals.accepted_v1 import ReferralAccepted
from schemas.referrals.received_v1 import ReferralReceived
from schemas.referrals.redirected_v1 import ReferralRedirected
from schemas.referrals.rejected_v1 import ReferralRejected
from schemas.referrals.submitted_v1 import ReferralSubmitted
from schemas.referrals.withdrawn_v1 import ReferralWithdrawn
from services.referrals import client, meetings, placing, planning, undertakings
from services.referrals.client import CLIENT_FACTS, Client
from services.referrals.feed import Feed
from services.referrals.items import Plan, Referral
from services.referrals.meetings import MEETINGS, Meeting
from services.referrals.placing import PLACING, Placement
from services.referrals.planning import PLANNING
from services.referrals.undertakings import UNDERTAKEN, Undertakings
from services.referrals.works import Works
from services.referrals.works import fold as beginning

REFERRING = (
    ReferralAccepted,
    ReferralReceived,
    ReferralRedirected,
    ReferralRejected,
    ReferralSubmitted,
    ReferralWithdrawn,
)
SETTLING = (DuplicateWorkDismissed, DuplicateWorkResolved)
FACTS = (*CLIENT_FACTS, *MEETINGS, *PLACING, *PLANNING, *REFERRING, *SETTLING, *UNDERTAKEN, PartnerHeard)


@dataclass(slots=True)
class State:
    """One person, or an organisation (then only `feed`); everything by id, `settled` the keys of findings that people
    have put aside for good.
    """

    referrals: dict[str, Referral] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    placements: dict[str, Placement] = field(default_factory=dict)
    other: Undertakings = field(default_factory=Undertakings)
    client: Client = field(default_factory=Client)
    works: Works = field(default_factory=Works)
    settled: set[str] = field(default_factory=set)
    feed: Feed = field(default_factory=lambda: Feed([]))

    def referral(self, id_: UUID) -> Referral:
        """The referral of this id, known from now on."""
        return self.referrals.setdefault(str(id_), Referral(str(id_)))


def evolve(state: State, fact: Fact) -> None:
    """Take one valid fact in."""
    if fact.name in beginning.listens:
        beginning.evolve(state.works, fact)
    kind = type(fact.data)
    if issubclass(kind, REFERRING):
        _referral(state, fact)
    elif issubclass(kind, PLANNING):
        planning.learn(state.plans, fact)
    elif issubclass(kind, MEETINGS):
        meetings.learn(state.meetings, fact)
    elif issubclass(kind, PLACING):
        placing.learn(state.placements, fact)
    elif issubclass(kind, UNDERTAKEN):
        undertakings.learn(state.other, fact)
    elif isinstance(fact.data, SETTLING):
        state.settled.add(fact.data.key)
    elif isinstance(fact.data, PartnerHeard):
        state.feed.learn(fact.data)
    else:
        client.learn(state.client, fact)


def _referral(state: State, fact: Fact) -> None:
    match fact.data:
        case ReferralSubmitted() as said:
            _submitted(state.referral(said.referral_id), fact, said)
        case ReferralReceived() as said:
            referral = state.referral(said.referral_id)
            referral.received, referral.receiver = referral.received or fact.time, fact.org
        case ReferralRedirected() as said:
            referral = state.referral(said.referral_id)
            referral.sent_on.add(said.next_org)
            referral.receiver, referral.redirected = said.next_org, referral.redirected or fact.time
        case ReferralAccepted() as said:
            _closed(state.referral(said.referral_id), fact, "accepted", said.reason_code)
        case ReferralRejected() as said:
            _closed(state.referral(said.referral_id), fact, "rejected", said.reason_code)
        case ReferralWithdrawn() as said:
            _closed(state.referral(said.referral_id), fact, "withdrawn", said.reason_code)


def _submitted(referral: Referral, fact: Fact, said: ReferralSubmitted) -> None:
    """Stated again (a revision, or by another system), it stays one referral, opened when it was first stated."""
    if referral.opened is None:
        referral.org, referral.org_type, referral.opened = fact.org, fact.org_type, fact.time
    referral.service, referral.target, referral.external = said.service_type, said.target_org, said.external_ref
    referral.provider, referral.purpose, referral.feedback = said.target_provider, said.purpose, said.feedback_permitted
    referral.receiver = referral.receiver or said.target_org or said.target_provider or ""


def _closed(referral: Referral, fact: Fact, outcome: str, reason: str | None) -> None:
    """The last word counts: what was accepted may still be withdrawn."""
    referral.outcome, referral.closed, referral.reason = outcome, fact.time, reason
    if outcome != "withdrawn":
        referral.receiver = fact.org


fold = Fold(initial=State, evolve=evolve, listens=frozenset(c.meta.name for c in FACTS) | beginning.listens)
