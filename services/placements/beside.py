"""What runs beside a person's placements: parallel services, supports, coaches, appointments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from kernel.calendar import day_of
from kernel.facts import Fact
from schemas.appointments.booked_v1 import AppointmentBooked
from schemas.appointments.cancelled_v1 import AppointmentCancelled
from schemas.caseworkers.assigned_v1 import CaseworkerAssigned
from schemas.caseworkers.ended_v1 import CaseworkerEnded
from schemas.parallel_services.agreed_v1 import ParallelServiceAgreed
from schemas.parallel_services.ended_v1 import ParallelServiceEnded
from schemas.parallel_services.held_v1 import ParallelServiceHeld
from schemas.parallel_services.started_v1 import ParallelServiceStarted
from schemas.supports.assigned_v1 import SupportAssigned

BESIDE_FACTS = (
    AppointmentBooked,
    AppointmentCancelled,
    CaseworkerAssigned,
    CaseworkerEnded,
    ParallelServiceAgreed,
    ParallelServiceEnded,
    ParallelServiceHeld,
    ParallelServiceStarted,
    SupportAssigned,
)
COACHING = "job_coach"


@dataclass(slots=True)
class Parallel:
    """A service beside the work activity; `per` week, month or period it is to be given `times` times (None: open)."""

    id: str
    type: str | None = None
    agreed_on: date | None = None
    start_by: date | None = None
    times: int | None = None
    per: str | None = None
    started_on: date | None = None
    ended_on: date | None = None
    held: list[date] = field(default_factory=list)

    @property
    def began_on(self) -> date | None:
        """Its first day, told as such or seen from a visit."""
        return min([d for d in (self.started_on, *self.held) if d is not None], default=None)


@dataclass(slots=True)
class Appointment:
    """A time booked at an instant (`told`); `starts_at` None once it is cancelled."""

    id: str
    org: str
    starts_at: datetime | None
    minutes: int
    told: datetime


@dataclass(frozen=True, slots=True)
class Coach:
    """A job coach of hers from a day to a day (None: still)."""

    org: str
    ref: str
    first: date
    last: date | None


@dataclass(slots=True)
class Beside:
    """Services and appointments by id; `supports` are (type, phase, day on which it was told)."""

    services: dict[str, Parallel] = field(default_factory=dict)
    appointments: dict[str, Appointment] = field(default_factory=dict)
    supports: list[tuple[str, str, date]] = field(default_factory=list)
    coaches: list[Coach] = field(default_factory=list)


def learn_beside(known: Beside, fact: Fact) -> None:
    """Take one fact in."""
    match fact.data:
        case ParallelServiceAgreed() as said:
            service = _service(known, said.ps_id, said.service_type)
            service.agreed_on, service.start_by = day_of(fact.time), said.start_by
            if said.frequency is not None:
                service.times, service.per = said.frequency.n, said.frequency.per
        case ParallelServiceStarted() as said:
            _service(known, said.ps_id, said.service_type).started_on = said.started_on
        case ParallelServiceHeld() as said:
            _service(known, said.ps_id, said.service_type).held.append(said.held_on)
        case ParallelServiceEnded() as said:
            _service(known, said.ps_id, said.service_type).ended_on = said.ended_on
        case AppointmentBooked() as said:
            id_ = str(said.appointment_id)
            known.appointments[id_] = Appointment(id_, fact.org, said.starts_at, said.minutes, fact.time)
        case AppointmentCancelled() as said:
            id_ = str(said.appointment_id)
            known.appointments[id_] = Appointment(id_, fact.org, None, 0, fact.time)
        case SupportAssigned() as said:
            known.supports.append((said.type, said.phase, day_of(fact.time)))
        case _:
            _coach(known, fact)


def _service(known: Beside, id_: UUID, service_type: str | None) -> Parallel:
    service = known.services.setdefault(str(id_), Parallel(str(id_)))
    service.type = service_type or service.type
    return service


def _coach(known: Beside, fact: Fact) -> None:
    match fact.data:
        case CaseworkerAssigned() as said if said.role_code == COACHING:
            known.coaches.append(Coach(fact.org, said.person_ref, said.from_, said.to))
        case CaseworkerEnded() as said if said.role_code == COACHING:
            known.coaches = [
                Coach(c.org, c.ref, c.first, said.to)
                if (c.org, c.ref) == (fact.org, said.person_ref) and c.last is None
                else c
                for c in known.coaches
            ]
