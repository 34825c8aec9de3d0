"""Why a service cannot be had in a municipality, as somebody there sees it."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field

from kernel.facts import Event, Meta
from schemas.codes import EMPLOYMENT, SOCIAL, ServiceType
from schemas.fields import Municipality
from schemas.services.kinds import GapReason


class ServiceGapExplained(Event):
    """Suspected reasons for a service that is missing; the newest statement of an organisation counts."""

    meta: ClassVar[Meta] = Meta(
        name="service_gap.explained",
        stated_by=EMPLOYMENT | SOCIAL,
        person=False,
        label={"fi": "Palvelun puute selitetty", "sv": "Brist på service förklarad", "en": "Service gap explained"},
    )

    service_type: ServiceType
    municipality: Municipality
    reasons: tuple[GapReason, ...] = Field(min_length=1, max_length=10)

    @classmethod
    def example(cls) -> Self:
        """No job coaching for want of people who can do it."""
        return cls(service_type="job_coaching", municipality="759", reasons=("competence", "resources"))
