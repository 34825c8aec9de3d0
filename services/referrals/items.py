"""The pieces of work that two actors may do twice: referrals and plans, as their partners have told them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

WORKERS = frozenset(
    {"social_instructor", "social_worker", "adult_social_work_employee", "social_welfare_professional", "own_worker"}
)
"""Roles of social work: one of them belongs to every activation and multi-sector plan."""
SHARED_PLANS = frozenset({"activation_plan", "multisector_employment_plan"})
DROPPED = frozenset({"rejected", "withdrawn"})


@dataclass(slots=True)
class Referral:
    """A referral from its submission until it was decided; instants are aware, organisations business ids."""

    id: str
    org: str = ""
    org_type: str = ""
    service: str = ""
    target: str | None = None
    provider: str | None = None
    external: str | None = None
    purpose: tuple[str, ...] = ()
    feedback: bool = False
    opened: datetime | None = None
    received: datetime | None = None
    receiver: str = ""
    outcome: str | None = None
    reason: str | None = None
    closed: datetime | None = None
    sent_on: set[str] = field(default_factory=set)
    redirected: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether nobody has decided on it yet."""
        return self.closed is None


@dataclass(slots=True)
class Reviewed:
    """A review of a plan; `roles` is empty when it was not told who took part."""

    at: datetime
    on: str
    org: str
    roles: frozenset[str]
    orgs: frozenset[str] = frozenset()


@dataclass(slots=True)
class Plan:
    """A plan and who of social work has been asked to it, by the instants of asking.

    `parties` are the roles that signed it, `joined` all roles that were ever at the table, `org` who began it.
    """

    id: str
    type: str | None = None
    includes_ktt: bool = False
    lead: str = ""
    org: str = ""
    org_type: str = ""
    predecessors: set[str] = field(default_factory=set)
    started: datetime | None = None
    signed: datetime | None = None
    signer: str = ""
    signed_by_worker: bool = False
    parties: frozenset[str] = frozenset()
    joined: frozenset[str] = frozenset()
    last_on: date | None = None
    next_on: date | None = None
    ended: datetime | None = None
    asked: list[datetime] = field(default_factory=list)
    reviews: list[Reviewed] = field(default_factory=list)

    @property
    def opened(self) -> datetime | None:
        """When work on it began, as far as was told."""
        return min((t for t in (self.started, self.signed) if t is not None), default=None)

    @property
    def replaces(self) -> bool:
        """Whether it stands in the place of an employment plan (L380/2023 3§8)."""
        return self.type in SHARED_PLANS

    def linked(self, other: Plan) -> bool:
        """Whether one carries on the other."""
        return self.id in other.predecessors or other.id in self.predecessors

    @property
    def needs_worker(self) -> bool:
        """Whether the law wants social work at the table: by its kind, or else because it holds work activity."""
        return self.type in SHARED_PLANS or (self.type is None and self.includes_ktt)
