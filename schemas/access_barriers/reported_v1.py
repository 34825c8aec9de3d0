"""The client cannot get to a service that she needs."""

from __future__ import annotations

from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas.codes import COACHES, SOCIAL, BarrierType, ServiceType
from schemas.fields import Kilometres


class AccessBarrierReported(Event):
    """What stands between the client and a kind of service; `km` with distances."""

    meta: ClassVar[Meta] = Meta(
        name="access_barrier.reported",
        stated_by=SOCIAL | COACHES,
        label={"fi": "Este palvelulle", "sv": "Hinder för tjänst", "en": "Access barrier reported"},
    )

    service_type: ServiceType
    type: BarrierType
    km: Kilometres | None = None

    @classmethod
    def example(cls) -> Self:
        """Too far away."""
        return cls(service_type="job_coaching", type="distance", km=62)
