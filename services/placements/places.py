"""An organisation's places: how many it has said to have, to keep for somebody, or no longer to have, site by site."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kernel.facts import Fact
from schemas.places.closed_v1 import PlaceClosed
from schemas.places.opened_v1 import PlaceOpened
from schemas.places.reserved_v1 import PlaceReserved
from schemas.sites.described_v1 import SiteDescribed

PLACES_FACTS = (PlaceClosed, PlaceOpened, PlaceReserved, SiteDescribed)


@dataclass(slots=True)
class Site:
    """Numbers of places stated of one site; `told` is when the newest of them was."""

    id: str
    municipality: str = ""
    opened: int = 0
    closed: int = 0
    reserved: int = 0
    told: datetime | None = None

    @property
    def places(self) -> int:
        """Places that there are, taken or not."""
        return max(0, self.opened - self.closed)

    @property
    def free(self) -> int:
        """Places that nobody has been promised."""
        return max(0, self.places - self.reserved)


@dataclass(slots=True)
class Places:
    """An organisation's sites by id."""

    sites: dict[str, Site] = field(default_factory=dict)


def learn_places(known: Places, fact: Fact) -> None:
    """Take one fact in. Each number is an addition to what was said before."""
    site = known.sites.setdefault(str(fact.data.site_id), Site(str(fact.data.site_id)))
    match fact.data:
        case SiteDescribed() as said:
            site.municipality = said.municipality
            return
        case PlaceOpened() as said:
            site.opened += said.places
        case PlaceClosed() as said:
            site.closed += said.places
        case PlaceReserved() as said:
            site.reserved += said.places
    site.told = fact.time
