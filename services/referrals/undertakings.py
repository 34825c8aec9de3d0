"""What is begun for her besides referrals and plans: assessments, services, places, meetings, requests, notices."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from kernel.calendar import midnight
from kernel.facts import Fact
from schemas.access_barriers.reported_v1 import AccessBarrierReported
from schemas.alerts.claimed_v1 import AlertClaimed
from schemas.appointments.booked_v1 import AppointmentBooked
from schemas.appointments.cancelled_v1 import AppointmentCancelled
from schemas.contacts.logged_v1 import ContactLogged
from schemas.kela_notices.absence_notice_sent_v1 import KelaAbsenceNoticeSent
from schemas.kela_notices.interruption_risk_notified_v1 import InterruptionRiskNotified
from schemas.need_assessments.completed_v1 import NeedAssessmentCompleted
from schemas.need_assessments.requested_v1 import NeedAssessmentRequested
from schemas.need_assessments.started_v1 import NeedAssessmentStarted
from schemas.outcomes.recorded_v1 import OutcomeRecorded
from schemas.parallel_services.agreed_v1 import ParallelServiceAgreed
from schemas.parallel_services.ended_v1 import ParallelServiceEnded
from schemas.parallel_services.started_v1 import ParallelServiceStarted
from schemas.records.noted_v1 import DocumentNoted
from schemas.records.requested_v1 import DocumentRequested

UNDERTAKEN = (
    AccessBarrierReported,
    AlertClaimed,
    AppointmentBooked,
    AppointmentCancelled,
    ContactLogged,
    DocumentNoted,
    DocumentRequested,
    InterruptionRiskNotified,
    KelaAbsenceNoticeSent,
    NeedAssessmentCompleted,
    NeedAssessmentRequested,
    NeedAssessmentStarted,
    OutcomeRecorded,
    ParallelServiceAgreed,
    ParallelServiceEnded,
    ParallelServiceStarted,
)


@dataclass(slots=True)
class Work:
    """A piece of work of one organisation; `topic` is what makes two of them the same, `at` when it takes place.

    `giver` is whoever is named as giving a service that another has agreed.
    """

    id: str
    org: str = ""
    org_type: str = ""
    topic: str = ""
    opened: datetime | None = None
    closed: datetime | None = None
    outcome: str = "open"
    at: datetime | None = None
    minutes: int = 0
    giver: str = ""


@dataclass(frozen=True, slots=True)
class Barrier:
    """What stands between her and a kind of service; `km` with distances."""

    id: str
    org: str
    at: datetime
    service: str
    reason: str
    km: int | None


@dataclass(slots=True)
class Undertakings:
    """By kind and id; `claims` are the instants at which each alert was taken on, `noted` documents by type."""

    assessments: dict[str, Work] = field(default_factory=dict)
    services: dict[str, Work] = field(default_factory=dict)
    started: list[tuple[str, datetime]] = field(default_factory=list)
    appointments: dict[str, Work] = field(default_factory=dict)
    requests: dict[str, Work] = field(default_factory=dict)
    noted: list[tuple[str, date | None, str]] = field(default_factory=list)
    contacts: list[tuple[ContactLogged, Work]] = field(default_factory=list)
    notices: list[Work] = field(default_factory=list)
    claims: dict[str, list[datetime]] = field(default_factory=dict)
    outcomes: list[tuple[str, datetime, str]] = field(default_factory=list)
    barriers: list[Barrier] = field(default_factory=list)


def learn(known: Undertakings, fact: Fact) -> None:
    """Take in that something was begun, is going on, or is over."""
    match fact.data:
        case NeedAssessmentRequested() | NeedAssessmentStarted() as said:
            _opened(known.assessments, said.assessment_id, fact, said.kind)
        case NeedAssessmentCompleted() as said:
            work = _opened(known.assessments, said.assessment_id, fact, said.kind)
            work.closed, work.outcome = fact.time, "completed"
        case ParallelServiceAgreed() as said:
            work = _opened(known.services, said.ps_id, fact, said.service_type)
            work.giver = said.org or work.giver
        case ParallelServiceStarted() as said:
            work = _opened(known.services, said.ps_id, fact, said.service_type or "")
            known.started.append((work.topic, fact.time))
        case ParallelServiceEnded() as said:
            work = _opened(known.services, said.ps_id, fact, said.service_type or "")
            work.closed, work.outcome = midnight(said.ended_on + timedelta(days=1)), "ended"
        case AppointmentBooked() as said:
            work = _opened(known.appointments, said.appointment_id, fact, said.service_type or "")
            work.at, work.minutes, work.closed, work.outcome = said.starts_at, said.minutes, None, "open"
        case AppointmentCancelled() as said:
            work = _opened(known.appointments, said.appointment_id, fact, "")
            work.closed, work.outcome = fact.time, "cancelled"
        case _:
            _told(known, fact)


def _told(known: Undertakings, fact: Fact) -> None:
    match fact.data:
        case DocumentRequested() as said:
            work = _opened(known.requests, said.request_id, fact, said.document_type)
            work.opened = min(work.opened or fact.time, midnight(said.requested_on))
        case DocumentNoted() as said:
            known.noted.append((said.document_type, said.issued_on, fact.org))
        case ContactLogged() as said:
            known.contacts.append((said, _once(fact)))
        case KelaAbsenceNoticeSent() | InterruptionRiskNotified() as said:
            notice = _once(fact)
            notice.topic = f"{fact.name}:{said.form}:{said.placement_id}:{said.period_from}:{said.period_to}"
            known.notices.append(notice)
        case AlertClaimed() as said:
            known.claims.setdefault(str(said.alert_id), []).append(fact.time)
        case AccessBarrierReported() as said:
            known.barriers.append(Barrier(named(fact), fact.org, fact.time, said.service_type, said.type, said.km))
        case OutcomeRecorded() as said:
            known.outcomes.append((said.outcome_code, fact.time, named(fact)))


def _opened(items: dict[str, Work], id_: UUID, fact: Fact, topic: str) -> Work:
    """The piece of this id: it belongs to whoever spoke of it first, since then."""
    work = items.setdefault(str(id_), Work(str(id_)))
    if work.opened is None:
        work.org, work.org_type, work.opened = fact.org, fact.org_type, fact.time
    work.topic = topic or work.topic
    return work


def _once(fact: Fact) -> Work:
    """Something that was done in one moment."""
    return Work(named(fact), fact.org, fact.org_type, "", fact.time, None, "done")


def named(fact: Fact) -> str:
    """What tells a statement from all others: ids are unique within a source only."""
    return f"{fact.source}/{fact.id}"


def overlap(one: Any, other: Any) -> tuple[datetime, datetime] | None:
    """From when to when two pieces of work with a time of their own stand in each other's way."""
    first = max(one.at, other.at)
    last = min(w.at + timedelta(minutes=w.minutes) for w in (one, other))
    return (first, last) if first < last else None
