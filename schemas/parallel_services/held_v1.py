"""The client was met in the other service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import COACHES, EMPLOYMENT, SOCIAL, ServiceType
from schemas.fields import BusinessId, Day, Id, orgs


class ParallelServiceHeld(Event):
    """A parallel service was held."""

    meta: ClassVar[Meta] = Meta(
        name="parallel_service.held",
        stated_by=SOCIAL | EMPLOYMENT | COACHES,
        data_class="sensitive",
        label={"fi": "Rinnakkaispalvelun käynti", "sv": "Besök i parallell tjänst", "en": "Parallel service held"},
    )

    ps_id: Id
    service_type: ServiceType | None = None
    org: BusinessId | None = None
    held_on: Day

    def related(self) -> Sequence[tuple[str, str]]:
        """Who gives it."""
        return orgs("provider", self.org)

    @classmethod
    def example(cls) -> Self:
        """One meeting."""
        return cls(
            ps_id=examples.PARALLEL, service_type="individual_coaching", org=examples.COACHING, held_on=date(2025, 4, 7)
        )
