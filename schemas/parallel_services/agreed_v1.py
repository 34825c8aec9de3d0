"""Another service beside the work activity has been agreed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import COACHES, EMPLOYMENT, SOCIAL, ServiceType
from schemas.fields import BusinessId, Day, Id, orgs
from schemas.parallel_services.frequency import Frequency


class ParallelServiceAgreed(Event):
    """A parallel service was agreed."""

    meta: ClassVar[Meta] = Meta(
        name="parallel_service.agreed",
        stated_by=SOCIAL | EMPLOYMENT | COACHES,
        data_class="sensitive",
        label={"fi": "Rinnakkaispalvelu sovittu", "sv": "Parallell tjänst avtalad", "en": "Parallel service agreed"},
    )

    ps_id: Id
    service_type: ServiceType
    org: BusinessId | None = None
    start_by: Day | None = None
    frequency: Frequency | None = None

    def related(self) -> Sequence[tuple[str, str]]:
        """Who gives it."""
        return orgs("provider", self.org)

    @classmethod
    def example(cls) -> Self:
        """Coaching twice a month."""
        return cls(
            ps_id=examples.PARALLEL,
            service_type="individual_coaching",
            org=examples.COACHING,
            start_by=date(2025, 4, 1),
            frequency=Frequency(n=2, per="month"),
        )
