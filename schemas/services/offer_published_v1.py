"""A service can be had in a municipality, from somebody."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import EMPLOYMENT, PROVIDERS, SOCIAL, Content, ServiceType
from schemas.fields import FEW, BusinessId, Day, Id, Municipality, Reference
from schemas.services.kinds import Segment


class ServiceOfferPublished(Event):
    """One entry of the catalogue of services. `source` and `source_date` tell where the description was read;
    `is_local`: it can be had without leaving the municipality. Content describes; no rule reads it.
    """

    meta: ClassVar[Meta] = Meta(
        name="service_offer.published",
        stated_by=EMPLOYMENT | SOCIAL | PROVIDERS,
        person=False,
        label={"fi": "Palvelutarjonta julkaistu", "sv": "Serviceutbud publicerat", "en": "Service offer published"},
    )

    offer_id: Id
    service_type: ServiceType
    municipality: Municipality
    provider_org: BusinessId | None = None
    content: tuple[Content, ...] = FEW
    segment: Segment | None = None
    is_local: bool = True
    source: Reference | None = None
    source_date: Day | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None

    def about(self) -> tuple[object, ...]:
        """One entry."""
        return ("service_offer", self.offer_id)

    @classmethod
    def example(cls) -> Self:
        """Work activity with three kinds of content, read from a page of the city."""
        return cls(
            offer_id=examples.OFFER,
            service_type="rehab_work_activity",
            municipality="743",
            provider_org=examples.WORKSHOP,
            content=("life_management", "work_life_skills", "work"),
            segment="intermediate_labour_market",
            source="page:services/rehabilitative-work-activity",
            source_date=date(2025, 1, 15),
            valid_from=date(2025, 1, 1),
        )
