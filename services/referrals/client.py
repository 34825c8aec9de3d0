"""Who she is to the partners: where she lives, what she lives on, who works for her, and who may know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from kernel.facts import Fact
from schemas.benefits.eligibility_reported_v1 import EligibilityReported
from schemas.benefits.status_reported_v1 import BenefitStatusReported
from schemas.caseworkers.assigned_v1 import CaseworkerAssigned
from schemas.caseworkers.ended_v1 import CaseworkerEnded
from schemas.clients.moved_municipality_v1 import ClientMovedMunicipality
from schemas.clients.registered_v1 import ClientRegistered
from schemas.consents.given_v1 import ConsentGiven
from schemas.consents.withdrawn_v1 import ConsentWithdrawn
from schemas.disclosure_permits.given_v1 import DisclosurePermitGiven
from schemas.disclosure_permits.prohibited_v1 import DisclosurePermitProhibited
from schemas.handovers.confirmed_v1 import HandoverConfirmed
from schemas.handovers.started_v1 import HandoverStarted
from schemas.multisector.ended_v1 import MultisectorEnded
from schemas.multisector.started_v1 import MultisectorStarted

CLIENT_FACTS = (
    BenefitStatusReported,
    CaseworkerAssigned,
    CaseworkerEnded,
    ClientMovedMunicipality,
    ClientRegistered,
    ConsentGiven,
    ConsentWithdrawn,
    DisclosurePermitGiven,
    DisclosurePermitProhibited,
    EligibilityReported,
    HandoverConfirmed,
    HandoverStarted,
    MultisectorEnded,
    MultisectorStarted,
)
UNEMPLOYMENT = frozenset(
    {
        "unemployment_benefit",
        "labour_market_subsidy",
        "basic_allowance",
        "general_support",
        "earnings_related_allowance",
    }
)
SOCIAL_ASSISTANCE = frozenset({"basic_social_assistance", "supplementary_social_assistance"})


@dataclass(slots=True)
class Worker:
    """Somebody named for her: role, organisation, reference there, qualification, first and last day (None: open)."""

    role: str
    org: str
    org_type: str
    ref: str
    qualification: str | None
    first: date
    last: date | None
    told: datetime

    @property
    def id(self) -> str:
        """What tells her from others."""
        return f"{self.org}/{self.ref}"

    def there(self, day: date) -> bool:
        """Whether she is the one on this day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(slots=True)
class Handover:
    """She is handed to another organisation; `confirmed` only by that organisation's own word."""

    id: str
    org: str = ""
    to_org: str = ""
    to_role: str = ""
    started: datetime | None = None
    confirmations: list[tuple[str, datetime]] = field(default_factory=list)

    @property
    def confirmed(self) -> datetime | None:
        """When the receiver said yes; nobody else can say it."""
        return min((at for org, at in self.confirmations if org == self.to_org), default=None)


@dataclass(slots=True)
class Eligible:
    """Kela told that the days for an activation plan are full."""

    ground: str
    fulfilled_on: date
    reported_on: date
    at: datetime
    id: str
    org: str


@dataclass(slots=True)
class Permit:
    """A permit or consent (`allows`), or a prohibition, for organisations until a day (None: open)."""

    allows: bool
    orgs: frozenset[str]
    at: datetime
    last: date | None
    ended: datetime | None = None


@dataclass(slots=True)
class Client:
    """What is known of her; `benefits` are (type, first day, last day), `multisector` (first day, last day)."""

    homes: list[tuple[date, str]] = field(default_factory=list)
    benefits: list[tuple[str, date, date | None]] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    endings: list[tuple[str, str, str, date]] = field(default_factory=list)
    handovers: dict[str, Handover] = field(default_factory=dict)
    eligible: list[Eligible] = field(default_factory=list)
    permits: dict[str, Permit] = field(default_factory=dict)
    multisector: list[tuple[date, date | None]] = field(default_factory=list)

    def municipality(self, day: date) -> str:
        """Code of the municipality where she lives on a day, or nothing."""
        lived = [h for h in self.homes if h[0] <= day]
        return max(reversed(lived), key=lambda h: h[0], default=(date.min, ""))[1]

    def lives_on(self, kinds: frozenset[str], day: date) -> bool:
        """Whether she gets a benefit of these kinds on a day."""
        return any(t in kinds and first <= day and (last is None or day <= last) for t, first, last in self.benefits)

    def served(self, day: date) -> bool:
        """Whether she is in multi-sector support on a day."""
        return any(first <= day and (last is None or day <= last) for first, last in self.multisector)

    def working(self, day: date, roles: frozenset[str]) -> Iterator[Worker]:
        """Those who hold one of the roles on a day."""
        return (w for w in self.workers if w.role in roles and w.there(day))


def learn(client: Client, fact: Fact) -> None:
    """Take in what was said of her."""
    match fact.data:
        case ClientRegistered() as said:
            client.homes.append((date.min, said.home_municipality))
        case ClientMovedMunicipality() as said:
            client.homes.append((said.on, said.to))
        case BenefitStatusReported() as said:
            client.benefits.append((said.benefit_type, said.from_, said.to))
        case EligibilityReported() as said:
            id_ = f"{fact.source}/{fact.id}"  # ids are unique within a source only
            client.eligible.append(Eligible(said.ground, said.fulfilled_on, said.reported_on, fact.time, id_, fact.org))
        case MultisectorStarted() as said:
            if all(first != said.started_on for first, _ in client.multisector):  # each party may tell of it
                client.multisector.append((said.started_on, None))
        case MultisectorEnded() as said:
            client.multisector = [
                (first, said.ended_on if last is None and said.started_on in {None, first} else last)
                for first, last in client.multisector
            ]
        case _:
            _people(client, fact)


def _people(client: Client, fact: Fact) -> None:
    match fact.data:
        case CaseworkerAssigned() as said:
            of = (said.role_code, fact.org, fact.org_type, said.person_ref, said.qualification_class)
            client.workers.append(Worker(*of, said.from_, said.to, fact.time))
            for ending in client.endings:
                _end(client.workers[-1:], ending)
        case CaseworkerEnded() as said:
            client.endings.append((said.role_code, fact.org, said.person_ref, said.to))
            _end(client.workers, client.endings[-1])
        case HandoverStarted() as said:
            handover = client.handovers.setdefault(str(said.handover_id), Handover(str(said.handover_id)))
            handover.org, handover.to_org, handover.to_role = fact.org, said.to_org, said.to_role
            handover.started = handover.started or fact.time
        case HandoverConfirmed() as said:
            handover = client.handovers.setdefault(str(said.handover_id), Handover(str(said.handover_id)))
            handover.confirmations.append((fact.org, fact.time))
        case ConsentGiven() | DisclosurePermitGiven() | DisclosurePermitProhibited() as said:
            allows = not isinstance(said, DisclosurePermitProhibited)
            orgs = frozenset(said.recipients)
            client.permits[str(said.permit_id)] = Permit(allows, orgs, fact.time, said.valid_to)
        case ConsentWithdrawn() as said if (permit := client.permits.get(str(said.permit_id))) is not None:
            permit.ended = fact.time


def _end(workers: list[Worker], ending: tuple[str, str, str, date]) -> None:
    """Her last day, if it is one on which she was there; it may have been stated before the assignment."""
    role, org, ref, last = ending
    for worker in workers:
        if (worker.role, worker.org, worker.ref) == (role, org, ref) and worker.there(last):
            worker.last = last


def day_after(day: date) -> date:
    """The first day on which something that ended on `day` is over."""
    return day + timedelta(days=1) if day < date.max else day
