"""What stands behind a person's placements: benefits, purposes, recommendations, outcomes, contacts and cadences."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from kernel.calendar import day_of
from kernel.facts import Fact
from schemas.benefits.status_reported_v1 import BenefitStatusReported
from schemas.clients.characteristics_recorded_v1 import ClientCharacteristicsRecorded
from schemas.codes import SOCIAL
from schemas.contacts.logged_v1 import ContactLogged
from schemas.kela_notices.absence_notice_sent_v1 import KelaAbsenceNoticeSent
from schemas.need_assessments.completed_v1 import NeedAssessmentCompleted
from schemas.outcomes.recorded_v1 import OutcomeRecorded
from schemas.referrals.submitted_v1 import ReferralSubmitted
from schemas.referrals.submitted_v2 import ReferralSubmitted as NewestReferral
from schemas.review_policies.set_v1 import ReviewPolicySet

BACKGROUND_FACTS = (
    BenefitStatusReported,
    ClientCharacteristicsRecorded,
    ContactLogged,
    KelaAbsenceNoticeSent,
    NeedAssessmentCompleted,
    NewestReferral,
    OutcomeRecorded,
    ReviewPolicySet,
)


@dataclass(frozen=True, slots=True)
class Benefit:
    """A benefit from a day to a day (None: still), with the days paid by the instant at which that was told."""

    type: str
    first: date
    last: date | None
    paid_days: int
    told: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where she went, after which placement (None: not said), from which day on."""

    code: str
    placement: str | None
    on: date


@dataclass(frozen=True, slots=True)
class Notice:
    """Absences of a period (both days included) that were told to Kela; `placement` None: all of hers."""

    placement: str | None
    first: date
    last: date


@dataclass(slots=True)
class Background:
    """`purposes`, `advice`, `characteristics` are codes by the day they were said, `trials` days on which a work trial
    was weighed; `contacts` the days on which social work and she were in touch, `policies` cadences for her alone.
    """

    benefits: list[Benefit] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    purposes: list[tuple[date, frozenset[str]]] = field(default_factory=list)
    advice: list[tuple[datetime, frozenset[str]]] = field(default_factory=list)
    trials: list[date] = field(default_factory=list)
    contacts: list[date] = field(default_factory=list)
    policies: list[Fact] = field(default_factory=list)
    characteristics: list[tuple[datetime, frozenset[str]]] = field(default_factory=list)


def learn_background(known: Background, fact: Fact) -> None:
    """Take one fact in."""
    match fact.data:
        case BenefitStatusReported() as said:
            known.benefits.append(Benefit(said.benefit_type, said.from_, said.to, said.paid_days, fact.time))
        case OutcomeRecorded() as said:
            whose = str(said.placement_id) if said.placement_id else None
            known.outcomes.append(Outcome(said.outcome_code, whose, said.confirmed_on or day_of(fact.time)))
        case KelaAbsenceNoticeSent() as said:
            whose = str(said.placement_id) if said.placement_id else None
            known.notices.append(Notice(whose, said.period_from, said.period_to))
        case ReferralSubmitted() as said:
            known.purposes.append((day_of(fact.time), frozenset(said.purpose)))
            if said.work_trial_considered:
                known.trials.append(day_of(fact.time))
        case ClientCharacteristicsRecorded() as said:
            known.characteristics.append((fact.time, frozenset(said.characteristics)))
        case NeedAssessmentCompleted() as said:
            known.advice.append((fact.time, frozenset(said.recommendation)))
        case ContactLogged() as said if fact.org_type in SOCIAL and said.org is None:
            known.contacts.append(said.on)
        case ReviewPolicySet():
            known.policies.append(fact)
