"""The other service is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Self

from kernel.facts import Event, Meta
from schemas import examples
from schemas.codes import COACHES, EMPLOYMENT, SOCIAL, ServiceType
from schemas.fields import BusinessId, Day, Id, orgs


class ParallelServiceEnded(Event):
    """A parallel service was ended."""

    meta: ClassVar[Meta] = Meta(
        name="parallel_service.ended",
        stated_by=SOCIAL | EMPLOYMENT | COACHES,
        data_class="sensitive",
        label={"fi": "Rinnakkaispalvelu päättynyt", "sv": "Parallell tjänst avslutad", "en": "Parallel service ended"},
    )

    ps_id: Id
    service_type: ServiceType | None = None
    org: BusinessId | None = None
    ended_on: Day

    def related(self) -> Sequence[tuple[str, str]]:
        """Who gives it."""
        return orgs("provider", self.org)

    @classmethod
    def example(cls) -> Self:
        """With the period."""
        return cls(
            ps_id=examples.PARALLEL,
            service_type="individual_coaching",
            org=examples.COACHING,
            ended_on=date(2025, 8, 29),
        )
