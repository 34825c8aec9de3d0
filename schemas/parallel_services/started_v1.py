"""The other service has begun."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import COACHES, EMPLOYMENT, SOCIAL, ServiceType
from schemas.fields import BusinessId, Day, Id, orgs


class ParallelServiceStarted(Event):
    """A parallel service was started."""

    meta: ClassVar[Meta] = Meta(
        name="parallel_service.started",
        stated_by=SOCIAL | EMPLOYMENT | COACHES,
        data_class="sensitive",
        label={"fi": "Rinnakkaispalvelu alkanut", "sv": "Parallell tjänst inledd", "en": "Parallel service started"},
    )

    ps_id: Id
    service_type: ServiceType | None = None
    org: BusinessId | None = None
    started_on: Day

    def related(self) -> Sequence[tuple[str, str]]:
        """Who gives it."""
        return orgs("provider", self.org)

    @classmethod
    def example(cls) -> Self:
        """A week early."""
        return cls(
            ps_id=examples.PARALLEL,
            service_type="individual_coaching",
            org=examples.COACHING,
            started_on=date(2025, 3, 24),
        )
