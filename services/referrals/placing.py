"""Places offered to her and agreed with her, and the days of the week that they take (D10, D12, R-REF-1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from kernel.facts import Fact
from schemas.codes import SOCIAL
from schemas.placements.agreed_v1 import PlacementAgreed
from schemas.placements.ended_v1 import PlacementEnded
from schemas.placements.extended_v1 import PlacementExtended
from schemas.placements.offered_v1 import PlacementOffered
from schemas.placements.started_v1 import PlacementStarted
from schemas.placements.terms_changed_v1 import PlacementTermsChanged

PLACING = (
    PlacementAgreed,
    PlacementEnded,
    PlacementExtended,
    PlacementOffered,
    PlacementStarted,
    PlacementTermsChanged,
)
WEEKDAYS = {name: n for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}


@dataclass(slots=True)
class Pattern:
    """The week from a day on; `weekdays` (Monday 0) is empty when only the number of days is known."""

    first: date
    weekdays: frozenset[int]
    days: int
    told: datetime


@dataclass(slots=True)
class Placement:
    """A place; `org` said it first, `provider` runs it."""

    id: str
    org: str = ""
    org_type: str = ""
    provider: str = ""
    site: str | None = None
    opened: datetime | None = None
    start_on: date | None = None
    end_on: date | None = None
    ended_on: date | None = None
    started: datetime | None = None
    state: str = "offered"
    patterns: list[Pattern] = field(default_factory=list)

    @property
    def last_on(self) -> date | None:
        """Its last day as far as known."""
        known = [d for d in (self.end_on, self.ended_on) if d is not None]
        return min(known, default=None)

    def pattern(self, day: date) -> Pattern | None:
        """The week that holds on a day."""
        held = [p for p in self.patterns if p.first <= day]
        return max(held, key=lambda p: p.first, default=None)


def learn(placements: dict[str, Placement], fact: Fact) -> None:
    """Take in what was said of a place."""
    match fact.data:
        case PlacementOffered() as said:
            placement = _known(placements, said.placement_id, fact)
            placement.site, placement.start_on, placement.end_on = str(said.site_id), said.start_on, said.end_on
            placement.provider = said.provider_org or placement.provider
        case PlacementAgreed() as said:
            placement = _known(placements, said.placement_id, fact)
            placement.site, placement.start_on, placement.end_on = str(said.site_id), said.start_on, said.end_on
            provider = "" if fact.org_type in SOCIAL else fact.org
            placement.provider = said.provider_org or placement.provider or provider
            placement.state = "agreed"
        case PlacementExtended() as said:
            _known(placements, said.placement_id, fact).end_on = said.end_on
        case PlacementStarted() as said:
            placement = _known(placements, said.placement_id, fact)
            placement.started, placement.state = fact.time, "started"
            placement.start_on = placement.start_on or said.started_on
        case PlacementEnded() as said:
            placement = _known(placements, said.placement_id, fact)
            placement.ended_on, placement.state = said.ended_on, "ended"
        case PlacementTermsChanged() as said:
            weekdays = frozenset(WEEKDAYS[w] for w in said.weekdays)
            pattern = Pattern(said.from_, weekdays, said.days_per_week or len(weekdays), fact.time)
            _known(placements, said.placement_id, fact).patterns.append(pattern)


def _known(placements: dict[str, Placement], id_: UUID, fact: Fact) -> Placement:
    placement = placements.setdefault(str(id_), Placement(str(id_)))
    if placement.opened is None:
        placement.org, placement.org_type, placement.opened = fact.org, fact.org_type, fact.time
    return placement
